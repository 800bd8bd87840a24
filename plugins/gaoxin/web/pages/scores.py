"""Pre-assessments: what they came to, how the sheets differ, item by item; a sheet can be fetched and handed in here."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Response, UploadFile

from gaoxin.campaign import scores
from gaoxin.campaign.scores import SheetEntered
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.unseen import kept_name
from gaoxin.web.asking import Ask, NeedsNamed, Words, does, shows
from gaoxin.web.guard import LARGEST

router = APIRouter()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/{campaign}/scores", dependencies=shows(View.FIGURES))
def listed(ask: Ask, campaign: str) -> Response:
    return _shown(ask)


@router.get("/{campaign}/scores/{assessment}/{seat}.xlsx", dependencies=shows(View.FIGURES))
def template(ask: Ask, campaign: str, assessment: str, seat: str) -> Response:
    content = scores.template_bytes(ask.workplace().plan, assessment, seat)
    return Response(content, media_type=_XLSX, headers={
        "content-disposition": f"attachment; filename*=UTF-8''{quote(f'{campaign}__{assessment}__{seat}.xlsx')}"})


@router.post("/{campaign}/scores/load", dependencies=does(Act.SCORE, NeedsNamed))
def load(ask: Ask, campaign: str, by: Words, file: Annotated[UploadFile, File()], reason: Words = "") -> Response:
    """A sheet with a fault is shown with all of them, and nothing is recorded."""
    name = kept_name(file.filename or "")
    done = scores.load(ask.workplace(acts=True), Path(name), file.file.read(), name, by, reason.strip() or None)
    return _shown(ask, 422, done) if done.faults else ask.go("scores", seat=done.seat, version=done.version)


def _shown(ask: Ask, status: int = 200, entered: SheetEntered | None = None) -> Response:
    plan, query = ask.workplace().plan, ask.request.query_params
    may = [] if ask.as_of else [u.id for u in plan.units if ask.reader.could(Act.SCORE, u.id) and any(
        u.id in scores.scorers_of(plan, one, seat) for one in plan.assessments for seat in scores.seats_of(one))]
    return ask.show("scores.html.j2", status, found=scores.scores(ask.workplace()), entered=entered, may=may, largest=LARGEST,
                    recorded=query.get("seat"), version=query.get("version"))
