"""Checks of a whole plan: contradictions of substance, which no single value shows. Pure.

Whether a plan can be read at all is the loader's business, and whether its ids lead somewhere is `references`'. The rules
stand in `rules`, a module a theme. Here the findings are put in order, told what is to be decided and by whom, and given
the decisions that the office has taken. A decision never removes a finding.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gaoxin.errors import PlanError
from gaoxin.i18n import Message, Text
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.offices import Settles
from gaoxin.plan.reading.loader import PlanProblem
from gaoxin.planning.check.findings import FINDINGS, Decision, PlanFinding, listed, of_plan, phrase
from gaoxin.planning.check.rules import RULES

__all__ = ["FINDINGS", "PlanFinding", "check_plan", "unreadable", "worst"]

DECISION_WITHOUT_FINDING = of_plan(
    "decision_without_finding", "warning", ("决定所指的问题不存在", "a decision that meets no finding"),
    ("核对 settles 的 code 和 subject", "check code and subject of `settles`"), "决定 {choice} 所了结的 {finding} 并不存在",
    "the decision {choice} settles {finding}, which is not found",
)
_CHANGED = DECISION_WITHOUT_FINDING.saying(
    "changed", "决定 {choice} 作出后，{finding} 的内容已变（标记 {mark}，现为 {marks}），不再视为已决定",
    "{finding} has changed since {choice} decided it (mark {mark}, now {marks}): it is open again",
    ("重新核定后把 mark 改为 {marks}", "decide again, then write mark {marks}"),
)
DECIDED_TWICE = of_plan("decided_twice", "warning", ("一个问题有两个决定", "a finding decided twice"),
                        ("只留一个决定", "keep one of them"), "{finding} 已由决定 {first} 了结，又由 {choice} 了结；以前者为准",
                        "{finding} is settled by {first} and again by {choice}; the former holds", first=str)
ERROR_CANNOT_BE_SETTLED = of_plan(
    "error_cannot_be_settled", "error", ("错误不能以决定了结", "an error that a decision cannot settle"),
    ("改正错误", "mend the error"), "决定 {choice} 要了结的 {finding} 是错误：须改正，不能以决定了结",
    "the decision {choice} settles {finding}, which is an error: it has to be mended",
)
# A plan file that cannot be read, by the code of the loader's problem.
_OF_FILES = {
    code: of_plan(code, "error", title, decide) for code, title, decide in (
        ("plan_unreadable", ("文件读不了", "a file that cannot be read"), ("按提示改正该行", "mend the line")),
        ("plan_key_unknown", ("不认识的键", "an unknown key"), ("改正拼写或删去", "mend the spelling, or drop it")),
        ("plan_key_missing", ("缺少必填的键", "a missing key"), ("补上", "add it")),
        ("plan_key_twice", ("键重复", "a key twice"), ("合并", "merge them")),
        ("plan_reference_broken", ("引用的 id 不存在", "an id that leads nowhere"), ("改正 id", "mend the id")),
        ("plan_reference_file", ("参照数列文件读不了", "a file of reference values that cannot be read"),
         ("按提示改正文件", "mend the file as told")),
        ("plan_id_is_not_folder", ("方案 id 与文件夹不同", "an id that is not the folder's name"),
         ("改 id 或文件夹名", "rename one of them")),
        ("plan_value_wrong", ("值不对", "a wrong value"), ("按提示改正", "mend it as told")),
    )
}

_FINDING = phrase("finding", "{code}（{subject}）", "{code} ({subject})")
_THERE_IS = phrase("decision_without_finding.codes", "{subject} 上现有的是：{codes}", "{subject} has: {codes}")
_FOUND_AT = phrase("decision_without_finding.subjects", "{code} 现有的对象是：{subjects}", "{code} is found at: {subjects}")
_WHICH_DAY = phrase("undated_choice", "{choice} 是哪一天决定的（decided_on）；没有日期不算已决定",
                    "on which day {choice} was decided (decided_on); without a date it does not count as decided")
_MEND = phrase("mend", "改方案：{ask}", "mend the plan: {ask}")
_DECIDES = phrase("decides", "{office}决定：{ask}", "{office} decides: {ask}")
_AS_TOLD = phrase("as_told", "{told}", told=str)

_FEWEST = 3  # rows; two are as quickly read one by one
_WHAT = {"indicators": Text("目标", "targets"), "tasks": Text("任务", "tasks")}
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def check_plan(plan: Plan) -> list[PlanFinding]:
    """Every finding of every rule: errors first, then warnings, then information, each in the order of the rules. What the
    office decided stays in its place, with the decision beside it."""
    found = _together(plan, (finding for rule in RULES for finding in rule(plan)))
    found = [*(_with_decision(plan, f) for f in found), *_settling(plan, found)]
    return sorted((_with_task(plan, f) for f in found), key=lambda f: _ORDER[f.severity])


def _together(plan: Plan, found: Iterable[PlanFinding]) -> list[PlanFinding]:
    """One gap told once: where every row of a plan has the same gap, the plan has it, and one finding says so for all of
    them. Forty warnings that nobody leads are not read; that the document names a lead for nothing is. A gap that some rows
    have and others have not is told row by row, since each is then an oversight of its own. Which gaps these are, their
    findings say (`whole`). The subject of the one finding is the kind: `indicators`, `tasks`."""
    given = list(found)
    for kind, items in (("indicators", plan.indicators), ("tasks", plan.tasks)):
        names = {f"{kind}.{item.id}": item.name for item in items}
        if len(names) < _FEWEST:
            continue
        for of in dict.fromkeys(f.of for f in given if f.of.whole):
            same = [f for f in given if f.of is of and f.subject in names and f.severity is Severity.WARNING]
            if of.whole is None or {f.subject for f in same} != set(names):
                continue
            said, ask = of.whole
            told = said(n=len(names), what=_WHAT[kind], rows=listed(names.values(), len(names)))
            one = of.warning(kind, *(place for f in same for place in f.sources), message=told, ask=ask)
            given = [one if f is same[0] else f for f in given if f is same[0] or f not in same]
    return given


def _meets(one: Settles, finding: PlanFinding) -> bool:
    return (one.code, one.subject) == (finding.code, finding.subject) and one.mark in (None, finding.mark)


def _with_decision(plan: Plan, finding: PlanFinding) -> PlanFinding:
    """The finding with the decision on it: the first that settles it (nothing settles an error), or the dated choice
    that it reports itself."""
    settling = (c for c in plan.choices for one in c.settles if _meets(one, finding))
    choice = None if finding.severity is Severity.ERROR else next(settling, None)
    if choice is None and finding.by_choice:
        choice = plan.choice(finding.by_choice)
        if choice.decided_on is None:
            return replace(finding, decide=_WHICH_DAY(choice=choice.id))
    if choice is None or choice.decided_on is None:
        return finding
    by = plan.unit(choice.decided_by).name
    return replace(finding, decision=Decision(choice.id, by, choice.decided_on, choice.reason, choice.decision))


def _settling(plan: Plan, found: list[PlanFinding]) -> Iterator[PlanFinding]:
    """Decisions that settle nothing: no such finding, one that has changed since, an error, or one that another choice has
    settled already."""
    by_key: dict[tuple[str, str], list[PlanFinding]] = {}
    for f in found:
        by_key.setdefault((f.code, f.subject), []).append(f)
    first: dict[tuple[str, str, str | None], str] = {}
    for choice in plan.choices:
        subject = f"choices.{choice.id}"
        for one in choice.settles:
            key, findings = (one.code, one.subject, one.mark), by_key.get((one.code, one.subject), [])
            what = {"choice": choice.id, "finding": _FINDING(code=one.code, subject=one.subject)}
            if not findings:
                yield DECISION_WITHOUT_FINDING.warning(subject, *choice.sources, ask=_nearest(one, by_key), **what)
            elif any(f.severity is Severity.ERROR for f in findings):
                yield ERROR_CANNOT_BE_SETTLED.error(subject, *choice.sources, **what)
            elif not any(_meets(one, f) for f in findings):
                marks = tuple(dict.fromkeys(f.mark for f in findings))
                yield _CHANGED.warning(subject, *choice.sources, mark=one.mark or "", marks=marks, **what)
            elif key in first and first[key] != choice.id:
                yield DECIDED_TWICE.warning(subject, *choice.sources, first=first[key], **what)
            first.setdefault(key, choice.id)


def _nearest(one: Settles, by_key: Iterable[tuple[str, str]]) -> Message | None:
    """What a decision without a finding may have meant: another code on its subject, or its code elsewhere."""
    if codes := [c for c, s in by_key if s == one.subject]:
        return _THERE_IS(subject=one.subject, codes=codes[:6])
    subjects = [s for c, s in by_key if c == one.code]
    return _FOUND_AT(code=one.code, subjects=subjects[:6]) if subjects else None


def _with_task(plan: Plan, finding: PlanFinding) -> PlanFinding:
    """The finding with what is to be done, and by whom: the office decides on the document, the plan file is mended."""
    ask, office = finding.decide, plan.unit(plan.governance.office).name
    return replace(finding, decide=_MEND(ask=ask) if finding.of.about == "plan" else _DECIDES(office=office, ask=ask))


def unreadable(problem: PlanError) -> list[PlanFinding]:
    """The findings of a plan that cannot be loaded: one for each problem that the loader tells, all errors. A problem's subject
    is its place in the plan, its source the file and line."""
    found = [
        (_OF_FILES[p.code], p.place, p.message, p.at) if isinstance(p, PlanProblem)
        else (_OF_FILES["plan_unreadable"], problem.where, _AS_TOLD(told=str(p)), problem.where)
        for p in problem.problems
    ]
    return [kind.error(place, at, message=told, ask=_MEND(ask=kind.decide)) for kind, place, told, at in found]


def worst(findings: list[PlanFinding]) -> Severity | None:
    """The gravest severity among the findings that are still open, None when there are none. A decided finding stays in the
    list and makes no plan fail; errors cannot be decided."""
    return min((f.severity for f in findings if f.decision is None), key=_ORDER.__getitem__, default=None)
