"""A gate as it is looked at: how it stands and why, who must do what and where, what it came to before and what changed since,
who was asked, what was waived. Reads only; what was judged and kept is not judged again while nothing has changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Literal

from gaoxin.blueprint.blueprint import phase_flow_id
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.consents import judges_its_own
from gaoxin.campaign.dispatch import NEWS
from gaoxin.campaign.evidenced import Place, Used, used
from gaoxin.campaign.gatekeeping import evaluate, request
from gaoxin.campaign.paging import Page
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.waiving import WaiverSeen, waivers_of
from gaoxin.campaign.waiving import seen_in as waivers_seen
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import LATEST, local_day
from gaoxin.gates.criteria import JUDGEMENTS
from gaoxin.gates.model import (
    ApprovalEvidence,
    CriterionResult,
    GateChange,
    GateResult,
    Mode,
    Rectification,
    Shortfall,
)
from gaoxin.gates.rectifying import closable, rectification_id
from gaoxin.gates.stands import Stands, Told, stands, told_as
from gaoxin.gates.turns import answer_by, before_in_order, may_answer
from gaoxin.gates.waiving import scope_told, scopes
from gaoxin.i18n import Message, Worded
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.criteria.approval import Approval
from gaoxin.plan.criteria.predecessors_passed import PredecessorsPassed
from gaoxin.plan.model import Criterion, Phase
from gaoxin.problems.rules import is_problem
from gaoxin.warehouse.engine import Store

_PARTS = 400  # so many shortfalls are looked up: beyond it they are listed without the return that they speak of
_SHOWN = Page(limit=40)

Outcome = Literal["passed", "failed", "not_evaluated", "waived"]
_OUTCOMES: Mapping[bool | None, Outcome] = {True: "passed", False: "failed", None: "not_evaluated"}


class Lacking(Answer, inline="shortfall"):
    """rectification: the open one for it."""

    shortfall: Shortfall
    place: Place | None
    rectification: str | None


class CriterionSeen(Answer):
    """asked: what it asks for. used: the first of what was looked at, `used_total` of how many. waivable: by which units, where
    no waiver covers all of it yet; scopes: to what one may be limited. excused: what waivers of a part let pass."""

    id: str
    kind: str
    asked: Worded
    outcome: Outcome
    detail: Message
    lacking: Sequence[Lacking]
    used: Sequence[Used]
    used_total: int
    waivable: Sequence[str]
    scopes: Sequence[tuple[str, Message]]
    excused: Sequence[Shortfall]


class Turned(Answer):
    """A criterion that came out otherwise than the time before. came, gone: shortfalls."""

    id: str
    before: Outcome | None
    after: Outcome | None
    came: Sequence[Shortfall]
    gone: Sequence[Shortfall]


class Past(Answer):
    """A kept evaluation. lacking: how many shortfalls there were. turned: since the one before; figures_changed, plan_changed:
    seal and version of the plan are others than then. stood: how it stood the time before; first: there was none."""

    at: datetime
    mode: Mode
    stands: Stands
    lacking: int
    plan_version: int | None
    known_seq: int | None
    turned: Sequence[Turned]
    figures_changed: bool
    plan_changed: bool
    stood: Stands | None
    first: bool


class Word(Answer, inline="given"):
    """What a unit said to a gate. state: whether it stands for the figures as they are now, is void because they changed, or was
    replaced by a later word. number: which of the campaign's approvals it is, from 0."""

    given: ApprovalEvidence
    state: Literal["stands", "void", "replaced"]
    number: int


class Asked(Answer):
    """The consent of a unit, in the order in which consents are asked for. word: its last for these very figures; last: its last
    at all, or that of one that decides in its place. asked_at: of a request that waits; until: by when an answer is expected.
    ready: all other conditions are met, and it is its turn. after: the unit that is to consent before it, None where none is.
    own: by unit that may decide, whether it handed in figures itself, and may not."""

    criterion: str
    unit: str
    deputies: Sequence[str]
    after: str | None
    ready: bool
    own: Mapping[str, bool]
    word: ApprovalEvidence | None
    last: ApprovalEvidence | None
    asked_at: datetime | None
    until: date | None


class GateSeen(Answer):
    """passed_at: when it let its phase end. judged: what is shown, of a gate that has passed its decision. history: the newest
    first; next: after how many it goes on. mended: of the open rectifications those whose shortfall is gone: the next time that
    the gate is judged closes them. settled: what was kept of it last says what is shown; judging: whether a run that judges it is
    under way."""

    campaign: str
    phase: str
    deadline: date
    rehearsed_from: date
    decided_from: date
    passed_at: datetime | None
    stands: Stands
    judged: GateResult
    criteria: Sequence[CriterionSeen]
    changed_within_window: Sequence[GateChange]
    history: Sequence[Past]
    next: int | None
    words: Sequence[Word]
    waivers: Sequence[WaiverSeen]
    consents: Sequence[Asked]
    rectifications: Sequence[Rectification]
    mended: Sequence[str]
    settled: bool
    judging: bool

    @property
    def last_word(self) -> int:
        """The number of the last word in the ledger; 0 without any."""
        return self.words[0].given.seq if self.words else 0

    @property
    def told_as(self) -> Told:
        return told_as(self.judged.mode, self.stands, passed=self.passed_at is not None)

    @property
    def held(self) -> Sequence[CriterionSeen]:
        return [c for c in self.criteria if c.outcome in ("failed", "not_evaluated")]

    @property
    def met(self) -> Sequence[CriterionSeen]:
        return [c for c in self.criteria if c not in self.held]

    @property
    def waited_for(self) -> Sequence[str]:
        """The units whose consent it lacks; where one was refused, whoever refused."""
        held = {c.id for c in self.held}
        lacks = [c for c in self.consents if c.criterion in held]
        refused = [c.word.by for c in lacks if c.word is not None and c.word.decision == "reject"]
        return refused if self.stands is Stands.REFUSED else [c.unit for c in lacks]


def gate_seen(w: Workplace, phase_id: str, page: Page = _SHOWN) -> GateSeen:
    """The gate of a phase as of `w.now`. Raises UsageError for an unknown phase."""
    with w.warehouse.read() as store:
        return seen_in(w, store, w.plan.phase(phase_id), page)


def seen_in(w: Workplace, store: Store, phase: Phase, page: Page = _SHOWN) -> GateSeen:
    d = store.decisions
    kept = d.last_gates(w.plan.id, phase.id, w.known, page.after + page.limit + 1)
    passed_at = d.passed(w.plan.id, w.known).get(phase.id)
    decision = _by_which(kept, passed_at)
    result = decision or standing_now(w, store, phase, kept[0] if kept else None)
    how, rehearsed = stands(result), result.mode is Mode.REHEARSAL
    rectifications = [r for r in d.rectifications(w.plan.id, w.known) if r.phase == phase.id]
    shown, further = kept[page.after:page.after + page.limit], len(kept) > page.after + page.limit
    words = [a for a in d.approvals(w.plan.id, w.known) if a.phase == phase.id]
    return GateSeen(
        campaign=w.plan.id, phase=phase.id, deadline=phase.gate.deadline, rehearsed_from=phase.gate.rehearsed_from,
        decided_from=phase.gate.decided_from, passed_at=passed_at, stands=how, judged=result,
        criteria=_criteria(w, store, phase, result, rectifications), changed_within_window=result.changed_within_window,
        history=[_past(one, before) for one, before in pairwise([*shown, kept[page.after + page.limit] if further else None])],
        next=page.after + page.limit if further else None, words=_words(words, result.seal),
        waivers=waivers_seen(w, store, [x for x in d.waivers(w.plan.id, w.known) if x.phase == phase.id]),
        consents=[_consent(w, store, c, result, words) for c in phase.gate.approvals],
        rectifications=sorted(rectifications, key=lambda r: (r.closed_at is not None, r.due, r.id)),
        mended=[r.id for r in rectifications if r.closed_at is None and closable(r, result)],
        settled=passed_at is not None or rehearsed or bool(kept and kept[0].mode is Mode.DECISION and stands(kept[0]) is how),
        judging=w.known == LATEST and any(e.payload["flow"] == phase_flow_id(w.plan, phase)
                                          for e in store.ledger.open_runs(w.plan.id)))


def _by_which(kept: Sequence[GateResult], passed_at: datetime | None) -> GateResult | None:
    """The decision by which it passed."""
    return next((r for r in kept if passed_at is not None and r.decided_as_of == passed_at and r.mode is Mode.DECISION
                 and stands(r) in (Stands.PASSED, Stands.WAIVED)), None)


# What a gate does not look at, of what is recorded after it was judged: all else may change what it comes to.
MATTERS = (*NEWS, EventKind.VERDICT_KEPT)


def standing_now(w: Workplace, store: Store, phase: Phase, kept: GateResult | None) -> GateResult:
    """How the gate stands: what was kept of it last, where that is of this day and nothing has changed since that it looks at."""
    if kept and kept.known_seq is not None and local_day(kept.decided_as_of) == local_day(w.now) and _nothing_new(w, store, kept):
        return kept
    return _evaluated(w, phase.id)


_evaluated = remembered(64)(evaluate)


def _nothing_new(w: Workplace, store: Store, kept: GateResult) -> bool:
    since, campaign = kept.known_seq or 0, w.plan.id
    if store.ledger.events(campaign, *MATTERS, since=since, until=w.known, limit=1) or kept.plan_version != w.plan_version:
        return False
    others = store.ledger.events(campaign, EventKind.GATE_DECIDED, EventKind.RECTIFICATION_OPENED, since=since, until=w.known)
    return not any(e.payload["phase"] != kept.phase for e in others)


def _criteria(w: Workplace, store: Store, phase: Phase, result: GateResult, known: Iterable[Rectification]
              ) -> list[CriterionSeen]:
    """Of criteria that the plan in force has: an earlier version's may have had others."""
    asked: dict[str, Criterion] = {c.id: c for c in (PredecessorsPassed(), *phase.gate.criteria)}
    open_ = {r.id for r in known if r.closed_at is None}
    versions = _versions(w, store, result)
    return [CriterionSeen(
        c.id, c.kind, asked[c.id].asked, _outcome(c), c.detail,
        [Lacking(s, _place(w, c, s, versions), _mended_by(w, result, c, s, open_)) for s in c.shortfalls],
        [used(w.plan, c.kind, e) for e in c.evidence[:_SHOWN.limit]], len(c.evidence),
        waivers_of(w.plan, asked[c.id]) if not c.opens and JUDGEMENTS[asked[c.id].kind].waivable else [],
        [(x.within, scope_told(w.plan, x)[0]) for x in scopes(w.plan, c.shortfalls)], c.excused,
    ) for c in result.criteria if c.id in asked]


def _outcome(c: CriterionResult) -> Outcome:
    return "waived" if c.waived else _OUTCOMES[c.passed]


def _mended_by(w: Workplace, result: GateResult, c: CriterionResult, s: Shortfall, open_: set[str]) -> str | None:
    id = rectification_id(w.plan.id, result.phase, c.id, s.ref)
    return id if id in open_ else s.ref if s.ref in open_ else None


def _versions(w: Workplace, store: Store, result: GateResult) -> Mapping[str, str]:
    """By return key that lacks something: the version that came last."""
    keys = [_of(s) for c in result.criteria for s in c.shortfalls if s.ref.count("__") == 3][:_PARTS]
    asked = {(form, Period.parse(period)) for _, form, _, period in (key.split("__") for key in keys)}
    if not asked:
        return {}
    found = store.standing.versions(w.plan.id, asked, w.known)
    return {str(v.key): v.return_id for v in sorted(found, key=lambda v: v.version) if str(v.key) in keys}


def _of(s: Shortfall) -> str:
    """What a shortfall is about, whoever owes it: a return of which a word is owed by its reviewer has a mark of its own."""
    return s.ref.partition("~")[0]


def _place(w: Workplace, c: CriterionResult, s: Shortfall, versions: Mapping[str, str]) -> Place | None:
    if _of(s) in versions:
        return Place("return", versions[_of(s)])
    match c.kind:
        case "predecessors_passed":
            return Place("gate", s.ref)
        case "targets_met":
            return Place("indicator", s.ref)
        case "rectifications_closed":
            return Place("problem", s.ref) if is_problem(s.ref) else Place("rectification", s.ref.split(".")[1])
        case "approval":
            return Place("consent", w.plan.unit(s.owner).id)
    return Place("unit", s.owner)


def _past(one: GateResult | None, before: GateResult | None) -> Past:
    assert one is not None
    return Past(one.decided_as_of, one.mode, stands(one), len([s for c in one.criteria if not c.opens for s in c.shortfalls]),
                one.plan_version, one.known_seq, _turned(one, before) if before else [],
                before is not None and one.seal != before.seal, before is not None and one.plan_version != before.plan_version,
                stands(before) if before else None, before is None)


def _turned(one: GateResult, before: GateResult) -> list[Turned]:
    was, is_ = ({c.id: c for c in r.criteria} for r in (before, one))
    found = []
    for id in dict.fromkeys([*is_, *was]):
        then, now = was.get(id), is_.get(id)
        lacked, lacks = ({s.ref: s for s in c.shortfalls} if c else {} for c in (then, now))
        came, gone = ([s for ref, s in one.items() if ref not in other] for one, other in ((lacks, lacked), (lacked, lacks)))
        turned = Turned(id, _outcome(then) if then else None, _outcome(now) if now else None, came, gone)
        if came or gone or turned.before != turned.after:
            found.append(turned)
    return found


def _words(given: Sequence[ApprovalEvidence], seal: str) -> list[Word]:
    """The newest first."""
    return [Word(a, stand_as(a, given, seal), n) for n, a in reversed(list(enumerate(given)))]


def stand_as(one: ApprovalEvidence, given: Sequence[ApprovalEvidence], seal: str) -> Literal["stands", "void", "replaced"]:
    """What became of a word, among all that were given to its gate. seal: of the figures as they are."""
    last = next(a for a in reversed(given) if (a.by, a.seal) == (one.by, one.seal))
    return "replaced" if last is not one else "stands" if one.seal == seal else "void"


def _consent(w: Workplace, store: Store, c: Approval, result: GateResult, words: Sequence[ApprovalEvidence]) -> Asked:
    said = [a for a in words if a.by in c.deciders]
    asked, after = request(w, store, result.phase, result.seal, c.by), before_in_order(w.plan.phase(result.phase), result, c.by)
    until = answer_by(w.plan, w.plan.phase(result.phase), c, asked.at) if asked else None
    may = may_answer(c, result.phase, words)
    return Asked(c.id, c.by, may[1:], after, stands(result) in (Stands.AWAITS, Stands.REFUSED) and after is None,
                 {u: judges_its_own(w, store, u) for u in may},
                 next((a for a in reversed(said) if a.seal == result.seal), None), said[-1] if said else None,
                 asked.at if asked else None, until)
