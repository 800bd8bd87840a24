"""The one settings class: what the environment says (INTERFACES, section Environment).

Paths follow from `home`. What else is read from the environment is another system's own: Airflow's mail connection
(`gaoxin.channels.connections`), and what child processes inherit.
"""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# Read by others than this class, each with what it says.
OTHERS = {
    "GAOXIN_PRELOAD": "import Great Expectations once before workers fork (config/airflow_local_settings.py)",
    "GAOXIN_IMAGE": "the image that docker-compose.yml runs",
    "GAOXIN_INBOX_DIR": "the folder of the host that docker-compose.yml mounts as inbox",
    "GAOXIN_ACCOUNTS_DIR": "the folder of the host that docker-compose.yml mounts for the accounts file",
    "GAOXIN_LAUNCH": "the launcher's mark on its own children; not to be set",
}
_LIBRARY = Path(__file__).resolve().parent
_PACKED = _LIBRARY / "_data"  # made by setup.py, in a wheel alone
_CHECKOUT = None if _PACKED.is_dir() else _LIBRARY.parents[1]


def data_folder(name: Literal["sql", "expectations", "config", "plugins"]) -> Path:
    """A folder that the program brings beside the library: the checkout's, or the copy that an installed wheel carries. The only
    place that knows where they lie. What stands within the library's own rooms (templates of reports) is found there and not
    here."""
    return (_CHECKOUT or _PACKED) / name


class Settings(BaseSettings):
    """Environment variables, each with the prefix GAOXIN_."""

    model_config = SettingsConfigDict(env_prefix="GAOXIN_", frozen=True, env_ignore_empty=True, populate_by_name=True)

    home: Path = Field(
        default_factory=lambda: _CHECKOUT or Path.cwd(),
        description="where var/ lies: embedded database, landing, outbox, reports; of an installed wheel the working folder",
    )
    database_url: SecretStr | None = Field(None, description="postgresql+psycopg2://…; unset: the embedded PostgreSQL")
    owner_url: SecretStr | None = Field(
        None, description="of the role that owns the schema, for `gaoxin migrate` alone; unset: one role does all, and it is said"
    )
    inbox_: Path | None = Field(None, alias="GAOXIN_INBOX", description="where units drop workbooks; default var/inbox")
    plans_: Path | None = Field(None, alias="GAOXIN_PLANS", description="searched for */plan.yaml; default dags")
    lang: Literal["zh", "en"] = Field("zh", description="language of answers")
    port: int = Field(8080, ge=1, le=65535, description="of Airflow's pages, on loopback")
    schedules: bool = Field(True, description="whether DAGs run by the clock; off while a campaign is replayed")
    accounts: Path | None = Field(
        None, description="YAML file of accounts with their roles and units (docs/accounts.md), kept outside the repository; "
                          "unset: whatever is done is recorded as not authenticated, and nobody consents but `administrator`"
    )
    administrator: str | None = Field(
        None, description="operating-system or Airflow account (its id) that may consent where no accounts file is named; unset: "
                          "nobody may without one, outside of drills"
    )
    contacts: Path | None = Field(None, description="YAML file of contacts by unit, kept outside the repository")
    sources: Path | None = Field(
        None, description="YAML file of the connections that sources name (docs/operations.md), mode 0600, kept outside the "
                          "repository: for the command line; flows take Airflow's connections"
    )

    @property
    def var(self) -> Path:
        return self.home / "var"

    @property
    def inbox(self) -> Path:
        return self.inbox_ or self.var / "inbox"

    @property
    def plans(self) -> Path:
        return self.plans_ or (_CHECKOUT or self.home) / "dags"

    @property
    def expectations(self) -> Path:
        """The installation's reviewed suites, and where they are written. A wheel's own folder is nobody's to write in."""
        return data_folder("expectations") if _CHECKOUT else self.home / "expectations"

    @property
    def sql(self) -> Path:
        return data_folder("sql")

    @property
    def landing(self) -> Path:
        return self.var / "landing"

    @property
    def outbox(self) -> Path:
        return self.var / "outbox"

    @property
    def reports(self) -> Path:
        return self.var / "reports"

    @property
    def checkpoints(self) -> Path:
        return self.var / "checkpoints"

    @property
    def restoring(self) -> Path:
        """There while a backup is restored, and after a restore that was interrupted."""
        return self.var / "restoring.json"

    @property
    def keys(self) -> Path:
        return self.var / "keys"

    @property
    def blueprints(self) -> Path:
        return self.var / "cache" / "blueprints"

    @property
    def readings(self) -> Path:
        return self.var / "cache" / "readings"


def unknown_variables() -> dict[str, str | None]:
    """Variables of the environment that begin with GAOXIN_ and are read by nobody, each with the nearest that is."""
    known = [f.alias or f"GAOXIN_{name.upper()}" for name, f in Settings.model_fields.items()] + list(OTHERS)
    strange = sorted(name for name in os.environ if name.startswith("GAOXIN_") and name not in known)
    return {name: next(iter(get_close_matches(name, known, n=1, cutoff=0.7)), None) for name in strange}
