"""The declared findings: complete, spoken, found by their folder; and the page made from them. None can go stale unnoticed."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import gaoxin.planning.check
from gaoxin.i18n import CATALOGUE, Message
from gaoxin.plan.forms import Severity
from gaoxin.plan.reading.loader import load_plan, plan_files
from gaoxin.planning.check import rules
from gaoxin.planning.check.checks import FINDINGS, check_plan
from gaoxin.planning.check.findings import Finding, Words, of_plan
from tests.plan_texts import ROOT
from tests.unit.planning.check.checked_plans import checked

CHECK = Path(gaoxin.planning.check.__file__).parent
DOCS = Path(__file__).resolve().parents[4] / "docs"
SOURCE = "\n".join(f.read_text(encoding="utf-8") for f in CHECK.rglob("*.py"))


def declared_names() -> dict[str, str]:
    """Code -> the name under which its module declares it."""
    return {
        found.code: name for module in list(sys.modules.values()) if module.__name__.startswith(gaoxin.planning.check.__name__)
        for name, found in vars(module).items() if isinstance(found, Finding) and FINDINGS[found.code] is found
    }


def test_every_declared_finding_is_spoken_with_the_severities_that_it_declares():
    """A finding is made as `NAME.warning(…)`; whatever is chosen at run time says so with both names. `found` refuses others."""
    names = declared_names()
    assert len(names) > 70
    unspoken = []
    for code, name in names.items():
        spoken = set(re.findall(rf"\b{name}\.(error|warning|info)\b", SOURCE))
        handed_on = len(re.findall(rf"\b{name}\b", SOURCE)) > 1
        if not (spoken <= set(FINDINGS[code].severities.split()) and (spoken or handed_on)):
            unspoken.append((code, spoken))
    assert unspoken == []


def test_every_saying_is_said():
    """As tests/unit/test_messages.py has it of codes: a name that stands once is declared and never used."""
    names = [name for module in list(sys.modules.values()) if module.__name__.startswith(gaoxin.planning.check.__name__)
             for name, found in vars(module).items()
             if isinstance(found, Words) or (isinstance(found, Finding) and FINDINGS[found.code] is not found)]
    assert len(names) > 20
    assert [name for name in names if len(re.findall(rf"\b{name}\b", SOURCE)) < 2] == []


def test_a_finding_is_never_made_with_a_severity_that_it_does_not_declare():
    finding = next(f for f in FINDINGS.values() if f.severities == "info")
    with pytest.raises(ValueError, match=finding.code):
        finding.error("plan", message=next(f for f in checked()).message)
    with pytest.raises(ValueError, match="taken"):
        of_plan(finding.code, "error", finding.title, finding.decide)


def test_what_the_check_says_of_plans_is_declared_and_typed():
    """Every message is code with context, of a code of the catalogue; every severity one of those declared."""
    found = [f for file in plan_files(ROOT / "dags").values() for f in check_plan(load_plan(file))]
    assert len({f.code for f in found}) > 20
    for f in found:
        assert FINDINGS[f.code] is f.of
        assert isinstance(f.message, Message)
        assert f.message.code in CATALOGUE
        assert Severity(f.severity).value in f.of.severities.split()


def test_codes_are_ids_with_a_title_and_a_task_in_both_languages():
    for code, entry in FINDINGS.items():
        assert re.fullmatch(r"[a-z][a-z_]*", code)
        assert set(entry.severities.split()) <= {"error", "warning", "info"}
        assert entry.severities
        assert entry.title.zh, code
        assert entry.title.zh != entry.title.en, code
        assert entry.decide.zh != entry.decide.en, code


def test_the_rules_are_all_that_the_folder_holds():
    modules = sorted(f.stem for f in (CHECK / "rules").glob("*.py") if f.stem != "__init__")
    assert len(modules) > 10
    assert {rule.__module__.rpartition(".")[2] for rule in rules.RULES} == set(modules)
    for one in {rule.__module__ for rule in rules.RULES}:
        found = {n for n, made in vars(import_module(one)).items() if getattr(made, "__module__", "") == one and n[0].islower()}
        assert found == {rule.__name__ for rule in rules.RULES if rule.__module__ == one}  # what is no rule is private
    assert not [m for m in modules if re.search(rf"\b(import|from) .*rules.*\b{m}\b", (CHECK / "checks.py").read_text())]


def test_the_page_is_made_from_the_declarations():
    page = (DOCS / "plan-check.md").read_text(encoding="utf-8")
    table = runpy.run_path(str(DOCS / "plan_check.py"))["table"]()
    assert table in page, "docs/plan-check.md is stale: run .venv/bin/python docs/plan_check.py"


def test_nothing_of_the_check_is_imported_where_plans_are_only_read():
    """DAGs are parsed every few seconds; the rules are for `plan check` alone."""
    code = (
        "import sys; import gaoxin.plan.reading.loader, gaoxin.blueprint.blueprint; "
        "assert 'gaoxin.plan.model' in sys.modules; print([m for m in sys.modules if m.startswith('gaoxin.planning.check')])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"
