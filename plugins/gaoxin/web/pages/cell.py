"""From a cell of a return, or all of it, to every figure, verdict, decision and report that was recorded as resting on it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gaoxin.campaign import following
from gaoxin.campaign.paging import Page
from gaoxin.people.seeing import View
from gaoxin.web.asking import MOST, Ask, shows

router = APIRouter()
_AT_ONCE = 100


@router.get("/{campaign}/cell/{return_id}", dependencies=shows(View.INDICATOR))
def cell(ask: Ask, campaign: str, return_id: str, cell: str = "", after: Annotated[int, Query(ge=0, le=MOST)] = 0) -> Response:
    """cell: SHEET!CELL; left out for the return as a whole. It tells of more than one unit: a unit's clerk has no place here."""
    return ask.show("cell.html.j2", found=following.follow(ask.workplace(), return_id, cell or None, Page(_AT_ONCE, after)))
