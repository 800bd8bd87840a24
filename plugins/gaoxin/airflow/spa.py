"""Airflow's own pages in Chinese and in the zone's time, for browsers whose users have chosen nothing.

Airflow has no setting for either: its page takes the browser's. One script is added to that page (`defaults.js` of our own),
which sets both where neither is set. Where Airflow's page is another than we know, it goes out as it is.
"""

from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_SCRIPT = b'<script src="./gaoxin/static/defaults.js"></script>'
_BEFORE = b'<script type="module"'
_OTHERS = ("/static", "/api", "/ui", "/gaoxin", "/execution", "/auth/token")


class Defaults:
    """A middleware of the API server's root application (ASGI)."""

    def __init__(self, app: Callable[[dict[str, Any], Receive, Send], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or _is_other(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def patched(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                begun, start = start, None
                body = message.get("body", b"")
                if b'<div id="root"' in body and not message.get("more_body"):
                    body = body.replace(_BEFORE, _SCRIPT + _BEFORE, 1)
                    message = message | {"body": body}
                    begun = begun | {"headers": [(name, str(len(body)).encode() if name == b"content-length" else value)
                                                 for name, value in begun["headers"]]}
                await send(begun)
            await send(message)

        await self._app(scope, receive, patched)


def _is_other(scope: dict[str, Any]) -> bool:
    path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
    return path.startswith(_OTHERS)
