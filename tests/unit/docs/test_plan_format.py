"""Every example of the page of the format is a plan, and the page speaks of everything that a plan may hold."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
import yaml

from gaoxin.plan.base import Label
from gaoxin.plan.checks import KINDS as CHECKS
from gaoxin.plan.fields import all_models, fields_of
from gaoxin.plan.forms import Severity
from gaoxin.plan.mappings import Mapping
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import parse_plan
from gaoxin.plan.targets import DERIVATIONS, Comparator
from gaoxin.planning.check.checks import check_plan

FORMAT = runpy.run_path(str(Path(__file__).resolve().parents[3] / "docs" / "plan_format.py"))
EXAMPLES = dict(FORMAT["examples"]())
PAGE = FORMAT["page"]()
PARTS = [m for m in all_models(Plan) if m is Label or m not in all_models(Mapping)]  # mappings have a page of their own


def loaded(data: dict, folder: Path) -> Plan:
    (folder / "province_growth.csv").write_text(FORMAT["EXAMPLES"]["csv"], encoding="utf-8")
    return parse_plan(yaml.safe_dump(data, allow_unicode=True), folder=folder)


@pytest.mark.parametrize("part", sorted(EXAMPLES))
def test_an_example_loads_as_part_of_a_plan(part, tmp_path):
    plan = loaded(EXAMPLES[part], tmp_path)
    base = loaded(FORMAT["skeleton"](), tmp_path)
    assert plan != base, "the example changes nothing"
    assert not [f for f in check_plan(plan) if f.severity is Severity.ERROR]
    assert Plan.made_of(plan.model_dump(mode="json", by_alias=True)) == plan, "a version that is stored is read back"


@pytest.mark.parametrize(("said", "written"), FORMAT["TARGETS"])
def test_a_target_of_the_table_loads_and_is_told(said, written, tmp_path):
    plan = loaded(FORMAT["with_target"](written), tmp_path)
    assert plan.indicator("gross_output").targets[0].target
    assert f"| {said} | `{written}` |" in PAGE
    assert Plan.made_of(plan.model_dump(mode="json", by_alias=True)) == plan


def test_every_comparator_and_derivation_stands_in_the_table():
    table = " ".join(written for _, written in FORMAT["TARGETS"])
    for key in (*Comparator, *DERIVATIONS, "any_of", "all_of", "of_which", "each_zone", "tiers", "plan_share", "milestone",
                "unquantified"):
        assert f"{key}:" in table, key


def test_every_part_of_the_model_is_on_the_page_once():
    shown = [name for _, _, _, models in FORMAT["PARTS"].values() for name in models]
    assert len(shown) == len(set(shown))
    assert {*shown, "Plan", "Label", "Source"} == {m.__name__ for m in PARTS}
    assert set(FORMAT["PARTS"]) == set(FORMAT["EXAMPLES"]) - {"csv"}


def test_the_examples_use_nearly_every_key_of_their_parts():
    text = "\n".join(FORMAT["EXAMPLES"].values())
    keys = {f.alias or name for m in PARTS for name, f in fields_of(m).items()}
    targets = " ".join(written for _, written in FORMAT["TARGETS"]) + " ".join(kind.example for kind in CHECKS)
    unused = {key for key in keys if f"{key}:" not in text and f"{key}:" not in targets}
    assert unused <= {
        "schema", "place", "note", "skip", "template", "allow_empty", "max", "tolerance", "issued_masked", "published", "summary",
        "deputy_role", "assessment", "office_staff", "mappings",
    }
