"""A return: the unit's own sheet with every finding on its cell, its versions, what was said about it."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Response

from gaoxin.campaign.decisions import explain
from gaoxin.campaign.showing import show, unit_in
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.web.asking import Ask, Words, does, shows

router = APIRouter()


@router.get("/{campaign}/return/{return_id}", dependencies=shows(View.RETURN))
def returned(ask: Ask, campaign: str, return_id: str, sheet: Annotated[str | None, Query()] = None,
             cell: Annotated[str | None, Query()] = None, row: Annotated[int | None, Query()] = None,
             against: Annotated[str | None, Query()] = None) -> Response:
    """cell: SHEET!CELL, to be lit. row: of the page of a long sheet. against: another version of the same return."""
    ask.reader.must_see(View.RETURN, unit_in(ask.workplace().plan, return_id))
    shown = show(ask.workplace(), return_id, sheet=sheet, cell=cell, row=row, against=against)
    return ask.show("returned.html.j2", r=shown, may_explain=not ask.as_of and ask.reader.could(Act.EXPLAIN, shown.unit))


@router.post("/{campaign}/return/{return_id}/explain", dependencies=does(Act.EXPLAIN))
def explained(ask: Ask, campaign: str, return_id: str, rule: Annotated[list[str], Form()], text: Words) -> Response:
    """Of all warnings of these rules on this return, by its unit, in the same words."""
    w = ask.workplace(acts=True)
    ask.reader.must_see(View.RETURN, unit := unit_in(w.plan, return_id))
    for one in rule:
        explain(w, return_id, one, text, unit)
    return ask.go("return", return_id)
