// Dark or light as Airflow's own pages have it, also when it is changed there. Runs before anything is drawn.
(function () {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    let chosen = "system";
    try { chosen = localStorage.getItem("theme") || "system"; } catch { /* storage is closed: as the system has it */ }
    root.classList.toggle("dark", chosen === "system" ? dark.matches : chosen === "dark");
  }
  follow();
  addEventListener("storage", follow);
  dark.addEventListener("change", follow);
})();
