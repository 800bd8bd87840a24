"""A year of Kundulun, day by day through a real Airflow, on days off, too: its bulletins on their days, its reminders once each,
on days that are worked. Three quarters of an hour: part of `make replays`. Days are worked out by hand, from the State Council's
notices for 2021 and 2022."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from gaoxin.campaign import bulletins
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import local_day, parse_as_of
from gaoxin.settings import Settings
from tests.replays.test_replays import HERE, played

FIRST, LAST = date(2021, 4, 1), date(2022, 3, 31)
BULLETINS = {
    "2021-03": "2021-04-20", "2021-04": "2021-05-20", "2021-05": "2021-06-21", "2021-06": "2021-07-20", "2021-07": "2021-08-20",
    "2021-08": "2021-09-22", "2021-09": "2021-10-20", "2021-10": "2021-11-22", "2021-11": "2021-12-20", "2021-12": "2022-01-20",
    "2022-01": "2022-02-21", "2022-02": "2022-03-21",
    "2021-Q1": "2021-04-20", "2021-Q2": "2021-07-20", "2021-Q3": "2021-10-20", "2021-Q4": "2022-01-20",
    "2021-H1": "2021-07-20", "2021-H2": "2022-01-20", "2021": "2022-01-20",
}
HOLIDAYS = (("2021-04-03", "2021-04-05"), ("2021-05-01", "2021-05-05"), ("2021-06-12", "2021-06-14"),
            ("2021-09-19", "2021-09-21"), ("2021-10-01", "2021-10-07"), ("2022-01-01", "2022-01-03"),
            ("2022-01-31", "2022-02-06"))
WORKED = {"2021-04-25", "2021-05-08", "2021-09-18", "2021-09-26", "2021-10-09", "2022-01-29", "2022-01-30"}
# Of a monthly meeting that nobody holds, with ladder 7, 3, 1, 0, 1, 3 to its unit: when each rung of May's falls, whose day is
# Monday the 31st; two days of June count from it.
MAY = {"before7": "2021-05-20", "before3": "2021-05-26", "before1": "2021-05-28", "due": "2021-05-31", "overdue1": "2021-06-01",
       "overdue3": "2021-06-03"}


def off(day: date) -> bool:
    return str(day) not in WORKED and (day.isoweekday() > 5 or any(a <= str(day) <= b for a, b in HOLIDAYS))


@pytest.mark.replays
@pytest.mark.timeout(7000)
def test_a_year_of_a_campaign_day_by_day():
    home = played("kundulun_2021", HERE / "kundulun_year.yaml", 6900)
    w = open_workplace(Settings(home=home / "var" / "replay"), "kundulun_2021", parse_as_of("2022-03-31"))
    made = {str(b.period): (local_day(b.drafted_at), b.late_days) for b in bulletins.bulletins(w).bulletins}
    within = {period: made[period] for period, day in BULLETINS.items() if period in made}
    assert within == {period: (date.fromisoformat(day), 0) for period, day in BULLETINS.items()}
    assert {period for period, (day, _) in made.items() if day >= FIRST} == {*BULLETINS}
    with w.warehouse.read() as store:
        sent = store.ledger._connection.execute(text(
            "select o.key, o.audience, o.level, o.refs, m.marked_at from gaoxin.outbox o join gaoxin.outbox_marks m"
            " using (key, channel) where m.state = 'sent'")).all()
        planned = store.ledger._connection.scalar(text("select count(*) from gaoxin.outbox"))
    assert len(sent) == planned == len({one.key for one in sent}) == len(list((w.settings.outbox).glob("*.eml")))
    days = Counter((one.audience, local_day(one.marked_at)) for one in sent if one.level != "notice")
    assert {count for count in days.values()} == {1}, "one digest a day and audience"
    assert [day for day in {local_day(one.marked_at) for one in sent} if off(day)] == []
    rungs = Counter((one.audience, ref) for one in sent for ref in one.refs)
    assert [rung for rung, count in rungs.items() if count > 1] == []
    on = {ref: local_day(one.marked_at) for one in sent if one.audience == "campaign_office" for ref in one.refs}
    assert {rung: str(on[f"monthly_dispatch:2021-05@{rung}"]) for rung in MAY} == MAY
    for month in range(5, 12):  # whose rungs all fall within the year
        assert {f"monthly_dispatch:2021-{month:02d}@{rung}" for rung in MAY} <= on.keys()
    looked = {FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)}
    assert any(off(day) for day in looked)
    shutil.rmtree(home)
