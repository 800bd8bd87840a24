"""Airflow's REST API, as far as a launcher needs it: health, DAGs, runs, and requests for a person's decision."""

import time
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any

import httpx

from gaoxin.errors import SystemFault
from gaoxin.i18n import Text

# Airflow 3.3 loses an answer that arrives while the task is still being parked: the task then fails or hangs for ever.
PARKED_SECONDS = 5.0


class Answered(Enum):
    """What became of an answer to a request. BY_ANOTHER: somebody was quicker. NOT_OURS: it is asked of other accounts."""

    YES = 200
    BY_ANOTHER = 409
    NOT_OURS = 403


class Api:
    """One signed-in client. base: http://localhost:8080."""

    def __init__(self, base: str, user: str, password: str) -> None:
        # trust_env: a proxy set for the building's network must not catch calls to this machine.
        self._client = httpx.Client(base_url=base, timeout=120, trust_env=False)
        self._account = {"username": user, "password": password}
        self._parked_since: dict[str, float] = {}

    def healthy(self) -> bool:
        """Whether database, scheduler and dag-processor all report healthy."""
        try:
            answer = self._client.get("/api/v2/monitor/health")
        except httpx.TransportError:
            return False
        parts = answer.json() if answer.status_code == 200 else {}
        return all(parts.get(p, {}).get("status") == "healthy" for p in ("metadatabase", "scheduler", "dag_processor"))

    def sign_in(self) -> None:
        token = self._sent("POST", "/auth/token", json=self._account)["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def dag_ids(self, campaign: str) -> set[str]:
        found = self._get("/api/v2/dags", dag_id_prefix_pattern=f"{campaign}.", limit=100)
        return {d["dag_id"] for d in found["dags"] if d["dag_id"].startswith(f"{campaign}.")}

    def import_errors(self) -> list[str]:
        return [f"{e['filename']}: {e['stack_trace']}" for e in self._get("/api/v2/importErrors", limit=100)["import_errors"]]

    def plugin_errors(self) -> list[str]:
        return [f"{e['source']}: {e['error']}" for e in self._get("/api/v2/plugins/importErrors")["import_errors"]]

    def start_run(self, dag_id: str, run_id: str, conf: dict[str, Any], note: str = "", at: datetime | None = None) -> bool:
        """Starts a run; False when a run of this id exists already. at: the time that lists show for it, not after now."""
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf, "note": note, "run_after": at and at.isoformat()}
        return bool(self._sent("POST", f"/api/v2/dags/{dag_id}/dagRuns", exists=409, json=body))

    def runs(self, dag_ids: list[str], states: list[str] | None = None) -> list[dict[str, Any]]:
        """All runs of these DAGs, in all pages; each with dag_id, dag_run_id, state, note."""
        found: list[dict[str, Any]] = []
        while True:
            body = {"dag_ids": dag_ids, "page_limit": 100, "page_offset": len(found), "order_by": "id"}
            page = self._sent("POST", "/api/v2/dags/~/dagRuns/list", json=body | ({"states": states} if states else {}))
            found += page["dag_runs"]
            if not page["dag_runs"] or len(found) >= page["total_entries"]:
                return found

    def failed_tasks(self, dag_id: str, run_id: str) -> list[str]:
        """Ids of the tasks of a run that failed, sorted."""
        found = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances", limit=100)["task_instances"]
        return sorted({t["task_id"] for t in found if t["state"] == "failed"})

    def requests(self) -> list[dict[str, Any]]:
        """Requests for a person's decision that have been parked long enough to be answered safely."""
        found = self._get("/api/v2/dags/~/dagRuns/~/hitlDetails", response_received=False, limit=100)["hitl_details"]
        now, parked = time.monotonic(), [r for r in found if r["task_instance"]["state"] == "awaiting_input"]
        return [r for r in parked if now - self._parked_since.setdefault(r["task_instance"]["id"], now) >= PARKED_SECONDS]

    def answer(self, request: dict[str, Any], option: str, reason: str | None = None) -> Answered:
        task = request["task_instance"]
        where = f"/api/v2/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
        body = {"chosen_options": [option], "params_input": {"reason": reason}}
        answer = self._client.request("PATCH", f"{where}/{task['map_index']}/hitlDetails", json=body)
        if answer.status_code in (Answered.BY_ANOTHER.value, Answered.NOT_OURS.value):
            return Answered(answer.status_code)
        _must_be_good(answer)
        return Answered.YES

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        return self._sent("GET", path, params=query)

    def _sent(self, method: str, path: str, exists: int | None = None, **more: Any) -> dict[str, Any]:
        """The answer's JSON; empty for the status `exists`. Raises SystemFault for any other that is not good."""
        answer = self._client.request(method, path, **more)
        if answer.status_code == exists:
            return {}
        _must_be_good(answer)
        return answer.json()


def _must_be_good(answer: httpx.Response) -> None:
    if answer.status_code >= 300:
        raise SystemFault(Text(f"Airflow 接口返回 {answer.status_code}：{answer.text[:300]}",
                               f"Airflow answered {answer.status_code}"), where=str(answer.request.url),
                          todo=Text("查看 var/airflow/api-server.log", "look into var/airflow/api-server.log"))


def wait_until(ready: Callable[[], bool], *, seconds: float, each: float = 0.5, check: Callable[[], None]) -> bool:
    """Polls until `ready`; False when the time is over. `check` may raise in between."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        check()
        if ready():
            return True
        time.sleep(each)
    return False
