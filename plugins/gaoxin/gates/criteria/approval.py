from datetime import datetime

from gaoxin.clock import local_day
from gaoxin.gates.judging import Case, Judgement, judged
from gaoxin.gates.model import ApprovalEvidence, CriterionResult, Shortfall
from gaoxin.gates.turns import refused_itself
from gaoxin.i18n import Code, Message, Worded
from gaoxin.ledger.acts import afterwards
from gaoxin.plan.criteria.approval import Approval
from gaoxin.plan.model import Plan

_OPEN = Code("gates.approval_open", "{unit}尚未同意", "{unit} has not decided yet", unit=Worded)
_WAITS = Code("gates.approval_waits", "{unit}尚未同意，待其他条件满足后提请",
              "{unit} has not decided yet; asked for when all other criteria pass", unit=Worded)
_AFTER = Code("gates.approval_after", "{unit}尚未同意，待{before}同意后提请",
              "{unit} has not decided yet; asked for once {before} has consented", unit=Worded, before=Worded)
_ANEW = Code("gates.approval_anew", "{unit}于 {day} 表态之后，{before}曾不同意；待前一审批同意后重新提请",
             "after {unit} decided on {day}, {before} refused; asked for anew once those before it have consented", unit=Worded,
             before=Worded)
_DEPUTY = Code("gates.approval_deputy", "{deputy}（代{unit}）", "{deputy} (for {unit})", deputy=Worded, unit=Worded)
_VOID = Code(
    "gates.approval_void", "{unit}于 {day} 的意见所依据的数据、规则或说明已变，意见失效，须重新提请（封签 {given}，现为 {now}）",
    "the decision of {unit} of {day} is void: figures, rules or explanations changed since (seal {given}, now {now}); ask again",
    unit=Worded
)
_ITSELF = Code(
    "gates.approval_itself",
    "{unit}于 {day} 不同意：{reason}；所依据的数据、规则或说明此后已变，须由其自己重新表态，代理单位的意见不算",
    "{unit} refused on {day}: {reason}; figures, rules or explanations changed since: it answers anew itself, and nobody in its "
    "place", unit=Worded
)
_REFUSED = Code("gates.approval_refused", "{unit}于 {day} 不同意：{reason}", "{unit} refused on {day}: {reason}", unit=Worded)
_NO_REASON = Code("gates.no_reason", "未写理由", "no reason given")
_GIVEN = Code("gates.approval_given", "{unit}于 {day} 同意", "{unit} approved on {day}", unit=Worded)


class Consent(Judgement[Approval]):
    """The latest word of the named unit for exactly this seal, or where it says nothing of one that may decide in its place; of
    two of which nobody knows the order the refusal counts. What its unit refused last, if to other figures, it answers anew
    itself. Several are asked for in the plan's order. It is asked for and not
    mended; nor is it waived: it is given for figures that were seen, and a waiver is given for none."""

    of = Approval
    mendable = False
    waivable = False
    last = True

    def judge(self, case: Case, c: Approval) -> CriterionResult:
        given = _words(case, c)
        if not given:
            return _told(c, None, self._not_said(case, c), None)
        own = refused_itself(c, case.phase.id, given)
        if own is not None and own.seal != case.seal and c.deputies:
            return _told(c, False, _ITSELF(unit=case.plan.unit(c.by).name, day=local_day(own.recorded_at),
                                           reason=own.reason or _NO_REASON()), own)
        refused = self._refused_before(case, c)
        # What a unit said itself nobody says otherwise in its place, not even once it has to be said anew.
        itself = any((a.by, a.seal) == (c.by, case.seal) for a in given)
        for_this = [a for a in given if a.seal == case.seal and (a.by == c.by or not itself)
                    and (refused is None or _when(a) > _when(refused))]
        word = (for_this or given)[-1]
        if refused is not None and not for_this and word.seal == case.seal:
            before = _who(case.plan, next(b for b in case.phase.gate.approvals if refused.by in b.deciders), refused.by)
            return _told(c, None, _ANEW(unit=_who(case.plan, c, word.by), day=local_day(word.recorded_at), before=before), word)
        day, unit = local_day(word.recorded_at), _who(case.plan, c, word.by)
        if not for_this:
            return _told(c, False, _VOID(unit=unit, day=day, given=word.seal[:12], now=case.seal[:12]), word)
        if word.decision != "approve":
            return _told(c, False, _REFUSED(unit=unit, day=day, reason=word.reason or _NO_REASON()), word)
        return _told(c, True, _GIVEN(unit=unit, day=day), word)

    @staticmethod
    def _refused_before(case: Case, c: Approval) -> ApprovalEvidence | None:
        """The last refusal of one that consents before it, of the same figures: what was said before that has to be said anew."""
        approvals = case.phase.gate.approvals
        said = (a for b in approvals[:approvals.index(c)] for a in _words(case, b))
        return max((a for a in said if a.seal == case.seal and a.decision != "approve"), key=_when, default=None)

    def _not_said(self, case: Case, c: Approval) -> Message:
        unit, approvals = case.plan.unit(c.by).name, case.phase.gate.approvals
        if not case.ready:
            return _WAITS(unit=unit)
        before = [b for b in approvals[:approvals.index(c)] if self.judge(case, b).passed is not True]
        return _AFTER(unit=unit, before=case.plan.unit(before[0].by).name) if before else _OPEN(unit=unit)


def _when(a: ApprovalEvidence) -> tuple[datetime, int]:
    return a.recorded_at, a.seq


def _words(case: Case, c: Approval) -> list[ApprovalEvidence]:
    """What its unit and those that may decide in its place have said, the newest last; of one moment the refusal."""
    return sorted((a for a in case.evidence.approvals if a.phase == case.phase.id and a.by in c.deciders),
                  key=lambda a: (a.recorded_at, a.seq, a.decision != "approve", a.reason or "", a.seal))


def _who(plan: Plan, c: Approval, by: str) -> Worded:
    unit = plan.unit(c.by).name
    return unit if by == c.by else _DEPUTY(unit=unit, deputy=plan.unit(by).name)


def _told(c: Approval, passed: bool | None, detail: Message, word: ApprovalEvidence | None) -> CriterionResult:
    detail = afterwards(detail, word) if word else detail
    evidence = (word.mark,) if word else ()
    return judged(c, passed, detail, evidence, () if passed else (Shortfall(c.by, detail, f"approval.{c.id}"),))
