"""What stands before every page: strict headers, and no act that another site asks for.

Airflow's login cookie can be read by scripts and is not bound to its site: a foreign page's form carries it, and a script of
ours that ran foreign words would give it away. So acts must come from our own origin, and nothing runs but our own files.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

from gaoxin.i18n import Text

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Callable[[], Awaitable[Message]], Send], Awaitable[None]]

POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
          "form-action 'self'; frame-ancestors 'self'; base-uri 'none'")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST = 64 * 1024 * 1024  # bytes of a request: a workbook with room to spare
FOREIGN = Text("请求不是从本系统的页面发出的，未予办理", "the request did not come from a page of this system: nothing was done")
NO_TEXT = Text("请求中有不能识别的字符", "there are characters in the request that are no text")
TOO_LARGE = Text(f"文件过大：最多 {LARGEST // 1024 // 1024} MB", f"too large: at most {LARGEST // 1024 // 1024} MB")


class Guard:
    """ASGI middleware. base: Airflow's base URL as its configuration has it, for installations behind a proxy that ends TLS."""

    def __init__(self, app: App, base: str = "") -> None:
        self._app, self._base = app, _origin(base)

    async def __call__(self, scope: dict[str, Any], receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        kept = _kept(scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = any(name.lower() == b"content-security-policy" for name, _ in message["headers"])  # a report has another
                message["headers"] = [*message["headers"], *(() if own else ((b"content-security-policy", POLICY.encode()),)),
                                      (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"),
                                      (b"cache-control", kept)]
            await send(message)

        if scope["method"] not in SAFE and not self._ours(scope, headers):
            await _refuse(guarded, 403, FOREIGN)
        elif not headers.get("content-length", "0").isdigit() or int(headers.get("content-length", "0")) > LARGEST:
            await _refuse(guarded, 413, TOO_LARGE)
        elif "\0" in unquote(scope["path"]) or "\0" in unquote_plus(scope.get("query_string", b"").decode("latin-1")):
            await _refuse(guarded, 400, NO_TEXT)
        else:
            await self._app(scope, _counted(receive), guarded)

    def _ours(self, scope: dict[str, Any], headers: dict[str, str]) -> bool:
        """A browser says the origin of every act. A program that brings its token in a header says none, and no browser sends
        that header by itself."""
        given = headers.get("origin")
        if given is None:
            return headers.get("authorization", "").lower().startswith("bearer ")
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        return given in {self._base, f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"} - {""}


def _kept(scope: dict[str, Any]) -> bytes:
    """How long a browser may keep an answer: a file of ours for good under the address that carries its digest."""
    if not scope["path"].removeprefix(scope.get("root_path", "")).startswith("/static/"):
        return b"no-store"
    return b"public, max-age=31536000, immutable" if b"v=" in scope.get("query_string", b"") else b"no-cache"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


def _counted(receive: Callable[[], Awaitable[Message]]) -> Callable[[], Awaitable[Message]]:
    """A body without a length, cut where it is too large: what reads it finds the connection gone."""
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > LARGEST else message

    return counting


async def _refuse(send: Send, status: int, told: Text) -> None:
    body = told.both().encode()
    await send({"type": "http.response.start", "status": status,
                "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})
