"""Whoever reads on a page: what they may see and could do, and whose desk is theirs. Writes nothing but refused attempts."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from gaoxin.campaign.acting import CameFrom, came_from, must_name_accounts, refusals_recorded
from gaoxin.campaign.veiling import veiled
from gaoxin.campaign.workplace import Workplace, accounts_of
from gaoxin.ledger.actor import Role, Way
from gaoxin.people import seeing
from gaoxin.people.acts import JUDGES, Act, For, NotAllowed, apart, vouched, whole
from gaoxin.people.seeing import View
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from gaoxin.warehouse.process import of_process

T = TypeVar("T")


@dataclass(frozen=True)
class Reader:
    """roles: of the account; empty where no accounts file is named. units: its own, with the groups that have them as members.
    authenticated: whether an accounts file knows it; None where there is none. only_reads: it may do nothing at all."""

    w: Workplace
    roles: tuple[Role, ...]
    units: tuple[str, ...]
    authenticated: bool | None
    only_reads: bool = False

    def must_see(self, view: View, unit: str | None = None) -> None:
        """Raises NotAllowed."""
        seeing.must_see(self.w.accounts, self.w.actor, view, self.w.plan, unit)

    def sees(self, view: View, unit: str | None = None) -> bool:
        return seeing.sees(self.w.accounts, self.w.actor, view, self.w.plan, unit)

    def shown(self, answer: T) -> T:
        """An answer as this reader may see it."""
        return answer if self.sees(View.FIGURES) else veiled(answer)

    def could(self, act: Act, unit: str | None = None, of: str | None = None) -> bool:
        """Whether to offer an act: what is done is asked again by its use case. unit: for whom. of: the unit whose it is, of an
        act that judges what was handed in; None: any's."""
        return (not self.only_reads and seeing.could_do(self.w.accounts, self.w.actor, act, self.w.plan, unit)
                and self._vouched(act) and self._apart(act, of))

    def _vouched(self, act: Act) -> bool:
        w = self.w
        return w.accounts is not None or vouched(w.actor, act, w.settings.administrator, drill=w.drill)

    def _apart(self, act: Act, of: str | None) -> bool:
        if self.w.accounts is None or act not in JUDGES:
            return True
        try:
            apart(self.w.accounts, self.w.actor, act, self.w.plan, self._came_from.about(of))
        except NotAllowed:
            return False
        return True

    @cached_property
    def _came_from(self) -> CameFrom:
        with self.w.warehouse.read() as store:
            return came_from(self.w, store)

    def could_for(self, act: Act) -> list[str]:
        """The units for which the reader could do something, in the plan's order."""
        return [u.id for u in self.w.plan.units if self.could(act, u.id)]

    @property
    def only_units(self) -> bool:
        """Whether the reader is a unit's clerk and nothing else."""
        return bool(self.roles) and all(seeing.SEES[View.WALL].get(r) is None and seeing.SEES[View.DESK].get(r) is For.OWN
                                        for r in self.roles)


def reader(w: Workplace, *, only_reads: bool = False) -> Reader:
    """An installation that went by an accounts file once never goes without. Raises NotAllowed."""
    if w.accounts is None:
        must_name_accounts(w.warehouse)
        return Reader(w, (), (), None, only_reads)
    found = w.accounts.known(w.actor, w.plan.id)
    units = whole(w.plan, found.units) if found else set()
    return Reader(w, found.roles if found else (), tuple(u.id for u in w.plan.units if u.id in units), found is not None,
                  only_reads)


def must_be_theirs(w: Workplace, act: Act, unit: str | None = None, *, only_reads: bool = False) -> None:
    """Before what an act says is even read. unit: for whom; None while that is not known. The attempt of whoever may not is
    recorded. Raises NotAllowed."""
    with refusals_recorded(w.warehouse, w.plan.id, w.now, w.actor, act, unit):
        if w.accounts is None:
            must_name_accounts(w.warehouse)
        seeing.must_be_theirs(w.accounts, w.actor, act, w.plan, unit, only_reads=only_reads)


class Mine(Protocol):
    """Whether an account has anything to do with a campaign. units: that its plan has, where they are known."""

    def __call__(self, campaign: str, units: Collection[str] | None = None) -> bool: ...


def campaigns_of(settings: Settings, way: Way, airflow: str) -> Mine:
    """The accounts file may limit an account to some campaigns; a unit's clerk has to do with those that its unit is in."""
    accounts, who = accounts_of(settings), of_process(way, airflow)

    def mine(campaign: str, units: Collection[str] | None = None) -> bool:
        if accounts is None:
            return True
        found = accounts.known(who, campaign)
        return found is not None and (units is None or {*found.roles} != {Role.UNIT} or not {*found.units}.isdisjoint(units))

    return mine


def must_see_installation(settings: Settings, way: Way, airflow: str, view: View) -> None:
    """What is shown of no one campaign. Raises NotAllowed."""
    accounts = accounts_of(settings)
    if accounts is None:
        must_name_accounts(Warehouse.open(settings))
    seeing.must_see(accounts, of_process(way, airflow), view, None)
