"""Answers about the upkeep of an installation: the ledger and the suites."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.files import sha256_of
from gaoxin.campaign.paging import ALL, Page
from gaoxin.ledger.chain import LedgerEvent, Verification
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan
from gaoxin.quality import suites
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse


class LedgerVerified(Answer, inline="chain"):
    chain: Verification

    @property
    def exit_status(self) -> int:
        return 0 if self.chain.intact else 1


def verify_ledger(settings: Settings) -> LedgerVerified:
    with Warehouse.open(settings).read() as store:
        return LedgerVerified(store.ledger.verify())


class LedgerListed(Answer):
    """total: of all events, where only some are listed. next: the number after which the list goes on, None where none are
    left."""

    events: Sequence[LedgerEvent]
    head: str
    intact: bool
    first_bad: int | None
    total: int
    next: int | None


def list_ledger(settings: Settings, campaign: str | None, until: datetime | None, page: Page = ALL) -> LedgerListed:
    """page: so many events after a number. until None: everything, since a replay's times may lie after this machine's. Raises
    UsageError for an unknown campaign: a mistyped one is wrong use, and no empty ledger."""
    if campaign is not None:
        find_plan(settings.plans, campaign)
    with Warehouse.open(settings).read() as store:
        found = store.ledger.verify()
        events = store.ledger.events(campaign, since=page.after, until=until, limit=None if page is ALL else page.limit + 1)
    listed = events[:page.limit]
    return LedgerListed(listed, found.head, found.intact, found.first_bad, found.events,
                        listed[-1].seq if len(listed) < len(events) else None)


class Suite(Answer):
    path: Path
    sha256: str
    state: Literal["new", "same", "changed"]


class Suites(Answer):
    campaign: str
    files: Sequence[Suite]

    @property
    def changed(self) -> int:
        return sum(f.state == "changed" for f in self.files)


def write_suites(settings: Settings, plan: Plan) -> Suites:
    """Derives the suites from the plan, over what stands there."""
    there = (suites.suite_path(settings, plan.id, form.id) for form in plan.forms)
    before = {path: sha256_of(path) for path in there if path.exists()}
    told = []
    for path in suites.write_suites(settings, plan):
        now = sha256_of(path)
        told.append(Suite(path, now, "new" if path not in before else "same" if before[path] == now else "changed"))
    return Suites(plan.id, told)
