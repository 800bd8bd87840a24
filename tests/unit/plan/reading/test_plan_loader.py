"""The loader: what is wrong is told with line, place, value and what was expected, in both languages."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gaoxin.errors import PlanError, UsageError
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan, load_plan, parse_plan, plan_files, plan_hash
from tests.plan_texts import DEMO, demo, line_with


def problems(text: str):
    with pytest.raises(PlanError) as refused:
        parse_plan(text, file="p.yaml")
    assert refused.value.exit_status == 1
    return refused.value.problems


@pytest.mark.parametrize(("old", "new", "code", "place", "zh", "en"), [
    ("lead: committee, due: 2024-02", "lead: comittee, due: 2024-02", "plan_reference_broken", "tasks.survey.lead",
     "是否为 committee", "did you mean committee"),
    ("    kind: launch\n", "    kind: lunch\n", "plan_value_wrong", "phases.0.kind", "应为", "launch"),
    ("ends: 2024-02\n", "ends: 2024-13\n", "plan_value_wrong", "phases.0.ends", "应为日期", "expected a date"),
    ("starts: 2024-01\n", "starts: 2024-02-30\n", "plan_value_wrong", "phases.0.starts", "应为日期", "expected a date"),
    ("at_least: 60}", "atleast: 60}", "plan_key_unknown", "indicators.0.targets.0.target.atleast", "at_least", "at_least"),
    ("{at_least: 60}", "{at_least: 60, at_most: 70}", "plan_value_wrong", "indicators.0.targets.0.target", "比较词",
     "exactly one"),
    ("formula: gross_output,", "", "plan_value_wrong", "indicators.0.measures.0", "须同时写", "together"),
    ("unit: 亿元, kind: cumulative, max", "unit: 亿, kind: cumulative, max", "plan_value_wrong", "forms.0.variables.0.unit",
     "未知的计量单位", "unknown unit of measure"),
    ("due: {days: 10}\n    variables", "due: {days: ten}\n    variables", "plan_value_wrong", "forms.0.due.days",
     "应为整数", "integer"),
    ("after: [launch]", "after: [application]", "plan_reference_broken", "phases.collection.after.0", "排在它前面", "before"),
    ("kind: series", "kind: table", "plan_value_wrong", "forms.0", "应为", "series, register"),
    ("first: 2024-02", "first: 2024-Q1", "plan_value_wrong", "forms.0", "不是", "is not a"),
    ("part: value_added,", "part: value_add,", "plan_reference_broken", "forms.industry.checks.va_within_output",
     "本表没有", "not in"),
])
def test_one_fault_is_one_problem_at_its_line(old, new, code, place, zh, en):
    text = demo((old, new))
    [problem] = problems(text)
    assert (problem.code, problem.place) == (code, place)
    assert zh in problem.message.zh
    assert en in problem.message.en
    changed = next(n for n, (a, b) in enumerate(zip(demo().splitlines(), text.splitlines(), strict=True), 1) if a != b)
    # A fault of a whole item is told at its first line.
    line = int(problem.at.rpartition(":")[2])
    first = changed if place.count(".") != 1 else max(n for n, t in enumerate(text.splitlines(), 1)
                                                     if n <= changed and t.startswith("  - "))
    assert line in (changed, first)
    assert str(problem).startswith(f"p.yaml:{line}: {place}")


TARGET = "{target: {at_least: 60}, due: 2024-07, source: 附件 第1项}"


def target(written: str) -> str:
    return demo((TARGET, TARGET.replace("{at_least: 60}", written)))


def dated(written: str) -> str:
    return demo((TARGET, TARGET.replace("due: 2024-07", written)))


@pytest.mark.parametrize(("written", "place", "zh", "en"), [
    ("{at_lest: 600}", "target.at_lest", "是否为 at_least", "did you mean at_least"),
    ("{any_of: [{at_lest: 60}, {at_least: 5}]}", "target.any_of.0.at_lest", "是否为 at_least", "did you mean at_least"),
    ("{any_off: [{at_least: 60}, {at_least: 5}]}", "target.any_off", "是否为 any_of", "did you mean any_of"),
    ("{whole: {at_least: 6}, of_whch: [{at_least: 5}]}", "target.of_whch", "是否为 of_which", "did you mean of_which"),
    ("{unquantifed: 大幅}", "target.unquantifed", "是否为 unquantified", "did you mean unquantified"),
    ("{tiers: [{zones: 2, atleast: 60}]}", "target.tiers.0.atleast", "是否为 at_least", "did you mean at_least"),
    ("{at_least: 60, milestone: survey}", "target.at_least", "不能与 milestone 写在同一层", "cannot stand beside milestone"),
    ("{at_least: 60, due: 2024-12}", "target.due", "应与 target 并列", "beside target"),
    ("60", "target", "{at_least: 600}", "{at_least: 600}"),
    ("[{at_least: 60}]", "target", "不用列表", "no list"),
    ("{any_of: {at_least: 60}}", "target.any_of", "在第一个键前加 -", "put a - before"),
    ("{each_zone: all, target: {at_least: 5}}", "target.each_zone", "写成 [all]", "write [all]"),
    ("{at_least: 600亿元}", "target.at_least", "写成 600，数字不带单位", "write 600; 亿元 does not belong here"),
    ("{at_least: 30%}", "target.at_least", "写成 30，% 写在计量单位里", "write 30; the % belongs into the unit of measure"),
    ('{at_least: "1,000"}', "target.at_least", "写成 1000", "write 1000"),
    ('{at_least: "≥ 60"}', "target.at_least", "写成 60", "write 60"),
    ("{at_least: ６００}", "target.at_least", "全角数字，改为半角 600", "full-width figures: write 600"),
    ("{at_least: 6, growth: yearly}", "target.growth", "应为 year", "expected year"),
    ("{at_least: 6, times_of: 2020年}", "target.times_of", "写成 2020", "write 2020"),
    ("{at_least: 6, growth: year, increase: year}", "target", "只能有一种推算方式", "one derivation at most"),
    ("{any_of: [{at_least: 6}, {against: zzz, at_least: 5}]}", "target.any_of.1.against", "没有参照数列", "no reference"),
    ("{all_of: [{at_least: 6}, {zone: zzz, at_least: 5}]}", "target.all_of.1.zone", "没有园区", "no zone"),
])
def test_a_wrong_target_is_told_with_what_to_write(written, place, zh, en):
    [problem] = problems(target(written))
    assert problem.place.split(".", 2)[2].removeprefix("targets.0.").removeprefix("0.") == place
    assert problem.at == f"p.yaml:{line_with(demo(), TARGET)}"
    assert zh in problem.message.zh
    assert en in problem.message.en


@pytest.mark.parametrize(("written", "key", "zh", "en"), [
    ("due: 20xx-09", "due", "写在 due_masked: 20xx-09", "goes into due_masked: 20xx-09"),
    ("due: 20XX-9", "due", "写在 due_masked: 20xx-09", "goes into due_masked: 20xx-09"),
    ("due_masked: 20XX-9", "due_masked", "写成 20xx-09", "write 20xx-09"),
    ("due_masked: 2024-09", "due_masked", "年份被隐去的日期", "with its year masked"),
    ("due: 2024-9", "due", "写成 2024-09", "write 2024-09"),
    ("due: 2024年9月底前", "due", "写成 2024-09", "write 2024-09"),
    ("due: 2024.9.30", "due", "写成 2024-09-30", "write 2024-09-30"),
    ("due: 20240930", "due", "写成 2024-09-30", "write 2024-09-30"),
    ("due: 2024-02-30", "due", "应为日期", "expected a date"),
    ("due: ２０２４-09", "due", "改为半角 2024-09", "write 2024-09"),
    ("at_least: 60", "at_least", "应写在 target 之内", "belongs into target"),
    ("role: 目标", "role", "是否为 goal", "did you mean goal"),
    ("binding: 是", "binding", "true 或 false", "true or false"),
    ("due: 2024-07, due_masked: 20xx", "", "只能写一个", "not both"),
])
def test_a_wrong_statement_is_told_with_what_to_write(written, key, zh, en):
    [problem] = problems(dated(written))
    assert problem.place == ".".join(filter(None, ("indicators.0.targets.0", key)))
    assert problem.at == f"p.yaml:{line_with(demo(), TARGET)}"
    assert zh in problem.message.zh
    assert en in problem.message.en


@pytest.mark.parametrize(("due", "zh", "en"), [
    ("", "没有写", "has none"), (", due: 2024-07", "只能以一个为准", "one of them can"),
])
def test_what_binds_beside_another_has_a_day_of_its_own(due, zh, en):
    first = TARGET.replace("}, due", "}, binding: true, due")
    second = "{target: {at_least: 99}, binding: true, source: 正文 九" + due + "}"
    [problem] = problems(demo().replace(TARGET, f"{first}, {second}"))
    assert zh in problem.message.zh
    assert en in problem.message.en


@pytest.mark.parametrize(("old", "new", "zh", "en"), [
    ("starts: 2024-01\n", "starts: 20xx-01\n", "须为确定的日期", "must be known here"),
    ("issued: 2024-01-02", "issued: 20xx-01-02", "写在 issued_masked: 20xx-01-02", "goes into issued_masked"),
    ("level: municipal", "level: 市级", "是否为 municipal", "did you mean municipal"),
    ("area_km2: 5", "area_km2: 5平方公里", "数字不带单位", "平方公里 does not belong here"),
    ("number: 示例〔2024〕1号", "number: 20", '加引号，写成 "20"', 'quote it: "20"'),
    ("zone: {id", "zone:\n  - {id", "只有一项，不用列表", "no list"),
    ("responsible: [science], due", "responsible: science, due", "写成 [science]", "write [science]"),
    ("{kind: no_open_errors, id: clean}", "no_open_errors", "写成 {kind: no_open_errors, id: …}", "write {kind: no_open"),
    ("deliverables: [{id: report, name: 调研报告}]", "deliverables: 调研报告",
     "写成 [{id: …, name: 调研报告}]", "write [{id"),
    ("due: {days: 10}\n    variables", "due: 10\n    variables", "写成 {days: 10}", "write {days: 10}"),
    ("{gross_output: {variable: gross_output}}", "{gross_output: gross_output}", "写成 {variable: gross_output}",
     "write {variable"),
    ("{at_least: 60}", "{increase: 10}", "{increase: year, at_least: 10}", "the number goes with a comparator"),
    ("{kind: no_open_errors, id: clean}", "{id: clean}", "kind 可用：returns_complete", "known kinds: returns_complete"),
    ("codes: {EQ: 装备制造, BIO: 生物医药, IT: 电子信息}", "codes: [EQ, BIO]", "键: 值", "key: value"),
    ("id: committee, name", "id: 管委会, name", "如 science_bureau", "e.g. science_bureau"),
    ("      deadline: 2024-02\n", "", "缺少必填项 deadline（关口期限）", "deadline is missing (gate deadline)"),
    ("deadline: 2024-02\n", "deadline: 2024-02\n      after: []\n", "应与 gate 并列", "beside gate"),
])
def test_everyday_mistakes_are_told_with_what_to_write(old, new, zh, en):
    [problem] = problems(demo((old, new)))
    assert zh in problem.message.zh
    assert en in problem.message.en


def test_all_problems_are_told_by_line():
    text = demo(("level: municipal", "level: village"), ("days: 10", "days: -1"), ("supervision_after: 5",
        "supervision_after: 0"))
    lines = [int(p.at.rpartition(":")[2]) for p in problems(text)]
    assert lines == sorted(lines)
    assert len(lines) == 3
    assert line_with(text, "village") in lines


def test_a_broken_item_does_not_make_its_list_too_short():
    told = problems(demo(("formula: gross_output, inputs", "formla: gross_output, inputs")))
    assert {p.code for p in told} == {"plan_key_unknown"}


def test_a_key_that_stands_twice():
    text = demo(("zone: {id: demo_zone,", "zone: {id: demo_zone, level: national,"))
    [problem] = problems(text)
    assert (problem.code, problem.place) == ("plan_key_twice", "zone.level")
    assert problem.at == f"p.yaml:{line_with(text, 'level: national')}"


@pytest.mark.parametrize(("old", "new", "place", "zh", "en"), [
    ("    kind: launch\n", "    kind: launch\n    due: 2024-02\n", "phases.0.due", "此处可用：after、ends",
     "known here: after, ends"),
    ("{at_least: 60}", "{any_of: [{at_least: 60}, {at_least: 5}], all_of: []}", "indicators.0.targets.0.target.all_of",
     "any_of", "any_of"),
    ("{kind: no_open_errors, id: clean}", "{kind: no_open_errors, id: clean, share: 1}", "phases.1.gate.criteria.1.share",
     "此处可用：forms、id、kind", "known here: forms, id, kind"),
])
def test_a_key_that_is_right_elsewhere_is_told_with_those_of_its_place(old, new, place, zh, en):
    [problem] = problems(demo((old, new)))
    assert (problem.code, problem.place) == ("plan_key_unknown", place)
    assert zh in problem.message.zh
    assert en in problem.message.en


@pytest.mark.parametrize(("old", "new", "place", "at"), [
    ("    responsible: [science]\n    source: 附件 第1项",
     "    responsible:\n      - committee\n      - zzz\n    source: 附件 第1项",
     "indicators.gross_output.responsible.1", "- zzz"),
    ("{unit: science, value: 3}", "{unit: zzz, value: 3}", "indicators.hnte.quotas.0.unit", "unit: zzz"),
    ("{id: science, name: 区科技局}", "{id: science, name: 区科技局}\n  - {id: science, name: 另一局}", "units.4.id",
     "另一局"),
    ("id: heavy_output,", "id: light_output,", "forms.industry.variables.3.id", "重工业总产值"),
    ("{id: report, name: 调研报告}", "{id: report, name: 调研报告}, {id: report, name: 又一报告}",
     "tasks.survey.deliverables.1.id", "又一报告"),
])
def test_a_broken_reference_or_a_second_id_is_told_where_it_stands(old, new, place, at):
    text = demo((old, new))
    [problem] = [p for p in problems(text) if p.place == place]
    assert problem.at == f"p.yaml:{line_with(text, at)}"
    if "zzz" in new:
        assert "可用：government、supervision" in problem.message.zh
        assert "known: government, supervision" in problem.message.en


@pytest.mark.parametrize(("old", "new", "value"), [
    ("deadline: 2024-06\n", "deadline: 20240630\n", "20240630"), ("issued: 2024-01-02", "issued: 0", "0"),
    ("before: [7, 3, 1]", "before: [-7]", "-7"), ("overdue: [1, 3]", "overdue: [0]", "0"),
    ("kind: no_open_errors", "kind: no_open_error", "no_open_error"), ("id: clean}", "id: complete}", "complete"),
    ("first: 2024-02", "first: 2024-07", "2024-07"), ("unit: 亿元, kind: cumulative, max", "unit: 亿, kind: stock, max", "亿元"),
    ("starts: 2024-01\n", "starts: 2024-03\n", "2024-03-01"), ("{at_least: 60}", "{at_least: 60, of: other}", "other"),
])
def test_both_languages_name_the_value_and_what_was_expected(old, new, value):
    [problem] = problems(demo((old, new)))
    assert value in problem.message.zh
    assert value in problem.message.en
    assert len(problem.message.zh) > len(value) + 5
    assert not any("\u4e00" <= c <= "\u9fff" and c not in "亿元美" for c in problem.message.en)


def test_a_tab_and_an_empty_file_are_told_in_chinese_too():
    [tab], [empty] = problems("a: 1\n\tb: 2\n"), problems("")
    assert "制表符" in tab.message.zh
    assert "空的" in empty.message.zh


def test_an_unquoted_comma_is_explained():
    [problem] = problems(demo(("en: Gross industrial output}", "en: Output of 10,000 yuan}")))
    assert "加引号" in problem.message.zh
    assert "quoted" in problem.message.en


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "3"])
def test_what_is_no_mapping(text):
    [problem] = problems(text)
    assert problem.code == "plan_unreadable"


@pytest.mark.parametrize(("text", "line"), [("a: 1\nb: [1, 2\nc: 3\n", 3), ("a: 1\n\tb: 2\n", 2), ("a: 1\nb: '\x01'\n", 2)])
def test_what_is_no_yaml_is_told_with_its_line(text, line):
    [problem] = problems(text)
    assert problem.code == "plan_unreadable"
    assert problem.at == f"p.yaml:{line}"


@pytest.mark.parametrize("text", ["a: &x [*x]\n", "a: &a [1]\nb: [*a, *a]\n", "? [1, 2]\n: 3\n", "[" * 3000,
    "a: !!python/object:os.system x"])
def test_strange_yaml_is_refused_and_never_crashes(text):
    assert problems(text)


def test_no_word_becomes_a_boolean_a_time_or_an_octal_number():
    plan = parse_plan(demo(("name: 示例园区,", "name: no,"), ("number: 示例〔2024〕1号", "number: 12:30"),
        ("title: 示例工作方案", "title: 010")))
    assert (plan.zone.name.zh, plan.document.number, plan.document.title) == ("no", "12:30", "010")


def test_a_plan_is_read_alike_with_a_byte_order_mark(tmp_path):
    (tmp_path / "demo").mkdir()
    file = tmp_path / "demo" / "plan.yaml"
    file.write_text(demo(), encoding="utf-8-sig")
    assert plan_hash(load_plan(file)) == plan_hash(load_plan(DEMO))


def test_a_file_in_another_encoding_is_a_problem_of_the_plan(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_bytes(demo().encode("gb18030"))
    with pytest.raises(PlanError) as refused:
        load_plan(file)
    [problem] = refused.value.problems
    assert "UTF-8" in problem.message.zh


def test_the_id_is_the_folders_name_unless_it_is_a_draft(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(demo(), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        load_plan(file)
    assert refused.value.problems[0].code == "plan_id_is_not_folder"
    assert load_plan(file, id_is_folder=False).id == "demo"


def test_an_unknown_campaign_names_the_known_ones():
    with pytest.raises(UsageError) as refused:
        find_plan(DEMO.parents[1], "dmeo")
    assert "demo" in refused.value.render("zh")
    assert list(plan_files(DEMO.parents[1])) == sorted(plan_files(DEMO.parents[1]))


def test_the_same_plan_written_otherwise_has_the_same_hash(demo_plan):
    rewritten = yaml.safe_dump(yaml.safe_load(demo()), allow_unicode=True, sort_keys=True)
    assert plan_hash(parse_plan(rewritten)) == plan_hash(demo_plan)
    assert plan_hash(parse_plan(demo(("{at_least: 60}", "{at_least: 61}")))) != plan_hash(demo_plan)


def test_a_plan_goes_through_json_and_back(demo_plan, kaizhou_plan):
    for plan in (demo_plan, kaizhou_plan):
        text = json.dumps(plan.model_dump(mode="json", by_alias=True, exclude_none=True), ensure_ascii=False)
        # None means "no lower bound" where the default is 0, so it is kept there.
        again = Plan.model_validate(json.loads(json.dumps(plan.model_dump(mode="json", by_alias=True))))
        assert again == plan
        assert json.loads(text)["id"] == plan.id


def problems_or_none(text: str) -> tuple[str, ...]:
    """The problems of a text that may or may not be a plan; a refusal without a problem would leave its author alone."""
    try:
        parse_plan(text, file="p.yaml")
    except PlanError as error:
        return error.problems or ("refused without a reason",)
    return ()


@settings(max_examples=60)
@given(st.data())
def test_a_line_cut_out_is_told_and_never_crashes(data):
    lines = demo().splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    text = "".join(lines[:at] + lines[at + 1:])
    assert all(str(p).startswith("p.yaml:") for p in problems_or_none(text))
