"""One request to a web service, with an end: a deadline over all of it, no redirects, and no word of where it went.

httpx has no total timeout, and logs addresses with their tokens. So a request runs in a thread of its own, which is given up at
the deadline, and of which nothing is logged.
"""

import json
import logging
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gaoxin.channels.port import Outcome, State, cleaned

DEADLINE = 20.0
_LARGEST = 65_536  # bytes of an answer
_THREADS = "gaoxin-send-"
_CLIENTS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")
_AGAIN = frozenset({408, 425, 429, 500, 503})
_TAKEN_OR_NOT = frozenset({502, 504})  # of something between, which does not know


class _Unsaid(logging.Filter):
    """Drops what the client logs while it sends, and nothing of what it logs for others."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.threadName or "").startswith(_THREADS)


for _client in _CLIENTS:
    logging.getLogger(_client).addFilter(_Unsaid())


@dataclass(frozen=True)
class Request:
    """hidden: what must not be told of it. body: as it goes out."""

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    kind: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)
    method: str = "POST"
    deadline: float = DEADLINE


def as_json(body: Mapping[str, Any]) -> bytes:
    """As services count it: UTF-8, nothing escaped that need not be."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def document_of(request: Request) -> dict[str, Any] | Outcome:
    """The JSON object that a service answered with; else what became of the request."""
    said = answer_to(request)
    if isinstance(said, Outcome):
        return said
    try:
        found = json.loads(said)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else Outcome(State.FAILED, "HTTP 200", f"no JSON: {cleaned(said, request.hidden)}")


def answer_to(request: Request) -> str | Outcome:
    """What a service said, HTTP 200 to 204; else what became of the request."""
    found: queue.SimpleQueue[str | Outcome] = queue.SimpleQueue()
    threading.Thread(target=_run, args=(request, found), name=f"{_THREADS}{id(found)}", daemon=True).start()
    try:
        return found.get(timeout=request.deadline)
    except queue.Empty:
        return Outcome(State.UNKNOWN, f"> {request.deadline:g} s")


def _run(request: Request, found: "queue.SimpleQueue[str | Outcome]") -> None:
    """The one documented broad except of channels: nobody knows then how far it came, and a trace would show where it went."""
    try:
        found.put(_asked(request))
    except Exception as error:  # noqa: BLE001
        found.put(Outcome(State.UNKNOWN, type(error).__name__, cleaned(error, request.hidden)))


def _asked(request: Request) -> str | Outcome:
    import httpx

    each = max(1.0, request.deadline / 3)
    headers = {"Accept-Encoding": "identity", "User-Agent": "gaoxin", "Content-Type": request.kind, **request.headers}
    try:
        with (httpx.Client(follow_redirects=False, trust_env=False, timeout=each) as client,
              client.stream(request.method, request.url, content=request.body, headers=headers) as answer):
            content = bytearray()
            for part in answer.iter_raw():
                content += part
                if len(content) > _LARGEST:
                    return Outcome(State.UNKNOWN, f"HTTP {answer.status_code} > {_LARGEST} B")
            return _read(answer.status_code, bytes(content), request.hidden)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        return Outcome(State.FAILED, type(error).__name__, cleaned(error, request.hidden))
    except httpx.HTTPError as error:  # it may have had all of it
        return Outcome(State.UNKNOWN, type(error).__name__, cleaned(error, request.hidden))


def _read(status: int, content: bytes, hidden: tuple[str, ...]) -> str | Outcome:
    said = content.decode("utf-8", "replace")
    if 200 <= status <= 204:
        return said
    if status in _TAKEN_OR_NOT:
        return Outcome(State.UNKNOWN, f"HTTP {status}", cleaned(said, hidden))
    return Outcome(State.FAILED, f"HTTP {status}", cleaned(said, hidden), final=status not in _AGAIN and status < 500)
