// Which key was meant, whatever alphabet the keyboard writes: on an Arabic one the J key gives ت, and means j all the same.
const keyOf = event => {
  const { key, code = "" } = event
  if (key === "؟") return "?"
  if (key.length !== 1) return key
  if (key.charCodeAt(0) < 128) return event.shiftKey ? key : key.toLowerCase()
  if (/^Key[A-Z]$/.test(code)) return event.shiftKey ? code[3] : code[3].toLowerCase()
  if (/^Digit[0-9]$/.test(code)) return code[5]
  if (code === "Slash") return event.shiftKey ? "?" : "/"
  return key
}

// letters that are written in more than one way count as one, as they do in the search of the inbox
const VARIANTS = [[/[\u064B-\u065F\u0670\u0640]/g, ""], [/[أإآٱ]/g, "ا"], [/ى|ی/g, "ي"], [/ة/g, "ه"], [/ؤ/g, "و"], [/ئ/g, "ي"], [/ک/g, "ك"]]
const folded = text => VARIANTS.reduce((kept, [from, into]) => kept.replace(from, into), text.normalize("NFC").toLowerCase()).trim()

// every word that was typed begins a word of the label, with or without the article
const fits = (typed, label) => {
  const words = folded(label).split(/[\s:،,.()«»]+/).flatMap(word => word.startsWith("ال") ? [word, word.slice(2)] : [word])
  return folded(typed).split(/\s+/).every(part => words.some(word => word.startsWith(part) || word.startsWith(part.replace(/^ال/, "") || part)))
}

// the next place in a list of `many`, going round at its ends
const around = (at, by, many) => many ? (at + by + many) % many : 0

const writing = event => {
  const on = event.composedPath()[0]
  return on instanceof HTMLElement && (on.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(on.tagName))
}
const plainKey = event => !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
// whether the page has run, and nothing of it is still to be drawn
const atRest = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
