// All that can be done from here, by a key or by its name. What is on the page says itself what it offers: the buttons of a
// message by their key, the rest by answering "majlis-ask". Keys: keymap.js.
const palettes = new WeakMap()

const make = (tag, cls, text) => {
  const node = document.createElement(tag)
  if (cls) node.className = cls
  if (text !== undefined) node.textContent = text
  return node
}
// the button with this key of Streamlit's, the rest of the key being whose it is
const buttonOf = name => {
  const token = new RegExp(`(^| )st-key-${name}(-|$| )`)
  for (const node of document.querySelectorAll(`[class*="st-key-${name}"]`)) {
    if (!token.test(node.className)) continue
    const button = node.querySelector("button:not(:disabled)")
    if (button?.checkVisibility()) return button
  }
  return null
}
const wordsOf = button => (button.querySelector('[data-testid="stMarkdownContainer"]') ?? button).textContent.trim()
// a popover opens on its first field, and what was typed before that field was drawn stands in it
const press = (button, own) => {
  const opens = button.matches('[data-testid="stPopoverButton"]') && button.getAttribute("aria-expanded") !== "true"
  button.click()
  if (!opens) return
  const until = performance.now() + 10000
  let rested = 0
  own.ahead = ""
  const look = () => {
    if (own.ahead === null) return
    const body = document.querySelector('[data-testid="stPopoverBody"]')
    const drawn = body && !body.querySelector('[data-testid="stSkeleton"]')
    rested = atRest() && !body ? rested + 1 : 0
    const field = drawn ? body.querySelector("input, textarea, button") : null
    field?.focus()  // in vain while it is being placed
    const there = field && document.activeElement === field
    if (there && own.ahead && field.tagName !== "BUTTON") document.execCommand("insertText", false, own.ahead)
    if (there || performance.now() > until || rested > 10) own.ahead = null
    else setTimeout(look, 60)
  }
  setTimeout(look, 60)
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".mj")
  const own = palettes.get(parentElement) ?? { at: 0, shown: [], only: "", ahead: null }
  palettes.set(parentElement, own)
  own.data = data
  const { labels } = data
  const dialog = root.querySelector("dialog"), input = dialog.querySelector("input"), list = dialog.querySelector("[role=listbox]")
  const head = dialog.querySelector("h2"), help = dialog.querySelector(".help"), none = dialog.querySelector(".none")
  input.placeholder = labels.hint
  input.setAttribute("aria-label", labels.hint)
  list.setAttribute("aria-label", labels.title)
  none.textContent = labels.none

  const asked = () => {
    const into = []
    document.dispatchEvent(new CustomEvent("majlis-ask", { detail: into }))
    return into
  }
  const deeds = () => own.data.deeds.flatMap(({ name, key }) => {
    const button = buttonOf(name)
    return button ? [{ group: "deed", label: wordsOf(button), key, run: () => press(button, own) }] : []
  })
  const go = path => {
    const link = [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')].find(a => new URL(a.href).pathname === `/${path}`)
    link ? link.click() : location.assign(`/${path}`)
  }
  const commands = () => {
    const offered = asked().filter(one => one.group !== "find")
    const chosen = own.only ? offered.filter(one => one.group === own.only).map((one, at) => ({ ...one, key: at < 9 ? String(at + 1) : "" })) : offered
    if (own.only) return chosen
    const pages = own.data.pages.map(({ path, label }) => ({ group: "page", label, run: () => go(path) }))
    const done = chosen.filter(one => one.group === "deed")
    return [...deeds(), ...done, ...chosen.filter(one => one.group !== "deed"), ...pages]
  }
  const find = text => ({
    group: "find",
    label: `${labels.find} «${text}»`,
    run: () => {
      const here = asked().find(one => one.group === "find")
      here ? here.run(text) : location.assign(`/inbox?view=all&q=${encodeURIComponent(text)}`)
    },
  })

  const mark = at => {
    own.at = at
    list.querySelectorAll("[role=option]").forEach((node, place) => {
      node.setAttribute("aria-selected", String(place === at))
      if (place === at) {
        input.setAttribute("aria-activedescendant", node.id)
        node.scrollIntoView({ block: "nearest" })
      }
    })
  }
  const draw = () => {
    const typed = input.value.trim()
    const known = commands().filter(one => !typed || fits(typed, `${one.label} ${labels.groups[one.group]}`))
    own.shown = typed && !own.only && own.data.finds ? [...known, find(typed)] : known
    list.replaceChildren()
    let group = ""
    own.shown.forEach((one, at) => {
      if (one.group !== group) {
        group = one.group
        const title = make("div", "group", labels.groups[group])
        title.setAttribute("role", "presentation")
        list.append(title)
      }
      const option = make("div", "option")
      option.id = `command-${at}`
      option.setAttribute("role", "option")
      option.append(make("bdi", "", one.label))
      if (one.now) option.append(make("span", "now", labels.now))
      if (one.key) option.append(make("kbd", "", one.key))
      option.onclick = () => run(one)
      list.append(option)
    })
    none.classList.toggle("hidden", own.shown.length > 0)
    mark(0)
  }
  const run = one => {
    dialog.close()
    one.run(one)
  }

  const open = (only, asHelp) => {
    own.only = only
    head.textContent = asHelp ? labels.help : only ? labels.groups[only] : labels.title
    for (const node of [input, list]) node.classList.toggle("hidden", Boolean(asHelp))
    none.classList.add("hidden")
    help.classList.toggle("hidden", !asHelp)
    input.value = ""
    if (asHelp) drawHelp()
    else draw()
    document.documentElement.classList.add("mj-palette-open")
    if (!dialog.open) dialog.showModal()
    if (!asHelp) input.focus()
  }
  const drawHelp = () => {
    help.replaceChildren(...own.data.help.map(({ keys, label }) => {
      const line = make("div", "line"), caps = make("span", "caps")
      for (const key of keys) caps.append(make("kbd", "", key))
      line.append(caps, make("bdi", "", label))
      return line
    }))
  }

  dialog.onclose = () => document.documentElement.classList.remove("mj-palette-open")
  dialog.onclick = event => { if (event.target === dialog) dialog.close() }
  dialog.querySelector(".close").onclick = () => dialog.close()
  dialog.querySelector(".close").setAttribute("aria-label", labels.close)
  input.oninput = draw
  input.onkeydown = event => {
    const key = keyOf(event), digit = own.shown.find(one => one.key === key)
    if (key === "ArrowDown") mark(around(own.at, 1, own.shown.length))
    else if (key === "ArrowUp") mark(around(own.at, -1, own.shown.length))
    else if (key === "Enter") { if (own.shown[own.at]) run(own.shown[own.at]) }
    else if (own.only && !input.value && /^[1-9]$/.test(key)) { if (digit) run(digit) }
    else {
      event.stopPropagation()
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }
  const button = root.querySelector(".open")
  button.replaceChildren(make("span", "", labels.title), make("kbd", "", "Ctrl+K"))
  button.onclick = () => open("")
  const keys = root.querySelector(".keys")
  keys.replaceChildren(make("span", "", labels.help), make("kbd", "", "?"))
  keys.onclick = () => open("", true)

  // a form or an answer was asked for and is not drawn yet: letters are its words, and no commands
  const early = (event, key) => {
    const asked = document.documentElement.dataset
    if ((own.ahead === null && !asked.majlisReply) || writing(event) || !plainKey(event)) return false
    if (key === "Escape") {
      own.ahead = null
      delete asked.majlisReply
    }
    if (event.key.length !== 1) return false
    if (own.ahead === null) asked.majlisAhead += event.key
    else own.ahead += event.key
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  own.pressed = event => {
    const key = keyOf(event)
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key.toLowerCase() === "k") {
      event.preventDefault()
      event.stopPropagation()
      return dialog.open ? dialog.close() : open("")
    }
    if (early(event, key)) return
    if (event.defaultPrevented || writing(event) || !plainKey(event) || dialog.open || document.querySelector('[role="dialog"]')) return
    const deed = own.data.deeds.filter(one => one.key === key).map(one => buttonOf(one.name)).find(Boolean)
    const offered = asked().find(one => one.key === key)
    const corrected = Object.entries(own.data.corrections).find(([, one]) => one === key)?.[0]
    if (key === "?") open("", true)
    else if (key === "/") {
      const box = document.querySelector('[class*="st-key-"][class*="_q"] input')
      if (!box) return
      box.focus()
      box.select()
    } else if (deed) press(deed, own)
    else if (offered) offered.run(offered)
    else if (corrected && asked().some(one => one.group === corrected)) open(corrected)
    else return
    event.preventDefault()
  }
  if (!own.listening) {
    own.listening = event => own.pressed(event)
    document.addEventListener("keydown", own.listening, true)
  }
  return () => {
    document.removeEventListener("keydown", own.listening, true)
    document.documentElement.classList.remove("mj-palette-open")
    palettes.delete(parentElement)
  }
}
