"""What people decide: approvals, waivers, explanations, closed rectifications.

Each is checked for who may do it and recorded before anything else is told; refusals say why. Units act, never persons.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from gaoxin.campaign import consents, gatekeeping
from gaoxin.campaign.acting import acting, must_be_apart
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.entering import AT_ONCE, Entered
from gaoxin.campaign.explaining import hinted, may_be_said, must_say_why
from gaoxin.campaign.scans import Sheet, scanned
from gaoxin.campaign.waiving import WHOLE, Scope, lacking, must_meet, waivers_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import must_be_short, must_be_told
from gaoxin.clock import LATEST, local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.criteria import JUDGEMENTS
from gaoxin.gates.model import ApprovalEvidence, GateResult, Rectification, WaiverEvidence
from gaoxin.gates.turns import before_in_order
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.acts import Act
from gaoxin.people import acts
from gaoxin.people.acts import NotAllowed
from gaoxin.plan.forms import Severity
from gaoxin.quality.verdict import BROKEN
from gaoxin.tasks.closing import closers_of
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import Explanation

WAIVED_AT_MOST = timedelta(days=366)  # from the day of the decision; what still holds a gate then is decided anew
_CLOSED = Code("gates.closed_by", "{unit}：{reason}", "{unit}: {reason}", unit=Worded, reason=str)


class Early(Answer):
    """A criterion that was not met when its gate was consented to."""

    criterion: str
    kind: str


class Decided(Answer, inline="given"):
    """An approval or a waiver that was recorded. early: criteria that were not met yet when consent was given; what makes them
    met is mostly sealed, and asks for consent anew. there_before: a waiver of just that stands already; given tells of it, and
    nothing was recorded."""

    campaign: str
    given: ApprovalEvidence | WaiverEvidence
    early: Sequence[Early] = ()
    there_before: bool = False


class Explained(Answer, inline="given"):
    """hints: what looks odd about the words; the reviewer is told the same."""

    campaign: str
    given: Explanation
    hints: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Owed(Rectification):
    """A rectification as it stands; overdue: on the day of the question."""

    overdue: bool = False


class Rectifications(Answer):
    campaign: str
    rectifications: Sequence[Owed]

    @property
    def overdue(self) -> int:
        return sum(r.overdue for r in self.rectifications)


class RectificationClosed(Answer):
    campaign: str
    id: str
    state: Literal["closed"]
    by: str
    reason: str
    closed_at: datetime
    business_day: date | None
    entered_afterwards: bool
    entered_because: str | None
    account: str | None
    authenticated: bool | None


def approve(w: Workplace, phase: str, by: str, decision: str, reason: str | None = None, entered: Entered = AT_ONCE, *,
            scan: Path | Sheet | None = None, seal: str | None = None, once: bool = False, put: Callable[[str], str] = str,
            must: Callable[[Workplace, Store, GateResult], None] | None = None) -> Decided:
    """Records a unit's consent to, or refusal of, exactly the figures that stand now (their seal), whenever it was given.
    scan: a scan of the sheet that was signed or sealed for it, kept by its hash beside the word and the seal of the figures.
    seal: the one that the unit was shown, when it decided on a page; if the figures have changed since, nothing is recorded.
    once: what the same account said last to these figures, or to those that stand now, is not recorded a second time. put: what
    is kept of the reason, where it came by another way. must: raises where the gate as it is judged asks for more.
    Raises UsageError for an unknown phase, unit or decision; NotAllowed for a unit that the plan does not ask, and for a unit or
    an account that handed in figures itself; Refused once the gate has passed, while one that consents before it has not, for a
    consent that stands already, for one in the place of a unit that refused last, for a seal that no longer does, for a reason
    that is too long, and for a scan that is none or was signed for other figures."""
    sheet = scanned(scan) if isinstance(scan, Path) else scan
    with acting(w, acts.Act.APPROVE, by) as (w, store):
        asked = w.plan.phase(phase)
        name = w.plan.unit(by).name
        entitled = [u for c in asked.gate.approvals for u in c.deciders]
        if by not in entitled:
            who = "、".join(w.plan.unit(u).name.zh for u in entitled) or "（无）"
            raise NotAllowed(Text(f"{name.to('zh')}不是本关口的审批单位", f"{name.to('en')} is not asked to approve this gate"),
                             where=f"{w.plan.id}/{phase}",
                             todo=Text(f"审批单位：{who}", f"asked: {', '.join(entitled) or '(nobody)'}"))
        must_be_apart(w, store, acts.Act.APPROVE)
        if consents.judges_its_own(w, store, by):
            raise NotAllowed(
                Text(f"{name.to('zh')}报送过本创建工作的数据，不得审批自己报送的数据",
                     f"{name.to('en')} submitted returns of this campaign, and nobody approves figures that they submitted"),
                where=f"{w.plan.id}/{phase}",
                todo=Text("由未报送数据的单位审批，或修改方案中的审批单位", "let another unit approve, or change it in the plan"),
            )
        if decision not in ("approve", "reject"):
            raise UsageError(Text(f"审批意见 {decision!r} 无效", f"no such decision: {decision!r}"), where="decision",
                             todo=Text("写 approve 或 reject", "write approve or reject"))
        result, uses, covers = gatekeeping.judged_with_seal(w, phase, store)
        standing = result.seal
        if once and (said := consents.said_already(w, store, phase, by, decision, {seal, standing})):
            return Decided(w.plan.id, said)
        if decision == "reject" and not once:  # the engine's task tells its own words
            must_be_told(reason or "", f"{w.plan.id}/{phase}", Text("不同意须写理由", "a refusal needs a reason"))
        must_be_short(reason, f"{w.plan.id}/{phase}")
        if not once and phase in store.decisions.passed(w.plan.id, w.known):
            raise Refused(Text("关口已通过，无须再表态", "the gate has passed: no word is needed any more"),
                          where=f"{w.plan.id}/{phase}",
                          todo=Text("查看关口页面的历次判定", "see its decisions on the gate's page"))
        if must is not None:
            must(w, store, result)
        if waits_for := before_in_order(asked, result, by):
            unit = w.plan.unit(waits_for).name
            raise Refused(Text(f"本关口逐级审批：{unit.to('zh')}尚未同意，还轮不到{name.to('zh')}",
                               f"consents are given in order: {unit.to('en')} has not consented yet, before {name.to('en')}"),
                          where=f"{w.plan.id}/{phase}",
                          todo=Text(f"待{unit.to('zh')}同意后再表态", f"decide once {unit.to('en')} has consented"))
        if own := consents.said_itself(w, store, phase, by, standing):
            unit = w.plan.unit(own).name
            raise Refused(Text(f"{unit.to('zh')}已就这些数据表态，代理单位不再表态",
                               f"{unit.to('en')} has decided on these figures itself: nobody decides in its place"),
                          where=f"{w.plan.id}/{phase}",
                          todo=Text(f"由{unit.to('zh')}改变意见", f"let {unit.to('en')} change its word"))
        consents.must_be_its_own(w, store, phase, by)
        if decision == "approve" and not once and consents.refused(w, store, asked, by):
            must_be_told(reason or "", f"{w.plan.id}/{phase}",
                         Text("撤回不同意须写理由", "taking a refusal back needs a reason"))
        if seal is not None and seal != standing:
            raise Refused(Text("所审批的数据、规则或说明已变，意见未记录",
                               "figures, rules or explanations changed since they were shown: not recorded"),
                          where=f"{w.plan.id}/{phase} {seal[:12]} → {standing[:12]}",
                          todo=Text("查看现在的关口结果后重新审批", "look at the gate as it stands and decide again"))
        if decision == "approve" and sheet is None and not once and (said := consents.stands(w, store, result, by)):
            raise Refused(Text(f"{name.to('zh')}已于 {local_day(said.recorded_at)} 同意这些数据，不再记录",
                               f"{name.to('en')} consented to these on {local_day(said.recorded_at)}: not recorded again"),
                          where=f"{w.plan.id}/{phase}",
                          todo=Text("补交签章页的附上扫描件；改变意见的表示不同意，并写理由",
                                    "a signed sheet is handed in with its scan; to change the word, refuse and say why"))
        if sheet is not None:
            consents.must_be_signed_for(w, store, phase, sheet, standing)
        kept = store.returns.land(sheet.content, sheet.name, w.now, "evidence") if sheet else None
        store.returns.land(covers, f"{w.plan.id}__{phase}__seal.json", w.now, "seal")  # lies under the seal, which is its hash
        given = ApprovalEvidence(phase, by, decision, standing, w.now, put(reason or "") or None, scan=kept,
                                 **entered.of(w), **w.told_by)
        store.decisions.add_approval(w.plan.id, given)
        store.uses.record(w.plan.id, "approval", f"{phase}/{by}", decision, uses, result.known_seq or 0, w.now)
    early = [Early(c.id, c.kind) for c in result.criteria if not c.opens and not JUDGEMENTS[c.kind].last]
    return Decided(w.plan.id, given, early if decision == "approve" else ())


def waive(w: Workplace, phase: str, criterion: str, by: str, reason: str, expires: date, entered: Entered = AT_ONCE,
          scope: Scope = WHOLE, *, now: bool = False) -> Decided:
    """Lets one criterion of a gate that has not passed pass until a day, that day included, a year from now at the latest: what
    lies within the scope, or all of it, also what comes later; now: only what is lacking now. What was waived in just these
    words stands, and is not recorded again. Only those of `waivers_of` may; `predecessors` cannot be waived, nor can a consent,
    by nobody.
    Raises UsageError for an unknown phase, criterion, unit or part of the scope; NotAllowed for another's unit or account, and
    for a consent; Refused otherwise, also where nothing is lacking, or nothing within the scope."""
    with acting(w, acts.Act.WAIVE, by) as (w, store):
        asked = w.plan.phase(phase)
        name = w.plan.unit(by).name
        known = [c.id for c in asked.gate.criteria if JUDGEMENTS[c.kind].waivable]
        where = f"{w.plan.id}/{phase}/{criterion}"
        meant = next((c for c in asked.gate.criteria if c.id == criterion and c.id in known), None)
        allowed = waivers_of(w.plan, meant)
        if by not in allowed:
            named = "或".join(w.plan.unit(u).name.zh for u in allowed)
            nobody = (Text("方案规定这一条件不可豁免（waivable_by: []）", "the plan lets nobody waive it (waivable_by: [])")
                      if meant and meant.waivable_by is not None else
                      Text("方案没有写领导小组或审批单位，无人可豁免", "the plan names no leading group and no consenting unit"))
            raise NotAllowed(Text(f"{name.to('zh')}无权豁免", f"{name.to('en')} may not waive"), where=where,
                             todo=Text(f"由{named}决定", "to be decided by " + " or ".join(allowed)) if allowed else nobody)
        must_be_apart(w, store, acts.Act.WAIVE)
        if consent := next((c for c in asked.gate.approvals if c.id == criterion), None):
            unit = w.plan.unit(consent.by).name
            raise NotAllowed(Text("审批单位的同意不能豁免", "a consent cannot be waived"), where=where,
                             todo=Text(f"由{unit.to('zh')}审阅数据后表示同意或不同意",
                                       f"{unit.to('en')} looks at the figures, and consents or refuses"))
        if criterion not in known:
            raise UsageError(Text(f"关口 {phase} 没有可豁免的条件 {criterion!r}",
                                  f"gate {phase} has no criterion {criterion!r} that may be waived"), where=where,
                             todo=Text("可用：" + "、".join(known), "known: " + ", ".join(known)))
        must_be_told(reason, where, Text("豁免须写理由", "a waiver needs a reason"))
        today = local_day(w.now)
        last = today + WAIVED_AT_MOST
        if expires < today:
            raise Refused(Text(f"豁免期限 {expires} 已过", f"the waiver would have expired on {expires}"), where=where,
                          todo=Text("写今后的日期", "give a day to come"))
        if expires > last:
            raise Refused(Text(f"豁免期限 {expires} 太长：一次最多一年", f"a waiver until {expires} is too long: a year at most"),
                          where=where, todo=Text(f"写 {last} 或以前的日期；到期仍需豁免的，届时再作决定",
                                                 f"give {last} or a day before; what is needed after that is decided then"))
        if phase in store.decisions.passed(w.plan.id, w.known):
            raise Refused(Text("关口已通过，无须豁免", "the gate has passed: nothing is to be waived"), where=where,
                          todo=Text("关口重开后仍未满足的，届时再作决定", "if it is reopened and then held, decide on it then"))
        given = WaiverEvidence(phase, criterion, by, reason.strip(), expires, w.now, **vars(scope), **entered.of(w),
                               **w.told_by)
        if given.scope:
            must_meet(w, store, given)
        elif now:
            given = replace(given, items=lacking(w, store, given))
        said = {"phase", "criterion", "by", "reason", "expires", "indicator", "unit", "rule", "period", "items"}
        same = (x for x in store.decisions.waivers(w.plan.id, LATEST) if all(getattr(x, n) == getattr(given, n) for n in said))
        if there := next(same, None):
            return Decided(w.plan.id, there, there_before=True)
        store.decisions.add_waiver(w.plan.id, given)
    return Decided(w.plan.id, given)


def explain(w: Workplace, return_id: str, rule: str, text: str, by: str, entered: Entered = AT_ONCE) -> Explained:
    """As explain_all, of the warnings of one rule."""
    return explain_all(w, return_id, [rule], text, by, entered)[0]


def explain_all(w: Workplace, return_id: str, rules: Iterable[str], text: str, by: str, entered: Entered = AT_ONCE
                ) -> list[Explained]:
    """Records why warnings on a return are right as they are, of all these rules or of none; a reviewer is to accept it. What
    was said last of a rule in the same words stands while it waits, and is not recorded again. Raises UsageError for a return or
    unit that is not of this campaign, Refused where a rule gave no warning (an error is corrected, not explained), where what
    was said of it is accepted, sent back for these very words, or where the text says nothing, nothing but that it is right, or
    too much; NotAllowed for another unit than the one that reported."""
    with acting(w, acts.Act.EXPLAIN, by) as (w, store):
        w.plan.unit(by)
        found = store.returns.all(w.plan.id, w.known, return_id=return_id)
        if not found:
            raise UsageError(Text(f"本创建工作没有报送 {return_id!r}", f"this campaign has no return {return_id!r}"),
                             where="return_id",
                             todo=Text("用 gaoxin returns status 查看编号", "see the ids with gaoxin returns status"))
        if found[0].key.unit != by:
            zh, en = (w.plan.unit(found[0].key.unit).name.to(lang) for lang in ("zh", "en"))
            raise NotAllowed(Text("警告由报送单位自己说明", "a warning is explained by the unit that reported"), where=return_id,
                             todo=Text(f"由{zh}说明", f"let {en} explain it"))
        asked = list(dict.fromkeys(rules))
        must_be_told(text, f"{return_id} {'、'.join(asked)}", Text("说明是空的", "the explanation is empty"),
                     Text("写明情况", "write what explains the warning"))
        act = entered.of(w)
        warnings = [f for f in store.returns.findings(return_id) if f.severity is Severity.WARNING]
        warned = sorted({f.rule for f in warnings})
        if strange := [rule for rule in asked if rule not in warned]:
            told = "、".join(map(repr, strange))
            raise Refused(Text(f"{return_id} 没有规则 {told} 的警告", f"{return_id} has no warning of rule {told}"),
                          where=return_id, todo=Text("待说明：" + ("、".join(warned) or "无"),
                                                     "to be explained: " + (", ".join(warned) or "nothing")))
        if {f.rule for f in warnings if f.message.code == BROKEN.code} & {*asked}:
            raise Refused(Text("审核规则失效，不是报表的问题，说明不能代替校核",
                               "a rule is broken: no fault of the return, and nothing to explain"),
                          where=return_id, todo=Text("由办公室修复规则，系统随后自动重新校核",
                                                     "let the office mend the rule; the return is then judged again"))
        must_say_why(text, f"{return_id} {'、'.join(asked)}")
        last = {e.rule: e for e in store.returns.explanations(return_id)}
        done = []
        for rule in asked:
            given = Explanation(return_id, rule, text.strip(), by, w.now, **act, **w.told_by)
            stands = last.get(rule)
            if stands is None or not all(stands.covers(f) for f in warnings if f.rule == rule) or may_be_said(
                    stands, given, local_day(w.now)):
                store.returns.explain(return_id, rule, given.text, by, w.now, act)
                stands = given
            done.append(stands)
        odd = hinted(store, return_id, asked)
    return [Explained(w.plan.id, one, odd) for one in done]


def rectifications(w: Workplace, *, everything: bool) -> Rectifications:
    """What must be made good; with `everything` the closed ones, too."""
    with w.warehouse.read() as store:
        found = store.decisions.rectifications(w.plan.id, w.known, open_only=not everything)
    today = local_day(w.now)
    return Rectifications(w.plan.id, [Owed(**vars(r), overdue=r.state in ("open", "sent_back") and r.due < today) for r in found])


def close_found(store: Store, id: str, at: datetime, unit: Worded, because: str, act: Mapping[str, Any]) -> None:
    """Closes a rectification on the word of a unit that may; why, on one line."""
    store.decisions.close_rectification(id, at, _CLOSED(unit=unit, reason=" ".join(because.split())), act)


def close_rectification(w: Workplace, id: str, because: str, by: str, entered: Entered = AT_ONCE) -> RectificationClosed:
    """Closes an open rectification (销号). The office, the supervision office or the leading group does, and never the
    unit that owes it. Raises UsageError for an unknown one, NotAllowed for another's unit or account, Refused otherwise."""
    with acting(w, acts.Act.CLOSE, by) as (w, store):
        name = w.plan.unit(by).name
        found = next((r for r in store.decisions.rectifications(w.plan.id, w.known) if r.id == id), None)
        allowed = [u for u in closers_of(w.plan) if found is None or u != found.owner]
        if by not in allowed:
            raise NotAllowed(Text(f"{name.to('zh')}不能销号", f"{name.to('en')} may not close it"), where=id,
                             todo=Text("由" + "、".join(w.plan.unit(u).name.zh for u in allowed) + "销号",
                                       "closed by " + ", ".join(allowed)))
        if found is None:
            raise UsageError(Text(f"没有整改事项 {id!r}", f"no rectification {id!r}"), where=w.plan.id,
                             todo=Text("用 gaoxin rectification list 查看", "see gaoxin rectification list"))
        must_be_apart(w, store, acts.Act.CLOSE, found.owner)
        if found.by_people and found.closed_at is None:
            finder = w.plan.unit(found.finder or "").name
            raise NotAllowed(Text(f"由{finder.to('zh')}提出，须经其复查销号",
                                  f"{finder.to('en')} found it, and re-checks it before it is closed"), where=id,
                             todo=Text("用 gaoxin problem recheck 复查", "use gaoxin problem recheck"))
        if found.closed_at is not None:
            raise Refused(Text("该事项已销号", "it is closed already"), where=id, todo=Text("无须再办", "nothing is left to do"))
        must_be_told(because, id, Text("销号须写依据", "closing needs a reason"))
        act = entered.of(w)
        close_found(store, id, w.now, name, because, act)
    done = Act(**act)
    return RectificationClosed(w.plan.id, id, "closed", by, because, w.now, done.business_day, done.entered_afterwards,
                               done.entered_because, **w.told_by)

