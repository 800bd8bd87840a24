"""The Store: everything one transaction may read and write, by subject."""

from sqlalchemy import Connection

from gaoxin.settings import Settings
from gaoxin.warehouse.decisions import DecisionStore
from gaoxin.warehouse.events import LedgerStore
from gaoxin.warehouse.facts import FactStore, ResultStore
from gaoxin.warehouse.outbox import OutboxStore
from gaoxin.warehouse.plans import PlanStore
from gaoxin.warehouse.returns import ReturnStore


class Store:
    """Made by Warehouse.begin. What changes state notes its own ledger event, written when the transaction ends."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self.ledger = LedgerStore(connection)
        shared = (connection, settings, self.ledger)
        self.plans = PlanStore(*shared)
        self.returns = ReturnStore(*shared)
        self.facts = FactStore(*shared)
        self.results = ResultStore(*shared)
        self.decisions = DecisionStore(*shared)
        self.outbox = OutboxStore(*shared)
