"""A gate: how it stands and why, who must do what; and what is decided here: the leader's consent, waivers, rectifications."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from gaoxin.campaign import auditing, consenting, decisions, outlooks, scans, voiding, waiving
from gaoxin.campaign.dispatch import Run
from gaoxin.campaign.gateviewing import GateSeen, gate_seen
from gaoxin.campaign.paging import Page
from gaoxin.campaign.writing import LONGEST
from gaoxin.clock import local_day
from gaoxin.errors import Refused, SystemFault
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.people.seeing import View
from gaoxin.web import engine
from gaoxin.web.asking import MOST, Ask, NeedsNamed, User, Words, does, shows

router = APIRouter()
_PAST = 12  # evaluations on a page


@router.get("/{campaign}/gate/{phase}", dependencies=shows(View.GATE))
def gate(ask: Ask, campaign: str, phase: str, after: Annotated[int, Query(ge=0, le=MOST)] = 0) -> Response:
    return _shown(ask, phase, after=after)


@router.get("/{campaign}/gate/{phase}/difference", dependencies=shows(View.FIGURES))
def difference(ask: Ask, campaign: str, phase: str, word: Annotated[int, Query(ge=0, le=MOST)]) -> Response:
    """What changed of the sealed figures since a word was given."""
    w = ask.workplace()
    found = voiding.differing(w, phase, word)
    since = [(e.at, auditing.in_names(w.plan, e, ask.lang)) for e in found.recorded]
    return ask.show("gate_difference.html.j2", found=found, phase=phase, since=since)


@router.get("/{campaign}/gate/{phase}/ahead", dependencies=shows(View.GATE))
def ahead(ask: Ask, campaign: str, phase: str) -> Response:
    """What changed since the day before, and what is foreseen for the deadline."""
    lines = [line.to(ask.lang) for line in outlooks.foretold(ask.workplace(), phase)]
    return ask.show("gate_ahead.html.j2", lines=lines)


@router.post("/{campaign}/gate/{phase}/consent", dependencies=does(Act.APPROVE, NeedsNamed))
def consent(ask: Ask, user: User, campaign: str, phase: str, by: Words, seal: Words, after: Annotated[int, Form()],
            decision: Annotated[Literal["approve", "reject"], Form()], reason: Words = "",
            scan: Annotated[UploadFile | None, File()] = None) -> Response:
    """The word of a unit to the figures that it was shown, and to what was said before. Where either changed it is not recorded,
    and they are shown. scan: of the sheet that was signed or sealed for it."""
    w = ask.workplace(acts=True)
    try:
        sheet = scans.sheet_of(scan.filename, scan.file.read()) if scan and scan.filename else None
        done = consenting.consent(w, phase, by, decision, reason, seal, after, sheet)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _shown(ask, phase, 409, refusal=refusal, said=reason)

    def go_on() -> None:
        if not engine.answer_waiting(done.flow, done.step, decision, reason.strip(), user):
            _start(consenting.again(w, phase, Act.APPROVE, by))

    return _went_on(ask, phase, decision, go_on)


@router.post("/{campaign}/gate/{phase}/ask", dependencies=does(Act.RUN))
def ask_for_consent(ask: Ask, campaign: str, phase: str) -> Response:
    runs = consenting.ask(ask.workplace(acts=True), phase, is_over=_is_over)
    return _went_on(ask, phase, "asked", lambda: _start(runs))


@router.post("/{campaign}/gate/{phase}/waive", dependencies=does(Act.WAIVE, NeedsNamed))
def waive(ask: Ask, campaign: str, phase: str, criterion: Words, by: Words, expires: Annotated[date, Form()],
          reason: Words = "", scope: Words = "") -> Response:
    """scope: NAME=VALUE; empty for what is lacking now; `later` for all of the criterion, also what comes later."""
    w = ask.workplace(acts=True)
    decisions.waive(w, phase, criterion, by, reason, expires, scope=waiving.Scope.parse("" if scope == "later" else scope),
                    now=scope != "later")
    return _went_on(ask, phase, "waived", lambda: _start(consenting.again(w, phase, Act.WAIVE, by)))


@router.post("/{campaign}/gate/{phase}/close", dependencies=does(Act.CLOSE, NeedsNamed))
def close(ask: Ask, campaign: str, phase: str, rectification: Words, by: Words, reason: Words = "") -> Response:
    w = ask.workplace(acts=True)
    decisions.close_rectification(w, rectification, reason, by)
    return _went_on(ask, phase, "closed", lambda: _start(consenting.again(w, phase, Act.CLOSE, by)))


def _is_over(flow: str, run_id: str) -> bool:
    return engine.ran(flow, run_id).ended is not None


def _start(runs: Iterable[Run]) -> None:
    engine.start((r.flow, r.run_id, r.conf, r.why.zh, r.at) for r in runs)


def _went_on(ask: Ask, phase: str, done: str, go_on: Callable[[], None]) -> Response:
    """On to the gate's page. What was done is recorded; where Airflow cannot be told, supervision goes on with it later."""
    try:
        go_on()
        late = None
    except SystemFault:
        late = "1"
    return ask.go("gate", phase, done=done, late=late)


def _shown(ask: Ask, phase: str, status: int = 200, *, after: int = 0, refusal: Refused | None = None,
           said: str = "") -> Response:
    w = ask.workplace()
    seen = ask.reader.shown(gate_seen(w, phase, Page(_PAST, after)))
    asked = seen.consents if ask.as_of is None and seen.passed_at is None else ()
    deciders = {c.criterion: unit for c in asked if c.ready
                for unit in [next((u for u, own in c.own.items() if not own and ask.reader.could(Act.APPROVE, u)), None)] if unit}
    asking = _asking(ask, seen)
    return ask.show("gate.html.j2", status, seen=seen, phase=w.plan.phase(phase), refusal=refusal, said=said, deciders=deciders,
                    consented=[c.criterion for c in seen.consents if c.criterion in {m.id for m in seen.met}],
                    names="、".join(w.plan.unit(unit).name.to(ask.lang) for unit in seen.waited_for),
                    laid=consenting.laid_before(w, seen) if deciders else None, done=_done(ask, seen, asking=asking),
                    asking=asking, late=bool(ask.request.query_params.get("late")), may=_may(ask, seen), longest=LONGEST,
                    waived_until=local_day(w.now) + decisions.WAIVED_AT_MOST)


def _asking(ask: Ask, seen: GateSeen) -> bool:
    """Whether a run is about to ask for the consent that is not asked for yet."""
    if ask.as_of is not None or not any(c.ready and c.asked_at is None and c.word is None for c in seen.consents):
        return False
    going = consenting.asking(ask.workplace(), seen.phase)
    return going is not None and not _is_over(*going)


def _done(ask: Ask, seen: GateSeen, *, asking: bool) -> str:
    """What the page was led to after; empty where the record knows of no such act of whoever asks."""
    who, done = ask.workplace().told_by["account"], ask.request.query_params.get("done", "")
    said = seen.words[0].given if seen.words else None
    acts = {"asked": asking or any(c.asked_at for c in seen.consents),
            "waived": any(x.given.account == who for x in seen.waivers),
            "closed": any(r.closed_at and r.account == who for r in seen.rectifications)}
    return done if acts.get(done) or (said and (said.decision, said.account) == (done, who)) else ""


def _may(ask: Ask, seen: GateSeen) -> dict[str, Any]:
    """What to offer: by criterion the units for which the reader could waive; by owner those for which the reader could close;
    whether consent could be asked for."""
    plan, could = ask.workplace().plan, ask.reader.could
    open_ = seen.passed_at is None
    if ask.as_of is not None:
        return {"waive": {}, "close": {}, "ask": False}
    owners, closers = {r.owner for r in seen.rectifications if r.closed_at is None}, decisions.closers_of(plan)
    return {
        "waive": {c.id: units for c in seen.criteria if (units := [u for u in c.waivable if open_ and could(Act.WAIVE, u)])},
        "close": {owner: [u for u in closers if u != owner and could(Act.CLOSE, u, owner)] for owner in owners},
        "ask": open_ and could(Act.RUN),
    }
