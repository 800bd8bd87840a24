"""What a unit is offered on its desk: what it may ask about, and what it may ask a later day for. Reads only."""

from datetime import date

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.desks import Desk
from gaoxin.campaign.questioning import about_name
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.extensions.model import Kind
from gaoxin.i18n import Code, Worded
from gaoxin.people.acts import leaders
from gaoxin.periods import Period
from gaoxin.returns.model import ReturnKey

_RETURN = Code("extensions.of_return", "{form} {period}", "{form} {period}", form=Worded, period=Period)
_LATEST = 12  # returns that are offered to be asked about


class ToPutOff(Answer):
    """what: as it is asked for. due: the day that stands."""

    what: str
    name: Worded
    due: date


def to_ask(w: Workplace, desk: Desk) -> list[tuple[str, Worded]]:
    """The campaign, forms that are asked for, returns that came last, each in words."""
    forms = [f"{one.row.form}@{one.row.period}" for one in (*desk.sent_back, *desk.owed, *desk.coming)]
    came = [c.return_id for c in desk.history if c.form_name and c.return_id][:_LATEST]
    return [(about, about_name(w.plan, about)) for about in dict.fromkeys(("", *forms, *came))]


def to_put_off(w: Workplace, desk: Desk) -> list[ToPutOff]:
    """What a unit may ask a later day for from its desk: returns, tasks and rectifications whose day has not passed and of which
    no request waits, the first due first."""
    today = local_day(w.now)
    with w.warehouse.read() as store:
        asked = {(x.kind, x.ref) for x in store.extensions.known(w.plan.id, w.known) if x.ruling is None}
    found = [(Kind.RETURN, str(ReturnKey(w.plan.id, one.row.form, one.row.unit, one.row.period)),
              ToPutOff(f"{one.row.form}@{one.row.period}", _RETURN(form=one.form_name, period=one.row.period), one.row.due))
             for one in (*desk.sent_back, *desk.owed, *desk.coming) if not one.accepted]
    tasks = [w.plan.task(one.task) for one in desk.tasks]
    found += [(Kind.TASK, t.id, ToPutOff(t.id, t.name, due)) for t in tasks
              if (due := w.due_of_task(t)) and desk.unit in leaders(w.plan, t)]
    found += [(Kind.RECTIFICATION, one.rectification.id, ToPutOff(one.rectification.id, one.rectification.subject,
                                                                  one.rectification.due)) for one in desk.rectifications]
    fit = {one.what: one for kind, ref, one in found if one.due >= today and (kind, ref) not in asked}
    return sorted(fit.values(), key=lambda one: (one.due, one.what))
