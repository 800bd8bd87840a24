"""Senders that die at every step lose no rung and tell none twice, where what comes again under its Message-ID is dropped.

A rung is lost when no message has it, and double when two messages of different Message-IDs have it. What was sent again under
its own is counted, too."""

from __future__ import annotations

import email
import logging
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from email.policy import default

import pytest

from gaoxin.campaign import delivering
from gaoxin.campaign.reminding import remind
from gaoxin.clock import LATEST
from tests.conftest import PLANS
from tests.integration.killed_sender import DAY, STEPS, deaths, loaded, unit_id, unpatched
from tests.integration.test_gatekeeping import launch
from tests.integration.test_mail import Inbox, inbox, mailer

__all__ = ["inbox"]
SENDERS = 10
_log = logging.getLogger(__name__)


class _Dead(BaseException):
    """Nothing catches it, as nothing catches a SIGKILL: transactions are rolled back, locks end with their session."""


def rungs_of(taken: Inbox) -> tuple[dict[str, set[str]], Counter[str]]:
    """By token of a rung the Message-IDs that have it; how often each Message-ID came."""
    found, came = defaultdict[str, set[str]](set), Counter[str]()
    for _, content in taken.taken:
        mail = email.message_from_bytes(content, policy=default)
        body = mail.get_body()
        assert body
        came[mail["Message-ID"]] += 1
        for token in re.findall(r"〔[\d.]+〕", body.get_content()):
            found[token].add(mail["Message-ID"])
    return found, came


def must_be_exact(taken: Inbox, units: int, rungs: int) -> Counter[str]:
    found, came = rungs_of(taken)
    assert found.keys() == {f"〔{n}.{k}〕" for n in range(units) for k in range(rungs)}, "losses"
    assert {token: ids for token, ids in found.items() if len(ids) > 1} == {}, "duplicates"
    return came


@pytest.fixture
def contacts(tmp_path):
    def of(units: int):
        file = tmp_path / "contacts.yaml"
        file.write_text("".join(f"{unit_id(n)}: {{email: {unit_id(n)}@x.invalid}}\n" for n in range(units)), encoding="utf-8")
        return file

    return of


def test_killed_senders_lose_nothing_and_tell_nothing_twice(demo_workplace, inbox, contacts, monkeypatch):
    """One after the other, each dying at another step, the last one lives."""
    units, rungs = 24, 3  # more than are claimed at once
    launch(demo_workplace)
    w = demo_workplace(str(DAY))
    settings = w.settings.model_copy(update={"contacts": contacts(units)})
    monkeypatch.setattr("tests.integration.killed_sender.open_workplace", lambda *_, **__: replace(w, settings=settings))

    def die():
        raise _Dead

    for nth, step in enumerate(STEPS, 1):
        with unpatched():
            here = loaded(units, rungs)
            deaths(step, 1 if "claim" in step else nth % 3 + 1, die)
            with pytest.raises(_Dead):
                remind(here, mailer=mailer(inbox.port))
    with unpatched():
        here = loaded(units, rungs)
        remind(here, mailer=mailer(inbox.port))
        assert [r for r in remind(here, mailer=mailer(inbox.port)) if r.audience.startswith("load")] == []
    came = must_be_exact(inbox, units, rungs)
    assert 1 <= sum(came.values()) - len(came) <= len(STEPS), "said again, since nobody knew"
    with w.warehouse.read() as store:
        kept = store.outbox.deliveries([*(id.strip("<>").partition("@")[0] for id in came)], LATEST)
        assert Counter(str(d.state) for found in kept.values() for d in found)["sent"] == units
        assert store.ledger.verify().intact


@pytest.mark.faults
@pytest.mark.timeout(3000)
def test_killed_senders_ten_at_once_at_every_step_over_ten_thousand_rungs(demo_workplace, inbox, contacts):
    units, rungs = 1000, 10
    launch(demo_workplace)
    w = demo_workplace(str(DAY))
    assert units > delivering.AT_ONCE
    environment = {**os.environ, "GAOXIN_HOME": str(w.settings.home), "GAOXIN_PLANS": str(PLANS),
                   "GAOXIN_CONTACTS": str(contacts(units)), "GAOXIN_DATABASE_URL": w.settings.database_url.get_secret_value()}

    def sender(*more: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.integration.killed_sender", *map(str, (units, rungs, inbox.port, *more))]
        return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)

    ended = Counter[int]()
    for step in STEPS:
        at_once = [sender(step, n % 3 + 1 if "claim" in step else 2 * n + 1) for n in range(SENDERS)]
        for one in at_once:
            _, said = one.communicate(timeout=600)
            ended[one.returncode] += 1
            assert one.returncode in (0, -9), said.decode()
    assert ended[-9] >= 0.8 * SENDERS * len(STEPS), "most died where they were to"
    for _ in range(2):
        last = sender()
        _, said = last.communicate(timeout=1200)
        assert last.returncode == 0, said.decode()
    came = must_be_exact(inbox, units, rungs)
    assert sum(came.values()) - len(came) <= ended[-9] * SENDERS, "again only what somebody died over"
    _log.warning("%s rungs in %s messages, %s senders killed, %s message(s) sent again under their Message-ID",
                 units * rungs, len(came), ended[-9], sum(came.values()) - len(came))
    with w.warehouse.read() as store:
        assert store.ledger.verify().intact
