"""Problems and rectifications: what stands, whose it is, what was handed in; entered, made good and re-checked here as well."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from gaoxin.campaign import problems, rechecking
from gaoxin.campaign.problems import Found, Given, ProblemsEntered
from gaoxin.campaign.writing import LONGEST
from gaoxin.clock import local_day, parse_day
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.plan.criteria.rectifications_closed import FOUND_BY_PEOPLE
from gaoxin.problems.rules import finders_of
from gaoxin.unseen import kept_name
from gaoxin.web.asking import Ask, NeedsNamed, Words, does, shows
from gaoxin.web.guard import LARGEST

router = APIRouter()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/{campaign}/problems", dependencies=shows(View.DESK))
def listed(ask: Ask, campaign: str, everything: Annotated[bool, Query()] = True) -> Response:
    """Those of the units whose desks the reader sees. everything: the closed ones too."""
    return _shown(ask, everything=everything)


@router.get("/{campaign}/problems/template.xlsx", dependencies=shows(View.DESK))
def template(ask: Ask, campaign: str) -> Response:
    name = f"{campaign}__problems.xlsx"
    return Response(problems.template_bytes(ask.workplace()), media_type=_XLSX,
                    headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"})


@router.get("/{campaign}/problems/{problem}/file/{sha256}", dependencies=shows(View.DESK))
def file(ask: Ask, campaign: str, problem: str, sha256: str) -> Response:
    """What was handed in for a rectification, as it came."""
    found = rechecking.handed_in(ask.workplace(), problem, sha256)
    ask.reader.must_see(View.DESK, found.owner)
    return Response(found.content, media_type="application/octet-stream",
                    headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"})


@router.post("/{campaign}/problems", dependencies=does(Act.FIND, NeedsNamed))
def add(ask: Ask, campaign: str, by: Words, text: Words, owner: Words, standard: Words, due: Annotated[date, Form()],
        origin: Words, source: Words, found_on: Annotated[date | None, Form()] = None) -> Response:
    w = ask.workplace(acts=True)
    done = problems.add(w, Found(text, owner, standard, due, problems.origin_called(origin), source,
                                 found_on or local_day(w.now)), by)
    return ask.go("problems", **{"closed" if done.closed else "done": done.problems[0].id})


@router.post("/{campaign}/problems/load", dependencies=does(Act.FIND, NeedsNamed))
def load(ask: Ask, campaign: str, by: Words, origin: Words, source: Words, file: Annotated[UploadFile, File()],
         found_on: Annotated[date | None, Form()] = None) -> Response:
    """A list with a fault is shown with all of them, and nothing is recorded."""
    w = ask.workplace(acts=True)
    name = kept_name(file.filename or "")
    done = problems.load(w, Path(name), file.file.read(), name,
                         Given(problems.origin_called(origin), source, found_on or local_day(w.now)), by)
    return _shown(ask, 422, entered=done) if done.faults else ask.go("problems", loaded=done.new, before=done.there_before)


@router.post("/{campaign}/problems/{problem}/evidence", dependencies=does(Act.EVIDENCE, NeedsNamed))
def evidence(ask: Ask, campaign: str, problem: str, by: Words, file: Annotated[list[UploadFile], File()], note: Words = ""
             ) -> Response:
    given = [(kept_name(one.filename or ""), one.file.read()) for one in file]
    done = rechecking.hand_in(ask.workplace(acts=True), problem, given, by, note)
    return ask.go("problems", done=done.problem.id) if done.new else ask.go("problems", nothing_new=1)


@router.post("/{campaign}/problems/{problem}/recheck", dependencies=does(Act.RECHECK, NeedsNamed))
def recheck(ask: Ask, campaign: str, problem: str, by: Words, outcome: Annotated[Literal["accepted", "sent_back"], Form()],
            reason: Words = "", due: Words = "") -> Response:
    """due: nothing, or the new day of what is sent back."""
    until = parse_day(due, "due") if due else None
    done = rechecking.recheck(ask.workplace(acts=True), problem, outcome, reason, by, until)
    return ask.go("problems", done=done.problem.id)


def _shown(ask: Ask, status: int = 200, *, everything: bool = True, entered: ProblemsEntered | None = None) -> Response:
    found = problems.problems(ask.workplace(), open_only=not everything)
    sees = ask.reader.sees
    theirs = [p for p in found.problems if sees(View.DESK, p.owner) or (p.finder and sees(View.DESK, p.finder))]
    query = ask.request.query_params
    return ask.show("problems.html.j2", status, found=problems.Problems(found.campaign, found.as_of, theirs), entered=entered,
                    everything=everything, may=_may(ask), longest=LONGEST, largest=LARGEST, done=query.get("done"),
                    nothing_new=query.get("nothing_new"), closed=query.get("closed"),
                    loaded=query.get("loaded"), before=query.get("before"), today=local_day(ask.workplace().now),
                    origins=FOUND_BY_PEOPLE)


def _may(ask: Ask) -> dict[str, Any]:
    """What to offer: the units for which the reader could record problems or hand in evidence; whether it could re-check what a
    finder found of an owner."""
    if ask.as_of is not None:
        return {"find": [], "evidence": {}, "recheck": lambda finder, owner: False}
    plan, could = ask.workplace().plan, ask.reader.could
    return {"find": [u for u in finders_of(plan) if could(Act.FIND, u)],
            "evidence": {u.id for u in plan.units if could(Act.EVIDENCE, u.id)},
            "recheck": lambda finder, owner: could(Act.RECHECK, finder, owner)}
