"""The calendar of all deadlines, a month at a time: what is whose, when, and how it stands; of a unit's account its own alone.
What cadences ask for is recorded as done."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gaoxin.campaign import cadencing, months
from gaoxin.clock import parse_day
from gaoxin.deadlines.model import NAMES, Kind
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.web.asking import Ask, Words, does, shows

router = APIRouter()


@router.get("/{campaign}/calendar", dependencies=shows(View.DESK))
def calendar(ask: Ask, campaign: str, month: Annotated[str, Query()] = "", unit: Annotated[str, Query()] = "",
             kind: Annotated[str, Query()] = "") -> Response:
    """month: 2024-03; this one where left out. unit: of those that the reader may see; of another nothing is shown."""
    w, sees = ask.workplace(), ask.reader.sees
    found = months.month(w, month.strip(), unit.strip(), kind.strip(), lambda of: sees(View.DESK, of))
    units = [u for u in w.plan.units if sees(View.DESK, u.id)]
    return ask.show("calendar.html.j2", m=found, names=NAMES, kinds=[*Kind], units=units)


@router.post("/{campaign}/unit/{unit}/cadence", dependencies=does(Act.CADENCE))
def done(ask: Ask, campaign: str, unit: str, duty: Words, day: Words = "", note: Words = "") -> Response:
    """A duty of the unit's, done on a day, today where none is given."""
    on = parse_day(day, "day") if day.strip() else None
    cadencing.done(ask.workplace(acts=True), duty.strip(), unit, on, note.strip() or None)
    return ask.go("unit", unit)
