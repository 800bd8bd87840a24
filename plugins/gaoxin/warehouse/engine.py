"""The Warehouse, connected and migrated: it hands out one Store per transaction."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

from sqlalchemy import Engine, create_engine, make_url

from gaoxin.postgres.server import CONNECT, database_url, told
from gaoxin.settings import Settings
from gaoxin.warehouse.migrate import migrate
from gaoxin.warehouse.store import Store

_guard = threading.Lock()
_warehouses: dict[tuple[int, str], Warehouse] = {}


class Warehouse:
    """The warehouse, connected and migrated. One per process and URL: `Warehouse.open`."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.engine = engine

    @classmethod
    def open(cls, settings: Settings) -> Warehouse:
        """Connects and migrates; cheap when that is done. Raises SystemFault or Transient.

        The cache is per process id as well: a connection must not be shared with a forked child.
        """
        with _guard:
            url = database_url(settings) if settings.database_url else None
            key = (os.getpid(), url or str(settings.var.absolute()))
            if key not in _warehouses:
                found = make_url(url or database_url(settings))
                engine = create_engine(found, pool_pre_ping=True, pool_size=4, max_overflow=8, connect_args=CONNECT)
                with told(found):
                    migrate(engine, settings.sql)
                _warehouses[key] = cls(settings, engine)
            known = _warehouses[key]
        return known if known.settings == settings else cls(settings, known.engine)

    @contextlib.contextmanager
    def begin(self) -> Iterator[Store]:
        """One transaction: all that is done in the block is stored together at its end, or nothing of it."""
        with told(self.engine.url), self.engine.begin() as connection:
            store = Store(connection, self.settings)
            yield store
            store.ledger.flush()

    def close(self) -> None:
        """Ends this process's connections; the next `open` makes new ones."""
        with _guard:
            for key in [k for k, w in _warehouses.items() if w.engine is self.engine]:
                del _warehouses[key]
        self.engine.dispose()
