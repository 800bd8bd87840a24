// The cell that was asked for, in view.
const lit = document.querySelector("[data-lit]");
if (lit) { lit.scrollIntoView({ block: "center", inline: "center" }); }
