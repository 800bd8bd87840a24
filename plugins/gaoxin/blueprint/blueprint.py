"""The blueprint: what a campaign's plan asks an engine to run, as a neutral graph with stable ids.

Plan → blueprint → engine. Only `gaoxin.airflow` turns it into DAGs. Nothing here knows a clock: the same plan gives
the same blueprint, so that parsing twice gives identical DAGs. What a step does is named by `use`; the adapter looks
the name up among the use cases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pydantic
import yaml

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


def blueprint(plan: Plan) -> Blueprint:
    """All flows of a plan: its phases in order, then statistics, reminders, supervision."""
    return Blueprint(plan.id, plan.name, (
        *(_phase(plan, p) for p in plan.phases),
        _flow(plan, "statistics", Label(zh="统计数据", en="Statistics"), _statistics_doc(plan), takes_period=True),
        _flow(plan, "reminders", Label(zh="提醒催办", en="Reminders"),
              "每个工作日提醒尚有未报、未办事项的单位；逾期按阶梯上报督查机构和领导小组。每一级只发一次。\n\n"
              "Reminds units of what they still owe; each rung of the ladder is sent exactly once.",
              cron=plan.rhythm.reminders),
        _flow(plan, "supervision", Label(zh="督查调度", en="Supervision"),
              "按台账检查到期事项：登记时限，启动应运行的统计与阶段流程（同一编号只启动一次）。\n\n"
              "Looks at what is due in the ledger and starts the runs that are owed, each with a deterministic id.",
              cron=plan.rhythm.supervision, owner=plan.governance.supervision),
    ))


def _phase(plan: Plan, phase: Phase) -> Flow:
    steps = {s.id: s if s.outlet is None else replace(s, outlet=f"{s.outlet}/{phase.id}") for s in _steps()["phase"]}
    if phase.gate.approvals:
        by, consent = plan.unit(phase.gate.approvals[0].by), steps["consent"]
        steps["consent"] = replace(
            consent, name=Label(zh=consent.name.zh.format(by=by.name.zh), en=consent.name.en), by=by.id,
            timeout_minutes=plan.rhythm.consent_days * 24 * 60, doc=consent.doc.format(by=by.name.zh),
        )
    else:
        del steps["consent"], steps["seal"]
    name = Label(zh=f"{plan.number_of(phase)}. {phase.name.zh}", en=phase.name.en)
    return _flow(plan, phase.kind, name, _phase_doc(plan, phase), steps=steps, phase=phase)


def _flow(
    plan: Plan, tag: str, name: Label, doc: str, *, steps: dict[str, Step] | None = None, phase: Phase | None = None,
    owner: str | None = None, cron: str | None = None, takes_period: bool = False,
) -> Flow:
    """A flow of the plan, named after its zone; owned by the office unless somebody else is named. It has no schedule where the
    plan has no date at all: then runs are started by hand."""
    known = steps or {s.id: s for s in _steps()[tag]}
    made = [
        replace(s, needs=tuple(n for n in s.needs if n in known), outlet=s.outlet and f"gaoxin://{plan.id}/{s.outlet}")
        for s in known.values()
    ]
    schedule = None
    if cron and plan.starts and plan.ends:
        schedule = Schedule(cron, plan.starts, plan.ends + timedelta(days=plan.rhythm.aftermath_days))
    return Flow(phase_flow_id(plan, phase) if phase else f"{plan.id}.{tag}",
                Label(zh=f"{plan.zone.name.zh} · {name.zh}", en=f"{plan.zone.name.to('en')} · {name.to('en')}"), doc,
                ("gaoxin", plan.id, tag), owner or plan.governance.office, tuple(made), schedule,
                phase.id if phase else None, takes_period)


@cache
def _steps() -> dict[str, list[Step]]:
    told = yaml.safe_load(Path(__file__).with_name("steps.yaml").read_text(encoding="utf-8"))
    return pydantic.TypeAdapter(dict[str, list[Step]]).validate_python(told)


def _phase_doc(plan: Plan, phase: Phase) -> str:
    rows = "\n".join(f"- `{c.id}` {c.asked.both()}" for c in phase.gate.criteria)
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
