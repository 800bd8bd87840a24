"""Who this process is, as the operating system says it: by user id and host name, never by variables that a caller may set."""

import os
import pwd
import socket

from gaoxin.ledger.actor import Actor, Way


def of_process(way: Way = Way.PROGRAM, airflow: str | None = None) -> Actor:
    """airflow: the account that Airflow says has acted."""
    return Actor(account_of(os.geteuid()), socket.gethostname(), way, airflow=airflow)


def account_of(uid: int) -> str:
    """The account's name; its number where the system has no name for it."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid:{uid}"
