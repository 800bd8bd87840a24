"""That everything was taken out of an installation: by whom, and that it is recorded."""

from datetime import datetime
from typing import Any

from gaoxin.campaign.acting import entitled, refusals_recorded
from gaoxin.campaign.workplace import accounts_of, by_accounts
from gaoxin.clock import wall_now
from gaoxin.ledger.actor import Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from gaoxin.warehouse.process import of_process


def by_whom(settings: Settings, way: Way) -> tuple[Warehouse, datetime]:
    """The warehouse of whoever makes a backup, and when; in a drill at the played clock. Raises NotAllowed."""
    warehouse, who = Warehouse.open(settings), of_process(way)
    with warehouse.read() as store:
        now = store.ledger.installation()[1] or wall_now()
    with refusals_recorded(warehouse, "", now, who, Act.BACKUP):
        return by_accounts(warehouse, accounts_of(settings), entitled(warehouse, who, Act.BACKUP, None)), now


def noted(warehouse: Warehouse, now: datetime, told: dict[str, Any]) -> None:
    """Records a backup, but of an installation that has recorded nothing."""
    with warehouse.begin() as store:
        if store.ledger.count():
            store.ledger.note("", EventKind.BACKUP_MADE, now, told)
