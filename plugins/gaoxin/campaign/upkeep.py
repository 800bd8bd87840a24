"""Answers about the upkeep of an installation: the ledger and the suites."""

import json
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from gaoxin import folders
from gaoxin.campaign.anchoring import against, against_kept, checkpoint, kept, made_since, verifiers
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.files import sha256_of
from gaoxin.campaign.paging import ALL, Page
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.ledger.chain import LedgerEvent, Verification
from gaoxin.ledger.kinds import EventKind
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan
from gaoxin.quality import suites
from gaoxin.quality.check import SEVERITY_OF
from gaoxin.settings import Settings
from gaoxin.warehouse.answering import TABLES
from gaoxin.warehouse.engine import Store, Warehouse
from gaoxin.warehouse.migrate import versions
from gaoxin.warehouse.verifying import Fault, Verifying, report_named

_WHOLE_EVERY = 7  # days
_SETTLES = (0.0, 0.5, 1.5, 4.0)  # seconds; so long a report may take to be in its place and noted
LISTED = 1000  # faults; a table that was emptied has more than anybody reads


class Migrated(Answer):
    """version: of the schema now. migrated: False where it stood there already. roles_apart: whether owner, writer and auditor
    are different roles, as a server that was set up so has them. tightened: files and folders that others could read."""

    version: str
    migrated: bool
    roles_apart: bool
    tightened: int


def migrate(settings: Settings) -> Migrated:
    """Brings the database to this program's version as its owner, says anew who may do what there, and takes the installation's
    files from everybody but their owner. What units drop their files into keeps its rights. Raises SystemFault or Transient."""
    done, apart = Warehouse.migrate(settings)
    closed = folders.tighten(settings.var, settings.inbox, settings.var / "postgres")
    return Migrated(max(versions(settings.sql)), done, apart, closed)


def check_version(settings: Settings) -> None:
    """Opens the warehouse once. Raises SystemFault where it is behind this program and its role may not migrate it, or
    Transient."""
    Warehouse.open(settings).close()


class LedgerVerified(Answer, beside="chain"):
    """intact: whether chain, rows and files are what was recorded. first_bad: the first number at which the chain does not hold.
    faults: the first thousand of `faults_found`. one_account: whether who asked may change everything that was recorded, as where
    owner and writer are one role; no fault of the record, and to be known."""

    events: int
    head: str
    intact: bool
    first_bad: int | None
    backdated: int
    rows_checked: int
    files_checked: int
    faults_found: int
    faults: Sequence[Fault]
    one_account: bool
    chain: Verification

    @property
    def exit_status(self) -> int:
        return 0 if self.intact else 1


def verify_ledger(settings: Settings, campaign: str | None = None, since: int = 0,
                  done: Callable[[int], None] = lambda _: None, anchor: str | None = None) -> LedgerVerified:
    """The whole chain, held against a checkpoint where one is given (`anchor`); and of all events, or of one campaign's, or of
    those after a number, every row and every file. done: called with how many events were looked at. Raises UsageError for an
    unknown campaign, and for what is no checkpoint."""
    if campaign is not None:
        find_plan(settings.plans, campaign)
    lying = kept(settings)
    with Warehouse.open(settings).read(long=True) as store:
        known = store.ledger.count() if since else 0
        if not 0 <= since <= known:
            raise UsageError(Text(f"账本没有第 {since} 条，末条为第 {known} 条",
                                  f"there is no event {since}: the last is {known}"), where="--since",
                             todo=Text("写 0 与末条序号之间的数", "give a number up to the last event's"))
        chain, found = examined(store, settings, lying, done=done, campaign=campaign, since=since)
        found.reports(settings.reports, since, campaign)
        if anchor is not None:
            found.faults[:0] = against(store, anchor, verifiers(settings))
        one_account = store.ledger.one_account()
    found.faults = _once_more(settings, found.faults, since, campaign)
    intact = chain.intact and not found.faults
    return LedgerVerified(chain.events, chain.head, intact, chain.first_bad, chain.backdated, found.rows, found.files,
                          len(found.faults), found.faults[:LISTED], one_account, chain)


def _once_more(settings: Settings, faults: list[Fault], since: int, campaign: str | None) -> list[Fault]:
    """The faults that stay. What was looked at knew the ledger as it stood when that began, and reports take each other's place
    meanwhile: those that were not as they should be are held against the ledger as it is now, until it is no longer that."""
    odd = {name for f in faults if f.kind == "file" and (name := report_named(Path(f.key), settings.reports))}
    others = [f for f in faults if f.kind != "file" or report_named(Path(f.key), settings.reports) is None]
    for pause in _SETTLES if odd else ():
        time.sleep(pause)
        with Warehouse.open(settings).read() as store:
            stay = store.ledger.reports(settings.reports, campaign, since, odd).faults
        if not stay:
            return others
    return [*others, *stay] if odd else faults


def examined(store: Store, settings: Settings, lying: list[Path], *, done: Callable[[int], None] = lambda _: None,
             campaign: str | None = None, since: int = 0, among: Collection[str] = TABLES, of: str | None = None
             ) -> tuple[Verification, Verifying]:
    """The chain, also against the checkpoints that lay here before the store's snapshot (`kept`); schema, rows and landed files.
    of: of which campaign the files are, where that is not `campaign`."""
    chain = store.ledger.verify()
    found = store.ledger.answers(settings.sql, done, campaign, since, among)
    if chain.reason is None or chain.first_bad != 1:
        found.faults += against_kept(store, lying, verifiers(settings))
    found.landed(settings.landing, since, of or campaign)
    return chain, found


def verify_what_is_due(w: Workplace) -> LedgerVerified | None:
    """Once a day what was recorded since the last time, once a week everything; says so in the ledger, and writes a checkpoint.
    None where it was done today. After one that found faults it is everything, each time, until nothing is found. Whichever
    campaign comes first does it for the whole installation."""
    with w.warehouse.read() as store:
        done = store.ledger.events("", EventKind.LEDGER_VERIFIED, until=w.known)
    today, last = local_day(w.now), done[-1] if done else None
    failed = last is not None and last.payload["faults"] > 0
    if last and local_day(last.at) >= today and not failed:
        if not made_since(w.settings, last.payload["until"]):  # an earlier try came as far as the event, and no further
            checkpoint(w.settings)
        return None
    last_whole = next((local_day(e.at) for e in reversed(done) if e.payload["since"] == 0), None)
    whole = failed or last is None or last_whole is None or (today - last_whole).days >= _WHOLE_EVERY
    since = 0 if whole or last is None else last.payload["until"]
    found = verify_ledger(w.settings, since=since)
    faults = found.faults_found + (not found.chain.intact)
    if failed and last and local_day(last.at) >= today and last.payload["faults"] == faults:
        return found
    with w.warehouse.begin() as store:
        told = {"since": since, "until": found.events, "rows": found.rows_checked, "files": found.files_checked, "faults": faults}
        store.ledger.note("", EventKind.LEDGER_VERIFIED, w.now, told)
    checkpoint(w.settings)
    return found


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


class SuiteFile(Answer):
    """state: whether a file holds what returns are judged by."""

    path: Path
    state: suites.State


class SuitesCompared(Answer):
    campaign: str
    files: Sequence[SuiteFile]

    @property
    def exit_status(self) -> int:
        return 0 if all(f.state == "fresh" for f in self.files) else 1


def compare_suites(settings: Settings, plan: Plan) -> SuitesCompared:
    """Whether the reviewed suites are those that returns are judged by."""
    return SuitesCompared(plan.id, [SuiteFile(*found) for found in suites.states(settings, plan)])


class RuleShown(Answer):
    rule: str
    severity: str


class RulesShown(Answer):
    """By which rules a return was judged. suite, sha256, seq: the text of that version as it was first used, its hash and the
    event that answers for it."""

    return_id: str
    name: str
    version: str
    sha256: str
    seq: int
    suite: dict[str, Any]

    @property
    def rules(self) -> list[RuleShown]:
        return [RuleShown(e["meta"]["rule"], SEVERITY_OF[e["severity"]].value) for e in self.suite["expectations"]]


def rules_of_return(settings: Settings, return_id: str) -> RulesShown:
    """Raises UsageError for a return that is not known or was not judged yet, or whose rules were not kept when it was."""
    with Warehouse.open(settings).read() as store:
        stored = store.returns.get(return_id)
        kept_rules = store.returns.rules(stored.suite, stored.suite_version) if stored.suite and stored.suite_version else None
    if kept_rules is None:
        told = Text("还没有审核", "it is not judged yet") if stored.suite is None else Text(
            f"规则集 {stored.suite} {stored.suite_version} 的文字当时没有保存",
            f"the text of suite {stored.suite} {stored.suite_version} was not kept then")
        raise UsageError(told, where=return_id, todo=Text("重新审核后再看", "look again once it is judged anew"))
    return RulesShown(return_id, kept_rules.suite, kept_rules.suite_version, kept_rules.sha256, kept_rules.seq,
                      json.loads(kept_rules.body))


def write_suites(settings: Settings, plan: Plan) -> Suites:
    """Derives the suites from the plan, over what stands there."""
    there = (suites.suite_path(settings, plan.id, form.id) for form in plan.forms)
    before = {path: sha256_of(path) for path in there if path.exists()}
    told = []
    for path in suites.write_suites(settings, plan):
        now = sha256_of(path)
        told.append(Suite(path, now, "new" if path not in before else "same" if before[path] == now else "changed"))
    return Suites(plan.id, told)
