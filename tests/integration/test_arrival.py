"""Order and repetition: which version a file becomes, when it came, and that the same figures in other bytes change nothing."""

from __future__ import annotations

import io
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gaoxin.campaign import arriving, decisions, explaining, gatekeeping, intake
from gaoxin.campaign.inbox import Inbox
from gaoxin.campaign.intake import submit_files, take_in
from gaoxin.campaign.standing import returns_status
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.uploading import hand_in
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.returns.codes import make_credit_code
from gaoxin.returns.model import Verdict
from tests.integration.test_people import events
from tests.return_files import packed

GOOD = {"D2": 10, "D3": 3, "D4": 4, "D5": 6, "D6": 20}
CODES = [make_credit_code("91", "500154", f"R{n:07d}") for n in (1, 2)]


@pytest.fixture
def acting(settings, demo_workplace):
    def at(as_of: str):
        demo_workplace(as_of)
        return open_workplace(settings, "demo", parse_as_of(as_of), acts=True)

    return at


def enterprises(w) -> list[int]:
    with w.warehouse.read() as store:
        return [int(f.value) for f in store.facts.as_of("demo", w.now).series if f.variable == "enterprises"]


def resaved(content: bytes) -> bytes:
    """As another program saves it: the same cells, other bytes."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    book["封面"]["F40"] = "另存"
    return packed(book)


def at_time(file: Path, when: str) -> Path:
    moment = datetime.fromisoformat(when).timestamp()
    os.utime(file, (moment, moment))
    return file


@pytest.mark.parametrize("by", ["submit", "page", "inbox"])
def test_right_wrong_right_again_is_a_third_version_that_is_in_force(settings, book, acting, tmp_path, drop, by):
    right, wrong = book("industry", "committee", "2024-02", GOOD), book("industry", "committee", "2024-02", GOOD | {"D6": 99})

    def came(content: bytes, as_of: str) -> None:
        w = acting(as_of)
        if by == "submit":
            (tmp_path / "季报.xlsx").write_bytes(content)
            (done,) = submit_files(settings, [tmp_path / "季报.xlsx"], parse_as_of(as_of))
            assert done.verdict is Verdict.ACCEPTED
        elif by == "page":
            assert hand_in(w, "committee", "季报.xlsx", content).verdict is Verdict.ACCEPTED
        else:
            drop("committee/季报.xlsx", content)
            assert take_in(w, None, check=True).checked == {"accepted": 1}

    for content, as_of, figure in ((right, "2024-03-05", 20), (wrong, "2024-03-06", 99), (right, "2024-03-07", 20)):
        came(content, as_of)
        assert enterprises(acting(as_of)) == [figure]
    (row,) = [r for r in returns_status(acting("2024-03-07")).rows if r.version is not None]
    assert (row.version, row.state, row.rejected_version) == (3, "accepted", None)
    assert verify_ledger(settings).intact


def test_a_file_that_was_taken_and_is_met_again_puts_nothing_back(settings, book, acting, drop, monkeypatch):
    """Whoever took it died before the file was moved; a newer version came by another way."""
    right, wrong = book("industry", "committee", "2024-02", GOOD), book("industry", "committee", "2024-02", GOOD | {"D6": 99})
    drop("committee/季报.xlsx", right)
    with monkeypatch.context() as died:
        died.setattr(Inbox, "take", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            take_in(acting("2024-03-05"), None, check=True)
    take_in(acting("2024-03-05"), None, check=True)  # known, and judged
    drop("committee/季报.xlsx", right)
    with monkeypatch.context() as died:
        died.setattr(Inbox, "take", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            take_in(acting("2024-03-05"), None, check=True)
    hand_in(acting("2024-03-06"), "committee", "更正.xlsx", wrong)
    left = settings.inbox / "committee/季报.xlsx"
    os.link(left, settings.inbox / "taken" / "committee" / "半途.xlsx")  # on its way when the power went
    assert intake.pull(acting("2024-03-07")) == []
    assert enterprises(acting("2024-03-07")) == [99]
    assert "第 2 版" in (settings.inbox / "refused/committee/季报.xlsx.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("names", [("季报.xlsx", "季报 (1).xlsx"), ("b.xlsx", "a.xlsx")])
def test_of_two_files_in_one_pull_the_one_that_came_last_is_in_force(settings, book, acting, drop, names):
    old, new = book("industry", "committee", "2024-02", GOOD), book("industry", "committee", "2024-02", GOOD | {"D6": 21})
    at_time(drop(f"committee/{names[0]}", old), "2024-03-05T10:00:00")
    at_time(drop(f"committee/{names[1]}", new), "2024-03-05T11:00:00")
    take_in(acting("2024-03-06"), None, check=True)
    assert enterprises(acting("2024-03-06")) == [21]


def test_a_time_in_the_future_or_years_ago_lets_no_old_file_win(settings, book, acting, drop):
    """What was seen in the inbox before came before, whatever either file says of itself; and a file cannot have been changed
    after it came."""
    old, new = book("industry", "committee", "2024-02", GOOD), book("industry", "committee", "2024-02", GOOD | {"D6": 21})
    at_time(drop("committee/旧.xlsx", old), "2099-01-01T00:00:00")
    assert intake.pull(acting("2024-03-05"), taking=False) == []
    at_time(drop("committee/新.xlsx", new), "2019-01-01T00:00:00")
    take_in(acting("2024-03-06"), None, check=True)
    assert enterprises(acting("2024-03-06")) == [21]
    inbox = Inbox.of(settings)
    first = drop("committee/1.xlsx", old)
    at_time(first, "2099-01-01T00:00:00")
    second = at_time(drop("committee/2.xlsx", new, age=0), (datetime.now(UTC) + timedelta(minutes=5)).isoformat())
    assert list(arriving.ordered(inbox, arriving.Seen({}), [second, first])) == [first, second]


def test_what_is_older_than_what_it_replaces_is_questioned(settings, book, acting, drop, handed):
    handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    old = drop("committee/旧.xlsx", book("industry", "committee", "2024-02", GOOD | {"D6": 19}))
    at_time(old, "2024-02-20T00:00:00")  # its times were kept when it was copied
    took = take_in(acting("2024-03-06"), None, check=True)
    assert took.checked == {"accepted_with_warnings": 1}
    w = acting("2024-03-06")
    with w.warehouse.read() as store:
        (told,) = [f for f in store.returns.findings(took.returns[0]) if f.rule == "file.older_file"]
    assert (told.severity, "2024-02-20" in told.message.zh) == ("warning", True)


def test_lateness_counts_from_the_first_sight_in_the_inbox_and_not_from_the_pull(settings, book, acting, drop):
    """Due on 2024-03-10. A time that somebody gives a file says nothing."""
    drop("committee/及时.xlsx", book("industry", "committee", "2024-02", GOOD))
    assert intake.pull(acting("2024-03-10T20:00"), taking=False) == []
    take_in(acting("2024-03-12"), None, check=True)
    record = {"A3": CODES[0], "B3": "甲公司", "C3": "GR202251000001", "D3": "2022-10-01", "E3": "EQ", "F3": 100}
    at_time(drop("science/迟.xlsx", book("hnte_register", "science", "2024-Q1", record)), "2024-04-01T00:00:00")
    take_in(acting("2024-04-13"), None, check=True)
    late = {(r.form, str(r.period)): r.late_days for r in returns_status(acting("2024-04-14")).rows if r.version}
    assert late == {("industry", "2024-02"): 0, ("hnte_register", "2024-Q1"): 3}
    (seen, *_) = events(settings, EventKind.INBOX_SEEN)
    assert list(seen.payload["files"]) == ["committee/及时.xlsx"]
    w = acting("2024-04-14")
    with w.warehouse.read() as store:
        in_time, late_one = sorted(store.returns.all("demo", w.now), key=lambda r: r.received_at)
    assert str(in_time.arrived_at) == str(parse_as_of("2024-03-10T20:00"))
    assert str(in_time.business_day) == "2024-03-10"
    assert late_one.arrived_at is None
    assert verify_ledger(settings).intact


def test_a_name_that_is_no_text_is_noted_once(settings, book, acting):
    folder = settings.inbox / "committee"
    folder.mkdir(parents=True, exist_ok=True)
    with open(os.fsencode(folder) + b"/\xb1\xa8.xlsx", "wb") as file:
        file.write(book("industry", "committee", "2024-03", GOOD))
    for as_of in ("2024-04-05", "2024-04-06"):
        assert intake.pull(acting(as_of), taking=False) == []
    assert len(events(settings, EventKind.INBOX_SEEN)) == 1


def test_outside_a_drill_the_file_system_says_when_a_file_was_put_there(acting, drop, settings):
    """A real clock: it was put there before it was seen, and no `touch -d` moves that back."""
    w = replace(acting("2024-03-05"), drill=False)
    file = at_time(drop("committee/a.xlsx", b"x"), "2001-01-01T00:00:00")
    inbox = Inbox.of(settings)
    (_,) = inbox.files()
    now = datetime.now(UTC)
    came = arriving.arrival(w, inbox, arriving.Seen({}), file, "d")
    assert came.at
    assert now - timedelta(minutes=5) < came.at <= now
    assert came.changed == datetime.fromtimestamp(file.stat().st_mtime, UTC)
    hour = timedelta(hours=1)
    before = arriving.Seen({"committee/a.xlsx": arriving.Sight("d", now - hour)}, now - hour)
    assert arriving.arrival(w, inbox, before, file, "d").at == now - hour, "not after it was seen first"
    assert arriving.arrival(w, inbox, before, file, "other").at == came.at
    assert arriving.arrival(w, inbox, arriving.Seen({}, now + hour), file, "d").at == now + hour, "it was not there then"


def test_the_same_figures_in_other_bytes_are_a_version_that_corrects_nothing_and_voids_no_consent(
        settings, book, handed, acting, industry):
    """Also after the due day and without a reason, and in another container; a figure or an explanation that differs is another
    matter."""
    first = book("industry", "committee", "2024-02", GOOD)
    handed(first, "2024-03-05")
    before = gatekeeping.evaluate(acting("2024-03-20"), "collection").seal
    two = handed(resaved(first), "2024-04-20")
    assert (two.version, two.created, two.verdict) == (2, True, Verdict.ACCEPTED)
    assert [(f.rule, f.severity) for f in two.findings if "saved anew" in f.message.en] == [("file.resaved", "info")]
    three = handed(industry(10.0, value_added=3), "2024-04-21", name="demo__industry__committee__2024-02.csv")
    assert (three.version, "file.resaved" in {f.rule for f in three.findings}) == (3, True)
    assert gatekeeping.evaluate(acting("2024-04-22"), "collection").seal == before
    assert not events(settings, EventKind.RETURN_CORRECTED)
    (row,) = [r for r in returns_status(acting("2024-04-22")).rows if r.version]
    assert (row.version, row.late_days) == (3, 0)
    said = handed(book("industry", "committee", "2024-02", GOOD, explanation="经复核无误"), "2024-04-23")
    assert (said.version, said.verdict) == (4, Verdict.ACCEPTED)
    assert gatekeeping.evaluate(acting("2024-04-23"), "collection").seal != before, "what is said is part of what was approved"
    handed(book("industry", "committee", "2024-02", GOOD | {"D6": 21}), "2024-04-24", reason="漏统一家")
    other = gatekeeping.evaluate(acting("2024-04-24"), "collection").seal
    assert other != before
    assert len(events(settings, EventKind.RETURN_CORRECTED)) == 1
    handed(first, "2024-04-25", reason="核实后恢复原数")
    assert gatekeeping.evaluate(acting("2024-04-25"), "collection").seal == before, "the figures are those that were approved"
    assert verify_ledger(settings).intact


def test_a_register_in_another_order_is_the_same_register(book, handed, acting, settings):
    rows = [{"A": code, "B": f"第{n}公司", "C": f"GR2022510000{n:02d}", "D": "2022-10-01", "E": "EQ", "F": 100}
            for n, code in enumerate(CODES, 1)]

    def register(*order: dict) -> bytes:
        cells = {f"{column}{row}": value for row, one in enumerate(order, 3) for column, value in one.items()}
        return book("hnte_register", "science", "2024-Q1", cells)

    assert handed(register(*rows), "2024-04-05", unit="science").verdict is not Verdict.REJECTED
    before = gatekeeping.evaluate(acting("2024-04-06"), "collection").seal
    two = handed(register(*reversed(rows)), "2024-04-06", unit="science")
    assert (two.version, "file.resaved" in {f.rule for f in two.findings}) == (2, True)
    assert gatekeeping.evaluate(acting("2024-04-06"), "collection").seal == before
    assert not events(settings, EventKind.RETURN_CORRECTED)


def test_what_was_said_to_a_warning_holds_for_the_same_figures_in_another_file(settings, book, handed, acting):
    odd = book("industry", "committee", "2024-02", GOOD | {"D3": 0.1})
    one = handed(odd, "2024-03-05")
    rules = sorted({f.rule for f in one.findings if f.severity == "warning"})
    assert rules, "a share that is far from all others asks for words"
    for rule in rules:
        decisions.explain(acting("2024-04-06"), one.return_id, rule, "大项目投产", "committee")
    explaining.accept(acting("2024-04-06"), one.return_id)
    before = gatekeeping.evaluate(acting("2024-04-07"), "collection").seal
    two = handed(resaved(odd), "2024-04-08")
    w = acting("2024-04-08")
    with w.warehouse.read() as store:
        kept = store.returns.get(two.return_id)
        assert (kept.warnings, kept.warnings_explained) == (len(rules), len(rules))
        assert [e.rule for e in store.returns.explanations(two.return_id)] == rules
    assert gatekeeping.evaluate(w, "collection").seal == before


def test_what_was_said_to_a_warning_says_nothing_of_another_warning(settings, book, handed, acting):
    """The figures are the same; what they are held against was corrected meanwhile."""
    handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    many = book("industry", "committee", "2024-03", GOOD | {"D6": 900})
    one = handed(many, "2024-04-05")
    rules = sorted({f.rule for f in one.findings if f.severity == "warning"})
    assert rules
    for rule in rules:
        decisions.explain(acting("2024-04-06"), one.return_id, rule, "大批企业迁入", "committee")
    explaining.accept(acting("2024-04-06"), one.return_id)
    handed(book("industry", "committee", "2024-02", GOOD | {"D6": 1}), "2024-04-07", reason="原数误报")
    two = handed(resaved(many), "2024-04-08")
    with acting("2024-04-08").warehouse.read() as store:
        kept = store.returns.get(two.return_id)
    assert kept.warnings >= 1
    assert kept.warnings_explained < kept.warnings


def test_a_folder_that_is_moved_into_the_inbox_brings_no_older_arrival(acting, drop, settings, tmp_path):
    w = replace(acting("2024-03-05"), drill=False)
    inbox = settings.inbox / "committee"
    hidden, file = inbox / ".later", inbox / "now" / "a.xlsx"
    hidden.mkdir(parents=True)
    (hidden / "a.xlsx").write_bytes(b"x")
    written = (hidden / "a.xlsx").stat().st_ctime
    time.sleep(1.1)
    hidden.rename(inbox / "now")
    moved = (inbox / "now").stat().st_ctime
    assert moved > written
    box = Inbox.of(settings)
    (_,) = box.files()
    came = arriving.arrival(w, box, arriving.Seen({}), file, "d")
    assert came.at == datetime.fromtimestamp(moved, UTC)
    assert came.put == datetime.fromtimestamp(written, UTC), "by which it is known when it is met again"
