"""What stays broken for days is told, and told again where it grows; mails and locks do not grow by the hour, and the ledger by
what people do alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby, pairwise

import pytest

from gaoxin.campaign import alarming, flows, intake, reminding, upkeep
from gaoxin.campaign.flows import Asked
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.channels.kinds.email import Email
from gaoxin.channels.office import Channels
from gaoxin.channels.port import Address, Letter, Outcome, State
from gaoxin.clock import ZONE, parse_as_of
from gaoxin.errors import SystemFault
from gaoxin.i18n import Text
from gaoxin.ledger.actor import Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.settings import Settings
from tests.integration.test_people import ME, with_accounts
from tests.integration.test_stalling import FEBRUARY, Engine, _run, engine, february

__all__ = ["engine", "february", "with_accounts"]  # fixtures


class Mailer(Channels):
    """A mail server that is up or down."""

    def __init__(self, down: str = "") -> None:
        super().__init__({"email": _Account("127.0.0.1", 25, "gaoxin@example.cn", down=[down])})

    @property
    def account(self) -> _Account:
        found = self.by_name["email"]
        assert isinstance(found, _Account)
        return found

    @property
    def sent(self) -> list[tuple[str, str]]:
        return self.account.sent

    def goes(self, down: str) -> None:
        """down: why not, or nothing."""
        self.account.down[0] = down


@dataclass(frozen=True)
class _Account(Email):
    down: list[str] = field(default_factory=lambda: [""])
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, letter: Letter, address: Address, done: int = 0) -> Outcome:
        if self.down[0]:
            raise SystemFault(Text(self.down[0], self.down[0]), where="smtp", todo=Text("等", "wait"))
        self.sent.append((address.value, letter.text))
        return Outcome(State.SENT, "250", done=1)


@pytest.fixture
def mailing(engine, settings, tmp_path) -> Callable[..., Workplace]:
    """mailing("2024-03-05T12:00", "committee", "system"): the installation whose contacts have these."""
    file = tmp_path / "contacts.yaml"

    def at(moment: str, *known: str) -> Workplace:
        file.write_text("".join(f"{name}: {{email: {name}@x.cn}}\n" for name in known))
        file.chmod(0o600)
        return open_workplace(settings.model_copy(update={"contacts": file}), "demo", parse_as_of(moment), acts=True, late=True,
                              in_force=True)

    return at


def _hours(day: str, count: int) -> list[str]:
    return [(datetime.fromisoformat(day).replace(tzinfo=ZONE) + timedelta(hours=hour)).isoformat() for hour in range(count)]


def _events(w: Workplace, *kinds: EventKind, campaign: str = "demo") -> list:
    with w.warehouse.read() as store:
        return store.ledger.events(campaign, *kinds)


def test_an_inbox_that_cannot_be_written_holds_no_gate_up_and_is_told_until_it_can(engine: Engine, settings: Settings, drop):
    for run in engine.tick("2024-02-26T10:00"):
        engine.end(run.split()[1], "failed", "hold")
    junk = drop("whatever.xlsx", b"no workbook")
    (settings.inbox / "refused").write_text("in the way")
    for day in (27, 28, 29):
        for hour in (10, 11):
            at = f"2024-02-{day}T{hour}:00"
            started = engine.tick(at)
            gates = [run.split()[1] for run in started if "phase01.launch gate__" in run]
            assert len(gates) == (hour == 10)
            for run in gates:
                engine.end(run, "failed", "hold")
            flows.late_returns(engine.workplace(at), Asked(phase="launch"))
            assert flows.gate(engine.workplace(at), Asked(phase="launch"))["verdict"] == "hold"
            red = engine.alarm(at)
            assert red["refused"]
            assert "whatever.xlsx" in red["note"]
    w = engine.workplace("2024-02-29T12:00")
    assert list(alarming.standing(w)) == ["inbox"]
    assert junk.read_bytes() == b"no workbook"
    assert [len(_events(w, kind)) for kind in (EventKind.FILE_REFUSED, EventKind.INBOX_STUCK, EventKind.ALARM_CHANGED)] == [1] * 3
    assert len([*settings.outbox.glob("*alarm*")]) == 2
    with pytest.raises(SystemFault) as told:
        intake.take_in(w, None, check=False)
    assert "whatever.xlsx" in told.value.what.en

    (settings.inbox / "refused").unlink()
    engine.tick("2024-02-29T13:00")
    assert not engine.alarm("2024-02-29T13:00")["refused"]
    assert (settings.inbox / "refused" / junk.name).read_bytes() == b"no workbook"
    assert (settings.inbox / "refused" / f"{junk.name}.txt").exists()
    assert not junk.exists()
    w = engine.workplace("2024-02-29T14:00")
    assert len(_events(w, EventKind.FILE_REFUSED)) == 1
    assert intake.take_in(w, None, check=False).returns == []
    assert upkeep.verify_ledger(settings).intact


def test_a_return_that_was_taken_and_cannot_be_moved_is_taken_once(engine: Engine, settings: Settings, february, tmp_path):
    flows.gate(engine.workplace("2024-03-01T10:00"), Asked(phase="launch"))
    (settings.inbox / "taken").write_text("in the way")
    [file] = settings.inbox.glob("*.csv")
    [run] = [r.split()[1] for r in engine.tick("2024-03-05T10:00") if r.startswith("statistics")]
    _run(engine, "2024-03-05T10:00")
    engine.end(run, "success")
    later = [r for hour in (11, 12, 13) for r in engine.tick(f"2024-03-05T{hour}:00")]
    assert not [r for r in later if r.startswith("statistics")]
    assert [r for r in later if "phase01.launch gate__" in r]
    w = engine.workplace("2024-03-05T14:00")
    assert "inbox" in alarming.standing(w)
    assert flows.affected_phases(w, Asked(period=FEBRUARY))["note"].find("收件箱还有") < 0
    once = (EventKind.RETURN_RECEIVED, EventKind.RETURN_LOADED, EventKind.INBOX_STUCK)
    assert [len(_events(w, kind)) for kind in once] == [1] * 3
    assert file.exists()
    (settings.inbox / "taken").unlink()
    engine.tick("2024-03-05T15:00")
    assert "inbox" not in alarming.standing(engine.workplace("2024-03-05T15:00"))
    assert (settings.inbox / "taken" / file.name).exists()
    assert not file.exists()


def test_a_mail_that_fails_by_the_hour_is_noted_daily_and_when_its_reason_changes(mailing):
    mailer = Mailer("down")
    for at in _hours("2024-03-05", 48):
        w = mailing(at, "committee", "system")
        alarming.alarm(w)
        reminding.tell_alarms(w, mailer=mailer)
    failed = Counter((e.payload["key"], e.at.date()) for e in _events(w, EventKind.REMINDER_FAILED))
    assert len({key for key, _ in failed}) >= 2
    assert {*failed.values()} == {1}
    before = len(_events(w, EventKind.REMINDER_FAILED))
    mailer.goes("refused")
    w = mailing("2024-03-07T09:00", "committee", "system")
    owed = reminding.tell_alarms(w, mailer=mailer)
    assert len(_events(w, EventKind.REMINDER_FAILED)) == before + len(owed) > before
    mailer.goes("")
    reminding.tell_alarms(w, mailer=mailer)
    assert len(mailer.sent) == len(owed)
    assert reminding.tell_alarms(w, mailer=mailer) == []


def test_workers_whom_the_accounts_file_does_not_know_are_refused_daily_in_the_ledger(engine, with_accounts):
    of = with_accounts("account: somebody-else, roles: [office]")

    def at(moment: str, airflow: str | None = None, way: Way = Way.DAG) -> Workplace:
        return open_workplace(of, "demo", parse_as_of(moment), acts=True, late=True, in_force=True, way=way, airflow=airflow)

    for moment in _hours("2024-03-05", 48):
        for use in ("look", "verify"):
            with pytest.raises(NotAllowed):
                flows.run(at(moment), use, Asked())
        flows.run(at(moment), "alarm", Asked())
    w = engine.workplace(moment)
    assert [e.at.day for e in _events(w, EventKind.ACT_REFUSED)] == [5, 6]
    for who in ({"airflow": "li"}, {"way": Way.COMMAND_LINE}) * 2:  # a person who tries is told each time
        with pytest.raises(NotAllowed):
            flows.run(at(moment, **who), "look", Asked())
    tried = [((e.actor or {}).get("airflow"), (e.actor or {}).get("way")) for e in _events(w, EventKind.ACT_REFUSED)]
    assert tried == [(None, "dag")] * 2 + [("li", "dag"), (None, "command_line")] * 2


def test_two_accounts_files_in_use_are_an_alarm_each_is_told_once_and_each_change_is_recorded(settings, tmp_path, demo_workplace):
    demo_workplace("2024-02-01")

    def made(name: str, extra: str = "") -> Settings:
        file = tmp_path / name
        file.write_text(f"schema: 1\naccounts:\n  - {{account: {ME}, roles: [system, office]}}\n{extra}")
        file.chmod(0o600)
        return settings.model_copy(update={"accounts": file})

    def alarms(of: Settings, at: str) -> bool:
        w = open_workplace(of, "demo", parse_as_of(at), acts=True, late=True)
        flows.run(w, "alarm", Asked())
        return "accounts files" in alarming.standing(w)

    old, new = made("a.yaml"), made("b.yaml", "  - {airflow: mayor, roles: [leader], units: [government]}\n")
    red = [(alarms(old, at), alarms(new, at)) for at in _hours("2024-03-05", 48)]
    assert red[0] == (False, False)  # that there is another is no alarm
    assert {*red[1:]} == {(True, True)}
    w = open_workplace(new, "demo", parse_as_of("2024-03-07"), acts=True, late=True)
    used = [e.payload["sha256"] for e in _events(w, EventKind.ACCOUNTS_USED, campaign="")]
    assert len(used) == 2 * 48, "by which one each act went stands in the ledger"
    assert all(one != other for one, other in pairwise(used))
    assert len([*settings.outbox.glob("*accounts-*.eml")]) == 3  # office, supervision, system: of the second file
    raised = ["accounts files" in e.payload["open"] for e in _events(w, EventKind.ALARM_CHANGED)]
    assert [now for now, _ in groupby(raised)] in ([True], [False, True])
    assert alarms(new, "2024-03-07T10:00")
    assert not alarms(new, "2024-03-10T10:00")
    assert alarms(made("c.yaml"), "2024-03-11T10:00"), "the bytes of the first again, by whatever name"


def test_a_ledger_with_more_faults_is_told_again(mailing):
    mailer = Mailer()

    def told(at: str, faults: int, since: int = 0) -> list[str]:
        mailer.sent.clear()
        w = mailing(at, "system")
        with w.warehouse.begin() as store:
            store.ledger.note("", EventKind.LEDGER_VERIFIED, w.now,
                              {"since": since, "until": 1, "rows": 1, "files": 0, "faults": faults})
        flows.survey(w, Asked())
        alarming.alarm(w)
        reminding.tell_alarms(w, mailer=mailer)
        return [said for _, said in mailer.sent if "gaoxin ledger verify" in said]

    assert len(told("2024-02-05T10:00", 1)) == 1
    assert told("2024-02-06T10:00", 1) == []
    [said] = told("2024-02-07T10:00", 500)
    assert "500" in said
    assert told("2024-02-08T10:00", 1, since=1) == []  # of what is new alone
    assert told("2024-02-09T10:00", 500) == []
    [healed] = told("2024-02-10T10:00", 0)
    assert "已恢复" in healed


def test_an_address_that_is_entered_late_is_told_what_stands_and_what_was_last_week(mailing, monkeypatch):
    stands: dict[str, list[str]] = {
        "2024-03-01T10:00": ["old", "healed"], "2024-03-02T10:00": ["old"],
        "2024-05-28T10:00": ["old", "recent"], "2024-05-30T10:00": ["old"],
    }
    mailer = Mailer()
    for at, names in stands.items():
        found = {name: alarming.alarms.CLOCK(minutes=1000 + len(name)) for name in names}
        monkeypatch.setattr(alarming, "standing", lambda w, found=found: found)
        w = mailing(at, "committee")
        alarming.alarm(w)
        reminding.tell_alarms(w, mailer=mailer)
    assert [to for to, _ in mailer.sent] == ["committee@x.cn"] * 4
    mailer.sent.clear()
    w = mailing("2024-06-01T12:00", "committee", "system")
    reminding.tell_alarms(w, mailer=mailer)
    assert [to for to, _ in mailer.sent] == ["system@x.cn"] * 3
    first, *rest = (said for _, said in mailer.sent)
    assert "1003" in first  # of old and healed, as both were raised
    assert "1006" not in first
    assert all("1006" in said for said in rest)
    assert reminding.tell_alarms(w, mailer=mailer) == []


def test_a_digest_of_many_rungs_takes_one_lock(warehouse):
    held = "select count(*) from pg_locks where locktype = 'advisory' and granted"
    with warehouse.claimed("demo committee digest") as mine, warehouse.claimed("demo committee digest") as again, \
            warehouse.claimed("demo science digest") as other:
        assert (mine, again, other) == (True, False, True)
        with warehouse.engine.connect() as connection:
            assert connection.exec_driver_sql(held).scalar_one() == 2
    with warehouse.claimed("demo committee digest") as mine:
        assert mine
