// The cell that was asked for, in view.
const lit = document.querySelector("[data-lit]");
if (lit) { lit.scrollIntoView({ block: "center", inline: "center" }); }
// A click on a cell says where something is to be corrected, and leads to what rests on it; a second one takes that back.
const at = document.querySelector("input[data-cell]"), uses = document.querySelector("a[data-uses]");
if (at || uses) {
  const whole = uses?.getAttribute("href"), of = uses?.querySelector("[data-of]"), named = of?.textContent;
  document.querySelector("table.grid")?.addEventListener("click", (event) => {
    const cell = event.target.closest("td[id^=c-]");
    if (!cell || event.target.closest("a")) return;
    const again = cell.classList.contains("lit"), address = cell.id.slice(2);
    for (const other of document.querySelectorAll("td.lit")) { other.classList.remove("lit"); }
    cell.classList.toggle("lit", !again);
    if (at) { at.value = again ? "" : `${at.dataset.cell}!${address}`; }
    if (uses) {
      uses.href = again ? whole : uses.dataset.uses + address;
      of.textContent = again ? named : address;
    }
  });
}
