"""A sender of many rungs that dies at a step of its own choosing: `python -m tests.integration.killed_sender UNITS RUNGS PORT
STEP NTH`. Without a step it lives to the end. The campaign is the demo with so many units more, each owing so many things
today."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from gaoxin.campaign import delivering, reminding
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.channels.kinds.email import Email
from gaoxin.channels.office import Channels
from gaoxin.clock import parse_as_of
from gaoxin.plan.offices import Unit
from gaoxin.reminders.model import Due
from gaoxin.settings import Settings
from gaoxin.warehouse.outbox import OutboxStore
from tests.said import said

DAY = date(2024, 3, 4)
STEPS = ("before the claim", "within the claim", "after the claim", "before it is sent", "after it is sent", "within the record",
         "after the record")


def unit_id(n: int) -> str:
    return f"load{n:04d}"


def loaded(units: int, rungs: int) -> Workplace:
    """Patches what is owed: so many things of each of so many units, of which each has a token of its own."""
    w = open_workplace(Settings(), "demo", parse_as_of(str(DAY)), acts=True)
    made = [Unit.model_validate({"id": unit_id(n), "name": f"单位{n}"}) for n in range(units)]
    dues = [Due("return", f"demo__load{k}__{unit_id(n)}__2024-02", unit_id(n), said(f"〔{n}.{k}〕"), DAY)
            for n in range(units) for k in range(rungs)]
    setattr(reminding, "owed_dues", lambda _: dues)  # noqa: B010  a patch, and no other function of this name
    return replace(w, plan=w.plan.model_copy(update={"units": (*w.plan.units, *made)}))


def deaths(step: str, nth: int, die: Callable[[], None]) -> None:
    """Patches the step so that whoever comes to it for the nth time dies."""
    left = [nth]

    def came(here: str) -> None:
        if here == step:
            left[0] -= 1
            if left[0] <= 0:
                die()

    def around(owner: Any, name: str, before: str = "", after: str = "") -> None:
        real = getattr(owner, name)

        def called(*given: Any, **more: Any) -> Any:
            came(before)
            found = real(*given, **more)
            came(after)
            return found

        setattr(owner, name, called)

    around(delivering, "_claimed", "before the claim", "after the claim")
    around(delivering, "_claim", after="within the claim")
    around(delivering, "_tried", "before it is sent", "after it is sent")
    around(OutboxStore, "tried", after="within the record")
    around(delivering, "_sent", after="after the record")


@contextlib.contextmanager
def unpatched() -> Iterator[None]:
    """Whatever is patched within is as it was after."""
    kept = [(owner, name, getattr(owner, name)) for owner, name in (
        (delivering, "_claimed"), (delivering, "_claim"), (delivering, "_tried"), (OutboxStore, "tried"), (delivering, "_sent"),
        (reminding, "owed_dues"))]
    try:
        yield
    finally:
        for owner, name, value in kept:
            setattr(owner, name, value)


def main() -> None:
    units, rungs, port = map(int, sys.argv[1:4])
    w = loaded(units, rungs)
    if len(sys.argv) > 4:
        deaths(sys.argv[4], int(sys.argv[5]), lambda: os.kill(os.getpid(), signal.SIGKILL))
    reminding.remind(w, mailer=Channels({"email": Email("127.0.0.1", port, "office@example.invalid", timeout=60)}))


if __name__ == "__main__":
    main()
