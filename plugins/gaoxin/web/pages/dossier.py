"""The application dossier: the one that was kept last, with its files and what was open; what would be open now; building it."""

from typing import Literal

from fastapi import APIRouter, Response

from gaoxin.campaign import dossiers
from gaoxin.people.acts import Act
from gaoxin.people.seeing import View
from gaoxin.web import engine
from gaoxin.web.asking import Ask, does, shows
from gaoxin.web.pages.report import POLICY

router = APIRouter()
_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {"html": "text/html; charset=utf-8", "json": "application/json", "txt": "text/plain; charset=utf-8",
         "docx": f"{_OFFICE}wordprocessingml.document", "xlsx": f"{_OFFICE}spreadsheetml.sheet"}


@router.get("/{campaign}/dossier", dependencies=shows(View.REPORT))
def dossier(ask: Ask, campaign: str, done: Literal["", "built", "there"] = "") -> Response:
    may = ask.as_of is None and ask.reader.could(Act.RUN)
    return ask.show("dossier.html.j2", kept=dossiers.last_kept(ask.workplace()), may=may, done=done)


@router.get("/{campaign}/dossier/open", dependencies=shows(View.REPORT))
def open_now(ask: Ask, campaign: str) -> Response:
    """What would be open: worked out after the page is there."""
    return ask.show("dossier_open.html.j2", points=dossiers.open_now(ask.workplace()))


@router.get("/{campaign}/dossier/{name}", dependencies=shows(View.REPORT))
def part(ask: Ask, campaign: str, name: str, sha256: str = "") -> Response:
    """A file as it was written. A page runs nothing and asks for nothing else."""
    content, ending = dossiers.kept_part(ask.workplace(), name, sha256), name.rpartition(".")[2]
    more = {"content-security-policy": POLICY} if ending == "html" else {
        "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=KINDS[ending], headers=more)


@router.post("/{campaign}/dossier", dependencies=does(Act.RUN))
def build(ask: Ask, campaign: str) -> Response:
    """By whoever may see what comes of it, too."""
    ask.reader.must_see(View.REPORT)
    kept = dossiers.build(ask.workplace(acts=True), engine.base_url())
    return ask.go("dossier", done="built" if kept.anew else "there")
