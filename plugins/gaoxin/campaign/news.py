"""What changed since the working day before, in words, from the ledger: the many as sums, the few that matter one by one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import ZONE, local_day
from gaoxin.gates.model import DECISIONS
from gaoxin.gates.stands import Stands, stands
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind, payload_of
from gaoxin.plan.model import Plan
from gaoxin.problems.rules import is_problem
from gaoxin.warehouse.engine import Store

TOLD = 40  # one by one

_RECEIVED = Code("news.received", "收到报表 {count} 份", "{count} return(s) received", count=int)
_ACCEPTED = Code("news.accepted", "接收 {count} 份", "{count} accepted", count=int)
_REJECTED = Code("news.rejected", "退回 {count} 份", "{count} sent back", count=int)
_EXPLAINED = Code("news.explained", "说明警告 {count} 处", "{count} warning(s) explained", count=int)
_DELIVERED = Code("news.delivered", "登记成果 {count} 份", "{count} deliverable(s) recorded", count=int)
_SENT = Code("news.sent", "发出提醒 {count} 件", "{count} reminder(s) sent", count=int)
_FAILED = Code("news.failed", "未发出的提醒 {count} 件", "{count} reminder(s) not delivered", count=int)
_FILES = Code("news.files", "未受理的文件 {count} 份", "{count} file(s) not taken", count=int)
_TRIED = Code("news.tried", "拒绝的操作 {count} 次", "{count} act(s) refused", count=int)
_STATISTICS = Code("news.statistics", "完成统计 {count} 次", "statistics done {count} time(s)", count=int)
_SUMS = ((("return.received", None), _RECEIVED), (("return.checked", "accepted"), _ACCEPTED),
         (("return.checked", "rejected"), _REJECTED), (("return.explained", None), _EXPLAINED),
         (("evidence.recorded", None), _DELIVERED), (("statistics.run", None), _STATISTICS), (("reminder.sent", None), _SENT),
         (("reminder.failed", None), _FAILED), (("file.refused", None), _FILES), (("act.refused", None), _TRIED))

_SENT_BACK = Code("news.sent_back", "退回{unit}的“{form}”{period}：错误 {errors} 个",
                  "{form} {period} of {unit} sent back: {errors} error(s)", unit=Worded, form=Worded, period=str, errors=int)
_BY_PEOPLE = Code("news.sent_back_by", "{by}退回{unit}的“{form}”{period}：{text:.60}",
                  "{by} sent {form} {period} of {unit} back: {text:.60}", by=Worded, unit=Worded, form=Worded, period=str)
_CORRECTED = Code("news.corrected", "{unit}更正“{form}”{period}", "{unit} corrected {form} {period}", unit=Worded, form=Worded,
                  period=str)
_REINSTATED = Code("news.reinstated", "{by}撤回对{unit}“{form}”{period}的退回",
                   "{by} took back that {form} {period} of {unit} was sent back", by=Worded, unit=Worded, form=Worded, period=str)
_QUESTION = Code("news.question", "{unit}向办公室提问", "{unit} asked the office", unit=Worded)
_ANSWER = Code("news.answer", "答复{unit}的提问", "the question of {unit} was answered", unit=Worded)
_EXTENSION = {
    "asked": Code("news.extension_asked", "{unit}申请延期，由 {due} 延至 {day}", "{unit} asked for {day} in place of {due}",
                  unit=Worded, due=str, day=str),
    "granted": Code("news.extension_granted", "准予{unit}延期，由 {due} 延至 {day}", "{unit} was granted {day} in place of {due}",
                    unit=Worded, due=str, day=str),
    "refused": Code("news.extension_refused", "不准{unit}延期，期限仍为 {due}", "{unit} was refused an extension, due {due}",
                    unit=Worded, due=str),
}
_GATE = Code("news.gate", "关口“{phase}”{mode}：{verdict}", "gate {phase}, {mode}: {verdict}", mode=Text, verdict=Text)
_CONSENT = Code("news.consent", "关口“{phase}”请求审批同意", "consent to gate {phase} is asked for")
_APPROVAL = Code("news.approval", "{unit}对关口“{phase}”：{decision}", "{unit} on gate {phase}: {decision}", unit=Worded)
_WAIVER = Code("news.waiver", "{unit}豁免关口“{phase}”的一项条件，至 {expires}",
               "{unit} waived a criterion of gate {phase} until {expires}", unit=Worded, expires=str)
_OPENED = Code("news.opened", "对{unit}开出整改（关口“{phase}”），期限 {due}",
               "to be mended by {unit} until {due} (gate {phase})", unit=Worded, due=str)
_CLOSED = Code("news.closed", "关口“{phase}”的整改销号", "something to be mended for gate {phase} is closed")
_DECIDED = Code("news.decided", "{by}处理{unit}“{form}”{period}的更正：{outcome}（涉及 {count} 项结果）",
                "{by} decided on the correction of {form} {period} of {unit}: {outcome} ({count} result(s))", by=Worded,
                unit=Worded, form=Worded, period=str, outcome=Text, count=int)
_REGISTERED = Code("news.registered", "方案第 {version} 版生效，改动 {changes} 处",
                   "version {version} of the plan in force, {changes} change(s)", version=int, changes=int)
_VERDICT = Code("news.verdict", "指标“{indicator}”{due} 目标到期：{verdict}", "the target of {indicator} due {due}: {verdict}",
                due=str, verdict=Text)
_ALARMS = Code("news.alarms", "督查示警：现有 {open} 项，解除 {healed} 项",
               "alarms of supervision: {open} stand, {healed} healed", open=int, healed=int)
_FOUND = Code("news.found", "{by}提出问题，由{unit}整改，期限 {due}：{text}",
              "{by} found a problem for {unit} to make good by {due}: {text}",
              by=Worded, unit=Worded, due=str, text=str)
_MENDED = Code("news.mended", "{by}提交了整改佐证，待复查", "{by} handed in evidence that a problem is made good", by=Worded)
_RECHECKED = Code("news.rechecked", "{by}复查整改：{outcome}，{reason}",
                  "{by} re-checked a problem: {outcome}, {reason}", by=Worded,
                  outcome=Text, reason=str)
_REOPENED = Code("news.reopened", "{by}重开一项整改，由{unit}整改：{reason}",
                 "{by} opened a problem of {unit} again: {reason}", by=Worded,
                 unit=Worded, reason=str)
_CLOSED_PROBLEM = Code("news.closed_problem", "一项问题整改已销号", "a problem is made good and closed")
_RECHECKS = {"accepted": Text("通过", "accepted"), "sent_back": Text("退回", "sent back")}
_DUE_VERDICTS = {"met": Text("达标", "met"), "missed": Text("未达标", "missed"), "unknown": Text("无法评估", "not evaluated")}
_VERDICTS = {"pass": Text("通过", "passed"), "hold": Text("未通过", "held"), "waived": Text("经豁免通过", "passed by waiver")}
_WAITED = {Stands.AWAITS: Text("其余条件具备，只待同意", "all else is met, consent is awaited"),
           Stands.REFUSED: Text("其余条件具备，审批不同意", "all else is met, consent was refused")}
_MODES = {"decision": Text("判定", "decided"), "rehearsal": Text("预演", "rehearsed")}
_OUTCOMES = {"reopen": Text("重开", "reopened"), "erratum": Text("勘误", "erratum"),
             "unaffected": Text("不受影响", "unaffected")}

Kind = EventKind
_NAMED = (Kind.RETURN_CHECKED, Kind.RETURN_SENT_BACK, Kind.RETURN_REINSTATED, Kind.RETURN_CORRECTED,
          Kind.QUESTION_ASKED, Kind.QUESTION_ANSWERED, Kind.GATE_DECIDED, Kind.CONSENT_ASKED, Kind.APPROVAL_RECORDED,
          Kind.WAIVER_RECORDED, Kind.RECTIFICATION_OPENED, Kind.RECTIFICATION_FOUND, Kind.RECTIFICATION_MENDED,
          Kind.RECTIFICATION_RECHECKED, Kind.RECTIFICATION_REOPENED, Kind.RECTIFICATION_CLOSED, Kind.VERDICT_KEPT,
          Kind.PLAN_REGISTERED, Kind.CORRECTION_DECIDED, Kind.EXTENSION_ASKED, Kind.EXTENSION_GRANTED, Kind.EXTENSION_REFUSED,
          Kind.RUN_FAILED, Kind.RUN_RECOVERED, Kind.ALARM_CHANGED)


class Change(Answer):
    """about, id: what it is about (return, gate, indicator, or nothing that has a page) and its id. unit: of a return. times: how
    often the same was recorded; seq, at: of the last one."""

    seq: int
    at: datetime
    what: Message
    about: str
    id: str
    unit: str | None
    times: int = 1


class Changes(Answer):
    """since: the working day before; in a drill, whose clock leaps, the last day before today on which anything happened. more:
    how many that matter are not told one by one."""

    since: date
    sums: Sequence[Message]
    told: Sequence[Change]
    more: int


def changes(w: Workplace, store: Store) -> Changes:
    since = _since(w, store)
    begins = datetime.combine(since, time.min, tzinfo=ZONE)
    counts = store.overseeing.happened(w.plan.id, begins, w.known)
    sums = [code(count=many) for (kind, verdict), code in _SUMS
            if (many := sum(n for (k, v), n in counts.items() if k == kind and (verdict is None or v.startswith(verdict))))]
    events = store.overseeing.told(w.plan.id, _NAMED, begins, w.known, TOLD)
    named = {kind.value for kind in _NAMED} - {Kind.RETURN_CHECKED.value}
    whole = sum(n for (k, v), n in counts.items() if k in named or (k == Kind.RETURN_CHECKED and v == "rejected"))
    gates = store.overseeing.gates_of([e.seq for e in events if e.kind == Kind.GATE_DECIDED])
    stood = {seq: stands(gate) for seq, gate in gates.items()}
    return Changes(since, sums, _once([_change(w.plan, e, stood.get(e.seq)) for e in _said_once(events)]), whole - len(events))


def _since(w: Workplace, store: Store) -> date:
    today = local_day(w.now)
    if w.drill:
        last = store.overseeing.last_before(w.plan.id, datetime.combine(today, time.min, tzinfo=ZONE))
        return local_day(last) if last else today - timedelta(days=1)
    day = today - timedelta(days=1)
    while not w.plan.workdays.is_workday(day):
        day -= timedelta(days=1)
    return day


def _said_once(events: Sequence[LedgerEvent]) -> list[LedgerEvent]:
    """Without the verdicts that people's sending back made, which stand before it: that tells of them."""
    made = {(e.seq - 1, e.payload["return_id"]) for e in events if e.kind == Kind.RETURN_SENT_BACK}
    return [e for e in events if e.kind != Kind.RETURN_CHECKED or (e.seq, e.payload["return_id"]) not in made]


def _once(told: Sequence[Change]) -> list[Change]:
    """What reads alike once: a gate that is held opens many rectifications of one unit."""
    found: dict[tuple[Message, str], Change] = {}
    for one in told:
        known = found.get((one.what, one.id))
        found[one.what, one.id] = replace(known, times=known.times + 1) if known else one
    return list(found.values())


def _change(plan: Plan, event: LedgerEvent, stood: Stands | None = None) -> Change:
    """stood: how a gate stood that was judged."""
    told = _WORDS.get(event.kind)
    if stood in _WAITED:
        what = _GATE(phase=_phase(plan, event.payload["phase"]), mode=_MODES[event.payload["mode"]], verdict=_WAITED[stood])
        return Change(event.seq, event.at, what, "gate", event.payload["phase"], None)
    what, about, id, unit = told(plan, event.payload) if told else (payload_of(Kind(event.kind), event.payload), "", "", None)
    return Change(event.seq, event.at, what, about, id, unit)


Told = tuple[Message, str, str, str | None]


def _return(plan: Plan, return_id: str) -> dict[str, Any]:
    """Names of what a return's id says."""
    _, form, unit, period, *_ = return_id.split("__")
    return {"form": next((f.name for f in plan.forms if f.id == form), Text(form, form)), "period": period,
            "unit": _unit(plan, unit)}


def _unit(plan: Plan, unit: str) -> Worded:
    return next((u.name for u in plan.units if u.id == unit), Text(unit, unit))


def _phase(plan: Plan, phase: str) -> Worded:
    return next((p.name for p in plan.phases if p.id == phase), Text(phase, phase))


def _sent_back(plan: Plan, p: Mapping[str, Any]) -> Told:
    return (_SENT_BACK(**_return(plan, p["return_id"]), errors=p["errors"]), "return", p["return_id"],
            p["return_id"].split("__")[2])


def _by_people(plan: Plan, p: Mapping[str, Any]) -> Told:
    told = _BY_PEOPLE(**_return(plan, p["return_id"]), by=_unit(plan, p["by"]), text=p["text"])
    return told, "return", p["return_id"], p["return_id"].split("__")[2]


def _corrected(plan: Plan, p: Mapping[str, Any]) -> Told:
    return _CORRECTED(**_return(plan, p["return_id"])), "return", p["return_id"], p["return_id"].split("__")[2]


def _reinstated(plan: Plan, p: Mapping[str, Any]) -> Told:
    return (_REINSTATED(**_return(plan, p["return_id"]), by=_unit(plan, p["by"])), "return", p["return_id"],
            p["return_id"].split("__")[2])


def _question(plan: Plan, p: Mapping[str, Any]) -> Told:
    return (_ANSWER if "question" in p else _QUESTION)(unit=_unit(plan, p["unit"])), "", "", p["unit"]


def _extension(plan: Plan, p: Mapping[str, Any]) -> Told:
    of, due = _unit(plan, p["unit"]), str(p["due"])
    told = (_EXTENSION["asked"](unit=of, due=due, day=str(p["wished"])) if "wished" in p
            else _EXTENSION["granted"](unit=of, due=due, day=str(p["day"])) if "day" in p
            else _EXTENSION["refused"](unit=of, due=due))
    return told, "", "", p["unit"]


def _gate(plan: Plan, p: Mapping[str, Any]) -> Told:
    told = _GATE(phase=_phase(plan, p["phase"]), mode=_MODES[p["mode"]], verdict=_VERDICTS[p["verdict"]])
    return told, "gate", p["phase"], None


def _consent(plan: Plan, p: Mapping[str, Any]) -> Told:
    return _CONSENT(phase=_phase(plan, p["phase"])), "gate", p["phase"], None


def _approval(plan: Plan, p: Mapping[str, Any]) -> Told:
    told = _APPROVAL(unit=_unit(plan, p["by"]), phase=_phase(plan, p["phase"]), decision=DECISIONS[p["decision"]])
    return told, "gate", p["phase"], None


def _waiver(plan: Plan, p: Mapping[str, Any]) -> Told:
    return (_WAIVER(unit=_unit(plan, p["by"]), phase=_phase(plan, p["phase"]), expires=str(p["expires"])), "gate", p["phase"],
            None)


def _opened(plan: Plan, p: Mapping[str, Any]) -> Told:
    return (_OPENED(unit=_unit(plan, p["owner"]), phase=_phase(plan, p["phase"]), due=str(p["due"])), "gate", p["phase"], None)


def _found(plan: Plan, p: Mapping[str, Any]) -> Told:
    told = _FOUND(by=_unit(plan, p["by"]), unit=_unit(plan, p["owner"]), text=p["text"], due=str(p["due"]))
    return told, "problems", p["id"], None


def _mended(plan: Plan, p: Mapping[str, Any]) -> Told:
    return _MENDED(by=_unit(plan, p["by"])), "problems", p["id"], None


def _rechecked(plan: Plan, p: Mapping[str, Any]) -> Told:
    return (_RECHECKED(by=_unit(plan, p["by"]), outcome=_RECHECKS[p["outcome"]], reason=p["reason"]), "problems", p["id"], None)


def _reopened(plan: Plan, p: Mapping[str, Any]) -> Told:
    return _REOPENED(by=_unit(plan, p["by"]), unit=_unit(plan, p["owner"]), reason=p["reason"]), "problems", p["id"], None


def _closed(plan: Plan, p: Mapping[str, Any]) -> Told:
    if is_problem(p["id"]):
        return _CLOSED_PROBLEM(), "problems", p["id"], None
    phase = p["id"].split(".")[1]
    return _CLOSED(phase=_phase(plan, phase)), "gate", phase, None


def _decided(plan: Plan, p: Mapping[str, Any]) -> Told:
    by = _unit(plan, getattr(plan.governance, p["by"], None) or p["by"])
    told = _DECIDED(**_return(plan, p["return_id"]), by=by, outcome=_OUTCOMES[p["outcome"]], count=len(p["items"]))
    return told, "return", p["return_id"], p["return_id"].split("__")[2]


def _registered(plan: Plan, p: Mapping[str, Any]) -> Told:
    return _REGISTERED(version=p["version"], changes=p["changes"]), "", "", None


def _verdict(plan: Plan, p: Mapping[str, Any]) -> Told:
    name = next((i.name for i in plan.indicators if i.id == p["indicator"]), Text(p["indicator"], p["indicator"]))
    return (_VERDICT(indicator=name, due=str(p["due"]), verdict=_DUE_VERDICTS[p["verdict"]]), "indicator", p["indicator"], None)


def _alarms(plan: Plan, p: Mapping[str, Any]) -> Told:
    return _ALARMS(open=len(p["open"]), healed=len(p["healed"])), "", "", None


_WORDS: Mapping[str, Callable[[Plan, Mapping[str, Any]], Told]] = {
    Kind.RETURN_CHECKED: _sent_back, Kind.RETURN_SENT_BACK: _by_people, Kind.RETURN_REINSTATED: _reinstated,
    Kind.QUESTION_ASKED: _question, Kind.QUESTION_ANSWERED: _question,
    Kind.RETURN_CORRECTED: _corrected, Kind.GATE_DECIDED: _gate, Kind.CONSENT_ASKED: _consent,
    Kind.APPROVAL_RECORDED: _approval, Kind.WAIVER_RECORDED: _waiver, Kind.RECTIFICATION_OPENED: _opened,
    Kind.RECTIFICATION_FOUND: _found, Kind.RECTIFICATION_MENDED: _mended, Kind.RECTIFICATION_RECHECKED: _rechecked,
    Kind.RECTIFICATION_REOPENED: _reopened, Kind.RECTIFICATION_CLOSED: _closed,
    Kind.VERDICT_KEPT: _verdict, Kind.ALARM_CHANGED: _alarms,
    Kind.EXTENSION_ASKED: _extension, Kind.EXTENSION_GRANTED: _extension, Kind.EXTENSION_REFUSED: _extension,
    Kind.CORRECTION_DECIDED: _decided, Kind.PLAN_REGISTERED: _registered,
}
