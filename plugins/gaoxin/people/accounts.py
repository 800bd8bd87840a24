"""The accounts file (GAOXIN_ACCOUNTS): operating-system and Airflow accounts, their roles and units. Strict: whatever in it is
not understood is told with its line, and nothing goes by a file with a fault.

三员: system administrator, security officer and auditor are never one person. Sources: GB/T 22239-2019 (等保 2.0) 8.1.5 parts
system, audit and security management, 8.1.7.2 b) 应配备专职安全管理员，不可兼任; BMB 20-2007 has the same three for systems with
classified data.
"""

import os
import pwd
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from gaoxin.errors import UsageError, system_said
from gaoxin.i18n import Code, Message, Text
from gaoxin.ledger.actor import Actor, Role
from gaoxin.plan.base import Id, Key, Model, opt
from gaoxin.plan.reading.loader import mapping
from gaoxin.plan.reading.problems import PlanProblem, broken, from_pydantic, misread
from gaoxin.plan.reading.reference_files import NOT_UTF_8

_CALLED = "办公室 报送单位 督查 领导 专家 审计员 系统管理员 安全保密管理员"  # in the order of Role
ROLES = dict(zip(Role, _CALLED.split(), strict=True))  # as they are called in Chinese
THREE = (Role.SYSTEM, Role.SECURITY, Role.AUDITOR)
_EXCLUDED = Code("accounts.excluded", "角色 {one} 与 {other} 互斥（{why}），不能同属一人",
                 "roles {one} and {other} exclude each other ({why}): never one person's", one=str, other=str, why=str | Message)
_THREE_WHY = Code("accounts.three", "三员分立：GB/T 22239-2019 8.1.7.2", "three officers apart: GB/T 22239-2019 8.1.7.2")
_FILE_WHY = Code("accounts.own", "本文件 exclusions", "`exclusions` of this file")
_TWICE = Code("accounts.twice", "账号 {name} 已写过", "the account {name} occurs twice", name=str)
_SAME_UID = Code("accounts.same_uid", "账号 {name} 与 {other} 在本机是同一用户（用户号 {uid}），一人只写一条",
                 "the accounts {name} and {other} are one user of this machine (user id {uid}): one entry a person", name=str,
                 other=str, uid=int)
_NO_NAME = Code("accounts.no_name", "须写 account 或 airflow", "give account or airflow")
_UNITS = Code("accounts.units", "角色 unit、leader 须写 units；没有这两个角色的不写",
              "roles unit and leader need `units`; without either leave it out")
_NAMED_TWICE = Code("accounts.named_twice", "角色重复", "a role occurs twice")


class AccountsUnfit(UsageError):
    """The accounts file cannot be gone by: nobody can be told from another, and nothing is shown or done."""


class Account(Model):
    """A person, by the names that this installation knows."""

    words = Key("账号：一人一条", "account: one entry a person")
    between_keys: ClassVar = {_NO_NAME: {"anyOf": [{"required": ["account"]}, {"required": ["airflow"]}]}}
    account: str | None = opt("操作系统账号：如 id 命令所示；本机没有名称的写 uid:编号",
                              "operating-system account: as `id` shows it; uid:NUMBER where this machine has no name for it",
                              pattern=r"^[A-Za-z0-9_.][A-Za-z0-9_.:@\\$-]*$", max_length=100)
    airflow: str | None = opt("Airflow 账号编号：随附登录为用户名；FAB 为编号数字，须加引号",
                              'Airflow account: its id; the user name with the simple login, the number with FAB, quoted: "7"',
                              min_length=1, max_length=250)
    airflow_name: str | None = opt("Airflow 用户名：与编号不同时写（FAB）", "Airflow user name: where it is not the id (FAB)",
                                   min_length=1, max_length=250)
    roles: Annotated[tuple[Role, ...], Key("角色", "roles", called=_CALLED)] = Field(min_length=1)
    units: tuple[Id, ...] = opt("单位：unit 为其报送，leader 为其决定；写方案中的单位编号",
                                "units: that role `unit` reports for and role `leader` decides for; ids of the plan", ())
    campaigns: tuple[Id, ...] = opt("创建工作：只限这些；不写为全部", "campaigns: only these; all where left out", ())

    @model_validator(mode="after")
    def units_go_with_roles(self) -> Self:
        self.fit(len(set(self.roles)) == len(self.roles), _NAMED_TWICE)
        return self.fit(bool(self.units) is bool({Role.UNIT, Role.LEADER} & set(self.roles)), _UNITS)

    @model_validator(mode="after")
    def three_officers_are_three(self) -> Self:
        for one, other in combinations(THREE, 2):
            self.fit(not {one, other} <= set(self.roles), _EXCLUDED, one=str(one), other=str(other), why=_THREE_WHY())
        return self

    def knows(self, actor: Actor) -> bool:
        """Whether this is whoever acts."""
        return self._is(actor.account, actor.airflow)

    def did(self, actor: Mapping[str, Any] | None) -> bool:
        """Whether this is who did something, as the ledger has it; of an act from before actors were recorded nobody is."""
        return actor is not None and self._is(actor["account"], actor.get("airflow"))

    def _is(self, account: str, airflow: str | None) -> bool:
        """What came through Airflow is the Airflow account's act, whatever its worker's."""
        return self.account == account if airflow is None else airflow in (self.airflow, self.airflow_name)

    def of(self, campaign: str) -> bool:
        return not self.campaigns or campaign in self.campaigns

    @property
    def name(self) -> str:
        return self.account or self.airflow or ""

    @property
    def names(self) -> str:
        """All by which this installation knows it."""
        return " = ".join(dict.fromkeys([*([self.account] if self.account else []),
                                         *(f"Airflow {name}" for name in (self.airflow, self.airflow_name) if name)]))

    @property
    def held(self) -> list[str]:
        only = f" ({', '.join(sorted(self.campaigns))})" if self.campaigns else ""
        return sorted(f"{role} {unit}".strip() + only for role in self.roles
                      for unit in (self.units if role in (Role.UNIT, Role.LEADER) else ("",)))


class Exclusion(Model):
    words = Key("互斥：一人不得兼有的角色", "exclusion: roles that no one person has")
    roles: Annotated[tuple[Role, ...], Key("互斥的角色：至少两个", "roles: at least two", called=_CALLED)] = Field(min_length=2)
    why: str | None = opt("依据", "why: on what ground")

    @model_validator(mode="after")
    def each_role_once(self) -> Self:
        return self.fit(len(set(self.roles)) == len(self.roles), _NAMED_TWICE)


class Accounts(Model):
    words = Key("账号文件：谁以什么角色、为哪个单位办事", "accounts file: who acts as what, and for which unit")
    schema_version: Annotated[Literal[1], Key("格式版本：固定写 1", "version of the format: always 1")] = Field(alias="schema")
    accounts: Annotated[tuple[Account, ...], Key("账号", "accounts")] = Field(min_length=1)
    exclusions: tuple[Exclusion, ...] = opt("另外互斥的角色；三员（system、security、auditor）总是互斥",
                                            "further roles that exclude each other; system, security and auditor always do", ())
    _sha256: str = PrivateAttr("")

    @property
    def sha256(self) -> str:
        """Of the file that was read."""
        return self._sha256

    @property
    def held(self) -> dict[str, list[str]]:
        """What each account may act as, and for whom: `leader government`, `office (demo)` where only for these campaigns."""
        return {one.names: one.held for one in self.accounts}

    def known(self, actor: Actor, campaign: str) -> Account | None:
        """The entry of whoever acts, where it holds for a campaign ("": for the installation)."""
        return next((a for a in self.accounts if a.knows(actor) and (not campaign or a.of(campaign))), None)

    def owner(self, account: str, campaign: str) -> Account | None:
        """The entry of an operating-system account."""
        return next((a for a in self.accounts if a.account == account and a.of(campaign)), None)

    def deciders(self, campaign: str, unit: str) -> list[str]:
        """The Airflow accounts that decide for a unit."""
        return [a.airflow for a in self.accounts if a.airflow and Role.LEADER in a.roles and unit in a.units and a.of(campaign)]

    def _twice(self) -> Iterator[tuple[str, Code, dict[str, object]]]:
        seen: set[tuple[str, str]] = set()
        for at, one in enumerate(self.accounts):
            for key, kind in (("account", "os"), ("airflow", "airflow"), ("airflow_name", "airflow")):
                name = getattr(one, key)
                if name and (kind, name) in seen and not (key == "airflow_name" and name == one.airflow):
                    yield f"accounts.{at}.{key}", _TWICE, {"name": name}
                seen |= {(kind, name)} if name else set()

    def _one_user(self) -> Iterator[tuple[str, Code, dict[str, object]]]:
        """Names of one user of this machine, which acts by the first of them alone."""
        seen: dict[int, str] = {}
        for at, one in enumerate(self.accounts):
            name = one.account or ""
            if (uid := _uid_of(name)) is not None and (other := seen.setdefault(uid, name)) != name:
                yield f"accounts.{at}.account", _SAME_UID, {"name": name, "other": other, "uid": uid}

    def wrong(self) -> Iterator[tuple[str, Code, dict[str, object]]]:
        """What holds between entries and does not: place, what, its context."""
        yield from self._twice()
        yield from self._one_user()
        for at, account in enumerate(self.accounts):
            for rule in self.exclusions:
                both = [role for role in rule.roles if role in account.roles]
                if len(both) > 1:
                    yield (f"accounts.{at}.roles", _EXCLUDED,
                           {"one": str(both[0]), "other": str(both[1]), "why": rule.why or _FILE_WHY()})


def _uid_of(account: str) -> int | None:
    """The user id that an operating-system account's name stands for here; None for one that this machine does not know."""
    number = account.removeprefix("uid:")
    if number != account and number.isdecimal():
        return int(number)
    try:
        return pwd.getpwnam(account).pw_uid if account else None
    except KeyError:
        return None


@dataclass(frozen=True)
class _Stamp:
    file: Path
    mtime: int
    changed: int  # also where the contents change and nothing else seems to
    size: int
    inode: int


def read_accounts(file: Path, var: Path) -> Accounts:
    """The accounts of a file, read again when it changes. Raises AccountsUnfit that names every fault with its line, and for a
    file that others may write or replace than root and the account whose the installation's folder (var) is."""
    try:
        found = file.stat()
        _must_be_kept(file, next(p for p in (var, *var.absolute().parents) if p.exists()).stat().st_uid)
        return _read(_Stamp(file, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino))
    except OSError as error:
        why = system_said(error)
        raise AccountsUnfit(Text(f"读不了账号文件：{why.zh}", f"cannot read the accounts file: {why.en}"),
                         where=str(file), todo=Text("检查 GAOXIN_ACCOUNTS 的路径和权限",
                                                    "check the path in GAOXIN_ACCOUNTS and its permissions")) from error


def _must_be_kept(file: Path, owner: int) -> None:
    """The file and every folder on the way to it are root's or the owner's, and nobody else may write in them. In a folder with
    the sticky bit nobody replaces what is another's. An ACL that gives more shows in the group's bits."""
    real = file.resolve()
    for place in (real, *_on_the_way(file)):
        found = place.stat()
        others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not (place != real and found.st_mode & stat.S_ISVTX)
        if found.st_uid in (0, owner) and not others:
            continue
        whose = Text(f"属于用户 {found.st_uid}", f"belongs to the user {found.st_uid}")
        why = Text("同组或其他账号可写", "may be written by its group or by others") if others else whose
        raise AccountsUnfit(Text(f"账号文件{'' if place == real else '所在的文件夹'}{why.zh}，不予采用",
                              f"{'the accounts file' if place == real else 'a folder on the way to the accounts file'} {why.en}: "
                              "nothing goes by it"), where=str(place),
                         todo=Text(f"chown root {place} && chmod go-w {place}；文件及其上各级文件夹只能由 root 或 var 的所有者写",
                                   f"chown root {place} && chmod go-w {place}; only root and the owner of var may write the file "
                                   "and the folders above it"))


def _on_the_way(file: Path) -> Iterator[Path]:
    """The folders through which a path leads, those of links included."""
    path = Path(os.path.abspath(file))  # resolve() would follow the links
    for _ in range(40):
        yield from path.parents
        link = next((p for p in (*reversed(path.parents), path) if p.is_symlink()), None)
        if link is None:
            return
        path = Path(os.path.normpath(link.parent / link.readlink() / path.relative_to(link)))


@lru_cache(maxsize=8)
def _read(stamp: _Stamp) -> Accounts:
    file, raw = str(stamp.file), stamp.file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _faults(file, [PlanProblem("accounts_unreadable", file, line, "", NOT_UTF_8())]) from error
    made = parse_accounts(text, file)
    made._sha256 = sha256(raw).hexdigest()
    return made


def parse_accounts(text: str, file: str = "<text>") -> Accounts:
    """As read_accounts, from text."""
    root, data = mapping(text, file, "accounts_unreadable", _faults)
    if wrong := misread(root, file):
        raise _faults(file, wrong)
    try:
        made = Accounts.model_validate(data)
    except ValidationError as error:
        raise _faults(file, from_pydantic(error.errors(), root, file, Accounts)) from error
    if wrong := broken(((place, code(**context)) for place, code, context in made.wrong()), root, file):
        raise _faults(file, wrong)
    return made


def _faults(file: str, problems: list[PlanProblem]) -> AccountsUnfit:
    lines = "".join(f"\n  - {p}" for p in problems)
    return AccountsUnfit(Text(f"账号文件有 {len(problems)} 处错误，不予采用{lines}",
                           f"the accounts file has {len(problems)} fault(s), and nothing goes by it{lines}"), where=file,
                      todo=Text("按下列各行改正；格式见 docs/accounts.md", "mend these lines; docs/accounts.md has the format"))
