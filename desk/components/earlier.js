// What one person said before: a short list of buttons. Data in, events out; every word is set with textContent.
const drawn = new WeakMap()

const make = (tag, cls, text) => {
  const node = document.createElement(tag)
  if (cls) node.className = cls
  if (text !== undefined) node.textContent = text
  return node
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".earlier"), say = parentElement.querySelector("[role=status]")
  const print = JSON.stringify(data)
  if (drawn.get(parentElement) === print) return
  const again = drawn.has(parentElement), focused = parentElement.activeElement?.dataset?.id
  drawn.set(parentElement, print)
  root.setAttribute("aria-label", data.labels.list)
  const press = (label, cls, act) => {
    const button = make("button", cls, label)
    button.type = "button"
    button.onclick = act
    return button
  }
  root.replaceChildren(...data.rows.map(row => {
    const line = make("li"), button = press(undefined, "said", () => setTriggerValue("open", row.id))
    button.dataset.id = row.id
    const head = make("span", "head")
    head.append(make("span", "when", row.when), make("span", "kind", row.kind))
    const text = make("span", "text", row.text)
    text.dir = row.dir
    button.append(head, text)
    line.append(button)
    return line
  }))
  const foot = make("li", "foot")
  const turn = (label, after, id) => {
    const button = press(label, "turn", () => setTriggerValue("turn", { of: data.of, after }))
    button.dataset.id = id
    foot.append(button)
  }
  if (data.back) turn(data.labels.newest, "", "newest")
  if (data.older) turn(data.labels.older, data.older, "older")
  if (foot.childElementCount) root.append(foot)
  if (focused) (root.querySelector(`[data-id="${focused}"]`) ?? root.querySelector("button"))?.focus()
  if (again) say.textContent = `${data.labels.list}: ${data.rows.length}`
  return () => drawn.delete(parentElement)
}
