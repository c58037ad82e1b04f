// The inbox list. Data in, events out; every word is set with textContent; focus survives a redraw.
const kept = new WeakMap()

const make = (tag, cls, text) => {
  const node = document.createElement(tag)
  if (cls) node.className = cls
  if (text !== undefined) node.textContent = text
  return node
}

const typing = event => {
  const on = event.composedPath()[0]
  return on instanceof HTMLElement && (on.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(on.tagName))
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".mj")
  const list = root.querySelector(".list")
  const bulk = root.querySelector(".bulk")
  const say = root.querySelector("[role=status]")
  const own = kept.get(parentElement) ?? { checked: new Set(), at: null, drawn: "", timer: 0, asked: null, seen: null }
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
  // the box of that message takes the focus: now, or when it is drawn
  const reply = id => {
    document.documentElement.dataset.majlisReply = id
    document.dispatchEvent(new CustomEvent("majlis-reply"))
  }
  const rove = (id, focus) => {
    own.at = id
    for (const node of list.querySelectorAll(".row")) node.tabIndex = node.dataset.id === String(id) ? 0 : -1
    if (focus) nodeOf(id)?.focus()
  }
  const step = by => {
    const all = ids()
    if (!all.length) return
    const here = all.indexOf(own.at)
    const next = all[Math.min(all.length - 1, Math.max(0, here < 0 ? 0 : here + by))]
    rove(next, true)
    nodeOf(next)?.scrollIntoView({ block: "nearest" })
    open(next, false)
  }
  const toggle = id => {
    own.checked.has(id) ? own.checked.delete(id) : own.checked.add(id)
    nodeOf(id)?.setAttribute("aria-selected", String(own.checked.has(id)))
    drawBulk()
  }

  const drawBulk = () => {
    const n = own.checked.size
    bulk.replaceChildren()
    bulk.classList.toggle("hidden", !own.data.actions.length)
    if (!n) {
      bulk.append(make("span", "muted", own.data.labels.hint))
      return
    }
    bulk.append(make("span", "", `${own.data.labels.selected} ${n}`))
    for (const action of own.data.actions) {
      const button = make("button", "btn", action.label)
      button.type = "button"
      button.onclick = () => {
        own.setTrigger("bulk", { action: action.name, ids: [...own.checked] })
        own.checked.clear()
        drawBulk()
      }
      bulk.append(button)
    }
  }

  // what a chip says on pointing at it is read aloud too
  const drawChip = ({ label, tone, title }) => {
    const chip = make("span", `chip ${tone}`, label)
    if (title) {
      chip.title = title
      chip.append(make("span", "aloud", `: ${title}`))
    }
    return chip
  }

  const drawRow = row => {
    const item = make("li", own.data.actions.length ? "row" : "row plain")
    item.dataset.id = row.id
    item.setAttribute("role", "option")
    item.setAttribute("aria-selected", String(own.checked.has(row.id)))
    item.tabIndex = -1
    const tick = make("span", own.data.actions.length ? "tick" : "")
    tick.setAttribute("aria-hidden", "true")
    if (own.data.actions.length) tick.onclick = event => {
      event.stopPropagation()
      toggle(row.id)
    }
    const body = make("div")
    const head = make("div", "head")
    const name = make("bdi", "name", row.name)
    head.append(name, make("span", "when", row.when))
    const text = make("div", row.gone ? "text gone" : "text", row.text)
    text.dir = row.dir
    const chips = make("div", "chips")
    chips.append(...row.chips.map(drawChip))
    body.append(head, text, chips)
    item.append(tick, body)
    item.onclick = () => {
      rove(row.id, true)
      open(row.id, true)
    }
    return item
  }

  const { rows, selected, labels, more } = data
  list.setAttribute("aria-label", labels.list)
  const fingerprint = JSON.stringify([rows, labels, more])
  if (fingerprint !== own.drawn) {
    own.drawn = fingerprint
    const scrolled = list.scrollTop
    const there = new Set(rows.map(row => row.id))
    for (const id of own.checked) if (!there.has(id)) own.checked.delete(id)
    list.replaceChildren(...rows.map(drawRow))
    if (!rows.length) list.append(make("li", "empty", labels.empty))
    if (more) {
      const wrap = make("li")
      const button = make("button", "more", labels.more)
      button.type = "button"
      button.onclick = () => own.setTrigger("more", own.data.rows.length)
      wrap.append(button)
      list.append(wrap)
    }
    list.scrollTop = scrolled
    say.textContent = labels.shown
  }
  if (own.asked === null || own.asked === selected || !rows.some(row => row.id === own.asked)) {
    own.asked = null
    for (const node of list.querySelectorAll(".row")) node.setAttribute("aria-current", String(node.dataset.id === String(selected)))
    if (!list.contains(parentElement.activeElement)) own.at = selected
  }
  // opened by an address or from elsewhere: bring its row into sight, without moving the page
  if (own.seen !== selected) {
    own.seen = selected
    const node = nodeOf(selected)
    if (node && own.asked === null) {
      const from = node.offsetTop - list.offsetTop
      if (from < list.scrollTop || from + node.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = from - list.clientHeight / 3
    }
  }
  rove(rows.some(row => row.id === own.at) ? own.at : (rows[0]?.id ?? null), hadFocus)
  drawBulk()

  list.onkeydown = event => {
    const all = ids()
    if (event.key === "ArrowDown") step(1)
    else if (event.key === "ArrowUp") step(-1)
    else if (event.key === "Home") { own.at = null; step(0) }
    else if (event.key === "End") { own.at = all.at(-2) ?? null; step(1) }
    else if (event.key === "x" || event.key === "ء") { if (own.data.actions.length) toggle(own.at) }
    else if (event.key === "Enter") {
      open(own.at, true)
      reply(own.at)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  // j/k and r wherever the person is, except while he types; on an Arabic keyboard the same keys give ت, ن and ق
  if (!own.listening) {
    own.listening = event => {
      if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === "j" || event.key === "ت") own.step(1)
      else if (event.key === "k" || event.key === "ن") own.step(-1)
      else if (event.key === "r" || event.key === "ق") own.reply(own.at)
      else return
      event.preventDefault()
    }
    document.addEventListener("keydown", own.listening)
  }
  own.step = step
  own.reply = reply

  return () => {
    clearTimeout(own.timer)
    document.removeEventListener("keydown", own.listening)
    kept.delete(parentElement)
  }
}
