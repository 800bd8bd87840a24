"""What every use case works with: a plan, the warehouse, and a time.

`as_of` asks; it never dates what is written (docs/decisions/060). Outside a drill what acts does so now; in a drill it acts at
the played clock, which `as_of` moves forward.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from gaoxin.campaign.anchoring import has_key, has_signed, signing_key
from gaoxin.clock import LATEST, end_of, wall_now
from gaoxin.errors import GaoxinError, PlanError, UsageError
from gaoxin.extensions.limits import History, InForce, moved
from gaoxin.extensions.model import NONE, Came, Days, Kind
from gaoxin.i18n import Text
from gaoxin.ledger.actor import Actor, Way, told_of
from gaoxin.ledger.checkpoint import verifier
from gaoxin.ledger.kinds import FILED, EventKind
from gaoxin.people.accounts import Accounts, read_accounts
from gaoxin.periods import Period
from gaoxin.plan.model import Plan, Task
from gaoxin.plan.reading.loader import find_plan, plan_hash
from gaoxin.returns.model import ReturnKey
from gaoxin.returns.schedule import Round, due_of, extended, key_of, rounds, stood_before
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Store, Warehouse
from gaoxin.warehouse.events import Used
from gaoxin.warehouse.plans import PlanVersion
from gaoxin.warehouse.process import of_process
from gaoxin.warehouse.repository import UNKNOWN, Under


class NoPlanThen(UsageError):
    """A time is asked for before the campaign's first plan was in force: there is nothing by which anything then could be judged,
    and today's file is not it."""


_SIGNED = (EventKind.LEDGER_VERIFIED, *FILED)  # what leaves signed notes behind


@dataclass(frozen=True)
class Workplace:
    """plan: the version in force as of `known`, or the file's where none was ever registered. now: the time of which everything
    is judged. known: up to when what was recorded counts: `now` where a time was asked for, else all there is. drill: whether
    the installation is one. version: of the plan; None where none is registered. broken: what is wrong with the plan file, where
    the plan is the one in force because its file cannot be read. ahead: whether `now` is still to come. actor: whoever works
    here, which is nobody's to choose. granted: every extension that was, of which those count that are known (`days`)."""

    settings: Settings
    plan: Plan
    warehouse: Warehouse
    now: datetime
    known: datetime
    drill: bool
    actor: Actor
    version: PlanVersion | None = None
    broken: GaoxinError | None = None
    ahead: bool = False
    granted: Days = NONE

    @property
    def days(self) -> Days:
        """By when things are owed, as far as that is known."""
        return self.granted.known(self.known)

    def rounds(self, only: Period | None = None) -> tuple[Round, ...]:
        """Which returns are owed by which day, extensions among them."""
        return extended(self.plan, rounds(self.plan, only), self.days)

    def due(self, key: ReturnKey) -> date:
        """By when a return is owed. Raises UsageError for an unknown form."""
        return due_of(self.plan, key, self.days)

    def due_of_task(self, task: Task) -> date | None:
        """By when a task is to be done; None where the plan gives no day."""
        return task.due and self.days.day(Kind.TASK, task.id, task.due)

    def limit_of_task(self, task: Task) -> Callable[[date], date]:
        """The limit by which what came of a dated task on a day is late or not."""
        return lambda day: self.limit_of(Kind.TASK, task.id, task.due or day, day)

    def limit_of(self, kind: str, ref: str, planned: date, day: date) -> date:
        """The limit by which what is done on a day, or is not done by then, is late or not, of what deadlines name so.
        planned: the day that it has by now."""
        part = ref.partition("~")[2].startswith("milestone.")
        kind, ref = ("milestone", ref) if part else (kind, ref.partition("~")[0] if kind == "task" else ref)
        key = key_of(self.plan, ref) if kind == "return" else None
        stood = stood_before(key, self.days) if key else self.days.stood(kind, ref)
        return self.days.limit(kind, ref, planned, Came(end_of(day), sys.maxsize), stood)

    def by(self, actor: Actor) -> Self:
        """The same, for whoever acts so."""
        return self.working(by_accounts(self.warehouse, None if self.warehouse.accounts else self.accounts, actor))

    def working(self, warehouse: Warehouse) -> Self:
        """The same, in the warehouse of whoever acts."""
        return replace(self, actor=warehouse.actor or self.actor, warehouse=warehouse)

    @property
    def told_by(self) -> dict[str, Any]:
        """What is told of whoever acts (`ledger.actor.By`)."""
        return told_of(self.actor.as_json(), drill=self.drill and self.settings.accounts is None)

    @property
    def accounts(self) -> Accounts | None:
        """Who may do what; None without such a file. Raises UsageError for a faulty one."""
        return accounts_of(self.settings)

    @property
    def under(self) -> Under:
        """The version of the plan under which everything is judged."""
        if self.version is None:
            return Under(1, self.warehouse.first[1]) if self.warehouse.first else UNKNOWN
        return Under(self.version.version, self.version.plan_hash)

    @property
    def plan_version(self) -> int | None:
        return self.under.plan_version


def open_workplace(settings: Settings, campaign: str, as_of: datetime | None = None, *, acts: bool = False,
                   late: bool = False, in_force: bool = False, way: Way = Way.PROGRAM, airflow: str | None = None
                   ) -> Workplace:
    """Loads the plan and opens the warehouse. Raises UsageError for an unknown campaign, PlanError for a broken plan, SystemFault
    and Transient from the database, NoPlanThen on a page for a time before the first plan. acts, late: as `time_of` has them.
    in_force: a plan file that is broken stops nothing that goes by the version in force. way: of the adapter that asks; airflow:
    the account that Airflow says has acted."""
    try:
        plan, broken = find_plan(settings.plans, campaign), None
    except (PlanError, UsageError) as error:
        if not in_force:
            raise
        with Warehouse.open(settings).read() as store:
            stands = store.plans.in_force(campaign, LATEST)
        if stands is None:
            raise
        plan, broken = stands.plan, error
    return replace(workplace_of(settings, plan, as_of, acts=acts, late=late, way=way, airflow=airflow), broken=broken)


def workplace_of(settings: Settings, plan: Plan, as_of: datetime | None = None, *, acts: bool = False,
                 late: bool = False, way: Way = Way.PROGRAM, airflow: str | None = None) -> Workplace:
    """As open_workplace, for a plan that is loaded already. The first act that is recorded puts a plan's first version into
    force; one that is refused does not, and reading writes nothing."""
    actor = of_process(way, airflow)
    warehouse = replace(Warehouse.open(settings), actor=actor)
    signed_before = has_signed(settings)
    new_key = acts and not has_key(settings) and verifier(signing_key(settings))
    with warehouse.begin() as store:
        if not acts:
            store.ledger.settled()
        drill, played = store.ledger.installation()
        now = time_of(as_of, drill, played, acts=acts, late=late)
        known = LATEST if as_of is None else now
        version, granted = store.plans.in_force(plan.id, known), given_days(store, plan.id)
        # A command answers scripts by the plan that there is, as it always did; a page is read by people as what was known then.
        if version is None and way is Way.PAGE and as_of is not None and not acts and (first := store.plans.since(plan.id)):
            raise _no_plan_then(plan.id, as_of, first)
        if new_key and (signed_before or store.ledger.events(None, *_SIGNED, limit=1)):  # the one that signed is gone
            store.ledger.note("", EventKind.KEY_MADE, now, {"verifier": new_key})
        if version is None and acts:
            warehouse = replace(warehouse, first=(plan, plan_hash(plan)))
        if version and version.plan_hash != plan_hash(plan):
            plan = version.plan
    ahead = not acts and now > (played or wall_now())
    return Workplace(settings, plan, warehouse, now, known, drill, actor, version, ahead=ahead, granted=granted)


def _no_plan_then(campaign: str, asked: datetime, first: datetime) -> NoPlanThen:
    return NoPlanThen(Text(f"{asked:%Y-%m-%d %H:%M} 还没有方案生效，没有可据以判断的",
                           f"no plan was in force at {asked:%Y-%m-%d %H:%M}: there is nothing to judge by"),
                      where=f"{campaign} as_of",
                      todo=Text(f"第 1 版方案于 {first:%Y-%m-%d %H:%M} 生效，查看其后的时点",
                                f"version 1 of the plan came into force at {first:%Y-%m-%d %H:%M}: ask for a time after that"))


def by_accounts(warehouse: Warehouse, accounts: Accounts | None, actor: Actor) -> Warehouse:
    """The warehouse of whoever acts. What is recorded there says first by which accounts file, where it is another than before;
    whoever went by it first has."""
    used = warehouse.accounts or (Used(accounts.sha256, len(accounts.accounts), accounts.held, actor) if accounts else None)
    return replace(warehouse, actor=actor, accounts=used)


def accounts_of(settings: Settings) -> Accounts | None:
    """The installation's accounts; None where it names no file. Raises UsageError for a faulty one."""
    return read_accounts(settings.accounts, settings.var) if settings.accounts else None


@contextlib.contextmanager
def deciding(w: Workplace) -> Iterator[tuple[Workplace, Store]]:
    """One snapshot for what is decided on what is known, nobody else recording meanwhile: the workplace as it is then (plan in
    force, the time of recording, all that is known), and the transaction."""
    with w.warehouse.alone() as store:
        now, version = store.ledger.moment(w.now), store.plans.in_force(w.plan.id, LATEST)
        yield replace(w, plan=version.plan if version else w.plan, now=now, known=LATEST, version=version,
                      granted=given_days(store, w.plan.id)), store


def given_days(store: Store, campaign: str) -> Days:
    """Every day that was ever granted, and those that stood before versions of the plan gave others."""
    return replace(store.extensions.days(campaign), moved=_moved(store, campaign))


def _moved(store: Store, campaign: str) -> History:
    versions = store.plans.versions(campaign, LATEST)[::-1]
    if len(versions) < 2:
        return {}
    known = tuple((v.plan_hash, v.registered_at) for v in versions)
    if known not in _MOVED:
        _MOVED[known] = moved([InForce(v.plan, v.version, v.registered_at) for v in versions])
    return _MOVED[known]


_MOVED: dict[tuple[tuple[str, datetime], ...], History] = {}  # by version: found once a process


def time_of(as_of: datetime | None, drill: bool, played: datetime | None, *, acts: bool, late: bool = False) -> datetime:
    """The time of which something is asked or done. Raises UsageError where acts would be dated: outside a drill by any time,
    in a drill by one before the played clock (late: what comes late there is done at the played clock, as a run that waited), and
    by none while it has no played time yet: today's would end a campaign of earlier years before it began."""
    if as_of is None:
        if acts and drill and played is None:
            raise UsageError(Text("演练还没有时点", "the drill has no played time yet"), where="as_of",
                             todo=Text("以 --as-of 指定，或先 gaoxin drill begin --as-of 时点",
                                       "give one by --as-of, or begin with gaoxin drill begin --as-of DATETIME"))
        return played or wall_now()
    if acts and not drill:
        raise UsageError(Text("写入的时间由系统记录，不能指定", "what is written is dated by the system, never by its caller"),
                         where="as_of", todo=Text("去掉 --as-of；要演练，在空的安装上执行 gaoxin drill begin",
                                                  "leave --as-of out; to drill, gaoxin drill begin in an empty installation"))
    if acts and played and as_of < played:
        if late:
            return played
        raise UsageError(Text(f"演练已到 {played:%Y-%m-%d %H:%M}，时钟不能倒拨",
                              f"the drill has come to {played:%Y-%m-%d %H:%M}, and its clock never runs backwards"),
                         where="as_of", todo=Text("写更晚的时间，或另起演练", "give a later time, or begin another drill"))
    return as_of
