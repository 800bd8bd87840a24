"""The use cases that the blueprint's steps name: each takes a workplace and what was asked, and answers plain JSON.

`note` is one text for people, in Chinese: an engine's log is read by the office. An engine's adapter calls `run`
and knows nothing else of this package.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from gaoxin.blueprint.attempts import Seen
from gaoxin.campaign import (
    alarming,
    correcting,
    decisions,
    dispatch,
    gatekeeping,
    intake,
    measuring,
    registering,
    reminding,
    reporting,
    standing,
    upkeep,
)
from gaoxin.campaign.acting import acts_as
from gaoxin.campaign.inbox import Inbox
from gaoxin.campaign.placing import strangers
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import local_day
from gaoxin.errors import UsageError
from gaoxin.gates.model import GateResult, GateVerdict, Mode
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act
from gaoxin.periods import Period

_PULLED = Code("flows.pulled", "{period}：收取报表 {count} 份", "{period}: {count} return(s) taken in", period=Period, count=int)
_CHECKED = Code("flows.checked", "{period}：校核 {count} 份 {verdicts}", "{period}: {count} checked {verdicts}",
                period=Period, count=int, verdicts=str)
_LOADED = Code("flows.loaded", "{period}：入库数据 {rows} 条", "{period}: {rows} row(s) loaded", period=Period, rows=int)
_MEASURED = Code("flows.measured", "指标 {count} 项：{states}", "{count} indicator(s): {states}", count=int, states=str)
_REPORTED = Code("flows.reported", "{period} 数据质量报告：{file}；未齐 {late} 份",
                 "{period}, report of quality: {file}; {late} not in", period=Period, file=str, late=int)
_LATE_PULLED = Code("flows.late_pulled", "补收报表 {count} 份，入库数据 {rows} 条",
                    "{count} late return(s) taken in, {rows} row(s) loaded", count=int, rows=int)
_ASKED = Code("flows.consent_asked", "{phase}：已请求审核同意", "{phase}: consent asked for", phase=Worded)
_DECIDED = Code("flows.consent_given", "{unit}：{decision}", "{unit}: {decision}", unit=Worded, decision=str)
_RELEASED = Code("flows.released", "{phase}通过。{runs}", "{phase} has passed. {runs}", phase=Worded, runs=Message)
_MORE_TO_COME = Code("flows.more_to_come", "收件箱还有待处理的报表，由最后一期统计重新判定关口",
                     "returns wait in the inbox: the last period's statistics will decide the gates again")
_REMINDED = Code("flows.reminded", "提醒 {count} 件：{states}", "{count} reminder(s): {states}", count=int, states=str)
_SURVEYED = Code("flows.surveyed", "新过时限 {passed} 项{verdicts}。{runs}{corrections}{odd}",
                 "{passed} deadline(s) newly passed{verdicts}. {runs}{corrections}{odd}", passed=int,
                 runs=Message, odd=Message | None, corrections=Message | None, verdicts=Message | None)
_VERDICTS_KEPT = Code("flows.verdicts_kept", "，记录到期结论 {count} 项", ", {count} verdict(s) on due targets kept", count=int)
_CORRECTIONS = Code("flows.corrections_open", "。数据更正涉及 {count} 项，待处理：gaoxin corrections {campaign}",
                    ". {count} item(s) used figures that were corrected, and wait: gaoxin corrections {campaign}", count=int)
_STRANGE = Code("flows.strange_folders", "。收件箱中有不属于任何单位的文件夹，文件未收：{folders}",
                ". folders of the inbox that are no unit's, their files stay: {folders}", folders=tuple)
_NO_FILES = Code("flows.no_files", "。收件箱中有链接或特殊文件，不收：{files}",
                 ". links and special files of the inbox are not taken: {files}", files=tuple)
_TRIED = Code("flows.tried", "。昨日以来拒绝越权操作 {count} 次（账号 {accounts}），见 gaoxin ledger list",
              ". since yesterday {count} attempt(s) at what is not theirs were refused (accounts {accounts}): "
              "see gaoxin ledger list", accounts=tuple)
_ODD = Code("flows.odd", "{strange}{no_files}{tried}", "{strange}{no_files}{tried}", strange=Message | None,
            no_files=Message | None, tried=Message | None)
_IN_FORCE = Code("flows.plan_in_force", "方案第 {version} 版生效，改动 {count} 处{units}。{errors}{told}",
                 "version {version} of the plan is in force, {count} change(s){units}. {errors}{told}", version=int,
                 units=Message | None, errors=Message | None)
_WITH_ERRORS = Code("flows.plan_with_errors", "方案检查发现错误 {count} 处，请改正：gaoxin plan check {campaign}。",
                    "plan check finds {count} error(s), to be mended: gaoxin plan check {campaign}. ", count=int)
_WHOM = Code("flows.plan_told", "，随下一次提醒告知 {units}", ", told with the next reminders: {units}")
_BY_TASK = Code("flows.by_task", "经 Airflow 审批任务表态（账号 {user}）", "given in the engine's approval task (account {user})",
                user=str | Message)
_NOBODY = Code("flows.account_unknown", "未知", "unknown")

_VERIFIED_TODAY = Code("flows.verified_today", "今日已核验账本", "the ledger was verified today")
_VERIFIED = Code("flows.verified", "账本核验相符：记录 {rows} 行，文件 {files} 个",
                 "as the ledger says: {rows} row(s), {files} file(s)", rows=int, files=int)
_ONE_ACCOUNT = Code("flows.one_account", "此数据库账户掌握全部权限，能改动所记录的一切：所有者、写入者、审计者应分设",
                    "this database account holds all rights and could change whatever was recorded: owner, writer and auditor "
                    "should be different roles")
_NOT_VERIFIED = Code("flows.not_verified", "有 {count} 处与账本不符。停止使用，保全数据库与文件并报告督查室。\n{faults:\n}",
                     "{count} thing(s) are not as the ledger says. Stop, keep database and files as they are and tell the "
                     "supervision office.\n{faults:\n}", count=int, faults=tuple)
_CHAIN_BROKEN = Code("flows.chain_broken", "- 账本第 {seq} 条起被改动过", "- the ledger was altered from event {seq} on", seq=int)
_FAULT = Code("flows.fault", "- {what} {key}：{detail}", "- {what} {key}: {detail}", what=str, key=str, detail=Message)
_FAULTS_TOLD = 20

_GATE = Code("flows.gate", "**{phase}** 关口{mode}（{day}，时限 {deadline}）：**{verdict}**\n\n{lines:\n}",
             "**{phase}**, gate, {mode} ({day}, deadline {deadline}): **{verdict}**\n\n{lines:\n}",
             phase=Worded, mode=Text, day=date, deadline=date, verdict=Text, lines=tuple)
_CRITERION = Code("flows.criterion", "- {mark} {detail}", "- {mark} {detail}", mark=Text, detail=Message)
_CHANGED = Code("flows.changed_within_window", "- ！判定期内方案改动（第 {version} 版，{day}，{by}）：{what}",
                "- ! changed within the decision window (version {version}, {day}, {by}): {what}", version=int, by=Worded)
_LACKING = Code("flows.lacking", "    - {unit}：{subject}", "    - {unit}: {subject}", unit=Worded, subject=Message)
_MODES = {Mode.DECISION: Text("正式判定", "decision"), Mode.REHEARSAL: Text("预演", "rehearsal")}
_VERDICTS = {
    GateVerdict.PASS: Text("通过", "passed"), GateVerdict.HOLD: Text("不予通过", "held"),
    GateVerdict.WAIVED: Text("经豁免通过", "passed by waiver"),
}
_MARKS = {True: Text("✓", "✓"), False: Text("✗", "✗"), None: Text("？未能评估", "? not evaluated")}
_WAIVED = Text("豁免", "waived")


@dataclass(frozen=True)
class Asked:
    """What a step's run asks for. decision, seal and user are given by an approval step alone; connection is the mail
    server that the engine knows, for a step that may send; seen is what it says of the runs that `look` names, for one that
    starts runs."""

    phase: str = ""
    period: Period | None = None
    decision: str | None = None
    seal: str | None = None
    user: str | None = None
    connection: str | None = None
    seen: Mapping[dispatch.Look, Seen] = field(default_factory=dict)

    @property
    def the_period(self) -> Period:
        if self.period is None:
            raise UsageError(Text("统计流程一次处理一个报告期，未说明是哪一期",
                                  "a statistics run takes one period and none was given"), where="params.period",
                             todo=Text("触发时填写 period，如 2020-06、2020-Q2、2020",
                                       "give period, such as 2020-06, 2020-Q2 or 2020"))
        return self.period


Answer = dict[str, Any]


def pull(w: Workplace, asked: Asked) -> Answer:
    taken = intake.pull(w, asked.the_period)
    return {"returns": len(taken), "note": _PULLED(period=asked.the_period, count=len(taken)).zh}


def check(w: Workplace, asked: Asked) -> Answer:
    verdicts = dict(Counter(str(c.verdict) for c in intake.check_pending(w, asked.the_period)))
    note = _CHECKED(period=asked.the_period, count=sum(verdicts.values()), verdicts=str(verdicts))
    return {"verdicts": verdicts, "note": note.zh}


def load(w: Workplace, asked: Asked) -> Answer:
    rows = intake.load_accepted(w, asked.the_period)
    return {"rows": rows, "note": _LOADED(period=asked.the_period, rows=rows).zh}


def indicators(w: Workplace, asked: Asked) -> Answer:
    results = measuring.store_indicators(w, None)
    states = dict(Counter(str(r.status) for r in results))
    return {"indicators": states, "note": _MEASURED(count=len(results), states=str(states)).zh}


def report(w: Workplace, asked: Asked) -> Answer:
    files = reporting.kept_report(w, asked.the_period)
    state = standing.returns_status(w, asked.the_period)
    late = [r for r in state.rows if str(r.state) in ("overdue", "rejected")]
    return {
        "files": [str(f.path) for f in files],
        "note": _REPORTED(period=asked.the_period, file=str(files[0].path), late=len(late)).zh,
    }


def late_returns(w: Workplace, asked: Asked) -> Answer:
    taken = intake.pull(w, None)
    checked = intake.check_pending(w, None)
    rows = intake.load_accepted(w, None)
    if checked:
        measuring.store_indicators(w, None)
    return {"returns": len(taken), "rows": rows, "note": _LATE_PULLED(count=len(taken), rows=rows).zh}


def gate(w: Workplace, asked: Asked) -> Answer:
    result = gatekeeping.decide(w, asked.phase)
    return {"next": _next(w, result), "verdict": str(result.verdict), "seal": result.seal, "note": tell_gate(w, result).zh}


def _next(w: Workplace, result: GateResult) -> str:
    """The step to go on with. Consent to the same figures is asked for once, not by every run until it comes."""
    if result.mode is Mode.REHEARSAL:
        return "noted"
    if result.verdict in (GateVerdict.PASS, GateVerdict.WAIVED):
        return "release"
    if not result.waits_only_for_approval:
        return "hold"
    with w.warehouse.read() as store:
        approvals = store.decisions.approvals(w.plan.id, w.known)
    if any(a.decision == "reject" and a.seal == result.seal for a in approvals):
        return "hold"
    return "noted" if _consent_asked(w, result.seal) else "consent"


def _consent_asked(w: Workplace, seal: str | None) -> bool:
    """Whether consent to these very figures was asked for and the request still waits."""
    since = w.now - timedelta(days=w.plan.rhythm.consent_days)
    with w.warehouse.read() as store:
        events = store.ledger.events(w.plan.id, EventKind.CONSENT_ASKED, until=w.known)
    return any(e.payload["seal"] == seal and since < e.at for e in events)


def ask_consent(w: Workplace, asked: Asked) -> Answer:
    """Recorded once for the same figures: a retry of the request does not make it younger."""
    if not _consent_asked(w, asked.seal):
        with w.warehouse.begin() as store:
            store.ledger.append(w.plan.id, EventKind.CONSENT_ASKED, w.now, {"phase": asked.phase, "seal": asked.seal})
    return {"note": _ASKED(phase=w.plan.phase(asked.phase).name).zh}


def tell_gate(w: Workplace, result: GateResult) -> Message:
    """The verdict with every criterion and every shortfall, as Markdown that also reads well in a log."""
    lines: list[Message] = []
    for c in result.criteria:
        lines.append(_CRITERION(mark=_WAIVED if c.waived else _MARKS[c.passed], detail=c.detail))
        lines += [_LACKING(unit=w.plan.unit(s.owner).name, subject=s.subject) for s in c.shortfalls]
    lines += [_CHANGED(version=c.version, day=c.day, by=registering.who(w.plan, c.by), what=c.what)
              for c in result.changed_within_window]
    return _GATE(phase=w.plan.phase(result.phase).name, mode=_MODES[result.mode], day=local_day(result.decided_as_of),
                 deadline=result.deadline, verdict=_VERDICTS[result.verdict], lines=lines)


def consent(w: Workplace, asked: Asked) -> Answer:
    by = w.plan.phase(asked.phase).gate.approvals[0].by
    decision = asked.decision or ""
    reason = _BY_TASK(user=asked.user or _NOBODY())
    decisions.approve(w, asked.phase, by, decision, reason.zh, seal=asked.seal)
    return {"note": _DECIDED(unit=w.plan.unit(by).name, decision=decision).zh}


def noted(w: Workplace, asked: Asked) -> Answer:
    result = gatekeeping.kept(w, asked.phase)
    return {"verdict": str(result.verdict), "note": tell_gate(w, result).zh}


def release(w: Workplace, asked: Asked) -> Answer:
    runs = dispatch.begun(w, lambda: dispatch.released_runs(w, asked.phase), asked.seen)
    note = _RELEASED(phase=w.plan.phase(asked.phase).name, runs=dispatch.told(runs))
    return {"runs": [r.as_trigger() for r in runs], "note": note.zh}


def hold(w: Workplace, asked: Asked) -> Answer:
    reminding.remind(w, mailer=reminding.mailer(w, asked.connection))
    result = gatekeeping.kept(w, asked.phase)
    return {"refused": True, "note": tell_gate(w, result).zh}


def affected_phases(w: Workplace, asked: Asked) -> Answer:
    if dispatch.files_waiting(w):
        return {"runs": [], "note": _MORE_TO_COME().zh}
    return phases_anyway(w, asked)


def phases_anyway(w: Workplace, asked: Asked) -> Answer:
    """Though files wait: the statistics that were to take them failed."""
    runs = dispatch.begun(w, lambda: dispatch.phase_runs(w, changed_only=True), asked.seen)
    return {"runs": [r.as_trigger() for r in runs], "note": dispatch.told(runs).zh}


def look(w: Workplace, asked: Asked) -> Answer:
    """Of which runs a step that starts others wants to know how they stand."""
    return {"looks": dispatch.looked_at(w)}


def remind(w: Workplace, asked: Asked) -> Answer:
    sent = reminding.remind(w, mailer=reminding.mailer(w, asked.connection))
    states = dict(Counter(str(s.state) for s in sent))
    return {"reminders": states, "note": _REMINDED(count=len(sent), states=str(states)).zh}


def survey(w: Workplace, asked: Asked) -> Answer:
    as_of = w.now if w.drill else None
    registered = None
    if not w.broken:
        registered = registering.register_plan(w.settings, w.plan.id, as_of, by=registering.SUPERVISION, late=True,
                                               way=w.actor.way, airflow=w.actor.airflow)
    if registered and registered.new:
        w = open_workplace(w.settings, w.plan.id, as_of, acts=True, late=True).by(w.actor)
    intake.pull(w, taking=False)
    inbox = Inbox.of(w.settings)
    strange, no_files = strangers(w, inbox), inbox.no_files()
    passed = dispatch.mark_passed_deadlines(w)
    verdicts = measuring.keep_verdicts(w)
    runs = dispatch.begun(w, lambda: dispatch.due_runs(w), asked.seen)
    with w.warehouse.read() as store:
        waiting = sum(len(one.open) for one in correcting.waiting(w, store))
    corrections = _CORRECTIONS(count=waiting, campaign=w.plan.id) if waiting else None
    since = local_day(w.now) - timedelta(days=1)
    with w.warehouse.read() as store:
        tried = [e for e in store.ledger.events(w.plan.id, EventKind.ACT_REFUSED, until=w.known) if local_day(e.at) >= since]
    odd = _ODD(strange=_STRANGE(folders=strange) if strange else None, no_files=_NO_FILES(files=no_files) if no_files else None,
               tried=_tried(tried)) if strange or no_files or tried else None
    note = _SURVEYED(passed=passed, verdicts=_VERDICTS_KEPT(count=verdicts) if verdicts else None, runs=dispatch.told(runs),
                     corrections=corrections, odd=odd)
    if registered and registered.new:
        whom = [next((u.name for u in w.plan.units if u.id == t.unit), t.unit) for t in registered.told]
        errors = (registered.findings or {}).get("error")
        note = _IN_FORCE(version=registered.version, count=len(registered.changes), told=note,
                         units=_WHOM(units=whom) if whom else None,
                         errors=_WITH_ERRORS(count=errors, campaign=w.plan.id) if errors else None)
    return {"runs": [r.as_trigger() for r in runs], "note": note.zh}


def _tried(refused: list[LedgerEvent]) -> Message | None:
    accounts = sorted({(e.actor or {}).get("airflow") or (e.actor or {}).get("account", "?") for e in refused})
    return _TRIED(count=len(refused), accounts=accounts) if refused else None


def verify(w: Workplace, asked: Asked) -> Answer:
    found = upkeep.verify_what_is_due(w)
    if found is None:
        return {"note": _VERIFIED_TODAY().zh}
    if found.intact:
        told = _VERIFIED(rows=found.rows_checked, files=found.files_checked).zh
        return {"note": f"{told}；{_ONE_ACCOUNT().zh}" if found.one_account else told}
    broken = [_CHAIN_BROKEN(seq=found.first_bad or 0)] if not found.chain.intact else []
    named = [_FAULT(what=f.table or f.kind, key=f.key, detail=f.detail) for f in found.faults[:_FAULTS_TOLD]]
    return {"refused": True, "note": _NOT_VERIFIED(count=found.faults_found + len(broken), faults=[*broken, *named]).zh}


def alarm(w: Workplace, asked: Asked) -> Answer:
    standing_now = alarming.alarm(w)
    reminding.tell_alarms(w, mailer=reminding.mailer(w, asked.connection))
    return {"refused": bool(standing_now), "note": alarming.told(standing_now).zh}


def run(w: Workplace, use: str, asked: Asked) -> Answer:
    """The use case that a step names, by whoever may. Consent is the act of the account that answered; all else is the system's,
    or of whoever started the run. Raises NotAllowed."""
    if use == consent.__name__:
        return consent(w, asked)
    with acts_as(w, Act.RUN) as w:
        return FLOWS[use](w, asked)


FLOWS: dict[str, Callable[[Workplace, Asked], Answer]] = {
    f.__name__: f
    for f in (pull, check, load, indicators, report, late_returns, gate, ask_consent, consent, noted, release, hold,
              affected_phases, phases_anyway, look, remind, survey, verify, alarm)
}
