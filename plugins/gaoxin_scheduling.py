"""Airflow plugin: what the scheduler needs. No pages and no heavy imports here, so that a broken page stops no DAG."""

from airflow.plugins_manager import AirflowPlugin

from gaoxin.airflow.timetable import ByHand, CampaignTimetable


class GaoxinScheduling(AirflowPlugin):
    name = "gaoxin_scheduling"
    timetables = [CampaignTimetable, ByHand]  # noqa: RUF012 - Airflow reads a class attribute
