// The composer: the pair of bodies side by side, for each account the forms it gets and words of its own, counted and shown as there.
const desks = new WeakMap()
const PAUSE_MS = 500

const make = (tag, cls, text) => {
  const node = document.createElement(tag)
  if (cls) node.className = cls
  if (text !== undefined) node.textContent = text
  return node
}

// links and tags coloured; every piece still set as text
const fill = (node, text) => {
  node.replaceChildren()
  let at = 0
  for (const found of text.matchAll(/https?:\/\/\S+|[#@][\p{L}\p{N}_]+/gu)) {
    node.append(text.slice(at, found.index), make("span", "tag", found[0]))
    at = found.index + found[0].length
  }
  node.append(text.slice(at))
}

const LANGS = ["ar", "en"]
const DIRECTION = { ar: "rtl", en: "ltr", both: "auto" }

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const root = parentElement.querySelector(".mj")
  const own = desks.get(parentElement) ?? { rev: null, timer: 0, turn: 0, sent: true }
  desks.set(parentElement, own)
  own.data = data
  own.set = setStateValue
  const { labels, accounts } = data
  const place = `majlis:composer:${data.user}:${data.post}`

  const content = () => ({ chosen: own.chosen, ar: own.ar, en: own.en, texts: own.texts })
  const flush = () => {
    clearTimeout(own.timer)
    own.sent = true
    own.set("content", { rev: own.data.rev, turn: ++own.turn, ...content() })
  }
  const remember = () => sessionStorage.setItem(place, JSON.stringify({ since: own.since, kept: own.data.kept, ...content() }))
  const changed = (now = false) => {
    remember()
    own.sent = false
    clearTimeout(own.timer)
    own.timer = setTimeout(flush, now ? 0 : PAUSE_MS)
    redraw()
  }
  const versions = () => accounts.flatMap(account =>
    (own.chosen[account.id] ?? []).map(lang => ({ account, lang, key: `${account.id}:${lang}` })))
  const said = lang => LANGS.filter(one => lang === one || lang === "both").map(one => own[one].trim()).filter(Boolean).join("\n\n")
  const textOf = one => own.texts[one.key]?.trim() || said(one.lang)

  const redraw = () => {
    const all = versions()
    for (const lang of LANGS) {
      const counts = root.querySelector(`[data-body="${lang}"]`)
      counts.replaceChildren()
      for (const style of new Set(all.map(one => one.account.style))) {
        const one = make("span", "", style === "x" ? `${labels.on_x}: ` : `${labels.signs}: `)
        one.append(make("bdi", "", String(countText(style, own[lang].trim()))))
        counts.append(one)
      }
    }
    for (const one of all) {
      const length = countText(one.account.style, textOf(one))
      const over = one.account.limit > 0 && length > one.account.limit
      for (const node of root.querySelectorAll(`[data-count="${one.key}"]`)) {
        node.classList.toggle("over", over)
        node.querySelector("bdi").textContent = one.account.limit > 0 ? `${length} / ${one.account.limit}` : String(length)
      }
      const card = root.querySelector(`[data-card="${one.key}"]`)
      const words = card.querySelector(".words")
      words.classList.toggle("none", !textOf(one))
      fill(words, textOf(one) || own.data.labels.nothing)
      card.querySelector(".files").replaceChildren(...own.data.files.map(file => {
        if (!file.src) return make("span", "chip", file.name)
        const picture = make("img", "picture")
        picture.src = file.src
        picture.alt = file.alt || labels.no_alt
        return picture
      }))
      const found = own.data.found[one.key] ?? { whys: [], notes: [] }
      card.querySelector(".found").replaceChildren(
        ...found.whys.map(why => make("li", "bad", why)), ...found.notes.map(note => make("li", "warn", note)))
    }
    root.querySelector(".pick").classList.toggle("hidden", all.length > 0)
  }

  // what depends on which versions there are: counts, words of their own, cards
  const spread = () => {
    const counts = root.querySelector(".versions"), specials = root.querySelector(".specials"), cards = root.querySelector(".cards")
    for (const node of [counts, specials, cards]) node.replaceChildren()
    for (const one of versions()) {
      const called = `${one.account.short} · ${data.forms[one.lang]}`
      const count = make("span")
      count.dataset.count = one.key
      count.append(`${called}: `, make("bdi"))
      counts.append(count)

      const part = make("div", "field"), toggle = make("label", "own"), box = make("input")
      part.dataset.own = one.key
      box.type = "checkbox"
      box.checked = own.texts[one.key] !== undefined
      toggle.append(box, make("span", "", `${labels.special} ${called}`))
      const special = make("textarea", box.checked ? "" : "hidden")
      special.rows = 4
      special.dir = DIRECTION[one.lang]
      special.setAttribute("aria-label", `${labels.special} ${called}`)
      special.value = own.texts[one.key] ?? ""
      box.onchange = () => {
        special.classList.toggle("hidden", !box.checked)
        if (box.checked) own.texts[one.key] = special.value = said(one.lang)
        else delete own.texts[one.key]
        changed(true)
      }
      special.oninput = () => { own.texts[one.key] = special.value; changed() }
      special.onblur = flush
      special.onfocus = () => cards.scrollTo({ top: card.offsetTop })
      part.append(toggle, special)
      specials.append(part)

      const card = make("article", "card")
      card.dataset.card = one.key
      card.setAttribute("aria-label", `${labels.preview} ${called}`)
      const by = make("div", "by"), who = make("div")
      who.append(make("b", "", one.account.label), make("span", "", `${one.account.platform} · ${data.forms[one.lang]}`))
      by.append(make("div", "disc", one.account.letters), who)
      const words = make("div", "words"), foot = make("div", "muted")
      words.dir = DIRECTION[one.lang]
      foot.dataset.count = one.key
      foot.append(make("bdi"))
      card.append(by, words, make("div", "files"), foot, make("ul", "found"))
      cards.append(card)
    }
    redraw()
  }

  const build = () => {
    const set = make("fieldset"), row = make("div", "accounts")
    set.append(make("legend", "", labels.accounts), row)
    for (const account of accounts) {
      const one = make("div", "account"), label = make("label"), box = make("input"), form = make("select")
      box.type = "checkbox"
      box.checked = Boolean(own.chosen[account.id]?.length)
      label.append(box, make("span", "", account.short))
      label.title = account.label
      const now = own.chosen[account.id]?.length ? own.chosen[account.id].join("+") : account.form
      const offered = data.ways.map(([way]) => way).includes(now) ? data.ways : [...data.ways, [now, now.split("+").map(lang => data.forms[lang]).join(" + ")]]
      for (const [way, words] of offered) {
        const option = make("option", "", words)
        option.value = way
        form.append(option)
      }
      form.value = now
      form.disabled = !box.checked
      form.setAttribute("aria-label", `${labels.form} ${account.short}`)
      box.onchange = form.onchange = () => {
        form.disabled = !box.checked
        if (box.checked) own.chosen[account.id] = form.value.split("+")
        else delete own.chosen[account.id]
        spread()
        changed(true)
      }
      one.append(label, form)
      row.append(one)
    }
    set.append(make("div", "muted pick", labels.pick))
    const pair = make("div", "pair")
    for (const lang of data.lang === "ar" ? ["ar", "en"] : ["en", "ar"]) {
      const field = make("div", "field"), label = make("label", "", labels[lang]), area = make("textarea"), counts = make("div", "counts")
      area.rows = 6
      area.id = `body-${lang}`
      area.dir = DIRECTION[lang]
      area.lang = lang
      label.htmlFor = area.id
      area.value = own[lang]
      area.oninput = () => { own[lang] = area.value; changed() }
      area.onblur = flush
      counts.dataset.body = lang
      field.append(label, area, counts)
      pair.append(field)
    }
    const writing = make("div", "writing"), beside = make("section", "beside"), bar = make("div", "bar"), fold = make("button", "btn fold")
    writing.append(pair, make("div", "specials"))
    beside.setAttribute("aria-label", labels.previews)
    fold.type = "button"
    fold.setAttribute("aria-controls", "cards")
    fold.onclick = () => unfold(!beside.classList.contains("open"))
    const unfold = open => {
      beside.classList.toggle("open", open)
      fold.setAttribute("aria-expanded", String(open))
      fold.textContent = open ? labels.fold : labels.previews
    }
    const cards = make("div", "cards")
    cards.id = "cards"
    cards.tabIndex = 0
    bar.append(make("div", "counts versions"), fold)
    beside.append(bar, cards)
    const stage = make("div", "stage")
    stage.append(writing, beside)
    unfold(false)
    root.replaceChildren(set, stage)
    spread()
  }

  // what stands here: the saved version, or what was written over it and not saved yet
  const load = held => {
    own.rev = data.rev
    own.since = held?.since ?? data.since
    const from = held ?? structuredClone({ chosen: data.chosen, ar: data.ar, en: data.en, texts: data.texts })
    for (const name of ["chosen", "ar", "en", "texts"]) own[name] = from[name]
    for (const id of Object.keys(own.chosen)) if (!accounts.some(account => String(account.id) === id)) delete own.chosen[id]
    build()
    if (data.post !== "new" && own.since !== data.since) warn()
    if (held) own.timer = setTimeout(flush, 0)
  }

  // somebody else saved this post meanwhile: what is written here would go over his words
  const warn = () => {
    const note = make("div", "stale"), theirs = make("button", "btn", labels.theirs)
    note.setAttribute("role", "alert")
    theirs.type = "button"
    theirs.onclick = () => {
      sessionStorage.removeItem(place)
      load(null)
      flush()
    }
    note.append(make("span", "", labels.stale), theirs)
    root.prepend(note)
  }

  if (own.rev !== data.rev) {
    if (data.forget) sessionStorage.removeItem(`majlis:composer:${data.user}:${data.forget}`)
    const held = JSON.parse(sessionStorage.getItem(place) ?? "null")
    // what the desk has kept since then, from another browser, is newer than what this one remembers
    load(held?.since && (held.kept ?? "") >= data.kept ? held : null)
  } else {
    if (sessionStorage.getItem(place)) remember()  // it is at least as new as what the desk has kept
    redraw()
  }

  if (data.turn >= own.turn) own.kept?.()
  if (!own.asked) {
    own.asked = event => own.leave(event.detail)
    document.addEventListener("majlis-leave", own.asked)
  }
  own.leave = into => {
    if (!own.sent) flush()
    if (own.data.turn < own.turn) into.push(new Promise(resolve => { own.kept = resolve }))
  }

  return () => {
    clearTimeout(own.timer)
    document.removeEventListener("majlis-leave", own.asked)
    desks.delete(parentElement)
  }
}
