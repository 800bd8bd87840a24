// The cell that was asked for, in view.
const lit = document.querySelector("[data-lit]");
if (lit) { lit.scrollIntoView({ block: "center", inline: "center" }); }
// A click on a cell says where something is to be corrected; a second one takes that back.
const at = document.querySelector("input[data-cell]");
if (at) {
  document.querySelector("table.grid")?.addEventListener("click", (event) => {
    const cell = event.target.closest("td[id^=c-]");
    if (!cell || event.target.closest("a")) return;
    const again = cell.classList.contains("lit");
    for (const other of document.querySelectorAll("td.lit")) { other.classList.remove("lit"); }
    cell.classList.toggle("lit", !again);
    at.value = again ? "" : `${at.dataset.cell}!${cell.id.slice(2)}`;
  });
}
