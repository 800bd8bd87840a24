"""The use cases that the blueprint's steps name: each takes a workplace and what was asked, and answers plain JSON.

`note` is one text for people, in Chinese: an engine's log is read by the office; `headline` is it in one line, `why` the reasons
that stand below it where the engine shows what came of a run, and `about` what heads a run that nobody said anything of. An
engine's adapter calls `run` and knows nothing else of this package.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from gaoxin import links
from gaoxin.blueprint.blueprint import rehearsal_flow_id
from gaoxin.campaign import (
    alarming,
    delivering,
    dispatch,
    dossiers,
    fetching,
    gatekeeping,
    intake,
    measuring,
    outlooks,
    reminding,
    reporting,
    running,
    sourcing,
    standing,
    surveying,
    upkeep,
)
from gaoxin.campaign import bulletins as drafting
from gaoxin.campaign.acting import acts_as, raising_alarm
from gaoxin.campaign.asked import Answer, Asked
from gaoxin.campaign.consent_steps import ask_consent, consent, overtaken, still_asked
from gaoxin.campaign.telling import in_both, in_short, reasons, tell_gate
from gaoxin.campaign.wording import counted
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import GaoxinError, Refused, Transient, UsageError
from gaoxin.gates.model import GateResult, GateVerdict, Mode
from gaoxin.gates.turns import whose_turn
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.people.acts import Act
from gaoxin.periods import Period

_PULLED = Code("flows.pulled", "{period}：收取报表 {count} 份", "{period}: {count} return(s) taken in", period=Period, count=int)
_TOO_EARLY = Code("flows.too_early", "{period}到 {end} 才结束，还没有报表可统计",
                  "{period} ends on {end}: there are no returns yet to take statistics of", period=Period, end=date)
_FETCHED = Code("flows.fetched", "{period}：问过来源 {asked} 个，新收报表 {count} 份，取不到的 {failed} 个",
                "{period}: {asked} source(s) asked, {count} new return(s), {failed} failed", period=Period, asked=int, count=int,
                failed=int)
_UNFETCHED = Code("flows.unfetched", "{period}：取不到的来源 {count} 个，次日自动再取",
                  "{period}: {count} source(s) failed, asked again tomorrow", period=Period, count=int)
_ALL_FETCHED = Code("flows.all_fetched", "{period}：没有取不到的来源", "{period}: no source failed", period=Period)
_CHECKED = Code("flows.checked", "{period}：校核 {count} 份{verdicts}", "{period}: {count} checked{verdicts}",
                period=Period, count=int, verdicts=Message | None)
_VERDICTS = Code("flows.verdicts", "：{states}", ": {states}", states=Text)
_REJECTED = Code("flows.rejected", "退回：{unit}《{form}》 {link}", "rejected: {unit}, {form} {link}", unit=Worded, link=str)
_LOADED = Code("flows.loaded", "{period}：入库数据 {rows} 条", "{period}: {rows} row(s) loaded", period=Period, rows=int)
_MEASURED = Code("flows.measured", "指标 {count} 项：{states}", "{count} indicator(s): {states}", count=int, states=str)
_REPORTED = Code("flows.reported", "{period}数据质量报告：{link}（文件 {file}）；未齐 {late} 份",
                 "{period}, report of quality: {link} (file {file}); {late} not in", period=Period, link=str, file=str, late=int)
_STATISTICS = Code("flows.statistics", "{period}统计完成，未齐 {late} 份", "statistics of {period} are done, {late} not in",
                   period=Period, late=int)
_LATE_PULLED = Code("flows.late_pulled", "补收报表 {count} 份，入库数据 {rows} 条",
                    "{count} late return(s) taken in, {rows} row(s) loaded", count=int, rows=int)
_RENEWED = Code("flows.reports_renewed", "重新编制质量报告 {count} 个文件", "{count} file(s) of quality reports written anew",
                count=int)
_BULLETINS = Code("flows.bulletins", "通报草稿：{made:;}，{link}", "drafts of bulletins: {made:;}, {link}", made=tuple, link=str)
_BULLETIN = Code("flows.bulletin", "{period}", "{period}", period=str)
_BULLETIN_LATE = Code("flows.bulletin_late", "{period}（应于 {due} 编制，晚 {days} 天补编）",
                      "{period} (due on {due}, {days} day(s) late)", period=str, days=int)
_NO_BULLETINS = Code("flows.no_bulletins", "没有到期的通报", "no bulletin is due")
_RELEASED = Code("flows.released", "{phase}通过。{runs}", "{phase} has passed. {runs}", phase=Worded, runs=Message)
_DOSSIER = Code("flows.dossier", "申报材料 {count} 个文件，待办 {open} 项：{link}",
                "dossier of {count} files, {open} open point(s): {link}", count=int, open=int, link=str)
_DOSSIER_THERE = Code("flows.dossier_there", "今日已按现在的记录编制过申报材料，不再重编：{count} 个文件，待办 {open} 项：{link}",
                      "the dossier was built today of what is on record now, and is not built again: {count} files, {open} open "
                      "point(s): {link}", count=int, open=int, link=str)
_MORE_TO_COME = Code("flows.more_to_come", "收件箱还有待处理的报表，由最后一期统计重新判定关口",
                     "returns wait in the inbox: the last period's statistics will decide the gates again")
_REMINDED = Code("flows.reminded", "提醒 {count} 件：{states}", "{count} reminder(s): {states}", count=int, states=str)
_PASSED_BEFORE = Code("flows.passed_before",
                      "{phase}：已于 {day} 通过，不再判定，也不再提请审批。数据有更正的，见 gaoxin corrections {campaign}",
                      "{phase}: passed on {day}; it is not decided again, and nobody is asked to consent. Where figures were "
                      "corrected gaoxin corrections {campaign} decides whether it is reopened", phase=Worded, day=date)
_NOT_REMINDED = Text("责任单位未能提醒：", "the owners could not be reminded: ")

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
_TOLD = 20

_NOT_YET = Code("flows.not_yet", "{phase}：未到判定期，不作决定。{first} 起判定；此前由 {flow} 每日预演",
                "{phase}: its decision window has not begun, nothing is decided. It is decided from {first} on; until then it is "
                "rehearsed daily by {flow}", phase=Worded, first=date, flow=str)
_IF_TODAY = Code("flows.if_today", "预演：若在今日，{gates:;}", "rehearsal: if it were today, {gates:;}", gates=tuple)
_NO_GATES = Code("flows.no_gates", "没有需要预演的关口", "no gate is to be rehearsed")


def needed(w: Workplace, asked: Asked) -> Answer:
    """The connections that the plan's sources name: the engine looks them up, and nobody else."""
    return {"connections": list(sourcing.connections(w.plan))}


def fetch(w: Workplace, asked: Asked) -> Answer:
    period = asked.the_period
    _must_have_begun(w, period)
    found = fetching.fetched(w, asked.connections, period=period)
    told = _FETCHED(period=period, asked=len(found.fetches), count=len(found.returns), failed=len(found.failed))
    answer = {"returns": len(found.returns), "failed": len(found.failed),
              "note": "\n".join(one.zh for one in (told, *fetching.told(w, found.fetches)))}
    return answer | ({"headline": told.zh} if found.failed else {})


def unfetched(w: Workplace, asked: Asked) -> Answer:
    failed = sourcing.failed(w, asked.the_period)
    if not failed:
        return {"note": _ALL_FETCHED(period=asked.the_period).zh}
    told = _UNFETCHED(period=asked.the_period, count=len(failed))
    return {"refused": True, "headline": told.zh, "note": "\n".join(one.zh for one in (told, *fetching.told(w, failed)))}


def pull(w: Workplace, asked: Asked) -> Answer:
    _must_have_begun(w, asked.the_period)
    taken = intake.pull(w, asked.the_period)
    return {"returns": len(taken), "note": _PULLED(period=asked.the_period, count=len(taken)).zh}


def _must_have_begun(w: Workplace, period: Period) -> None:
    """Raises Refused for a period that is not over and of which nothing came: somebody chose it by mistake."""
    if local_day(w.now) >= period.end or period in dispatch.files_waiting(w):
        return
    with w.warehouse.read() as store:
        if any(known == period for _, known in store.standing.begun(w.plan, w.known)):
            return
    told = _TOO_EARLY(period=period, end=period.end)
    raise Refused(Text(told.zh, told.en), where="params.period",
                  todo=Text("另选已结束的报告期；有报表提前送到时会自动统计",
                            "choose a period that is over; where returns come early statistics start by themselves"))


def check(w: Workplace, asked: Asked) -> Answer:
    verdicts = dict(Counter(str(c.verdict) for c in intake.check_pending(w, asked.the_period)))
    states = _VERDICTS(states=Text(counted(verdicts, "zh"), counted(verdicts, "en"))) if verdicts else None
    note = _CHECKED(period=asked.the_period, count=sum(verdicts.values()), verdicts=states)
    return {"verdicts": verdicts, "note": "\n".join(told.zh for told in (note, *_rejected(w, asked)))}


def _rejected(w: Workplace, asked: Asked) -> list[Message]:
    """Each return that stands rejected, with its page."""
    found = [row for row in standing.returns_status(w, asked.the_period).rows if row.rejected_id]
    return [_REJECTED(unit=w.plan.unit(row.unit).name, form=w.plan.form(row.form).name,
                      link=_link(asked, links.return_page(w.plan.id, row.rejected_id or ""))) for row in found[:_TOLD]]


def load(w: Workplace, asked: Asked) -> Answer:
    rows = intake.load_accepted(w, asked.the_period)
    return {"rows": rows, "note": _LOADED(period=asked.the_period, rows=rows).zh}


def indicators(w: Workplace, asked: Asked) -> Answer:
    results = measuring.store_indicators(w, None)
    states = dict(Counter(str(r.status) for r in results))
    return {"indicators": states, "note": _MEASURED(count=len(results), states=counted(states, "zh")).zh}


def report(w: Workplace, asked: Asked) -> Answer:
    files = reporting.kept_report(w, asked.the_period, asked.run)
    state = standing.returns_status(w, asked.the_period)
    late = [r for r in state.rows if str(r.state) in ("overdue", "rejected")]
    return {
        "files": [str(f.path) for f in files], "about": _STATISTICS(period=asked.the_period, late=len(late)).zh,
        "note": _REPORTED(period=asked.the_period, link=_link(asked, links.report_page(w.plan.id, files[0].path.name)),
                          file=str(files[0].path), late=len(late)).zh,
    }


def late_returns(w: Workplace, asked: Asked) -> Answer:
    taken = intake.pull(w, None)
    checked = intake.check_pending(w, None)
    rows = intake.load_accepted(w, None)
    if checked or measuring.lags(w):
        measuring.store_indicators(w, None)
    told = _LATE_PULLED(count=len(taken), rows=rows), *reporting.renewed_beside(w)
    return {"returns": len(taken), "rows": rows, "note": "；".join(one.zh for one in told)}


def renew_reports(w: Workplace, asked: Asked) -> Answer:
    anew = reporting.renewed_reports(w)
    return {"files": [str(f.path) for f in anew], "note": _RENEWED(count=len(anew)).zh}


def gate(w: Workplace, asked: Asked) -> Answer:
    """next: the step to go on with; None where the gate has passed and another run does what follows."""
    answer = _decided(w, asked)
    if answer["next"] == "release" and (by := overtaken(w, asked)):
        return answer | {"next": None, "headline": by.zh, "note": in_both(by) + "\n\n" + answer["note"]}
    return answer


def _decided(w: Workplace, asked: Asked) -> Answer:
    if passed := gatekeeping.passed_by(w, asked.phase):
        return _passed_before(w, passed, asked)
    result = gatekeeping.decide(w, asked.phase)
    step = _next(w, result)
    said = in_short(w, result)
    headline = said if result.mode is Mode.DECISION else _IF_TODAY(gates=[said])
    return {"next": step, "verdict": str(result.verdict), "seal": result.seal, "headline": headline.zh,
            "why": _why(w, [result], asked), "note": tell_gate(w, result, asked.pages).zh}


def _why(w: Workplace, results: Sequence[GateResult], asked: Asked) -> str:
    """Of several gates each with its name before it."""
    told = [(r, reasons(w, r, asked.pages)) for r in results]
    return "\n\n".join("\n".join([*([in_short(w, r).zh] if len(results) > 1 else []), *(line.zh for line in lines)])
                       for r, lines in told if lines)


def _passed_before(w: Workplace, passed: GateResult, asked: Asked) -> Answer:
    """Of a gate that somebody runs though it has passed: nobody is asked for anything, and nothing is decided."""
    told = _PASSED_BEFORE(phase=w.plan.phase(passed.phase).name, day=local_day(passed.decided_as_of), campaign=w.plan.id)
    return {"next": "release", "verdict": str(passed.verdict), "seal": passed.seal, "headline": told.zh,
            "note": in_both(told, tell_gate(w, passed, asked.pages))}


def _next(w: Workplace, result: GateResult) -> str:
    """The step to go on with. Consent to the same figures is asked for once, not by every run until it comes. Whatever is not
    passed and asks nobody holds, so that no run ends green but that of a gate that has passed."""
    if result.mode is Mode.REHEARSAL:
        return "hold"
    if result.verdict in (GateVerdict.PASS, GateVerdict.WAIVED):
        return "release"
    with w.warehouse.read() as store:
        turn = whose_turn(w.plan.phase(result.phase), result)
        return "hold" if turn is None or gatekeeping.consent_asked(w, store, result) else "consent"


def _link(asked: Asked, page: str) -> str:
    return links.at(asked.pages, page)


def rehearse(w: Workplace, asked: Asked) -> Answer:
    results = gatekeeping.rehearse(w)
    if not results:
        return {"verdicts": {}, "headline": _NO_GATES().zh, "note": _NO_GATES().zh}
    return {"verdicts": {r.phase: str(r.verdict) for r in results},
            "headline": _IF_TODAY(gates=[in_short(w, r) for r in results]).zh, "why": _why(w, results, asked),
            "note": "\n\n".join(_rehearsed(w, r, asked.pages) for r in results)}


def _rehearsed(w: Workplace, result: GateResult, pages: str) -> str:
    more = outlooks.told(w.plan, outlooks.ahead(w, result))
    return "\n".join([tell_gate(w, result, pages).zh, *(line.zh for line in more)])


def release(w: Workplace, asked: Asked) -> Answer:
    """Of those that follow what is due now: a gate is decided again since this one has passed, or rehearsed."""
    runs = dispatch.begun(w, lambda: dispatch.gate_runs(w), asked.seen)
    note = _RELEASED(phase=w.plan.phase(asked.phase).name, runs=dispatch.told(runs))
    return {"runs": [r.as_trigger() for r in runs], "note": note.zh}


def dossier(w: Workplace, asked: Asked) -> Answer:
    kept = dossiers.kept_dossier(w, asked.pages, asked.run)
    told = (_DOSSIER if kept.anew else _DOSSIER_THERE)(
        count=len(kept.files), open=kept.open, link=_link(asked, links.dossier_page(w.plan.id)))
    return {"files": [str(f.path) for f in kept.files], "note": told.zh}


def bulletins(w: Workplace, asked: Asked) -> Answer:
    """Drafts of the bulletins that are due: people write into them and release them."""
    made = drafting.due_drafts(w, asked.pages, asked.run)
    told = [_BULLETIN_LATE(period=str(d.period), due=d.due, days=d.late_days) if d.late_days else _BULLETIN(period=str(d.period))
            for d in made]
    if not made:
        return {"bulletins": [], "note": _NO_BULLETINS().zh}
    return {"bulletins": [str(d.period) for d in made],
            "note": _BULLETINS(made=told, link=_link(asked, links.bulletins_page(w.plan.id))).zh}


def hold(w: Workplace, asked: Asked) -> Answer:
    result = gatekeeping.kept(w, asked.phase)
    in_full, phase = tell_gate(w, result, asked.pages), w.plan.phase(asked.phase)
    if result.mode is Mode.REHEARSAL:
        too_early = _NOT_YET(phase=phase.name, first=phase.gate.decided_from, flow=rehearsal_flow_id(w.plan))
        return {"refused": True, "headline": too_early.zh, "note": in_both(too_early, in_full)}
    note = in_both(in_full)
    try:
        reminding.remind(w, mailer=delivering.mailer(w, asked.servers), pages=asked.pages)
    except GaoxinError as error:  # why the gate holds is told all the same; what was not sent is owed, and an alarm tells of it
        note += "\n\n" + "\n\n".join(_NOT_REMINDED.to(lang) + error.render(lang) for lang in ("zh", "en"))
    return {"refused": True, "headline": in_short(w, result).zh, "why": _why(w, [result], asked), "note": note}


def affected_phases(w: Workplace, asked: Asked) -> Answer:
    if dispatch.files_waiting(w):
        return {"runs": [], "note": _MORE_TO_COME().zh}
    return phases_anyway(w, asked)


def phases_anyway(w: Workplace, asked: Asked) -> Answer:
    """Though files wait: the statistics that were to take them failed."""
    runs = dispatch.begun(w, lambda: dispatch.gate_runs(w), asked.seen)
    return {"runs": [r.as_trigger() for r in runs], "note": dispatch.told(runs).zh}


def look(w: Workplace, asked: Asked) -> Answer:
    """Of which runs a step that starts others wants to know how they stand."""
    return {"looks": running.looked_at(w)}


def remind(w: Workplace, asked: Asked) -> Answer:
    sent = reminding.remind(w, mailer=delivering.mailer(w, asked.servers), pages=asked.pages)
    states = dict(Counter(s.shown for s in sent))
    if failed := [s for s in sent if s.is_tried_again]:  # what is refused for good is an alarm, and no run's to repeat
        raise Transient(Text(f"{len(failed)} 件提醒未能发出，首件 {failed[0].key}",
                             f"{len(failed)} reminder(s) did not go out, the first {failed[0].key}"),
                        where=failed[0].detail.both() if failed[0].detail else w.plan.id,
                        todo=Text("自动重试；仍不行的，检查邮件服务器与联系人文件，再执行 gaoxin remind",
                                  "it is tried again; else look at the mail server and the contacts file, then gaoxin remind"))
    told = _REMINDED(count=len(sent), states=counted(states, "zh")).zh
    return {"reminders": states, "about": told, "note": told}


def survey(w: Workplace, asked: Asked) -> Answer:
    runs, note = surveying.survey(w, asked.seen)
    return {"runs": [r.as_trigger() for r in runs], "about": note.zh, "note": note.zh}


def verify(w: Workplace, asked: Asked) -> Answer:
    found = upkeep.verify_what_is_due(w)
    if found is None:
        return {"note": _VERIFIED_TODAY().zh}
    if found.intact:
        told = _VERIFIED(rows=found.rows_checked, files=found.files_checked).zh
        return {"note": f"{told}；{_ONE_ACCOUNT().zh}" if found.one_account else told}
    broken = [_CHAIN_BROKEN(seq=found.first_bad or 0)] if not found.chain.intact else []
    named = [_FAULT(what=f.table or f.kind, key=f.key, detail=f.detail) for f in found.faults[:_TOLD]]
    return {"refused": True, "note": _NOT_VERIFIED(count=found.faults_found + len(broken), faults=[*broken, *named]).zh}


def alarm(w: Workplace, asked: Asked) -> Answer:
    standing_now = alarming.alarm(w)
    mailer = delivering.mailer(w, asked.servers)
    reminding.tell_alarms(w, mailer=mailer, pages=asked.pages)
    with contextlib.suppress(UsageError):  # a contacts file that is faulty is an alarm of its own: what is owed waits for it
        reminding.tell_results(w, mailer=mailer, pages=asked.pages)
    return {"refused": bool(standing_now), "note": in_both(alarming.told(standing_now))}


def run(w: Workplace, use: str, asked: Asked) -> Answer:
    """The use case that a step names, by whoever may. Consent is the act of the account that answered; all else is the system's,
    or of whoever started the run. An alarm needs no right. Raises NotAllowed."""
    if use == consent.__name__:
        return consent(w, asked)
    if use == alarm.__name__:
        return alarm(raising_alarm(w), asked)
    with acts_as(w, Act.RUN) as w:
        return FLOWS[use](w, asked)


FLOWS: dict[str, Callable[[Workplace, Asked], Answer]] = {
    f.__name__: f
    for f in (needed, fetch, unfetched, pull, check, load, indicators, report, late_returns, gate, ask_consent, still_asked,
              consent, rehearse, release, dossier, hold, affected_phases, phases_anyway, look, remind, survey, verify,
              renew_reports, bulletins, alarm)
}
