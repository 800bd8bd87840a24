// While the wall follows what is recorded: what was unfolded stays unfolded, who stands on a link stays there, and a page that can
// no longer be refreshed says so.
(function () {
  let open = [], href = null;
  const wall = (event) => event.detail.elt && event.detail.elt.id === "wall";
  const stale = (is) => { const told = document.getElementById("stale"); if (told) told.hidden = !is; };
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "wall") return;
    open = [...document.querySelectorAll("#wall details[open][id]")].map((one) => one.id);
    href = document.activeElement && document.activeElement.closest("#wall") ? document.activeElement.getAttribute("href") : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of open) { const one = document.getElementById(id); if (one) one.open = true; }
    if (href && document.activeElement === document.body) {
      const link = [...document.querySelectorAll("#wall a")].find((one) => one.getAttribute("href") === href);
      if (link) link.focus({ preventScroll: true });
    }
    open = []; href = null;
  });
  document.addEventListener("htmx:sendError", (event) => { if (wall(event)) stale(true); });
  document.addEventListener("htmx:responseError", (event) => { if (wall(event)) stale(true); });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) stale(false); });
})();
