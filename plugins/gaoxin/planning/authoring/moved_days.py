"""Due days that move though nobody changed a rule: a notice of days off came, or the calendar of the plan has other days. Pure,
in words. What a changed rule moves is told as that change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.model import Plan
from gaoxin.planning.authoring.diff import Change

Day = tuple[str, str, str, date]  # kind, ref, unit, day, as a row of `deadlines` has them

_MOVED = Code("moved_days.moved", "{what}：因放假安排，{count} 个期限移动：{days}{more}",
              "{what}: by the days off {count} due day(s) move: {days}{more}", what=Worded, count=int, days=tuple)
_DAY = Code("moved_days.day", "{of} 由 {old} 移到 {new}", "{of} from {old} to {new}", of=str, old=date, new=date)
_ACTS = Code("moved_days.acts", "{what}：自此每次有期限、提醒和办理登记，共 {count} 次，至 {last}",
             "{what}: from now on each time has its day, its reminders and its record: {count} until {last}", what=Worded,
             count=int, last=date)
_MORE = Code("moved_days.more", " 等", " …")
_NAMED = 24  # one by one; the rest stands in the rows


def moved_days(rows: Iterable[Day], now: Iterable[Day], before: Plan, after: Plan) -> dict[Change, tuple[str, ...]]:
    """Each change with the units whose days it moves, in the plan's order. rows: of the version before; now: of this one."""
    was = {(kind, ref): due for kind, ref, _, due in rows}
    same, acted = _unchanged(before, after), any(kind == "cadence" for kind, _ in was)
    first: dict[str, dict[str, date]] = defaultdict(dict)
    found: dict[str, dict[str, tuple[date, date]]] = defaultdict(dict)
    units: dict[str, dict[str, None]] = defaultdict(dict)
    for kind, ref, unit, due in now:
        old, (subject, of) = was.get((kind, ref)), _subject(after, kind, ref)
        if subject in same and old is None and kind == "cadence" and not acted:  # of a version from before cadences acted
            first[subject].setdefault(of, due)
            units[subject][unit] = None
        elif subject in same and old is not None and old != due:
            found[subject].setdefault(of, (old, due))
            units[subject][unit] = None
    made = {_change(subject, same[subject], found[subject]): tuple(units[subject]) for subject in same if subject in found}
    return made | {_acts(subject, same[subject], first[subject]): tuple(units[subject]) for subject in same if subject in first}


def _acts(subject: str, name: Worded, days: Mapping[str, date]) -> Change:
    told = _ACTS(what=name, count=len(days), last=max(days.values()))
    return Change("changed", subject, "due", None, tuple(f"{of} {day}" for of, day in days.items()), told)


def _unchanged(before: Plan, after: Plan) -> Mapping[str, Worded]:
    """Forms and cadences whose due rules are what they were, with their names."""
    rules = {f"forms.{f.id}": f.due for f in before.forms} | {f"cadences.{c.id}": c.rule for c in before.cadences}
    named = [*((f"forms.{f.id}", f.due, f.name) for f in after.forms),
             *((f"cadences.{c.id}", c.rule, c.name) for c in after.cadences)]
    return {subject: name for subject, rule, name in named if subject in rules and rules[subject] == rule}


def _subject(plan: Plan, kind: str, ref: str) -> tuple[str, str]:
    """The part whose day it is, and which of its times is meant."""
    if kind == "return":
        form, _, rest = ref.removeprefix(f"{plan.id}__").partition("__")
        return f"forms.{form}", rest.rpartition("__")[2]
    cadence, _, of = ref.partition(":")
    return f"{'cadences' if kind == 'cadence' else kind}.{cadence}", of


def _change(subject: str, name: Worded, days: Mapping[str, tuple[date, date]]) -> Change:
    each: Sequence[Message] = [_DAY(of=of, old=old, new=new) for of, (old, new) in days.items()]
    told = _MOVED(what=name, count=len(each), days=each[:_NAMED], more=_MORE() if len(each) > _NAMED else None)
    return Change("changed", subject, "due", tuple(f"{of} {old}" for of, (old, _) in days.items()),
                  tuple(f"{of} {new}" for of, (_, new) in days.items()), told)
