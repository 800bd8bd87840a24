"""Files that come into the inbox are told to supervision at once, without opening one."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gaoxin.airflow import arrivals
from gaoxin.airflow.arrivals import ArrivalsTrigger
from gaoxin.clock import local_day, wall_now

TODAY = local_day(wall_now())


@pytest.fixture
def inbox(tmp_path, monkeypatch):
    monkeypatch.setenv("GAOXIN_INBOX", str(tmp_path / "inbox"))
    monkeypatch.setattr(arrivals, "LOOKS", 0.05)
    monkeypatch.setattr(arrivals, "PAUSE", 0.05)
    return tmp_path / "inbox"


def trigger(first=TODAY, last=TODAY) -> ArrivalsTrigger:
    return ArrivalsTrigger("demo", first.isoformat(), last.isoformat())


def told(act: Any, watching: ArrivalsTrigger, looks: int = 40) -> list[Any]:
    """What is told in so many looks. act(look): what happens before each."""
    async def watched() -> list[Any]:
        events: list[Any] = []

        async def collect() -> None:
            async for event in watching.run():
                events.append(event.payload)

        task = asyncio.create_task(collect())
        for look in range(looks):
            act(look)
            await asyncio.sleep(0.05)
        task.cancel()
        return events

    return asyncio.run(watched())


def put(inbox, name: str, content: bytes) -> None:
    (inbox / name).parent.mkdir(parents=True, exist_ok=True)
    (inbox / name).write_bytes(content)


def test_what_came_is_told_once_and_what_is_put_there_anew_again(inbox):
    def act(look: int) -> None:
        if look == 3:
            put(inbox, "committee/月报.csv", b"1")
            put(inbox, "science/月报.csv", b"1")
            put(inbox, "committee/~$月报.xlsx", b"lock")
        if look == 20:
            put(inbox, "committee/月报.csv", b"12")
        if look == 30:
            (inbox / "science/月报.csv").unlink()

    assert told(act, trigger()) == [{"files": 2}, {"files": 1}]


def test_a_file_that_grows_is_told_when_it_is_whole(inbox):
    events = told(lambda look: put(inbox, "committee/月报.csv", b"1" * min(look, 25)), trigger(), looks=24)
    assert events == []
    assert told(lambda look: put(inbox, "x.csv", b"1") if look == 0 else None, trigger()) == [{"files": 2}]


@pytest.mark.parametrize("days", [(1, 9), (-9, -1)])
def test_a_campaign_that_has_not_begun_or_is_over_is_told_nothing(inbox, days):
    put(inbox, "x.csv", b"1")
    first, last = (TODAY + timedelta(days=n) for n in days)
    assert told(lambda _: None, trigger(first, last)) == []


def test_supervision_is_started_by_it_between_the_campaigns_days():
    """As the scheduler and the triggerer have it from Airflow's database."""
    from airflow.serialization.serialized_objects import DagSerialization

    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.blueprint.blueprint import blueprint
    from gaoxin.plan.reading.loader import load_plan
    from tests.conftest import PLANS

    file = PLANS / "demo" / "plan.yaml"
    when = next(f for f in blueprint(load_plan(file)).flows if f.id == "demo.supervision").schedule
    assert when
    stored: dict[str, Any] = {}
    for name, dag in campaign_dags(file).items():
        stored[name] = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    watched = {name: [w for a in dag.timetable.asset_condition.iter_assets() for w in a[1].watchers]
               for name, dag in stored.items() if dag.timetable.asset_condition}
    assert [*watched] == ["demo.supervision"]
    (watcher,) = watched["demo.supervision"]
    again = ArrivalsTrigger(**watcher.trigger["kwargs"])
    assert watcher.trigger["classpath"] == again.serialize()[0]
    assert (again.first, again.last) == (when.first.isoformat(), when.last.isoformat())
    assert stored["demo.supervision"].timetable.timetable.summary.startswith(when.cron)
