/* Grappe: what a page does better with a script. Every page also works without it. */
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* The menu of narrow screens. */
  function setMenu(button, open) {
    const menu = document.getElementById(button.getAttribute("aria-controls"));
    button.setAttribute("aria-expanded", String(open));
    menu.toggleAttribute("data-open", open);
    if (open) $("a, button, summary", menu)?.focus();
  }

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-menu]");
    if (toggle) return setMenu(toggle, toggle.getAttribute("aria-expanded") !== "true");

    /* A small menu closes when one clicks beside it. */
    for (const open of $$("details[data-light][open]")) if (!open.contains(event.target)) open.open = false;

    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) { event.preventDefault(); dialog.showModal(); return undefined; }
    const closer = event.target.closest("[data-close]");
    if (closer) { closer.closest("dialog").close(); return undefined; }
    if (event.target.matches("dialog")) event.target.close();
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.textContent = copy.dataset.copied; });
    return undefined;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const toggle = $("[data-menu][aria-expanded='true']");
    if (toggle) { setMenu(toggle, false); toggle.focus(); }
    for (const open of $$("details[data-light][open]")) { open.open = false; $("summary", open).focus(); }
  });

  /* One click, one request: the button sleeps once pressed, and wakes when the page is shown again. */
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (form.method === "dialog" || event.defaultPrevented) return;
    if (form.method === "post" && form.dataset.sent) { event.preventDefault(); return; }
    if (form.method !== "post") return;
    form.dataset.sent = "yes";
    if (button) setTimeout(() => { button.disabled = true; button.dataset.busy = ""; });
  });
  const wake = () => {
    for (const form of $$("form[data-sent]")) delete form.dataset.sent;
    for (const button of $$("[data-busy]")) { button.disabled = false; delete button.dataset.busy; }
  };
  window.addEventListener("pageshow", wake);
  document.addEventListener("htmx:afterRequest", wake);

  /* The name of the chosen file. */
  document.addEventListener("change", (event) => {
    const zone = event.target.closest("[data-drop-zone]");
    if (zone && event.target.files.length) $("[data-drop-name]", zone).textContent = [...event.target.files].map((f) => f.name).join(", ");
    if (event.target.matches("[data-auto]")) event.target.form.requestSubmit();
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => event.target.closest?.("[data-drop-zone]")?.toggleAttribute("data-over", kind === "dragover"));
  }

  /* A half-day moved on the wall, by pointer or by keyboard: fills the wall's form and sends it. */
  function wall(table) {
    const form = $(table.dataset.move), said = $("[data-move-said]", table.closest(".only-wide"));
    let held = null;
    const cellOf = (node) => node.closest("td[data-at]");
    const lane = (cell) => cell.closest("tbody").dataset.lane;
    const clear = () => { for (const cell of $$("[data-drop]", table)) cell.removeAttribute("data-drop"); };
    const hold = (slot) => { held = slot; slot.setAttribute("data-held", ""); said.textContent = table.dataset.saidHeld; };
    const free = () => { held?.removeAttribute("data-held"); held = null; clear(); };
    const put = (cell) => {
      if (!held || !cell || cell === cellOf(held)) return free();
      form.elements.slot.value = held.dataset.slot;
      form.elements.lane.value = lane(cell);
      form.elements.to.value = cell.dataset.at;
      free();
      return form.requestSubmit();
    };
    for (const slot of $$("[data-slot]", table)) { slot.draggable = true; if (!slot.matches("a")) slot.tabIndex = 0; }
    table.addEventListener("dragstart", (event) => { const slot = event.target.closest("[data-slot]"); if (slot) { hold(slot); event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", slot.dataset.slot); } });
    table.addEventListener("dragover", (event) => { const cell = cellOf(event.target); if (held && cell) { event.preventDefault(); clear(); cell.setAttribute("data-drop", ""); } });
    table.addEventListener("drop", (event) => { event.preventDefault(); put(cellOf(event.target)); });
    table.addEventListener("dragend", free);
    table.addEventListener("keydown", (event) => {
      const cell = cellOf(document.activeElement);
      if (!cell) return;
      const rows = $$("tbody tr", table).map((row) => $$("td[data-at]", row));
      const row = rows.findIndex((cells) => cells.includes(cell));
      const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (steps) {
        event.preventDefault();
        const next = rows[row + steps[0]]?.[rows[row].indexOf(cell) + steps[1]];
        const target = next && $(".slot", next);
        if (!target) return;
        if (target.tabIndex < 0) target.tabIndex = -1;
        target.focus();
        clear();
        if (held) next.setAttribute("data-drop", "");
      } else if (event.key === " ") {
        event.preventDefault();
        if (held) put(cell); else { const slot = $("[data-slot]", cell); if (slot) hold(slot); }
      } else if (event.key === "Escape" && held) {
        said.textContent = table.dataset.saidFree;
        free();
      }
    });
    for (const slot of $$(".slot", table)) if (!slot.matches("a, [tabindex]")) slot.tabIndex = -1;
  }
  for (const table of $$("table[data-move]")) wall(table);

  /* A passkey that did not answer. */
  document.addEventListener("allauth.error", () => $("[data-key-fault]")?.removeAttribute("hidden"));

  /* Signed out, nothing of anybody's week stays on the phone (hours not yet sent do, under their owner's name). */
  if (!$("details.person")) window.caches?.delete("grappe-week").catch(() => {});

  /* After a refused form, the first faulty field. */
  $("form[method='post'] [aria-invalid='true']")?.focus();
})();
