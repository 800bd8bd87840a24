"""What lies in the warehouse, looked at past the stores."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, RowMapping, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from gaoxin.postgres.cluster import Cluster
from gaoxin.postgres.roles import SUPERUSER
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse


def as_role(at: Warehouse | Settings | str, role: str = SUPERUSER) -> Engine:
    """The warehouse's database as somebody else meets it: as the superuser who tampers with it, or as another role."""
    match at:
        case Warehouse():
            url = at.engine.url
        case Settings(database_url=found) if found is not None:
            url = make_url(found.get_secret_value())
        case _:
            url = make_url(str(at))
    cluster = Cluster(Path(str(url.query["host"])))  # of the session's server: its socket lies in its data
    return create_engine(cluster.url(url.database or "", role), poolclass=NullPool)


def indicator_values(warehouse: Warehouse, campaign: str, indicator: str, as_of: datetime) -> list[RowMapping]:
    """Every stored value of an indicator with its time by as_of, oldest first: columns of gaoxin.indicator_values."""
    with warehouse.engine.connect() as connection:
        found = connection.execute(
            text("select * from gaoxin.indicator_values where campaign = :campaign and indicator = :indicator"
                 " and as_of <= :as_of order by as_of, value_id"),
            {"campaign": campaign, "indicator": indicator, "as_of": as_of},
        )
        return list(found.mappings())
