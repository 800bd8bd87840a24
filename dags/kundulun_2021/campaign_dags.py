"""The DAGs of this campaign, from the plan.yaml beside this file. The same stub stands in every campaign's folder,
so that a broken plan is a visible import error of that campaign alone."""

from pathlib import Path

from airflow.sdk import DAG  # noqa: F401 - Airflow's file scan looks for the words airflow and dag

from gaoxin.airflow.factory import campaign_dags

globals().update(campaign_dags(Path(__file__).with_name("plan.yaml")))
