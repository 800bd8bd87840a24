"""The calendar of all deadlines, a month at a time: what is whose, when, and how it stands; of a unit's account its own alone."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gaoxin.campaign import months
from gaoxin.deadlines.model import NAMES, Kind
from gaoxin.people.seeing import View
from gaoxin.web.asking import Ask, shows

router = APIRouter()


@router.get("/{campaign}/calendar", dependencies=shows(View.DESK))
def calendar(ask: Ask, campaign: str, month: Annotated[str, Query()] = "", unit: Annotated[str, Query()] = "",
             kind: Annotated[str, Query()] = "") -> Response:
    """month: 2024-03; this one where left out. unit: of those that the reader may see; of another nothing is shown."""
    w, sees = ask.workplace(), ask.reader.sees
    found = months.month(w, month.strip(), unit.strip(), kind.strip(), lambda of: sees(View.DESK, of))
    units = [u for u in w.plan.units if sees(View.DESK, u.id)]
    return ask.show("calendar.html.j2", m=found, names=NAMES, kinds=[*Kind], units=units)
