// A post carried by a finger: taken up once the finger has rested on it, it follows, and is put down where the finger is lifted.
// A finger that moves before that scrolls the page, as everywhere; near the edge of the window the page goes on beneath the post.
const REST_MS = 350, SLACK = 8, EDGE = 60, STEP = 9

// what scrolls the page, and `change` to it that leaves `node` where it is in the window
const main = () => document.querySelector("[data-testid=stMain]")
function steady(node, change) {
  const before = node.getBoundingClientRect().top
  change()
  main()?.scrollBy(0, node.getBoundingClientRect().top - before)
}

// `deal`: may(link) tells whether it can be moved; take(link) and over(day or null) are told, put(day or null) is the end
function carrying(root, deal) {
  let held = null, carried = false
  const day = () => root.getRootNode().elementFromPoint(held.x, held.y)?.closest("[data-date]") ?? null
  const show = () => {
    held.ghost.style.translate = `${held.x - held.left}px ${held.y - held.top}px`
    deal.over(day())
  }
  const go_on = () => {
    const by = held.y < EDGE ? -STEP : held.y > innerHeight - EDGE ? STEP : 0
    if (by) {
      main()?.scrollBy(0, by)
      show()
    }
    held.frame = requestAnimationFrame(go_on)
  }
  const take = () => {
    const box = held.link.getBoundingClientRect()
    held.ghost = held.link.cloneNode(true)
    held.ghost.classList.add("ghost")
    held.ghost.setAttribute("aria-hidden", "true")
    held.ghost.style.inlineSize = `${box.width}px`
    held.left = held.x - box.left
    held.top = held.y - box.top
    root.parentElement.append(held.ghost) // the days may be drawn anew meanwhile
    deal.take(held.link)
    show()
    held.frame = requestAnimationFrame(go_on)
  }
  const end = putting => {
    if (!held) return
    const to = putting && held.ghost ? day() : null, was = Boolean(held.ghost)
    clearTimeout(held.timer)
    cancelAnimationFrame(held.frame)
    held.ghost?.remove()
    held = null
    for (const [name, heard] of Object.entries(hearing)) document.removeEventListener(name, heard)
    if (!was) return
    carried = true
    deal.put(to)
  }
  const hearing = {
    pointermove: event => {
      if (event.pointerId !== held.pointer) return
      const far = Math.hypot(event.clientX - held.x, event.clientY - held.y)
      if (!held.ghost && far > SLACK) return end(false)
      if (!held.ghost) return
      held.x = event.clientX
      held.y = event.clientY
      show()
    },
    pointerup: event => { if (event.pointerId === held.pointer) end(true) },
    pointercancel: event => { if (event.pointerId === held.pointer) end(false) },
    keydown: event => { if (event.key === "Escape") end(false) },
  }
  root.addEventListener("pointerdown", event => {
    end(false) // a second finger means something else
    carried = false
    const link = event.target.closest(".slot")
    if (event.pointerType === "mouse" || !event.isPrimary || !link || !deal.may(link)) return
    held = { link, pointer: event.pointerId, x: event.clientX, y: event.clientY, timer: setTimeout(take, REST_MS) }
    for (const [name, heard] of Object.entries(hearing)) document.addEventListener(name, heard)
  })
  root.addEventListener("touchmove", event => { if (held?.ghost) event.preventDefault() }, { passive: false })
  // the browser's own answers to a finger that rests: a menu, a drag of the link, opening it
  for (const name of ["contextmenu", "dragstart"]) root.addEventListener(name, event => {
    if (!held) return
    event.preventDefault()
    event.stopImmediatePropagation()
  }, true)
  root.addEventListener("click", event => {
    if (carried) event.preventDefault()
    carried = false
  }, true)
  return () => end(false)
}
