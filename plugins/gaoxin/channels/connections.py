"""Connections of an installation's own servers, as Airflow keeps them: the mail server, the gateway of short messages.

The engine hands them over as JSON; a command line takes them from the variables that Airflow would read, as a URI or as JSON.
What they say is never shown: a URI has the password in it.
"""

import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

MAIL = "gaoxin_smtp"
SMS = "gaoxin_sms"
ALL = (MAIL, SMS)


def variable_of(connection: str) -> str:
    return f"AIRFLOW_CONN_{connection.upper()}"


def from_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Those that the environment has."""
    found = os.environ if environ is None else environ
    return {name: given for name in ALL if (given := found.get(variable_of(name), "").strip())}


def fields_of(given: str) -> dict[str, Any]:
    """Raises ValueError or TypeError."""
    if given.lstrip().startswith("{"):
        found = json.loads(given)
        if isinstance(found.get("extra"), str):
            found["extra"] = json.loads(found["extra"] or "{}")
        return dict(found)
    parts = urlsplit(given)
    extra: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "conn_type": parts.scheme, "host": unquote(parts.hostname or ""), "port": parts.port,
        "login": unquote(parts.username or ""), "password": unquote(parts.password or ""), "schema": parts.path.strip("/"),
        "extra": extra | json.loads(extra.pop("__extra__", "{}")),
    }


def malformed(connection: str, what: str, todo: Text) -> UsageError:
    """what: the key that is wrong, or nothing; never a value."""
    at = f"：{what}" if what else ""
    return UsageError(Text(f"连接 {connection} 写法有误{at}", f"the connection {connection} is malformed{at}"),
                      where=variable_of(connection), todo=todo)
