"""A warning is closed by an explanation that a reviewer accepts; what is sent back is owed again, and the base of the check that
asked moves only with what is accepted."""

from __future__ import annotations

from datetime import date

import pytest

from gaoxin.campaign import consenting, decisions, explaining, following, gateviewing, owing, standing
from gaoxin.campaign.reminding import owed_dues
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.ledger.actor import Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.periods import Period
from tests.integration.test_people import events, with_accounts  # noqa: F401 - a fixture

GOOD = {"D2": 10, "D3": 3, "D4": 4, "D5": 6, "D6": 20}
SAID = "华星园区三家企业整体迁入，已有迁入协议"


@pytest.fixture
def acting_at(settings):
    return lambda day, of=None, name=None: open_workplace(of or settings, "demo", parse_as_of(day), acts=True,
                                                          way=Way.PAGE if name else Way.PROGRAM, airflow=name)


@pytest.fixture
def moved(book, handed):
    """Hands in a month in which so many enterprises are reported, cumulative flows growing by the month."""
    def hand_in(month: int, enterprises: int, day: str):
        flows = {cell: GOOD[cell] * month / 2 for cell in ("D2", "D3", "D4", "D5")}
        return handed(book("industry", "committee", f"2024-{month:02}", flows | {"D6": enterprises}), day)

    return hand_in


def jumps(done):
    return [f.rule for f in done.findings if f.rule == "enterprises.jump"]


def state(w, period):
    (row,) = [r for r in standing.returns_status(w, Period.parse(period)).rows if (r.form, r.unit) == ("industry", "committee")]
    return row.warnings, row.warnings_explained, row.warnings_waiting, row.warnings_sent_back, row.warnings_expired


def test_the_base_moves_when_the_explanation_is_accepted_and_not_before(moved, acting_at, settings):
    for month in (2, 3, 4):
        assert jumps(moved(month, 20, f"2024-{month + 1:02}-05")) == []
    step = moved(5, 900, "2024-06-05")
    assert jumps(step) == ["enterprises.jump"]
    decisions.explain(acting_at("2024-06-06"), step.return_id, "enterprises.jump", SAID, "committee")
    again = moved(6, 905, "2024-07-05")
    assert jumps(again) == ["enterprises.jump"], "nobody has accepted it: the level is asked about again"
    done = explaining.accept(acting_at("2024-07-06"), step.return_id)
    assert done.closed == (again.return_id,), "one answer to what was asked of one level"
    assert state(acting_at("2024-07-06"), "2024-06") == (0, 0, 0, 0, 0)
    later = moved(6, 906, "2024-07-07")
    assert jumps(later) == [], "asked about once"
    fallen = moved(7, 45, "2024-08-05")
    assert jumps(fallen) == ["enterprises.jump"], "the level is another now: a fall back to the old one is asked about"
    assert jumps(moved(7, 890, "2024-08-06")) == []
    assert verify_ledger(settings).intact


def test_what_is_sent_back_is_owed_again_in_other_words(moved, acting_at):
    moved(2, 20, "2024-03-05")
    step = moved(3, 900, "2024-04-05")
    w = acting_at("2024-04-06")
    key, rule = step.return_id, "enterprises.jump"
    with pytest.raises(Refused) as refusal:
        decisions.explain(w, key, rule, "经核实，情况属实", "committee")
    assert "没有说明原因" in refusal.value.render("zh")
    given = decisions.explain(w, key, rule, "新投产", "committee")
    assert [h.code for h in given.hints] == ["wording.short"], "told at once"
    (waits,) = explaining.explanations(w).waiting
    assert waits.given
    assert (waits.owner, waits.hints) == ("supervision", given.hints), "the office is the unit itself"
    with pytest.raises(Refused):
        explaining.send_back(w, key, "无")
    back = explaining.send_back(w, key, "写明哪几家企业")
    assert (back.by, back.rules, state(w, "2024-03")) == ("supervision", (rule,), (1, 0, 0, 1, 0))
    (owed,) = explaining.explanations(w).owed
    assert (owed.state, owed.owner) == ("sent_back", "committee")
    assert owed.given
    assert owed.given.review
    assert owed.given.review.comment == "写明哪几家企业"
    with pytest.raises(Refused) as same:
        decisions.explain(w, key, rule, "新投产", "committee")
    assert "写明哪几家企业" in same.value.render("zh")
    with pytest.raises(Refused):
        decisions.explain(w, key, rule, " 新 投产。", "committee")
    decisions.explain(w, key, rule, SAID, "committee")
    with pytest.raises(Refused):
        explaining.accept(w, key, shown=[waits.given.number])
    done = explaining.accept(w, key, until=date(2024, 12, 31), comment="已核迁入协议")
    assert (done.holds_until, state(w, "2024-03")) == (date(2024, 12, 31), (1, 1, 0, 0, 0))
    with pytest.raises(Refused):
        decisions.explain(w, key, rule, "另有原因：统计口径调整", "committee")
    with pytest.raises(Refused):
        explaining.accept(w, key)
    assert state(acting_at("2025-01-01"), "2024-03") == (1, 0, 0, 0, 1), "it holds no more"
    renewed = decisions.explain(acting_at("2025-01-02"), key, rule, SAID, "committee")
    assert renewed.given.review is None, "the same words may be said anew"
    assert state(acting_at("2025-01-02"), "2024-03") == (1, 0, 1, 0, 0)
    assert explaining.explanations(acting_at("2025-01-02"), everything=True).waiting


def test_the_same_words_of_another_period_are_told(moved, acting_at):
    moved(2, 20, "2024-03-05")
    first, second = moved(3, 900, "2024-04-05"), moved(4, 1000, "2024-05-05")
    w = acting_at("2024-05-06")
    decisions.explain(w, first.return_id, "enterprises.jump", SAID, "committee")
    copied = decisions.explain(w, second.return_id, "enterprises.jump", f"{SAID}。", "committee")
    assert [h.code for h in copied.hints] == ["wording.copied"]
    assert first.return_id in copied.hints[0].zh
    told = {one.return_id: [h.code for h in one.hints] for one in explaining.explanations(w).waiting}
    assert told == {first.return_id: [], second.return_id: ["wording.copied"]}
    other = decisions.explain(w, second.return_id, "enterprises.jump", "恒远园区两家企业整体迁入，已有迁入协议", "committee")
    assert other.hints == (), "other words, in whatever script"


def test_what_waits_is_told_by_what_weighs_most_over_all_returns(moved, acting_at):
    moved(2, 20, "2024-03-05")
    steps = [moved(3, 400, "2024-04-05"), moved(4, 9000, "2024-05-05"), moved(5, 700, "2024-06-05")]
    w = acting_at("2024-06-06")
    for number, step in enumerate(steps):
        decisions.explain(w, step.return_id, "enterprises.jump", f"华星园区{number}期迁入，已有迁入协议", "committee")
    heaviest = [steps[n].return_id for n in (1, 2, 0)]
    assert [one.return_id for one in explaining.explanations(w).waiting] == heaviest
    laid = consenting.laid_before(w, gateviewing.gate_seen(w, "collection")).warnings
    assert [one.return_id for one in laid if one.explained] == heaviest


def test_a_corrected_figure_asks_for_words_of_its_own(moved, acting_at):
    moved(2, 20, "2024-03-05")
    step = moved(3, 900, "2024-04-05")
    w = acting_at("2024-04-06")
    decisions.explain(w, step.return_id, "enterprises.jump", SAID, "committee")
    explaining.accept(w, step.return_id)
    other = moved(3, 1900, "2024-04-07")
    assert jumps(other) == ["enterprises.jump"]
    assert state(acting_at("2024-04-08"), "2024-03") == (1, 0, 0, 0, 0)
    with pytest.raises(Refused):
        explaining.accept(acting_at("2024-04-08"), other.return_id)


def test_only_a_reviewer_who_did_not_hand_it_in_decides(moved, acting_at, settings, with_accounts):  # noqa: F811
    moved(2, 20, "2024-03-05")
    step = moved(3, 900, "2024-04-05")
    w = acting_at("2024-04-06")
    decisions.explain(w, step.return_id, "enterprises.jump", SAID, "committee")
    for by in ("committee", "science", "government"):
        with pytest.raises(NotAllowed):
            explaining.accept(w, step.return_id, by=by)
    with pytest.raises(UsageError):
        explaining.accept(w, step.return_id.replace("03", "09"))
    for until in (date(2024, 4, 5), date(2030, 1, 1)):
        with pytest.raises(Refused):
            explaining.accept(w, step.return_id, until=until)
    assert events(settings, EventKind.EXPLANATION_ACCEPTED) == []
    of = with_accounts("airflow: su, roles: [supervision]", "airflow: both, roles: [supervision, unit], units: [committee]",
                       "airflow: clerk, roles: [unit], units: [science]")
    for name in ("clerk", "both"):
        with pytest.raises(NotAllowed):
            explaining.accept(acting_at("2024-04-06", of, name), step.return_id)
    done = explaining.accept(acting_at("2024-04-06", of, "su"), step.return_id)
    assert (done.by, done.account, done.authenticated) == ("supervision", "su", True)
    (event,) = events(settings, EventKind.EXPLANATION_ACCEPTED)
    assert (event.payload["rule"], event.actor["airflow"]) == ("enterprises.jump", "su")


def test_who_owes_a_word_is_reminded_within_five_working_days_and_the_wall_says_so(moved, acting_at):
    moved(2, 20, "2024-03-05")
    step = moved(3, 900, "2024-04-07")

    def owed(day):
        w = acting_at(day)
        found = [d for d in owed_dues(w) if d.kind == "explanation"]
        with w.warehouse.read() as store:
            on_wall = [i.ref for u in owing.Owing(w, store, []).by_unit() for i in u.items if i.kind == "explanation"]
        assert set(on_wall) <= {d.ref for d in found}
        return [(d.unit, str(d.due), bool(on_wall)) for d in found]

    assert owed("2024-04-08") == [], "what was not said yet stands on the desk"
    decisions.explain(acting_at("2024-04-08"), step.return_id, "enterprises.jump", SAID, "committee")
    assert owed("2024-04-08") == [("supervision", "2024-04-15", True)]
    explaining.send_back(acting_at("2024-04-10"), step.return_id, "写明哪几家企业")
    assert owed("2024-04-10") == [("committee", "2024-04-17", True)]
    decisions.explain(acting_at("2024-04-11"), step.return_id, "enterprises.jump", "华星、恒远两家企业迁入", "committee")
    explaining.accept(acting_at("2024-04-12"), step.return_id)
    assert owed("2024-04-12") == []


def test_what_was_accepted_is_taken_back_with_a_reason_and_counts_no_more(moved, acting_at, settings, with_accounts):  # noqa: F811
    moved(2, 20, "2024-03-05")
    step = moved(3, 900, "2024-04-05")
    w = acting_at("2024-04-06")
    decisions.explain(w, step.return_id, "enterprises.jump", SAID, "committee")
    explaining.accept(w, step.return_id, comment="已核迁入协议")
    assert jumps(moved(4, 905, "2024-05-05")) == [], "the base has moved"
    (cell,) = following.follow(acting_at("2024-05-06"), step.return_id, "D6").explanations
    assert cell.review
    assert (cell.review.by, cell.review.comment) == ("supervision", "已核迁入协议")
    with pytest.raises(Refused, match="enterprises") as which:
        explaining.send_back(acting_at("2024-05-06"), step.return_id, "协议是伪造的")
    assert "收回已接受的" in which.value.render("zh")
    explaining.send_back(acting_at("2024-05-07"), step.return_id, "协议是伪造的", ["enterprises.jump"])
    assert state(acting_at("2024-05-08"), "2024-03") == (1, 0, 0, 1, 0), "the gate holds again"
    assert jumps(moved(4, 906, "2024-05-09")) == ["enterprises.jump"], "the base has moved back"
    (event,) = events(settings, EventKind.EXPLANATION_SENT_BACK)
    assert (event.payload["reason"], verify_ledger(settings).intact) == ("协议是伪造的", True)
    of = with_accounts("airflow: clerk, roles: [unit], units: [science]")
    with pytest.raises(NotAllowed) as refused:
        explaining.send_back(acting_at("2024-05-09", of, "clerk"), step.return_id, "x", ["enterprises.jump"])
    assert "可由：督查；" in refused.value.render("zh"), "the office is the unit itself, and may not"


def test_words_of_the_version_before_are_told_where_the_figure_is_another(moved, acting_at):
    moved(2, 20, "2024-03-05")
    first = moved(3, 900, "2024-04-05")
    w = acting_at("2024-04-06")
    decisions.explain(w, first.return_id, "enterprises.jump", SAID, "committee")
    second = moved(3, 1900, "2024-04-07")
    given = decisions.explain(acting_at("2024-04-08"), second.return_id, "enterprises.jump", SAID, "committee")
    assert [(h.code, first.return_id in h.zh) for h in given.hints] == [("wording.copied", True)]
    third = moved(3, 1901, "2024-04-09")
    given = decisions.explain(acting_at("2024-04-10"), third.return_id, "enterprises.jump", "同期另有两家企业迁出", "committee")
    assert given.hints == ()
