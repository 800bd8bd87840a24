"""The blueprint: what a campaign's plan asks an engine to run, as a neutral graph with stable ids.

Plan → blueprint → engine. Only `gaoxin.airflow` turns it into DAGs. Nothing here knows a clock: the same plan gives
the same blueprint, so that parsing twice gives identical DAGs. What a step does is named by `use`; the adapter looks
the name up among the use cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from gaoxin.plan.base import Label

if TYPE_CHECKING:  # a parse that finds the blueprint compiled does without the model, whose import costs as much as its DAGs
    from gaoxin.plan.model import Phase, Plan


class StepKind(StrEnum):
    WORK = "work"            # one use case
    BRANCH = "branch"        # one use case whose answer chooses the next step
    APPROVAL = "approval"    # waits for a person, bounded
    START = "start"          # one use case that names runs of other flows, each then started once


@dataclass(frozen=True)
class Step:
    """One step. needs: the steps before it. timeout bounds the work, or for an approval the wait, in minutes.

    any_need: whether one of `needs` is enough, the others being skipped. outlet: the asset that a success announces.
    sends: whether it may send mail. alarms: whether it fails on purpose, so that operators see what it tells.
    otherwise: (BRANCH) the step to go on with when the answer names none that comes next.
    starts: (START) id and name of the step that starts the runs. by: (APPROVAL) the unit that is asked, about what the
    first of `needs` has answered.
    """

    id: str
    name: Label
    kind: StepKind
    use: str
    needs: tuple[str, ...] = ()
    timeout_minutes: int = 20
    retries: int = 2
    outlet: str | None = None
    starts: tuple[str, Label] | None = None
    by: str | None = None
    any_need: bool = False
    sends: bool = False
    alarms: bool = False
    otherwise: str | None = None
    doc: str = ""


@dataclass(frozen=True)
class Schedule:
    """Cron in Asia/Shanghai, bounded by the campaign's own dates: a campaign that is over asks for nothing."""

    cron: str
    first: date
    last: date


@dataclass(frozen=True)
class Flow:
    """One flow of steps: a DAG, once an engine has it. `phase` is set for a phase's flow."""

    id: str
    name: Label
    doc: str
    tags: tuple[str, ...]
    owner: str
    steps: tuple[Step, ...]
    schedule: Schedule | None = None
    phase: str | None = None
    takes_period: bool = False


@dataclass(frozen=True)
class Blueprint:
    campaign: str
    name: Label
    flows: tuple[Flow, ...]


def phase_flow_id(plan: Plan, phase: Phase) -> str:
    return f"{plan.id}.phase{plan.number_of(phase):02d}.{phase.id}"


def statistics_flow_id(plan: Plan) -> str:
    return f"{plan.id}.statistics"


def gate_asset(plan: Plan, phase: Phase) -> str:
    return f"gaoxin://{plan.id}/gate/{phase.id}"


def statistics_asset(plan: Plan) -> str:
    return f"gaoxin://{plan.id}/statistics"


def blueprint(plan: Plan) -> Blueprint:
    """All flows of a plan: its phases in order, then statistics, reminders, supervision."""
    return Blueprint(
        plan.id, plan.name, (*(_phase(plan, p) for p in plan.phases), _statistics(plan), _reminders(plan), _supervision(plan))
    )


def _phase(plan: Plan, phase: Phase) -> Flow:
    consent = phase.gate.approvals
    steps = [
        Step("late_returns", Label(zh="补收迟报", en="Bring in late returns"), StepKind.WORK, "late_returns",
             doc="收取收件箱中的全部报表：落地、校核、入库。同样的文件收两次只算一次。"),
        Step("gate", Label(zh="关口判定", en="Rehearse or decide the gate"), StepKind.BRANCH, "gate", ("late_returns",),
             otherwise="hold", doc="决定窗口之前为预演，之内为正式判定；逐项列出理由。"),
        Step("noted", Label(zh="记录在案", en="Noted"), StepKind.WORK, "noted", ("gate",),
             doc="预演（只说明“若在今日”会怎样），或已请求审核同意、正在等候：不放行。"),
    ]
    before_release = ["gate"]
    if consent:
        by = plan.unit(consent[0].by)
        steps += [
            Step("consent", Label(zh=f"{by.name.zh}审核同意", en="Consent"), StepKind.APPROVAL, "consent", ("gate",),
                 timeout_minutes=plan.rhythm.consent_days * 24 * 60, retries=1, by=by.id,
                 doc=f"其余条件全部具备后，等待{by.name.zh}表态；先记入台账，再由 Airflow 继续。"),
            # After consent a gate that still waits for consent has nobody left to ask: it holds.
            Step("seal", Label(zh="复核并封存", en="Decide again on the sealed figures"), StepKind.BRANCH, "gate",
                 ("consent",), otherwise="hold", doc="同意只对当时的数据有效：数据若有变化，同意作废，关口重新判定。"),
        ]
        before_release.append("seal")
    # Both decisions of the gate may lead to release or hold; the one not taken is skipped.
    steps += [
        Step("release", Label(zh="通过并放行", en="Release"), StepKind.START, "release", tuple(before_release), any_need=True,
             outlet=gate_asset(plan, phase), doc="关口通过（或经豁免）：公布结果，启动可以开始的下一阶段。",
             starts=("open_next", Label(zh="启动下一阶段", en="Open the next phases"))),
        Step("hold", Label(zh="不予通过", en="Hold"), StepKind.WORK, "hold", tuple(before_release), any_need=True,
             retries=0, sends=True, alarms=True, doc="关口不通过：逐项理由、整改事项已开出并提醒责任单位。此步骤以失败示警。"),
    ]
    name = Label(zh=f"{plan.number_of(phase)}. {phase.name.zh}", en=phase.name.en)
    return _flow(plan, phase_flow_id(plan, phase), phase.kind, name, _phase_doc(plan, phase), steps, phase=phase.id)


def _statistics(plan: Plan) -> Flow:
    chain = (
        ("pull", "收取落地", "Pull and land", "pull", "从收件箱收取本期报表，原始文件按内容指纹留存。"),
        ("check", "校核", "Check", "check", "用 expectations/ 中每张报表的规则集逐表校核；未能评估的不算通过。"),
        ("load", "入库", "Load", "load", "受理的报表入库，每个数据保留报表、工作表和单元格；更正另立新版，旧值不改。"),
        ("indicators", "计算指标", "Compute indicators", "indicators", "按方案公式计算各项指标、差距与进度。"),
        ("report", "数据质量报告", "Quality report", "report", "本期数据质量报告，自成一体，可离线查看。"),
    )
    steps: list[Step] = []
    before: tuple[str, ...] = ()
    for step_id, zh, en, use, doc in chain:
        outlet = statistics_asset(plan) if step_id == "report" else None
        steps.append(Step(step_id, Label(zh=zh, en=en), StepKind.WORK, use, before, outlet=outlet, doc=doc))
        before = (step_id,)
    steps.append(
        Step("affected", Label(zh="受影响的关口", en="Affected gates"), StepKind.START, "affected_phases", before,
             starts=("reevaluate", Label(zh="重新判定关口", en="Decide them again")),
             doc="数据有变化：重新判定正在进行的阶段关口。")
    )
    name = Label(zh="统计数据", en="Statistics")
    return _flow(plan, statistics_flow_id(plan), "statistics", name, _statistics_doc(plan), steps, takes_period=True)


def _reminders(plan: Plan) -> Flow:
    return _flow(
        plan, f"{plan.id}.reminders", "reminders", Label(zh="提醒催办", en="Reminders"),
        "每个工作日提醒尚有未报、未办事项的单位；逾期按阶梯上报督查机构和领导小组。每一级只发一次。\n\n"
        "Reminds units of what they still owe; each rung of the ladder is sent exactly once.",
        [Step("remind", Label(zh="发出提醒", en="Send what is due"), StepKind.WORK, "remind", retries=3, sends=True)],
        schedule=_schedule(plan, plan.rhythm.reminders),
    )


def _supervision(plan: Plan) -> Flow:
    return _flow(
        plan, f"{plan.id}.supervision", "supervision", Label(zh="督查调度", en="Supervision"),
        "按台账检查到期事项：登记时限，启动应运行的统计与阶段流程（同一编号只启动一次）。\n\n"
        "Looks at what is due in the ledger and starts the runs that are owed, each with a deterministic id.",
        [Step("survey", Label(zh="检查时限", en="Survey deadlines"), StepKind.START, "survey",
              starts=("start", Label(zh="启动流程", en="Start what is due")))],
        schedule=_schedule(plan, plan.rhythm.supervision), owner=plan.governance.supervision,
    )


def _schedule(plan: Plan, cron: str) -> Schedule | None:
    """None where the plan has no date at all: then runs are started by hand."""
    if plan.starts is None or plan.ends is None:
        return None
    return Schedule(cron, plan.starts, plan.ends + timedelta(days=plan.rhythm.aftermath_days))


def _flow(
    plan: Plan, id: str, tag: str, name: Label, doc: str, steps: list[Step], *,
    owner: str | None = None, schedule: Schedule | None = None, phase: str | None = None, takes_period: bool = False,
) -> Flow:
    """A flow of the plan, named after its zone; owned by the office unless somebody else is named."""
    title = Label(zh=f"{plan.zone.name.zh} · {name.zh}", en=f"{plan.zone.name.to('en')} · {name.to('en')}")
    return Flow(
        id, title, doc, ("gaoxin", plan.id, tag), owner or plan.governance.office, tuple(steps), schedule, phase, takes_period
    )


def _phase_doc(plan: Plan, phase: Phase) -> str:
    rows = "\n".join(f"- `{c.id}` {(c.demand or c.title).both()}" for c in phase.gate.criteria)
    tasks = "\n".join(
        f"- {t.name.zh}（{plan.unit(plan.answerable(t)).name.zh}，{f'{t.due} 前' if t.due else '期限未定'}；"
        f"{'、'.join(d.name.zh for d in t.deliverables)}）"
        for t in plan.tasks_of(phase.id)
    )
    after = "、".join(plan.phase(p).name.zh for p in phase.after) or "无"
    summary = f"{phase.summary.zh}\n\n" if phase.summary else ""
    return (
        f"## {phase.name.zh}\n\n{summary}"
        f"- 起止：{phase.starts} 至 {phase.ends}\n- 关口时限：{phase.gate.deadline}"
        f"（提前 {phase.gate.decide_days} 天起正式判定，提前 {phase.gate.rehearse_days} 天起预演）\n"
        f"- 前置阶段：{after}\n- 依据：{plan.document.title}，{phase.source.place}\n\n"
        f"### 关口条件 / gate criteria\n\n{rows}\n" + (f"\n### 本阶段任务 / tasks\n\n{tasks}\n" if tasks else "")
    )


def _statistics_doc(plan: Plan) -> str:
    rows = "\n".join(
        f"| {f.name.zh} | {f.periodicity.value} | {'、'.join(plan.unit(u).name.zh for u in f.units)} | {f.due.days} |"
        for f in plan.forms
    )
    return (
        "每次运行处理一个报告期：收取、落地、校核、入库、计算指标、出具数据质量报告。\n\n"
        "One run takes one period: pull, land, check, load, compute indicators, report.\n\n"
        f"| 报表 | 频率 | 报送单位 | 期后天数 |\n| --- | --- | --- | --- |\n{rows}\n"
    )
