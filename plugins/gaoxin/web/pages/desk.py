"""A unit's desk: what it owes, what was sent back, uploads with their verdict, acknowledgements, templates, questions,
its calendar."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from gaoxin.campaign import (
    carding,
    deadlines,
    desks,
    explaining,
    extending,
    forms,
    minding,
    offering,
    questioning,
    sourcing,
    uploading,
)
from gaoxin.campaign.paging import Page
from gaoxin.campaign.writing import LONGEST
from gaoxin.clock import local_day
from gaoxin.errors import Refused
from gaoxin.i18n import Text
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.periods import Period
from gaoxin.web.asking import MOST, Ask, Words, does, shows
from gaoxin.web.guard import LARGEST
from gaoxin.web.rendering import rendered

router = APIRouter()
_CARDS = 5  # the last ones
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/{campaign}/units", dependencies=shows(View.DESK))
def units(ask: Ask, campaign: str) -> Response:
    """Every desk that the reader may see."""
    w, sees = ask.workplace(), ask.reader.sees
    found, said = desks.desks(w), questioning.questions(w)
    theirs = questioning.Questions(w.plan.id, w.now, None, [q for q in said.questions if sees(View.DESK, q.unit)])
    words = explaining.explanations(w)
    words = replace(words, explanations=[one for one in words.explanations if sees(View.DESK, one.unit)])
    office = sees(View.DESK, w.plan.governance.office)
    return ask.show("units.html.j2", said=words, asked=theirs,
                    lines=[one for one in found.desks if sees(View.DESK, one.unit)],
                    may_answer=_may_answer(ask), longest=LONGEST, put_off=_put_off(ask), deciding=_deciding(ask),
                    today=local_day(w.now).isoformat(), waiting=minding.waiting(w) if office else None)


@router.get("/{campaign}/unit/{unit}", dependencies=shows(View.DESK))
def desk(ask: Ask, campaign: str, unit: str, after: Annotated[int, Query(ge=0, le=MOST)] = 0,
         about: Annotated[str, Query()] = "", asked: Annotated[int, Query(ge=0, le=MOST)] = 0,
         extended: Annotated[int, Query(ge=0, le=MOST)] = 0) -> Response:
    """after: of the history. about: what a question is to be about. asked: the number of one that was just asked; extended: of a
    request for another day."""
    found = desks.desk(ask.workplace(), unit, Page(desks.HISTORY, after))
    may_submit = not ask.as_of and ask.reader.could(Act.SUBMIT, unit)
    if may_submit:
        uploading.make_ready()
    said = questioning.questions(ask.workplace(), unit)
    put_off = _put_off(ask, unit)
    waiting = [one for one in minding.waiting(ask.workplace()).drifted if one.unit == unit]
    return ask.show("desk.html.j2", d=found, words=explaining.explanations(ask.workplace(), unit), waiting=waiting,
                    unfetched=sourcing.sources(ask.workplace(), unit).failed, may_submit=may_submit, after=after,
                    largest=LARGEST, at_once=uploading.AT_ONCE,
                    asked=said, told=next((q for q in said.open if q.number == asked), None), about=about,
                    subjects=offering.to_ask(ask.workplace(), found),
                    may_deliver=not ask.as_of and ask.reader.could(Act.EVIDENCE, unit),
                    may_tell=not ask.as_of and ask.reader.could(Act.PROGRESS, unit),
                    may_ask=not ask.as_of and ask.reader.could(Act.ASK, unit), may_answer=_may_answer(ask), longest=LONGEST,
                    put_off=put_off, deciding=_deciding(ask), to_put_off=offering.to_put_off(ask.workplace(), found),
                    requested=next((x for x in put_off.waiting if x.number == extended), None),
                    may_do=not ask.as_of and ask.reader.could(Act.CADENCE, unit),
                    cards=carding.cards(ask.workplace(), unit).cards[-_CARDS:][::-1],
                    may_extend=not ask.as_of and ask.reader.could(Act.EXTEND, unit),
                    today=local_day(found.as_of).isoformat())


@router.post("/{campaign}/unit/{unit}/ask", dependencies=does(Act.ASK))
def asked(ask: Ask, campaign: str, unit: str, text: Words = "", about: Words = "") -> Response:
    """A question of the unit to the office."""
    done = questioning.ask(ask.workplace(acts=True), unit, text, about)
    return ask.go("unit", unit, asked=done.number)


@router.post("/{campaign}/question/{number}/answer", dependencies=does(Act.ANSWER))
def answered(ask: Ask, campaign: str, number: Annotated[int, Path(ge=0, le=MOST)], text: Words = "",
             desk: Annotated[bool, Form()] = False) -> Response:
    """desk: whether it is answered on the unit's desk, and not on the office's page."""
    done = questioning.answer(ask.workplace(acts=True), number, text)
    return ask.go("unit", done.unit) if desk else ask.go("units")


def _put_off(ask: Ask, unit: str | None = None) -> extending.Extensions:
    """Requests for another day of the desks that the reader may see."""
    found, sees = extending.extensions(ask.workplace(), unit), ask.reader.sees
    return replace(found, extensions=[x for x in found.extensions if sees(View.DESK, x.unit)])


def _deciding(ask: Ask) -> dict[str, str]:
    """By unit, of whose requests the reader may decide, as which unit."""
    plan = ask.workplace().plan
    as_whom = {u.id: next((by for by in extending.deciders(plan, u.id) if ask.reader.could(Act.RULE_ON, by)), None)
               for u in plan.units} if not ask.as_of else {}
    return {unit: by for unit, by in as_whom.items() if by}


def _may_answer(ask: Ask) -> bool:
    return not ask.as_of and ask.reader.could(Act.ANSWER, ask.workplace().plan.governance.office)


@router.post("/{campaign}/unit/{unit}/upload", dependencies=does(Act.SUBMIT))
def upload(ask: Ask, campaign: str, unit: str, file: Annotated[list[UploadFile], File()],
           reason: Annotated[str | None, Form()] = None) -> Response:
    """Each file is taken in by itself: one that is refused keeps none of the others back."""
    if len(file) > uploading.AT_ONCE:
        raise Refused(Text(f"一次最多 {uploading.AT_ONCE} 个文件", f"at most {uploading.AT_ONCE} files at once"), where="file",
                      todo=Text("分几次上传", "upload them in several turns"))
    w = ask.workplace(acts=True)
    taken = [uploading.hand_in(w, unit, one.filename or "", one.file.read(), reason) for one in file]
    return ask.go("unit", unit, "receipts", of=",".join(str(one.number) for one in taken))


@router.get("/{campaign}/unit/{unit}/receipts", dependencies=shows(View.DESK))
def receipts(ask: Ask, campaign: str, unit: str, of: Annotated[str, Query()]) -> Response:
    """of: what came, by the numbers of the sendings."""
    found = uploading.acknowledged(ask.workplace(), unit, of.split(","))
    return ask.show("receipts.html.j2", unit=unit, found=found,
                    may_submit=not ask.as_of and ask.reader.could(Act.SUBMIT, unit))


@router.get("/{campaign}/unit/{unit}/receipt/{key}.txt", dependencies=shows(View.DESK))
def receipt(ask: Ask, campaign: str, unit: str, key: str) -> Response:
    """The acknowledgement of one file as a text that can be kept."""
    (found,) = uploading.acknowledged(ask.workplace(), unit, [key])
    told = rendered(ask, "receipt.txt.j2", one=found, plan=ask.workplace().plan)
    return _download(told.encode("utf-8-sig"), "text/plain; charset=utf-8", f"回执_{found.key[:80]}.txt")


@router.get("/{campaign}/unit/{unit}/form/{form}/{period}", dependencies=shows(View.DESK))
def form(ask: Ask, campaign: str, unit: str, form: str, period: str) -> Response:
    """What a form asks, with what was reported for the period before beside it."""
    return ask.show("fill.html.j2", f=forms.to_fill(ask.workplace(), form, unit, Period.written(period), ask.lang))


@router.get("/{campaign}/unit/{unit}/template/{form}/{period}", dependencies=shows(View.DESK))
def template(ask: Ask, campaign: str, unit: str, form: str, period: str) -> Response:
    name, content = forms.beside(ask.workplace(), form, unit, Period.written(period), ask.lang)
    return _download(content, _XLSX, name)


@router.get("/{campaign}/unit/{unit}/calendar.ics", dependencies=shows(View.DESK))
def calendar(ask: Ask, campaign: str, unit: str) -> Response:
    """For any program that keeps appointments. It comes with the login's cookie: what a program subscribes to is `feeds`."""
    return _download(deadlines.feed(ask.workplace(), unit), "text/calendar; charset=utf-8", f"{campaign}__{unit}.ics")


def _download(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"})
