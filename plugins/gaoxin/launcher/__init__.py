"""The launcher: starts Airflow's components beside an embedded PostgreSQL, plays a campaign through them, ends them all. It
speaks to Airflow by process and by REST only, and imports no Airflow."""
