// Writes down what is spoken, in a text area that asks for it. Nothing is heard before the notice was read and "begin" was pressed.
"use strict";
(() => {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  const pattern = document.getElementById("dictation");
  if (!Recognition || !pattern) return;

  const write = (area, said) => {
    const before = area.value.slice(0, area.selectionStart), after = area.value.slice(area.selectionEnd);
    const gap = before && !/\s$/.test(before) ? " " : "";
    const room = area.maxLength > 0 ? area.maxLength - before.length - after.length : Infinity;
    const added = (gap + said.trim()).slice(0, Math.max(room, 0));
    area.value = before + added + after;
    area.selectionStart = area.selectionEnd = before.length + added.length;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    return added.trim();
  };

  for (const area of document.querySelectorAll("textarea[data-dictate]")) {
    area.after(pattern.content.cloneNode(true));
    const box = area.nextElementSibling, notice = box.querySelector(".notice"), heard = box.querySelector(".heard");
    const open = box.querySelector("[data-do=open]"), begin = box.querySelector("[data-do=begin]"), lang = box.querySelector("select");
    const words = { begin: begin.textContent, end: begin.dataset.end };
    let ear = null;

    notice.id = `${area.id}-dictation`;
    open.setAttribute("aria-controls", notice.id);
    open.addEventListener("click", () => {
      notice.hidden = !notice.hidden;
      open.setAttribute("aria-expanded", String(!notice.hidden));
      if (notice.hidden) ear?.stop();
    });
    begin.addEventListener("click", () => {
      if (ear) { ear.stop(); return; }
      ear = new Recognition();
      ear.lang = lang.value;
      ear.continuous = true;
      ear.onstart = () => { heard.textContent = heard.dataset.listening; begin.textContent = words.end; };
      ear.onresult = event => {
        for (const result of Array.from(event.results).slice(event.resultIndex)) {
          if (result.isFinal) heard.textContent = `${heard.dataset.added} ${write(area, result[0].transcript)}`;
        }
      };
      ear.onerror = event => {
        if (event.error !== "aborted") heard.textContent = event.error.startsWith("not-allowed") ? heard.dataset.refused : heard.dataset.failed;
      };
      ear.onend = () => { ear = null; begin.textContent = words.begin; if (heard.textContent === heard.dataset.listening) heard.textContent = ""; };
      ear.start();
    });
  }
})();
