"""Bulletins (督查通报): the list of them; one of them to read, to write into, to comment on and to release, with its errata."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from gaoxin.campaign import bulletin_acts, bulletin_seen, bulletins
from gaoxin.campaign.writing import LONGEST
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.periods import Period
from gaoxin.web import engine
from gaoxin.web.asking import Ask, NeedsNamed, Words, does, shows
from gaoxin.web.pages.dossier import KINDS
from gaoxin.web.pages.report import POLICY

router = APIRouter()


@router.get("/{campaign}/bulletins", dependencies=shows(View.REPORT))
def listed(ask: Ask, campaign: str) -> Response:
    found = bulletins.bulletins(ask.workplace())
    return ask.show("bulletins.html.j2", found=found, may=[u for u in _units(ask, Act.WRITE) if u in found.writers])


@router.get("/{campaign}/bulletins/{bulletin}", dependencies=shows(View.REPORT))
def one(ask: Ask, campaign: str, bulletin: str) -> Response:
    found = bulletin_seen.seen(ask.workplace(), Period.parse(bulletin))
    open_ = found.line.state == "draft"
    may = {act.value: _units(ask, act) if open_ else [] for act in (Act.WRITE, Act.COMMENT, Act.RELEASE)}
    may["release"] = [u for u in may["release"] if u in found.releasers]
    may["write"] = [u for u in may["write"] if u in found.writers]
    return ask.show("bulletin.html.j2", b=found, may=may, longest=LONGEST, done=ask.request.query_params.get("done"))


@router.get("/{campaign}/bulletins/{bulletin}/{ending}", dependencies=shows(View.REPORT))
def part(ask: Ask, campaign: str, bulletin: str, ending: str) -> Response:
    """A file of it. A page runs nothing and asks for nothing else."""
    period, kind = Period.parse(bulletin), ending.rpartition(".")[2]
    content = bulletins.part(ask.workplace(), period, ending)
    name = f"{campaign}__bulletin__{period}{'__' if ending.startswith('erratum') else '.'}{ending}"
    more = {"content-security-policy": POLICY} if kind == "html" else {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=KINDS[kind], headers=more)


@router.post("/{campaign}/bulletins", dependencies=does(Act.WRITE, NeedsNamed))
def draft(ask: Ask, campaign: str, by: Words, period: Words) -> Response:
    made = bulletin_acts.redraft(ask.workplace(acts=True), Period.written(period), by, engine.base_url())
    return ask.go("bulletins", str(made.period), done="drafted")


@router.post("/{campaign}/bulletins/{bulletin}/text", dependencies=does(Act.WRITE, NeedsNamed))
def text(ask: Ask, campaign: str, bulletin: str, by: Words, slot: Words, words: Words) -> Response:
    bulletin_acts.write(ask.workplace(acts=True), Period.parse(bulletin), slot, words, by)
    return ask.go("bulletins", bulletin, done="written")


@router.post("/{campaign}/bulletins/{bulletin}/comment", dependencies=does(Act.COMMENT, NeedsNamed))
def comment(ask: Ask, campaign: str, bulletin: str, by: Words, words: Words) -> Response:
    bulletin_acts.comment(ask.workplace(acts=True), Period.parse(bulletin), words, by)
    return ask.go("bulletins", bulletin, done="commented")


@router.post("/{campaign}/bulletins/{bulletin}/release", dependencies=does(Act.RELEASE, NeedsNamed))
def release(ask: Ask, campaign: str, bulletin: str, by: Words, number: Annotated[str, Form()] = "") -> Response:
    bulletin_acts.release(ask.workplace(acts=True), Period.parse(bulletin), by, number)
    return ask.go("bulletins", bulletin, done="released")


def _units(ask: Ask, act: Act) -> list[str]:
    """The units for which the reader may do something now."""
    return [] if ask.as_of else [u.id for u in ask.workplace().plan.units if ask.reader.could(act, u.id)]
