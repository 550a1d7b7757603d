/* The planner: take a half-day in hand, choose its place, drop it; by pointer and by keyboard. Each drop is one POST; the server decides. */
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  let hand = null; // {slot, firm, name, where}: slot null when it is a firm's new half-day
  let back = ""; // the half-day to focus once the page has come back

  const grid = () => $("table[data-planner]");
  const say = (text) => { const said = $("#said"); said.textContent = ""; setTimeout(() => { said.textContent = text; }, 30); };
  const cellOf = (node) => node?.closest?.("td[data-at]");
  const slotIn = (cell) => $(".slot", cell);
  const words = (cell) => $(".sr", cell)?.textContent.trim() ?? "";

  /* One stop for Tab in the grid; arrows do the rest. */
  function rove(to) {
    for (const slot of $$("td[data-at] > .slot", grid())) slot.tabIndex = -1;
    if (to) to.tabIndex = 0;
  }

  function focus(cell) {
    const slot = cell && slotIn(cell);
    if (!slot) return;
    rove(slot);
    slot.focus();
  }

  /* Where what is in hand may go: a firm barred there, or someone in place. */
  function mark() {
    const table = grid();
    table.toggleAttribute("data-holding", Boolean(hand));
    for (const cell of $$("td[data-at]", table)) {
      const slot = slotIn(cell);
      const free = slot.matches(".free") || (hand && slot.dataset.slot === hand.slot);
      const barred = hand && (!free || cell.dataset.no.split(" ").includes(hand.firm));
      cell.toggleAttribute("data-barred", Boolean(barred));
      if (!hand) cell.removeAttribute("data-drop");
    }
    for (const held of $$("[data-held]")) held.removeAttribute("data-held");
    const box = $("#hand");
    box.hidden = !hand;
    if (!hand) return;
    (hand.slot ? $(`[data-slot="${hand.slot}"]`) : $(`[data-pick="${hand.firm}"]`))?.setAttribute("data-held", "");
    $("[data-hand-name]").textContent = hand.name;
    $("[data-hand-where]").textContent = hand.where;
    $("[data-hand-clear]").hidden = !hand.slot;
    $("[data-hand-clear] [name=slot]").value = hand.slot ?? "";
  }

  function take(slot) {
    hand = { slot: slot.dataset.slot, firm: slot.dataset.firm, name: slot.dataset.name, where: words(cellOf(slot)).split(/\s:\s/)[0] };
    mark();
    say(`${hand.name}. ${grid().dataset.saidHeld}`);
  }

  function pick(link) {
    hand = { slot: null, firm: link.dataset.pick, name: link.dataset.name, where: "" };
    mark();
    say(`${hand.name} ${grid().dataset.saidFirm}`);
    focus($$("td[data-at]", grid()).find((cell) => !cell.hasAttribute("data-barred")));
  }

  function free(told = true) {
    hand = null;
    mark();
    if (told) say(grid().dataset.saidFree);
  }

  function send(url, values, at) {
    back = at;
    const token = $("#drop [name=csrfmiddlewaretoken]").value;
    window.htmx.ajax("POST", url, { target: "#board", select: "#board", swap: "outerHTML", values: { csrfmiddlewaretoken: token, ...values } });
  }

  function drop(cell) {
    if (!hand || !cell) return;
    if (hand.slot && $(`[data-slot="${hand.slot}"]`, cell)) { free(); return; }
    const { slot, firm } = hand;
    send(slot ? grid().dataset.urlMove : grid().dataset.urlPlace, slot ? { slot, to: cell.dataset.at } : { firm, to: cell.dataset.at }, cell.dataset.at);
  }

  document.addEventListener("click", (event) => {
    if (!grid() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("[data-pick]");
    if (link) { event.preventDefault(); return hand && !hand.slot && hand.firm === link.dataset.pick ? free() : pick(link); }
    if (event.target.closest("[data-hand-free]")) { event.preventDefault(); const at = hand?.slot && cellOf($(`[data-slot="${hand.slot}"]`)); free(); return focus(at); }
    const cell = cellOf(event.target);
    if (!cell || event.target.closest("button.drop")) return undefined;
    event.preventDefault();
    const slot = slotIn(cell);
    if (hand) return drop(cell); // on itself: put back; on another: refused with its reason, and an offer to change places
    if (slot.dataset.slot) return take(slot);
    return undefined;
  });

  document.addEventListener("keydown", (event) => {
    const cell = cellOf(document.activeElement);
    if (!grid() || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && hand) {
      event.preventDefault();
      const from = hand.slot ? cellOf($(`[data-slot="${hand.slot}"]`)) : null;
      free();
      if (from) focus(from);
      return;
    }
    if (!cell) return;
    const rows = $$("tbody tr", grid()).map((row) => $$("td[data-at]", row));
    const row = rows.findIndex((cells) => cells.includes(cell));
    const column = rows[row].indexOf(cell);
    const to = {
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      Home: [row, 0], End: [row, rows[row].length - 1],
    }[event.key];
    if (to) {
      event.preventDefault();
      const next = rows[to[0]]?.[to[1]];
      if (!next) return;
      focus(next);
      if (hand) say(`${words(next)}${next.hasAttribute("data-barred") ? `. ${slotIn(next).title || grid().dataset.saidBarred}` : ""}`);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const slot = slotIn(cell);
      if (hand) drop(cell);
      else if (slot.dataset.slot) take(slot);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      const slot = slotIn(cell);
      if (!slot.dataset.slot) return;
      event.preventDefault();
      send(grid().dataset.urlClear, { slot: slot.dataset.slot }, cell.dataset.at);
    }
  });

  for (const kind of ["dragstart", "dragover", "dragleave", "drop", "dragend"]) {
    document.addEventListener(kind, (event) => {
      if (!grid()) return;
      if (kind === "dragstart") {
        const slot = event.target.closest?.("[data-slot]"), link = event.target.closest?.("[data-pick]");
        if (!slot && !link) return;
        if (slot) take(slot); else { hand = { slot: null, firm: link.dataset.pick, name: link.dataset.name, where: "" }; mark(); }
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", hand.name);
        return;
      }
      const cell = cellOf(event.target);
      if (kind === "dragend") { if (!back) free(false); return; }
      if (!hand || !cell) return;
      if (kind === "dragleave") { cell.removeAttribute("data-drop"); return; }
      event.preventDefault();
      if (kind === "dragover") { for (const other of $$("[data-drop]", grid())) other.removeAttribute("data-drop"); cell.setAttribute("data-drop", ""); } else drop(cell);
    });
  }

  /* The page as it came, or came back after a drop. */
  function settle() {
    const table = grid();
    if (!table) return;
    table.setAttribute("role", "grid");
    for (const row of $$("tr", table)) row.setAttribute("role", "row");
    for (const cell of $$("td[data-at]", table)) cell.setAttribute("role", "gridcell");
    for (const head of $$("thead th", table)) head.setAttribute("role", "columnheader");
    for (const head of $$("tbody th", table)) head.setAttribute("role", "rowheader");
    for (const slot of $$("[data-slot], [data-pick]")) slot.draggable = true;
    const refused = $("#board [data-said]");
    if (hand?.slot && (!refused || !$(`[data-slot="${hand.slot}"]`, table))) hand = null; // dropped
    if ($("button.drop", table)) { back = ""; return; } // the server holds it: its buttons are plain forms
    mark();
    const at = back && $(`td[data-at="${back}"]`, table);
    const swap = back && $("[data-swap]");
    if (at) focus(at);
    if (swap) swap.focus();
    if (!at) rove($("td[data-at] > .slot[data-slot]", table) ?? $("td[data-at] > .slot", table));
    if (back) {
      const told = $$("#board [data-said] b, #board .messages li").map((note) => note.textContent.trim().replace(/\s+/g, " ")).join(" ");
      if (told) say(told);
    }
    back = "";
  }
  for (const kind of ["htmx:responseError", "htmx:sendError"]) document.addEventListener(kind, () => { back = ""; if (grid()) say(grid().dataset.saidLost); });
  document.addEventListener("htmx:afterSettle", (event) => { if ($("#board") && event.target !== $("#progress")) settle(); });
  settle();
})();
