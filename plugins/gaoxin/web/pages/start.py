"""The start: which campaigns there are, and for whom is logged in the place where they work."""

from dataclasses import replace

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gaoxin.campaign import starting
from gaoxin.campaign.plans import list_plans
from gaoxin.ledger.actor import Way
from gaoxin.people.seeing import View
from gaoxin.web.asking import Ask, shows

CAMPAIGNS = False
router = APIRouter()


@router.get("/", dependencies=shows(View.HOME))
def start(ask: Ask) -> Response:
    """The reader's campaigns, of a unit's clerk with what each wants of it; those first in which a gate waits for the reader's
    consent. With one, straight to it."""
    every = list_plans(ask.settings)
    found = replace(every, campaigns=tuple(c for c in every.campaigns if ask.mine(c.id, c.units)),
                    broken=tuple(b for b in every.broken if ask.mine(b.id)))
    if len(found.campaigns) == 1 and not found.broken:
        return RedirectResponse(ask.home(found.campaigns[0].id, "mine"), 303)
    own = {c.id: starting.own_desks(ask.settings, c.id, Way.PAGE, ask.account) for c in found.campaigns}
    waits = {c.id: starting.waiting_for(ask.settings, c.id, Way.PAGE, ask.account, only_reads=ask.only_reads)
             for c in found.campaigns}
    found = replace(found, campaigns=tuple(sorted(found.campaigns, key=lambda c: not waits[c.id])))
    return ask.show("start.html.j2", plans=found, own=own, waits=waits)


@router.get("/{campaign}/mine", dependencies=shows(View.HOME))
def mine(ask: Ask, campaign: str) -> Response:
    """The wall for whoever may see it, else the desk of the reader's unit, else what there is to audit."""
    reader = ask.reader
    if reader.sees(View.WALL):
        return RedirectResponse(ask.home(campaign), 303)
    if reader.units:
        return RedirectResponse(ask.link("unit", reader.units[0]), 303)
    return RedirectResponse(ask.home("audit"), 303)
