"""A timetable with an end: cron ticks between a campaign's first and last day, none after.

A plan of 2020 stays in the DAG folder for the auditors; its hourly supervision must not run, and escalate, for ever.
Airflow's `end_date` would do that too, but it also empties manual runs after that date
(tried on 3.3: such a run gets no task and is marked a success).
Registered by plugins/gaoxin_scheduling.py; the import path is stored in Airflow's database, so it never moves.
"""

from datetime import date, datetime, time
from typing import Any, Self

import pendulum
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.simple import NullTimetable
from airflow.timetables.trigger import CronTriggerTimetable
from airflow.utils.types import DagRunType

from gaoxin.clock import ZONE


class _Dated:
    """Names runs by the office's day: Airflow's own names bear UTC, in the morning that of the day before."""

    def generate_run_id(self, *, run_type: DagRunType, run_after: pendulum.DateTime, data_interval: DataInterval | None,
                        **extra: Any) -> str:
        there = run_after.astimezone(ZONE).replace(tzinfo=None)
        return run_type.generate_run_id(suffix=there.isoformat(timespec="auto" if there.microsecond else "minutes"))


class ByHand(_Dated, NullTimetable):
    """No ticks: supervision or somebody starts the runs. Lists show them in the order of their own times: in a drill the played
    ones."""

    run_ordering = ("run_after",)


class CampaignTimetable(_Dated, CronTriggerTimetable):
    """Cron ticks in Asia/Shanghai from `first` to `last`, both included; missed ticks are not caught up."""

    def __init__(self, cron: str, *, first: date, last: date) -> None:
        super().__init__(cron, timezone=ZONE.key)
        self.first, self.last = first, last

    @property
    def summary(self) -> str:
        return f"{self._expression} [{self.first}…{self.last}]"

    def serialize(self) -> dict[str, Any]:
        return {"cron": self._expression, "first": self.first.isoformat(), "last": self.last.isoformat()}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Self:
        return cls(data["cron"], first=date.fromisoformat(data["first"]), last=date.fromisoformat(data["last"]))

    def next_dagrun_info(self, *, last_automated_data_interval: DataInterval | None,
                         restriction: TimeRestriction) -> DagRunInfo | None:
        opens = datetime.combine(self.first, time(), tzinfo=ZONE)
        earliest = opens if restriction.earliest is None else max(opens, restriction.earliest)
        found = super().next_dagrun_info(last_automated_data_interval=last_automated_data_interval,
                                         restriction=TimeRestriction(earliest=pendulum.instance(earliest),
                                                                     latest=restriction.latest, catchup=False))
        if found is None or found.run_after.astimezone(ZONE).date() > self.last:
            return None
        return found
