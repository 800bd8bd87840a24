"""Airflow's connections as the options that sources take. The one place that knows both; read within a task, kept nowhere.

Airflow hides what it knows as a secret in its logs, but nothing shorter than five characters: nothing here is logged at all.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException


def connections_of(ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Those that there are, wherever Airflow keeps them."""
    found = {}
    for name in ids:
        try:
            found[name] = options_of(BaseHook.get_connection(name))
        except AirflowNotFoundException:
            continue
    return found


def options_of(connection: Any) -> dict[str, Any]:
    """What a connection says, by its type; a type that is none of these is a database's."""
    kind, extra = connection.conn_type or "", dict(connection.extra_dejson)
    shared = {"host": connection.host, "port": connection.port, "username": connection.login, "password": connection.password}
    match kind:
        case "aws" | "s3":
            made = {"protocol": "s3", "key": connection.login, "secret": connection.password,
                    "token": extra.get("aws_session_token"), **_some(extra, "endpoint_url region_name config_kwargs root")}
        case "sftp" | "ssh":
            made = {"protocol": "sftp", **shared, "passphrase": extra.get("private_key_passphrase"),
                    **_some(extra, "private_key known_hosts host_key root")}
        case "fs" | "file":
            made = {"protocol": "file", "root": extra.get("path")}
        case "http" | "https":
            made = {"base_url": _address(connection), "username": connection.login, "password": connection.password,
                    **_some(extra, "headers token params verify")}
        case _:
            made = {"drivername": extra.get("drivername", kind), **shared, "database": connection.schema, **_some(extra, "query")}
    return {name: value for name, value in made.items() if value is not None}


def _some(extra: Mapping[str, Any], names: str) -> dict[str, Any]:
    return {name: extra[name] for name in names.split() if name in extra}


def _address(connection: Any) -> str:
    """Airflow takes a host with or without its scheme, and a path as part of it."""
    host = connection.host or ""
    if "://" not in host:
        host = f"{connection.schema or connection.conn_type}://{host}"
    if not connection.port:
        return host
    scheme, _, rest = host.partition("://")
    server, slash, path = rest.partition("/")
    return f"{scheme}://{server}:{connection.port}{slash}{path}"
