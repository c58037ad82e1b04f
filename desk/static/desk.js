// The desk around Streamlit: where its server is; how the person wants it to look; a session that ended leads to the sign-in page.
"use strict";
// Streamlit would look for its server under the page's own address first, and log the 404s
window.__streamlit = { BACKEND_BASE_URL: location.origin };
(() => {
  const root = document.documentElement, FORM = "[data-testid=stPopoverButton]";
  const words = document.getElementById("desk")?.dataset ?? {};

  const leave = () => {
    watching.disconnect(); // once: a second call would break off the first
    clearInterval(clock);
    going = true;
    location.replace("/auth/login?next=" + encodeURIComponent(location.pathname + location.search));
  };

  // a look changed on the page "me" holds at once; the gate puts it there when the page is loaded
  const dress = look => {
    const size = look.dataset.size === "100" ? "" : look.dataset.size + "%";
    if (root.style.fontSize !== size) root.style.fontSize = size;
    if ((root.dataset.contrast ?? "") !== look.dataset.contrast) {
      if (look.dataset.contrast) root.dataset.contrast = look.dataset.contrast;
      else delete root.dataset.contrast;
    }
  };
  // A long talk is scrolled to the message that was opened, with a little of what came before it, and again when its size changes (a
  // font arrives, the box beneath it is drawn); where the person has scrolled to since then stays while the page draws itself anew.
  let talk = { node: null, item: "", top: 0, held: false };
  const place = () => {
    const node = talk.node, now = node.querySelector(".now");
    const before = now && Math.max(0, Math.min(node.clientHeight / 3, node.clientHeight - now.offsetHeight));
    if (!talk.held) talk.top = now ? now.offsetTop - before : 0;
    node.scrollTop = talk.top;
    if (!talk.held) talk.top = node.scrollTop; // as far as it goes
  };
  const sized = new ResizeObserver(() => { if (talk.node?.isConnected) place(); });
  const settle = () => {
    const node = document.querySelector(".mj-pane");
    if (!node || node === talk.node) return;
    const same = node.dataset.item === talk.item;
    talk = { node, item: node.dataset.item, top: same ? talk.top : 0, held: same && talk.held };
    node.style.overflowAnchor = "none"; // what grows above is met by placing it anew
    place();
    sized.disconnect();
    for (const part of [node, ...node.children]) sized.observe(part);
    node.addEventListener("scroll", () => {
      if (node === talk.node && Math.abs(node.scrollTop - talk.top) > 1) talk = { ...talk, top: node.scrollTop, held: true }; // not by us
    }, { passive: true });
  };
  // One form unfolds at a time. Streamlit leaves the first one open where a second is pressed within a twentieth of a second of it, as
  // on a busy machine, and opens one again that was shut before the run that opened it was told. The one pressed last stays; the
  // others are shut by their own buttons, and nobody else hears of that press: it would shut the one that stays.
  let pressed = null;
  addEventListener("click", event => { pressed = event.target.closest?.(FORM) ?? pressed; }, true);
  const hush = event => event.stopPropagation();
  const fold = () => {
    const open = [...document.querySelectorAll(`${FORM}[aria-expanded=true]`)];
    if (open.length < 2) return;
    const stays = open.includes(pressed) ? pressed : open.at(-1);
    document.body.addEventListener("click", hush);
    for (const button of open) if (button !== stays) button.click();
    document.body.removeEventListener("click", hush);
    pressed = stays;
  };
  const look = () => {
    if (location.pathname.startsWith("/auth")) return;
    settle();
    fold();
    if (document.querySelector('[class*="st-key-signed_out"]')) return leave();
    const own = document.querySelector(".mj-who[data-size]");
    if (own) dress(own);
    // Streamlit calls the place for files a decoration, and gives it a name and a focus all the same
    for (const place of document.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]")) place.setAttribute("role", "group");
  };
  const watching = new MutationObserver(look);
  watching.observe(root, { childList: true, subtree: true });

  // Escape shuts a form that unfolds, and what was typed last would go with it: leaving the field tells it first.
  addEventListener("keydown", event => {
    const field = event.key === "Escape" && !event.isComposing && document.activeElement;
    if (field && field.matches("textarea, input:not([role=combobox])") && field.closest("[data-testid=stPopoverBody]")) field.blur();
  }, true);

  // What is written in a box that is kept is handed over when its writer pauses, by the keys that hand over any box of Streamlit's.
  const PAUSE = 1200, KEYS = { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
  const KEPT = '[class*="st-key-unsaid_"] :is(textarea, input[type=text]:not([role]))';
  let typed = null, pausing = 0; // the box in which something stands that may not have arrived yet
  const busy = () => ["running", "rerunRequested"].includes(document.querySelector("[data-testid=stApp]")?.dataset.testScriptState);
  const rested = () => new Promise(resolve => {
    const step = () => busy() ? setTimeout(step, 50) : resolve();
    setTimeout(step, 50); // what was handed over just now is told to the app a moment later
  });
  const hand = () => {
    clearTimeout(pausing);
    const box = typed;
    if (box?.isConnected) box.dispatchEvent(new KeyboardEvent("keydown", KEYS));
    pausing = 0;
    return rested().then(() => { if (typed === box && !pausing) typed = null; });
  };
  const written = event => {
    if (!event.target.matches(KEPT)) return; // what is written elsewhere is no more of it: its pause goes on
    clearTimeout(pausing);
    if (event.isComposing) return;
    typed = event.target;
    pausing = setTimeout(hand, PAUSE);
  };
  for (const name of ["input", "compositionend"]) addEventListener(name, written, true);

  // On a telephone what was opened stands beneath what opened it: the page goes there, and again when it is drawn. The side bar lies
  // over the page, and goes when a page was chosen in it.
  const OPENS = '.st-key-new_post, .st-key-propose, .st-key-saved_new, [class*="st-key-colleague_"]';
  const below = node => {
    const column = node.closest("[data-testid=stColumn]"), next = column?.nextElementSibling;
    const go = () => {
      if (next && next.getBoundingClientRect().top >= column.getBoundingClientRect().bottom) next.scrollIntoView({ block: "start" });
    };
    go();
    rested().then(go);
  };
  document.addEventListener("majlis-below", event => below(event.detail));
  // so it is with what the address itself opened, as a link does that leads here
  if (/[?&](item|case|post)=\d/.test(location.search)) {
    document.addEventListener("majlis-listed", event => below(event.detail), { once: true });
  }
  addEventListener("click", event => {
    const opens = event.target.closest?.("button")?.closest(OPENS);
    if (opens) below(opens);
    if (!event.target.closest?.("[data-testid=stSidebarNavLink]") || innerWidth > 768) return;
    setTimeout(() => document.querySelector("[data-testid=stSidebar][data-collapsed=false] [data-testid=stSidebarCollapseButton] button")?.click(), 100);
  });

  // A page that is come to writes what was left on it into its address: that is no place of its own to go back to. On a busy
  // machine Streamlit writes it before it has changed the page, into the address of the page that is left.
  const push = history.pushState.bind(history);
  let came = false, wrote = false; // the page was changed, an address was written: since the person last did something
  history.pushState = (state, title, address) => {
    const to = new URL(address ?? location.href, location.href), same = to.pathname === location.pathname;
    if (same ? came : wrote) history.replaceState(state, title, address);
    else push(state, title, address);
    came = !same;
    wrote = same;
  };
  for (const name of ["pointerdown", "keydown", "popstate"]) addEventListener(name, () => { came = wrote = false; }, true);

  // Somebody is there while he touches something; a page that draws itself anew does not keep him signed in.
  const EVERY = 60_000, SOON = 120_000;
  let told = Date.now(), ends = Infinity, warning = null;
  const heard = async answer => {
    const seconds = answer.ok ? parseInt(await answer.text(), 10) : NaN;
    if (Number.isFinite(seconds)) ends = Date.now() + seconds * 1000;
    show();
  };
  const ask = method => fetch("/auth/awake", { method, cache: "no-store" }).then(heard, () => {});
  const touch = () => {
    if (Date.now() - told < (warning ? 2_000 : EVERY)) return;
    told = Date.now();
    ask("POST");
  };
  for (const name of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(name, touch, { capture: true, passive: true });

  // A link that loads a page anew (another language, a case, signing out) is followed once what was just written is kept; that is
  // not waited for for ever. A page that is left otherwise hands it over too, and asks first where it may not have arrived.
  const LEAVE_MS = 5_000;
  let going = false;
  const unkept = () => {
    const found = [];
    document.dispatchEvent(new CustomEvent("majlis-leave", { detail: found }));
    return found;
  };
  const kept = waiting => Promise.all([...waiting, hand()]).then(rested);
  addEventListener("click", event => {
    const link = event.composedPath().find(node => node.matches?.("a[href]"));
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const here = link.origin === location.origin && ["", "_self"].includes(link.target) && !link.hasAttribute("download");
    if (!here || link.getAttribute("href").startsWith("#")) return;
    const to = new URL(link.href), waiting = unkept();
    if (to.pathname.startsWith("/lang/")) to.searchParams.set("back", location.pathname + location.search); // what is open here
    if (!typed && !waiting.length && !busy()) {
      link.href = to; // nothing to wait for: it is followed as any link is
      return;
    }
    event.preventDefault();
    Promise.race([kept(waiting), new Promise(resolve => setTimeout(resolve, LEAVE_MS))]).then(() => {
      going = true;
      setTimeout(() => { going = false; }, LEAVE_MS); // what it leads to may be a file
      location.assign(to);
    });
  });
  addEventListener("beforeunload", event => {
    if (going) return;
    kept(unkept());
    if (typed) event.preventDefault();
  });

  const show = () => {
    const left = ends - Date.now();
    if (left <= 0) return leave();
    if (left > SOON) {
      warning?.remove();
      warning = null;
      return;
    }
    if (warning) return;
    warning = document.createElement("div");
    warning.className = "mj-idle";
    warning.setAttribute("role", "alert");
    const text = document.createElement("span"), stay = document.createElement("button");
    text.textContent = words.soon;
    stay.textContent = words.stay;
    stay.type = "button";
    warning.append(text, stay); // pressing it is touching something
    document.body.append(warning);
  };
  const look_at_the_clock = () => {
    if (ends - Date.now() > SOON + EVERY) return;
    if (Date.now() - told < 10_000) return show();
    ask("GET"); // another window may have been used meanwhile
  };
  const clock = setInterval(look_at_the_clock, 15_000);
  addEventListener("load", () => ask("GET"));
})();
