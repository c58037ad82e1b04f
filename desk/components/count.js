// Length as the platform counts it, for feeling; the server counts again for truth. COUNTING is connectors/x/counting.json.
const expression = text => {
  for (const [name, part] of [...COUNTING.parts].reverse()) text = text.replaceAll(`<${name}>`, () => part)
  return new RegExp(text, "giu")
}
const LINK = expression(COUNTING.links), PICTURE = expression(COUNTING.pictures)

function countX(text) {
  let sum = 0
  const worth = weight => () => { sum += weight; return "" }
  const rest = text.normalize("NFC").replace(LINK, worth(COUNTING.link)).replace(PICTURE, worth(COUNTING.picture))
  for (const sign of rest) {
    const code = sign.codePointAt(0)
    sum += COUNTING.light.some(([low, high]) => code >= low && code <= high) ? 1 : 2
  }
  return sum
}

function countText(style, text) {
  return style === "x" ? countX(text) : [...text].length
}
