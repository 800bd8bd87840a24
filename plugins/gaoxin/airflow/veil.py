"""What Airflow itself shows of units' figures and words, closed to whom our pages do not show them (`View.FIGURES`).

A gate says in its task's log, in the text of a request for consent and in its run's note what each unit lacks; Airflow's roles
know nothing of that, and whoever keeps it running has more of them than anybody. So the accounts file decides here as well: logs,
requests, XComs, rendered fields and the event log are refused, and notes are left out of lists. Without an accounts file nothing
is closed; by one that cannot be read, everything. Whoever has to look into a log as the machine's administrator does so on the
machine.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from gaoxin.airflow.doors import answer
from gaoxin.i18n import Text

if TYPE_CHECKING:
    from pathlib import Path

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

APIS = ("/api/v2/", "/ui/")
# Parts of an address under which there is nothing but what tasks and people said. `wait` gives XComs as a run ends.
CLOSED = frozenset({"logs", "externalLogUrl", "hitlDetails", "xcomEntries", "eventLogs", "state-store", "wait"})
# Fields of what is left that hold words: of runs and tasks, of requests for consent in the list of DAGs, of assets' events.
WORDS = frozenset({"note", "conf", "dag_run_conf", "rendered_fields", "rendered_map_index", "pending_actions"})
_REFUSED = Text("流程日志、运行结果和审批任务含各单位的数据与理由，不对本账号显示；关口和督查审计页面按本账号的角色显示，"
                "排查故障请在服务器上查看日志文件",
                "logs and results of runs and requests for consent hold figures and reasons of units, which are not shown to "
                "this account: the pages of gates and of the record show what its role may see; for what is broken look into "
                "the log files on the server")
_UNKNOWN = Text("Airflow 的答复读不懂，不予显示", "Airflow's answer cannot be read, so it is not shown")


class Veil:
    """A middleware of the API server's root application (ASGI), within what unpacks and logs."""

    def __init__(self, app: App, open_to: Callable[[dict[str, Any]], Awaitable[bool]] | None = None) -> None:
        """open_to: whether whoever sends a request may see figures; by default as the accounts file says."""
        self._app, self._open_to = app, open_to or _sees_figures

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        if not path.startswith(APIS) or await self._open_to(scope):
            await self._app(scope, receive, send)
        elif CLOSED.intersection(path.split("/")):
            await answer(send, 403, _REFUSED)
        else:
            await self._veiled(scope, receive, send, WORDS | ({"extra"} if "sset" in path else frozenset()))

    async def _veiled(self, scope: dict[str, Any], receive: Receive, send: Send, words: frozenset[str]) -> None:
        start: Message = {}
        body = b""

        async def gathered(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            try:
                told = without(body, words) if body and not _is_page(start) else body
            except ValueError:
                await answer(send, 502, _UNKNOWN)
                return
            await send(start | {"headers": [(name, str(len(told)).encode() if name == b"content-length" else value)
                                            for name, value in start["headers"]]})
            await send({"type": "http.response.body", "body": told})

        await self._app(scope, receive, gathered)


def _is_page(start: Message) -> bool:
    """The empty frame of Airflow's pages, which answers where there is nothing."""
    return dict(start["headers"]).get(b"content-type", b"").startswith(b"text/html")


def without(body: bytes, words: frozenset[str]) -> bytes:
    """JSON, or several of them a line each, without what these fields hold. Raises ValueError where it is neither."""
    try:
        return _written(_without(json.loads(body), words))
    except ValueError:
        return b"".join(_written(_without(json.loads(line), words)) + b"\n" for line in body.splitlines() if line.strip())


def _without(value: Any, words: frozenset[str]) -> Any:
    match value:
        case dict():
            return {key: _nothing(each) if key in words else _without(each, words) for key, each in value.items()}
        case list():
            return [_without(each, words) for each in value]
    return value


def _nothing(value: Any) -> Any:
    """Of the same shape, so that Airflow's pages can show it."""
    from gaoxin.campaign.veiling import HIDDEN

    return HIDDEN.both() if isinstance(value, str) and value else type(value)() if isinstance(value, dict | list) else value


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


async def _sees_figures(scope: dict[str, Any]) -> bool:
    """Whether some role of whoever is logged in sees figures, of any campaign. Who brings nothing to log in with is Airflow's to
    turn away."""
    from airflow.api_fastapi.core_api.security import COOKIE_NAME_JWT_TOKEN, bearer_scheme, get_user
    from fastapi import HTTPException, Request

    from gaoxin.settings import Settings

    settings, request = Settings(), Request(scope)
    if (file := settings.accounts) is None:
        return True
    brought = await bearer_scheme(request)
    if brought is None and COOKIE_NAME_JWT_TOKEN not in request.cookies:
        return True
    try:
        user = await get_user(request, None, brought)
    except HTTPException:
        return False
    return _named_so(file, settings.var, user.get_id())


def _named_so(file: Path, var: Path, account: str) -> bool:
    from gaoxin.errors import GaoxinError
    from gaoxin.ledger.actor import Actor, Way
    from gaoxin.people.accounts import read_accounts
    from gaoxin.people.seeing import View, sees

    try:
        accounts = read_accounts(file, var)
    except GaoxinError:
        return False
    return sees(accounts, Actor("", "", Way.PAGE, airflow=account), View.FIGURES, None)
