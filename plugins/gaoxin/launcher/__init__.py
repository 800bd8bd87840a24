"""The launcher: starts Airflow's components beside an embedded PostgreSQL, plays a campaign through them, ends them all.

It speaks to Airflow by process and by REST only; it imports no Airflow. Tasks, gates and statistics run where they run
in production: in the scheduler. What the launcher plays are the people: units that hand in workbooks, the office that
files evidence, the government that consents.
"""
