// The reply box. What is typed is never overwritten, never lost, and leaves once: a nonce names each text that is sent.
const boxes = new WeakMap()
const AUTOSAVE_MS = 1500, AGAIN_MS = 5000
const BLANK = /\{[^{}\n]{1,40}\}/g

const nonce = () => [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, "0")).join("")
// versions of a thread (inbox.collision): whether an answer stands in `there` that was not in `seen`
const newer = (there, seen) => {
  const [now, then] = [there, seen].map(version => (version.match(/\d+/g) ?? []).map(Number))
  return now.some((one, at) => one > (then[at] ?? 0))
}
const blanksOf = text => [...new Set(text.match(BLANK) ?? [])]
const made = (tag, cls, text) => Object.assign(document.createElement(tag), { className: cls, textContent: text ?? "" })

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const find = selector => parentElement.querySelector(selector)
  const area = find("textarea"), send = find(".main"), count = find(".count"), status = find(".status")
  const problem = find(".problem"), aside = find(".aside"), secret = find(".private input"), open = find(".blank")
  const leaving = find(".leaving"), undo = find(".undo"), ready = find(".ready"), chooser = find(".chooser"), seek = find(".seek"), offers = find(".offers")
  const own = boxes.get(parentElement) ?? { item: null, seen: "", nonce: nonce(), timer: 0, clock: 0, sending: false, saved: null, aside: false, flushed: null, tried: false, made: 0, back: "", leaves: null, at: 0, choosing: false, reached: null }
  boxes.set(parentElement, own)
  const { labels } = data

  const place = item => `majlis:draft:${data.user}:${item}`
  const store = () => sessionStorage.setItem(place(own.item), JSON.stringify({ text: area.value, nonce: own.nonce, saved: own.saved, private: secret.checked, aside: own.aside, made: own.made, seen: own.seen }))
  // saved and aside are what the desk has given back, text and tick: a line may be cut, and the desk started anew
  const differs = one => one.text !== one.saved || (Boolean(one.text) && one.private !== one.aside)
  const unkept = () => differs({ text: area.value, saved: own.saved, private: secret.checked, aside: own.aside })
  const flush = () => {
    clearTimeout(own.timer)
    if (own.item === null || own.sending || !unkept()) return
    own.flushed = area.value
    own.flushedAside = secret.checked
    store()
    setTriggerValue("draft", { item: own.item, text: area.value, private: secret.checked, made: own.made, seen: own.seen })
    own.timer = setTimeout(flush, AGAIN_MS)
  }
  const later = () => {
    clearTimeout(own.timer)
    own.timer = setTimeout(flush, AUTOSAVE_MS)
  }
  // a private message is counted otherwise than what everybody reads
  const rule = () => data.counts[secret.checked ? "aside" : "open"]
  const tooLong = () => rule().limit > 0 && countText(rule().style, area.value) > rule().limit
  const draw = () => {
    const { style, limit } = rule(), length = countText(style, area.value), blanks = blanksOf(area.value)
    count.textContent = limit > 0 ? `${length} / ${limit}` : String(length)
    count.classList.toggle("over", tooLong())
    send.disabled = own.sending || tooLong() || blanks.length > 0 || !area.value.trim()
    send.textContent = own.sending ? labels.sending : labels.send
    open.classList.toggle("hidden", !blanks.length)
    open.textContent = `${labels.open} ${blanks.join(" ")}`
    area.readOnly = own.sending
    status.textContent = own.sending ? labels.sending : area.value && !unkept() ? labels.saved : area.value ? labels.unsaved : ""
  }
  const change = () => {
    if (own.tried) { own.nonce = nonce(); own.tried = false }
    if (!area.value) own.made = 0
    store()
    later()
    draw()
  }
  // the next place that is still open, from the cursor on, is marked: what is typed takes its place
  const toBlank = () => {
    const all = [...area.value.matchAll(BLANK)]
    const next = all.find(one => one.index >= area.selectionEnd) ?? all[0]
    area.focus()
    if (next) area.setSelectionRange(next.index, next.index + next[0].length)
    return Boolean(next)
  }
  const go = () => {
    if (own.sending || !area.value.trim() || tooLong()) return
    if (blanksOf(area.value).length) return void toBlank()
    clearTimeout(own.timer)
    own.sending = true
    own.tried = true
    store()
    draw()
    setTriggerValue("send", { item: own.item, text: area.value, nonce: own.nonce, seen: own.seen, private: secret.checked, made: own.made })
  }

  if (own.item !== data.item) {
    if (own.item !== null) {
      flush()
      own.saved = area.value
      own.aside = secret.checked
      store()
    }
    clearTimeout(own.timer)
    const held = JSON.parse(sessionStorage.getItem(place(data.item)) ?? "null")
    own.item = data.item
    own.sending = false
    own.tried = false
    own.choosing = false
    own.nonce = held?.nonce ?? nonce()
    own.back = data.back
    // what is in this tab and not yet in the database wins; otherwise the database knows best
    const unsaved = held && differs(held)
    area.value = unsaved ? held.text : data.draft
    own.made = unsaved ? held.made ?? 0 : data.made
    own.saved = data.draft
    own.aside = data.draft_private
    own.flushed = null
    // what was begun before a colleague answered is sent only after that answer was shown
    own.seen = (unsaved ? held.seen : data.draft_seen) || data.seen
    secret.checked = unsaved ? Boolean(held.private) : data.draft_private
    if (unsaved) later()
  }
  if (own.flushed !== null && data.draft === own.flushed && data.draft_private === own.flushedAside) {
    own.saved = own.flushed
    own.aside = own.flushedAside
    own.flushed = null
    if (!unkept()) clearTimeout(own.timer)
    store()
  }
  if (own.sending && data.done === own.nonce) {
    sessionStorage.removeItem(place(own.item))
    own.sending = false
    own.tried = false
    own.nonce = nonce()
    own.saved = ""
    own.aside = false
    own.made = 0
    area.value = ""
  } else if (own.sending && data.refused === own.nonce) {
    own.sending = false
    own.seen = data.seen
  }
  const returned = data.back !== own.back && data.back
  own.back = data.back
  if (returned) {
    // an answer came back: taken back by its author, or sent back with a word why. What was typed meanwhile stands below it
    const begun = area.value !== own.saved ? area.value : ""
    own.made = data.made
    own.saved = data.draft
    own.aside = data.draft_private
    own.nonce = nonce()
    own.tried = false
    own.seen = data.draft_seen || data.seen
    area.value = begun.trim() && !data.draft.endsWith(begun) ? `${data.draft}\n\n${begun}` : data.draft
    secret.checked = data.draft_private
    store()
    if (area.value !== own.saved) later()
    if (own.undoing) area.focus()
    own.undoing = false
  }

  if (!area.value.trim()) own.seen = data.seen
  const moved = find(".moved")
  moved.classList.toggle("hidden", own.sending || !newer(data.seen, own.seen))
  moved.textContent = moved.classList.contains("hidden") ? "" : labels.moved

  // what was sent waits a few seconds; until then one press takes it back
  if (data.leaving?.key !== own.leaves?.key) {
    own.leaves = data.leaving ? { ...data.leaving, until: performance.now() + data.leaving.left * 1000 } : null
    find(".leaving .said").textContent = data.leaving ? data.leaving.words : ""
    own.undoing &&= Boolean(data.leaving)
  }
  const tell = () => {
    clearInterval(own.clock)
    leaving.classList.toggle("hidden", !own.leaves)
    if (!own.leaves) return
    const counted = own.leaves.left > 0
    const step = () => {
      const left = Math.max(0, Math.ceil((own.leaves.until - performance.now()) / 1000))
      find(".leaving .left").textContent = left ? String(left) : ""
      if (!counted || left) return
      clearInterval(own.clock)
      undo.classList.add("hidden")
      find(".leaving .said").textContent = labels.sent
    }
    undo.classList.toggle("hidden", !own.leaves.undo)
    undo.textContent = labels.undo
    undo.disabled = false
    if (counted) own.clock = setInterval(step, 250)
    step()
  }
  own.offer = into => {
    if (own.leaves && !undo.classList.contains("hidden")) into.push({ group: "deed", key: "z", label: labels.undo, run: () => undo.click() })
  }
  undo.onclick = () => {
    if (!own.leaves) return
    clearTimeout(own.timer)
    undo.disabled = true
    own.undoing = true
    setTriggerValue("undo", { item: own.item, reply: own.leaves.reply, text: area.value, made: own.made })
  }

  // saved answers: asked for when they are opened, found by their first letters, chosen by mouse or arrows
  const showChooser = on => {
    own.choosing = on
    chooser.classList.toggle("hidden", !on)
    ready.setAttribute("aria-expanded", String(on))
    if (on) {
      setTriggerValue("seek", { item: own.item })
      seek.value = ""
      own.at = 0
      seek.focus()
    }
  }
  const listed = () => (data.offers ?? []).filter(one => !seek.value.trim() || fits(seek.value, `${one.name} ${one.topic} ${one.text}`))
  const choose = one => {
    if (!one || one.over) return
    const { selectionStart: from, selectionEnd: to, value } = area
    const text = value.trim() && from > 0 && !/\s$/.test(value.slice(0, from)) ? ` ${one.text}` : one.text
    area.value = value.trim() ? value.slice(0, from) + text + value.slice(to) : one.text
    own.made = one.id
    showChooser(false)
    change()
    area.setSelectionRange(0, 0)
    if (!toBlank()) area.setSelectionRange(area.value.length, area.value.length)
  }
  const drawOffers = () => {
    const shown = listed()
    own.at = around(own.at, 0, shown.length)
    offers.replaceChildren(...shown.map((one, number) => {
      const row = made("li", number === own.at ? "offer now" : "offer")
      row.id = `offer-${one.id}`
      row.role = "option"
      row.setAttribute("aria-selected", String(number === own.at))
      row.setAttribute("aria-disabled", String(one.over))
      const head = made("div", "head"), text = made("div", "words", one.text)
      head.append(made("b", "", one.name))
      if (one.over || one.topic) head.append(made("span", one.over ? "chip bad" : "chip", one.over ? one.note : one.topic))
      text.dir = "auto"
      text.lang = one.lang
      row.append(head, text)
      row.onmousedown = event => event.preventDefault()
      row.onclick = () => choose(one)
      return row
    }))
    const none = find(".none")
    none.textContent = data.offers ? labels.none : labels.loading
    none.classList.toggle("hidden", shown.length > 0)
    seek.setAttribute("aria-activedescendant", shown.length ? `offer-${shown[own.at].id}` : "")
    offers.children[own.at]?.scrollIntoView({ block: "nearest" })
  }
  ready.textContent = labels.ready
  ready.classList.toggle("hidden", !data.ready)
  ready.onclick = () => showChooser(!own.choosing)
  seek.placeholder = labels.seek
  seek.setAttribute("aria-label", labels.seek)
  offers.setAttribute("aria-label", labels.ready)
  seek.oninput = () => {
    own.at = 0
    drawOffers()
  }
  seek.onkeydown = event => {
    event.stopPropagation()
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by) {
      event.preventDefault()
      own.at = around(own.at, by, listed().length)
      drawOffers()
    } else if (event.key === "Enter") {
      event.preventDefault()
      choose(listed()[own.at])
    } else if (event.key === "Escape") {
      showChooser(false)
      area.focus()
    }
  }
  chooser.classList.toggle("hidden", !own.choosing)
  ready.setAttribute("aria-expanded", String(own.choosing))
  if (own.choosing) drawOffers()
  if (own.choosing && data.offers && own.reached !== data.item) chooser.scrollIntoView({ block: "nearest" })
  own.reached = own.choosing && data.offers ? data.item : null

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
  find(".keys").textContent = data.ready ? `${labels.keys} · ${labels.slash}` : labels.keys
  const look = find(".look")
  look.textContent = data.look
  look.classList.toggle("hidden", !data.look)
  find(".private").classList.toggle("hidden", !data.can_private)
  find(".private span").textContent = labels.private
  secret.disabled = data.only_private
  if (data.only_private) secret.checked = true
  open.onclick = toBlank
  area.oninput = secret.onchange = change
  area.onblur = flush
  area.onkeydown = event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      event.stopPropagation()
      go()
    } else if (event.key === "/" && !area.value && data.ready) {
      event.preventDefault()
      showChooser(true)
      drawOffers()
    } else if (event.key === "Escape") area.blur()
  }
  send.onclick = go
  if (!own.listening) {
    own.listening = () => {
      const asked = document.documentElement.dataset
      if (asked.majlisReply !== String(own.item)) return
      delete asked.majlisReply
      area.focus()
      if (!asked.majlisAhead || own.sending) return
      area.setRangeText(asked.majlisAhead, area.value.length, area.value.length, "end")
      area.dispatchEvent(new Event("input"))
    }
    document.addEventListener("majlis-reply", own.listening)
    own.asked = event => own.leave(event.detail)
    document.addEventListener("majlis-leave", own.asked)
    own.answering = event => own.offer(event.detail)
    document.addEventListener("majlis-ask", own.answering)
  }
  own.leave = into => {
    flush()
    if (own.sending || own.flushed !== null) into.push(new Promise(resolve => { own.kept = resolve }))
  }
  if (!own.sending && own.flushed === null) own.kept?.()
  draw()
  tell()
  own.listening()

  return () => {
    clearTimeout(own.timer)
    clearInterval(own.clock)
    document.removeEventListener("majlis-reply", own.listening)
    document.removeEventListener("majlis-leave", own.asked)
    document.removeEventListener("majlis-ask", own.answering)
    boxes.delete(parentElement)
  }
}
