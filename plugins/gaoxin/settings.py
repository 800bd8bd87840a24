"""The one settings class: what the environment says (INTERFACES, section Environment).

Paths follow from `home`; nothing else in the library reads `os.environ`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_REPOSITORY = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """Environment variables, each with the prefix GAOXIN_."""

    model_config = SettingsConfigDict(env_prefix="GAOXIN_", frozen=True, env_ignore_empty=True, populate_by_name=True)

    home: Path = Field(_REPOSITORY, description="where var/ lies: embedded database, landing, outbox, reports")
    database_url: SecretStr | None = Field(None, description="postgresql+psycopg2://…; unset: the embedded PostgreSQL")
    inbox_: Path | None = Field(None, alias="GAOXIN_INBOX", description="where units drop workbooks; default var/inbox")
    plans_: Path | None = Field(None, alias="GAOXIN_PLANS", description="searched for */plan.yaml; default dags")
    lang: Literal["zh", "en"] = Field("zh", description="language of answers")
    preload: bool = Field(False, description="import Great Expectations once before workers fork")
    port: int = Field(8080, ge=1, le=65535, description="of Airflow's pages, on loopback")
    schedules: bool = Field(True, description="whether DAGs run by the clock; off while a campaign is replayed")
    contacts: Path | None = Field(None, description="YAML file of contacts by unit, kept outside the repository")

    @property
    def var(self) -> Path:
        return self.home / "var"

    @property
    def inbox(self) -> Path:
        return self.inbox_ or self.var / "inbox"

    @property
    def plans(self) -> Path:
        return self.plans_ or _REPOSITORY / "dags"

    @property
    def expectations(self) -> Path:
        return _REPOSITORY / "expectations"

    @property
    def sql(self) -> Path:
        return _REPOSITORY / "sql"

    @property
    def landing(self) -> Path:
        return self.var / "landing"

    @property
    def outbox(self) -> Path:
        return self.var / "outbox"

    @property
    def reports(self) -> Path:
        return self.var / "reports"
