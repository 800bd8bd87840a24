"""Files of the inbox that cannot be moved or read: they hold nobody up, stay where they are, and are told until they can be.

What sticks is noted when it changes; supervision is red for it.
"""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gaoxin.campaign.inbox import Inbox
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import SystemFault, Transient, system_said
from gaoxin.i18n import Code, Message, Text, message
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse.engine import Store

_STUCK = Code("inbox.stuck", "{file}：{what}", "{file}: {what}", file=str, what=Text)
_UNREAD = Code("inbox.unread", "{file}：读不了，{why}", "{file}: cannot be read, {why}", file=str, why=str | Text)


@contextlib.contextmanager
def staying(failed: dict[str, Message], inbox: Inbox, file: Path) -> Iterator[None]:
    """Where a file cannot be dealt with: adds what is told of it."""
    try:
        yield
    except Transient:  # the database's: it is tried again at once
        raise
    except SystemFault as error:
        failed[inbox.name(file)] = _STUCK(file=inbox.name(file), what=error.what)


def refused_before(w: Workplace, store: Store, said: Mapping[str, Any]) -> bool:
    """Whether a file of which this is said is recorded as refused."""
    return any(said.items() <= e.payload.items() for e in store.ledger.events(w.plan.id, EventKind.FILE_REFUSED))


def received_before(w: Workplace, sha256: str) -> bool:
    """Whether this content is recorded as a return, and was not refused: all that is left is to move its file."""
    with w.warehouse.read() as store:
        return not refused_before(w, store, {"sha256": sha256}) and any(
            e.payload.get("sha256") == sha256 for e in store.ledger.events(w.plan.id, EventKind.RETURN_RECEIVED))


def stuck(w: Workplace) -> dict[str, Message]:
    """The files of the inbox that could not be dealt with when they were tried last, by name: each with why."""
    with w.warehouse.read() as store:
        last = store.ledger.last_of(w.plan.id, EventKind.INBOX_STUCK)
    return {name: message(what) for name, what in last[0].payload["stuck"].items()} if last else {}


def note(w: Workplace, inbox: Inbox, before: Mapping[str, Message], failed: Mapping[str, Message]) -> None:
    """What could not be moved, and was not tried this time, sticks as long as it is there."""
    unread = {name: _UNREAD(file=name, why=system_said(error)) for name, error in inbox.unread.items()}
    left = {name: what for name, what in before.items() if what.code == _STUCK.code and (inbox.folder / name).exists()}
    now = left | unread | dict(failed)
    if now != before:
        with w.warehouse.begin() as store:
            store.ledger.note(w.plan.id, EventKind.INBOX_STUCK, w.now, {"stuck": now})


def must_be_none(w: Workplace) -> None:
    """Raises SystemFault where files stick."""
    if left := [*stuck(w).values()]:
        raise SystemFault(Text(f"收件箱有 {len(left)} 份文件处理不了，仍在原处：{left[0].zh}；其余已处理",
                               f"{len(left)} file(s) of the inbox cannot be dealt with and stay: {left[0].en}; the rest is done"),
                          where=str(w.settings.inbox),
                          todo=Text("检查收件箱的权限后重试；已入库的不会重复",
                                    "check the inbox's permissions and try again; what was taken in is not taken twice"))
