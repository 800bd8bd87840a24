"""What whoever is logged in finds at the start: of a unit's clerk, what each campaign wants of its units. Reads only."""

from collections.abc import Sequence

from gaoxin.campaign.desks import Desk, desk
from gaoxin.campaign.paging import Page
from gaoxin.campaign.reading import reader
from gaoxin.campaign.workplace import accounts_of, open_workplace
from gaoxin.ledger.actor import Role, Way
from gaoxin.settings import Settings
from gaoxin.warehouse.process import of_process


def own_desks(settings: Settings, campaign: str, way: Way, airflow: str) -> Sequence[Desk]:
    """The desks of an account that reports for units and does nothing else; none of any other."""
    accounts = accounts_of(settings)
    found = accounts.known(of_process(way, airflow), campaign) if accounts else None
    if found is None or {*found.roles} != {Role.UNIT}:
        return ()
    w = open_workplace(settings, campaign, in_force=True, way=way, airflow=airflow)
    return [desk(w, unit, Page(1)) for unit in reader(w).units]
