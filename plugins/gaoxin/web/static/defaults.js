// Airflow's own pages in Chinese and in the zone's time, for whoever has chosen nothing yet.
try {
  if (!localStorage.getItem("timezone")) localStorage.setItem("timezone", '"Asia/Shanghai"');
  if (!localStorage.getItem("i18nextLng")) localStorage.setItem("i18nextLng", "zh-CN");
} catch { /* storage is closed: as the browser has it */ }
