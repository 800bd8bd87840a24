"""Checks of a whole plan: contradictions of substance, which no single value shows. Pure.

Whether a plan can be read at all is the loader's business, and whether its ids lead somewhere is `references`'. Each
family of rules is a module of its own; a rule is a function from a plan to findings, and a new one is added to its
module's RULES and its code to `finding_codes`. Here the findings are put in order, told what is to be decided and by
whom, and given the decisions that the office has taken. A decision never removes a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gaoxin.errors import PlanError
from gaoxin.i18n import Text
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Choice, Plan
from gaoxin.plan.offices import Settles
from gaoxin.plan.reading.loader import PlanProblem
from gaoxin.planning.check import (
    rules_counts,
    rules_document,
    rules_forms,
    rules_formulas,
    rules_goals,
    rules_names,
    rules_pace,
    rules_phases,
    rules_schedule,
    rules_targets,
    rules_tasks,
    rules_twins,
    rules_units,
    rules_way,
)
from gaoxin.planning.check.finding_codes import CODES
from gaoxin.planning.check.findings import Decision, PlanFinding, error, warning
from gaoxin.planning.check.together import together

__all__ = ["PlanFinding", "check_plan", "unreadable", "worst"]

_RULES = tuple(
    rule for room in (
        rules_goals, rules_twins, rules_names, rules_targets, rules_pace, rules_way, rules_counts, rules_tasks, rules_phases,
        rules_schedule, rules_document, rules_formulas, rules_forms, rules_units,
    ) for rule in room.RULES
)
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def check_plan(plan: Plan) -> list[PlanFinding]:
    """Every finding of every rule: errors first, then warnings, then information, each in the order of the rules. What the
    office decided stays in its place, with the decision beside it."""
    found = together(plan, (finding for rule in _RULES for finding in rule(plan)))
    found = [*(_with_decision(plan, f) for f in found), *_settling(plan, found)]
    return sorted((_with_task(plan, f) for f in found), key=lambda f: _ORDER[f.severity])


def _decided_by(plan: Plan, finding: PlanFinding) -> Choice | None:
    """The choice that settles a finding; the first of several. An error is settled by nothing."""
    if finding.severity is Severity.ERROR:
        return None
    return next((c for c in plan.choices for one in c.settles if _meets(one, finding)), None)


def _meets(one: Settles, finding: PlanFinding) -> bool:
    return (one.code, one.subject) == (finding.code, finding.subject) and one.mark in (None, finding.mark)


def _with_decision(plan: Plan, finding: PlanFinding) -> PlanFinding:
    """The finding with the decision on it: one that settles it, or the dated choice that it reports itself."""
    choice = _decided_by(plan, finding)
    if choice is None and finding.by_choice:
        choice = plan.choice(finding.by_choice)
        if choice.decided_on is None:
            ask = Text(
                f"{choice.id} 是哪一天决定的（decided_on）；没有日期不算已决定",
                f"on which day {choice.id} was decided (decided_on); without a date it does not count as decided",
            )
            return replace(finding, decide=ask)
    if choice is None or choice.decided_on is None:
        return finding
    by = plan.unit(choice.decided_by).name
    told = Decision(
        choice.id, Text(by.zh, by.to("en")), choice.decided_on, Text(choice.reason.zh, choice.reason.to("en")),
        Text(choice.decision.zh, choice.decision.to("en")),
    )
    return replace(finding, decision=told)


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
            what_zh, what_en = f"{one.code}（{one.subject}）", f"{one.code} ({one.subject})"
            if not findings:
                yield warning(
                    "decision_without_finding", subject, f"决定 {choice.id} 所了结的 {what_zh} 并不存在",
                    f"the decision {choice.id} settles {what_en}, which is not found", choice.sources, _nearest(one, by_key),
                )
            elif any(f.severity is Severity.ERROR for f in findings):
                yield error(
                    "error_cannot_be_settled", subject, f"决定 {choice.id} 要了结的 {what_zh} 是错误：须改正，不能以决定了结",
                    f"the decision {choice.id} settles {what_en}, which is an error: it has to be mended", choice.sources,
                )
            elif not any(_meets(one, f) for f in findings):
                marks = "、".join(dict.fromkeys(f.mark for f in findings))
                yield warning(
                    "decision_without_finding", subject,
                    f"决定 {choice.id} 作出后，{what_zh} 的内容已变（标记 {one.mark}，现为 {marks}），不再视为已决定",
                    f"{what_en} has changed since {choice.id} decided it (mark {one.mark}, now {marks}): it is open again",
                    choice.sources, (f"重新核定后把 mark 改为 {marks}", f"decide again, then write mark {marks}"),
                )
            elif key in first and first[key] != choice.id:
                yield warning(
                    "decided_twice", subject, f"{what_zh} 已由决定 {first[key]} 了结，又由 {choice.id} 了结；以前者为准",
                    f"{what_en} is settled by {first[key]} and again by {choice.id}; the former holds", choice.sources,
                )
            first.setdefault(key, choice.id)


def _nearest(one, by_key: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """What a decision without a finding may have meant: another code on its subject, or its code elsewhere."""
    codes = [c for c, s in by_key if s == one.subject]
    subjects = [s for c, s in by_key if c == one.code]
    if codes:
        return f"{one.subject} 上现有的是：{'、'.join(codes[:6])}", f"{one.subject} has: {', '.join(codes[:6])}"
    if subjects:
        return f"{one.code} 现有的对象是：{'、'.join(subjects[:6])}", f"{one.code} is found at: {', '.join(subjects[:6])}"
    return None


def _with_task(plan: Plan, finding: PlanFinding) -> PlanFinding:
    """The finding with what is to be done, and by whom: the office decides on the document, the plan file is mended."""
    known = CODES.get(finding.code)
    ask = finding.decide or (known.decide if known else Text("核实", "look into it"))
    if known and known.about == "plan":
        return replace(finding, decide=Text(f"改方案：{ask.zh}", f"mend the plan: {ask.en}"))
    office = plan.unit(plan.governance.office).name
    return replace(finding, decide=Text(f"{office.zh}决定：{ask.zh}", f"{office.to('en')} decides: {ask.en}"))


def unreadable(problem: PlanError) -> list[PlanFinding]:
    """The findings of a plan that cannot be loaded: one for each problem that the loader tells, all errors.

    A problem's subject is its place in the plan, its source the file and line.
    """
    return [
        PlanFinding(p.code, Severity.ERROR, p.place, p.message.zh, p.message.en, (p.at,), _mend(p.code))
        if isinstance(p, PlanProblem)
        else PlanFinding(
            "plan_unreadable", Severity.ERROR, problem.where, str(p), str(p), (problem.where,), _mend("plan_unreadable")
        )
        for p in problem.problems
    ]


def _mend(code: str) -> Text:
    ask = CODES[code].decide if code in CODES else CODES["plan_value_wrong"].decide
    return Text(f"改方案：{ask.zh}", f"mend the plan: {ask.en}")


def worst(findings: list[PlanFinding]) -> Severity | None:
    """The gravest severity among the findings that are still open, None when there are none. A decided finding stays in the
    list and makes no plan fail; errors cannot be decided."""
    return min((f.severity for f in findings if f.decision is None), key=_ORDER.__getitem__, default=None)
