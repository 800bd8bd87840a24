"""Turns a campaign's blueprint into DAGs. Runs at every parse: it takes the blueprint, compiled or from the plan file,
and builds objects, nothing else.

The imports are those that Airflow's parser has loaded already; use cases, pandas and drivers are imported when a task
runs. Inside a task only the wanted DAG is built.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, AssetWatcher, Param, get_parsing_context

from gaoxin import links
from gaoxin.airflow.arrivals import ArrivalsTrigger
from gaoxin.airflow.operators import LOOKS_AGAIN, ConsentOperator, GateOperator, RunsOperator, UseCaseOperator
from gaoxin.airflow.timetable import ByHand, CampaignTimetable
from gaoxin.blueprint.blueprint import NOBODY, Blueprint, Flow, Schedule, Step, StepKind
from gaoxin.blueprint.compiled import compiled_or_last
from gaoxin.errors import GaoxinError
from gaoxin.settings import Settings


def campaign_dags(plan_file: Path) -> dict[str, DAG]:
    """All DAGs of one campaign by id. Of a broken plan those that stood last, which say so. Raises PlanError where there are
    none: Airflow shows it as an import error."""
    settings = Settings()
    plan, broken = compiled_or_last(plan_file, settings.blueprints)
    wanted = get_parsing_context().dag_id
    dags = {flow.id: build_dag(plan, flow, settings) for flow in plan.flows if wanted in (None, flow.id)}
    for dag in dags.values() if broken else ():
        dag.doc_md = f"**方案文件读不懂，按现行方案运行 / the plan file cannot be read**\n\n```\n{broken}\n```\n\n{dag.doc_md}"
    return dags


def build_dag(plan: Blueprint, flow: Flow, settings: Settings) -> DAG:
    params: dict[str, Any] = {}
    if flow.periods:  # None for the runs that supervision starts, which name theirs beside it
        params["period"] = Param(None, type=["null", "string"], enum=[None, *flow.periods], title="报告期 / period",
                                 values_display={"null": "请选择 / choose one"},
                                 description="未结束、也未收到报表的不予统计 / refused where it is not over and nothing came")
    if not settings.schedules:  # a campaign is played: elsewhere what acts does so now, and says so of any other time
        params["as_of"] = Param(None, type=["null", "string"], format="date-time", title="演练时点 / as of",
                                description="留空为演练已到的时点 / left empty: where the drill's clock stands")
    dag = DAG(dag_id=flow.id, dag_display_name=flow.name.zh, description=flow.name.to("en"), doc_md=flow.doc,
              tags=list(flow.tags), catchup=False,
              schedule=_scheduled(plan, flow.schedule) if flow.schedule and settings.schedules else ByHand(),
              max_active_runs=4 if flow.periods is None else 1,
              # What hangs ends as failed, and what comes next is not held up by it for ever.
              dagrun_timeout=timedelta(minutes=flow.longest_minutes), params=params,
              default_args={"owner": flow.owner, "retry_delay": timedelta(seconds=30)}, is_paused_upon_creation=False)
    tasks: dict[str, Any] = {}
    for step in flow.steps:
        tasks[step.id] = _task(plan, flow, step, dag, settings)
        for need in step.needs:
            tasks[need] >> tasks[step.id]
    return dag


def _scheduled(plan: Blueprint, when: Schedule) -> Any:
    ticks: Any = CampaignTimetable(when.cron, first=when.first, last=when.last)
    if not when.on_arrival:
        return ticks
    watched = f"gaoxin://{plan.campaign}/inbox"
    comes = AssetWatcher(name=watched, trigger=ArrivalsTrigger(plan.campaign, when.first.isoformat(), when.last.isoformat()))
    return AssetOrTimeSchedule(timetable=ticks, assets=[Asset(name=watched, uri=watched, group=plan.campaign, watchers=[comes])])


def _task(plan: Blueprint, flow: Flow, step: Step, dag: DAG, settings: Settings) -> Any:
    """The task of a step. A START step has a second one behind it, mapped over the runs that the first names."""
    common: dict[str, Any] = {
        "task_id": step.id, "task_display_name": step.name.zh, "doc_md": step.doc or None, "dag": dag, "retries": step.retries,
        "execution_timeout": timedelta(minutes=step.timeout_minutes),
        "outlets": [Asset(name=step.outlet, uri=step.outlet, group=plan.campaign)] if step.outlet else [],
    }
    for wanted, rule in ((step.any_need, "none_failed_min_one_success"), (step.when_failed, "one_failed"),
                         (step.regardless, "all_done")):
        if wanted:
            common["trigger_rule"] = rule
    ours = common | {"use": step.use, "campaign": plan.campaign, "phase": flow.phase}
    match step.kind:
        case StepKind.WORK:
            return UseCaseOperator(**ours, sends=step.sends, fetches=step.fetches)
        case StepKind.BRANCH:
            return GateOperator(**ours, otherwise=step.otherwise)
        case StepKind.APPROVAL:
            asked_by = step.about
            del ours["execution_timeout"]  # as long as a consent may take; it is parked for an hour at a time
            return ConsentOperator(
                **ours, asked_by=asked_by, by=step.by, response_timeout=LOOKS_AGAIN,
                subject=f"{flow.name.zh}：其余条件均已具备，只待您同意（{step.name.zh}）",
                # Airflow refuses an answer of any other account, the administrator's too.
                assigned_users=_deciders(plan.campaign, step.by, settings),
                page=f"**[查看数据并表态]({links.framed(links.gate_page(plan.campaign, flow.phase or ''))})** "
                     "（指标、变化、风险和报告都在该页；请在该页表态。本页的按钮只供 Airflow 角色可以答复任务的审批账号使用）",
            )
        case StepKind.START:
            if step.starts is None:
                raise ValueError(f"{flow.id}.{step.id}: a step that starts runs names the step behind it")
            which, (start_id, start_name) = RunsOperator(**ours), step.starts
            TriggerDagRunOperator.partial(
                task_id=start_id, task_display_name=start_name.zh, dag=dag, logical_date=None, skip_when_already_exists=True,
                openlineage_inject_parent_info=False, retries=step.retries, execution_timeout=common["execution_timeout"],
            ).expand_kwargs(which.output)
            return which


def _deciders(campaign: str, units: tuple[str, ...], settings: Settings) -> list[Any] | None:
    """The accounts that may answer for one of the units; without an accounts file any that Airflow lets. With one that names
    none, or is faulty, nobody may, which an empty list would not say. A faulty one takes no DAG away: the campaign's runs fail of
    it, and say so."""
    if settings.accounts is None:
        return None
    from gaoxin.people.accounts import read_accounts  # brings the plan's models, which a compiled plan does without

    try:
        accounts = read_accounts(settings.accounts, settings.var)
        found = list(dict.fromkeys(a for unit in units for a in accounts.deciders(campaign, unit)))
    except GaoxinError:
        found = []
    return [{"id": a, "name": a} for a in found or [NOBODY]]
