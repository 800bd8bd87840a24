"""Acts and who does them: each is checked against the accounts file and the plan, and a refused attempt is recorded, too."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from gaoxin.campaign.workplace import Workplace, deciding
from gaoxin.errors import GaoxinError
from gaoxin.ledger.actor import Actor
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act, HandedIn, NotAllowed, allowed, apart
from gaoxin.warehouse.engine import Store, Warehouse


@contextlib.contextmanager
def acting(w: Workplace, act: Act, unit: str | None = None) -> Iterator[tuple[Workplace, Store]]:
    """As deciding, by whoever acts, for a unit. Raises NotAllowed for an account that may not; what is raised so within is
    recorded as well."""
    with acts_as(w, act, unit) as w, deciding(w) as (then, store):
        yield then, store


@contextlib.contextmanager
def acts_as(w: Workplace, act: Act, unit: str | None = None) -> Iterator[Workplace]:
    """The workplace of whoever acts, for an act of more than one transaction."""
    try:
        yield w.by(allowed(w.accounts, w.actor, act, w.plan, unit))
    except NotAllowed as refusal:
        record_refused(w.warehouse, w.plan.id, w.now, w.actor, act, unit, refusal)
        raise


def must_be_apart(w: Workplace, store: Store, act: Act, of: str | None = None) -> None:
    """Nobody judges what they or their unit handed in. of: the unit whose it is; None: any of the campaign's. Raises
    NotAllowed."""
    if w.accounts is None:
        return
    found = w.accounts.known(w.actor, w.plan.id)
    names = [(found.account, (found.airflow, found.airflow_name))] if found else []
    mine: set[str] = set().union(*(store.standing.units_of(w.plan.id, a, x) for a, x in names))
    units = store.standing.units(w.plan.id)
    apart(w.accounts, w.actor, act, w.plan, HandedIn(bool(mine) if of is None else of in mine,
                                                     frozenset(units if of is None else {of})))


def record_refused(warehouse: Warehouse, campaign: str, now: datetime, who: Actor, act: Act, unit: str | None,
                   refusal: NotAllowed) -> None:
    """Who tried what, where anything is recorded by now. Puts no plan into force: what is refused leaves
    nothing behind but this."""
    with contextlib.suppress(GaoxinError), replace(warehouse, first=None, actor=who).begin() as store:
        told = {"act": str(act), "unit": unit or "", "where": refusal.where, "why": refusal.what.both()}
        if store.ledger.count():
            store.ledger.note(campaign, EventKind.ACT_REFUSED, now, told)

