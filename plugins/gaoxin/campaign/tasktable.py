"""The ledger of tasks in the form of the document's own table, as of any time: its rows, in its columns, with how each stands.

The columns are those that the plan gives an annex (`columns`); where it gives none, a usual table. The rows are the plan's rows
of that annex by their numbers, indicators and tasks alike; tasks that the annex does not number stand below it. Reads only.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from gaoxin import measures
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.measuring import compute_indicators
from gaoxin.campaign.taskbook import TaskLine, tasks
from gaoxin.campaign.wording import known, told
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.folders import put
from gaoxin.i18n import Code, Lang, Text, Worded
from gaoxin.indicators.model import IndicatorResult
from gaoxin.numerals import plain
from gaoxin.plan.document import AnnexColumn
from gaoxin.plan.model import Indicator, Plan, Task
from gaoxin.plan.words import wording
from gaoxin.reports.tasktable import TaskTable, render_tasks

_PROGRESS = AnnexColumn(of="progress", title="任务进展")
# Where no annex says otherwise.
_USUAL = (AnnexColumn(of="row", title="序号"), AnnexColumn(of="section", title="重点内容"),
          AnnexColumn(of="name", title="工作任务"), AnnexColumn(of="content", title="任务内容"),
          AnnexColumn(of="lead", title="牵头单位"),
          AnnexColumn(of="responsible", title="责任单位"), AnnexColumn(of="due", title="完成时间"), _PROGRESS)
_TITLES = {"row": "no.", "section": "section", "name": "task", "numbered": "task", "content": "content", "lead": "lead",
           "responsible": "responsible", "due": "due", "progress": "progress"}
_LEDGER = Text("任务台账", "Ledger of tasks")
_VALUE = Code("tasktable.value", "{status}，现值 {value} {unit}（{period}）", "{status}, {value} {unit} ({period})",
              status=Worded, value=str, unit=Worded | str, period=str)
_NO_VALUE = Code("tasktable.no_value", "{status}，尚无数据", "{status}, no figure yet", status=Worded)
_IN = Code("tasktable.delivered", "{told}；成果 {done} / {all} 件", "{told}; {done} of {all} deliverables in",
           told=Worded, done=int, all=int)
_MILESTONE = Code("tasktable.milestone", "{name}（{day}）", "{name} ({day})", name=Worded, day=date)
_DELIVERABLES = Code("tasktable.deliverables", "成果：{names:、}", "deliverables: {names:, }", names=tuple)
_STEPS = Code("tasktable.milestones", "{told}；节点：{names:、}", "{told}; milestones: {names:, }", told=Worded, names=tuple)


class TasksWritten(Answer):
    """rows: of the document's table; beside: tasks that it does not number."""

    campaign: str
    as_of: date
    file: Path
    sha256: str
    rows: int
    beside: int


def write(w: Workplace, file: Path, lang: Lang) -> TasksWritten:
    """Writes the table as of `w.now`, whole or not at all."""
    made = table(w, lang)
    written = render_tasks(made, lang)
    put(file, written)
    return TasksWritten(w.plan.id, made.as_of, file, sha256(written).hexdigest(), len(made.rows), len(made.beside))


def content(w: Workplace, lang: Lang) -> bytes:
    return render_tasks(table(w, lang), lang)


def table(w: Workplace, lang: Lang) -> TaskTable:
    lines = {one.id: one for one in tasks(w).tasks}
    annex = next((a for a in w.plan.document.annexes if a.columns), None)
    numbered = [row for row in w.plan.rows if row.row is not None and (annex or isinstance(row, Task))]
    beside = [t for t in w.plan.tasks if t not in numbered]
    if not numbered:
        numbered, beside = [*w.plan.tasks], []
    figures = {r.id: r for r in compute_indicators(w)} if any(isinstance(row, Indicator) for row in numbered) else {}
    columns = _columns(annex.columns if annex else _USUAL, numbered)

    def written(row: Indicator | Task, number: int | None) -> list[str]:
        cells = {"progress": lambda: _progress(row, lines, figures, lang), "due": lambda: _due(row, lines, lang)}
        return [cells[c.of]() if c.of in cells else _CELLS[c.of](w.plan, row, number, lang) for c in columns]

    ordered = sorted(numbered, key=lambda row: row.row or 0)
    rows = [written(row, row.row or at) for at, row in enumerate(ordered, 1)]
    title = w.plan.document.title if annex is None else annex.title
    heads = [(c.of, c.title if lang == "zh" else _TITLES[c.of]) for c in columns]
    return TaskTable(f"{title}{_LEDGER.zh}" if lang == "zh" else _LEDGER.en, w.plan.name.to(lang), local_day(w.now), heads, rows,
                     [written(t, None) for t in beside], w.drill)


def _columns(given: tuple[AnnexColumn, ...], rows: list[Indicator | Task]) -> list[AnnexColumn]:
    """With how each stands; without sections where no row has one."""
    sections = any(row.section for row in rows)
    found = [c for c in given if c.of != "section" or sections]
    return found if any(c.of == "progress" for c in found) else [*found, _PROGRESS]


def _progress(row: Indicator | Task, lines: Mapping[str, TaskLine], figures: Mapping[str, IndicatorResult], lang: Lang) -> str:
    if isinstance(row, Task):
        line = lines[row.id]
        done = sum(not d.missing for d in line.deliverables)
        return _IN(told=line.told, done=done, all=len(line.deliverables)).to(lang)
    found = figures[row.id]
    status = known(found.status) or Text(str(found.status), str(found.status))
    if found.value is None:
        return _NO_VALUE(status=Text(status.zh, status.en)).to(lang)
    value = plain(found.value, places=4, grouped=True)
    return _VALUE(status=Text(status.zh, status.en), value=value, unit=measures.said(found.unit), period=str(found.period or "—")
                  ).to(lang)


def _named(plan: Plan, row: Indicator | Task, units: tuple[str, ...], lang: Lang) -> str:
    """Units, each with its share of the target where it has one."""
    shares = {q.unit: q.value for q in row.quotas} if isinstance(row, Indicator) else {}
    unit = row.measure().unit if isinstance(row, Indicator) and row.measures else ""
    names = (plan.unit(u).name.to(lang) + (f"（{plain(shares[u])} {told(measures.said(unit), lang)}）" if u in shares else "")
             for u in units)
    return ("、" if lang == "zh" else ", ").join(names)


def _content(plan: Plan, row: Indicator | Task, number: int | None, lang: Lang) -> str:
    if isinstance(row, Indicator):
        return wording.path_told(plan, row).to(lang)
    made = _DELIVERABLES(names=tuple(d.name for d in row.deliverables))
    steps = tuple(_MILESTONE(name=m.name, day=m.due) for m in row.milestones)
    return (_STEPS(told=made, names=steps) if steps else made).to(lang)


def _name(plan: Plan, row: Indicator | Task, number: int | None, lang: Lang) -> str:
    name = row.name.to(lang)
    return f"{name} {wording.path_told(plan, row).to(lang)}" if isinstance(row, Indicator) else name


def _due(row: Indicator | Task, lines: Mapping[str, TaskLine], lang: Lang) -> str:
    """As documents write it: the month where it is its last day. Of a task the day that stands, also where it was put off."""
    due = lines[row.id].due if isinstance(row, Task) else row.binding.due
    if due is None:
        masked = row.due_masked if isinstance(row, Task) else row.binding.due_masked
        return masked or Text("未定", "not said").to(lang)
    whole = (due + timedelta(days=1)).day == 1
    return f"{due:%Y.%m}" if whole else f"{due:%Y.%m.%d}"


_CELLS: Mapping[str, Callable[[Plan, Indicator | Task, int | None, Lang], str]] = {
    "row": lambda plan, row, number, lang: str(number or ""),
    "section": lambda plan, row, number, lang: row.section.to(lang) if row.section else "",
    "name": _name,
    "numbered": lambda plan, row, number, lang: (f"{number}." if number else "") + _name(plan, row, number, lang),
    "content": _content,
    "lead": lambda plan, row, number, lang: _named(plan, row, row.leads or (plan.answerable(row),), lang),
    "responsible": lambda plan, row, number, lang: _named(plan, row, plan.responsible(row), lang),
}
