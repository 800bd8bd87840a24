"""Acts and who does them: each is checked against the accounts file and the plan, and a refused attempt is recorded, too."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from gaoxin.campaign.workplace import Workplace, accounts_of, by_accounts, deciding
from gaoxin.clock import ZONE, local_day, wall_now
from gaoxin.errors import GaoxinError, UsageError
from gaoxin.ledger.actor import Actor, Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act, HandedIn, NotAllowed, allowed, apart, must_be_vouched, recognised, without_file
from gaoxin.plan.model import Plan
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Store, Warehouse
from gaoxin.warehouse.process import of_process


@contextlib.contextmanager
def acting(w: Workplace, act: Act, unit: str | None = None) -> Iterator[tuple[Workplace, Store]]:
    """As deciding, by whoever acts, for a unit. Raises NotAllowed for an account that may not; what is raised so within is
    recorded as well."""
    with acts_as(w, act, unit) as w, deciding(w) as (then, store):
        yield then, store


@contextlib.contextmanager
def acts_as(w: Workplace, act: Act, unit: str | None = None) -> Iterator[Workplace]:
    """The workplace of whoever acts, for an act of more than one transaction."""
    with refusals_recorded(w.warehouse, w.plan.id, w.now, w.actor, act, unit):
        yield w.working(entitled(w.warehouse, w.actor, act, w.plan, unit))


def entitled(warehouse: Warehouse, who: Actor, act: Act, plan: Plan | None, unit: str | None = None) -> Warehouse:
    """The warehouse of whoever acts, as what and for whom, by the accounts file as it is read here. An installation that went by
    one once never goes without; in earnest nobody consents without one but the administrator whom it names. Raises NotAllowed,
    and UsageError for a faulty file."""
    accounts = accounts_of(warehouse.settings)
    if accounts is None:
        must_name_accounts(warehouse)
        if act is Act.APPROVE:
            with warehouse.read() as store:
                must_be_vouched(who, act, warehouse.settings.administrator, drill=store.ledger.drill)
    return by_accounts(warehouse, accounts, allowed(accounts, who, act, plan, unit))


def raising_alarm(w: Workplace) -> Workplace:
    """The workplace of whoever raises an alarm, which is nobody's right and changes nothing: it is heard also where the accounts
    file is faulty, is gone, or does not know the account that works here. Then nobody vouches for who noted it, and no plan comes
    into force by it. Who started the run by hand is held to the file. Raises NotAllowed."""
    try:
        return w.working(entitled(w.warehouse, w.actor, Act.RUN, w.plan))
    except (UsageError, NotAllowed) as error:
        if isinstance(error, NotAllowed) and w.settings.accounts and w.actor.airflow:
            _record_refused(w.warehouse, w.plan.id, w.now, w.actor, Act.RUN, None, error)
            raise
        return w.working(replace(w.warehouse, first=None))


def by_whom(settings: Settings, act: Act, way: Way) -> tuple[Warehouse, datetime]:
    """The warehouse of whoever acts on the installation itself, and when; in a drill at the played clock. Raises NotAllowed."""
    warehouse, who = Warehouse.open(settings), of_process(way)
    with warehouse.read() as store:
        now = store.ledger.installation()[1] or wall_now()
    with refusals_recorded(warehouse, "", now, who, act):
        return entitled(warehouse, who, act, None), now


def must_name_accounts(warehouse: Warehouse) -> None:
    """Raises NotAllowed where no accounts file is named, and the installation goes by one."""
    if warehouse.settings.accounts is None:
        with warehouse.read() as store:
            if store.ledger.accounts_file() is not None:
                raise without_file()


@contextlib.contextmanager
def refusals_recorded(warehouse: Warehouse, campaign: str, now: datetime, who: Actor, act: Act, unit: str | None = None
                      ) -> Iterator[None]:
    """Records that somebody tried what is not theirs to do."""
    try:
        yield
    except NotAllowed as refusal:
        _record_refused(warehouse, campaign, now, who, act, unit, refusal)
        raise


def must_be_apart(w: Workplace, store: Store, act: Act, of: str | None = None) -> None:
    """Nobody judges what they or their unit handed in. of: the unit whose it is; None: any of the campaign's. Raises
    NotAllowed."""
    if w.accounts is not None:
        apart(w.accounts, w.actor, act, w.plan, came_from(w, store).about(of))


@dataclass(frozen=True)
class CameFrom:
    """The units that handed something in (returns, deliverables, explanations, what they made good, what they told of tasks), and
    those for which whoever acts did."""

    units: frozenset[str]
    mine: frozenset[str]

    def about(self, of: str | None) -> HandedIn:
        """Of one unit's; None: of any's."""
        return HandedIn(bool(self.mine), self.units) if of is None else HandedIn(of in self.mine, frozenset({of}))


def came_from(w: Workplace, store: Store) -> CameFrom:
    """Of whoever acts by the accounts file; nobody's where there is none."""
    found = w.accounts.known(w.actor, w.plan.id) if w.accounts else None
    mine = store.standing.units_of(w.plan.id, found.account, (found.airflow, found.airflow_name)) if found else ()
    return CameFrom(frozenset(store.standing.units_of(w.plan.id)), frozenset(mine))


def did_before(w: Workplace, store: Store, kind: EventKind, **about: object) -> bool:
    """Whether whoever acts did what events of a kind tell, by whichever name its entry in the accounts file has: one person acts
    at the command line and in Airflow under two. about: what the payload of the event says; False where there is no file."""
    found = w.accounts.known(w.actor, w.plan.id) if w.accounts else None
    return found is not None and any(found.did(e.actor) and about.items() <= e.payload.items()
                                     for e in store.ledger.events(w.plan.id, kind))


def _record_refused(warehouse: Warehouse, campaign: str, now: datetime, who: Actor, act: Act, unit: str | None,
                    refusal: NotAllowed) -> None:
    """Who tried what, where anything is recorded by now; of an engine's steps that nobody started, which try by the hour, once a
    day. Puts no plan into force: what is refused leaves nothing behind but this."""
    who = recognised(accounts_of(warehouse.settings), who, act)
    with contextlib.suppress(GaoxinError), replace(warehouse, first=None, actor=who).begin() as store:
        told = {"act": str(act), "unit": unit or "", "where": refusal.where,
                "why": refusal.what.to("zh"),
                "why_en": refusal.what.to("en")}
        by_itself = who.way is Way.DAG and who.airflow is None
        if store.ledger.count() and not (by_itself and _told_today(store, campaign, now, who, told)):
            store.ledger.note(campaign, EventKind.ACT_REFUSED, now, told)


def _told_today(store: Store, campaign: str, now: datetime, who: Actor, told: Mapping[str, object]) -> bool:
    """Whether the same was refused to the same account on that day, by the same way."""
    before = store.ledger.known(datetime.combine(local_day(now), time.min, tzinfo=ZONE) - timedelta(microseconds=1))
    return any(e.payload == told and [(e.actor or {}).get(name) for name in ("account", "way", "airflow")]
               == [who.account, who.way, None] for e in store.ledger.events(campaign, EventKind.ACT_REFUSED, since=before))
