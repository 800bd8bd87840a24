"""The words and the JSON Schema of plan.yaml: complete, and of one mind with the loader."""

from __future__ import annotations

import copy
import subprocess
import sys

import pytest
import yaml
from jsonschema import Draft7Validator

from gaoxin.errors import PlanError
from gaoxin.plan.fields import about, all_models, fields_of, name_of
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import PlanYaml, parse_plan
from gaoxin.planning.authoring.schema import plan_schema
from tests.plan_texts import DEMO, ROOT, demo

SCHEMA = plan_schema()
VALIDATOR = Draft7Validator(SCHEMA)
PLANS = sorted([*ROOT.glob("dags/*/plan.yaml"), *ROOT.glob("tests/plans/*/plan.yaml")])


def test_every_key_of_every_model_has_words_in_both_languages():
    models = all_models(Plan)
    assert len(models) > 50
    for model in models:
        for key in ("", *fields_of(model)):
            words = about(model, key).text
            assert words.zh, (model, key)
            assert words.en, (model, key)
            assert not any("\u4e00" <= c <= "\u9fff" for c in name_of(model, key).en), (model, key)


def test_it_is_a_schema_in_which_every_reference_leads_somewhere():
    Draft7Validator.check_schema(SCHEMA)
    named = [step for step in _references(SCHEMA)]
    assert len(named) > 100
    assert {n.removeprefix("#/definitions/") for n in named} <= set(SCHEMA["definitions"])


def _references(part):
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def test_unknown_keys_are_refused_everywhere():
    objects = [d for d in SCHEMA["definitions"].values() if d.get("type") == "object"]
    objects += [o for d in SCHEMA["definitions"].values() for o in d.get("anyOf", ()) if o.get("type") == "object"]
    assert len(objects) > 50
    assert all(o["additionalProperties"] is False for o in (*objects, SCHEMA))


@pytest.mark.parametrize("file", PLANS, ids=lambda f: f.parent.name)
def test_every_plan_of_the_project_is_valid(file):
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=PlanYaml)
    assert [f"{'.'.join(map(str, e.path))}: {e.message[:200]}" for e in VALIDATOR.iter_errors(data)] == []


@pytest.mark.parametrize(("old", "new"), [
    ("level: municipal", "level: village"), ("{at_least: 60}", "{at_lest: 60}"), ("{at_least: 60}", "60"),
    ("{at_least: 60}", "{at_least: 60, at_most: 70}"), ("{at_least: 60}", "{at_least: 600亿元}"),
    ("{at_least: 60}", "{at_least: 30%}"),
    ("{at_least: 60}", "{at_least: 6, growth: year, increase: year}"), ("{at_least: 60}", "{any_of: [{at_least: 60}]}"),
    ("{at_least: 60}", "{at_least: 60, milestone: survey}"), ("due: 2024-07, source", "due: 20xx-07, source"),
    ("due: 2024-07, source", "due: 2024-7, source"), ("deadline: 2024-06\n", "deadline: 2024-13\n"),
    ("unit: 亿元, formula", "unit: 亿, formula"), ("unit: 亿元, formula", "unit: 亿元/亿, formula"), ("days: 10}", "days: ten}"),
    ("days: 10}", "days: -1}"), ("kind: series", "kind: table"), ("{kind: no_open_errors, id: clean}", "no_open_errors"),
    ("{kind: no_open_errors, id: clean}", "{kind: no_open_errors, id: clean, share: 1}"), ("first: 2024-02", "first: 2024-Q5"),
    ("id: committee, name", "id: 管委会, name"), ("number: 示例〔2024〕1号", "number: 20"), ("formula: gross_output, ", ""),
    ("responsible: [science]\n    source: 附件 第1项", "responsible: science\n    source: 附件 第1项"),
    ("not_yet_due: on_track, choice: early_gate", "not_yet_due: on_track"), ("schema: 1\n", ""), ("forms:\n", "form:\n"),
    ("day: 10, choice: cadence}", "day: 10}"), ("type: date}", "type: code}"), ("issued: 2024-01-02", "issued: 2024-01"),
    (", due: 2024-02, phase: launch", ", phase: launch"),
])
def test_what_the_loader_refuses_the_schema_refuses(old, new):
    text = demo((old, new))
    assert list(VALIDATOR.iter_errors(yaml.load(text, Loader=PlanYaml)))
    with pytest.raises(PlanError):
        parse_plan(text)


def test_short_forms_are_valid():
    data = yaml.load(DEMO.read_text(encoding="utf-8"), Loader=PlanYaml)
    for name in ("园区", {"zh": "园区"}, {"zh": "园区", "en": "Park"}):
        changed = copy.deepcopy(data)
        changed["zone"]["name"] = name
        assert VALIDATOR.is_valid(changed)
    for target in ({"times_of": 2020, "at_least": 2}, {"times_of": "2020", "at_least": 2}, {"unquantified": "大幅"},
                   {"each_zone": ["all"], "target": {"at_least": 1}}, {"at_least": "60.5"}):
        changed = copy.deepcopy(data)
        changed["indicators"][0]["targets"][0]["target"] = target
        assert VALIDATOR.is_valid(changed), target


def test_reading_a_plan_and_starting_the_command_line_import_none_of_this():
    code = "import gaoxin.plan.reading.loader, gaoxin.blueprint.blueprint, gaoxin.cli.main, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "gaoxin.plan.reading.loader" in loaded
    assert [m for m in loaded if m.startswith(("gaoxin.planning.authoring", "gaoxin.plan.words"))] == []
