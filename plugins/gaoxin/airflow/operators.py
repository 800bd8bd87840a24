"""Operators: each stores its arguments and, when executed, resolves them, calls one use case, and raises or returns.

No rule lives here. What a run speaks of — the time and the period — comes from the run's params, so that any run can
be replayed; without `as_of` it is the clock's now. What a use case says is logged for the operator to read; its headline names
the task in Airflow's lists, which is the only word of a run that a running task can set there (docs/decisions/074). The reasons
it leaves behind for the notes, which the scheduler writes.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.branch import BaseBranchOperator
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import BaseHook, BaseOperator, Param, RetryDecision, RetryPolicy
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException, TaskAwaitingInput

from gaoxin import clock
from gaoxin.airflow.connections import connections_of
from gaoxin.airflow.notes import WHY
from gaoxin.blueprint.attempts import NOWHERE, Seen
from gaoxin.blueprint.blueprint import ANSWERS
from gaoxin.errors import GaoxinError, SystemFault

if TYPE_CHECKING:
    from airflow.sdk import Context

    from gaoxin.campaign.workplace import Workplace

ANSWER = "gate"  # the XCom under which a gate's answer lies
HEADLINE = "{{ headline | default('') }}"  # DAGs' templates are strict, and it is rendered before the work too
LOOKS_AGAIN = timedelta(hours=1)  # a request for consent, whether it still stands
_LONGEST_HEADLINE = 250  # of Airflow's column
_BY_HAND = "manual__"  # what Airflow puts before the wall's time, for a run that somebody started without an id


class SaidAll(SystemExit):
    """Ends a task as failed once all is logged that there is to say. Of every other exception Airflow logs a traceback."""

    def __init__(self) -> None:
        super().__init__("已在上文说明 / said above")


class NotAgain(RetryPolicy):
    """What was refused would be refused again."""

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
                 ) -> RetryDecision:
        return RetryDecision.fail() if isinstance(exception, SaidAll) else RetryDecision.default()

    def serialize(self) -> dict[str, Any]:
        return {}


def _servers() -> dict[str, str]:
    """Airflow's connections of channels (`gaoxin_smtp`, `gaoxin_sms`) as JSON, from wherever Airflow keeps them; those that
    nobody configured are not there."""
    from gaoxin.channels.connections import ALL

    found = {}
    for name in ALL:
        with contextlib.suppress(AirflowNotFoundException):
            found[name] = BaseHook.get_connection(name).as_json()
    return found


def _who_started(context: Context) -> str | None:
    """The account that started the run by hand; nobody's where it was cleared to run again: Airflow does not say by whom."""
    run = context.get("dag_run")
    return None if getattr(run, "clear_number", 0) else getattr(run, "triggering_user_name", None)


def _headed(context: Context, headline: str) -> None:
    """Names a task that ends by SaidAll. Airflow renders the template again after an Exception, which that is not; what stands
    here goes with the end."""
    context["ti"].rendered_map_index = headline[:_LONGEST_HEADLINE] or None


def _is_by_hand(context: Context) -> bool:
    return str(context.get("run_id") or "").startswith(_BY_HAND)


def _dated(context: Context, workplace: Workplace | None, headline: str) -> str:
    """With the campaign's own day before it, where the run's id has another and no note says why it was started."""
    return f"{clock.local_day(workplace.now)} {headline}" if workplace and _is_by_hand(context) else headline


class _OfCampaign:
    """What every operator stores: the use case that it calls, for which campaign and phase."""

    def __init__(self, *, use: str, campaign: str, phase: str | None = None, **kwargs: Any) -> None:
        super().__init__(**{"retry_policy": NotAgain(), "map_index_template": HEADLINE} | kwargs)
        self.use, self.campaign, self.phase = use, campaign, phase

    def _call(self, context: Context, use: str | None = None, account: str | None = None, **more: Any) -> dict[str, Any]:
        """Calls the use case. What may be tried again is raised as it is, a fault of the system with its trace; what is refused
        is said, and the task ends. account: of Airflow, that acts, "" where it is not known; where left out whoever started the
        run, or nobody. `about` in an answer heads a run that somebody started by hand, whose note is empty."""
        from gaoxin.campaign import flows
        from gaoxin.campaign.workplace import open_workplace
        from gaoxin.ledger.actor import Way
        from gaoxin.periods import Period
        from gaoxin.settings import Settings

        params, workplace = context["params"], None
        try:
            as_of = clock.parse_as_of(params["as_of"]) if params.get("as_of") else None
            by = _who_started(context) if account is None else account or None
            workplace = open_workplace(Settings(), self.campaign, as_of, acts=True, late=True, in_force=True,
                                       way=Way.DAG, airflow=by)
            period = params.get("owed") or params.get("period")
            pages = conf.get("api", "base_url", fallback=None) or ""
            asked = flows.Asked(phase=self.phase or "", period=Period.parse(period) if period else None, pages=pages,
                                run=str(context.get("run_id") or ""), **more)
            answer = flows.run(workplace, use or self.use, asked)
        except GaoxinError as error:
            if error.retryable:
                raise
            told = error.render("zh") + "\n\n" + error.render("en")
            if isinstance(error, SystemFault):
                raise AirflowFailException(told) from error
            self.log.error("%s", told)  # type: ignore[attr-defined]  # of Airflow's operators
            _headed(context, _dated(context, workplace, "；".join(dict.fromkeys((error.what.to("zh"), error.todo.to("zh"))))))
            raise SaidAll from None
        about = answer.pop("about", None)
        if about and "headline" not in answer and _is_by_hand(context):
            answer["headline"] = about
        if "headline" in answer:
            answer["headline"] = _dated(context, workplace, answer["headline"])
        if workplace.drill:
            answer |= {key: f"【演练】{answer[key]}" for key in ("note", "headline", "told") if key in answer}
        if why := answer.pop("why", ""):
            context["ti"].xcom_push(key=WHY, value=why)
        if "headline" in answer:
            context["headline"] = answer["headline"][:_LONGEST_HEADLINE]  # type: ignore[typeddict-unknown-key]
        return answer


class UseCaseOperator(_OfCampaign, BaseOperator):
    """One use case. Its answer, plain JSON, is the task's XCom; `note` in it is logged for the operator to read."""

    def __init__(self, *, sends: bool = False, fetches: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sends, self.fetches = sends, fetches

    def execute(self, context: Context) -> Any:
        more: dict[str, Any] = {"servers": _servers()} if self.sends else {}
        if self.fetches:
            more["connections"] = connections_of(self._call(context, "needed")["connections"])
        answer = self._call(context, **more)
        if answer.get("refused"):
            self.log.error("%s", answer["note"])
            _headed(context, str(context.get("headline", "")))
            raise SaidAll
        self.log.info("%s", answer.get("note", answer))
        return answer


class RunsOperator(UseCaseOperator):
    """Asks a use case which runs are to start: a list that a mapped TriggerDagRunOperator expands over. Before that it tells how
    the runs stand that the use cases want to know of."""

    def execute(self, context: Context) -> list[dict[str, Any]]:
        looks = self._call(context, "look")["looks"]
        answer = self._call(context, seen={(flow, run): self._seen(context, flow, run) for flow, run in looks})
        self.log.info("%s", answer["note"])
        return answer["runs"]

    def _seen(self, context: Context, flow: str, run: str) -> Seen:
        """What Airflow says of a run, through the execution API."""
        engine = context["ti"]
        if not engine.get_dr_count(flow, run_ids=[run]):
            return NOWHERE
        state = engine.get_dagrun_state(flow, run)
        tasks = engine.get_task_states(flow, run_ids=[run]).get(run, {})
        # An enum there, whatever its annotation says; what str makes of it is not its value.
        return Seen(getattr(state, "value", state), tuple(sorted(t for t, state in tasks.items() if state == "failed")))


class GateOperator(_OfCampaign, BaseBranchOperator):
    """Decides a gate; the use case's answer names the step to go on with, `otherwise` where that is not next; none where the run
    ends with it."""

    def __init__(self, *, otherwise: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.otherwise = otherwise

    def choose_branch(self, context: Context) -> str | None:
        answer = self._call(context)
        self.log.info("%s", answer["note"])
        context["ti"].xcom_push(key=ANSWER, value=answer)
        if answer["next"] is None:
            return None
        return answer["next"] if answer["next"] in self.downstream_task_ids else self.otherwise


class ConsentOperator(_OfCampaign, HITLOperator):
    """Asks a unit for its consent, on the gate's page, to which its text links, or here. An answer enters our ledger, sealed to
    the figures shown, before Airflow goes on; one that was given on the page is there already (docs/decisions/076). Every hour a
    request looks whether it still asks for what the gate waits for, and goes on where it does not (docs/decisions/081). asked_by:
    the step whose answer says to which figures. by: the units of which one is asked. page: what leads to the page.
    Either answer goes on to the next decision of the gate, which reads the ledger: a refusal must be told with its reasons like
    any other hold, not skipped in silence."""

    def __init__(self, *, asked_by: str, by: tuple[str, ...], page: str, **kwargs: Any) -> None:
        reason = Param(None, type=["null", "string"], title="理由 / reason", source="task",
                       description="不同意的，写明理由 / say why you refuse")
        super().__init__(**kwargs | {"body": page, "options": list(ANSWERS.values()),
                                     "params": {"reason": reason}})  # beside the DAG's own
        self.asked_by, self.by, self.page = asked_by, by, page

    def execute(self, context: Context) -> Any:
        answer = self._call(context, "ask_consent", by=self.by, seal=self._seal(context))
        if answer.get("answered"):
            self.log.info("%s", answer["note"])
            return None
        self.body = f"{self.page}\n\n{answer['told']}"  # as it stands now: who was asked before has answered since it was judged
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        if event.get("error_type") == "timeout":
            answer = self._call(context, "still_asked", by=self.by, seal=self._seal(context))
            self.log.info("%s", answer["note"])
            if answer["stands"]:  # parked as it is: to ask anew would take away an answer that is just coming
                raise TaskAwaitingInput(method_name="execute_complete", timeout=self.response_timeout)
            return None
        answer = super().execute_complete(context, event)
        user = answer.get("responded_by_user") or {}
        [decision] = (decision for decision, option in ANSWERS.items() if [option] == answer["chosen_options"])
        self._call(context, account=user.get("id") or "", decision=decision, by=self.by, seal=self._seal(context),
                   reason=answer["params_input"].get("reason"), user=user.get("name") or user.get("id"))
        return answer

    def _seal(self, context: Context) -> str | None:
        return context["ti"].xcom_pull(task_ids=self.asked_by, key=ANSWER)["seal"]
