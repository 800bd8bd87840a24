"""One thing is one file: a made-up check of each sort, kind of target, criterion and rule, added to a copy of the library.

Each is added by the files that docs/architecture.md names and by nothing else; then the command line of the copy must know
them: reading a plan, checking and showing it, judging a return, following an indicator, deciding a gate, in both languages.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy import text as statement
from sqlalchemy.pool import NullPool

import gaoxin

ROOT = Path(__file__).resolve().parents[2]

# What a developer would write, file by file. Nothing else is touched.
ADDED = {
    "plan/checks/apart.py": '''
"""Two figures that are never the same."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from gaoxin.i18n import Code, Text, Worded
from gaoxin.plan.base import Id, Key, WithinForm
from gaoxin.plan.checks.base import SEVERITY, Judged, OfFigures, Reported, Severity, figure

TITLE = Code("checks.apart.title", "{one} 与 {other} 不相等", "{one} differs from {other}", one=Text, other=Text)
SAME = Code(
    "checks.apart", "与{other}（{cell}）同为 {value}", "the same {value} as {other} ({cell})",
    other=Worded, cell=str, value=Decimal,
)


class Apart(OfFigures):
    """Two figures are never the same."""

    words = Key("两数不等", "apart: two figures differ")

    kind: Literal["apart"]
    id: Id
    one: Annotated[WithinForm, Key("其一：变量编号", "one: a variable")]
    other: Annotated[WithinForm, Key("其二：变量编号", "other: a variable")]
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return Decimal("0.001"), None

    def title(self, names: Mapping[Id, Text]) -> tuple[Code, dict[str, Any]]:
        return TITLE, {"one": names[self.one], "other": names[self.other]}

    def message(self) -> Code:
        return SAME

    def measure(self, given: Mapping[Id, Reported]) -> Judged:
        one, other = given[self.one], given[self.other]
        return Judged(abs(figure(one) - figure(other)), {"other": other.name, "cell": other.cell, "value": figure(one)})
''',
    "quality/checks/thirteen.py": '''
"""No figure is thirteen."""

from __future__ import annotations

from collections.abc import Iterable

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import BETWEEN, Check, Expectation, cell_rule
from gaoxin.quality.frames import Given

TITLE = Code("quality.thirteen.title", "不是十三", "is not thirteen")
IS = Code("quality.thirteen", "{name}填了十三", "{name} is thirteen", name=Text)


class Thirteen(Check):
    def on_cells(self, form: Form) -> Iterable[Expectation]:
        return cell_rule(form.variables if form.kind == "series" else [], "thirteen", BETWEEN, "thirteen", [1],
                         max_value=0, title=TITLE, message=IS)

    def compute(self, given: Given) -> None:
        for cell in given.cells():
            if cell.value is not None:
                given.frame.put(cell.row, "thirteen", float(cell.value == 13))
''',
    "plan/targets/ends_in.py": '''
"""A figure whose last digit is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Key
from gaoxin.plan.target import Truth
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Judged, Names, TargetKind
from gaoxin.plan.world import World

TOLD = Code("target.ends_in", "末位为 {digit}", "ends in {digit}", digit=int)


class EndsIn(TargetKind):
    """Met when the whole part of the figure ends in a digit."""

    marks = ("ends_in",)
    words = Key("末位目标：整数部分的末位", "ends in: the last digit of the whole part")
    examples = (("末位为 8", "{ends_in: 8}"),)

    ends_in: Annotated[int, Key("末位数字", "ends in: a digit")]

    def judge(self, world: World, measures: Sequence[Measure], zone: str | None = None) -> Judged:
        found = world.latest(measures[0].id, zone)
        if found.value is None:
            return Judged(Truth.UNKNOWN, self, self, unit=measures[0].unit, reason=found.reason)
        truth = Truth.MET if int(found.value) % 10 == self.ends_in else Truth.NOT_MET
        return Judged(truth, self, self, found.value, measures[0].unit, found.period)

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        return TOLD(digit=self.ends_in)
''',
    "plan/criteria/on_weekday.py": '''
"""A gate that opens on one day of the week alone."""

from __future__ import annotations

from typing import Annotated, Literal

from gaoxin.plan.base import Key
from gaoxin.plan.criteria.base import Criterion


class OnWeekday(Criterion):
    kind: Literal["on_weekday"]
    weekday: Annotated[int, Key("星期：1 至 7", "weekday: 1 to 7")]

    words = Key("星期：只在这一天通过", "weekday: passes on that day alone")
''',
    "gates/criteria/on_weekday.py": '''
"""A gate that opens on one day of the week alone."""

from __future__ import annotations

from gaoxin.gates.judging import Case, Judgement, judged
from gaoxin.gates.model import CriterionResult, Shortfall
from gaoxin.i18n import Code
from gaoxin.plan.criteria.on_weekday import OnWeekday

IS = Code(
    "gates.on_weekday", "今天是星期 {today}，要求星期 {wanted}", "today is weekday {today}, wanted is {wanted}",
    today=int, wanted=int,
)


class Weekday(Judgement[OnWeekday]):
    of = OnWeekday

    def judge(self, case: Case, c: OnWeekday) -> CriterionResult:
        told = IS(today=case.today.isoweekday(), wanted=c.weekday)
        wrong = case.today.isoweekday() != c.weekday
        return judged(c, not wrong, told, (), (Shortfall(case.plan.governance.office, told, c.id),) if wrong else ())
''',
    "planning/check/rules/short.py": '''
"""Names of one character."""

from __future__ import annotations

from collections.abc import Iterator

from gaoxin.i18n import Worded
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, of_plan

PLACE = 900

NAME_SHORT = of_plan(
    "name_short", "warning", ("名称只有一个字", "a name of one character"), ("改名称", "another name"),
    "名称“{name}”只有一个字", "the name {name} has one character", name=Worded,
)


def short(plan: Plan) -> Iterator[PlanFinding]:
    """A name of one character tells nobody anything."""
    for indicator in plan.indicators:
        if len(indicator.name.zh) == 1:
            yield NAME_SHORT.warning(indicator)
''',
}


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    """A copy of the library with the made-up files in it."""
    folder = tmp_path_factory.mktemp("library")
    copied = folder / "plugins" / "gaoxin"
    shutil.copytree(Path(gaoxin.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in ADDED.items():
        assert not (copied / name).exists()
        (copied / name).write_text(text.lstrip(), encoding="utf-8")
    for beside in ("sql", "expectations"):
        (folder / beside).symlink_to(ROOT / beside)
    return folder / "plugins"


@pytest.fixture(scope="module")
def ask(library, cluster, template_database, tmp_path_factory):
    """The copy's command line, in an installation of its own with a campaign that uses all that was made up."""
    home = tmp_path_factory.mktemp("made_up")
    campaign = home / "dags" / "demo"
    campaign.mkdir(parents=True)
    text = (ROOT / "tests" / "plans" / "demo" / "plan.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("    checks:\n      - {kind: part_of, id: va_within_output",
         "    checks:\n      - {kind: apart, id: not_same, one: light_output, other: heavy_output}\n"
         "      - {kind: part_of, id: va_within_output"),
        ("        - {kind: deliverables_present, id: work_done}", "        - {kind: on_weekday, id: monday, weekday: 1}"),
        ("targets: [{target: {at_least: 60}, due: 2024-07, source: 附件 第1项}]",
         "targets: [{target: {any_of: [{ends_in: 8}, {at_least: 600}]}, due: 2024-07, source: 附件 第1项}]"),
        ("name: {zh: 工业增加值率, en: Value-added rate}", "name: 率"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (campaign / "plan.yaml").write_text(text, encoding="utf-8")
    engine = create_engine(cluster.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(statement(f"create database made_up_kinds template {template_database}"))
    url = cluster.url("made_up_kinds")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("GAOXIN_")},
        "PYTHONPATH": str(library), "GAOXIN_HOME": str(home), "GAOXIN_PLANS": str(home / "dags"),
        "GAOXIN_DATABASE_URL": url.render_as_string(hide_password=False),
    }

    def run(*args: object, status: int = 0, lang: str = "zh") -> dict[str, Any]:
        script = (
            f"import sys, gaoxin; assert gaoxin.__file__.startswith({str(library)!r}); "
            "from gaoxin.cli.main import run; sys.exit(run())"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, *map(str, args), "--json", "--lang", lang], capture_output=True, text=True,
            env=environment, cwd=home,
        )
        assert done.returncode == status, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    return run


def test_a_plan_that_uses_them_is_read_checked_and_shown(ask):
    for lang, words in (("zh", "名称“率”只有一个字"), ("en", "the name 率 has one character")):
        found = [f for f in ask("plan", "check", "demo", lang=lang)["findings"] if f["code"] == "name_short"]
        assert [(f["severity"], f["subject"], f["message"]) for f in found] == [("warning", "indicators.value_added_rate", words)]
    shown = json.dumps(ask("plan", "show", "demo"), ensure_ascii=False)
    for word in ('"ends_in": 8', '"kind": "on_weekday"', '"kind": "apart"'):
        assert word in shown


def filled(ask, folder: Path, *values: float) -> Path:
    import openpyxl

    file = folder / "february.xlsx"
    ask("returns", "template", "demo", "--form", "industry", "--unit", "committee", "--period", "2024-02", "-o", file)
    book = openpyxl.load_workbook(file)
    for row, value in enumerate(values, 2):
        book["数据"].cell(row, 4).value = value
    book.save(file)
    return file


def test_a_return_is_judged_by_them(ask, tmp_path):
    file = filled(ask, tmp_path, 48, 13, 24, 24, 120)
    for lang, same, thirteen in (
        ("zh", "与重工业总产值（数据!D5）同为 24", "工业增加值填了十三"),
        ("en", "the same 24 as 重工业总产值 (数据!D5)", "工业增加值 is thirteen"),
    ):
        [judged] = ask("returns", "check", file, status=1, lang=lang)["returns"]
        assert {f["rule"]: (f["cell"], re.sub("^.*?(：|: )", "", f["message"])) for f in judged["findings"]} == {
            "check.not_same": ("D4", same), "value_added.thirteen": ("D3", thirteen),
        }


def test_an_indicator_and_a_gate_follow_them(ask, tmp_path):
    ask("returns", "submit", filled(ask, tmp_path, 48, 12, 20, 28, 120), "--as-of", "2024-03-04")
    for lang, target in (("zh", "末位为 8"), ("en", "ends in 8")):
        indicators = ask("indicators", "demo", "--as-of", "2024-03-05", lang=lang)["indicators"]
        [output] = [i for i in indicators if i["id"] == "gross_output"]
        assert output["status"] == "met"
        assert target in output["target"]
    held = ask("gate", "demo", "launch", "--as-of", "2024-02-27", status=1)
    assert [(c["id"], c["passed"], c["detail"]) for c in held["criteria"]] == [("monday", False, "今天是星期 2，要求星期 1")]
    passed = ask("gate", "demo", "launch", "--as-of", "2024-02-26", lang="en")
    told = "today is weekday 1, wanted is 1"
    assert [(c["kind"], c["passed"], c["detail"]) for c in passed["criteria"]] == [("on_weekday", True, told)]
