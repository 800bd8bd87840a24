"""A return: the unit's own sheet with every finding on its cell, its versions, what was said about it."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Response

from gaoxin.campaign import explaining, reviewing
from gaoxin.campaign.decisions import explain_all
from gaoxin.campaign.showing import show, unit_in
from gaoxin.campaign.writing import LONGEST
from gaoxin.clock import local_day, parse_day
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.web.asking import MOST, Ask, NeedsNamed, NeedsReporter, Words, does, shows

router = APIRouter()


@router.get("/{campaign}/return/{return_id}", dependencies=shows(View.RETURN))
def returned(ask: Ask, campaign: str, return_id: str, sheet: Annotated[str | None, Query()] = None,
             cell: Annotated[str | None, Query()] = None, row: Annotated[int | None, Query(le=MOST)] = None,
             against: Annotated[str | None, Query()] = None) -> Response:
    """cell: SHEET!CELL, to be lit. row: of the page of a long sheet. against: another version of the same return."""
    ask.reader.must_see(View.RETURN, unit_in(ask.workplace().plan, return_id))
    shown = show(ask.workplace(), return_id, sheet=sheet, cell=cell, row=row, against=against)
    reviewers = [u for u in reviewing.reviewers_of(ask.workplace().plan, shown.unit)
                 if ask.reader.could(Act.SEND_BACK, u, shown.unit)]
    judges = [u for u in ask.workplace().plan.governance.reviewers(shown.unit) if ask.reader.could(Act.REVIEW, u, shown.unit)]
    return ask.show("returned.html.j2", r=shown, may_explain=not ask.as_of and ask.reader.could(Act.EXPLAIN, shown.unit),
                    answered=explaining.of_return(ask.workplace(), return_id), judges=judges if ask.as_of is None else [],
                    last=local_day(ask.workplace().now) + timedelta(days=ask.workplace().plan.rhythm.explained_days),
                    reviewers=reviewers if ask.as_of is None else [], longest=LONGEST)


@router.post("/{campaign}/return/{return_id}/explain", dependencies=does(Act.EXPLAIN, NeedsReporter))
def explained(ask: Ask, campaign: str, return_id: str, rule: Annotated[list[str], Form()], text: Words = "") -> Response:
    """Of all warnings of these rules on this return, by its unit, in the same words."""
    w = ask.workplace(acts=True)
    ask.reader.must_see(View.RETURN, unit := unit_in(w.plan, return_id))
    explain_all(w, return_id, rule, text, unit)
    return ask.go("return", return_id)


@router.post("/{campaign}/return/{return_id}/explanations", dependencies=does(Act.REVIEW, NeedsNamed))
def reviewed(ask: Ask, campaign: str, return_id: str, by: Words, said: Annotated[list[int], Form()],
             rule: Annotated[list[str], Form()], outcome: Annotated[Literal["accept", "send_back"], Form()],
             because: Words = "", until: Words = "") -> Response:
    """What the unit said of these rules' warnings is accepted or sent back. said: the explanations that the page showed."""
    w = ask.workplace(acts=True)
    if outcome == "accept":
        explaining.accept(w, return_id, rule, until=parse_day(until, "until") if until.strip() else None, comment=because, by=by,
                          shown=said)
    else:
        explaining.send_back(w, return_id, because, rule, by=by, shown=said)
    return ask.go("return", return_id)


@router.post("/{campaign}/return/{return_id}/send-back", dependencies=does(Act.SEND_BACK, NeedsNamed))
def sent_back(ask: Ask, campaign: str, return_id: str, by: Words, because: Words = "", cell: Words = "") -> Response:
    """cell: SHEET!CELL, or a cell of the data sheet; empty where it is about the whole."""
    reviewing.send_back(ask.workplace(acts=True), return_id, because, cell.strip() or None, by)
    return ask.go("return", return_id, cell=cell.strip() or None)


@router.post("/{campaign}/return/{return_id}/take-back", dependencies=does(Act.SEND_BACK, NeedsNamed))
def taken_back(ask: Ask, campaign: str, return_id: str, by: Words, because: Words = "") -> Response:
    reviewing.take_back(ask.workplace(acts=True), return_id, because, by)
    return ask.go("return", return_id)
