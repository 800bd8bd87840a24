"""What answering costs the units, by month, what is overdue with whose time it was, and the warnings and cards that fell; of a
unit's account its own alone."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gaoxin.campaign import burdening, carding, lateness
from gaoxin.people.seeing import View
from gaoxin.web.asking import Ask, shows

router = APIRouter()


@router.get("/{campaign}/burden", dependencies=shows(View.DESK))
def burden(ask: Ask, campaign: str, unit: Annotated[str, Query()] = "", month: Annotated[str, Query()] = "",
           done: Annotated[bool, Query()] = False) -> Response:
    """unit: of those that the reader may see; month: 2024-03, the last twelve where left out. done: with what was done late."""
    w, sees = ask.workplace(), ask.reader.sees
    units = [u for u in w.plan.units if sees(View.DESK, u.id)]
    one, seen = unit.strip() or None, {u.id for u in units}
    found = burdening.burden(w, one, month.strip() or None)
    late, given = lateness.lateness(w, one, done=done), carding.cards(w, one)
    return ask.show("burden.html.j2", found=found, rows=[r for r in found.rows if r.unit in seen], units=units, unit=unit.strip(),
                    month=month.strip(), done=done, overdue=[o for o in late.overdue if o.unit in seen],
                    cards=[c for c in reversed(given.cards) if c.unit in seen])
