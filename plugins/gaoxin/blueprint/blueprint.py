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

import jinja2
import pydantic
import yaml

from gaoxin.plan.base import Label

if TYPE_CHECKING:  # a parse that finds the blueprint compiled does without the model, whose import costs as much as its DAGs
    from gaoxin.plan.model import Phase, Plan


FETCHING = frozenset({"fetch", "unfetched"})  # the steps of statistics that are for sources
CONSENT = "consent"  # the step of a phase's flow that waits for a person
ANSWERS = {"approve": "同意", "reject": "不同意"}  # by decision, what it offers
NOBODY = "(nobody: GAOXIN_ACCOUNTS)"  # who may answer where no account may


class StepKind(StrEnum):
    WORK = "work"            # one use case
    BRANCH = "branch"        # one use case whose answer chooses the next step
    APPROVAL = "approval"    # waits for a person, bounded
    START = "start"          # one use case that names runs of other flows, each then started once


@dataclass(frozen=True)
class Step:
    """One step. needs: the steps before it. timeout bounds the work, or for an approval the wait, in minutes.
    any_need: whether one of `needs` is enough, the others being skipped. when_failed: taken only where one of `needs` failed;
    regardless: however they ended. outlet: the asset that a success announces.
    sends: whether it may send mail. fetches: whether it is handed the connections of the plan's sources. alarms:
    whether it fails on purpose, so that operators see what it tells.
    otherwise: (BRANCH) the step to go on with when the answer names none that comes next.
    starts: (START) id and name of the step that starts the runs. by: (APPROVAL) the units of which one is asked, the first before
    its deputies, about what the step `about` has answered."""

    id: str
    name: Label
    kind: StepKind
    use: str
    needs: tuple[str, ...] = ()
    timeout_minutes: int = 20
    retries: int = 2
    outlet: str | None = None
    starts: tuple[str, Label] | None = None
    by: tuple[str, ...] = ()
    about: str = ""
    any_need: bool = False
    when_failed: bool = False
    regardless: bool = False
    sends: bool = False
    fetches: bool = False
    alarms: bool = False
    otherwise: str | None = None
    doc: str = ""


@dataclass(frozen=True)
class Schedule:
    """Cron in Asia/Shanghai, bounded by the campaign's own dates: a campaign that is over asks for nothing. on_arrival: whether
    files that come into the inbox start it, too."""

    cron: str
    first: date
    last: date
    on_arrival: bool = False


@dataclass(frozen=True)
class Flow:
    """One flow of steps: a DAG, once an engine has it. `phase` is set for a phase's flow. periods: for one that takes a period
    those that it may take, the newest first; None for any other."""

    id: str
    name: Label
    doc: str
    tags: tuple[str, ...]
    owner: str
    steps: tuple[Step, ...]
    schedule: Schedule | None = None
    phase: str | None = None
    periods: tuple[str, ...] | None = None

    @property
    def longest_minutes(self) -> int:
        """How long a run may take: all its steps, one after the other, each as often as it may be tried."""
        return sum(step.timeout_minutes * (step.retries + 1) for step in self.steps)


@dataclass(frozen=True)
class _Told:
    """What flows.yaml says of a flow. A phase's has the phase's name."""

    doc: str
    steps: tuple[Step, ...]
    name: Label | None = None


@dataclass(frozen=True)
class Blueprint:
    campaign: str
    name: Label
    flows: tuple[Flow, ...]


def phase_flow_id(plan: Plan, phase: Phase) -> str:
    return f"{plan.id}.phase{plan.number_of(phase):02d}.{phase.id}"


def statistics_flow_id(plan: Plan) -> str:
    return f"{plan.id}.statistics"


def supervision_flow_id(plan: Plan) -> str:
    return f"{plan.id}.supervision"


def rehearsal_flow_id(plan: Plan) -> str:
    return f"{plan.id}.rehearsal"


def alarming_steps(plan: Plan, flow: str) -> frozenset[str]:
    """The steps of a flow that fail on purpose."""
    told, tag = _told(), flow.removeprefix(f"{plan.id}.")
    return frozenset(s.id for s in told[tag if tag in told else "phase"].steps if s.alarms)


def blueprint(plan: Plan) -> Blueprint:
    """All flows of a plan: its phases in order, then rehearsal, statistics, reminders, supervision."""
    return Blueprint(plan.id, plan.name, (
        *(_phase(plan, p) for p in plan.phases),
        _flow(plan, "rehearsal"),
        _flow(plan, "statistics", _statistics(plan), periods=_periods(plan)),
        _flow(plan, "reminders", cron=plan.rhythm.reminders),
        _flow(plan, "supervision", cron=plan.rhythm.supervision, owner=plan.governance.supervision, on_arrival=True),
    ))


def _phase(plan: Plan, phase: Phase) -> Flow:
    told = _told()["phase"]
    steps = {s.id: s if s.outlet is None else replace(s, outlet=f"{s.outlet}/{phase.id}") for s in told.steps}
    if phase.kind != "application":
        del steps["dossier"]
    asked = _consents(plan, phase, steps.pop(CONSENT))
    if not asked:
        del steps["seal"]
    else:
        steps["seal"] = replace(steps["seal"], needs=(asked[-1].id,))
    before = list(steps).index("gate") + 1
    all_steps = [*steps.values()]
    name = Label(zh=f"{plan.number_of(phase)}. {phase.name.zh}", en=phase.name.en)
    return _flow(plan, phase.kind, _Told(told.doc, (*all_steps[:before], *asked, *all_steps[before:]), name), phase)


def consent_steps(phase: Phase) -> dict[str, str]:
    """By the unit whose consent is asked: the step that asks for it, in their order."""
    return {c.by: CONSENT if n == 1 else f"{CONSENT}_{n}" for n, c in enumerate(phase.gate.approvals, 1)}


def _consents(plan: Plan, phase: Phase, told: Step) -> list[Step]:
    """One step for each consent, one after the other."""
    found: list[Step] = []
    for c, id in zip(phase.gate.approvals, consent_steps(phase).values(), strict=True):
        by = plan.unit(c.by).name
        found.append(replace(told, id=id, name=Label(zh=told.name.zh.format(by=by.zh), en=f"{told.name.en}: {by.to('en')}"),
                             by=c.deciders, about=told.needs[0], needs=(found[-1].id,) if found else told.needs,
                             timeout_minutes=plan.rhythm.consent_days * 24 * 60, doc=told.doc.format(by=by.zh)))
    return found


def _statistics(plan: Plan) -> _Told:
    told = _told()["statistics"]
    if any(form.sources for form in plan.forms):
        return told
    return replace(told, steps=tuple(s for s in told.steps if s.id not in FETCHING))


def _flow(plan: Plan, tag: str, told: _Told | None = None, phase: Phase | None = None, *, owner: str | None = None,
          cron: str | None = None, periods: tuple[str, ...] | None = None, on_arrival: bool = False) -> Flow:
    """A flow of the plan, named after its zone; owned by the office unless somebody else is named. It has no schedule where the
    plan has no date at all: then runs are started by hand."""
    from gaoxin.plan.words.due import said  # the command line starts without

    told = told or _told()[tag]
    known, zone, name = {s.id for s in told.steps}, plan.zone.name, told.name or plan.name
    steps = [
        replace(s, needs=needs, regardless=s.regardless and bool(needs),
                outlet=s.outlet and f"gaoxin://{plan.id}/{s.outlet}")
        for s in told.steps for needs in [tuple(n for n in s.needs if n in known)]
    ]
    schedule = None
    if cron and plan.starts and plan.ends:
        schedule = Schedule(cron, plan.starts, plan.ends + timedelta(days=plan.rhythm.aftermath_days), on_arrival)
    return Flow(phase_flow_id(plan, phase) if phase else f"{plan.id}.{tag}",
                Label(zh=f"{zone.zh} · {name.zh}", en=f"{zone.to('en')} · {name.to('en')}"),
                jinja2.Template(told.doc, trim_blocks=True, keep_trailing_newline=True).render(plan=plan, phase=phase,
                                                                                               due_said=said),
                ("gaoxin", plan.id, tag), owner or plan.governance.office, tuple(steps), schedule,
                phase.id if phase else None, periods)


def _periods(plan: Plan) -> tuple[str, ...]:
    """Every period of its forms, those to come too: chosen by the day, its DAG would be another one each month."""
    return tuple(map(str, sorted({period for form in plan.forms for period in form.periods()}, reverse=True)))


@cache
def _told() -> dict[str, _Told]:
    """By what kind of flow it is."""
    told = yaml.safe_load(Path(__file__).with_name("flows.yaml").read_text(encoding="utf-8"))
    return pydantic.TypeAdapter(dict[str, _Told]).validate_python(told)
