// Length as the platform counts it, for feeling; the server counts again for truth. COUNTING is RULES of connectors/x/text.py.
const expression = name => {
  let text = COUNTING[name]
  for (const [part, said] of [...COUNTING.parts].reverse()) text = text.replaceAll(`<${part}>`, () => said)
  return new RegExp(text, "giu")
}
const [ADDRESS, BARE, SHORT, PICTURE] = ["address", "bare", "short", "pictures"].map(expression)

// begin and end of each link, as `links` of connectors/x/text.py
function linksOf(text) {
  const spans = []
  for (const found of text.matchAll(ADDRESS)) {
    const [all, before, url, scheme, domain, path] = found
    const start = found.index + before.length, end = found.index + all.length
    if ([...(scheme ?? "https://"), ...url].length > COUNTING.longest_link) continue
    if (scheme) {
      const [short] = url.matchAll(SHORT)
      if (!short || short[1].length <= COUNTING.longest_short) spans.push([start, short ? start + short[0].length : end])
    } else if (!"-_./".includes(before) || !before) {
      const bare = [...domain.matchAll(BARE)].map(one => [start + one.index, start + one.index + one[0].length])
      if (bare.length && path) bare.at(-1)[1] = end
      spans.push(...bare)
    }
  }
  return spans
}

function plain(text) {
  let sum = 0
  for (const sign of text.replace(PICTURE, () => { sum += COUNTING.picture; return "" })) {
    const code = sign.codePointAt(0)
    sum += COUNTING.light.some(([low, high]) => code >= low && code <= high) ? 1 : 2
  }
  return sum
}

function countX(said) {
  const text = said.normalize("NFC")
  let sum = 0, at = 0
  for (const [start, end] of linksOf(text)) {
    sum += plain(text.slice(at, start)) + COUNTING.link
    at = end
  }
  return sum + plain(text.slice(at))
}

function countText(style, text) {
  return style === "x" ? countX(text) : style === "bytes" ? new TextEncoder().encode(text).length : [...text].length
}
