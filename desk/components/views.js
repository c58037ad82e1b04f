// The views with their counts, and the filters that are on: rows of switches that keep their focus when the numbers change.
const drawn = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".views"), filters = parentElement.querySelector(".on")
  const own = drawn.get(parentElement) ?? { print: "" }
  drawn.set(parentElement, own)
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
    drawn.delete(parentElement)
  }
}
