"""Which returns a plan asks for, on which day each is due, and where one stands at a time. Pure.

A due day is `days` after the period's end; when it falls on a day off and the form's rule says so, it moves to the next
working day of the State Council's calendar (DOMAIN, deadlines).
"""

from datetime import date, datetime

from gaoxin.clock import local_day
from gaoxin.periods import Period
from gaoxin.plan.calendar import last_day_for
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, Verdict


def owed(plan: Plan, only: Period | None = None) -> tuple[Owed, ...]:
    """Every return that the plan asks for over its whole life, or for one period, by due day, then form, unit and period."""
    found = [Owed(ReturnKey(plan.id, form.id, unit, period), due) for form in plan.forms for period in form.periods()
             if only in (None, period) for due in [last_day_for(form.due, period)] for unit in form.units]
    return tuple(sorted(found, key=lambda o: (o.due, o.key.form, o.key.unit, o.key.period)))


def state_of(item: Owed, as_of: datetime | date, received: bool, verdict: Verdict | None) -> ReturnState:
    """Where an owed return stands.
    received: a version has landed by `as_of`. verdict: of the newest version, None while it is unchecked. A return can be handed
    in from the day after its period's end; on the due day itself it is still in time."""
    if received:
        if verdict is None:
            return ReturnState.RECEIVED
        return ReturnState.REJECTED if verdict is Verdict.REJECTED else ReturnState.ACCEPTED
    day = local_day(as_of) if isinstance(as_of, datetime) else as_of
    if day <= item.key.period.end:
        return ReturnState.NOT_DUE
    return ReturnState.DUE if day <= item.due else ReturnState.OVERDUE
