"""Answers about plans: which there are, what one says, what is wrong with it, what changed. No database is touched."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from gaoxin.campaign.answer import Answer, as_json
from gaoxin.campaign.files import must_be_folder
from gaoxin.errors import PlanError, UsageError
from gaoxin.i18n import Lang, Text, Worded
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import load_plan, parse_plan, plan_files
from gaoxin.plan.words import wording
from gaoxin.planning.authoring.diff import Change
from gaoxin.planning.check.findings import PlanFinding
from gaoxin.settings import Settings

SCHEMA_FILE = "plan.schema.json"


class PlanSummary(Answer, beside="units"):
    """phases, indicators, tasks: how many. units: of the plan, by id."""

    id: str
    name: Worded
    zone: Worded
    level: str | None
    starts: date | None
    ends: date | None
    phases: int
    indicators: int
    tasks: int
    units: tuple[str, ...]


class BrokenPlan(Answer):
    id: str
    file: Path
    problems: tuple[Worded | str, ...]


class PlanList(Answer, beside="folder"):
    """A plan that cannot be read is told and makes the answer no: left out in silence, a campaign would vanish."""

    campaigns: tuple[PlanSummary, ...]
    broken: tuple[BrokenPlan, ...]
    folder: Path

    @property
    def exit_status(self) -> int:
        return 1 if self.broken else 0


def list_plans(settings: Settings) -> PlanList:
    campaigns, broken = [], []
    for campaign, file in plan_files(settings.plans).items():
        try:
            plan = load_plan(file)
        except PlanError as error:
            broken.append(BrokenPlan(campaign, file, tuple(str(p) for p in error.problems)))
        except UsageError as error:  # a file that this user may not read
            broken.append(BrokenPlan(campaign, file, (error.what,)))
        else:
            counted = {key: len(getattr(plan, key)) for key in ("phases", "indicators", "tasks")}
            campaigns.append(PlanSummary.of(plan, zone=plan.zone.name, level=plan.zone.level, **counted,
                                            units=tuple(u.id for u in plan.units)))
    return PlanList(tuple(campaigns), tuple(broken), settings.plans)


def plan_file(settings: Settings, named: str) -> tuple[Path, bool]:
    """The plan file that is meant, and whether it is a campaign's own. A known campaign comes first; a folder stands for the
    plan.yaml in it. Raises UsageError when there is neither."""
    known = plan_files(settings.plans)
    if named in known:
        return known[named], True
    file = Path(named)
    if file.is_dir():
        file = file / "plan.yaml"
    if file.is_file():
        return file, file.resolve() in {f.resolve() for f in known.values()}
    zh, en = ("、".join(known) or none for none in ("（无）", "(none)"))
    raise UsageError(Text(f"没有创建工作或文件 {named!r}", f"no campaign and no file {named!r}"), where=str(settings.plans),
                     todo=Text(f"可用：{zh}；或给出方案文件的路径", f"known: {en}; or give the path of a plan file"))


class PlanShown(Answer):
    """A plan whole and resolved. Its JSON has the keys of plan.yaml, every label in one language, targets in words beside what
    they are."""

    plan: Plan

    def to_json(self, lang: Lang) -> dict[str, Any]:
        plan, made = self.plan, wording.resolved(self.plan, lang)
        for phase, one in zip(plan.phases, made["phases"], strict=True):
            one |= {"deadline": phase.gate.deadline, "number": plan.number_of(phase)}
        for indicator, one in zip(plan.indicators, made["indicators"], strict=True):
            binding, unit = indicator.binding, indicator.measures[0].unit if indicator.measures else None
            target = wording.told(plan, indicator, binding.target)
            one |= {"unit": unit, "due": binding.due, "due_masked": binding.due_masked, "target": target,
                    "path": [{"due": s.due, "target": wording.told(plan, indicator, s.target)} for s in indicator.path]}
            for statement, told in zip(indicator.targets, one["targets"], strict=True):
                told["text"] = wording.told(plan, indicator, statement.target)
        for item, one in zip(plan.rows, (*made["indicators"], *made["tasks"]), strict=True):
            one |= {"answerable": plan.answerable(item), "responsible": plan.responsible(item)}
        return {key: as_json(value, lang) for key, value in made.items()}


def show_plan(settings: Settings, named: str) -> PlanShown:
    return PlanShown(_loaded(settings, named))


def _loaded(settings: Settings, named: str) -> Plan:
    file, inside = plan_file(settings, named)
    return load_plan(file, id_is_folder=inside)


class FindingClass(NamedTuple):
    """The findings of one code and severity: how many are open and decided, and those that are listed."""

    severity: Severity
    code: str
    title: Worded
    open: int
    decided: int
    listed: Sequence[PlanFinding]


class PlanChecked(Answer, beside="title every strict"):
    """totals: how many there are of each severity and each state, listed or not. every: all findings, listed or not. strict:
    whether a warning that is not decided makes the answer no, as an error does."""

    campaign: str
    file: Path
    totals: dict[str, int]
    findings: Sequence[PlanFinding]
    title: Worded | None
    every: Sequence[PlanFinding]
    strict: bool

    @property
    def waiting(self) -> int:
        """The warnings that are not decided."""
        return sum(f.severity is Severity.WARNING and f.state == "open" for f in self.every)

    @property
    def exit_status(self) -> int:
        return 1 if self.totals["error"] or (self.strict and self.waiting) else 0

    @property
    def classes(self) -> list[FindingClass]:
        counted = Counter((f.severity, f.of, f.state) for f in self.every)
        return [
            FindingClass(severity, of.code, of.title, counted[severity, of, "open"], counted[severity, of, "decided"],
                         [f for f in self.findings if (f.severity, f.of) == (severity, of)])
            for severity, of in dict.fromkeys((f.severity, f.of) for f in self.every)
        ]


def check_plan(settings: Settings, named: str, *, strict: bool, only_open: bool) -> PlanChecked:
    """A plan that cannot be loaded has findings, too: its problems."""
    from gaoxin.planning.check import checks

    file, inside = plan_file(settings, named)
    campaign, title = file.parent.name if inside else file.stem, None
    try:
        plan = load_plan(file, id_is_folder=inside)
    except PlanError as error:
        found = checks.unreadable(error)
    else:
        campaign, title, found = plan.id, plan.name, checks.check_plan(plan)
    totals = {s: sum(f.severity == s for f in found) for s in ("error", "warning", "info")}
    totals |= {s: sum(f.state == s for f in found) for s in ("open", "decided")}
    listed = [f for f in found if f.state == "open" or not only_open]
    return PlanChecked(campaign, file, totals, listed, title, found, strict)


class PlanRead(Answer):
    """named: the campaign, the file, or `-`; `from` in JSON, which is no name of a field."""

    campaign: str
    named: str

    def to_json(self, lang: Lang) -> dict[str, Any]:
        return {"campaign": self.campaign, "from": self.named}


class PlanDiff(Answer, beside="strict"):
    """strict: whether a change makes the answer no."""

    a: PlanRead
    b: PlanRead
    changes: tuple[Change, ...]
    strict: bool

    @property
    def exit_status(self) -> int:
        return 1 if self.strict and self.changes else 0

    @property
    def counts(self) -> Counter[str]:
        return Counter(c.kind for c in self.changes)


def diff_plans(settings: Settings, before: str, after: str, *, strict: bool) -> PlanDiff:
    """Each named by campaign or file, or piped in. Raises UsageError where both are to come from stdin."""
    from gaoxin.planning.authoring.diff import differences

    if before == after == "-":
        raise UsageError(Text("只能有一份从标准输入读", "only one of them can come from stdin"), where="-",
                         todo=Text("另一份写文件或编号", "name a file or a campaign for the other"))
    a, b = _read(settings, before, after), _read(settings, after, before)
    return PlanDiff(PlanRead(a.id, before), PlanRead(b.id, after), differences(a, b), strict)


def _read(settings: Settings, named: str, other: str) -> Plan:
    """The plan of a campaign, of a file, or of a text that is piped in (`-`, or a pipe's path as shells make it). The
    reference files of a piped text are looked for beside the other plan."""
    path = Path(named)
    if named != "-" and (not path.exists() or path.is_file() or path.is_dir()):
        return _loaded(settings, named)
    raw = sys.stdin.buffer.read() if named == "-" else path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(Text("不是 UTF-8 文字", "not UTF-8 text"), where=named,
                         todo=Text("转成 UTF-8 再比较", "convert it to UTF-8 first")) from error
    around = Path(other)
    folder = around.parent if around.is_file() else plan_file(settings, other)[0].parent if other != "-" else None
    return parse_plan(text, file=named, folder=folder)


class PlanBegun(Answer, beside="again"):
    """again: how the new plan is named to the commands that follow."""

    campaign: str
    folder: Path
    files: tuple[Path, ...]
    again: str


def begin_plan(settings: Settings, campaign: str, *, name: str | None, level: str, starts: str, out: Path | None) -> PlanBegun:
    """Writes a plan to begin with, its DAG file and the schema for editors. starts: a month. `-o drafts/demo` and `-o drafts`
    both make drafts/demo: a campaign's folder bears its id. Raises UsageError, also where a file is there already: nothing is
    overwritten."""
    from gaoxin.planning.authoring.starter import STUB, first_month, must_be_id, new_plan

    must_be_id(campaign)
    if name is not None and not name.strip():
        raise UsageError(Text("名称不能为空", "the name is empty"), where="--name", todo=Text("写上名称", "give a name"))
    month = first_month(starts)
    parent = out if out is not None else settings.plans
    folder = parent if out is not None and out.name == campaign else parent / campaign
    must_be_folder(folder)
    files = {
        folder / "plan.yaml": new_plan(campaign, name=name, level=level, starts=month, schema=SCHEMA_FILE),
        folder / "campaign_dags.py": STUB, folder / SCHEMA_FILE: schema_text(),
    }
    if there := [str(f) for f in files if f.exists()]:
        raise UsageError(Text(f"已有 {len(there)} 个文件，不覆盖", f"{len(there)} file(s) exist and are not overwritten"),
                         where="; ".join(there),
                         todo=Text("换一个编号，或用 -o 另选文件夹", "take another id, or another folder with -o"))
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    known = folder.resolve().parent == settings.plans.resolve()
    return PlanBegun(campaign, folder, tuple(files), campaign if known else str(folder))


class SchemaWritten(Answer):
    file: Path


def schema_text() -> str:
    """The JSON Schema of plan.yaml, for editors."""
    from gaoxin.planning.authoring.schema import plan_schema

    return json.dumps(plan_schema(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_schema(file: Path) -> SchemaWritten:
    file.write_text(schema_text(), encoding="utf-8")
    return SchemaWritten(file)
