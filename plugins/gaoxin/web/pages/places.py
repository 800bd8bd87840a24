"""Where Airflow's tabs on a DAG and on a run lead: to the page of what it is about."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gaoxin.campaign.finding import Found, page_of
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
    given = engine.given_to(dag_id, run_id)
    period = given.get("period") or given.get("owed")
    return _there(ask, page_of(ask.settings, dag_id, str(period) if period else None))


def _there(ask: Ask, found: Found) -> Response:
    return RedirectResponse(ask.home(found.campaign, *found.parts, **found.query), 303)
