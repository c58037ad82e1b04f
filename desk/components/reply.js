// The reply box. What is typed is never overwritten, never lost, and leaves once: a nonce names each text that is sent.
const boxes = new WeakMap()
const AUTOSAVE_MS = 1500

const nonce = () => [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, "0")).join("")

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const find = selector => parentElement.querySelector(selector)
  const area = find("textarea"), send = find(".main"), count = find(".count"), status = find(".status")
  const problem = find(".problem"), aside = find(".aside"), sent = find(".sent"), secret = find("input[type=checkbox]")
  const own = boxes.get(parentElement) ?? { item: null, nonce: nonce(), timer: 0, sending: false, saved: null, tried: false }
  boxes.set(parentElement, own)
  const { labels } = data

  const place = item => `majlis:draft:${data.user}:${item}`
  const store = () => sessionStorage.setItem(place(own.item), JSON.stringify({ text: area.value, nonce: own.nonce, saved: own.saved }))
  const flush = () => {
    clearTimeout(own.timer)
    if (own.item === null || own.sending || area.value === own.saved) return
    own.saved = area.value
    store()
    setTriggerValue("draft", { item: own.item, text: area.value })
  }
  const draw = () => {
    const length = countText(data.style, area.value)
    const over = data.limit > 0 && length > data.limit
    count.textContent = data.limit > 0 ? `${length} / ${data.limit}` : String(length)
    count.classList.toggle("over", over)
    send.disabled = own.sending || over || !area.value.trim()
    send.textContent = own.sending ? labels.sending : labels.send
    area.readOnly = own.sending
    status.textContent = own.sending ? labels.sending : area.value && area.value === own.saved ? labels.saved : area.value ? labels.unsaved : ""
  }
  const go = () => {
    if (own.sending || !area.value.trim() || (data.limit > 0 && countText(data.style, area.value) > data.limit)) return
    clearTimeout(own.timer)
    own.sending = true
    own.tried = true
    store()
    draw()
    setTriggerValue("send", { item: own.item, text: area.value, nonce: own.nonce, seen: data.seen, private: secret.checked })
  }

  if (own.item !== data.item) {
    if (own.item !== null) flush()
    const held = JSON.parse(sessionStorage.getItem(place(data.item)) ?? "null")
    own.item = data.item
    sent.classList.add("hidden")
    own.sending = false
    own.tried = false
    own.nonce = held?.nonce ?? nonce()
    // what is in this tab and not yet in the database wins; otherwise the database knows best
    const unsaved = held && held.text !== held.saved
    area.value = unsaved ? held.text : data.draft
    own.saved = data.draft
    secret.checked = false
    if (unsaved) own.timer = setTimeout(flush, AUTOSAVE_MS)
  }
  if (own.sending && data.done === own.nonce) {
    sessionStorage.removeItem(place(own.item))
    own.sending = false
    own.tried = false
    own.nonce = nonce()
    own.saved = ""
    area.value = ""
    sent.textContent = labels.sent
    sent.classList.remove("hidden")
  } else if (own.sending && data.refused === own.nonce) {
    own.sending = false
  }
  const refusal = data.refused === own.nonce ? data.problem : ""
  problem.textContent = refusal
  problem.classList.toggle("hidden", !refusal)
  aside.classList.toggle("hidden", !refusal || !data.offer_private || !data.can_private)
  aside.textContent = labels.send_private
  aside.onclick = () => {
    secret.checked = true
    go()
  }

  find("label.for").textContent = labels.reply
  area.placeholder = labels.placeholder
  find(".keys").textContent = labels.keys
  find(".private").classList.toggle("hidden", !data.can_private)
  find(".private span").textContent = labels.private
  secret.disabled = data.only_private
  if (data.only_private) secret.checked = true
  area.oninput = () => {
    if (own.tried) { own.nonce = nonce(); own.tried = false }
    sent.classList.add("hidden")
    store()
    clearTimeout(own.timer)
    own.timer = setTimeout(flush, AUTOSAVE_MS)
    draw()
  }
  area.onblur = flush
  area.onkeydown = event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      event.stopPropagation()
      go()
    } else if (event.key === "Escape") area.blur()
  }
  send.onclick = go
  if (!own.listening) {
    own.listening = () => {
      if (document.documentElement.dataset.majlisReply !== String(own.item)) return
      delete document.documentElement.dataset.majlisReply
      area.focus()
    }
    document.addEventListener("majlis-reply", own.listening)
  }
  draw()
  own.listening()

  return () => {
    clearTimeout(own.timer)
    document.removeEventListener("majlis-reply", own.listening)
    boxes.delete(parentElement)
  }
}
