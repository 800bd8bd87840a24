"""Who did something: recorded with each event, and hashed with it. Accounts and machines; never a contact or a secret."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from gaoxin.i18n import Code, Message


class Way(StrEnum):
    """By which way an act came. SOURCE: fetched from where the unit has it. PROGRAM: the library was called by a program of
    somebody's own."""

    COMMAND_LINE = "command_line"
    DAG = "dag"
    PAGE = "page"
    INBOX = "inbox"
    SOURCE = "source"
    PROGRAM = "program"


class Role(StrEnum):
    """As what an account acts. SECURITY (安全保密管理员) does nothing in a campaign: it is here because of what it excludes."""

    OFFICE = "office"
    UNIT = "unit"
    SUPERVISION = "supervision"
    LEADER = "leader"
    EXPERT = "expert"
    AUDITOR = "auditor"
    SYSTEM = "system"
    SECURITY = "security"


@dataclass(frozen=True)
class Actor:
    """account: the operating system's, by the process's user id, never by what the environment says. airflow: the account that
    acted in Airflow, where one did. role, unit: acted for; an office that enters what a unit handed in has role office and the
    unit's id. authenticated: whether an accounts file knows this account; what is not
    its to do is refused all the same."""

    account: str
    machine: str
    way: Way
    role: Role | None = None
    unit: str | None = None
    authenticated: bool = False
    airflow: str | None = None

    def acting(self, role: Role | None, unit: str | None, *, authenticated: bool) -> Self:
        return replace(self, role=role, unit=unit, authenticated=authenticated)

    @property
    def person(self) -> str:
        """The account that answers for the act."""
        return self.airflow or self.account

    def as_json(self) -> dict[str, Any]:
        """As the ledger has it; without Airflow's account where there is none."""
        told = {"account": self.account, "machine": self.machine, "way": str(self.way), "role": self.role and str(self.role),
                "unit": self.unit, "authenticated": self.authenticated}
        return told if self.airflow is None else told | {"airflow": self.airflow}


@dataclass(frozen=True, kw_only=True)
class By:
    """What is told of who did an act. account: None where that was not recorded. authenticated: None for an act from before
    actors were recorded, and in a drill that never went by an accounts file: it has nobody to authenticate."""

    account: str | None = None
    authenticated: bool | None = None


def told_of(actor: Mapping[str, Any] | None, *, drill: bool) -> dict[str, Any]:
    """The fields of `By`, from an actor as the ledger has it."""
    if actor is None:
        return {"account": None, "authenticated": None}
    known = bool(actor["authenticated"])
    return {"account": actor.get("airflow") or actor["account"], "authenticated": None if drill and not known else known}


_NOT_AUTHENTICATED = Code("ledger.not_authenticated", "{told}（账号 {account} 未经认证）",
                          "{told} (not authenticated: account {account})",
                          told=Message, account=str)


def vouched(told: Message, by: By) -> Message:
    """What is told of an act, and that nobody vouches for the account that did it, where that is so."""
    return told if by.authenticated is not False else _NOT_AUTHENTICATED(told=told, account=by.account or "?")
