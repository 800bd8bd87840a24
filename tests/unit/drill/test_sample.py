"""Made-up returns: believable, marked, the same for a seed; and every fault is what it says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gaoxin import measures
from gaoxin.campaign.judging import judge
from gaoxin.drill.sample import FAULTS, load_spec, make_samples
from gaoxin.drill.samples.faults import _HOW, Fault
from gaoxin.drill.samples.spec import SampleSpec
from gaoxin.errors import UsageError
from gaoxin.periods import Period
from gaoxin.returns import codes
from gaoxin.returns.model import Facts
from gaoxin.returns.reader import in_plan_unit
from gaoxin.returns.schedule import owed
from tests.return_files import PLAN_FILES, kinds

FIRST, LAST = Period.parse("2024-02"), Period.parse("2024-06")


def made(plan, out, *faults, spec=None, first=FIRST, last=LAST, **more):
    return make_samples(plan, spec, first, last, out, faults=faults, **more)


def values(plan, result):
    variables = {v.id: v for v in plan.form(result.key.form).variables}
    return {s.variable: in_plan_unit(variables[s.variable], s) for s in result.series}


@pytest.fixture(scope="module", params=["demo", "kaizhou"])
def clean(request, tmp_path_factory, plan_of):
    """Plan, and all its faultless samples with what reading makes of them."""
    from gaoxin.returns.reader import read_file

    plan = request.getfixturevalue(request.param)
    files = make_samples(
        plan, load_spec(PLAN_FILES[request.param]), Period.parse("2017"), Period.parse("2024"), tmp_path_factory.mktemp("s")
    )
    return plan, [(f, read_file(f.path.read_bytes(), f.path.name, plan_of)) for f in files]


def test_every_owed_return_is_made_and_readable(clean):
    plan, pairs = clean
    assert {f.key for f, _ in pairs} == {o.key for o in owed(plan)}
    for file, result in pairs:
        assert result.key == file.key
        assert result.sample
        assert not result.problems
        assert not result.notes
        cells = [s.value for s in result.series] + [c for e in result.entries for c in e.fields.values()]
        assert all(c.problem is None and not c.repairs for c in cells)
        assert file.key.form in {f.id for f in plan.forms}


def test_nothing_is_asked_about_faultless_samples(clean):
    """No false alarm: neither on figures that follow a target's path nor on registers that grow."""
    plan, pairs = clean
    reads = [result for _, result in pairs]
    judged = judge(plan, reads, [date(2030, 1, 1)] * len(reads), Facts(datetime(2030, 1, 1, tzinfo=UTC)))
    told = [(str(file.key), f.rule, f.message.zh) for (file, _), checked in zip(pairs, judged, strict=True)
            for f in checked.findings if f.severity != "info"]
    assert told == []


def test_arrivals_are_in_time(clean):
    plan, pairs = clean
    due = {o.key: o.due for o in owed(plan)}
    assert all(f.key.period.end < f.arrives <= due[f.key] for f, _ in pairs)


def test_the_forms_own_checks_hold(clean):
    plan, pairs = clean
    seen = 0
    for file, result in pairs:
        form = plan.form(file.key.form)
        if form.kind != "series":
            continue
        found = values(plan, result)
        unit = {v.id: v.unit for v in form.variables}
        for variable in form.variables:
            value = found[variable.id]
            assert variable.min is None or value >= variable.min
            assert variable.max is None or value <= variable.max
            assert not variable.integer or value == value.to_integral_value()
        for check in form.checks:
            seen += 1
            match check.kind:
                case "part_of":
                    assert measures.convert(found[check.part], unit[check.part], unit[check.whole]) <= found[check.whole]
                case "sum_of":
                    assert sum(found[p] for p in check.parts) == found[check.total]
                case "ratio_between":
                    ratio = found[check.numerator] / found[check.denominator]
                    assert check.min is None or ratio >= check.min
                    assert check.max is None or ratio <= check.max
    assert seen


def test_cumulative_figures_rise_within_a_year(clean):
    plan, pairs = clean
    last: dict = {}
    for file, result in sorted(pairs, key=lambda pair: pair[0].key.period):
        form = plan.form(file.key.form)
        for variable in form.variables if form.kind == "series" else ():
            if variable.kind == "cumulative":
                place = (form.id, file.key.unit, variable.id, file.key.period.year)
                value = values(plan, result)[variable.id]
                assert value > last.get(place, Decimal(-1))
                last[place] = value
    assert last


def test_entities_are_made_up_valid_and_claimed_once(clean):
    plan, pairs = clean
    holders: dict = {}
    for file, result in pairs:
        for entry in result.entries:
            for item in plan.form(file.key.form).fields:
                value = entry.fields[item.id].value
                if item.type == "credit_code":
                    assert codes.is_credit_code(value)
                    assert value[2:8] == "990000"
                    assert holders.setdefault((file.key.form, value), file.key.unit) == file.key.unit
                if item.type == "hnte_certificate":
                    assert codes.certificate_year(value) == entry.fields["issued"].value.year
                    assert entry.fields["issued"].value <= file.key.period.end
                    assert codes.valid_until(entry.fields["issued"].value) >= file.key.period.end
                if item.id == "name":
                    assert value.startswith("样本")
                    assert "虚构" in value
            form = plan.form(file.key.form)
            keys = [tuple(e.fields[k].value for k in form.key) for e in result.entries]
            assert len(keys) == len(set(keys))
    assert holders


def counted(plan, results, count_id, period):
    """Distinct entities that count, over all units."""
    found = set()
    for result in results:
        form = plan.form(result.key.form)
        for count in getattr(form, "counts", ()):
            if count.id == count_id and result.key.period == period:
                found |= {
                    e.fields[count.distinct].value
                    for e in result.entries
                    if all(e.fields[n].value in codes_ for n, codes_ in count.where.items())
                }
    return len(found)


def test_kaizhou_registers_reach_the_annex_and_pass_the_quotas(kaizhou, tmp_path, read):
    files = make_samples(kaizhou, load_spec(PLAN_FILES["kaizhou"]), Period.parse("2020-Q3"), Period.parse("2020"), tmp_path)
    results = [read(f.path.read_bytes(), f.path.name) for f in files]
    december, september = Period.parse("2020-Q4"), Period.parse("2020-Q3")
    for count, goal in {
        "hnte_count": 60,
        "rd_institution_count": 30,
        "legal_rd_institution_count": 6,
        "service_institution_count": 30,
        "demo_smart_home_rd": 2,
    }.items():
        assert counted(kaizhou, results, count, december) >= goal
        assert counted(kaizhou, results, count, september) <= counted(kaizhou, results, count, december)
    for indicator in ("rd_institutions", "service_institutions", "legal_rd_institutions"):
        spec = load_spec(PLAN_FILES["kaizhou"])
        count = next(iter(kaizhou.indicator(indicator).measures[0].inputs.values())).variable
        for quota in kaizhou.indicator(indicator).quotas:
            assert spec.counts[count][quota.unit].end >= quota.value


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(demo, tmp_path):
    runs = [
        {f.path.name: f.path.read_bytes() for f in made(demo, tmp_path / str(n), "late", "broken_sum", seed=seed)}
        for n, seed in enumerate((3, 3, 4))
    ]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_a_stretch_does_not_change_what_is_in_it(demo, tmp_path):
    whole = {f.path.name: f.path.read_bytes() for f in made(demo, tmp_path / "a")}
    part = {f.path.name: f.path.read_bytes() for f in made(demo, tmp_path / "b", first=Period.parse("2024-04"))}
    assert part
    assert part.items() < whole.items()


def test_without_settings_targets_of_the_plan_are_reached(demo, tmp_path, read):
    last = {f.key.form: f for f in made(demo, tmp_path)}
    result = read(last["industry"].path.read_bytes())
    assert values(demo, result)["gross_output"] >= 60
    results = [read(f.path.read_bytes()) for f in made(demo, tmp_path)]
    assert counted(demo, results, "hnte_count", Period.parse("2024-Q2")) >= 5


def test_the_manifest(demo, tmp_path):
    files = made(demo, tmp_path, "late:industry:committee:2024-04")
    rows = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert [r["path"] for r in rows] == [f.path.name for f in files]
    assert [r["period"] for r in rows if r["faults"] == ["late"]] == ["2024-04"]
    assert [r["arrives"] for r in rows] == sorted(r["arrives"] for r in rows)


def test_every_fault_has_a_way_to_be_made():
    assert set(_HOW) == set(FAULTS)


READING = {
    "wrong_template": "template_outdated",
    "renamed_header": "headers_renamed",
    "missing_sheet": "sheet_missing",
    "corrupt": "not_a_workbook",
    "encrypted": "encrypted",
    "macro": "macro",
}


@pytest.mark.parametrize("kind", [k for k in FAULTS if k not in ("percent_as_fraction", "missing", "late")])
def test_each_fault_sits_where_it_was_asked_for_and_nowhere_else(kind, demo, tmp_path, read):
    clean = {f.path.name: f.path.read_bytes() for f in made(demo, tmp_path / "clean")}
    files = made(demo, tmp_path / "faulty", kind)
    (faulty,) = [f for f in files if f.faults]
    assert faulty.faults == (kind,)
    differing = [f.path.name for f in files if f.path.read_bytes() != clean[f.path.name]]
    assert differing == [faulty.path.name]
    result = read(faulty.path.read_bytes(), faulty.path.name)
    assert kinds(result) == ({READING[kind]} if kind in READING else set())
    cells = [s.value for s in result.series] + [c for e in result.entries for c in e.fields.values()]
    form = demo.form(faulty.key.form)
    if form.kind == "series" and result.series:
        before = values(demo, read(clean[faulty.path.name]))
        after = values(demo, result)
        if kind in ("text_number", "full_width"):
            assert after == before
            assert all(c.repairs for c in cells)
        changed = {n for n in after if after[n] != before[n]}
        match kind:
            case "wan_for_yi":
                assert [after[n] / before[n] for n in changed] == [10_000]
            case "falling_cumulative":
                earlier = next(f for f in files if f.key.form == form.id and f.key.period == faulty.key.period.previous)
                assert all(after[n] < values(demo, read(earlier.path.read_bytes()))[n] for n in changed)
            case "broken_sum":
                assert after["light_output"] + after["heavy_output"] != after["gross_output"]
            case "part_exceeds_whole":
                assert after["value_added"] > after["gross_output"]
            case "negative":
                assert [after[n] < 0 for n in changed] == [True]
            case "blank_required":
                assert [after[n] for n in changed] == [None]
    elif form.kind == "register":
        names = [e.fields["credit_code"].value for e in result.entries]
        match kind:
            case "register_duplicate":
                assert len(names) == len(set(names)) + 1
            case "bad_credit_code":
                assert sum(not codes.is_credit_code(n) for n in names) == 1
            case "empty_register":
                assert result.entries == ()
            case "cross_unit_duplicate":
                theirs = next(
                    f
                    for f in files
                    if f.key.form == form.id and f.key.period == faulty.key.period and f.key.unit != faulty.key.unit
                )
                other = {e.fields["credit_code"].value for e in read(theirs.path.read_bytes()).entries}
                assert len(other & set(names)) == 1
            case "blank_required":
                assert sum(c.value is None for c in cells) == 1


def test_late_and_missing(demo, tmp_path):
    due = {o.key: o.due for o in owed(demo)}
    files = made(demo, tmp_path, "late", "missing:industry:committee:2024-03")
    (late,) = [f for f in files if f.faults]
    assert late.arrives > due[late.key]
    assert len(files) == len(due) - 1
    assert not (tmp_path / "demo__industry__committee__2024-03.xlsx").exists()


def test_a_percentage_as_a_fraction(demo, tmp_path, read):
    form = demo.form("industry")
    share = form.variables[0].model_copy(update={"id": "share", "unit": "%", "kind": "stock", "max": Decimal(100)})
    plan = demo.model_copy(update={"forms": (form.model_copy(update={"variables": (*form.variables, share)}),)})
    (faulty,) = [f for f in made(plan, tmp_path, "percent_as_fraction:industry:committee:2024-05") if f.faults]
    from gaoxin.returns.reader import read_file

    result = read_file(faulty.path.read_bytes(), faulty.path.name, lambda _: plan)
    problem = next(s.value.problem for s in result.series if s.variable == "share")
    assert problem
    assert "%" in problem.zh


def test_corrections_arrive_later_with_the_right_values(demo, tmp_path, read):
    files = made(demo, tmp_path, "broken_sum:industry:committee:2024-04", "late:industry:committee:2024-05", corrections=True)
    corrected = [f for f in files if f.path.stem.endswith("__v2")]
    assert [str(f.key.period) for f in corrected] == ["2024-04"]
    first = next(f for f in files if f.key == corrected[0].key and f is not corrected[0])
    assert corrected[0].arrives > first.arrives
    assert corrected[0].faults == ()
    result = read(corrected[0].path.read_bytes())
    found = values(demo, result)
    assert found["light_output"] + found["heavy_output"] == found["gross_output"]
    assert result.explanation


@pytest.mark.parametrize(
    "fault",
    [
        "nonsense",
        "late:nowhere",
        "broken_sum:hnte_register",
        "percent_as_fraction",
        "empty_register:industry",
        "late:industry:committee:2030-01",
        "falling_cumulative:industry:committee:2024-02",
        "late:a:b:c:d",
    ],
)
def test_impossible_faults_are_wrong_use(demo, tmp_path, fault):
    with pytest.raises(UsageError):
        made(demo, tmp_path, fault)


def test_a_faults_place_is_read_back():
    fault = Fault.parse("late:industry:committee:2024-05")
    assert str(fault) == "late:industry:committee:2024-05"
    assert fault.period == Period.parse("2024-05")


def test_settings_that_do_not_fit_the_plan_are_wrong_use(demo, tmp_path):
    with pytest.raises(UsageError):
        made(demo, tmp_path, spec=SampleSpec.model_validate({"variables": {"unheard_of": {"start": 1}}}))
    with pytest.raises(UsageError):
        made(demo, tmp_path, first=Period.parse("2010"), last=Period.parse("2011"))
