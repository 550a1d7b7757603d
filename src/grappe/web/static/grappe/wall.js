// The wall by keyboard: one stop for the whole table, arrows from a week to the next.
(() => {
  const table = document.querySelector("[data-wall]");
  if (!table) return;
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1).map((cell) => cell.firstElementChild));
  const cells = rows.flat();
  for (const cell of cells) cell.tabIndex = -1;
  if (cells.length) cells[0].tabIndex = 0;
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  table.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const row = rows.findIndex((line) => line.includes(document.activeElement));
    if (!step || row < 0) return;
    const next = rows[row + step[0]]?.[rows[row].indexOf(document.activeElement) + step[1]];
    if (!next) return;
    event.preventDefault();
    for (const cell of cells) cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
})();
