"""The use cases that the blueprint's steps name: each takes a workplace and what was asked, and answers plain JSON.

`note` is one text for people. An engine's adapter calls FLOWS[use] and knows nothing else of this package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gaoxin.campaign import decisions, dispatch, gatekeeping, intake, measuring, reminding, reporting, standing
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import UsageError
from gaoxin.gates.model import GateResult, GateVerdict, Mode
from gaoxin.i18n import Text
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period


@dataclass(frozen=True)
class Asked:
    """What a step's run asks for. decision, seal and user are given by an approval step alone; connection is the mail
    server that the engine knows, for a step that may send."""

    phase: str | None = None
    period: Period | None = None
    decision: str | None = None
    seal: str | None = None
    user: str | None = None
    connection: str | None = None

    @property
    def the_period(self) -> Period:
        if self.period is None:
            raise UsageError(
                Text("统计流程一次处理一个报告期，未说明是哪一期", "a statistics run takes one period and none was given"),
                where="params.period",
                todo=Text("触发时填写 period，如 2020-06、2020-Q2、2020", "give period, such as 2020-06, 2020-Q2 or 2020"),
            )
        return self.period

    @property
    def the_phase(self) -> str:
        if self.phase is None:
            raise ValueError("this step belongs to a phase's flow")
        return self.phase


Answer = dict[str, Any]


def pull(w: Workplace, asked: Asked) -> Answer:
    taken = intake.pull(w, asked.the_period)
    return {"returns": len(taken), "note": f"{asked.the_period}：收取报表 {len(taken)} 份"}


def check(w: Workplace, asked: Asked) -> Answer:
    verdicts = Counter(str(c.verdict) for c in intake.check_pending(w, asked.the_period))
    return {"verdicts": dict(verdicts), "note": f"{asked.the_period}：校核 {sum(verdicts.values())} 份 {dict(verdicts)}"}


def load(w: Workplace, asked: Asked) -> Answer:
    rows = intake.load_accepted(w, asked.the_period)
    return {"rows": rows, "note": f"{asked.the_period}：入库数据 {rows} 条"}


def indicators(w: Workplace, asked: Asked) -> Answer:
    results = measuring.store_indicators(w, None)
    states = Counter(str(r.status) for r in results)
    return {"indicators": dict(states), "note": f"指标 {len(results)} 项：{dict(states)}"}


def report(w: Workplace, asked: Asked) -> Answer:
    files = reporting.quality_report(w, asked.the_period, w.settings.reports)
    with w.warehouse.begin() as store:
        store.ledger.append(
            w.plan.id, EventKind.STATISTICS_RUN, w.now,
            {"period": str(asked.the_period), "reports": {f.path.name: f.sha256 for f in files}},
        )
    state = standing.returns_status(w, asked.the_period)
    late = [r for r in state.rows if str(r.state) in ("overdue", "rejected")]
    return {
        "files": [str(f.path) for f in files],
        "note": f"{asked.the_period} 数据质量报告：{files[0].path}；未齐 {len(late)} 份",
    }


def late_returns(w: Workplace, asked: Asked) -> Answer:
    taken = intake.pull(w, None)
    checked = intake.check_pending(w, None)
    rows = intake.load_accepted(w, None)
    if checked:
        measuring.store_indicators(w, None)
    return {"returns": len(taken), "rows": rows, "note": f"补收报表 {len(taken)} 份，入库数据 {rows} 条"}


def gate(w: Workplace, asked: Asked) -> Answer:
    result = gatekeeping.decide(w, asked.the_phase)
    return {"next": _next(w, result), "verdict": str(result.verdict), "seal": result.seal, "note": tell_gate(w, result)}


def _next(w: Workplace, result: GateResult) -> str:
    """The step to go on with. Consent to the same figures is asked for once, not by every run until it comes."""
    if result.mode is Mode.REHEARSAL:
        return "noted"
    if result.verdict in (GateVerdict.PASS, GateVerdict.WAIVED):
        return "release"
    if not result.waits_only_for_approval:
        return "hold"
    approvals = gatekeeping.gather(w, w.plan.phase(result.phase)).approvals
    if any(a.decision == "reject" and a.seal == result.seal for a in approvals):
        return "hold"
    return "noted" if _consent_asked(w, result.seal) else "consent"


def _consent_asked(w: Workplace, seal: str | None) -> bool:
    """Whether consent to these very figures was asked for and the request still waits."""
    since = w.now - timedelta(days=w.plan.rhythm.consent_days)
    with w.warehouse.begin() as store:
        events = store.ledger.events(w.plan.id)
    return any(e.kind == EventKind.CONSENT_ASKED and e.payload["seal"] == seal and since < e.at <= w.now for e in events)


def ask_consent(w: Workplace, asked: Asked) -> Answer:
    """Recorded once for the same figures: a retry of the request does not make it younger."""
    if not _consent_asked(w, asked.seal):
        with w.warehouse.begin() as store:
            store.ledger.append(w.plan.id, EventKind.CONSENT_ASKED, w.now, {"phase": asked.the_phase, "seal": asked.seal})
    return {"note": f"{w.plan.phase(asked.the_phase).name.zh}：已请求审核同意"}


def tell_gate(w: Workplace, result: GateResult) -> str:
    """The verdict with every criterion and every shortfall, as Markdown that also reads well in a log."""
    phase = w.plan.phase(result.phase)
    mode = "正式判定" if result.mode is Mode.DECISION else "预演"
    word = {"pass": "通过", "hold": "不予通过", "waived": "经豁免通过"}[result.verdict]
    lines = [f"**{phase.name.zh}** 关口{mode}（{result.decided_as_of:%Y-%m-%d}，时限 {result.deadline}）：**{word}**", ""]
    for c in result.criteria:
        mark = "豁免" if c.waived else {True: "✓", False: "✗", None: "？未能评估"}[c.passed]
        lines.append(f"- {mark} {c.detail.zh}")
        lines += [f"    - {w.plan.unit(s.owner).name.zh}：{s.subject.zh}" for s in c.shortfalls]
    return "\n".join(lines)


def consent(w: Workplace, asked: Asked) -> Answer:
    by = w.plan.phase(asked.the_phase).gate.approvals[0].by
    decisions.approve(
        w, asked.the_phase, by, asked.decision, f"经 Airflow 审批任务表态（账号 {asked.user or '未知'}）", seal=asked.seal
    )
    return {"note": f"{w.plan.unit(by).name.zh}：{asked.decision}"}


def noted(w: Workplace, asked: Asked) -> Answer:
    result = gatekeeping.evaluate(w, asked.the_phase)
    return {"verdict": str(result.verdict), "note": tell_gate(w, result)}


def release(w: Workplace, asked: Asked) -> Answer:
    runs = dispatch.released_runs(w, asked.the_phase)
    return {"runs": [r.as_trigger() for r in runs], "note": f"{w.plan.phase(asked.the_phase).name.zh}通过。{dispatch.told(runs)}"}


def hold(w: Workplace, asked: Asked) -> Answer:
    reminding.remind(w, mailer=reminding.mailer(w, asked.connection))
    result = gatekeeping.evaluate(w, asked.the_phase)
    return {"refused": True, "note": tell_gate(w, result)}


def affected_phases(w: Workplace, asked: Asked) -> Answer:
    if dispatch.files_waiting(w):
        return {"runs": [], "note": "收件箱还有待处理的报表，由最后一期统计重新判定关口"}
    runs = dispatch.phase_runs(w, changed_only=True)
    return {"runs": [r.as_trigger() for r in runs], "note": dispatch.told(runs)}


def remind(w: Workplace, asked: Asked) -> Answer:
    sent = reminding.remind(w, mailer=reminding.mailer(w, asked.connection))
    states = Counter(str(s.state) for s in sent)
    return {"reminders": dict(states), "note": f"提醒 {len(sent)} 件：{dict(states)}"}


def survey(w: Workplace, asked: Asked) -> Answer:
    intake.refuse_unreadable(w)
    passed = dispatch.mark_passed_deadlines(w)
    runs = dispatch.due_runs(w)
    return {"runs": [r.as_trigger() for r in runs], "note": f"新过时限 {passed} 项。{dispatch.told(runs)}"}


FLOWS: dict[str, Callable[[Workplace, Asked], Answer]] = {
    f.__name__: f
    for f in (pull, check, load, indicators, report, late_returns, gate, ask_consent, consent, noted, release, hold,
              affected_phases, remind, survey)
}
