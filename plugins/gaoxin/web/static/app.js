// Links to Airflow's own pages from within its frame: its router takes them, without loading everything again.
addEventListener("click", (event) => {
  const link = event.target.closest("a[data-airflow]");
  if (!link || top === window || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  parent.history.pushState(null, "", link.href);
  parent.dispatchEvent(new PopStateEvent("popstate"));
});
// A second look before what cannot be undone: a button names the dialog that asks again.
addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) { const asked = document.getElementById(opener.dataset.dialog); if (asked) asked.showModal(); }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog").close();
});
// Whoever sends a form sees that it is on its way, and sends it once.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get" || form.closest("[hx-post]") || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-busy", "true");
});
