"""Gates evaluated and decided: evidence gathered from the warehouse, the pure rule applied, its outcome recorded."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gaoxin.campaign import anchoring
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.changing import changed_within_window
from gaoxin.campaign.measuring import indicators_in
from gaoxin.campaign.paging import ALL, Page
from gaoxin.campaign.scored import assessments_of, score_in
from gaoxin.campaign.standing import Overview
from gaoxin.campaign.upkeep import examined
from gaoxin.campaign.workplace import Workplace, deciding
from gaoxin.clock import LATEST, local_day
from gaoxin.errors import Refused
from gaoxin.gates.difference import Difference
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.judging import Case
from gaoxin.gates.model import Counted, CriterionResult, Evidence, GateResult, GateVerdict, Mode, OwedReturn, Shortfall
from gaoxin.gates.outlook import Ahead
from gaoxin.gates.rectifying import closable, from_gate
from gaoxin.gates.seal import sealed, written
from gaoxin.gates.turns import answer_by, may_answer, whose_turn
from gaoxin.gates.used import uses_of_gate
from gaoxin.i18n import Code, Text, Worded
from gaoxin.indicators.used import Use
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Phase
from gaoxin.reminders.model import Due
from gaoxin.returns.model import ReturnState
from gaoxin.returns.schedule import rounds
from gaoxin.warehouse.answering import EVIDENCE
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import Reviewed

# So many accepted returns are listed one by one, in the evidence and under the seal; where there are more, those of which
# nothing is to be said are counted. It is a number of what is sealed, so that no seal changes by itself.
LISTED = 1_000

_NAMED = 5
_TO_CONSENT = Code("gatekeeping.to_consent", "关口“{phase}”请审批表态（{asked} 提请，其余条件均已具备）",
                   "decide on the gate {phase} (asked for on {asked}; all other conditions are met)", phase=Worded, asked=date)


class Void(Answer):
    """A word by which a gate does not go any more, and what changed of what it was given for; exact: whether that could be
    brought back as it was."""

    by: str
    given_at: datetime
    exact: bool
    differences: Sequence[Difference]


class Passed(Answer):
    """The decision by which a phase ended: it stands, whatever the gate would come to since. days_late: after its deadline."""

    verdict: GateVerdict
    decided_as_of: datetime
    days_late: int


class Gate(Answer, inline="result"):
    """total: how long the longest list of a criterion's evidence or shortfalls is; next: after how many of each the next page
    goes on, None where none are left. ahead: of a rehearsal. void: consents that are, and why. passed: the decision that was
    kept; None while there is none by which the phase ended, or after it was reopened."""

    result: GateResult
    total: int
    next: int | None
    ahead: Ahead | None = None
    void: Sequence[Void] = ()
    passed: Passed | None = None

    @property
    def exit_status(self) -> int:
        return 1 if self.result.verdict is GateVerdict.HOLD else 0

    @property
    def held(self) -> list[CriterionResult]:
        return [c for c in self.result.criteria if not c.opens]

    @property
    def owed(self) -> list[Shortfall]:
        return [s for c in self.result.criteria if not c.waived for s in c.shortfalls]


def shown(result: GateResult, page: Page = ALL, ahead: Ahead | None = None, void: Sequence[Void] = (),
          passed: GateResult | None = None) -> Gate:
    """With so much of each criterion's evidence and shortfalls."""
    total = max((len(found) for c in result.criteria for found in (c.evidence, c.shortfalls)), default=0)
    criteria = tuple(replace(c, evidence=tuple(page.of(c.evidence)), shortfalls=tuple(page.of(c.shortfalls)))
                     for c in result.criteria)
    return Gate(replace(result, criteria=criteria), total, page.next(total), ahead, void,
                Passed(passed.verdict, passed.decided_as_of, passed.days_late) if passed else None)


def evaluate(w: Workplace, phase_id: str) -> GateResult:
    """The gate of a phase as of `w.now`; stores nothing. Raises UsageError for an unknown phase."""
    with w.warehouse.read() as store:
        phase = w.plan.phase(phase_id)
        return evaluate_gate(w.plan, phase, gather(w, phase, store))


def judged(w: Workplace, phase_id: str, store: Store) -> tuple[GateResult, tuple[Use, ...]]:
    """As evaluate, within the transaction in which it is recorded, with what it rests on."""
    return judged_with_seal(w, phase_id, store)[:2]


def judged_with_seal(w: Workplace, phase_id: str, store: Store) -> tuple[GateResult, tuple[Use, ...], bytes]:
    """As judged, and the bytes of which the seal is the hash."""
    phase = w.plan.phase(phase_id)
    evidence = gather(w, phase, store)
    return (evaluate_gate(w.plan, phase, evidence), uses_of_gate(w.plan, phase, evidence),
            written(sealed(w.plan, phase, evidence)))


def decide(w: Workplace, phase_id: str) -> GateResult:
    """Evaluates a gate and records what follows from it, as one snapshot. Raises Refused where what it would rest on is not what
    the ledger answers for. The same standing twice changes nothing.
    Rectifications of this gate whose shortfall is gone are closed, in rehearsals too. A hold in decision mode opens one for each
    shortfall; a rehearsal asks nobody for anything. A pass or a waiver in decision mode lets the phase end.
    A gate that has passed is not decided again, whatever changed since: its answer is the decision by which it passed. What
    changed is a correction, which may reopen it."""
    must_verify(w, phase_id)
    with deciding(w) as (w, store):
        return _kept(w, phase_id, store)


def _kept(w: Workplace, phase_id: str, store: Store) -> GateResult:
    result, uses = judged(w, phase_id, store)
    if passed := passed_in(w, phase_id, store):
        _close_made_good(w, store, result)
        return passed
    before = store.decisions.last_gate(w.plan.id, phase_id, w.known)
    if before is None or _said(before) != _said(result):
        store.decisions.save_gate(result)
        if result.mode is Mode.DECISION:
            store.uses.record(w.plan.id, "gate", phase_id, result.verdict, uses, result.known_seq or 0, w.now)
    _close_made_good(w, store, result)
    if result.mode is Mode.DECISION and result.verdict is GateVerdict.HOLD:
        for item in from_gate(w.plan, result, w.now):
            store.decisions.open_rectification(item)
    if result.mode is Mode.DECISION and result.verdict is not GateVerdict.HOLD:
        store.plans.mark_step(w.plan.id, "gate", phase_id, "passed", w.now)
    return result


def _close_made_good(w: Workplace, store: Store, result: GateResult) -> None:
    for item in store.decisions.rectifications(w.plan.id, w.known, open_only=True):
        if why := closable(item, result):
            store.decisions.close_rectification(item.id, w.now, why)


def passed_by(w: Workplace, phase_id: str, known: datetime = LATEST) -> GateResult | None:
    """The decision by which a gate has passed, as it was known; None where it has not, or was reopened since."""
    w.plan.phase(phase_id)
    with w.warehouse.read() as store:
        return passed_in(w, phase_id, store, known)


def passed_in(w: Workplace, phase_id: str, store: Store, known: datetime = LATEST) -> GateResult | None:
    """As passed_by, within a transaction."""
    at = store.decisions.passed(w.plan.id, known).get(phase_id)
    if at is None:
        return None
    return next(r for r in reversed(store.decisions.gate_history(w.plan.id, phase_id, known))
                if r.mode is Mode.DECISION and r.verdict is not GateVerdict.HOLD)


@dataclass(frozen=True)
class OpenGates:
    """Of the phases that have begun and have not passed: decided, whose decision window has begun; rehearsed, whose has not."""

    decided: tuple[Phase, ...]
    rehearsed: tuple[Phase, ...]


def open_gates(w: Workplace, store: Store) -> OpenGates:
    """By the workplace's day. A gate is rehearsed from its first day of rehearsals on, and once as its phase begins. A phase
    whose predecessors are late has begun on its starting day all the same: its gate then holds and says so."""
    passed, today = store.decisions.passed(w.plan.id, w.known), local_day(w.now)
    begun = [p for p in w.plan.phases if p.id not in passed
             and (p.starts <= today or (p.after and set(w.plan.before(p)) <= passed.keys()))]
    early = [p for p in begun if today < p.gate.decided_from]
    return OpenGates(tuple(p for p in begun if p not in early),
                     tuple(p for p in early if today >= p.gate.rehearsed_from
                           or store.decisions.last_gate(w.plan.id, p.id, w.known) is None))


def rehearse(w: Workplace) -> list[GateResult]:
    """Rehearses the gates that are to be, as one snapshot, and records each as `decide` does. Raises Refused as that does."""
    must_verify(w)
    with deciding(w) as (w, store):
        return [_kept(w, phase.id, store) for phase in open_gates(w, store).rehearsed]


def request(w: Workplace, store: Store, phase_id: str, seal: str | None, by: str) -> LedgerEvent | None:
    """The request for a unit's consent to these very figures that still waits: for as long as an answer may take, and as the run
    that asked is not over."""
    since = w.now - timedelta(days=w.plan.rhythm.consent_days)
    events, this = store.ledger.events(w.plan.id, EventKind.CONSENT_ASKED, until=w.known), (phase_id, seal, by)
    asked = next((e for e in reversed(events) if since < e.at
                  and (e.payload["phase"], e.payload["seal"], e.payload.get("asked_of", by)) == this), None)
    if asked is None:
        return None
    if run := asked.payload.get("run"):
        return None if store.ledger.is_over(w.plan.id, run, asked.seq, w.known) else asked
    failed = store.ledger.events(w.plan.id, EventKind.RUN_FAILED, since=asked.seq, until=w.known)
    return None if any(e.payload["subject"] == phase_id for e in failed) else asked


def consent_asked(w: Workplace, store: Store, result: GateResult) -> bool:
    """Whether the unit whose turn it is was asked for its consent to these very figures, and is waited for."""
    turn = whose_turn(w.plan.phase(result.phase), result)
    return turn is not None and request(w, store, result.phase, result.seal, turn.by) is not None


def consents_due(w: Workplace, store: Store) -> list[Due]:
    """The consents that were asked for and wait for an answer, each due by its day; who may decide in a unit's place is told
    beside it. Once anything was said to the same figures it is for the gate to say who is waited for."""
    if not store.ledger.last(w.plan.id, EventKind.CONSENT_ASKED):
        return []
    passed, found = store.decisions.passed(w.plan.id, w.known), list[Due]()
    said = store.decisions.approvals(w.plan.id, w.known)
    for phase in (p for p in w.plan.phases if p.gate.approvals and p.id not in passed):
        kept = store.decisions.last_gate(w.plan.id, phase.id, w.known)
        turn = whose_turn(phase, kept) if kept and kept.mode is Mode.DECISION else None
        asked = request(w, store, phase.id, kept.seal, turn.by) if kept and turn else None
        if turn is None or asked is None or any(
                (a.phase, a.seal) == (phase.id, asked.payload["seal"]) and a.seq > asked.seq for a in said):
            continue
        told = _TO_CONSENT(phase=phase.name, asked=local_day(asked.at))
        ref, day = f"consent~{phase.id}~{turn.by}~{asked.payload['seal'][:12]}", answer_by(w.plan, phase, turn, asked.at)
        due = Due("consent", ref, turn.by, told, day, opened=local_day(asked.at), at_once=True)
        others = may_answer(turn, phase.id, said)[1:]
        found += [due, *(replace(due, ref=f"{ref}~{unit}", unit=unit, beside=True) for unit in others)]
    return found


def awaits_consent(w: Workplace, store: Store, phase_id: str) -> bool:
    """Whether a gate waits for nothing but a consent that was asked for: to decide it again would ask nobody."""
    if not store.ledger.last(w.plan.id, EventKind.CONSENT_ASKED):
        return False
    return consent_asked(w, store, judged(w, phase_id, store)[0])


def still_asked(w: Workplace, store: Store, phase_id: str, seal: str | None, by: Collection[str]) -> bool:
    """Whether a request for consent that nobody has answered still asks for what the gate waits for. A newer one counts whenever
    it was made: in a drill the run that asked lives at the time at which it was started. by: the units of which one is asked."""
    asked = [e for e in store.ledger.events(w.plan.id, EventKind.CONSENT_ASKED) if e.payload["phase"] == phase_id]
    if not asked or asked[-1].payload["seal"] != seal or phase_id in store.decisions.passed(w.plan.id, LATEST):
        return False
    if any((a.phase, a.seal) == (phase_id, seal) and a.by in by and a.seq > asked[-1].seq
           for a in store.decisions.approvals(w.plan.id, LATEST)):
        return False
    result, _ = judged(w, phase_id, store)
    turn = whose_turn(w.plan.phase(result.phase), result)
    return result.seal == seal and turn is not None and turn.by in by and consent_asked(w, store, result)


def must_verify(w: Workplace, phase_id: str | None = None) -> None:
    """The chain and all rows, since one may name the event of any campaign, and the campaign's files: no decision rests on what
    somebody changed behind the ledger's back."""
    lying, where = anchoring.kept(w.settings), f"{w.plan.id}/{phase_id}" if phase_id else w.plan.id
    with w.warehouse.read(long=True) as store:
        chain, found = examined(store, w.settings, lying, among=EVIDENCE, of=w.plan.id)
    todo = Text("用 gaoxin ledger verify 查看；保全数据库与文件并报告督查室",
                "see gaoxin ledger verify; keep everything as it is, tell the supervision")
    if chain.reason:
        raise Refused(Text(f"账本自第 {chain.first_bad} 条起不成立，关口不作决定：{chain.reason.to('zh')}",
                           f"the ledger does not hold from event {chain.first_bad} on: the gate is not decided: "
                           f"{chain.reason.to('en')}"), where=where, todo=todo)
    if found.faults:
        named = "; ".join(f"{f.table or f.kind} {f.key}" for f in found.faults[:_NAMED])
        raise Refused(
            Text(f"有 {len(found.faults)} 处记录或文件与账本不符，关口不作决定：{named}",
                 f"{len(found.faults)} row(s) or file(s) are not as the ledger says: the gate is not decided: {named}"),
            where=where, todo=todo,
        )


def kept(w: Workplace, phase_id: str) -> GateResult:
    """The decision or rehearsal of a gate that was kept last: what a later task tells of it."""
    with w.warehouse.read() as store:
        found = store.decisions.last_gate(w.plan.id, phase_id, w.known)
    return found or evaluate(w, phase_id)


def gather(w: Workplace, phase: Phase, store: Store, *, rules: bool = False) -> Evidence:
    """Everything known at `w.now` that the phase's gate may look at, and up to which number of the ledger that is. rules: which
    rules found what is open, also where no waiver names any. Reads only."""
    asked = any(w.plan.indicators_asked(c) for c in phase.gate.criteria)
    indicators = indicators_in(w, store) if asked else []
    d, campaign = store.decisions, w.plan.id
    returns, counted, newer = _returns(w, store, phase)
    waivers = tuple(d.waivers(campaign, w.known))
    rules = rules or any(x.phase == phase.id and x.rule for x in waivers)
    return Evidence(as_of=w.now, known_seq=store.ledger.known(w.known), **vars(w.under),
                    passed_phases=frozenset(d.passed(campaign, w.known)),
                    returns=returns, counted=counted, newer=newer, indicators=tuple(indicators),
                    deliverables=tuple(d.evidence(campaign, w.known)),
                    tasks=store.tasks.histories(campaign, w.known), approvals=tuple(d.approvals(campaign, w.known)),
                    waivers=waivers, found=_found(w, store, returns) if rules else {},
                    rectifications=tuple(d.rectifications(campaign, w.known, open_only=True)),
                    scores=tuple(score_in(w, store, a, indicators) for a in assessments_of(w.plan, phase)),
                    changes=changed_within_window(w, store, phase),
                    same_as=store.returns.same_as((r.return_id for r in returns if r.return_id), w.known), days=w.days)


def _returns(w: Workplace, store: Store, phase: Phase
             ) -> tuple[tuple[OwedReturn, ...], tuple[Counted, ...], tuple[OwedReturn, ...]]:
    """Owed returns as the gate may look at them: all where there are few, else what is not simply accepted, and the others
    counted; and of those the ones of which a later version came that does not count. Of rounds that are not due by the day that
    the gate looks at only what came."""
    seen, sealed = Overview(w, store), {form.id for c in phase.gate.criteria for form in w.plan.forms_asked(c)}
    asked = {(r.form, r.period): r for r in rounds(w.plan)}  # by the plan's days: another that was granted is told by its row
    counts = [c for key, c in seen.counts.items() if key in asked]
    last = Case(w.plan, phase, Evidence(w.now)).day
    if sum(c.accepted for c in counts if c.form in sealed) <= LISTED:
        return tuple(seen.rows([*asked.values()], lambda r: r.due <= last)), (), ()
    unvouched = {} if w.drill and store.ledger.accounts_file(w.known) is None else store.standing.unvouched(w.plan, w.known)
    counted = {(c.form, c.period): Counted(c.form, c.period, c.clean, c.warnings, c.digest, unvouched.get((c.form, c.period), 0))
               for c in counts if c.clean}
    parted = [r for key, r in asked.items() if key not in counted or counted[key].count < len(r.units)]
    listed = seen.rows(parted, lambda r: r.due <= last)
    corrected = store.standing.corrected(w.plan, w.known)
    came = seen.rows([r for key, r in asked.items() if key in corrected], lambda _: False)
    return (tuple(row for row in listed if not _clean(row)), tuple(counted.values()),
            tuple(row for row in came if row.has_later and _clean(row)))


def _found(w: Workplace, store: Store, rows: Iterable[OwedReturn]) -> dict[str, frozenset[str]]:
    """By key of a return the rules that found what keeps it from being clean: errors, and warnings without an explanation that is
    accepted and holds."""
    asked = {r.return_id: r for r in rows if r.return_id and not _clean(r)}
    said, day = store.returns.explanations_of(asked, w.known), local_day(w.now)
    found: dict[str, frozenset[str]] = {}
    for return_id, findings in store.returns.findings_of(asked, w.known).items():
        good = [e for e in said.get(return_id, ()) if e.stands_on(day) is Reviewed.ACCEPTED]
        found[return_id.rpartition("__v")[0]] = frozenset(
            f.rule for f in findings if f.severity is Severity.ERROR or (
                f.severity is Severity.WARNING and not any(e.covers(f) for e in good)))
    return found


def _clean(row: OwedReturn) -> bool:
    """As standing.sql has it."""
    return row.state is ReturnState.ACCEPTED and not row.errors and row.warnings == row.warnings_explained


def _said(result: GateResult) -> tuple[object, ...]:
    """What tells evaluations apart: seal, verdict, mode, day, version of the plan, and how each criterion came out (an approval
    changes a criterion and leaves the seal)."""
    criteria = [(c.id, c.passed, c.waived, c.detail) for c in result.criteria]
    return result.seal, result.verdict, result.mode, local_day(result.decided_as_of), result.plan_version, criteria
