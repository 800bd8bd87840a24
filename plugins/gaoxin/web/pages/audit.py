"""The auditor's pages: how the record stands, the ledger page by page, corrections and what came of them. They only read."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import PlainTextResponse

from gaoxin.campaign import auditing, correcting, quality_trends, ruling
from gaoxin.campaign.plans import list_plans
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import parse_day
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.seeing import View
from gaoxin.web.asking import MOST, Ask, Asking, shows

CAMPAIGNS = False
router = APIRouter()
_SEEN = shows(View.AUDIT)


@router.get("/audit", dependencies=_SEEN)
def audit(ask: Ask) -> Response:
    """Without a campaign: which there are of which anything is recorded."""
    if not ask.request.query_params.get("campaign"):
        known = {c.id: c.name for c in list_plans(ask.settings).campaigns}
        return ask.show("audit_start.html.j2", known=known,
                        recorded=[one for one in auditing.recorded(ask.settings) if ask.mine(one.campaign)])
    return ask.show("audit.html.j2", found=auditing.audited(_audited(ask)))


@router.get("/audit/ledger", dependencies=_SEEN)
def ledger(ask: Ask, kind: str = "", account: str = "", unit: str = "", day: str = "",
           before: Annotated[int | None, Query(ge=1, le=MOST)] = None,
           seq: Annotated[int | None, Query(ge=1, le=MOST)] = None) -> Response:
    """seq: the event that is lit, and begins the page."""
    wanted = auditing.Wanted(kind or None, account or None, unit or None, _day(day), before or (seq + 1 if seq else None))
    found = auditing.ledger_page(_audited(ask), wanted, words=ask.reader.sees(View.FIGURES))
    groups = {name: [k for k in EventKind if k.partition(".")[0] in kinds] for name, kinds in auditing.GROUPS.items()}
    words = {e.seq: auditing.in_names(ask.workplace().plan, e, ask.lang) for e in found.entries}
    return ask.show("audit_ledger.html.j2", found=found, groups=groups, lit=seq, words=words)


@router.get("/audit/corrections", dependencies=shows(View.CORRECTIONS))
def corrections(ask: Ask) -> Response:
    return ask.show("audit_corrections.html.j2", found=correcting.corrections(_audited(ask)))


@router.get("/audit/plans", dependencies=_SEEN)
def plans(ask: Ask) -> Response:
    return ask.show("audit_plans.html.j2", found=auditing.plans_in_force(_audited(ask)))


@router.get("/audit/rules", dependencies=_SEEN)
def rules(ask: Ask) -> Response:
    return ask.show("audit_rules.html.j2", found=ruling.rules(_audited(ask)))


@router.get("/audit/quality", dependencies=_SEEN)
def quality(ask: Ask) -> Response:
    return ask.show("audit_quality.html.j2", found=quality_trends.quality_trends(_audited(ask)))


@router.get("/audit/checkpoint/{seq}", dependencies=_SEEN)
def checkpoint(ask: Ask, seq: Annotated[int, Path(ge=0, le=MOST)]) -> Response:
    """A signed note, to be kept elsewhere or held against the ledger there."""
    return PlainTextResponse(auditing.checkpoint_note(_audited(ask).settings, seq),
                             headers={"content-disposition": f'attachment; filename="gaoxin-checkpoint-{seq:012d}.txt"'})


def _audited(ask: Asking) -> Workplace:
    """The campaign that is named, which is another question than whether there is an audit page for the reader at all."""
    ask.reader.must_see(View.AUDIT)  # whoever sees corrections does
    return ask.workplace()


def _day(text: str) -> date | None:
    return parse_day(text, "day") if text else None
