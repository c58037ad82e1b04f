// The saved views with their counts: a row of switches that keeps its focus when the numbers change.
const drawn = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".views")
  const print = JSON.stringify(data)
  if (drawn.get(parentElement) !== print) {
    drawn.set(parentElement, print)
    const focused = parentElement.activeElement?.dataset?.view
    root.setAttribute("aria-label", data.label)
    root.replaceChildren(...data.views.map(view => {
      const button = document.createElement("button"), label = document.createElement("span"), count = document.createElement("bdi")
      button.type = "button"
      button.className = "view"
      button.dataset.view = view.name
      button.setAttribute("aria-pressed", String(view.name === data.view))
      label.textContent = view.label
      count.className = "n"
      count.textContent = view.count
      button.append(label, count)
      return button
    }))
    if (focused) root.querySelector(`[data-view="${focused}"]`)?.focus()
  }
  root.onclick = event => {
    const chosen = event.target.closest(".view")?.dataset.view
    if (!chosen) return
    for (const button of root.children) button.setAttribute("aria-pressed", String(button.dataset.view === chosen))
    setTriggerValue("view", chosen)
  }
  return () => drawn.delete(parentElement)
}
