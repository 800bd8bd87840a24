"""Where Airflow's tabs on a DAG and on a run lead: to the page of what it is about."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gaoxin.campaign.finding import Found, page_of
from gaoxin.clock import parse_as_of
from gaoxin.people.seeing import View
from gaoxin.web import engine
from gaoxin.web.asking import Ask, shows

CAMPAIGNS = False
router = APIRouter()


@router.get("/dag/{dag_id}", dependencies=shows(View.HOME))
def of_dag(ask: Ask, dag_id: str) -> Response:
    return _there(ask, page_of(ask.settings, dag_id))


@router.get("/run/{dag_id}/{run_id}", dependencies=shows(View.HOME))
def of_run(ask: Ask, dag_id: str, run_id: str) -> Response:
    """As of the run, once it is over: of the time that it was told, else of its end."""
    ran = engine.ran(dag_id, run_id)
    period, told = ran.given.get("period") or ran.given.get("owed"), ran.given.get("as_of")
    as_of = parse_as_of(str(told)) if told else ran.ended
    return _there(ask, page_of(ask.settings, dag_id, str(period) if period else None, as_of if ran.ended else None,
                               passed=ran.succeeded))


def _there(ask: Ask, found: Found) -> Response:
    return RedirectResponse(ask.home(found.campaign, *found.parts, **found.query), 303)
