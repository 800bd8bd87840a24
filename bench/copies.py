"""Writes the copies of a plan that bench/parsing.py measures: each as a plan, as bare Python, and as dag-factory's YAML.

Three folders a copy, each with one DAG file, as Airflow would find it: the campaign's own stub beside plan.yaml; Python
with every DAG and operator written out in literals, as a developer would by hand; and dag-factory's loader beside a YAML
of the same DAGs. Bare Python gives exactly the DAGs of the plan (bench/rounds.py compares Airflow's hashes of them).

dag-factory cannot say all of it. It maps a task by `expand`, not by `expand_kwargs` over the runs that the task before
names, so there the mapped TriggerDagRunOperator has a fixed DAG and expands over `conf`. And it adds of its own accord the
tag `dagfactory` and, to each DAG's documentation, the DAG's whole YAML. Operators, tasks, dependencies, params, assets,
schedules, timeouts, names and documentation are the same.
"""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from gaoxin.blueprint.blueprint import Blueprint, Flow, Step, StepKind, blueprint
from gaoxin.plan.reading.loader import load_plan

SIDES = ("plan", "bare", "dag-factory")

_OURS = {
    StepKind.WORK: "UseCaseOperator", StepKind.BRANCH: "GateOperator",
    StepKind.APPROVAL: "ConsentOperator", StepKind.START: "RunsOperator",
}
_PARAMS = {
    "period": ("报告期 / period", "如 2020-06、2020-Q2、2020"),
}
_BARE_HEAD = '''from datetime import date, timedelta

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Asset, Param

from gaoxin.airflow.operators import ConsentOperator, GateOperator, RunsOperator, UseCaseOperator
from gaoxin.airflow.timetable import CampaignTimetable
'''
_PEER_FILE = '''from pathlib import Path

from airflow.sdk import DAG  # noqa: F401

from dagfactory import load_yaml_dags

load_yaml_dags(globals_dict=globals(), config_filepath=str(Path(__file__).with_name("dags.yaml")))
'''


def write(plan_file: Path, folder: Path, number: int) -> list[dict[str, str]]:
    """`number` copies of a plan under `folder`. Returns for each copy: side -> its DAG file."""
    text = plan_file.read_text(encoding="utf-8")
    campaign = plan_file.resolve().parent.name
    made = []
    for at in range(1, number + 1):
        name = f"{campaign}_{at:03d}"
        home = {side: folder / side / name for side in SIDES}
        shutil.copytree(plan_file.parent, home["plan"], ignore=shutil.ignore_patterns("__pycache__"))
        copy = home["plan"] / "plan.yaml"
        renamed, hits = re.subn(rf"(?m)^id:(\s*){re.escape(campaign)}\b", rf"id:\g<1>{name}", text)
        if hits != 1:
            raise SystemExit(f"{plan_file}: 找不到唯一的 id 行 / no single line `id: {campaign}`")
        copy.write_text(renamed, encoding="utf-8")
        drawn = blueprint(load_plan(copy))
        files = {"plan": home["plan"] / "campaign_dags.py", "bare": home["bare"] / "dags.py",
                 "dag-factory": home["dag-factory"] / "dags.py"}
        for side in ("bare", "dag-factory"):
            home[side].mkdir(parents=True)
        files["bare"].write_text(bare(drawn), encoding="utf-8")
        files["dag-factory"].write_text(_PEER_FILE, encoding="utf-8")
        described = yaml.safe_dump(peer(drawn), allow_unicode=True, sort_keys=False)
        (home["dag-factory"] / "dags.yaml").write_text(described, encoding="utf-8")
        made.append({side: str(file) for side, file in files.items()})
    return made


def bare(plan: Blueprint) -> str:
    """Python source of all DAGs of a plan, in literals."""
    return "\n".join([_BARE_HEAD, *(_bare_dag(plan, flow, at) for at, flow in enumerate(plan.flows))])


def _bare_dag(plan: Blueprint, flow: Flow, at: int) -> str:
    params = ", ".join(
        f"{name!r}: Param(None, type=['null', 'string'], title={title!r}, description={text!r})"
        for name, (title, text) in _params(flow).items()
    )
    s = flow.schedule
    schedule = f"CampaignTimetable({s.cron!r}, first={_date(s.first)}, last={_date(s.last)})" if s else None
    lines = [
        f"with DAG(dag_id={flow.id!r}, dag_display_name={flow.name.zh!r}, description={flow.name.to('en')!r}, "
        f"doc_md={flow.doc!r}, tags={list(flow.tags)!r}, schedule={schedule}, catchup=False, "
        f"max_active_runs={_at_once(flow)}, dagrun_timeout=None, params={{{params}}}, "
        f"default_args={{'owner': {flow.owner!r}, 'retry_delay': timedelta(seconds=30)}}, "
        f"is_paused_upon_creation=False) as dag_{at}:"
    ]
    for step in flow.steps:
        lines.append(f"    {step.id} = {_OURS[step.kind]}({_bare_arguments(plan, flow, step)})")
        lines += [f"    {need} >> {step.id}" for need in step.needs]
        if step.starts:
            name, label = step.starts
            lines.append(
                f"    TriggerDagRunOperator.partial(task_id={name!r}, task_display_name={label.zh!r}, logical_date=None, "
                f"skip_when_already_exists=True, openlineage_inject_parent_info=False, retries={step.retries}, "
                f"execution_timeout=timedelta(minutes={step.timeout_minutes})).expand_kwargs({step.id}.output)"
            )
    return "\n".join([*lines, ""])


def _bare_arguments(plan: Blueprint, flow: Flow, step: Step) -> str:
    given = {name: repr(value) for name, value in _arguments(plan, flow, step).items()}
    bound = "response_timeout" if step.kind is StepKind.APPROVAL else "execution_timeout"
    given[bound] = f"timedelta(minutes={step.timeout_minutes})"
    if step.outlet:
        given["outlets"] = f"[Asset(name={step.outlet!r}, uri={step.outlet!r}, group={plan.campaign!r})]"
    return ", ".join(f"{name}={value}" for name, value in given.items())


def _arguments(plan: Blueprint, flow: Flow, step: Step) -> dict[str, Any]:
    """What both sides give an operator in the same words; timeouts and assets are said in each side's own."""
    given: dict[str, Any] = {
        "task_id": step.id, "task_display_name": step.name.zh, "doc_md": step.doc or None, "retries": step.retries,
        "use": step.use, "campaign": plan.campaign, "phase": flow.phase,
    }
    if step.any_need:
        given["trigger_rule"] = "none_failed_min_one_success"
    if step.kind is StepKind.WORK:
        given["sends"] = step.sends
    if step.kind is StepKind.BRANCH:
        given["otherwise"] = step.otherwise
    if step.kind is StepKind.APPROVAL:
        given |= {
            "asked_by": step.needs[0], "subject": f"{flow.name.zh}：是否同意？",
            "body": f"{{{{ ti.xcom_pull(task_ids='{step.needs[0]}', key='gate')['note'] }}}}",
        }
    return given


def peer(plan: Blueprint) -> dict[str, Any]:
    """dag-factory's description of all DAGs of a plan."""
    return {flow.id: _peer_dag(plan, flow) for flow in plan.flows}


def _peer_dag(plan: Blueprint, flow: Flow) -> dict[str, Any]:
    s = flow.schedule
    return {
        "dag_display_name": flow.name.zh, "description": flow.name.to("en"), "doc_md": flow.doc, "tags": list(flow.tags),
        "schedule": {"__type__": "gaoxin.airflow.timetable.CampaignTimetable", "__args__": [s.cron], "first": s.first,
                     "last": s.last} if s else "none",
        "catchup": False, "max_active_runs": _at_once(flow), "is_paused_upon_creation": False,
        "params": {
            name: {"__type__": "airflow.sdk.Param", "default": None, "type": ["null", "string"], "title": title,
                   "description": text}
            for name, (title, text) in _params(flow).items()
        },
        "default_args": {"owner": flow.owner, "retry_delay": {"__type__": "datetime.timedelta", "seconds": 30}},
        "tasks": [task for step in flow.steps for task in _peer_tasks(plan, flow, step)],
    }


def _peer_tasks(plan: Blueprint, flow: Flow, step: Step) -> list[dict[str, Any]]:
    timeout = {"__type__": "datetime.timedelta", "minutes": step.timeout_minutes}
    task: dict[str, Any] = _arguments(plan, flow, step) | {
        "operator": f"gaoxin.airflow.operators.{_OURS[step.kind]}", "dependencies": list(step.needs),
        "response_timeout" if step.kind is StepKind.APPROVAL else "execution_timeout": timeout,
    }
    if step.outlet:
        task["outlets"] = [
            {"__type__": "airflow.sdk.Asset", "name": step.outlet, "uri": step.outlet, "group": plan.campaign}
        ]
    if not step.starts:
        return [task]
    name, label = step.starts
    return [task, {
        "task_id": name, "operator": "airflow.providers.standard.operators.trigger_dagrun.TriggerDagRunOperator",
        "dependencies": [step.id], "task_display_name": label.zh, "logical_date": None, "skip_when_already_exists": True,
        "openlineage_inject_parent_info": False, "retries": step.retries, "execution_timeout": timeout,
        "partial": {"trigger_dag_id": flow.id}, "expand": {"conf": f"{step.id}.output"},
    }]


def _params(flow: Flow) -> dict[str, tuple[str, str]]:
    return _PARAMS if flow.periods else {}


def _at_once(flow: Flow) -> int:
    return 4 if flow.periods is None else 1


def _date(day: date) -> str:
    return f"date({day.year}, {day.month}, {day.day})"
