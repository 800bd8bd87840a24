"""The warehouse: migrations, constraints, and every repository's round trip."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from gaoxin.clock import LATEST, local_day, parse_as_of
from gaoxin.errors import Refused, SystemFault, Transient, UsageError
from gaoxin.gates.model import (
    ApprovalEvidence,
    CriterionResult,
    DeliverableEvidence,
    GateResult,
    GateVerdict,
    Mode,
    Rectification,
    Shortfall,
    WaiverEvidence,
)
from gaoxin.i18n import Code, Text, message
from gaoxin.indicators.model import IndicatorResult, MeasureValue, Status, Truth
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.plan.reading.loader import load_plan, plan_hash
from gaoxin.postgres.roles import OWNER
from gaoxin.postgres.server import database_url
from gaoxin.quality.model import Checked, CheckResult, Finding, Outcome
from gaoxin.reminders.model import Reminder, ReminderLevel, ReminderState
from gaoxin.returns.model import CellValue, ReadReturn, ReturnKey, SeriesValue, Verdict
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from gaoxin.warehouse.migrate import migrate, versions
from gaoxin.warehouse.process import of_process
from tests.said import said
from tests.stored import as_role, indicator_values

T1, T2, T3 = parse_as_of("2024-03-05"), parse_as_of("2024-03-10"), parse_as_of("2024-03-20")
KEY = ReturnKey("demo", "industry", "committee", Period.parse("2024-02"))
PLAN = load_plan(Path(__file__).parents[1] / "plans/demo/plan.yaml")
HASH = plan_hash(PLAN)
APPEND_ONLY = [
    "ledger_events", "plan_versions", "deadlines", "deadline_steps", "landed_files", "returns", "check_runs", "check_results",
    "findings", "explanations", "loads", "facts", "register_entries", "indicator_values", "gate_decisions", "evidence",
    "approvals", "waivers", "rectifications", "rectification_closings", "rectification_evidence",
    "rectification_rechecks", "score_sheets", "outbox", "outbox_marks", "deliveries",
    "target_verdicts", "usages", "usage_slices", "corrections", "correction_outcomes", "fetches", "suites",
    "explanation_reviews", "task_reports", "task_moves", "extensions", "extension_rulings", "clock_moves", "cards",
    "cadence_moves", "bulletins", "bulletin_words", "bulletin_releases",
]


@contextmanager
def apart(warehouse: Warehouse) -> Iterator[Any]:
    """A store of which every call is a transaction of its own: what one records has one time."""

    class Part:
        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, method: str) -> Callable[..., Any]:
            def call(*args: Any, **given: Any) -> Any:
                with warehouse.begin() as store:
                    return getattr(getattr(store, self._name), method)(*args, **given)

            return call

    names = ("plans", "returns", "reviews", "facts", "results", "decisions", "outbox", "ledger")
    yield SimpleNamespace(**{name: Part(name) for name in names})


def checked(read: ReadReturn, verdict=Verdict.ACCEPTED, findings=()) -> Checked:
    check = CheckResult("r.range", 1, Severity.WARNING, Outcome.NOT_EVALUATED, said("范围", "range"), reason=said("无", "none"))
    return Checked(read, verdict, tuple(findings), (check,), "demo.industry", "1")


def warning(rule: str, value: str | None = "10") -> Finding:
    return Finding(rule, 2, Severity.WARNING, "数据", "D2", "gross_output", value, said("偏大", "large"))


def received(store, content: bytes = b"one", at=T1, value="10") -> tuple[str, ReadReturn]:
    sha = store.returns.land(content, "x.xlsx", at, "test")
    cell = CellValue("数据", "D2", value, Decimal(value))
    read = ReadReturn("x.xlsx", sha, len(content), KEY, series=(SeriesValue("gross_output", cell, "万元"),))
    return store.returns.add(read, at, HASH).return_id, read


class TestMigrations:
    def test_every_sql_file_was_applied_in_its_order(self, settings: Settings, warehouse):
        files = sorted(f.name for f in (settings.sql / "migrations").glob("*.sql"))
        assert list(versions(settings.sql)) == [f"{n:04d}" for n in range(1, len(files) + 1)]
        with warehouse.engine.connect() as connection:
            assert connection.scalar(text("select version_num from gaoxin.alembic_version")) == max(versions(settings.sql))

    def test_a_second_migration_does_nothing(self, warehouse, settings):
        assert migrate(warehouse.engine, settings.sql) is False

    def test_a_newer_database_is_not_touched(self, warehouse, settings):
        with as_role(warehouse).begin() as connection:
            connection.execute(text("update gaoxin.alembic_version set version_num = '9999'"))
        with pytest.raises(SystemFault, match="9999"):
            migrate(warehouse.engine, settings.sql)

    def test_every_table_and_view_says_what_it_is(self, warehouse):
        with warehouse.engine.connect() as connection:
            silent = connection.execute(text(
                "select relname from pg_class where relnamespace = 'gaoxin'::regnamespace and relkind in ('r', 'v')"
                " and obj_description(oid) is null and relname <> 'alembic_version'"
            )).scalars().all()
        assert silent == []

    def test_what_was_recorded_cannot_be_changed(self, warehouse):
        with warehouse.engine.connect() as connection:
            guarded = set(connection.execute(text(
                "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'append_only'"
            )).scalars())
        assert guarded == set(APPEND_ONLY)

    @pytest.mark.parametrize("name", ["facts", "landed_files", "gate_decisions"])
    def test_truncating_is_refused_too_with_both_languages(self, warehouse, name):
        owned = replace(warehouse, engine=as_role(warehouse, OWNER))
        with pytest.raises(SystemFault, match="只增不改") as error, owned.begin() as store:
            store.ledger._connection.execute(text(f"truncate gaoxin.{name} cascade"))
        assert "append-only" in error.value.what.en


class TestUrls:
    def test_the_driver_is_always_named(self, settings, database):
        assert database_url(settings).startswith("postgresql+psycopg2://")
        bare = settings.model_copy(update={"database_url": type(settings.database_url)(database.replace("+psycopg2", ""))})
        assert database_url(bare) == database

    @pytest.mark.parametrize("url", ["sqlite:///x.db", "postgresql://host", "no url at all", "mysql://u:secret@h/d"])
    def test_what_is_no_postgresql_url_is_told(self, tmp_path, url):
        with pytest.raises(SystemFault, match="GAOXIN_DATABASE_URL") as error:
            Warehouse.open(Settings(home=tmp_path, database_url=url))
        assert "secret" not in str(error.value)

    def test_an_unreachable_server_is_transient_and_hides_the_password(self, tmp_path):
        with pytest.raises(Transient) as error:
            Warehouse.open(Settings(home=tmp_path, database_url="postgresql://u:secret@127.0.0.1:1/gaoxin"))
        assert "127.0.0.1:1" in str(error.value)
        assert "secret" not in str(error.value)

    def test_a_missing_database_is_no_passing_trouble(self, tmp_path, database):
        url = re.sub(r"/t_\w+", "/t_none", database)
        with pytest.raises(SystemFault) as error:
            Warehouse.open(Settings(home=tmp_path, database_url=url))
        assert not isinstance(error.value, Transient)


class TestPlans:
    def test_registering_makes_the_deadlines_once(self, warehouse):
        with warehouse.begin() as store:
            assert store.plans.register(PLAN, HASH, T1) is True
            assert store.plans.register(PLAN, HASH, T2) is False
            found = store.plans.deadlines("demo", LATEST)
        kinds = {kind: [d for d in found if d.kind == kind] for kind in ("return", "gate", "task", "indicator")}
        assert {kind: len(rows_) for kind, rows_ in kinds.items()} == {"return": 9, "gate": 3, "task": 2, "indicator": 3}
        february = next(d for d in found if d.ref == str(KEY))
        assert (february.unit, february.due) == ("committee", date(2024, 3, 11))
        assert next(d for d in found if d.ref == "launch").due == date(2024, 2, 29)

    def test_a_changed_plan_is_a_new_version_and_its_deadlines_count(self, warehouse):
        later = PLAN.model_copy(update={"tasks": PLAN.tasks[:1]})
        with warehouse.begin() as store:
            store.plans.register(PLAN, HASH, T1)
            assert store.plans.register(later, plan_hash(later), T2) is True
            assert len([d for d in store.plans.deadlines("demo", LATEST) if d.kind == "task"]) == 1
            assert store.plans.register(PLAN, HASH, T3) is True
            assert len([d for d in store.plans.deadlines("demo", LATEST) if d.kind == "task"]) == 2

    def test_a_step_is_taken_once(self, warehouse):
        with warehouse.begin() as store:
            assert store.plans.mark_step("demo", "gate", "launch", "due", T1) is True
            assert store.plans.mark_step("demo", "gate", "launch", "due", T2) is False
            assert store.plans.steps("demo", LATEST) == {("gate", "launch", "due")}
            assert [e.kind for e in store.ledger.events("demo")] == ["deadline.step"]


class TestReturns:
    def test_from_landing_to_facts(self, warehouse):
        with apart(warehouse) as store:
            return_id, read = received(store)
            assert [r.return_id for r in store.returns.pending("demo")] == [return_id]
            assert store.returns.pending("demo", Period.parse("2024-03")) == []
            store.returns.save_check(return_id, checked(read), T1)
            assert store.returns.pending("demo") == []
            assert [r.return_id for r in store.returns.checked_not_loaded("demo", KEY.period)] == [return_id]
            assert store.returns.load(return_id, read, PLAN, T2) == 1
            assert store.returns.load(return_id, read, PLAN, T3) == 1
            assert store.returns.checked_not_loaded("demo") == []
        with warehouse.begin() as store:
            assert store.facts.as_of("demo", T1).series == ()
            fact, = store.facts.as_of("demo", T2).series
            assert (fact.value, fact.unit_of_measure, fact.recorded_at) == (Decimal("0.001"), "亿元", T2)
            check, = store.returns.checks(return_id)
            assert check.outcome is Outcome.NOT_EVALUATED
            kinds = [e.kind for e in store.ledger.events()]
            assert kinds == ["drill.started", "file.landed", "return.received", "return.checked", "return.loaded"]
            assert store.ledger.verify().intact

    def test_a_lower_version_recorded_later_does_not_win(self, warehouse):
        with apart(warehouse) as store:
            first, read_first = received(store, b"one", value="10")
            second, read_second = received(store, b"two", value="20")
            for return_id, read, at in ((second, read_second, T2), (first, read_first, T3)):
                store.returns.save_check(return_id, checked(read), at)
                store.returns.load(return_id, read, PLAN, at)
            fact, = store.facts.as_of("demo", T3).series
        assert fact.version == 2

    def test_what_is_not_accepted_is_not_loaded(self, warehouse):
        with warehouse.begin() as store:
            return_id, read = received(store)
            with pytest.raises(Refused):
                store.returns.load(return_id, read, PLAN, T1)
            store.returns.save_check(return_id, checked(read, Verdict.REJECTED), T1)
            with pytest.raises(Refused):
                store.returns.load(return_id, read, PLAN, T1)
            with pytest.raises(UsageError):
                store.returns.get("demo__none__none__2024__v1")

    def test_warnings_and_their_explanations_as_of(self, warehouse):
        with apart(warehouse) as store:
            return_id, read = received(store)
            found = [warning("jump"), warning("jump"), warning("ratio")]
            store.returns.save_check(return_id, checked(read, Verdict.ACCEPTED_WITH_WARNINGS, found), T1)
            store.returns.explain(return_id, "jump", "新增企业投产", "committee", T2)
            before, after = store.returns.all("demo", T1)[0], store.returns.all("demo", T2)[0]
            assert (before.warnings, before.warnings_explained) == (3, 0)
            assert (after.warnings, after.warnings_waiting, after.warnings_explained) == (3, 2, 0)
            (given,) = store.returns.explanations(return_id)
            store.reviews.accept_explanation("demo", given, "supervision", None, date(2024, 5, 1), T2)
            accepted = store.returns.all("demo", T2)[0]
            assert accepted.warnings_explained == 2
            assert accepted.holds_until == (date(2024, 5, 1), date(2024, 5, 1))
            store.reviews.send_explanation_back("demo", given, "supervision", "写明是哪家企业", T2)
            back = store.returns.all("demo", T2)[0]
            assert (back.warnings_explained, back.warnings_waiting, back.warnings_sent_back) == (0, 0, 2)
            assert [(e.rule, e.by) for e in store.returns.explanations(return_id)] == [("jump", "committee")]
            assert store.returns.findings(return_id) == found
            assert store.returns.all("demo", parse_as_of("2024-03-04")) == []

    def test_a_second_check_counts_only_when_it_differs(self, warehouse):
        with apart(warehouse) as store:
            return_id, read = received(store)
            assert store.returns.save_check(return_id, checked(read, Verdict.REJECTED, [warning("a")]), T1) is True
            assert store.returns.save_check(return_id, checked(read, Verdict.REJECTED, [warning("a")]), T2) is False
            assert store.returns.save_check(return_id, checked(read), T3) is True
            assert store.returns.get(return_id).verdict is Verdict.ACCEPTED
            assert store.returns.all("demo", T2)[0].verdict is Verdict.REJECTED
            assert store.returns.findings(return_id) == []

    def test_text_that_postgresql_cannot_hold_does_not_stop_the_work(self, warehouse):
        with warehouse.begin() as store:
            return_id, read = received(store)
            store.returns.save_check(return_id, checked(read, Verdict.REJECTED, [warning("a", "x\x00y\ud800")]), T1)
            assert store.returns.findings(return_id)[0].value == "x␀y?"

    def test_a_transaction_is_all_or_nothing(self, warehouse):
        def failing() -> None:
            with warehouse.begin() as store:
                received(store)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            failing()
        with warehouse.begin() as store:
            assert store.returns.all("demo", T3) == []
            assert store.ledger.events() == []


TARGET = Code("test.sixty", "≥ 60 亿元", "≥ 60 亿元")


def result(as_of=T1, value="12.345678901234567890") -> IndicatorResult:
    measure = MeasureValue("value", Decimal(value), "亿元", KEY.period, "gross_output", ())
    return IndicatorResult(
        "gross_output", Text("总产值", "output"), (measure,), Decimal(value), "亿元", KEY.period, TARGET(), date(2024, 7, 31),
        Truth.NOT_MET, Status.AT_RISK, Decimal(48), Decimal("0.2"), None, None, None, as_of,
    )


def gate(verdict=GateVerdict.HOLD, mode=Mode.DECISION, at=T1) -> GateResult:
    shortfall = Shortfall("committee", said("月报"), str(KEY))
    criterion = CriterionResult("complete", "returns_complete", None, said("缺"), ("e",), (shortfall,))
    return GateResult("demo", "collection", verdict, mode, at, date(2024, 6, 30), 0, "s" * 64, (criterion,))


class TestDecisions:
    def test_indicator_values_keep_every_digit_and_are_stored_once(self, warehouse):
        with warehouse.begin() as store:
            assert len(store.results.save("demo", [result()], T1)) == 1
            assert store.results.save("demo", [result()], T2) == []
            assert len(store.results.save("demo", [result(T3)], T3)) == 1
        first, = indicator_values(warehouse, "demo", "gross_output", T2)
        assert first["value"] == Decimal("12.345678901234567890")
        assert message(first["target"]) == TARGET()
        assert first["reason"] is None
        assert first["measures"][0]["formula"] == "gross_output"
        assert len(indicator_values(warehouse, "demo", "gross_output", T3)) == 2

    def test_gates(self, warehouse):
        with apart(warehouse) as store:
            assert store.decisions.save_gate(gate(GateVerdict.PASS, Mode.REHEARSAL, T1)) is True
            assert store.decisions.save_gate(gate(GateVerdict.PASS, Mode.REHEARSAL, T1)) is False
            assert store.decisions.passed("demo", T3) == {}
            store.decisions.save_gate(gate(GateVerdict.WAIVED, Mode.DECISION, T2))
            store.decisions.save_gate(gate(GateVerdict.PASS, Mode.DECISION, T3))
            assert store.decisions.passed("demo", T1) == {}
            assert store.decisions.passed("demo", T3) == {"collection": T2}
            history = store.decisions.gate_history("demo", "collection", T2)
            assert history == [
                gate(GateVerdict.PASS, Mode.REHEARSAL, T1), gate(GateVerdict.WAIVED, Mode.DECISION, T2),
            ], "as they were made"
            assert store.decisions.gate_history("demo", "launch") == []

    def test_evidence_approvals_waivers(self, warehouse):
        with apart(warehouse) as store:
            sha = store.returns.land(b"report", "report.pdf", T1, "evidence")
            item = DeliverableEvidence("survey", "report", sha, T2, "committee")
            assert store.decisions.add_evidence("demo", item) is True
            assert store.decisions.add_evidence("demo", item) is False
            approval = ApprovalEvidence("application", "government", "approve", "s" * 64, T2, None)
            store.decisions.add_approval("demo", approval)
            waiver = WaiverEvidence("collection", "complete", "government", "疫情", date(2024, 7, 1), T2)
            store.decisions.add_waiver("demo", waiver)
            for name, expected in (("evidence", item), ("approvals", approval), ("waivers", waiver)):
                assert getattr(store.decisions, name)("demo", T1) == []
                (stored,) = getattr(store.decisions, name)("demo", T2)
                numbered = {"seq": stored.seq} if name != "waivers" else {}
                assert stored == replace(expected, business_day=local_day(T2), account=of_process().account, **numbered)
                assert numbered.get("seq", 1) > 0

    def test_a_rectification_opens_once_and_again_after_it_was_closed(self, warehouse):
        item = Rectification("r1", "collection", "complete", "committee", said("x"), date(2024, 4, 1), "demo", "x", T1)
        with apart(warehouse) as store:
            assert store.decisions.open_rectification(item) is True
            assert store.decisions.open_rectification(item) is False
            assert store.decisions.close_rectification("r1", T2, said("已补报")) is True
            assert store.decisions.close_rectification("r1", T3, said("已补报")) is False
            assert store.decisions.open_rectification(item) is False, "the old gate's result again"
            assert store.decisions.rectifications("demo", T1)[0].closed_at is None
            assert store.decisions.rectifications("demo", T2)[0].closed_because == said("已补报")
            from dataclasses import replace

            assert store.decisions.open_rectification(replace(item, opened_at=T3)) is True
            found, = store.decisions.rectifications("demo", T3)
            assert (found.opened_at, found.closed_at) == (T3, None)
            with pytest.raises(UsageError):
                store.decisions.close_rectification("none", T3, said("已补报"))


class TestOutbox:
    def test_a_reminder_is_planned_once_and_stays_sent(self, warehouse):
        reminder = Reminder(
            "k1", "committee", ReminderLevel.DUE, said("标题"), said("正文"), date(2024, 3, 11), ("a", "b"),
        )
        with apart(warehouse) as store:
            assert store.outbox.plan("demo", reminder, "mail", T1) is True
            assert store.outbox.plan("demo", reminder, "mail", T2) is False
            assert [e.state for e in store.outbox.entries("demo", T1)] == [ReminderState.PLANNED]
            store.outbox.mark("k1", "mail", ReminderState.FAILED, T2, said("mail server a@b.example"))
            store.outbox.mark("k1", "mail", ReminderState.SENT, T3)
            assert [(e.key, e.state) for e in store.outbox.entries("demo", T3)] == [("k1", ReminderState.SENT)]
            assert store.outbox.entries("other", T3) == []
            assert [e.state for e in store.outbox.entries("demo", T1)] == [ReminderState.PLANNED]
            entry, = store.outbox.entries("demo", T2)
            assert (entry.state, entry.reminder, entry.key) == (ReminderState.FAILED, reminder, "k1")
            store.outbox.mark("k1", "mail", ReminderState.FAILED, T3)
            assert store.outbox.entries("demo", T3)[0].state is ReminderState.SENT
            assert "example" not in str([e.payload for e in store.ledger.events()]), "no contacts in the ledger"
            with pytest.raises(UsageError):
                store.outbox.mark("none", "mail", ReminderState.SENT, T1)
