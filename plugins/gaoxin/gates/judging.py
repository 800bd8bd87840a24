"""What the judgements of criteria share: the case that they judge, and what each of them may say of itself.

What a criterion must see is taken from the plan, never from the evidence: a return, an indicator or a deliverable of
which the evidence says nothing is missing, so leaving evidence out can only hold.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Generic, TypeVar

from gaoxin.clock import local_day
from gaoxin.extensions.model import Kind
from gaoxin.gates.model import Counted, CriterionResult, Evidence, OwedReturn, Shortfall
from gaoxin.i18n import Code, Message, Worded
from gaoxin.periods import Period
from gaoxin.plan.criteria.base import OfReturns
from gaoxin.plan.model import Criterion, Form, Indicator, Phase, Plan, Task
from gaoxin.plan.targets import TargetStatement
from gaoxin.returns.model import Owed, ReturnKey, ReturnState
from gaoxin.returns.schedule import Round, owed_in, rounds
from gaoxin.tasks.model import Handed, TaskHistory

C = TypeVar("C", bound=Criterion)
R = TypeVar("R", bound=OfReturns)
# The states of what has come in.
RECEIVED = (ReturnState.RECEIVED, ReturnState.REJECTED, ReturnState.ACCEPTED)

_UNTRUSTED = Code("gates.return_untrusted", "有 {count} 条审核规则失效，校核不可信；请修复规则后重新校核",
                  "{count} rule(s) were broken when it was judged, which is not to be trusted: mend them and judge it anew")
_NO_RECORD = Code("gates.return_unrecorded", "没有报送情况的记录", "no record of its standing")
_OWED = Code("gates.owed_return", "{unit} {form} {period}（期限 {due}）：{what}", "{unit}, {form} {period} (due {due}): {what}",
             unit=Worded, period=Period)

_NOTHING_DUE = Code("gates.nothing_due", "截至 {day} 没有应报的报表，无法评估", "no return is due by {day}: not evaluated")
_NOTHING_CAME = Code("gates.nothing_came", "应报 {count} 份，一份也没有收到，无法评估",
                     "none of the {count} returns due has come: not evaluated")


Listed = Sequence[tuple[Owed, OwedReturn | None]]


@dataclass(frozen=True)
class Due:
    """Owed returns that are due. listed: each with its state, None where the evidence has none. counted: accepted ones of which
    nothing is to be said."""

    listed: Listed
    counted: Sequence[Counted] = ()

    @property
    def count(self) -> int:
        return len(self.listed) + sum(c.count for c in self.counted)

    def of(self, form: str, last_day: date) -> tuple[Period | None, Listed]:
        """The latest period of a form that ends by a day, and what is listed of it."""
        by_period = self._by_form.get(form, {})
        newest = max((p for p in by_period if p.end <= last_day), default=None)
        return newest, by_period[newest] if newest else ()

    @cached_property
    def _by_form(self) -> dict[str, dict[Period, list[tuple[Owed, OwedReturn | None]]]]:
        found: dict[str, dict[Period, list[tuple[Owed, OwedReturn | None]]]] = defaultdict(lambda: defaultdict(list))
        for c in self.counted:
            found[c.form][c.period] = []
        for item, seen in self.listed:
            found[item.key.form][item.key.period].append((item, seen))
        return found


@dataclass(frozen=True)
class Case:
    """One evaluation of a phase's gate. seal: what an approval is given for; ready: whether all other criteria let the gate
    open. Both are known when approvals are judged, which are the last."""

    plan: Plan
    phase: Phase
    evidence: Evidence
    seal: str = ""
    ready: bool = False

    @property
    def today(self) -> date:
        return local_day(self.evidence.as_of)

    @property
    def in_window(self) -> bool:
        """Whether the gate is decided on that day or only rehearsed."""
        return self.today >= self.phase.gate.decided_from

    @property
    def day(self) -> date:
        """The day up to which returns count. A decision asks for all that is due by the gate's deadline, also when it is
        taken some days before; a rehearsal answers for today: it asks for what was due by today."""
        deadline = self.phase.gate.deadline
        return deadline if self.in_window else min(self.today, deadline)

    def asked(self, c: Criterion, indicator: Indicator) -> tuple[TargetStatement, ...]:
        """What an indicator is asked for here: of several values the last that has fallen due by the gate's deadline, where none
        has the first; and what is due next, where the criterion looks ahead."""
        deadline = self.phase.gate.deadline
        found = (indicator.fallen_due(deadline), *([indicator.binding_at(deadline)] if c.looks_ahead else []))
        return tuple(s for at, s in enumerate(found) if s not in found[:at])

    def due(self, forms: tuple[str, ...] | None = None) -> Due:
        """Owed returns that are due by that day, each with its state, or None where the evidence has none. An extension is the
        evidence's to tell: where it gives a due day, that day counts."""
        counted, rest, day = [], [], self.day
        for r in rounds(self.plan):
            if forms is not None and r.form not in forms:
                continue
            here = self._listed.get((r.form, r.period), {})
            tally = self._counted.get((r.form, r.period))
            if tally and tally.count == len(r.units) - len(here):
                counted += self._of_those_due(tally, r, here) if r.due <= day else []
                r = replace(r, units=tuple(u for u in r.units if u in here))
            if here or r.due <= day:
                rest.append(r)
        pairs = ((o, self._listed.get((o.key.form, o.key.period), {}).get(o.key.unit)) for o in owed_in(self.plan, rest))
        return Due([(o, seen) for o, seen in pairs if (seen.due if seen else o.due) <= day], counted)

    def _of_those_due(self, tally: Counted, r: Round, here: Collection[str]) -> list[Counted]:
        """Without those that were given a day after it: they are accepted, and not due."""
        days, key = self.evidence.days, self.plan.id
        later = sum(days.day(Kind.RETURN, str(ReturnKey(key, r.form, unit, r.period)), r.due) > self.day
                    for unit in r.units if unit not in here) if days.grants else 0
        return [replace(tally, count=tally.count - later)] if tally.count > later else []

    def early(self, forms: tuple[str, ...] | None = None) -> Listed:
        """Accepted returns that are not due by that day: their figures are in force all the same."""
        return [(Owed(ReturnKey(self.plan.id, r.form, r.unit, r.period), r.due), r) for r in self.evidence.returns
                if r.state is ReturnState.ACCEPTED and r.due > self.day and (forms is None or r.form in forms)]

    def due_of_task(self, task: Task) -> date | None:
        """By when a task is to be done; None where the plan gives no day."""
        return task.due and self.evidence.days.day(Kind.TASK, task.id, task.due)

    def task_history(self, task: Task) -> TaskHistory:
        """What is known of a task, with the files that the gate looks at, which are those that are sealed."""
        files: dict[str, list[Handed]] = defaultdict(list)
        for d in self.evidence.deliverables:
            if d.task == task.id:
                files[d.deliverable].append(Handed(d.recorded_at, d.seq))
        return replace(self.evidence.tasks.get(task.id, TaskHistory()), delivered=files)

    def all_accepted(self, form: Form, period: Period) -> bool:
        """Whether the returns of all units are."""
        here, tally = self._listed.get((form.id, period), {}), self._counted.get((form.id, period))
        good = sum(r.state is ReturnState.ACCEPTED for r in here.values()) + (tally.count if tally else 0)
        return good == len(form.units)

    @cached_property
    def _listed(self) -> Mapping[tuple[str, Period], Mapping[str, OwedReturn]]:
        """By form and period, those of units that owe it."""
        units = {f.id: frozenset(f.units) for f in self.plan.forms}
        found: dict[tuple[str, Period], dict[str, OwedReturn]] = defaultdict(dict)
        for r in self.evidence.returns:
            if r.unit in units.get(r.form, ()):
                found[r.form, r.period][r.unit] = r
        return found

    @cached_property
    def _counted(self) -> Mapping[tuple[str, Period], Counted]:
        return {(c.form, c.period): c for c in self.evidence.counted}

    def told(self, item: Owed, seen: OwedReturn | None, what: Message | None = None) -> Message:
        """An owed return and what is the matter with it: where it stands, unless something else is said."""
        if what is None and seen and seen.untrusted and seen.state is ReturnState.ACCEPTED:
            what = _UNTRUSTED(count=seen.untrusted)
        return _OWED(unit=self.plan.unit(item.key.unit).name, form=self.plan.form(item.key.form).name, period=item.key.period,
                     due=seen.due if seen else item.due, what=what or (seen.state.told if seen else _NO_RECORD()))

    def lacking(self, item: Owed, seen: OwedReturn | None, what: Message | None = None) -> Shortfall:
        if what is None and seen and seen.untrusted and seen.state is ReturnState.ACCEPTED:  # no fault of its unit's
            return Shortfall(self.plan.governance.office, self.told(item, seen), f"{item.key}~rules")
        return Shortfall(item.key.unit, self.told(item, seen, what), str(item.key))


class Judgement(ABC, Generic[C]):
    """How one kind of criterion is judged. A module of `gaoxin.gates.criteria` holds one; judging is pure.
    of: its model. mendable: a held gate opens a rectification for each shortfall. waivable: a waiver may cover it. last: judged
    after the others, for what they found; what it looks at is not sealed."""

    of: type[C]
    mendable = True
    waivable = True
    last = False

    def enough(self, case: Case, c: C, left: Sequence[Shortfall]) -> bool:
        """Whether the gate may open where waivers cover all shortfalls but these."""
        return not left

    @abstractmethod
    def judge(self, case: Case, c: C) -> CriterionResult:
        """Judges on its own and gives every shortfall it finds; whether the gate opens is `evaluate`'s business."""

    def sealed(self, case: Case, c: C) -> Mapping[str, list[Any]]:
        """What goes into the seal, section -> plain values, beside the forms, indicators and tasks that it looks at."""
        return {}


def judged(c: Criterion, passed: bool | None, detail: Message, evidence: tuple[str, ...] = (),
           shortfalls: tuple[Shortfall, ...] = ()) -> CriterionResult:
    return CriterionResult(c.id, c.kind, passed, detail, evidence, shortfalls)


class OnReturns(Judgement[R]):
    """A criterion on returns: where none is due there is nothing to judge."""

    def judge(self, case: Case, c: R) -> CriterionResult:
        due = case.due(c.forms)
        return self.of_due(case, c, due) if due.count else judged(c, None, _NOTHING_DUE(day=case.day))

    @abstractmethod
    def of_due(self, case: Case, c: R, due: Due) -> CriterionResult: ...


def found_wanting(case: Case, c: OfReturns, due: Due, wanting: Sequence[Shortfall], detail: Message,
                  evidence: tuple[str, ...]) -> CriterionResult:
    """Passed where none of those that are in is found wanting. Where none is in there was nothing to look at, and that is
    no clean bill."""
    unknown = unjudged(due)
    shortfalls = (*wanting, *(case.lacking(item, seen) for item, seen in unknown))
    if not due.counted and not any(seen and seen.state in RECEIVED for _, seen in due.listed):
        return judged(c, None, _NOTHING_CAME(count=due.count), (), shortfalls)
    return judged(c, False if wanting else None if unknown else True, detail, evidence, shortfalls)


def unjudged(due: Due) -> Listed:
    """Those that are in and not yet checked, or not by every rule, or of which nothing is known: of them nothing can be said."""
    return [(item, seen) for item, seen in due.listed if seen is None or seen.state is ReturnState.RECEIVED or seen.untrusted]


def return_ids(due: Due, *states: ReturnState) -> tuple[str, ...]:
    """Of those in these states; accepted ones that are counted as one: how many there are, and the sha256 of their digests."""
    listed = tuple(s.return_id for _, s in due.listed if s and s.return_id and (not states or s.state in states))
    if not due.counted:
        return listed
    digests = "\n".join(f"{c.form} {c.period} {c.digest}" for c in sorted(due.counted, key=lambda c: (c.form, c.period)))
    return (f"returns:{sum(c.count for c in due.counted)}:sha256:{sha256(digests.encode()).hexdigest()}", *listed)
