// The list of a page. Data in, events out; every word is set with textContent; focus survives a redraw. Keys: keymap.js.
const kept = new WeakMap()

const make = (tag, cls, text) => {
  const node = document.createElement(tag)
  if (cls) node.className = cls
  if (text !== undefined) node.textContent = text
  return node
}
const press = (cls, label, run) => {
  const button = make("button", cls, label)
  button.type = "button"
  button.onclick = run
  return button
}

export default function (component) {
  const { parentElement, setTriggerValue } = component
  const data = JSON.parse(new TextDecoder().decode(component.data))
  const root = parentElement.querySelector(".mj")
  const list = root.querySelector(".list")
  const bulk = root.querySelector(".bulk")
  const ways = root.querySelector(".turn")
  const say = root.querySelector("[role=status]")
  const own = kept.get(parentElement) ?? { checked: new Set(), at: null, drawn: "", offered: "", timer: 0, asked: null, seen: null, edge: "", walk: [] }
  kept.set(parentElement, own)
  own.setTrigger = setTriggerValue
  own.data = data

  const ids = () => own.data.rows.map(row => row.id)
  const nodeOf = id => list.querySelector(`[data-id="${id}"]`)
  const hadFocus = list.contains(parentElement.activeElement ?? document.activeElement)

  const open = (id, now) => {
    clearTimeout(own.timer)
    own.asked = id
    for (const node of list.querySelectorAll(".row")) node.setAttribute("aria-current", String(node.dataset.id === String(id)))
    own.timer = setTimeout(() => own.setTrigger("open", id), now ? 0 : 110)
  }
  // the box of that message takes the focus: now, or when it is drawn; until then letters are the answer's (palette.js keeps them),
  // unless the page has come to rest without a box
  const reply = id => {
    const asked = document.documentElement.dataset
    asked.majlisReply = id
    asked.majlisAhead = ""
    document.dispatchEvent(new CustomEvent("majlis-reply"))
    clearInterval(own.waits)
    let rested = 0
    own.waits = setInterval(() => {
      rested = atRest() ? rested + 1 : 0
      if (asked.majlisReply === String(id) && rested < 8) return
      clearInterval(own.waits)
      if (asked.majlisReply === String(id)) delete asked.majlisReply
    }, 50)
  }
  const rove = (id, focus) => {
    own.at = id
    for (const node of list.querySelectorAll(".row")) node.tabIndex = node.dataset.id === String(id) ? 0 : -1
    if (focus) nodeOf(id)?.focus({ preventScroll: true })
  }
  // beyond the last row lies the next page, before the first one the page before
  const turn = where => {
    own.edge = where
    own.checked.clear()
    own.setTrigger(where, own.data.rows.length)
  }
  const step = by => {
    const all = own.walk, here = all.indexOf(own.at)
    if (here >= 0 && here + by >= all.length && own.data.more) return turn("more")
    if (here >= 0 && here + by < 0 && own.data.earlier) return turn("earlier")
    const next = all[Math.min(all.length - 1, Math.max(0, here < 0 ? 0 : here + by))]
    if (!nodeOf(next)) return
    rove(next, true)
    nodeOf(next)?.scrollIntoView({ block: "nearest" })
    open(next, false)
  }
  const tick = (id, on) => {
    on ? own.checked.add(id) : own.checked.delete(id)
    nodeOf(id)?.setAttribute("aria-selected", String(on))
  }
  const toggle = id => {
    tick(id, !own.checked.has(id))
    drawBulk()
  }
  const deed = (action, value) => {
    own.setTrigger("bulk", { action, value, ids: [...own.checked] })
    for (const id of [...own.checked]) tick(id, false)
    drawBulk()
  }

  const drawBulk = () => {
    const { actions, labels } = own.data
    const print = JSON.stringify([[...own.checked], actions, labels])
    if (print === own.offered) return
    own.offered = print
    bulk.classList.toggle("hidden", !actions.length)
    if (!own.checked.size) {
      bulk.replaceChildren(make("span", "muted", labels.hint))
      return
    }
    const every = ids().every(id => own.checked.has(id))
    const all = press("link", every ? labels.none : labels.all, () => {
      for (const id of ids()) tick(id, !every)
      drawBulk()
    })
    bulk.replaceChildren(make("span", "", `${labels.selected} ${own.checked.size}`), all)
    bulk.append(...actions.filter(one => !one.choices).map(one => press("btn", one.label, () => deed(one.name, ""))))
    const chosen = actions.filter(one => one.choices)
    if (!chosen.length) return
    const pick = make("select")
    pick.setAttribute("aria-label", labels.other)
    pick.append(make("option", "", labels.other))
    for (const one of chosen) {
      const group = make("optgroup")
      group.label = one.label
      for (const { value, label } of one.choices) {
        const option = make("option", "", label)
        option.value = JSON.stringify([one.name, value])
        group.append(option)
      }
      pick.append(group)
    }
    const go = press("btn", labels.apply, () => pick.selectedIndex && deed(...JSON.parse(pick.value)))
    go.disabled = true
    pick.onchange = () => { go.disabled = !pick.selectedIndex }
    bulk.append(pick, go)
  }

  // what a chip says on pointing at it is read aloud too
  const drawChip = ({ label, tone, title, named }) => {
    const chip = make("span", `chip ${tone}`, named ? undefined : label)
    if (named) chip.append(make("bdi", "", label))  // somebody's own words, in any alphabet
    if (title) {
      chip.title = title
      chip.append(make("span", "aloud", `: ${title}`))
    }
    return chip
  }

  const drawRow = row => {
    const ticks = own.data.actions.length
    const item = make("li", `row${ticks ? "" : " plain"}${row.unread ? " unread" : ""}`)
    item.dataset.id = row.id
    item.setAttribute("role", "option")
    item.setAttribute("aria-selected", String(own.checked.has(row.id)))
    item.tabIndex = -1
    const box = make("span", ticks ? "tick" : "")
    box.setAttribute("aria-hidden", "true")
    if (ticks) box.onclick = event => {
      event.stopPropagation()
      toggle(row.id)
    }
    const body = make("div")
    const head = make("div", "head")
    const name = make("bdi", "name", row.name)
    if (row.unread) head.append(make("span", "aloud", own.data.labels.unread))
    head.append(name, make("span", "when", row.when))
    const text = make("div", row.gone ? "text gone" : "text")
    // the number of a case is not torn at its hyphens
    const pieces = row.text.split(/\b(M-[0-9A-Z]{5}-[0-9A-Z]{5})\b/)
    text.append(...pieces.map((piece, place) => place % 2 ? make("span", "number", piece) : piece))
    text.dir = row.dir
    const chips = make("div", "chips")
    chips.append(...row.chips.map(drawChip))
    body.append(head, ...(row.beside ? [make("div", "beside", row.beside)] : []), text, chips)
    item.append(box, body)
    item.onclick = () => {
      rove(row.id, true)
      open(row.id, true)
      document.dispatchEvent(new CustomEvent("majlis-below", { detail: parentElement.getRootNode().host }))
    }
    return item
  }
  const { rows, selected, labels, more, earlier } = data
  list.setAttribute("aria-label", labels.list)
  const fingerprint = JSON.stringify([rows, labels, more, earlier, data.actions.length])
  let turned = false
  if (fingerprint !== own.drawn) {
    own.drawn = fingerprint
    const scrolled = list.scrollTop
    const there = new Set(rows.map(row => row.id))
    turned = Boolean(own.edge) && !there.has(own.at)
    for (const id of own.checked) if (!there.has(id)) own.checked.delete(id)
    list.replaceChildren(...rows.map(drawRow))
    if (!rows.length) {
      const nothing = make("li", "empty", labels.empty)
      nothing.setAttribute("role", "option")
      nothing.setAttribute("aria-disabled", "true")
      list.append(nothing)
    }
    ways.replaceChildren(
      ...(earlier ? [press("btn way", labels.earlier, () => turn("earlier"))] : []),
      make("span", "muted", labels.shown),
      ...(more ? [press("btn way", labels.more, () => turn("more"))] : []),
    )
    ways.classList.toggle("hidden", !more && !earlier)
    list.scrollTop = turned ? 0 : scrolled
    say.textContent = labels.shown
  }
  if (own.asked === null || own.asked === selected || !rows.some(row => row.id === own.asked)) {
    own.asked = null
    for (const node of list.querySelectorAll(".row")) node.setAttribute("aria-current", String(node.dataset.id === String(selected)))
    if (!list.contains(parentElement.activeElement)) own.at = selected
  }
  if (own.seen === null) document.dispatchEvent(new CustomEvent("majlis-listed", { detail: parentElement.getRootNode().host }))
  // opened by an address or from elsewhere: bring its row into sight, without moving the page
  if (own.seen !== selected && !turned) {
    own.seen = selected
    const node = nodeOf(selected)
    if (node && own.asked === null) {
      const from = node.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop
      if (from < list.scrollTop || from + node.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = from - list.clientHeight / 3
    }
  }
  // what is open and has left the list is walked on from where it stood: its place is kept between its neighbours
  const stood = own.walk.indexOf(own.at), beyond = own.walk.slice(stood + 1).find(id => nodeOf(id)), opened = own.at
  own.walk = ids()
  if (nodeOf(opened)) rove(opened, hadFocus || turned)
  else {
    const place = beyond === undefined ? own.walk.length : own.walk.indexOf(beyond)
    rove((stood < 0 ? rows[0]?.id : own.walk[place] ?? own.walk.at(-1)) ?? null, hadFocus || turned)
    own.at = opened
    if (stood >= 0) own.walk.splice(place, 0, opened)
  }
  if (turned) own.edge = ""
  drawBulk()

  list.onkeydown = event => {
    const key = keyOf(event), all = ids(), row = event.target.closest("[data-id]")
    if (!plainKey(event)) return
    if (key === "ArrowDown") step(1)
    else if (key === "ArrowUp") step(-1)
    else if (key === "Home") { own.at = all[0]; step(0) }
    else if (key === "End") { own.at = all.at(-1); step(0) }
    else if (key === "Escape" && own.checked.size) {
      for (const id of [...own.checked]) tick(id, false)
      drawBulk()
    } else if (key === "Enter" && event.target.tagName !== "BUTTON") {
      rove(all.find(id => String(id) === row?.dataset.id) ?? own.at, false)
      open(own.at, true)
      reply(own.at)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  // j, k, r and x wherever the person is, except while he writes
  own.keys = {
    j: () => step(1),
    k: () => step(-1),
    r: () => reply(own.at),
    x: () => own.data.actions.length && nodeOf(own.at) && toggle(own.at),
  }
  // what the palette may offer for the message that is open (palette.js)
  own.offer = into => {
    const row = own.data.rows.find(one => one.id === own.data.selected)
    for (const [field, known] of Object.entries((row && own.data.corrections) ?? {})) {
      for (const { value, label } of row.fits?.[field] === undefined ? [] : known) {
        const run = () => own.setTrigger("correct", { item: row.id, field, value })
        into.push({ group: field, label, now: row.fits[field] === value, run })
      }
    }
    if (own.data.corrections) into.push({ group: "find", run: text => own.setTrigger("find", text) })
  }
  if (!own.listening) {
    own.listening = event => {
      if (event.defaultPrevented || writing(event) || !plainKey(event) || document.querySelector("html.mj-palette-open")) return
      const run = own.keys[keyOf(event)]
      if (!run) return
      run()
      event.preventDefault()
    }
    own.answering = event => own.offer(event.detail)
    document.addEventListener("keydown", own.listening)
    document.addEventListener("majlis-ask", own.answering)
  }

  return () => {
    clearTimeout(own.timer)
    clearInterval(own.waits)
    document.removeEventListener("keydown", own.listening)
    document.removeEventListener("majlis-ask", own.answering)
    kept.delete(parentElement)
  }
}
