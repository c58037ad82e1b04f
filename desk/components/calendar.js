// The plan: a month or a week of days with the posts on them. A post is moved by dragging it, with a finger once it has rested on
// it, or with M, the arrows and Enter.
const kept = new WeakMap()

const make = (tag, cls, text) => {
  const node = document.createElement(tag)
  if (cls) node.className = cls
  if (text !== undefined) node.textContent = text
  return node
}

// minutes since midnight of "09:30", moved by so many and kept within the day
const shifted = (time, by) => {
  const [hour, minute] = time.split(":").map(Number)
  const at = Math.min(Math.max(hour * 60 + minute + by, 0), 24 * 60 - 5)
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`
}

// what an arrow does: [days, minutes]; left is a day on where the page reads from the right
function arrowed(key, view, rtl) {
  const on = rtl ? "ArrowLeft" : "ArrowRight"
  if (key === "ArrowLeft" || key === "ArrowRight") return [key === on ? 1 : -1, 0]
  const down = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0
  return view === "week" ? [0, down * 15] : [down * 7, 0]
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".grid"), live = parentElement.querySelector("[role=status]")
  const own = kept.get(parentElement) ?? { print: "", held: null, dragged: null }
  kept.set(parentElement, own)
  const { labels } = data
  const rtl = data.lang === "ar"
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
  const tell = text => { live.textContent = text }
  const slotOf = key => data.slots.find(slot => slot.key === key)
  const place = date => data.days.findIndex(day => day.date === date)
  const send = (slot, date, time) => {
    if (slot.date === date && slot.time === time) return
    setTriggerValue("move", { post: slot.post, version: slot.version, date, time })
  }

  const drawSlot = slot => {
    const link = make("a", `slot ${slot.state}`)
    link.href = slot.href
    link.target = "_self"
    link.dataset.key = slot.key
    link.draggable = slot.movable
    link.title = slot.tip
    link.setAttribute("aria-label", slot.movable ? `${slot.tip}. ${labels.how}` : slot.tip)
    link.append(make("bdi", "hour", slot.time))
    if (slot.role) link.append(make("span", "role", slot.role))
    const title = make("bdi", "title", slot.title)
    title.dir = slot.dir
    link.append(title)
    if (slot.clash) {
      const mark = make("span", "clash", "⚠")
      mark.title = slot.clash
      link.append(mark)
    }
    return link
  }

  const drawDay = day => {
    const cell = make("div", ["day", day.out && "out", day.today && "today", day.past && "past", day.kind].filter(Boolean).join(" "))
    cell.dataset.date = day.date
    cell.setAttribute("role", "listitem")
    cell.setAttribute("aria-label", day.label)
    const head = make("div", "date"), number = make("span", "num", String(day.number)), weekday = make("span", "weekday", day.name)
    const both = make("span")
    both.append(number, " ", weekday)
    head.append(both, make("span", "hijri", day.hijri))
    cell.append(head, ...day.periods.map(period => {
      const one = make("div", `period ${period.kind}`, period.label)
      one.title = period.title
      return one
    }))
    const here = data.slots.filter(slot => slot.date === day.date)
    if (!here.length && !day.periods.length) cell.classList.add("bare")
    cell.append(...here.map(drawSlot))
    return cell
  }

  // the post that is held: where it would go is framed, and said; days on which there is nothing stand there to take it
  const showHeld = () => {
    const link = own.held && root.querySelector(`[data-key="${own.held.key}"]`)
    for (const node of root.querySelectorAll(".target, .held")) node.classList.remove("target", "held")
    const move = () => root.classList.toggle("moving", Boolean(own.held))
    if (root.classList.contains("moving") !== Boolean(own.held)) link ? steady(link, move) : move()
    if (!own.held) return
    link?.classList.add("held")
    const day = data.days[place(own.held.date)]
    root.querySelector(`[data-date="${own.held.date}"]`)?.classList.add("target")
    tell(fill(labels.at, { day: day.label, time: own.held.time }))
  }
  const release = said => {
    own.held = null
    showHeld()
    tell(said)
  }

  const draw = () => {
    const focused = parentElement.activeElement?.dataset?.key
    root.className = `grid ${data.view}${rtl ? " rtl" : ""}`
    root.setAttribute("aria-label", labels.grid)
    root.replaceChildren(
      ...data.days.slice(0, 7).map(day => {
        const head = make("div", "day head", day.name)
        head.setAttribute("aria-hidden", "true")
        return head
      }),
      ...data.days.map(drawDay))
    if (own.held && !slotOf(own.held.key)) own.held = null
    if (focused) root.querySelector(`[data-key="${focused}"]`)?.focus()
    showHeld()
  }

  const print = JSON.stringify(data)
  if (own.print !== print) {
    own.print = print
    draw()
  }

  root.onkeydown = event => {
    const link = event.target.closest(".slot")
    if (!link || event.ctrlKey || event.metaKey || event.altKey) return
    const slot = slotOf(link.dataset.key)
    if (!own.held) {
      if (event.code !== "KeyM" || !slot.movable) return
      event.preventDefault()
      event.stopPropagation()
      own.held = { key: slot.key, date: slot.date, time: slot.time }
      showHeld()
      tell(fill(labels.taken, { title: slot.title }))
      return
    }
    const held = own.held
    if (event.key === "Escape" || event.key === "Tab") {
      release(labels.left)
      if (event.key === "Tab") return
    } else if (event.key === "Enter") {
      release("")
      send(slot, held.date, held.time)
    } else if (event.key.startsWith("Arrow")) {
      const [days, minutes] = arrowed(event.key, data.view, rtl)
      const day = data.days[place(held.date) + days]
      if (day && !day.past) own.held = { ...held, date: day.date, time: shifted(held.time, minutes) }
      showHeld()
    }
    event.preventDefault()
    event.stopPropagation()
  }

  root.ondragstart = event => {
    const link = event.target.closest(".slot")
    const slot = link && slotOf(link.dataset.key)
    if (!slot?.movable) return event.preventDefault()
    own.dragged = slot
    event.dataTransfer.effectAllowed = "move"
    event.dataTransfer.setData("text/plain", slot.title)
    link.classList.add("held")
  }
  const over = event => {
    const cell = event.target.closest?.("[data-date]")
    for (const node of root.querySelectorAll(".target")) if (node !== cell) node.classList.remove("target")
    if (!own.dragged || !cell || cell.classList.contains("past")) return
    event.preventDefault()
    event.dataTransfer.dropEffect = "move"
    cell.classList.add("target")
  }
  root.ondragenter = over
  root.ondragover = over
  root.ondragend = () => {
    own.dragged = null
    for (const node of root.querySelectorAll(".target, .held")) node.classList.remove("target", "held")
  }
  root.ondrop = event => {
    const cell = event.target.closest("[data-date]")
    if (!own.dragged || !cell || cell.classList.contains("past")) return
    event.preventDefault()
    send(own.dragged, cell.dataset.date, own.dragged.time)
  }
  own.slotOf = slotOf
  own.take = slot => {
    own.held = { key: slot.key, date: slot.date, time: slot.time, slot }
    showHeld()
  }
  own.over = day => {
    if (!own.held) return
    const date = day && !day.classList.contains("past") ? day.dataset.date : own.held.slot.date
    if (date === own.held.date) return
    own.held = { ...own.held, date }
    showHeld()
  }
  own.drop = date => {
    if (!own.held) return
    const { slot } = own.held
    release(date ? "" : labels.left)
    if (date) send(slot, date, slot.time)
  }
  own.stop ??= carrying(root, {
    may: link => Boolean(own.slotOf(link.dataset.key)?.movable),
    take: link => own.take(own.slotOf(link.dataset.key)),
    over: day => own.over(day),
    put: day => own.drop(day && !day.classList.contains("past") ? day.dataset.date : ""),
  })
  return () => {
    own.stop()
    kept.delete(parentElement)
  }
}
