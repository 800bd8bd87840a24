"""Answers about the office's daily work: reminders, reports, the ledger, suites, samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gaoxin.campaign.answers.answer import Answer
from gaoxin.campaign.files import sha256_of
from gaoxin.errors import SystemFault
from gaoxin.i18n import Lang, Worded
from gaoxin.ledger.chain import LedgerEvent, Verification
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import ReminderState

if TYPE_CHECKING:
    from gaoxin.campaign.reminding import SentReminder
    from gaoxin.campaign.reporting import ReportFile
    from gaoxin.campaign.workplace import Workplace
    from gaoxin.settings import Settings


class Reminders(Answer, beside="plan"):
    campaign: str
    as_of: datetime
    dry_run: bool
    reminders: Sequence[SentReminder]
    plan: Plan

    @property
    def states(self) -> Counter[str]:
        return Counter(str(r.state) for r in self.reminders)

    @property
    def exit_status(self) -> int:
        """Failed ones are told one by one; whoever runs this by a timer sees only the status."""
        return SystemFault.exit_status if self.states[ReminderState.FAILED] else 0


def remind(w: Workplace, *, dry_run: bool, lang: Lang) -> Reminders:
    """Sends what is due. lang: of what goes out, which is not that of whoever asks."""
    from gaoxin.campaign import reminding

    sent = reminding.remind(w, dry_run=dry_run, mailer=reminding.mailer(w), lang=lang)
    return Reminders(w.plan.id, w.now, dry_run, sent, w.plan)


class WrittenFiles(Answer):
    files: Sequence[ReportFile]


def quality_report(w: Workplace, period: Period | None, out: Path) -> WrittenFiles:
    from gaoxin.campaign.reporting import quality_report as write

    return WrittenFiles(write(w, period, out))


class LedgerVerified(Answer, inline="chain"):
    chain: Verification

    @property
    def exit_status(self) -> int:
        return 0 if self.chain.intact else 1


def verify_ledger(settings: Settings) -> LedgerVerified:
    from gaoxin.warehouse.engine import Warehouse

    with Warehouse.open(settings).begin() as store:
        return LedgerVerified(store.ledger.verify())


class LedgerListed(Answer, beside="total"):
    """total: of all events, where only some are listed."""

    events: Sequence[LedgerEvent]
    head: str
    intact: bool
    first_bad: int | None
    total: int


def list_ledger(settings: Settings, campaign: str | None, until: datetime | None) -> LedgerListed:
    """until None: everything, since a replay's times may lie after this machine's. Raises UsageError for an unknown
    campaign: a mistyped one is wrong use, and no empty ledger."""
    from gaoxin.plan.reading.loader import find_plan
    from gaoxin.warehouse.engine import Warehouse

    if campaign is not None:
        find_plan(settings.plans, campaign)
    with Warehouse.open(settings).begin() as store:
        found = store.ledger.verify()
        events = [e for e in store.ledger.events(campaign) if until is None or e.at <= until]
    return LedgerListed(events, found.head, found.intact, found.first_bad, found.events)


class Sample(Answer, beside="names"):
    """arrives: the day on which the unit would hand it in. faults: the kinds worked into it; names: what they are called."""

    path: Path
    sha256: str
    form: str
    unit: str
    period: Period
    arrives: date
    faults: tuple[str, ...]
    names: tuple[Worded, ...]


class Samples(Answer, beside="out"):
    campaign: str
    seed: int
    files: Sequence[Sample]
    out: Path

    @property
    def faulty(self) -> list[Sample]:
        return [f for f in self.files if f.faults]


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
    from gaoxin.quality.suites import suite_path
    from gaoxin.quality.suites import write_suites as write

    there = (suite_path(settings, plan.id, form.id) for form in plan.forms)
    before = {path: sha256_of(path) for path in there if path.exists()}
    told = []
    for path in write(settings, plan):
        now = sha256_of(path)
        told.append(Suite(path, now, "new" if path not in before else "same" if before[path] == now else "changed"))
    return Suites(plan.id, told)
