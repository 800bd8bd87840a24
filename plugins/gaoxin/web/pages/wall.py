"""The campaign's wall: where it stands, for operators and leaders."""

from fastapi import APIRouter, Response

from gaoxin.people.seeing import View
from gaoxin.web.asking import Ask, shows

router = APIRouter()


@router.get("/{campaign}", dependencies=shows(View.WALL))
def wall(ask: Ask, campaign: str) -> Response:
    return ask.show("wall.html.j2")
