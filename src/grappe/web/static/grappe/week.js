/* The employee's week on a phone: a swipe turns the page to the week before or after. The links do the same. */
"use strict";
(() => {
  let start = null;
  document.addEventListener("touchstart", (event) => {
    const touch = event.changedTouches[0];
    start = event.target.closest("input, textarea, select, details") ? null : { x: touch.clientX, y: touch.clientY };
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!start) return;
    const touch = event.changedTouches[0], across = touch.clientX - start.x, down = touch.clientY - start.y;
    start = null;
    if (Math.abs(across) < 70 || Math.abs(across) < 2 * Math.abs(down)) return;
    document.querySelector(across < 0 ? ".weeks [rel='next']" : ".weeks [rel='prev']")?.click();
  }, { passive: true });
})();
