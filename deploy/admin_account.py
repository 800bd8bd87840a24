"""Creates the first administrator, once, with the password of the secret `admin_password`.

`airflow users create` takes a password as an argument, which every user of the host can read in the list of processes,
or asks for it on a terminal, which a container has not. An account that exists is left as it is: a password that its
owner has changed must not come back at the next start.
"""

from __future__ import annotations

import os
import sys

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.providers_manager import ProvidersManager
from secret import value


def main() -> None:
    """Adds the user ADMIN_USERNAME (default admin) with the role Admin unless it exists."""
    name = os.environ.get("ADMIN_USERNAME") or "admin"
    password = value("admin_password")
    if len(password) < 12:
        raise SystemExit("secret admin_password: 12 characters at least")
    ProvidersManager().initialize_providers_configuration()
    with get_application_builder() as builder:
        security = builder.sm
        if security.find_user(username=name):
            sys.stdout.write(f"{name}: exists, left as it is\n")
            return
        role = security.find_role("Admin")
        email = os.environ.get("ADMIN_EMAIL") or f"{name}@gaoxin.invalid"
        if role is None or not security.add_user(name, "Gaoxin", "Administrator", email, role, password):
            raise SystemExit(f"{name}: could not be created; see the messages above")
        sys.stdout.write(f"{name}: created\n")


if __name__ == "__main__":
    main()
