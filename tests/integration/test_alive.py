"""The dead man's alarm: nothing of Airflow runs here, and with a database that is gone, the clock's stop is told all the same."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from gaoxin import folders
from gaoxin.campaign import living
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.surveying import survey
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import ZONE, wall_now
from gaoxin.errors import UsageError
from gaoxin.plan.ticks import last_tick
from gaoxin.settings import Settings
from tests.conftest import PLANS


@pytest.fixture
def real(empty_database: str, tmp_path: Path) -> Settings:
    """The demo as it is now: its schedule lies around today, and no time is played."""
    today, plans = wall_now().date(), tmp_path / "plans"
    text = (PLANS / "demo" / "plan.yaml").read_text(encoding="utf-8")
    assert "    starts: 2024-01\n" in text
    text = text.replace("    starts: 2024-01\n", f"    starts: {today - timedelta(days=60)}\n")
    folders.private(plans / "demo")
    (plans / "demo" / "plan.yaml").write_text(text.replace(": 2024-", f": {today.year + 1}-"), encoding="utf-8")
    settings = Settings(home=tmp_path / "home", database_url=SecretStr(empty_database), plans_=plans, inbox_=tmp_path / "inbox")
    register_plan(settings, "demo", by="committee")
    return settings


def outbox(settings: Settings) -> list[str]:
    return sorted(file.name.split("_", 1)[1] for file in settings.outbox.glob("*.eml"))


def look(settings: Settings, at: datetime, *, tell: bool = True) -> tuple[living.Alive, int]:
    found = living.alive(settings, "demo", tell=tell, now=at)
    (one,) = found.campaigns
    return one, found.exit_status


def next_ten(at: datetime) -> datetime:
    """Ten in the morning of a day to come: between ticks, with one an hour before."""
    return (at.astimezone(ZONE) + timedelta(days=1)).replace(hour=10, minute=5, second=0, microsecond=0)


def test_a_clock_that_stopped_is_told_once_and_so_is_that_it_goes_again(real):
    survey(open_workplace(real, "demo", acts=True), {})  # by hand: no scheduler runs
    assert look(real, wall_now())[0].state in ("alive", "resting")
    later = next_ten(wall_now())
    one, status = look(real, later)
    assert (one.state, status, one.told) == ("stopped", 1, ("committee", "system"))
    assert one.expected == later.replace(hour=9, minute=0)
    assert len(outbox(real)) == 2
    text = next(real.outbox.glob("*committee*")).read_bytes()
    assert b"gaoxin@outbox.invalid" in text
    once_more, status = look(real, later + timedelta(minutes=5))
    assert (once_more.state, once_more.told, status) == ("stopped", (), 1)
    assert len(outbox(real)) == 2, "once per outage"
    living.beat(real, "demo", later + timedelta(hours=1))
    healed, status = look(real, later + timedelta(hours=1, minutes=10))
    assert (healed.state, status, healed.told) == ("alive", 0, ("committee", "system"))
    assert len(outbox(real)) == 4
    assert look(real, later + timedelta(hours=1, minutes=20))[0].told == ()
    again, _ = look(real, later + timedelta(days=1, hours=2))
    assert again.told == ("committee", "system"), "another outage is another word"


def test_of_a_clock_that_rests_nobody_is_told_that_it_goes_again(real):
    """No survey is asked for between the registration and the next tick of the rhythm."""
    later = next_ten(wall_now())
    assert look(real, later)[0].told == ("committee", "system")
    resting, _ = look(real, wall_now())
    assert (resting.state, resting.told, len(outbox(real))) == ("resting", (), 2)
    living.beat(real, "demo", later + timedelta(hours=1))
    assert look(real, later + timedelta(hours=1, minutes=10))[0].told == ("committee", "system")


def test_it_is_asked_of_any_time_by_what_was_known_then(real, monkeypatch, capsys):
    """A survey that came afterwards does not make a clock go that stood still, nor does a plan that was registered later."""
    registered, later = wall_now(), next_ten(wall_now())
    living.beat(real, "demo", later + timedelta(hours=1))
    monkeypatch.setenv("GAOXIN_HOME", str(real.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(real.plans))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", real.database_url.get_secret_value())

    def asked(at: datetime, *more: str) -> tuple[int, str]:
        status = run(["alive", "demo", "--json", "--as-of", at.isoformat(), *more])
        told = capsys.readouterr()
        return status, told.out or told.err

    status, told = asked(later)
    assert (status, json.loads(told)["campaigns"][0]["state"], json.loads(told)["campaigns"][0]["seen"]) == (1, "stopped", None)
    status, told = asked(later + timedelta(hours=1, minutes=10))
    assert (status, json.loads(told)["campaigns"][0]["state"]) == (0, "alive")
    status, told = asked(registered - timedelta(days=1))
    assert (status, json.loads(told)["campaigns"][0]["state"]) == (0, "unregistered")
    status, told = asked(later, "--tell")
    assert (status, "--tell" in told, outbox(real)) == (2, True, [])


def test_with_the_database_gone_the_file_tells(real):
    living.beat(real, "demo", wall_now())
    gone = real.model_copy(update={"database_url": SecretStr("postgresql+psycopg2://nobody@127.0.0.1:9/none")})
    now, status = look(gone, wall_now(), tell=False)
    assert (now.state in ("alive", "resting"), now.database is not None, status) == (True, True, 3)
    later = next_ten(wall_now())
    one, status = look(gone, later)
    assert (one.state, status, one.told) == ("stopped", 1, ("committee", "system"))
    told = next(gone.outbox.glob("*system*")).read_bytes()
    assert len(outbox(gone)) == 2
    assert b"Subject:" in told


def test_a_drill_and_a_campaign_that_has_not_begun_stop_nothing(settings, demo_workplace):
    with pytest.raises(UsageError):
        living.alive(settings, "nothing", now=wall_now())
    one, status = look(settings, wall_now())
    assert (one.state, status, one.told) == ("drill", 0, ()), "in a drill nothing runs by the clock"


@pytest.mark.parametrize(("at", "tick"), [
    ("2024-03-05 09:05", "2024-03-05 09:00"), ("2024-03-05 09:00", "2024-03-05 09:00"), ("2024-03-05 07:59", "2024-03-04 20:00"),
    ("2024-03-01 07:59", None), ("2024-04-02 12:00", "2024-03-31 20:00"),
])
def test_the_last_tick_is_of_the_rhythm_and_within_the_campaign(at, tick):
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)

    found = last_tick("0 8-20 * * *", date(2024, 3, 1), date(2024, 3, 31), moment(at))
    assert found == (moment(tick) if tick else None)
