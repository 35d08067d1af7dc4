"""What the page can do besides being read: search, keys, links into what is folded, printing it unfolded."""

from __future__ import annotations

SCRIPT = """
"use strict";
(() => {
  const box = document.getElementById("查找"), open = document.getElementById("未过");
  const told = document.getElementById("找到");
  const sections = [...document.querySelectorAll("section")];
  const clauses = sections.filter(s => s.classList.contains("clause"));
  const chips = new Map([...document.querySelectorAll("nav a")].map(a => [decodeURIComponent(a.hash.slice(1)), a]));
  const texts = new Map();
  const words = s => {
    if (!texts.has(s)) texts.set(s, s.textContent.toLowerCase());
    return texts.get(s);
  };
  const look = () => {
    const wanted = box.value.trim().toLowerCase().split(/\\s+/).filter(Boolean);
    let found = 0;
    for (const s of sections) {
      const fine = s.classList.contains("passed") || s.classList.contains("untestable");
      const hide = (open.checked && (fine || !s.classList.contains("clause"))) || !wanted.every(w => words(s).includes(w));
      s.hidden = hide;
      if (!s.classList.contains("clause")) continue;
      if (!hide) found += 1;
      const chip = chips.get(s.id);
      if (chip) chip.classList.toggle("out", hide);
    }
    told.textContent = wanted.length || open.checked ? `找到 ${found}/${clauses.length} 条` : "";
  };
  box.addEventListener("input", look);
  open.addEventListener("change", look);

  const reveal = () => {
    let name = "";
    try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = name && document.getElementById(name);
    if (!target) return;
    const section = target.closest("section");
    if (section && section.hidden) { box.value = ""; open.checked = false; look(); }
    for (let e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    target.scrollIntoView();
    (target.tagName === "DETAILS" ? target.querySelector("summary") : target).focus({preventScroll: true});
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", e => {
    const a = e.target.closest && e.target.closest("a[href^='#']");
    if (a && a.hash === location.hash) reveal();
  });

  const next = step => {
    const seen = clauses.filter(s => !s.hidden);
    const top = document.querySelector(".columns")?.offsetHeight ?? 0;
    const past = s => s.getBoundingClientRect().top - top;
    const found = step > 0 ? seen.find(s => past(s) > 8) : seen.reverse().find(s => past(s) < -8);
    if (found) location.hash = found.id;
  };
  addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Escape" && (box.value || open.checked)) { box.value = ""; open.checked = false; look(); box.blur(); }
    else if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    else if (e.key === "/") { e.preventDefault(); box.focus(); box.select(); }
    else if (e.key === "j") next(1);
    else if (e.key === "k") next(-1);
  });

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach(d => { d.open = true; });
  });
  addEventListener("afterprint", () => { folded.forEach(d => { d.open = false; }); folded = []; });
  reveal();
})();
"""
