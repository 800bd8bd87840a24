"""The steps of a flow that wait for somebody's consent: it is asked for once, recorded by the account that answers, and what is
asked may become void meanwhile."""

from gaoxin.campaign import consents, decisions, gatekeeping
from gaoxin.campaign.asked import Answer, Asked
from gaoxin.campaign.running import id_of
from gaoxin.campaign.telling import tell_gate
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import LATEST
from gaoxin.gates.model import DECISIONS
from gaoxin.gates.turns import whose_turn
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act

_ASKED = Code("flows.consent_asked", "{phase}：已请求审批同意", "{phase}: consent asked for", phase=Worded)
_DECIDED = Code("flows.consent_given", "{unit}：{decision}", "{unit}: {decision}", unit=Worded, decision=Text)
_BY_TASK = Code("flows.by_task", "{said}（经 Airflow 审批任务表态，账号 {user}）",
                "{said} (given in the engine's approval task, account {user})", said=Worded, user=str | Message)
_NO_REASON = Text("未写理由", "no reason given")
_ANSWERED = Code("flows.consent_there", "{phase}：已表态，不再提请", "{phase}: decided already, nobody is asked", phase=Worded)
_ALREADY_PASSED = Code("flows.already_passed", "{phase}：关口已通过，不再提请", "{phase}: the gate has passed, nobody is asked",
                       phase=Worded)
_NOT_ITS_TURN = Code("flows.consent_not_its_turn", "{phase}：现在不提请{unit}表态：前一审批未同意、数据有变或另有未具备的条件",
                     "{phase}: {unit} is not asked now: the one before has not consented, figures changed or more is missing",
                     phase=Worded, unit=Worded)
_ASKED_BEFORE = Code("flows.consent_asked_before", "{phase}：另一次运行已提请，正等候表态",
                     "{phase}: another run has asked and waits for the answer", phase=Worded)
_STILL_ASKED = Code("flows.still_asked", "{phase}：继续等待审批同意", "{phase}: still waiting for consent", phase=Worded)
_VOID = Code("flows.request_void", "{phase}：本次提请已失效（数据或条件有变化、已另行提请、已表态，或等待过期），关口重新判定",
             "{phase}: this request is void (figures or conditions changed, it was asked anew, answered, or waited for too "
             "long): the gate is decided again", phase=Worded)
_OVERTAKEN = Code("flows.overtaken", "{phase}：已通过；后来提请的运行 {run} 接着放行并编制材料，本次运行到此结束",
                  "{phase}: has passed; the run {run}, which asked after this one, goes on with what follows: this one ends here",
                  phase=Worded, run=str)
_NOBODY = Code("flows.account_unknown", "未知", "unknown")


def ask_consent(w: Workplace, asked: Asked) -> Answer:
    """Recorded once for the same figures: a retry of the request does not make it younger. answered: the unit has said its word
    to them already, on a page; or it is not its turn, since the one before refused, or the figures have changed; or another run
    waits for it. told: what the request asks about, as the gate stands now: those before it have said their words since it was
    judged. headline: why nobody is asked, for the list of a run's tasks, where a green one could be taken for a consent."""
    phase = w.plan.phase(asked.phase)
    with w.warehouse.begin() as store:
        if phase.id in store.decisions.passed(w.plan.id, LATEST):  # another run was quicker
            return _nobody_asked(_ALREADY_PASSED(phase=phase.name))
        result, _ = gatekeeping.judged(w, phase.id, store)
        turn = whose_turn(phase, result)
        if turn is None or turn.by not in asked.by or result.seal != asked.seal:
            said = {(a.phase, a.by, a.seal) for a in store.decisions.approvals(w.plan.id, w.known)}
            told = _NOT_ITS_TURN(phase=phase.name, unit=w.plan.unit(asked.by[0]).name)
            return _nobody_asked(_ANSWERED(phase=phase.name) if any(
                (phase.id, unit, asked.seal) in said for unit in asked.by) else told)
        before = gatekeeping.request(w, store, phase.id, asked.seal, turn.by)
        if before is not None and before.payload.get("run", asked.run) != asked.run:
            return _nobody_asked(_ASKED_BEFORE(phase=phase.name))
        if before is None:
            by = {"asked_of": turn.by, **({"run": asked.run} if asked.run else {})}
            store.ledger.append(w.plan.id, EventKind.CONSENT_ASKED, w.now, {"phase": asked.phase, "seal": asked.seal, **by})
    return {"note": _ASKED(phase=phase.name).zh, "told": tell_gate(w, result, asked.pages).zh}


def _nobody_asked(why: Message) -> Answer:
    return {"answered": True, "note": why.zh, "headline": why.zh}


def still_asked(w: Workplace, asked: Asked) -> Answer:
    """Whether an unanswered request still waits for its answer. stands: no where the figures have changed, more is missing, it
    was asked anew, answered on a page, or waited for as long as it may: then the gate is decided again."""
    phase = w.plan.phase(asked.phase)
    with w.warehouse.read() as store:
        stands = gatekeeping.still_asked(w, store, phase.id, asked.seal, asked.by)
    told = (_STILL_ASKED if stands else _VOID)(phase=phase.name).zh
    return {"stands": stands, "note": told} | ({} if stands else {"headline": told})


def consent(w: Workplace, asked: Asked) -> Answer:
    """Of the account that answered, for the unit that is asked or, where it speaks for a deputy of it, for that."""
    by, decision = consents.speaks_for(w, Act.APPROVE, asked.by), asked.decision or ""

    def put(said: str) -> str:
        return _BY_TASK(said=Text(said, said) if said else _NO_REASON, user=asked.user or _NOBODY()).zh

    decisions.approve(w, asked.phase, by, decision, asked.reason, seal=asked.seal, once=True, put=put)
    told = _DECIDED(unit=w.plan.unit(by).name, decision=DECISIONS[decision]).zh
    return {"note": told, "headline": told}


def overtaken(w: Workplace, asked: Asked) -> Message | None:
    """By which run one that asked for consent is overtaken, where it is: by the last that asked for one to the same gate, unless
    that has failed. One word of a unit answers both, and what follows from a pass is to follow once. By all that is recorded: in
    a drill the run that asked lives at the time at which it was started."""
    with w.warehouse.read() as store:
        requests = [(e.payload.get("run", ""), e.seq) for e in store.ledger.events(w.plan.id, EventKind.CONSENT_ASKED)
                    if e.payload["phase"] == asked.phase]
        if not asked.run or asked.run not in dict(requests) or (last := requests[-1])[0] in (asked.run, ""):
            return None
        failed = store.ledger.events(w.plan.id, EventKind.RUN_FAILED, since=last[1])
    return None if any(id_of(e) == last[0] for e in failed) else _OVERTAKEN(phase=w.plan.phase(asked.phase).name, run=last[0])
