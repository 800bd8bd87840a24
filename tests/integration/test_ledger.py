"""The ledger in a real database: many writers at once, and what somebody with all rights can and cannot hide."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from sqlalchemy import text

from gaoxin.clock import parse_as_of
from gaoxin.errors import SystemFault
from gaoxin.ledger.kinds import EventKind
from tests.stored import as_role

AT = parse_as_of("2024-03-05")


@pytest.fixture
def five(warehouse):
    """Of a drill: the first event says so, the others are noted here."""
    with warehouse.begin() as store:
        for number in range(1, 5):
            store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": f"第 {number} 次"})
    return warehouse


def tamper(warehouse, table: str, statement: str) -> None:
    """What a superuser can do: switch the triggers off, change, switch them on again."""
    with as_role(warehouse).begin() as connection:
        connection.execute(text(f"alter table gaoxin.{table} disable trigger all"))
        connection.execute(text(statement))
        connection.execute(text(f"alter table gaoxin.{table} enable trigger all"))


def verified(warehouse):
    with warehouse.begin() as store:
        return store.ledger.verify()


def test_events_come_back_as_they_were_written(five):
    found = verified(five)
    assert (found.events, found.intact, found.first_bad) == (5, True, None)
    with five.begin() as store:
        events = store.ledger.events("demo")
        assert store.ledger.events("other") == []
    assert [e.payload["note"] for e in events] == [f"第 {number} 次" for number in range(1, 5)]
    assert events[0].at == AT
    assert found.head == events[-1].hash


@pytest.mark.parametrize("statement", [
    "update gaoxin.ledger_events set kind = 'x' where seq = 2",
    "delete from gaoxin.ledger_events where seq = 5",
    "truncate gaoxin.ledger_events",
    "update gaoxin.ledger_head set seq = 1",
    "delete from gaoxin.ledger_head",
])
def test_the_database_itself_refuses_a_change(five, statement):
    with pytest.raises(SystemFault), five.begin() as store:
        store.ledger._connection.execute(text(statement))
    assert verified(five).intact


@pytest.mark.parametrize(("statement", "first_bad"), [
    ("update gaoxin.ledger_events set payload = '{\"number\": 7}' where seq = 3", 3),
    ("update gaoxin.ledger_events set at = at + interval '1 second' where seq = 1", 1),
    ("delete from gaoxin.ledger_events where seq = 2", 2),
    ("delete from gaoxin.ledger_events where seq >= 4", 4),
    ("update gaoxin.ledger_events set seq = seq + 10 where seq > 3", 4),
    ("truncate gaoxin.ledger_events", 1),
])
def test_what_is_changed_past_the_triggers_is_found(five, statement, first_bad):
    tamper(five, "ledger_events", statement)
    found = verified(five)
    assert (found.intact, found.first_bad) == (False, first_bad)


def test_the_stored_clock_is_no_part_of_the_hash(five):
    tamper(five, "ledger_events", "update gaoxin.ledger_events set stored_at = now() - interval '1 year'")
    assert verified(five).intact


def test_a_failed_transaction_leaves_no_event_and_no_gap(five):
    def failing() -> None:
        with five.begin() as store:
            store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": ""})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    with five.begin() as store:
        assert store.ledger.append("demo", EventKind.DRILL_STARTED, AT, {"note": ""}).seq == 6
    assert verified(five).intact


def test_many_processes_append_without_gaps(five, settings):
    script = textwrap.dedent("""
        import sys
        from gaoxin.clock import parse_as_of
        from gaoxin.ledger.kinds import EventKind
        from gaoxin.settings import Settings
        from gaoxin.warehouse.engine import Warehouse
        w = Warehouse.open(Settings())
        for i in range(25):
            with w.begin() as store:
                note = {"note": f"{sys.argv[1]}: {i}"}
                store.ledger.append("demo", EventKind.DRILL_STARTED, parse_as_of("2024-03-05"), note)
    """)
    environment = {
        "GAOXIN_HOME": str(settings.home), "GAOXIN_DATABASE_URL": settings.database_url.get_secret_value(), "PATH": "/usr/bin",
    }
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(n)], env=environment, stderr=subprocess.PIPE, text=True)
        for n in range(3)
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
    with five.begin() as store:
        events = store.ledger.events()
        assert store.ledger.verify().intact
    assert [e.seq for e in events] == list(range(1, 81))
    for n in range(3):
        told = [e.payload["note"] for e in events]
        assert [t for t in told if t.startswith(f"{n}: ")] == [f"{n}: {i}" for i in range(25)]
