"""The Warehouse, connected and migrated: it hands out one Store per transaction."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from gaoxin import folders
from gaoxin.errors import Refused
from gaoxin.i18n import Text
from gaoxin.ledger.actor import Actor
from gaoxin.plan.model import Plan
from gaoxin.postgres.server import connecting, database_url, owner_url, told
from gaoxin.settings import Settings
from gaoxin.warehouse.audit import AuditStore
from gaoxin.warehouse.bulletins import BulletinStore
from gaoxin.warehouse.cadences import CadenceStore
from gaoxin.warehouse.cards import CardStore
from gaoxin.warehouse.clocks import ClockStore
from gaoxin.warehouse.decisions import DecisionStore
from gaoxin.warehouse.dumping import DumpStore
from gaoxin.warehouse.events import LedgerStore, Used
from gaoxin.warehouse.extensions import ExtensionStore
from gaoxin.warehouse.facts import FactStore, ResultStore
from gaoxin.warehouse.fetches import FetchStore
from gaoxin.warehouse.migrate import behind, migrate, roles_apart
from gaoxin.warehouse.outbox import OutboxStore
from gaoxin.warehouse.overseeing import OverseeingStore
from gaoxin.warehouse.plans import PlanStore
from gaoxin.warehouse.problems import ProblemStore
from gaoxin.warehouse.returns import ReturnStore
from gaoxin.warehouse.reviews import ReviewStore
from gaoxin.warehouse.scores import ScoreStore
from gaoxin.warehouse.sendings import SendingStore
from gaoxin.warehouse.standing import StandingStore
from gaoxin.warehouse.tasks import TaskStore
from gaoxin.warehouse.uses import UseStore

_guard = threading.Lock()
_warehouses: dict[tuple[int, str], Warehouse] = {}
_CLAIM = text("select pg_try_advisory_lock(hashtextextended('gaoxin ' || :name, 0))")
_VANISHED = text("select set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),"
                 " set_config('tcp_keepalives_count', '3', false)")  # the system's own are hours


class Store:
    """What one transaction may read and write, by subject. What changes state notes its own event, written when it ends."""

    def __init__(self, connection: Connection, settings: Settings, first: tuple[Plan, str] | None = None,
                 actor: Actor | None = None, accounts: Used | None = None) -> None:
        self.ledger = LedgerStore(connection, actor, accounts)
        shared = (connection, settings, self.ledger)
        self.plans = PlanStore(*shared)
        self.returns = ReturnStore(*shared)
        self.reviews = ReviewStore(*shared, self.returns)
        self.sendings = SendingStore(*shared)
        self.fetches = FetchStore(*shared)
        self.standing = StandingStore(*shared)
        self.facts = FactStore(*shared)
        self.results = ResultStore(*shared)
        self.decisions = DecisionStore(*shared)
        self.problems = ProblemStore(*shared)
        self.scores = ScoreStore(*shared)
        self.tasks = TaskStore(*shared)
        self.cadences = CadenceStore(*shared)
        self.extensions = ExtensionStore(*shared)
        self.bulletins = BulletinStore(*shared)
        self.clock = ClockStore(*shared)
        self.cards = CardStore(*shared)
        self.outbox = OutboxStore(*shared)
        self.uses = UseStore(*shared)
        self.audit = AuditStore(*shared)
        self.overseeing = OverseeingStore(*shared)
        self.dump = DumpStore(connection)
        if first is not None:
            self.ledger.before = lambda at: self.plans.register_first(*first, at)


@dataclass(frozen=True)
class Warehouse:
    """The warehouse, connected and migrated. One per process and URL: `Warehouse.open`. first: a plan with its hash that the
    first thing recorded puts into force, where none is; what is refused puts nothing into force. actor: who works with it; None:
    this process, as a program of somebody's own. accounts: the file by which that goes."""

    settings: Settings
    engine: Engine
    first: tuple[Plan, str] | None = None
    actor: Actor | None = None
    accounts: Used | None = None

    @classmethod
    def open(cls, settings: Settings, *, restoring: bool = False) -> Warehouse:
        """Connects as who writes; cheap when that is done. The cache is per process id too: a connection must not be shared with
        a forked child. An embedded server behind this program is migrated first, and another one where its role owns the
        schema. restoring: by who fills it from a backup; until that is through, nobody else may look into it. Raises Refused,
        SystemFault or Transient."""
        with _guard:
            url = database_url(settings) if settings.database_url else None
            key = (os.getpid(), url or str(settings.var.absolute()))
            if key not in _warehouses:
                if settings.restoring.exists() and not restoring:
                    raise half_restored(settings)
                found = make_url(url or database_url(settings))
                engine = connecting(found, pool_pre_ping=True, pool_size=4, max_overflow=8)
                with told(found):
                    if settings.database_url is not None:
                        migrate(engine, settings.sql)
                    elif behind(engine, settings.sql):
                        cls.migrate(settings)
                        folders.tighten(settings.var, settings.inbox, settings.var / "postgres")
                _warehouses[key] = cls(settings, engine)
            known = _warehouses[key]
        return known if known.settings == settings else cls(settings, known.engine)

    @staticmethod
    def migrate(settings: Settings) -> tuple[bool, bool]:
        """Migrates as the owner and says anew who may do what: whether there was something to migrate, and whether there are
        other roles than the owner. Nothing of the owner is kept. Raises SystemFault or Transient."""
        engine = Warehouse.as_owner(settings)
        with told(engine.url):
            return migrate(engine, settings.sql, always=True), roles_apart(engine)

    @staticmethod
    def as_owner(settings: Settings) -> Engine:
        """For what the owner alone may do: to migrate, and to fill an empty warehouse from a backup. Keeps no connection. Raises
        SystemFault or Transient."""
        return connecting(make_url(owner_url(settings)), poolclass=NullPool)

    @classmethod
    def exists(cls, settings: Settings) -> bool:
        """Whether this installation has one; asking for one that is not there would make it."""
        return settings.database_url is not None or (settings.var / "postgres" / "PG_VERSION").exists()

    @contextlib.contextmanager
    def begin(self) -> Iterator[Store]:
        """One transaction: all that is done in the block is stored together at its end, or nothing of it."""
        with told(self.engine.url), self.engine.begin() as connection:
            store = Store(connection, self.settings, self.first, self.actor, self.accounts)
            yield store
            store.ledger.flush(last=True)

    @contextlib.contextmanager
    def read(self, *, long: bool = False) -> Iterator[Store]:
        """One snapshot that only reads: the database refuses whatever would write. long: it may idle for two hours while files
        are copied or looked at; others end after the database's minutes, so that one that hangs holds nobody up."""
        with told(self.engine.url), self.engine.connect() as connection:
            snapshot = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with snapshot.begin():
                if long:
                    snapshot.execute(text("set local idle_in_transaction_session_timeout = '2h'"))
                yield Store(snapshot, self.settings)

    @contextlib.contextmanager
    def alone(self) -> Iterator[Store]:
        """As begin, for what is decided on what is known: one snapshot, in which nobody else records anything from before the
        first question on until the decision is stored. Great Expectations has no place in it."""
        with told(self.engine.url), self.engine.connect() as connection:
            snapshot = connection.execution_options(isolation_level="REPEATABLE READ")
            with snapshot.begin():
                store = Store(snapshot, self.settings, self.first, self.actor, self.accounts)
                store.ledger.lock()
                yield store
                store.ledger.flush(last=True)

    @contextlib.contextmanager
    def claimed(self, name: str) -> Iterator[bool]:
        """As claimed_of, of one name: whether it is this process's."""
        with self.claimed_of(name) as mine:
            yield bool(mine)

    @contextlib.contextmanager
    def claimed_of(self, *names: str) -> Iterator[frozenset[str]]:
        """Which of these names are this process's alone, for what may take minutes: nobody waits for it to read or to
        record, since no transaction is open. The claim is a session's, and ends with it: one of a process that was killed
        stands no longer, one of a machine that vanished for a minute. Of processes that claim the same at once one has it."""
        with told(self.engine.url), self.engine.connect() as connection:
            session = connection.execution_options(isolation_level="AUTOCOMMIT")
            session.execute(_VANISHED)
            try:
                yield frozenset(name for name in dict.fromkeys(names) if session.execute(_CLAIM, {"name": name}).scalar_one())
            finally:
                try:
                    session.execute(text("select pg_advisory_unlock_all()"))
                except DBAPIError:  # the session has ended, and the claim with it
                    connection.invalidate()

    def close(self) -> None:
        """Ends this process's connections; the next `open` makes new ones."""
        with _guard:
            for key in [k for k, w in _warehouses.items() if w.engine is self.engine]:
                del _warehouses[key]
        self.engine.dispose()


def half_restored(settings: Settings) -> Refused:
    return Refused(Text("此安装的恢复没有做完，还不能使用", "this installation is restored by half: it cannot be used yet"),
                   where=str(settings.restoring),
                   todo=Text("用同一备份再执行一次 gaoxin restore，它会接着做完",
                             "run gaoxin restore again with the same backup: it goes on where it was interrupted"))
