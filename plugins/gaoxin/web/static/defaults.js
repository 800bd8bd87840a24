// Airflow's own pages in Chinese and in the zone's time, for whoever has chosen nothing yet; and whoever may see nothing there
// goes on to ours: to the one that was asked for in Airflow's frame, else to the first.
try {
  if (!localStorage.getItem("timezone")) localStorage.setItem("timezone", '"Asia/Shanghai"');
  if (!localStorage.getItem("i18nextLng")) localStorage.setItem("i18nextLng", "zh-CN");
} catch { /* storage is closed: as the browser has it */ }
{
  const root = new URL("../../", document.currentScript.src);
  const framed = location.href.slice(root.href.length).match(/^plugin\/gaoxin\/(gaoxin\/.*)/);
  if (document.cookie.includes("_token=") && !/\/auth\//.test(location.pathname)) {
    fetch(new URL("api/v2/dags?limit=1", root)).then((said) => {
      if (said.status === 403) location.replace(new URL(framed ? framed[1] : "gaoxin/", root));
    });
  }
}
