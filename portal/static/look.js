// Text size, contrast and theme as the reader chose them, kept on his device alone. Runs before anything is drawn.
"use strict";
(() => {
  const root = document.documentElement;
  const SIZES = [100, 125, 150, 175, 200];
  const kept = name => { try { return localStorage.getItem(`majlis.${name}`) ?? ""; } catch { return ""; } };
  const keep = (name, value) => { try { localStorage.setItem(`majlis.${name}`, value); } catch { /* a private window keeps nothing */ } };
  const prefers = what => matchMedia(`(${what})`).matches;
  const wear = (name, value) => { if (value) root.dataset[name] = value; else delete root.dataset[name]; };

  const size = () => SIZES.includes(Number(root.dataset.size)) ? Number(root.dataset.size) : 100;
  const looks = {
    contrast: { attribute: "contrast", on: "more", off: "standard", wished: () => prefers("prefers-contrast: more") },
    dark: { attribute: "theme", on: "dark", off: "light", wished: () => prefers("prefers-color-scheme: dark") },
  };
  const is = look => root.dataset[look.attribute] ? root.dataset[look.attribute] === look.on : look.wished();

  root.dataset.aids = "";
  for (const name of ["size", "contrast", "theme"]) wear(name, kept(name));

  document.addEventListener("DOMContentLoaded", () => {
    const opener = document.querySelector(".opener"), panel = document.getElementById("aids");
    opener.addEventListener("click", () => {
      panel.hidden = !panel.hidden;
      opener.setAttribute("aria-expanded", String(!panel.hidden));
    });
    const shown = document.getElementById("size");
    const buttons = [...document.querySelectorAll("[data-look]")];
    const show = () => {
      shown.textContent = `${size()}%`;
      for (const button of buttons) button.setAttribute("aria-pressed", String(is(looks[button.dataset.look])));
    };
    for (const button of document.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => {
        const next = SIZES[Math.min(Math.max(SIZES.indexOf(size()) + Number(button.dataset.step), 0), SIZES.length - 1)];
        wear("size", String(next));
        keep("size", String(next));
        show();
      });
    }
    for (const button of buttons) {
      button.addEventListener("click", () => {
        const look = looks[button.dataset.look], wanted = is(look) ? look.off : look.on;
        wear(look.attribute, wanted);
        keep(look.attribute, wanted);
        show();
      });
    }
    show();
  });
})();
