"""Brings Gaoxin's warehouse to this image's version, before any service writes to it."""

from __future__ import annotations

import os

from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse


def main() -> None:
    """Opens the warehouse, which migrates it. Refuses to fall back to the embedded database inside a container."""
    settings = Settings()
    if settings.database_url is None:
        directory = os.environ.get("SECRETS_DIR", "/run/secrets")
        raise SystemExit(f"no database: give this service the secret gaoxin_db_password (looked in {directory})")
    Warehouse.open(settings)


if __name__ == "__main__":
    main()
