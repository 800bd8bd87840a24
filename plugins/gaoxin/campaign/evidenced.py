"""What a criterion looked at, as people read it. The record of a decision names it in full, by ids and hashes; what it names and
the plan in force has no more is told as it was recorded. Pure."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Literal

from gaoxin.campaign.answer import Answer
from gaoxin.clock import local_day
from gaoxin.errors import UsageError
from gaoxin.gates.model import DECISIONS
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.indicators.model import Status
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.scoring.combining import seat_name

_IS_KEPT = Code("evidenced.deliverable", "{deliverable}（{hash:.12}）", "{deliverable} ({hash:.12})", hash=str)
_COUNTED = Code("evidenced.counted", "{count} 份报表（{hash:.12}）", "{count} return(s) ({hash:.12})", hash=str)
_NAMED = Code("evidenced.named", "{said}", "{said}", said=str)
_RETURN = Code("evidenced.return", "{unit} {form} {period}（第 {version} 版）", "{unit}, {form}, {period} (version {version})",
               unit=Worded, form=Worded, period=Period, version=str)
_FIGURE = Code("evidenced.figure", "{indicator}：{said}", "{indicator}: {said}", said=str)
_FIGURE_OF = Code("evidenced.figure_of", "{indicator}：{said}（{period}）", "{indicator}: {said} ({period})", said=str,
                  period=Period)
_NO_FIGURE = Code("evidenced.no_figure", "{indicator}：无法评估", "{indicator}: unknown")
_CLOSED = Code("evidenced.closed", "{task}：{unit}于 {day} 销号", "{task}: closed by {unit} on {day}", task=Worded, unit=Worded,
               day=date)
_SHEET = Code("evidenced.sheet", "{name}：{seat}的评分表（第 {version} 版）", "{name}: score sheet of {seat} (version {version})",
              name=Worded, seat=Worded, version=str)
_CONSENT = Code("evidenced.consent", "{unit}于 {day} {word}（封签 {hash:.12}）", "{unit} {word} on {day} (seal {hash:.12})",
                unit=Worded, day=date, word=Text, hash=str)
_WAIVED = Code("evidenced.waived", "{unit}于 {day} 豁免", "waived by {unit} on {day}", unit=Worded, day=date)
_PHASE = Code("evidenced.phase", "{phase}", "{phase}")
_AT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+?[+-]\d\d:\d\d")  # a scope may stand after it


class Place(Answer):
    """Where a thing stands among the pages. kind: return (id: of its version), unit, indicator, gate, rectification (id: of its
    gate's phase), consent (id: of its gate's phase)."""

    kind: Literal["return", "unit", "indicator", "gate", "rectification", "problem", "consent"]
    id: str


class Used(Answer):
    """One thing that was looked at."""

    what: Message
    place: Place | None


def used(plan: Plan, kind: str, evidence: str) -> Used:
    """kind: of the criterion. evidence: as its result names one thing."""
    mark, _, marked = evidence.partition(":")
    # By the kind first: a task may be called as a mark is.
    for read, told in ((_BY_KIND.get(kind), evidence), (_BY_MARK.get(mark), marked), (_return, evidence)):
        with suppress(UsageError, ValueError, StopIteration, KeyError):
            if read:
                return read(plan, told)
    return Used(_NAMED(said=evidence), None)


def _phase(plan: Plan, id: str) -> Used:
    return Used(_PHASE(phase=plan.phase(id).name), Place("gate", id))


def _figure(plan: Plan, told: str) -> Used:
    id, _, said = told.partition("=")
    name = plan.indicator(id).name
    value, period = said.partition(" @")[::2]
    if value == Status.UNKNOWN:
        what = _NO_FIGURE(indicator=name)
    elif period:
        what = _FIGURE_OF(indicator=name, said=value, period=Period.parse(period))
    else:
        what = _FIGURE(indicator=name, said=value)
    return Used(what, Place("indicator", id))


def _deliverable(plan: Plan, told: str) -> Used:
    named, _, digest = told.partition(":")
    task, _, deliverable = named.partition(".")
    about = plan.task(task)
    name = next(x.name for x in plan.pieces(about) if x.id == deliverable)
    return Used(_IS_KEPT(deliverable=name, hash=digest), Place("unit", plan.answerable(about)))


def _closed(plan: Plan, told: str) -> Used:
    task, _, rest = told.partition(":closed:")
    by, _, at = rest.partition(":")
    about = plan.task(task)
    return Used(_CLOSED(task=about.name, unit=plan.unit(by).name, day=_day(at)), Place("unit", plan.answerable(about)))


def _returns(_: Plan, told: str) -> Used:
    count, digest = told.partition(":sha256:")[::2]
    return Used(_COUNTED(count=int(count), hash=digest), None)


def _return(plan: Plan, id: str) -> Used:
    _, form, unit, period, version = id.split("__")
    return Used(_RETURN(unit=plan.unit(unit).name, form=plan.form(form).name, period=Period.parse(period), version=version[1:]),
                Place("return", id))


def _sheet(plan: Plan, told: str) -> Used:
    named, _, version = told.rpartition("__v")
    assessment, _, seat = named.partition("/")
    asked = plan.assessment(assessment)
    return Used(_SHEET(name=asked.name, seat=seat_name(plan, asked, seat), version=version), None)


def _consent(plan: Plan, told: str) -> Used:
    by, decision, seal, at = told.split(":", 3)
    return Used(_CONSENT(unit=plan.unit(by).name, day=_day(at), word=DECISIONS[decision], hash=seal), None)


def _waived(plan: Plan, told: str) -> Used:
    """Its scope stands with the waiver itself."""
    by, _, rest = told.partition(":")
    at = _AT.match(rest)
    if at is None:
        raise ValueError(told)
    return Used(_WAIVED(unit=plan.unit(by).name, day=_day(at[0])), None)


def _day(at: str) -> date:
    return local_day(datetime.fromisoformat(at))


_Read = Callable[[Plan, str], Used]
_BY_MARK: Mapping[str, _Read] = {"returns": _returns, "score": _sheet, "approval": _consent, "waiver": _waived}
_BY_KIND: Mapping[str, _Read] = {"predecessors_passed": _phase, "targets_met": _figure, "deliverables_present": _deliverable,
                                 "tasks_closed": _closed}
