// Reads the page aloud with a voice of the reader's own device, and marks the sentence that is being read.
"use strict";
(() => {
  const speech = window.speechSynthesis;
  const read = document.querySelector("[data-aloud=read]");
  if (!speech || !read) return;
  const stop = document.querySelector("[data-aloud=stop]");
  const heard = document.querySelector("#aids .heard");
  const words = { read: read.textContent, pause: read.dataset.pause, on: read.dataset.on };
  const PATIENCE_MS = 4000;
  const SCRIPTS = [
    [/\p{Script=Devanagari}/gu, "hi"], [/\p{Script=Bengali}/gu, "bn"], [/\p{Script=Malayalam}/gu, "ml"],
    [/\p{Script=Arabic}/gu, "ar ur fa"], [/\p{Script=Latin}/gu, "en tl"],
  ];
  let sentences = [], at = 0, reading = false, turn = 0;

  // The language of a text: the one it is marked with, unless it is plainly written in another script.
  const language = (text, marked) => {
    const words = text.replace(/\S*[/@]\S*/g, "");
    const counts = SCRIPTS.map(([letters, langs]) => [(words.match(letters) ?? []).length, langs.split(" ")]);
    const [most, langs] = counts.sort((a, b) => b[0] - a[0])[0];
    return !most || langs.includes(marked) ? marked : langs[0];
  };

  const inline = element => getComputedStyle(element).display.startsWith("inline");
  const block = node => { let e = node.parentElement; while (e.parentElement && inline(e)) e = e.parentElement; return e; };
  const silent = element => element.closest("[aria-hidden=true], script, template, textarea, select, .dictation");

  // [{text, lang, from: [node, offset], to: [node, offset]}]: what stands on the page, sentence by sentence, in its order.
  const gather = () => {
    const found = [];
    const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    let group = null;
    const close = () => {
      if (!group) return;
      const marked = group.nodes[0].parentElement.closest("[lang]").lang.slice(0, 2);
      const text = group.nodes.map(node => node.data).join("");
      const lang = language(text, marked);
      const parts = window.Intl?.Segmenter ? [...new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text)] : [{ segment: text, index: 0 }];
      for (const { segment, index } of parts) {
        if (!segment.trim()) continue;
        const begin = index + segment.length - segment.trimStart().length;
        found.push({ text: segment.trim().replace(/\s+/g, " "), lang, from: place(group.nodes, begin), to: place(group.nodes, begin + segment.trim().length) });
      }
      group = null;
    };
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (node.matches("img[alt]") && node.alt) { close(); found.push({ text: node.alt, lang: language(node.alt, document.documentElement.lang), image: node }); }
        continue;
      }
      const parent = node.parentElement;
      if (!node.data.trim() && !group) continue;
      if (silent(parent) || (parent.checkVisibility && !parent.checkVisibility())) continue;
      const home = block(node);
      if (group && group.home !== home) close();
      if (!group && !node.data.trim()) continue;
      group ??= { home, nodes: [] };
      group.nodes.push(node);
    }
    close();
    return found;
  };

  const place = (nodes, offset) => {
    for (const node of nodes) {
      if (offset <= node.length) return [node, offset];
      offset -= node.length;
    }
    return [nodes.at(-1), nodes.at(-1).length];
  };

  const mark = sentence => {
    if (!sentence || sentence.image) { window.CSS?.highlights?.delete("aloud"); return; }
    const range = document.createRange();
    range.setStart(...sentence.from);
    range.setEnd(...sentence.to);
    if (window.Highlight && CSS.highlights) CSS.highlights.set("aloud", new Highlight(range));
    else { getSelection().removeAllRanges(); getSelection().addRange(range); }
    const box = range.getBoundingClientRect();
    if (box.top < 0 || box.bottom > innerHeight) sentence.from[0].parentElement.scrollIntoView({ block: "center" });
  };

  const show = () => {
    read.textContent = reading ? words.pause : sentences.length ? words.on : words.read;
    stop.hidden = !sentences.length;
  };

  const finish = message => {
    turn += 1;
    speech.cancel();
    mark(null);
    if (document.activeElement === stop) read.focus();
    sentences = [];
    at = 0;
    reading = false;
    heard.textContent = message ?? "";
    show();
  };

  const voice = lang => speech.getVoices().find(one => one.lang.toLowerCase().startsWith(lang === "tl" ? "fil" : lang));

  const say = () => {
    if (at >= sentences.length) { finish(heard.textContent); return; }
    const mine = turn += 1, sentence = sentences[at], utterance = new SpeechSynthesisUtterance(sentence.text);
    const found = voice(sentence.lang);
    if (speech.getVoices().length && !found) { // the rest is read: a name in another script does not end the page
      if (!sentences.some(one => voice(one.lang))) { finish(heard.dataset.none); return; }
      heard.textContent = heard.dataset.none;
      at += 1;
      say();
      return;
    }
    if (found) utterance.voice = found;
    utterance.lang = found?.lang ?? sentence.lang;
    // a device without any voice may stay silent without saying so
    const waiting = setTimeout(() => { if (mine === turn) finish(heard.dataset.none); }, PATIENCE_MS);
    utterance.onstart = () => clearTimeout(waiting);
    utterance.onend = () => { clearTimeout(waiting); if (mine === turn) { at += 1; say(); } };
    utterance.onerror = () => { clearTimeout(waiting); if (mine === turn) finish(heard.dataset.none); };
    mark(sentence);
    speech.speak(utterance);
  };

  read.addEventListener("click", () => {
    if (reading) { // pause() is not kept by every browser: the sentence begins again
      turn += 1;
      speech.cancel();
      reading = false;
      show();
      return;
    }
    if (!sentences.length) sentences = gather();
    reading = true;
    heard.textContent = "";
    show();
    say();
  });
  stop.addEventListener("click", () => finish());
  addEventListener("keydown", event => { if (event.key === "Escape" && sentences.length) finish(); });
  addEventListener("pagehide", () => speech.cancel());
  speech.getVoices(); // some browsers look for their voices only once they are asked
  document.querySelector(".aloud").hidden = false;
})();
