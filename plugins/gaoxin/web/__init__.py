"""The pages inside Airflow's UI: the only package that imports the web framework. An adapter: what a page shows and does are use
cases; who may, `people` says."""
