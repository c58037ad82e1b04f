// The views with their counts in one row, and the filters that are on: switches that keep their focus when the numbers change.
const drawn = new WeakMap()
// an arrow and the fading beside it, in points
const CLEAR = 52

// what of the row lies beyond its beginning and its end, in points
const beyond = row => {
  const passed = Math.abs(row.scrollLeft)
  return { back: passed, on: row.scrollWidth - row.clientWidth - passed }
}

// a view comes into sight, clear of the arrows; the page itself stays where it is
function reach(row, view) {
  if (!view) return
  const box = view.getBoundingClientRect(), window = row.getBoundingClientRect()
  row.scrollLeft += Math.min(0, box.left - window.left - CLEAR) + Math.max(0, box.right - window.right + CLEAR)
}

// the arrows at its ends stand while there is something beyond them; a keyboard has the views themselves, and the row follows
function arrows(row) {
  const ends = [...row.parentElement.querySelectorAll(".push")]
  const show = () => {
    const left = beyond(row)
    for (const end of ends) {
      end.classList.toggle("hidden", left[end.dataset.to] < 2)
      row.classList.toggle(`more-${end.dataset.to}`, left[end.dataset.to] >= 2)
    }
  }
  for (const end of ends) {
    end.onclick = () => {
      const on = (end.dataset.to === "on") === (getComputedStyle(row).direction === "ltr")
      row.scrollBy({ left: (on ? 0.7 : -0.7) * row.clientWidth, behavior: "smooth" })
    }
  }
  row.onscroll = show
  // by keyboard alone: what moved under a pointer would not be what it presses
  row.addEventListener("focusin", event => { if (event.target.matches(":focus-visible")) reach(row, event.target) })
  const sizes = new ResizeObserver(show)
  sizes.observe(row)
  return { show, stop: () => sizes.disconnect() }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".views"), filters = parentElement.querySelector(".on")
  const own = drawn.get(parentElement) ?? { print: "" }
  drawn.set(parentElement, own)
  own.ends ??= arrows(root)
  const make = (tag, cls, text) => {
    const node = document.createElement(tag)
    node.className = cls
    node.textContent = text ?? ""
    return node
  }
  const choose = name => {
    for (const button of root.children) button.setAttribute("aria-pressed", String(button.dataset.view === name))
    setTriggerValue("view", name)
  }
  const off = (name, label, text) => {
    const button = make("button", "off", text)
    button.type = "button"
    button.dataset.off = name
    button.setAttribute("aria-label", label)
    return button
  }
  const print = JSON.stringify(data)
  if (own.print !== print) {
    own.print = print
    const focused = parentElement.activeElement?.dataset ?? {}
    root.setAttribute("aria-label", data.label)
    root.replaceChildren(...data.views.map(view => {
      const button = make("button", view.mine ? "view mine" : "view")
      button.type = "button"
      button.dataset.view = view.name
      button.setAttribute("aria-pressed", String(view.name === data.view))
      button.append(make("bdi", "", view.label), make("bdi", "n", view.count))
      return button
    }))
    const on = data.on ?? []
    filters.classList.toggle("hidden", !on.length)
    filters.replaceChildren(...on.map(({ name, label }) => {
      const chip = make("span", "filter")
      chip.append(make("bdi", "", label), off(name, `${data.off} ${label}`, "×"))
      return chip
    }))
    if (on.length > 1) filters.append(off("*", data.clear, data.clear))
    for (const end of root.parentElement.querySelectorAll(".push")) {
      end.textContent = end.dataset.to === "on" ? "›" : "‹"
      end.setAttribute("aria-label", data.push[end.dataset.to])
      end.title = data.push[end.dataset.to]
    }
    if (own.view !== data.view) reach(root, root.querySelector('[aria-pressed="true"]'))
    own.view = data.view
    own.ends.show()
    if (focused.view) root.querySelector(`[data-view="${CSS.escape(focused.view)}"]`)?.focus()
    else if (focused.off) (filters.querySelector("[data-off]") ?? root.querySelector('[aria-pressed="true"]'))?.focus()
  }
  root.onclick = event => {
    const chosen = event.target.closest(".view")?.dataset.view
    if (chosen) choose(chosen)
  }
  filters.onclick = event => {
    const name = event.target.closest("[data-off]")?.dataset.off
    if (name) setTriggerValue("drop", name)
  }
  // what the palette may offer, the first nine by their number (palette.js)
  own.offer = into => data.views.forEach((view, at) => {
    into.push({ group: "view", label: view.label, key: at < 9 ? String(at + 1) : "", now: view.name === data.view, run: () => choose(view.name) })
  })
  if (!own.answering) {
    own.answering = event => own.offer(event.detail)
    document.addEventListener("majlis-ask", own.answering)
  }
  return () => {
    document.removeEventListener("majlis-ask", own.answering)
    own.ends.stop()
    drawn.delete(parentElement)
  }
}
