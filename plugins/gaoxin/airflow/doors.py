"""What stands before Airflow's API server: logins are slowed down after failures, and descriptions of the API are closed.

Airflow's simple auth manager takes passwords as fast as they come, and so do the token routes of FAB, whose own limit is on its
form alone. Each process of the API server counts for itself. The answer is at once a refusal with the seconds to wait, and no
held connection.
"""

import json
from collections.abc import Awaitable, Callable
from math import ceil
from typing import Any
from urllib.parse import parse_qs

from gaoxin.i18n import Text
from gaoxin.throttle import Throttle

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOGINS = ("/auth/token", "/auth/token/cli")
# The list of all routes with their fields, and pages that show it with scripts from another host: nobody needs them here.
CLOSED = tuple(f"{app}/{page}" for app in ("", "/auth", "/execution")
               for page in ("openapi.json", "docs", "docs/oauth2-redirect", "redoc", "changelog"))
_LARGEST = 64 * 1024  # bytes of a login


class Doors:
    """A middleware of the API server's root application (ASGI)."""

    def __init__(self, app: App, throttle: Throttle | None = None) -> None:
        self._app, self._throttle = app, throttle or Throttle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", "")).rstrip("/") if scope["type"] == "http" else ""
        if path in CLOSED:
            await answer(send, 404, Text("没有这个页面", "there is no such page"))
        elif path in LOGINS and scope["method"] == "POST":
            await self._login(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _login(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            await answer(send, 413, Text("登录请求过大", "too large for a login"))
            return
        address, account = (scope.get("client") or ("",))[0], _account(body)
        if wait := ceil(self._throttle.wait(address, account)):
            await answer(send, 429, Text(f"登录失败次数过多，请 {wait} 秒后再试",
                                          f"too many failed logins: try again in {wait} s"), wait)
            return

        taken = iter([Message(type="http.request", body=body, more_body=False)])

        async def given() -> Message:
            return next(taken, None) or await receive()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and 200 <= message["status"] < 300:
                self._throttle.passed(address, account)
            await send(message)

        await self._app(scope, given, watched)


async def _body(receive: Receive) -> bytes | None:
    """The request's body; None where it is larger than a login is."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _LARGEST:
            return None
        if not message.get("more_body"):
            return body


def _account(body: bytes) -> str:
    """The account that a login names, as JSON or as a form; empty where it names none."""
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except ValueError:
        found = {key: values[-1] for key, values in parse_qs(text).items()}
    return str(found.get("username", "")) if isinstance(found, dict) else ""


async def answer(send: Send, status: int, told: Text, wait: int | None = None) -> None:
    content = json.dumps({"detail": told.both()}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(content)).encode()),
               *([(b"retry-after", str(wait).encode())] if wait else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
