/* A firm dragged onto another post: fills the form of the preview and sends it. The select and its button do the same without a script. */
"use strict";
(() => {
  const form = document.querySelector("form[data-arrange]");
  if (!form) return;
  let held = null;
  const over = (target) => target.closest?.("[data-to]");
  const clear = () => { for (const one of document.querySelectorAll("[data-over]")) one.removeAttribute("data-over"); };
  for (const row of document.querySelectorAll("[data-need]")) row.draggable = true;
  document.addEventListener("dragstart", (event) => {
    held = event.target.closest?.("[data-need]");
    if (held) { event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", held.dataset.need); }
  });
  document.addEventListener("dragover", (event) => {
    const place = held && over(event.target);
    clear();
    if (place && !place.contains(held)) { event.preventDefault(); place.setAttribute("data-over", ""); }
  });
  document.addEventListener("drop", (event) => {
    const place = held && over(event.target);
    if (!place || place.contains(held)) return;
    event.preventDefault();
    form.elements.besoin.value = held.dataset.need;
    form.elements.vers.value = place.dataset.to;
    form.requestSubmit();
  });
  document.addEventListener("dragend", () => { held = null; clear(); });
  document.getElementById("apercu")?.scrollIntoView({ block: "nearest" });
})();
