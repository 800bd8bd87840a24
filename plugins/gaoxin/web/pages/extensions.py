"""Extensions on the pages: a unit asks on its desk; who decides does so there or on the page of all desks."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Response

from gaoxin.campaign import extending
from gaoxin.people.acts import Act
from gaoxin.web.asking import MOST, Ask, Words, does

router = APIRouter()


@router.post("/{campaign}/unit/{unit}/extend", dependencies=does(Act.EXTEND))
def asked(ask: Ask, campaign: str, unit: str, until: Annotated[date, Form()], what: Words = "", reason: Words = "") -> Response:
    """A request of the unit for another day."""
    done = extending.ask(ask.workplace(acts=True), what, until, reason, unit)
    return ask.go("unit", unit, extended=done.given.number)


@router.post("/{campaign}/extension/{number}/rule", dependencies=does(Act.RULE_ON))
def ruled(ask: Ask, campaign: str, number: Annotated[int, Path(ge=0, le=MOST)], outcome: Annotated[
        Literal["granted", "refused"], Form()], by: Words = "", until: Annotated[date | None, Form()] = None, reason: Words = "",
          desk: Annotated[bool, Form()] = False) -> Response:
    """desk: whether it is decided on the unit's desk, and not on the page of all desks."""
    w = ask.workplace(acts=True)
    done = (extending.grant(w, number, reason, by, until) if outcome == "granted"
            else extending.refuse(w, number, reason, by))
    return ask.go("unit", done.given.unit) if desk else ask.go("units")
