"""Who is told what and when: the ladder of reminders before and after a due day. Pure.

For each thing that is still owed there are three audiences, each with rungs of its own: the unit (due in n days, due
today, n days overdue), the supervision office, and the leading group. Days are calendar days from the due day, as the
plan's ladder gives them; what falls on a day off waits for the next working day.

On a working day, each audience gets of each thing the highest rung reached and not yet sent. Lower rungs that were
never sent (a late start, a stretch of days off) are superseded: the message says how many, and they are not sent later.
All that one audience gets on a day is one digest; who had one today waits until the next working day.

A return that was sent back is told at once, with what to mend, whatever rung it stands on; each rejected version once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

from gaoxin.clock import local_day
from gaoxin.plan.calendar import is_workday, next_workday
from gaoxin.plan.model import Plan
from gaoxin.reminders import wording
from gaoxin.reminders.model import Due, Line, Reminder, ReminderLevel, Rung


def rung_key(ref: str, rung: str) -> str:
    """What `settled` holds and `Reminder.refs` lists: one rung of one thing."""
    return f"{ref}@{rung}"


def rungs(plan: Plan, due: Due) -> list[Rung]:
    """All rungs of a thing, by audience from the lowest to the highest."""
    ladder, level = plan.reminders, ReminderLevel
    before, overdue = sorted(set(ladder.before), reverse=True), sorted(set(ladder.overdue))
    own = [Rung(f"before{n}", due.due - timedelta(days=n), due.unit, level.UPCOMING) for n in before]
    if ladder.on_due_day:
        own.append(Rung("due", due.due, due.unit, level.DUE))
    own += [Rung(f"overdue{n}", due.due + timedelta(days=n), due.unit, level.OVERDUE) for n in overdue]
    if due.beside:
        return own
    g, late = plan.governance, due.due
    # Where the document names nobody to supervise, what is late comes back to the office: never to no one.
    above = [Rung("supervision", late + timedelta(days=ladder.supervision_after), g.supervision or g.office, level.ESCALATED)]
    if g.leading_group:
        above.append(Rung("leading_group", late + timedelta(days=ladder.leading_group_after), g.leading_group, level.ESCALATED))
    return [*own, *above]


def plan_reminders(plan: Plan, dues: Iterable[Due], now: datetime, settled: Collection[str], *, served: Collection[str] = (),
                   on_days_off: bool = False) -> list[Reminder]:
    """The digests to be sent now, by audience.
    dues: everything still owed. settled: keys of rungs that were sent before (`Reminder.refs` of what was sent).
    served: audiences that had a digest today. on_days_off: give what waits on a day off too, to show it; without it nothing is
    given on such a day. The same arguments, in any order, give the same reminders."""
    today = local_day(now)
    if not is_workday(today) and not on_days_off:
        return []
    lines: dict[str, list[Line]] = defaultdict(list)
    for due in sorted(set(dues), key=lambda d: (d.due, d.kind, d.ref, d.unit)):
        for line in _lines(plan, due, today, frozenset(settled)):
            lines[line.rung.audience].append(line)
    return [_digest(plan, unit, found, today) for unit, found in sorted(lines.items()) if unit not in served]


def _lines(plan: Plan, due: Due, today: date, settled: frozenset[str]) -> list[Line]:
    """At most one for the unit, one for the supervision office and one for the leading group."""
    found, all_rungs = [], rungs(plan, due)
    own = [r for r in all_rungs if r.level is not ReminderLevel.ESCALATED]
    for track in (own, *([r] for r in all_rungs[len(own):])):
        reached = [(rung_key(due.ref, r.id), r) for r in track if r.day <= today]
        fresh = [(key, r) for key, r in reached[-1:] if key not in settled]
        keys, rung = [key for key, _ in fresh], fresh[0][1] if fresh else None
        missed = [key for key, r in reached[:-1] if next_workday(r.day) < today and key not in settled] if fresh else []
        back = rung_key(due.ref, f"rejected{due.attempt}")
        if track is own and due.rejected and back not in settled:
            keys.append(back)
            now = ReminderLevel.DUE if today == due.due else ReminderLevel.UPCOMING
            rung = rung or Rung("rejected", today, due.unit, ReminderLevel.OVERDUE if today > due.due else now)
        if rung is not None:
            found.append(Line(due, rung, tuple(keys), tuple(missed)))
    return found


def _digest(plan: Plan, audience: str, lines: list[Line], today: date) -> Reminder:
    keys = tuple(sorted(k for line in lines for k in line.keys))
    level = max((line.rung.level for line in lines), key=list(ReminderLevel).index)
    mark = sha256("\n".join(keys).encode()).hexdigest()[:12]
    earliest = min(line.due.due for line in lines)
    back = sum(line.due.rejected and not line.escalated for line in lines)
    return Reminder(key=f"{plan.id}.{audience}.{today}.{mark}", audience=audience, level=level,
                    subject=wording.subject(plan, level, len(lines), earliest, back),
                    body=wording.body(plan, audience, lines, today), due=earliest, refs=keys,
                    superseded=tuple(sorted(k for line in lines for k in line.superseded)))
