"""What a binding value came to on its day: met, missed, or not evaluated. Told once, then kept for good. Pure.

* It is judged by the plan in force at the end of that day: a later plan moves no goal that is over.
* It is judged by the periods that end by the due day, of stocks and of flows alike, and by the deliverables recorded by then.
* It can be told when that day is over and the newest of these periods is in, of every unit that owes it, without a blank that
  matters; or when the day on which that return was due is over as well: what is missing then makes it *not evaluated*, which
  is neither met nor missed. Figures that come later tell it all the same, once; both are kept.
* What a kept verdict was, no later figure changes. What stands since is told beside it: one missed, or not evaluated, that a
  later period meets is met late, by the end of the first such period; a met one that the figures no longer meet is since lost,
  by the end of the first period without it. Where a correction has changed the figures of the day itself, no such day is told.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message, Text
from gaoxin.indicators.asking import Ask, Seen, seen_on
from gaoxin.indicators.facts_world import FactWorld
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import AtDue, DueVerdict, IndicatorResult, Status
from gaoxin.indicators.reference import shown
from gaoxin.measures import said
from gaoxin.periods import Period
from gaoxin.plan.target import Judged, Truth, joined, own
from gaoxin.plan.targets import TargetStatement, leaves
from gaoxin.plan.words.wording import told as worded

_AWAITED = Code("indicator.awaited", "待报：{reasons}（{day} 前）", "awaited by {day}: {reasons}", day=date, reasons=Message)
_LACKED = Code("indicator.lacked", "到期无法评估：{reasons}", "not evaluated when due: {reasons}", reasons=Message)

_FIGURE = Code("indicator.due_figure", "（{value:4} {unit}，{period}）", " ({value:4} {unit}, {period})", value=Decimal,
               unit=Text | str, period=Period)
_FIGURE_ALONE = Code("indicator.due_figure_alone", "（{value:4} {unit}）", " ({value:4} {unit})", value=Decimal, unit=Text | str)
_PARTS = {"due": date, "figure": Message | None, "then": Message | None, "kept": Message | None}
_VERDICTS = {
    DueVerdict.MET: Code("indicator.due_met", "{due} 到期达标{figure}{kept}{then}", "met when due on {due}{figure}{kept}{then}",
                         **_PARTS),
    DueVerdict.MISSED: Code("indicator.due_missed", "{due} 到期未达标{figure}{kept}{then}",
                            "missed when due on {due}{figure}{kept}{then}", **_PARTS),
}
_UNTOLD = Code("indicator.due_untold", "{due} 已到期，{reason}{kept}{then}", "due on {due}; {reason}{kept}{then}", due=date,
               reason=Message | None, then=Message | None, kept=Message | None)
_NO_VALUE = Code("indicator.due_no_value", "无法评估", "not evaluated")
_LATE = Code("indicator.met_late", "，{day} 逾期达标", ", met late on {day}", day=date)
_LOST = Code("indicator.since_lost", "，{day} 起不再达标", ", since lost, on {day}", day=date)
_CORRECTED = {
    Truth.MET: Code("indicator.met_corrected", "，按现有数据和规定为达标", ", met by figures and rules as they are now")(),
    Truth.NOT_MET: Code("indicator.lost_corrected", "，按现有数据和规定为未达标",
                        ", missed by figures and rules as they are now")(),
}
_RETARGETED = {
    Truth.MET: Code("indicator.met_retargeted", "，按现行目标为达标", ", met by the target of now")(),
    Truth.NOT_MET: Code("indicator.lost_retargeted", "，按现行目标为未达标", ", missed by the target of now")(),
}
_OTHER_TARGET = Code("indicator.due_other_target", "（{day} 记录，当时目标 {target}）",
                     " (kept on {day}; then {target} was asked for)",
                     day=date, target=Message)
_ASKED_THEN = Code("indicator.due_asked_then", "（当时目标 {target}）", " (then {target} was asked for)", target=Message)
_KEPT = Code("indicator.due_kept", "（{day} 记录）", " (kept on {day})", day=date)
_KEPT_LATE = Code("indicator.due_kept_late", "（{missed} 时无法评估，{day} 记录）", " (not evaluated by {missed}, kept on {day})",
                  missed=date, day=date)
_NOT_KEPT_YET = Code("indicator.due_not_kept_yet", "（{missed} 记为无法评估，按此后到的数，尚未记录）",
                     " (kept on {missed} as not evaluated; by figures that came since, not kept yet)", missed=date)

_TOLD = {Truth.MET: DueVerdict.MET, Truth.NOT_MET: DueVerdict.MISSED, Truth.UNKNOWN: DueVerdict.UNKNOWN}


def came_to(result: IndicatorResult) -> Message | None:
    """What a binding value came to on its day, and what became of it since, as people read it; None before that day is over."""
    found = result.at_due
    if found is None or result.due is None:
        return None
    kept, then, earlier = None, None, found.unevaluated_at
    retargeted = found.asked_for not in (None, result.target)
    if found.recorded:
        day = local_day(found.recorded.recorded_at)
        kept = _KEPT_LATE(missed=local_day(earlier), day=day) if earlier else _KEPT(day=day)
        kept = _OTHER_TARGET(day=day, target=found.recorded.target) if retargeted else kept
    elif retargeted and found.verdict in _VERDICTS:
        kept = _ASKED_THEN(target=found.asked_for)
    elif earlier:
        kept = _NOT_KEPT_YET(missed=local_day(earlier))
    if result.status in (Status.MET_LATE, Status.SINCE_LOST):
        late, changed = result.status is Status.MET_LATE, _RETARGETED if retargeted else _CORRECTED
        then = (_LATE if late else _LOST)(day=found.since) if found.since else changed[result.truth]
    if found.verdict not in _VERDICTS:
        return _UNTOLD(due=result.due, reason=found.reason or _NO_VALUE(), then=then, kept=kept)
    figure = None if found.value is None else _FIGURE_ALONE(value=found.value, unit=said(found.unit))
    if found.value is not None and found.period:
        figure = _FIGURE(value=found.value, unit=said(found.unit), period=found.period)
    return _VERDICTS[found.verdict](due=result.due, figure=figure, then=then, kept=kept)


def at_due(ask: Ask, statement: TargetStatement, now: Judged) -> AtDue | None:
    """What a statement came to on its due day; None before that day is over. now: the statement as it stands. Of one that
    does not bind nothing is kept, and it is told by the figures alone."""
    due = statement.due
    if due is None or ask.known.today <= due:
        return None
    binds = statement in ask.indicator.path
    kept = ask.kept.get((ask.indicator.id, due)) if binds else None
    if ask.limit < due:  # an earlier state is asked for: the figures of the day are not looked at
        return AtDue(kept.verdict, None, kept.value, kept.unit, kept.period, kept.reason, kept) if kept else None
    asked, wanted = ask.as_asked(statement) if binds else (ask, statement)
    then = seen_on(asked, wanted.target, due, due)
    told, why = _told(asked, then, due)
    if kept is None or (kept.verdict is DueVerdict.UNKNOWN and told in (DueVerdict.MET, DueVerdict.MISSED)):
        judged = own(then.judged, asked.indicator.measures)
        figures = (judged.value, judged.unit, judged.period) if judged else (None, "", None)
        values = (*(then.world.value(m.id) for m in asked.indicator.measures), *then.world.rests_on.values())
        found = AtDue(told, told, *figures, why, kept,
                      measures=shown(asked.index, values) if told and binds else (),
                      target=worded(asked.plan, asked.indicator, wanted.target))
    else:
        found = AtDue(kept.verdict, told, kept.value, kept.unit, kept.period, kept.reason, kept)
    return replace(found, since=_since(ask, statement, found, now.truth))


def _told(ask: Ask, then: Seen, due: date) -> tuple[DueVerdict | None, Message | None]:
    """What the figures of the day tell, or why they do not. None: they are awaited."""
    lacking = _lacking(ask, then.world, then.judged, due)
    if not lacking:
        return _TOLD[then.judged.truth], then.judged.reason
    reasons, last = joined(list(lacking)), max(lacking.values())
    assert reasons
    if ask.known.today <= last:
        return None, _AWAITED(reasons=reasons, day=last)
    return DueVerdict.UNKNOWN, _LACKED(reasons=reasons)


def _lacking(ask: Ask, world: FactWorld, judged: Judged, due: date) -> dict[Message, date]:
    """Why the newest figures that speak of the day are not there, each with the last day on which they are due. One alternative
    that is met needs no other, and one part that is not met decides a whole."""
    if not judged.parts:
        return _lacking_of_leaf(ask, world, judged, due)
    each = [(part.truth, _lacking(ask, world, part, due)) for part in judged.parts]
    decides = {"any": Truth.MET, "all": Truth.NOT_MET}.get(judged.target.combines or "")
    if judged.truth is decides and any(truth is decides and not lacking for truth, lacking in each):
        return {}
    return {reason: day for _, lacking in each for reason, day in lacking.items()}


def _lacking_of_leaf(ask: Ask, world: FactWorld, judged: Judged, due: date) -> dict[Message, date]:
    found: dict[Message, date] = {}
    for index, variable in _behind(world, judged):
        variate = index.variate(variable)
        newest = max((p for p in variate.form.periods() if p.end <= due), default=None)
        if newest and (reason := index.value(variate, newest).reason):
            found[reason] = ask.plan.last_day(variate.form.due, newest)
    for other in ask.plan.counted_indicators(judged.leaf) if judged.leaf.counts_items else ():
        statement = other.fallen_due(due)
        then = seen_on(replace(ask, indicator=other), statement.target, statement.due, due)
        found |= _lacking(ask, then.world, then.judged, due)
    return found


def _behind(world: FactWorld, judged: Judged) -> Iterator[tuple[FactIndex, str]]:
    """The variables that a leaf rests on, each with the facts it is sought in. What is taken of years before is history."""
    for leaf, zone in judged.target.compared(world.zones, judged.zone):
        if (index := world.index_of(zone)) is not None:
            inputs = world.indicator.measure_of(leaf).inputs.values()
            yield from ((index, x.variable) for x in inputs if not x.years_earlier)
    for kind, name, _ in judged.target.mentions():
        if kind == "reference" and (variable := world.plan.reference(name).variable):
            yield world.index, variable


def _since(ask: Ask, statement: TargetStatement, found: AtDue, now: Truth) -> date | None:
    """The end of the first period after the due day by which a missed value was met, or a met one was lost for good."""
    if found.verdict != found.told:
        return None
    if found.verdict is not DueVerdict.UNKNOWN and statement.due and _truth(ask, statement, statement.due) is now:
        return None  # another target than that of the day
    if found.verdict in (DueVerdict.MISSED, DueVerdict.UNKNOWN) and now is Truth.MET:
        return next((day for day in _days(ask, statement) if _truth(ask, statement, day) is Truth.MET), None)
    if found.verdict is DueVerdict.MET and now is Truth.NOT_MET:
        lost = None
        for day in reversed(_days(ask, statement)):
            if (truth := _truth(ask, statement, day)) is Truth.MET:
                break
            lost = day if truth is Truth.NOT_MET else lost
        return lost
    return None


def _truth(ask: Ask, statement: TargetStatement, day: date) -> Truth:
    return seen_on(ask, statement.target, statement.due, day).judged.truth


def _days(ask: Ask, statement: TargetStatement) -> list[date]:
    """The days after the due one on which anything that the target is judged by may have changed."""
    due, index = statement.due or date.max, ask.index
    counted = [i for leaf in leaves(statement.target) for i in ask.plan.counted_indicators(leaf)]
    variables = {x.variable for i in (ask.indicator, *counted) for m in i.measures for x in m.inputs.values()}
    days = {p.end for v in variables for p in index.periods(index.variate(v))}
    if any(ask.plan.counted_tasks(leaf) for leaf in leaves(statement.target)):
        days |= {*(ask.known.delivered or {}).values()}
    return sorted(day for day in days if due < day <= ask.limit)
