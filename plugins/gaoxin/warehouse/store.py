"""The Store: everything one transaction may read and write, by subject."""

from __future__ import annotations

from sqlalchemy import Connection

from gaoxin.settings import Settings
from gaoxin.warehouse.decisions import DecisionStore
from gaoxin.warehouse.events import LedgerStore
from gaoxin.warehouse.facts import FactStore
from gaoxin.warehouse.outbox import OutboxStore
from gaoxin.warehouse.plans import PlanStore
from gaoxin.warehouse.results import ResultStore
from gaoxin.warehouse.returns import ReturnStore


class Store:
    """Made by Warehouse.begin. What changes state notes its own ledger event, written when the transaction ends."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self.ledger = LedgerStore(connection)
        self.plans = PlanStore(connection, self.ledger)
        self.returns = ReturnStore(connection, settings, self.ledger)
        self.facts = FactStore(connection, settings)
        self.results = ResultStore(connection, self.ledger)
        self.decisions = DecisionStore(connection, settings, self.ledger)
        self.outbox = OutboxStore(connection, settings, self.ledger)
