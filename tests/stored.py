"""What lies in the warehouse, looked at past the stores."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, text

from gaoxin.warehouse.engine import Warehouse


def indicator_values(warehouse: Warehouse, campaign: str, indicator: str, as_of: datetime) -> list[RowMapping]:
    """Every stored value of an indicator with its time by as_of, oldest first: columns of gaoxin.indicator_values."""
    with warehouse.engine.connect() as connection:
        found = connection.execute(
            text("select * from gaoxin.indicator_values where campaign = :campaign and indicator = :indicator"
                 " and as_of <= :as_of order by as_of, value_id"),
            {"campaign": campaign, "indicator": indicator, "as_of": as_of},
        )
        return list(found.mappings())
