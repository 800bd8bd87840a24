"""The ledger of tasks: how each stands, as a table and as a workbook. Leads tell of it on their desks, others close it here."""

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Response, UploadFile

from gaoxin.campaign import deliverables, taskbook, tasking, tasktable
from gaoxin.campaign.wording import known
from gaoxin.campaign.writing import LONGEST
from gaoxin.clock import local_day, parse_day
from gaoxin.errors import Refused
from gaoxin.i18n import Text
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.tasks.closing import may_close, may_set_aside
from gaoxin.tasks.model import Move, TaskStatus
from gaoxin.unseen import kept_name
from gaoxin.web.asking import Ask, NeedsNamed, Words, does, shows

Moves = dict[str, list[str]]  # by decision the units for which it may be taken
router = APIRouter()
_SEEN = shows(View.TASKS)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/{campaign}/tasks", dependencies=_SEEN)
def tasks(ask: Ask, campaign: str, unit: str = "", state: str = "") -> Response:
    """unit, state: only those tasks."""
    found = taskbook.tasks(ask.workplace(), unit or None, state or None)
    everything = taskbook.tasks(ask.workplace()) if unit or state else found
    names = [(one, known(one, "ledger")) for one in TaskStatus]
    return ask.show("tasks.html.j2", found=found, all=everything, unit=unit, state_=state, states=names,
                    may=_may(ask, found), done=ask.request.query_params.get("done", ""), longest=LONGEST)


@router.get("/{campaign}/tasks.xlsx", dependencies=_SEEN)
def table(ask: Ask, campaign: str) -> Response:
    """In the form of the document's own table."""
    name = f"{campaign}__tasks__{local_day(ask.workplace().now)}.xlsx"
    return Response(tasktable.content(ask.workplace(), ask.lang), media_type=_XLSX,
                    headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"})


@router.post("/{campaign}/task/{task}/close", dependencies=does(Act.CLOSE, NeedsNamed))
def close(ask: Ask, campaign: str, task: str, by: Words, reason: Words = "", confirmed: Words = "") -> Response:
    """confirmed: why what was handed in before it was reopened holds good."""
    tasking.close(ask.workplace(acts=True), task, reason, by, confirmed=confirmed.strip() or None)
    return ask.go("tasks", done=Move.CLOSED)


@router.post("/{campaign}/task/{task}/reopen", dependencies=does(Act.CLOSE, NeedsNamed))
def reopen(ask: Ask, campaign: str, task: str, by: Words, reason: Words = "") -> Response:
    tasking.reopen(ask.workplace(acts=True), task, reason, by)
    return ask.go("tasks", done=Move.REOPENED)


@router.post("/{campaign}/task/{task}/set-aside", dependencies=does(Act.CLOSE, NeedsNamed))
def set_aside(ask: Ask, campaign: str, task: str, by: Words, reason: Words = "") -> Response:
    tasking.set_aside(ask.workplace(acts=True), task, reason, by)
    return ask.go("tasks", done=Move.SET_ASIDE)


@router.post("/{campaign}/task/{task}/resume", dependencies=does(Act.CLOSE, NeedsNamed))
def resume(ask: Ask, campaign: str, task: str, by: Words, reason: Words = "") -> Response:
    tasking.resume(ask.workplace(acts=True), task, reason, by)
    return ask.go("tasks", done=Move.RESUMED)


@router.post("/{campaign}/unit/{unit}/task/{task}/progress", dependencies=does(Act.PROGRESS))
def progress(ask: Ask, campaign: str, unit: str, task: str, percent: Words = "", words: Words = "", day: Words = "") -> Response:
    """Told by a lead on its desk. day: on which it stood so; today where it is left blank."""
    tasking.tell_progress(ask.workplace(acts=True), task, unit, _percent(percent), words.strip() or None, _day(day))
    return ask.go("unit", unit)


@router.post("/{campaign}/unit/{unit}/task/{task}/milestone", dependencies=does(Act.PROGRESS))
def milestone(ask: Ask, campaign: str, unit: str, task: str, milestone: Words = "", day: Words = "", late: Words = ""
              ) -> Response:
    """late: why it is told after its limit that it was reached before."""
    tasking.tell_milestone(ask.workplace(acts=True), task, milestone, unit, _day(day), late_because=late.strip() or None)
    return ask.go("unit", unit)


@router.post("/{campaign}/unit/{unit}/task/{task}/evidence", dependencies=does(Act.EVIDENCE))
def evidence(ask: Ask, campaign: str, unit: str, task: str, piece: Words, file: Annotated[list[UploadFile], File()]) -> Response:
    """piece: the deliverable, of a member's with the unit behind an @."""
    deliverable, _, member = piece.strip().partition("@")
    given = [(Path(kept_name(one.filename or "")), one.file.read()) for one in file]
    deliverables.record_given(ask.workplace(acts=True), task, deliverable, given, unit, member=member or None)
    return ask.go("unit", unit)


def _percent(text: str) -> Decimal | None:
    """Raises Refused for what is no number."""
    if not (written := text.strip().removesuffix("%").strip()):
        return None
    try:
        return Decimal(written)
    except InvalidOperation as error:
        raise Refused(Text(f"进度 {text!r} 不是数", f"no number: {text!r}"), where="percent",
                      todo=Text("写 0 到 100 的数，如 60", "a number from 0 to 100, such as 60")) from error


def _day(text: str) -> date | None:
    return parse_day(text, "day") if text.strip() else None


def _may(ask: Ask, found: taskbook.Tasks) -> dict[str, Moves]:
    """By task what the reader could decide about it, each with the units for which."""
    if ask.as_of is not None:
        return {}
    plan: Any = ask.workplace().plan

    def may(one: taskbook.TaskLine) -> Moves:
        closers = [u for u in may_close(plan, plan.task(one.id)) if ask.reader.could(Act.CLOSE, u, one.lead)]
        asides = [u for u in may_set_aside(plan, plan.task(one.id)) if ask.reader.could(Act.CLOSE, u, one.lead)]
        stale = any(d.stale for d in one.deliverables)
        confirms = stale and not any(d.missing and not d.stale for d in one.deliverables) and all(
            m.reached_on for m in one.milestones)
        moves = {"reopen": closers if one.closed_by else [], "close": closers if one.waits or confirms else [],
                 "resume": asides if one.aside_by else [],
                 "set-aside": asides if not one.closed_by and not one.aside_by else []}
        return {move: units for move, units in moves.items() if units}

    return {one.id: may(one) for one in found.tasks}
