"""`gaoxin plan diff`: each change told once, in words, in the order of the plan; nothing where nothing changed."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gaoxin.cli.main import run
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import load_plan, parse_plan
from gaoxin.planning.authoring.diff import differences
from tests.plan_texts import DEMO, ROOT, demo

PLANS = sorted(ROOT.glob("dags/*/plan.yaml"))


@pytest.mark.parametrize(("old", "new", "kind", "subject", "field", "zh", "en"), [
    ("deadline: 2024-07\n", "deadline: 2024-08\n", "changed", "phases.application", "gate.deadline",
     "阶段“申请阶段”的关口期限由 2024-07-31 改为 2024-08-31",
     'phase "Application": gate deadline changed from 2024-07-31 to 2024-08-31'),
    ("{at_least: 60}", "{at_least: 65}", "changed", "indicators.gross_output", "targets.0.target",
     "由 ≥ 60 亿元 改为 ≥ 65 亿元", "from ≥ 60 亿元 to ≥ 65 亿元"),
    ("level: municipal", "level: national", "changed", "zone", "level", "级别由 市级 改为 国家级", "from municipal to national"),
    ("responsible: [science], due", "responsible: [science, supervision], due", "changed", "tasks.dossier", "responsible",
     "责任单位：增加 区政府督查室", "responsible: added 区政府督查室"),
    ("units: [committee, science]", "units: [science, committee]", "changed", "forms.hnte_register", "units",
     "顺序由 园区管委会、区科技局 改为 区科技局、园区管委会", "order changed from"),
    ("{unit: science, value: 3}", "{unit: science, value: 4}", "changed", "indicators.hnte", "quotas.science.value",
     "分解数“区科技局”的数值由 3 家 改为 4 家", "from 3 家 to 4 家"),
    ("name: 区科技局", "name: {zh: 区科技局, en: Science Bureau}", "changed", "units.science", "name",
     "由 “未写” 改为 “Science Bureau”", 'to "Science Bureau"'),
    (", max: 10000}", "}", "changed", "forms.industry", "variables.gross_output.max", "上限由 10000 改为 未写", "to nothing"),
    ("BIO: 生物医药", "BIO: 生物", "changed", "forms.hnte_register", "fields.industry.codes.BIO",
     "由 “生物医药” 改为 “生物”", "BIO"),
    ("  - {id: science, name: 区科技局}\n", "  - {id: science, name: 区科技局}\n  - {id: tax, name: 区税务局}\n", "added",
     "units.tax",
     "", "新增单位“区税务局”",
     "added unit"),
    ("        - {kind: warnings_explained, id: explained}\n", "", "removed", "phases.collection", "gate.criteria.explained",
     "删去阶段“数据采集阶段”的警告已说明", "removed phase"),
    ("overdue: [1, 3]", "overdue: [1, 3, 7]", "changed", "reminders", "overdue", "催报的逾期几个工作日催报：增加 7", "added 7"),
    ("source: 三1\n    gate", "source: 三2\n    gate", "changed", "phases.launch", "source", "出处由 三1 改为 三2", "三2"),
    ("required: false", "required: true", "changed", "forms.hnte_register", "fields.revenue.required",
     "由 否 改为 是", "from no to yes"),
])
def test_one_change_is_told_once_in_words(demo_plan, old, new, kind, subject, field, zh, en):
    [change] = differences(demo_plan, parse_plan(demo((old, new))))
    assert (change.kind, change.subject, change.field) == (kind, subject, field)
    assert zh in change.message.zh
    assert en in change.message.en
    [back] = differences(parse_plan(demo((old, new))), demo_plan)
    assert (back.before, back.after) == (change.after, change.before)


def test_phases_that_change_places_are_one_change(kaizhou_plan):
    phases = kaizhou_plan.phases
    moved = kaizhou_plan.model_copy(update={"phases": (phases[0], phases[2], phases[1], *phases[3:])})
    [change] = differences(kaizhou_plan, moved)
    assert (change.kind, change.subject, change.field) == ("changed", "plan", "phases")
    assert "阶段的顺序改为" in change.message.zh


@pytest.mark.parametrize("file", PLANS, ids=lambda f: f.parent.name)
def test_a_plan_differs_from_itself_in_nothing(file):
    assert differences(load_plan(file), load_plan(file)) == ()


def test_two_plans_that_share_nothing_can_be_compared():
    plans = [load_plan(f) for f in (*PLANS[:3], DEMO)]
    assert len(plans) > 1
    for a in plans:
        for b in plans:
            changes = differences(a, b)
            assert bool(changes) == (a is not b)
            assert all(c.message.zh and c.message.en for c in changes)


def _leaves(value, path=()):
    """The texts and figures of a plan's JSON that may become others without making it another kind of thing."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _leaves(each, (*path, at))
    elif value is not None and path[-1] in (
        "zh", "place", "title", "days", "rehearse_days", "decide_days", "row", "template", "supervision_after", "worded_as",
    ):
        yield path


DATA = load_plan(ROOT / "dags" / "kaizhou_2020" / "plan.yaml").model_dump(mode="json", by_alias=True)
LEAVES = list(_leaves(DATA))


def _at(data, path):
    for step in path:
        data = data[step]
    return data


@settings(max_examples=25)
@example([("governance", "consequences", 0, "source", "place"), ("governance", "consequences", 1, "when", "zh")])
@example([("document", "annexes", 0, "columns", 0, "title"), ("document", "annexes", 0, "columns", 1, "title")])
@given(st.lists(st.sampled_from(LEAVES), min_size=1, max_size=8, unique=True))
def test_every_leaf_that_changed_is_in_exactly_one_change(paths):
    changed = json.loads(json.dumps(DATA))
    marks = {}
    for number, path in enumerate(paths):
        marks[path] = 301 + number if isinstance(_at(changed, path), int) else f"〔{number}〕"
        _at(changed, path[:-1])[path[-1]] = marks[path]
    changes = differences(Plan.model_validate(DATA), Plan.model_validate(changed))
    after = [json.dumps(c.after, ensure_ascii=False, default=str) for c in changes]
    for path, mark in marks.items():
        assert sum(str(mark) in text for text in after) == 1, (path, after)
    assert all(any(str(mark) in text for mark in marks.values()) for text in after)
    order = [list(DATA).index(c.subject.split(".")[0] if c.subject != "plan" else c.field) for c in changes]
    assert order == sorted(order)


@pytest.fixture
def plans(tmp_path, monkeypatch):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "plan.yaml").write_text(demo(), encoding="utf-8")
    (tmp_path / "new.yaml").write_text(demo(("{at_least: 60}", "{at_least: 65}")), encoding="utf-8")
    monkeypatch.setenv("GAOXIN_PLANS", str(tmp_path))
    return tmp_path


def test_the_command_tells_people_and_scripts(plans, capsys):
    assert run(["plan", "diff", "demo", str(plans / "new.yaml")]) == 0
    out = capsys.readouterr().out
    assert "≥ 60 亿元 改为 ≥ 65 亿元" in out
    assert "共 1 处" in out
    assert run(["plan", "diff", "demo", str(plans / "new.yaml"), "--json", "--lang", "en"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"a", "b", "changes"}
    [change] = said["changes"]
    assert set(change) == {"kind", "subject", "field", "before", "after", "message"}
    assert (change["before"], change["after"]) == ({"at_least": 60}, {"at_least": 65})
    assert "changed from" in change["message"]


def test_no_change_is_said_and_the_exit_status_is_asked_for(plans, capsys):
    assert run(["plan", "diff", "demo", "demo", "--exit-code"]) == 0
    assert "没有变化" in capsys.readouterr().out
    assert run(["plan", "diff", "demo", str(plans / "new.yaml"), "--exit-code"]) == 1


def test_an_old_version_may_be_piped_in(plans, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(demo().encode())))
    assert run(["plan", "diff", "-", str(plans / "new.yaml"), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["changes"]) == 1
    assert run(["plan", "diff", "-", "-"]) == 2
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO("园区".encode("gb18030"))))
    assert run(["plan", "diff", "-", "demo"]) == 2


def test_what_cannot_be_read_is_told(plans, capsys):
    assert run(["plan", "diff", "demo", "nobody"]) == 2
    (plans / "broken.yaml").write_text("schema: 1\n", encoding="utf-8")
    assert run(["plan", "diff", "demo", str(plans / "broken.yaml")]) == 1
    assert "broken.yaml" in capsys.readouterr().err
