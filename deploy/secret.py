"""Prints a secret, or an address that contains one, for Airflow's *_CMD settings and for entrypoint.sh.

Why not `cat`: an editor leaves a newline at a file's end, which would become part of a database's name, and a password
may hold characters that an address must escape. Only the standard library is used: Airflow calls this at the start of
every process.

    secret.py value NAME        the secret itself
    secret.py database NAME     postgresql+psycopg2://NAME:…@DB_HOST:DB_PORT/NAME[?DB_OPTIONS]
    secret.py warehouse ROLE    postgresql+psycopg2://gaoxin_ROLE:…@DB_HOST:DB_PORT/gaoxin[?DB_OPTIONS]
    secret.py broker NUMBER     redis://:…@BROKER_HOST:BROKER_PORT/NUMBER

The driver is always written out: SQLAlchemy 2.1 takes a bare postgresql:// for psycopg 3, which is not installed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote


def value(name: str) -> str:
    """The secret `name`, without white space around it. Raises SystemExit when it is missing or empty."""
    path = Path(os.environ.get("SECRETS_DIR", "/run/secrets")) / name
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SystemExit(f"secret {name}: cannot read {path} ({error.strerror}); is it given to this service?") from error
    if not text:
        raise SystemExit(f"secret {name}: {path} is empty; deploy/make-secrets.sh writes one")
    return text


def database(name: str) -> str:
    """The address of database `name`, owned by the role of the same name."""
    return _address(name, value(f"{name}_db_password"), name)


def warehouse(role: str) -> str:
    """The address of the warehouse for its owner, writer or auditor."""
    return _address(f"gaoxin_{role}", value(f"gaoxin_{role}_password"), "gaoxin")


def _address(role: str, secret: str, name: str) -> str:
    host = os.environ.get("DB_HOST", "postgres")
    port = os.environ.get("DB_PORT", "5432")
    options = os.environ.get("DB_OPTIONS", "")
    password = quote(secret, safe="")
    return f"postgresql+psycopg2://{role}:{password}@{host}:{port}/{name}" + (f"?{options}" if options else "")


def broker(number: str) -> str:
    """The address of the broker's database `number` (0: the queue, 1: the results)."""
    host = os.environ.get("BROKER_HOST", "valkey")
    port = os.environ.get("BROKER_PORT", "6379")
    return f"redis://:{quote(value('valkey_password'), safe='')}@{host}:{port}/{number}"


ANSWERS = {"value": value, "database": database, "warehouse": warehouse, "broker": broker}


def main(arguments: list[str]) -> None:
    """Writes the answer to standard output, without a newline: Airflow takes the output as it is."""
    if len(arguments) != 2 or arguments[0] not in ANSWERS:
        raise SystemExit(f"usage: secret.py {'|'.join(ANSWERS)} NAME")
    sys.stdout.write(ANSWERS[arguments[0]](arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
