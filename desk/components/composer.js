// The composer: one text for all accounts or one for each, counted as each platform counts, shown as each will show it.
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

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const root = parentElement.querySelector(".mj")
  const own = desks.get(parentElement) ?? { rev: null, timer: 0 }
  desks.set(parentElement, own)
  own.data = data
  own.set = setStateValue
  const { labels, accounts } = data
  const place = `majlis:composer:${data.user}:${data.post}`

  const flush = () => {
    clearTimeout(own.timer)
    own.set("content", { rev: data.rev, chosen: own.chosen, base: own.base, texts: own.texts })
  }
  const changed = (now = false) => {
    sessionStorage.setItem(place, JSON.stringify({ chosen: own.chosen, base: own.base, texts: own.texts }))
    clearTimeout(own.timer)
    own.timer = setTimeout(flush, now ? 0 : PAUSE_MS)
    redraw()
  }
  const textOf = id => own.texts[id] ?? own.base

  const redraw = () => {
    for (const account of accounts) {
      const on = own.chosen.includes(account.id)
      const length = countText(account.style, textOf(account.id))
      const over = account.limit > 0 && length > account.limit
      for (const node of root.querySelectorAll(`[data-count="${account.id}"]`)) {
        node.classList.toggle("hidden", !on)
        node.classList.toggle("over", over)
        node.querySelector("bdi").textContent = account.limit > 0 ? `${length} / ${account.limit}` : String(length)
      }
      root.querySelector(`[data-own="${account.id}"]`)?.classList.toggle("hidden", !on)
      const card = root.querySelector(`[data-card="${account.id}"]`)
      card.classList.toggle("hidden", !on)
      const words = card.querySelector(".words")
      words.classList.toggle("none", !textOf(account.id))
      fill(words, textOf(account.id) || labels.nothing)
      const picture = card.querySelector(".picture")
      picture.classList.toggle("hidden", !own.data.picture)
      if (own.data.picture && picture.src !== own.data.picture) picture.src = own.data.picture
      picture.alt = own.data.alt || labels.no_alt
    }
    root.querySelector(".pick").classList.toggle("hidden", own.chosen.length > 0)
  }

  const build = () => {
    const fields = make("div"), specials = make("div", "specials"), cards = make("div", "cards")
    const set = make("fieldset"), row = make("div", "accounts")
    set.append(make("legend", "", labels.accounts), row)
    for (const account of accounts) {
      const label = make("label"), box = make("input")
      box.type = "checkbox"
      box.checked = own.chosen.includes(account.id)
      box.onchange = () => {
        own.chosen = accounts.map(a => a.id).filter(id => (id === account.id ? box.checked : own.chosen.includes(id)))
        changed(true)
      }
      label.append(box, make("span", "", account.label))
      row.append(label)
    }
    set.append(make("div", "muted pick", labels.pick))
    const field = make("div", "field"), label = make("label", "", labels.text), area = make("textarea")
    area.rows = 6
    area.dir = "auto"
    area.id = "base"
    label.htmlFor = "base"
    area.value = own.base
    area.oninput = () => { own.base = area.value; changed() }
    area.onblur = flush
    const counts = make("div", "counts")
    for (const account of accounts) {
      const one = make("span")
      one.dataset.count = account.id
      one.append(`${account.platform}: `, make("bdi"))
      counts.append(one)
    }
    field.append(label, area, counts)
    fields.append(set, field, specials)
    for (const account of accounts) {
      const part = make("div", "field")
      part.dataset.own = account.id
      const toggle = make("label", "own"), box = make("input")
      box.type = "checkbox"
      box.checked = own.texts[account.id] !== undefined
      toggle.append(box, make("span", "", `${labels.special} ${account.platform}`))
      const special = make("textarea", box.checked ? "" : "hidden")
      special.rows = 3
      special.dir = "auto"
      special.setAttribute("aria-label", `${labels.special} ${account.platform}`)
      special.value = textOf(account.id)
      box.onchange = () => {
        special.classList.toggle("hidden", !box.checked)
        if (box.checked) { special.value = own.base; own.texts[account.id] = own.base } else delete own.texts[account.id]
        changed(true)
      }
      special.oninput = () => { own.texts[account.id] = special.value; changed() }
      special.onblur = flush
      part.append(toggle, special)
      specials.append(part)

      const card = make("article", "card")
      card.dataset.card = account.id
      card.setAttribute("aria-label", `${labels.preview} ${account.platform}`)
      const by = make("div", "by"), who = make("div")
      who.append(make("b", "", account.label), make("span", "", `${labels.preview} ${account.platform}`))
      by.append(make("div", "disc", account.letter), who)
      const words = make("div", "words"), picture = make("img", "picture hidden")
      words.dir = "auto"
      card.append(by, words, picture)
      cards.append(card)
    }
    root.replaceChildren(fields, cards)
  }

  if (own.rev !== data.rev) {
    if (data.forget) sessionStorage.removeItem(`majlis:composer:${data.user}:${data.forget}`)
    const held = JSON.parse(sessionStorage.getItem(place) ?? "null")
    own.rev = data.rev
    own.chosen = held?.chosen ?? data.chosen
    own.base = held?.base ?? data.base
    own.texts = held?.texts ?? { ...data.texts }
    build()
    if (held) own.timer = setTimeout(flush, 0)
  }
  redraw()

  return () => {
    clearTimeout(own.timer)
    desks.delete(parentElement)
  }
}
