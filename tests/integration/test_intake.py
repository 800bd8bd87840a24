"""Taking in returns against a real database: bitemporal facts, idempotence, the inbox, standing."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gaoxin.campaign.intake import check_files, check_pending, load_accepted, pull, submit_files, waiting
from gaoxin.campaign.measuring import compute_indicators
from gaoxin.campaign.reporting import quality_report
from gaoxin.campaign.standing import returns_status
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, SystemFault, UsageError
from gaoxin.indicators.evaluate import evaluate_indicators
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Outcome
from gaoxin.returns.codes import make_credit_code
from gaoxin.returns.model import ReturnState, Verdict
from tests.conftest import PLANS

FEBRUARY = "demo__industry__committee__2024-02.csv"


def value_of(workplace, variable: str, as_of: str) -> Decimal | None:
    with workplace.warehouse.begin() as store:
        found = store.facts.as_of("demo", parse_as_of(as_of))
    values = [fact.value for fact in found.series if fact.variable == variable]
    assert len(values) <= 1, "one value a variable and period"
    return values[0] if values else None


def row_of(standing, unit: str, form: str, period: str):
    return next(r for r in standing.rows if (r.unit, r.form, str(r.period)) == (unit, form, period))


def submit(settings, tmp_path: Path, content: bytes, as_of: str, name: str = FEBRUARY):
    file = tmp_path / "out" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return submit_files(settings, [file], parse_as_of(as_of), reason="更正差错")[0]


def test_a_correction_is_known_only_from_when_it_was_recorded(settings, demo_workplace, tmp_path, industry):
    first = submit(settings, tmp_path, industry(10.0), "2024-03-05")
    second = submit(settings, tmp_path, industry(11.0), "2024-04-02")
    assert (first.verdict, first.version, first.created) == (Verdict.ACCEPTED, 1, True), first.findings
    assert (second.version, second.created, second.rows) == (2, True, 5)
    w = demo_workplace("2024-05-01")
    assert value_of(w, "gross_output", "2024-03-04") is None
    assert value_of(w, "gross_output", "2024-03-05") == Decimal("10.0")
    assert value_of(w, "gross_output", "2024-04-01") == Decimal("10.0")
    assert value_of(w, "gross_output", "2024-04-02") == Decimal("11.0")
    with w.warehouse.begin() as store:
        fact = next(f for f in store.facts.as_of("demo", w.now).series if f.variable == "gross_output")
        assert (fact.version, fact.return_id, fact.file_sha256) == (2, second.return_id, second.sha256)
        assert fact.cell == "D2"
        assert fact.sheet
        assert store.returns.content(fact.file_sha256) == industry(11.0)


def test_values_are_stored_in_the_plans_unit_of_measure(settings, demo_workplace, tmp_path, industry):
    content = industry(10.0).replace("亿元,10.0".encode(), "万元,100000".encode())
    assert submit(settings, tmp_path, content, "2024-03-05").verdict is not Verdict.REJECTED
    w = demo_workplace("2024-05-01")
    with w.warehouse.begin() as store:
        fact = next(f for f in store.facts.as_of("demo", w.now).series if f.variable == "gross_output")
    assert (fact.value, fact.unit_of_measure) == (Decimal(10), "亿元")


def test_the_same_bytes_twice_are_one_return(settings, demo_workplace, tmp_path, industry):
    first = submit(settings, tmp_path, industry(10.0), "2024-03-05")
    w = demo_workplace("2024-05-01")
    with w.warehouse.begin() as store:
        before = store.ledger.events()
    again = submit(settings, tmp_path, industry(10.0), "2024-03-06")
    assert (again.return_id, again.version, again.created, again.rows) == (first.return_id, 1, False, 5)
    with w.warehouse.begin() as store:
        assert store.ledger.events() == before, "nothing new was decided"
        assert len(store.returns.all("demo", w.now)) == 1
        assert store.ledger.verify().intact


def test_the_same_file_twice_in_one_command_is_one_return_and_says_whose_it_is(settings, demo_workplace, tmp_path, industry):
    files = [tmp_path / folder / "demo__industry__committee__2024-02.csv" for folder in ("a", "b")]
    for file in files:
        file.parent.mkdir()
        file.write_bytes(industry(10.0))
    first, again = submit_files(settings, files, parse_as_of("2024-03-05"))
    assert (first.created, again.created, again.return_id) == (True, False, first.return_id)
    assert (again.verdict, again.rows, again.account) == (first.verdict, first.rows, first.account)
    assert first.account
    with demo_workplace("2024-05-01").warehouse.begin() as store:
        assert len(store.returns.all("demo")) == 1
        assert store.ledger.verify().intact


def test_a_rejected_version_never_displaces_accepted_facts(settings, demo_workplace, tmp_path, industry, monkeypatch, capsys):
    submit(settings, tmp_path, industry(10.0), "2024-03-05")
    worse = submit(settings, tmp_path, industry(10.0, value_added=12), "2024-03-20")
    assert worse.verdict is Verdict.REJECTED
    assert worse.rows is None
    w = demo_workplace("2024-03-21")
    assert value_of(w, "value_added", "2024-03-21") == Decimal("3.0")
    row = row_of(returns_status(w), "committee", "industry", "2024-02")
    assert (row.state, row.version, row.rejected_version, row.late_days) == (ReturnState.ACCEPTED, 1, 2, 0)
    with w.warehouse.begin() as store, pytest.raises(Refused):
        store.returns.load(worse.return_id, worse.read, w.plan, w.now)
    monkeypatch.setenv("GAOXIN_HOME", str(settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", settings.database_url.get_secret_value())
    assert run(["returns", "status", "demo", "--period", "2024-02", "--as-of", "2024-03-21"]) == 0
    assert "第 2 版被退回，仍用第 1 版" in capsys.readouterr().out


def test_files_handed_in_together_keep_their_order(settings, demo_workplace, tmp_path, industry):
    files = []
    for month, gross in ((3, 15.0), (2, 10.0)):
        file = tmp_path / f"demo__industry__committee__2024-{month:02d}.csv"
        file.write_bytes(industry(gross))
        files.append(file)
    found = submit_files(settings, files, parse_as_of("2024-04-05"))
    assert [f.key and str(f.key.period) for f in found] == ["2024-03", "2024-02"]
    assert [f.verdict for f in found] == [Verdict.ACCEPTED] * 2, [f.findings for f in found]


def test_a_fall_of_a_cumulative_flow_is_seen_against_what_is_stored(settings, demo_workplace, tmp_path, industry):
    submit(settings, tmp_path, industry(10.0), "2024-03-05")
    march = submit(settings, tmp_path, industry(6.0), "2024-04-05", "demo__industry__committee__2024-03.csv")
    assert any(f.variable == "gross_output" and f.level == 2 for f in march.findings), march.findings


def test_what_comes_late_has_the_later_periods_judged_again(settings, demo_workplace, tmp_path, industry):
    """August after September: the fall that was not there to be seen is told when it is, and goes with its correction."""
    def told(as_of: str) -> set[tuple[str, Severity]]:
        w = demo_workplace(as_of)
        with w.warehouse.read() as store:
            return {(f.rule, f.severity) for f in store.returns.findings(april.return_id, w.now) if f.variable == "gross_output"}

    names = [f"demo__industry__committee__2024-0{month}.csv" for month in (4, 3)]
    april = submit(settings, tmp_path, industry(15.0), "2024-05-05", names[0])
    assert (april.verdict, told("2024-05-05")) == (Verdict.ACCEPTED, set()), april.findings
    march = submit(settings, tmp_path, industry(20.0), "2024-05-06", names[1])
    assert march.verdict is Verdict.ACCEPTED, march.findings
    found = ("gross_output.fall", Severity.ERROR)
    assert found in told("2024-05-06")
    row = row_of(returns_status(demo_workplace("2024-05-06"), Period.parse("2024-04")), "committee", "industry", "2024-04")
    assert (row.state, row.errors > 0) == (ReturnState.ACCEPTED, True), "in force, and no gate passes with its error"
    submit(settings, tmp_path, industry(11.0), "2024-05-08", names[1])
    assert found not in told("2024-05-08")
    assert found in told("2024-05-07"), "what was known then does not change"
    assert verify_ledger(settings).intact


def test_check_touches_no_database(settings, tmp_path, industry):
    broken = settings.model_copy(update={"database_url": None, "home": Path("/proc/none")})
    file = tmp_path / FEBRUARY
    file.write_bytes(industry(10.0))
    lost = tmp_path / "lost.xlsx"
    lost.write_bytes(b"PK\x03\x04 no workbook")
    found = check_files(broken, [file, lost], parse_as_of("2024-03-05"))
    assert [f.verdict for f in found] == [Verdict.ACCEPTED, Verdict.REJECTED]
    assert found[1].key is None
    assert found[1].findings
    with pytest.raises(UsageError):
        check_files(broken, [tmp_path / "none.xlsx"], parse_as_of("2024-03-05"))


def test_an_unreadable_file_is_kept_though_it_is_no_return(settings, demo_workplace, tmp_path):
    found = submit(settings, tmp_path, b"PK\x03\x04 no workbook", "2024-03-05", "lost.xlsx")
    assert (found.verdict, found.return_id, found.key) == (Verdict.REJECTED, None, None)
    w = demo_workplace("2024-03-05")
    with w.warehouse.begin() as store:
        assert store.returns.content(found.sha256) == b"PK\x03\x04 no workbook"
        assert "file.refused" in [e.kind for e in store.ledger.events()]


def test_pull_takes_quarantines_and_leaves_alone(settings, demo_workplace, industry, drop):
    taken = drop("committee/" + FEBRUARY, industry(10.0))
    later = drop("demo__industry__committee__2024-03.csv", industry(15.0))
    broken = drop("science/名录.xlsx", b"PK\x03\x04 damaged")
    lock = drop("~$x.xlsx", b"lock")
    picture = drop("photo.jpg", b"jpg")
    w = demo_workplace("2024-03-05")
    found = pull(w, Period.parse("2024-02"))
    assert len(found) == 1
    assert found[0].startswith("demo__industry__committee__2024-02")
    assert not taken.exists()
    assert (settings.inbox / "taken/committee" / FEBRUARY).read_bytes() == industry(10.0)
    assert not broken.exists()
    refused = settings.inbox / "refused/science/名录.xlsx"
    assert refused.read_bytes() == b"PK\x03\x04 damaged"
    reason = refused.with_name("名录.xlsx.txt").read_text(encoding="utf-8")
    assert "未受理" in reason
    assert "To do" in reason
    assert "演练" in reason
    assert all(file.exists() for file in (later, lock, picture))
    assert [f.key and str(f.key.period) for f in waiting(w)] == ["2024-03"]
    assert pull(w, Period.parse("2024-02")) == []
    assert check_pending(w)[0].verdict is Verdict.ACCEPTED
    assert check_pending(w) == []
    assert load_accepted(w) == 5
    assert load_accepted(w) == 0


def test_the_same_file_again_in_the_inbox_is_moved_and_is_no_second_return(settings, demo_workplace, industry, drop):
    w = demo_workplace("2024-03-05")
    drop(FEBRUARY, industry(10.0))
    assert len(pull(w)) == 1
    again = drop(FEBRUARY, industry(10.0))
    assert pull(w) == []
    assert not again.exists()
    assert sorted(f.name for f in (settings.inbox / "taken").iterdir()) == [
        "demo__industry__committee__2024-02.2.csv", FEBRUARY
    ]


def test_a_file_that_just_arrived_is_taken_and_one_that_grows_is_not(settings, demo_workplace, industry, drop, monkeypatch):
    w = demo_workplace("2024-03-05")
    whole = drop(FEBRUARY, industry(10.0), age=0)
    growing = drop("demo__industry__committee__2024-03.csv", b"code", age=0)
    monkeypatch.setattr("gaoxin.campaign.inbox.time.sleep", lambda _: growing.write_bytes(b"code,name"))
    assert len(pull(w)) == 1
    assert not whole.exists()
    assert growing.exists()


def test_a_file_that_somebody_has_open_to_write_waits_however_long_nothing_is_written(demo_workplace, industry, drop):
    w = demo_workplace("2024-03-05")
    file = drop(FEBRUARY, industry(10.0), age=3600)
    with file.open("ab") as writer:
        assert pull(w) == []
        assert file.exists()
        writer.flush()
    assert len(pull(w)) == 1
    file.write_bytes(b"")  # asking has left no lease behind


def test_other_campaigns_files_are_left(settings_at, tmp_path, industry, drop, demo_workplace):
    file = drop("other__industry__committee__2024-02.csv", industry(10.0))
    other = tmp_path / "plans" / "other" / "plan.yaml"
    other.parent.mkdir(parents=True)
    demo = (Path(__file__).parents[1] / "plans/demo/plan.yaml").read_text(encoding="utf-8")
    other.write_text(demo.replace("id: demo\n", "id: other\n"), encoding="utf-8")
    (tmp_path / "plans" / "demo").mkdir()
    (tmp_path / "plans" / "demo" / "plan.yaml").write_text(demo, encoding="utf-8")
    from gaoxin.campaign.workplace import open_workplace

    settings = settings_at(tmp_path, tmp_path / "plans")
    assert pull(open_workplace(settings, "demo", parse_as_of("2024-03-05"))) == []
    assert file.exists()
    assert len(pull(open_workplace(settings, "other", parse_as_of("2024-03-05")))) == 1


def test_states_and_late_days(settings, demo_workplace, tmp_path, industry):
    def state(as_of: str):
        row = row_of(returns_status(demo_workplace(as_of)), "committee", "industry", "2024-02")
        return row.state, row.late_days, row.version

    due = row_of(returns_status(demo_workplace("2024-03-01")), "committee", "industry", "2024-02").due
    assert due == date(2024, 3, 11), "the tenth is a Sunday"
    assert state("2024-02-29") == (ReturnState.NOT_DUE, 0, None)
    assert state("2024-03-11") == (ReturnState.DUE, 0, None)
    assert state("2024-03-12") == (ReturnState.OVERDUE, 1, None)
    submit(settings, tmp_path, industry(10.0, value_added=12), "2024-03-08")
    assert state("2024-03-08") == (ReturnState.REJECTED, 0, 1)
    assert state("2024-03-14") == (ReturnState.REJECTED, 3, 1)
    submit(settings, tmp_path, industry(10.0), "2024-03-13")
    assert state("2024-03-20") == (ReturnState.ACCEPTED, 2, 2)
    assert state("2024-03-12") == (ReturnState.REJECTED, 1, 1), "what was known then"
    standing = returns_status(demo_workplace("2024-03-20"))
    assert (standing.completeness, standing.timeliness) == (Decimal(1), Decimal(0))
    early = returns_status(demo_workplace("2024-02-29"))
    assert (early.completeness, early.timeliness) == (None, None)
    assert {r.state for r in returns_status(demo_workplace("2024-03-20")).rows} == {
        ReturnState.ACCEPTED, ReturnState.NOT_DUE
    }


def test_a_received_return_waits_for_its_check(demo_workplace, industry, drop):
    w = demo_workplace("2024-03-13")
    drop(FEBRUARY, industry(10.0))
    pull(w)
    row = row_of(returns_status(replace(w, now=parse_as_of("2024-03-20"))), "committee", "industry", "2024-02")
    assert (row.state, row.late_days, row.version) == (ReturnState.RECEIVED, 2, 1)


def test_an_empty_register_is_known_to_be_empty(settings, demo_workplace, tmp_path):
    form = demo_workplace("2024-04-05").plan.form("hnte_register")
    content = ",".join(f.id for f in form.fields) + "\n" + ",".join(f.name.zh for f in form.fields) + "\n零报告\n"
    found = submit(settings, tmp_path, content.encode(), "2024-04-05", "demo__hnte_register__science__2024-Q1.csv")
    assert found.verdict is not Verdict.REJECTED, found.findings
    assert found.rows == 0
    w = demo_workplace("2024-04-06")
    with w.warehouse.begin() as store:
        facts = store.facts.as_of("demo", w.now)
    assert facts.entries == ()
    assert facts.received == {("hnte_register", "science", Period.parse("2024-Q1"))}


def _register(workplace, *codes: str) -> bytes:
    form = workplace.plan.form("hnte_register")
    lines = [",".join(f.id for f in form.fields), ",".join(f.name.zh for f in form.fields)]
    lines += [f"{code},样本企业{number},GR202351{number:06d},2023-05-01,EQ,1" for number, code in enumerate(codes, 1)]
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.parametrize("by_inbox", [False, True])
def test_an_enterprise_claimed_by_two_units_is_told_to_both(settings, demo_workplace, tmp_path, drop, by_inbox):
    """Also to the unit that came first, and no longer to either once one of them has let go of it."""
    w = demo_workplace("2024-04-10")
    ours, theirs, other = (make_credit_code("91", "500154", f"Y{n:07d}") for n in (1, 2, 3))

    def hand_in(unit: str, as_of: str, *codes: str) -> None:
        name = f"demo__hnte_register__{unit}__2024-Q1.csv"
        if not by_inbox:
            submit(settings, tmp_path, _register(w, *codes), as_of, name)
            return
        drop(name, _register(w, *codes))
        at = demo_workplace(as_of)
        assert pull(at)
        check_pending(at)
        load_accepted(at)

    def standing(unit: str, as_of: str):
        at = demo_workplace(as_of)
        row = row_of(returns_status(at), unit, "hnte_register", "2024-Q1")
        with at.warehouse.begin() as store:
            found = store.returns.findings(row.return_id)
            outcomes = {c.rule: c.outcome for c in store.returns.checks(row.return_id)}
        return row, [f for f in found if f.rule == "claimed"], outcomes

    hand_in("science", "2024-04-03", ours, theirs)
    row, claims, _ = standing("science", "2024-04-03")
    assert (row.state, row.warnings, claims) == (ReturnState.ACCEPTED, 0, [])
    hand_in("committee", "2024-04-05", theirs, other)
    for unit in ("science", "committee"):
        row, claims, outcomes = standing(unit, "2024-04-05")
        assert (row.state, row.version, row.warnings) == (ReturnState.ACCEPTED, 1, 1), unit
        assert [f.value for f in claims] == [theirs], unit
        assert outcomes["claimed"] is Outcome.FAILED
    assert row_of(returns_status(demo_workplace("2024-04-04")), "science", "hnte_register", "2024-Q1").warnings == 0
    page, told, _ = quality_report(demo_workplace("2024-04-04"), Period.parse("2024-Q1"), tmp_path / "report")
    counted = {i["id"]: i["value"] for i in json.loads(told.path.read_text())}
    assert counted["demo/2024-Q1/warnings"] == "0", "what was not known yet is not told"
    assert theirs not in page.path.read_text()
    hand_in("committee", "2024-04-08", other)
    row, claims, outcomes = standing("science", "2024-04-08")
    assert (row.state, row.warnings, claims, outcomes["claimed"]) == (ReturnState.ACCEPTED, 0, [], Outcome.PASSED)
    at = demo_workplace("2024-04-08")
    with at.warehouse.begin() as store:
        assert len(store.facts.as_of("demo", at.now).entries) == 3
        assert store.ledger.verify().intact


def test_indicators_asked_variable_by_variable_are_those_of_all_facts(settings, demo_workplace, tmp_path, industry):
    """With corrections, a register of two units, and a period that only one of them has handed in."""
    codes = [make_credit_code("91", "500154", f"X{n:07d}") for n in range(5)]
    w = demo_workplace("2024-07-20")
    register = "demo__hnte_register__{}__2024-Q{}.csv"
    for as_of, name, content in (
        ("2024-03-05", "demo__industry__committee__2024-02.csv", industry(20.0)),
        ("2024-04-03", "demo__industry__committee__2024-03.csv", industry(31.0)),
        ("2024-04-04", register.format("committee", 1), _register(w, *codes[:2])),
        ("2024-04-05", register.format("science", 1), _register(w, *codes[1:4])),
        ("2024-04-12", "demo__industry__committee__2024-02.csv", industry(22.0)),
        ("2024-07-08", register.format("committee", 2), _register(w, *codes)),
    ):
        submit(settings, tmp_path, content, as_of, name)
    for as_of in ("2024-03-04", "2024-03-06", "2024-04-04", "2024-04-05", "2024-04-12", "2024-07-20"):
        at = demo_workplace(as_of)
        with at.warehouse.begin() as store:
            whole = evaluate_indicators(at.plan, store.facts.as_of("demo", at.now), at.now)
            assert evaluate_indicators(at.plan, store.facts.source("demo", at.now), at.now) == whole
    assert next(r.value for r in whole if r.id == "hnte") == 4


def test_a_whole_of_which_two_report_different_values_is_told_to_both(settings_at, tmp_path, industry):
    """Also to the unit that came first; and to neither once they agree. There is no figure of the whole meanwhile."""
    plans = tmp_path / "plans"
    shutil.copytree(PLANS / "demo", plans / "demo")
    file = plans / "demo" / "plan.yaml"
    text = file.read_text(encoding="utf-8").replace("    units: [committee]\n    due", "    units: [committee, science]\n    due")
    text = text.replace("{id: gross_output, name: 工业总产值,", "{id: gross_output, name: 工业总产值, combine: same,")
    file.write_text(text, encoding="utf-8")
    settings = settings_at(tmp_path / "home", plans)

    def hand_in(unit: str, as_of: str, gross: float) -> None:
        submit(settings, tmp_path, industry(gross), as_of, f"demo__industry__{unit}__2024-02.csv")

    def told(as_of: str) -> dict[str, int]:
        w = open_workplace(settings, "demo", parse_as_of(as_of))
        with w.warehouse.begin() as store:
            standing = [r for r in store.returns.all("demo", w.now) if r.loaded_at]
            return {r.key.unit: sum(f.rule == "gross_output.same" for f in store.returns.findings(r.return_id)) for r in standing}

    def value(as_of: str) -> Decimal | None:
        found = compute_indicators(open_workplace(settings, "demo", parse_as_of(as_of)))
        return next(r.value for r in found if r.id == "gross_output")

    hand_in("committee", "2024-03-04", 10.0)
    assert (told("2024-03-04"), value("2024-03-04")) == ({"committee": 0}, None)
    hand_in("science", "2024-03-05", 11.0)
    assert (told("2024-03-05"), value("2024-03-05")) == ({"committee": 1, "science": 1}, None)
    hand_in("committee", "2024-03-06", 11.0)
    latest = told("2024-03-06")
    assert (latest, value("2024-03-06")) == ({"committee": 0, "science": 0}, Decimal(11))


def test_raw_bytes_that_were_changed_are_told(settings, demo_workplace, tmp_path, industry):
    found = submit(settings, tmp_path, industry(10.0), "2024-03-05")
    landed = next(settings.landing.glob(f"*/{found.sha256}"))
    landed.chmod(0o644)
    landed.write_bytes(b"other")
    w = demo_workplace("2024-03-05")
    with w.warehouse.begin() as store, pytest.raises(SystemFault, match="changed"):
        store.returns.content(found.sha256)


def test_a_return_handed_in_before_its_period_is_over_is_rejected(settings, demo_workplace, industry, drop):
    """June's figures cannot be actual in May; on the last day of June they may be."""
    early = demo_workplace("2024-05-20")
    drop("demo__industry__committee__2024-06.csv", industry(10.0))
    assert len(pull(early)) == 1
    (judged,) = check_pending(early)
    assert judged.verdict is Verdict.REJECTED
    assert [f.rule for f in judged.findings if f.severity is Severity.ERROR] == ["file.period_not_over"]
    assert load_accepted(early) == 0
