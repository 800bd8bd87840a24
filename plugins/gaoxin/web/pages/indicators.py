"""Indicators: how all stand, and of each where its figure comes from, down to the cells."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gaoxin.campaign import looking, tracing, trends
from gaoxin.campaign.paging import Page
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.ledger.actor import Way
from gaoxin.people.seeing import View
from gaoxin.periods import Period
from gaoxin.web.asking import MOST, Ask, shows

router = APIRouter()
_SEEN = shows(View.INDICATOR)
_INPUTS = 100  # of a trace, at once


@router.get("/{campaign}/indicators", dependencies=_SEEN)
def indicators(ask: Ask, campaign: str, period: str = "") -> Response:
    found = trends.see_all(ask.workplace(), Period.written(period) if period else None)
    return ask.show("indicators.html.j2", found=found, period=period)


@router.get("/{campaign}/indicator/{indicator}", dependencies=_SEEN)
def indicator(ask: Ask, campaign: str, indicator: str, compare_to: str = "") -> Response:
    """compare_to: another time, shown beside."""
    w = ask.workplace()
    twice = None
    if compare_to:
        other = open_workplace(ask.settings, campaign, parse_as_of(compare_to), in_force=True, way=Way.PAGE, airflow=ask.account)
        twice = looking.see_twice(w, other, indicator)
    seen = looking.see(w, indicator) if twice is None else max(twice.before, twice.after, key=lambda s: s.as_of == w.now)
    return ask.show("indicator.html.j2", seen=seen, r=seen.indicator, twice=twice, compare_to=compare_to)


@router.get("/{campaign}/indicator/{indicator}/trace", dependencies=_SEEN)
def trace(ask: Ask, campaign: str, indicator: str, period: str = "",
          after: Annotated[int, Query(ge=0, le=MOST)] = 0) -> Response:
    """The files that it rests on are read again for it: a part of the page that comes after it, or a page of its own."""
    w = ask.workplace()
    found = tracing.trace(w, indicator, Period.written(period) if period else None, Page(_INPUTS, after))
    words = [looking.in_words(w.plan, made) for made in found.computed]
    template = "indicator_trace_part.html.j2" if ask.partial else "indicator_trace.html.j2"
    return ask.show(template, found=found, words=words, period=period)
