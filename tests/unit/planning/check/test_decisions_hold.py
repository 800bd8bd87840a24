"""A decision holds for what was known when it was taken; and figures that do not compare are told, not compared."""

from __future__ import annotations

import pytest

from gaoxin.i18n import CATALOGUE, Message
from gaoxin.plan.indicator import Measure
from gaoxin.plan.reading.loader import load_plan, parse_plan
from gaoxin.plan.series import growth_variable
from gaoxin.plan.targets import thresholds
from gaoxin.planning.check.checks import check_plan
from tests.plan_texts import ROOT
from tests.unit.planning.check.checked_plans import checked, found, goal, indicator, the, with_indicators
from tests.unit.planning.check.test_checks_decisions import RATE, choice


def third_value(data):
    the(data, "indicators", "value_added_rate")["targets"].append(goal({"at_least": 21}, due="2024-12", source="正文 五"))


def test_a_marked_decision_is_open_again_when_the_finding_changes():
    [before] = found("two_values")
    marked = choice(RATE | {"mark": before.mark})
    [still] = found("two_values", marked)
    assert still.state == "decided"
    assert found("decision_without_finding", marked) == []
    [changed] = found("two_values", third_value, marked)
    assert changed.state == "open"
    [told] = found("decision_without_finding", third_value, marked)
    assert before.mark in told.message.zh
    assert changed.mark in told.decide.zh
    [blanket] = found("two_values", third_value, choice(RATE))  # without a mark it covers whatever the finding becomes
    assert blanket.state == "decided"


def test_the_mark_follows_places_and_numbers():
    [before] = found("two_values")
    [again] = found("two_values", lambda d: the(d, "indicators", "value_added_rate").update(name="改了名的率"))
    assert before.mark == again.mark
    assert len(before.mark) == 8

    def other_number(data):
        the(data, "indicators", "value_added_rate")["targets"][1]["target"] = {"at_least": 19}

    assert found("two_values", other_number)[0].mark != before.mark


def decided(file):
    plan = load_plan(file)
    return {(f.code, f.subject, f.mark, f.state) for f in check_plan(plan)}


def test_rewording_what_is_found_reopens_no_decision(monkeypatch):
    """Every template of the library reads otherwise, in both languages, fields in another order: all decisions stand."""
    kaizhou = ROOT / "dags" / "kaizhou_2020" / "plan.yaml"
    before = decided(kaizhou)
    marked = {s.mark for c in load_plan(kaizhou).choices for s in c.settles if s.mark}
    assert len(marked) > 20
    assert marked <= {mark for _, _, mark, state in before if state == "decided"}
    words = [f.message.zh for f in check_plan(load_plan(kaizhou))]
    for code in CATALOGUE.values():
        fields = "，".join(f"{{{name}}}" for name in reversed(code.fields))
        monkeypatch.setattr(code, "zh", f"2 处新写法：{fields}")
        monkeypatch.setattr(code, "en", f"2 new ways to put it: {fields}")
    assert [f.message.zh for f in check_plan(load_plan(kaizhou))] != words
    assert decided(kaizhou) == before


def test_a_figure_that_changes_reopens_its_decision_and_no_other(tmp_path):
    text = (ROOT / "dags" / "kaizhou_2020" / "plan.yaml").read_text(encoding="utf-8")
    plan = parse_plan(text)
    shares = next(i for i in plan.indicators if i.id == "hnte_share")
    [value] = {t.value for s in shares.by_role("goal") for t in thresholds(s.target) if s is not shares.binding}
    at = text.index("id: hnte_share\n")
    changed = text[:at] + text[at:].replace(f"at_least: {value}", f"at_least: {value + 1}", 1)
    assert changed != text
    open_again = {
        (f.code, f.subject) for f in check_plan(parse_plan(changed)) if f.state == "open"
    } - {(f.code, f.subject) for f in check_plan(plan) if f.state == "open"}
    assert ("two_values", "indicators.hnte_share") in open_again
    assert {subject for _, subject in open_again if not subject.startswith("choices.")} == {"indicators.hnte_share"}


def test_a_masked_place_put_before_another_does_not_move_its_decision():
    one = {"kind": "year", "text": "甲〔20xx〕1号", "source": "一"}
    two = one | {"text": "乙〔20xx〕2号"}
    settled = choice({"code": "masked_year", "subject": "document.masked.甲〔20xx〕1号"})

    def masked(*places):
        return lambda data: data["document"].update(masked=list(places))

    states = {f.subject: f.state for f in checked(masked(two, one), settled) if f.code == "masked_year"}
    assert states == {"document.masked.甲〔20xx〕1号": "decided", "document.masked.乙〔20xx〕2号": "open"}


@pytest.mark.parametrize(("formula", "is_growth"), [
    ("100 * (now / before - 1)", True), ("100 * (now - before) / before", True), ("100 * now / before", False),
    ("now - before", False),
])
def test_an_index_is_no_growth_rate(formula, is_growth):
    inputs = {"now": {"variable": "n"}, "before": {"variable": "n", "years_earlier": 1}}
    measure = Measure.model_validate({"id": "m", "unit": "%", "formula": formula, "inputs": inputs})
    assert growth_variable(measure) == ("n" if is_growth else None)


def reference(unit, value="15"):
    return lambda data: data.update(references=[{
        "id": "city", "name": "全市水平", "unit": unit, "source": "公报",
        "values": [{"period": "2022", "value": value, "published": "2023-02-01"}],
    }])


AGAINST = indicator(
    measures=[{"id": "value", "unit": "%"}], targets=[
        goal({"against": "city", "at_least": 0}), goal({"against": "city", "at_least": 0}, due=None, role="criterion"),
    ], stated=[{"value": 2, "on": "2022", "source": "正文"}],
)


def test_a_reference_in_another_unit_of_its_kind_is_converted_before_it_is_compared():
    condition = {"id": "c", "name": "研发强度", "requires": "不低于全市", "indicator": "added", "source": "附件2"}
    edits = reference("‰"), with_indicators(AGAINST), lambda d: d.update(conditions=[condition])
    assert found("criterion_not_fulfilled", *edits) == []  # 2 % against 15 ‰, which is 1.5 %
    assert found("units_do_not_convert", *edits) == []


def test_a_reference_that_does_not_convert_is_an_error():
    [finding] = found("units_do_not_convert", reference("家"), with_indicators(AGAINST))[:1]
    assert (str(finding.severity), finding.subject) == ("error", "indicators.added")


@pytest.mark.parametrize(("committees", "told"), [
    (("committee", "science"), []), (("committee", "committee"), ["zones.north", "zones.south"]),
    (("committee", None), ["zones.south"]),
])
def test_a_zone_needs_figures_of_its_own(committees, told):
    zones = [{"id": i, "name": n} | ({"committee": c} if c else {})
             for i, n, c in zip(("north", "south"), ("北园", "南园"), committees, strict=True)]
    plain = indicator(
        measures=[{"id": "value", "unit": "亿元", "formula": "n", "inputs": {"n": {"variable": "gross_output"}}}],
        targets=[goal({"each_zone": ["all"], "target": {"at_least": 2}})],
    )

    def edit(data):
        data.update(zones=zones)
        the(data, "forms", "industry")["units"] = ["committee", "science"]

    assert [f.subject for f in found("zone_without_figures", edit, with_indicators(plain))] == told


@pytest.mark.parametrize("file", sorted(ROOT.glob("dags/*/plan.yaml")), ids=lambda file: file.parent.name)
def test_one_decision_never_settles_two_findings(file):
    """Names are no part of a mark, so what differs by name alone needs an id that tells it apart."""
    told: dict[tuple[str, str, str], Message] = {}
    for one in check_plan(load_plan(file)):
        assert told.setdefault((one.code, one.subject, one.mark), one.message) == one.message
