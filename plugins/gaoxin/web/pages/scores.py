"""Pre-assessments: what they came to, how the sheets differ, item by item; a sheet can be fetched and handed in here."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Response, UploadFile

from gaoxin.campaign import scores
from gaoxin.campaign.scores import AssessmentSeen, SheetEntered
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.plan.assessments import Assessment
from gaoxin.unseen import kept_name
from gaoxin.web.asking import Ask, NeedsNamed, Words, does, shows
from gaoxin.web.guard import LARGEST

router = APIRouter()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/{campaign}/scores", dependencies=shows(View.DESK))
def listed(ask: Ask, campaign: str) -> Response:
    return _shown(ask)


@router.get("/{campaign}/scores/{assessment}/{seat}.xlsx", dependencies=shows(View.DESK))
def template(ask: Ask, campaign: str, assessment: str, seat: str) -> Response:
    if seat not in _theirs(ask, ask.workplace().plan.assessment(assessment)):
        ask.reader.must_see(View.FIGURES)
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
    found, own = scores.scores(ask.workplace()), not ask.reader.sees(View.FIGURES)
    if own:
        theirs = {a.id: _theirs(ask, plan.assessment(a.id)) for a in found.assessments}
        found = scores.Scores(found.campaign, found.as_of, [_alone(a, theirs[a.id]) for a in found.assessments if theirs[a.id]])
        if not found.assessments:
            ask.reader.must_see(View.FIGURES)
    return ask.show("scores.html.j2", status, found=found, own=own, entered=entered, may=may, largest=LARGEST,
                    recorded=query.get("seat"), version=query.get("version"))


def _theirs(ask: Ask, asked: Assessment) -> list[str]:
    """The seats that are the reader's own units: whoever assesses fetches and hands in their own sheet."""
    return [seat for seat in asked.assessors if ask.reader.sees(View.DESK, seat) and ask.reader.could(Act.SCORE, seat)]


def _alone(seen: AssessmentSeen, seats: list[str]) -> AssessmentSeen:
    """Without what others gave, and what all came to."""
    return replace(seen, seats=seats, total=None, passed=None, spread=None, items=[], outliers=[], unopened=[], unknown=[],
                   missing=[s for s in seen.missing if s in seats], incomplete=[s for s in seen.incomplete if s in seats],
                   outdated=[s for s in seen.outdated if s in seats],
                   sheets=[replace(s, outlier=False) for s in seen.sheets if s.seat in seats])
