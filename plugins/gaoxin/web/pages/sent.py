"""What went out to whom, by which channel, and what failed: addresses masked, as it was known at the page's time."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from gaoxin.campaign import sent as went_out
from gaoxin.clock import parse_as_of
from gaoxin.people.seeing import View
from gaoxin.web.asking import Ask, shows

router = APIRouter()


@router.get("/{campaign}/sent", dependencies=shows(View.WALL))
def sent(ask: Ask, campaign: str, unit: str = "", failed: Annotated[bool, Query()] = False, before: str = "") -> Response:
    """unit: to this audience alone; failed: those that some address has not got; before: planned earlier than that."""
    earlier: datetime | None = parse_as_of(before) if before else None
    found = went_out.sent(ask.workplace(), unit or None, lacking=failed, before=earlier)
    return ask.show("sent.html.j2", found=found, unit=unit, failed=failed, before=before, called=went_out.called,
                    others=went_out.OTHERS)
