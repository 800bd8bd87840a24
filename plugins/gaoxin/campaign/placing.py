"""Whose a file in the inbox is: said by the folder that it lies in, and by the account that owns it.

A unit's folder is `inbox/UNIT/` (its id, name or alias); who may write there is the file system's business. A cover that names
another unit than the folder, or one that the owner's account may not report for, is a finding: the file is refused.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gaoxin.campaign.inbox import Inbox
from gaoxin.campaign.mapped import Place, kept, read_from
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import GaoxinError
from gaoxin.i18n import Code, Message, Worded
from gaoxin.ledger.actor import Actor, Way
from gaoxin.mapping.choosing import DRIFTED
from gaoxin.people.acts import Act, recognised, role_for
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import load_plan, plan_files
from gaoxin.returns.model import Problem, ReadReturn
from gaoxin.settings import Settings
from gaoxin.warehouse.process import account_of

_OTHER_UNIT = Code("returns.other_unit", "放在“{folder}”的收件夹，封面却写{unit}；各单位的报表放入自己的收件夹",
                   "it lies in the folder of {folder} and its cover names {unit}: each unit uses its own folder", folder=str,
                   unit=Worded)
NOT_YOURS = Code("returns.not_yours", "账号 {account} 不得为{unit}报送；由该单位的账号报送，或由办公室代录",
                 "the account {account} may not report for {unit}: let the unit's own account do it, or the office enter it",
                 account=str, unit=Worded)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drifted:
    """A file of a unit that waits until the office has updated a mapping. why: what differs. meant: as `ReadReturn` has it."""

    unit: str
    why: Message
    meant: tuple[str, Period | None] | None
    file: Path
    sha256: str


def owner_of(w: Workplace, inbox: Inbox, file: Path) -> Actor:
    """Whoever the file system says put a file there, for the unit whose folder it lies in."""
    try:
        account = account_of((inbox.stats.get(file) or file.stat()).st_uid)
    except OSError:
        account = "?"
    folder = inbox.folder_of(file)
    return replace(w.actor, account=account, way=Way.INBOX, role=None, unit=unit_of(w.plan, folder) if folder else None,
                   authenticated=False, airflow=None)


def placed(w: Workplace, inbox: Inbox, file: Path, read: ReadReturn) -> tuple[Actor, ReadReturn]:
    """Who handed a return of this campaign in, and for which unit; with a problem where its cover names another."""
    assert read.key
    owner, named, folder = owner_of(w, inbox, file), read.key.unit, inbox.folder_of(file)
    unit = named if folder is None else unit_of(w.plan, folder)
    if unit != named:
        return recognised(w.accounts, owner, Act.SUBMIT, unit), with_problem(
            read, "other_unit", _OTHER_UNIT(folder=folder or "", unit=w.plan.unit(named).name))
    return may_submit(w, owner, read, by_folder=folder is not None)


def may_submit(w: Workplace, who: Actor, read: ReadReturn, *, by_folder: bool = False) -> tuple[Actor, ReadReturn]:
    """Whether an account may report what a cover says. by_folder: it lies in the unit's own folder, into which an account that
    nobody named may write; it is then not authenticated."""
    assert read.key
    unit = read.key.unit
    if w.accounts is None:
        return who.acting(None, unit, authenticated=False), read
    found = w.accounts.known(who, w.plan.id)
    if found is None and by_folder:
        return who.acting(None, unit, authenticated=False), read
    role = role_for(found, Act.SUBMIT, w.plan, unit) if found else None
    if role is None:
        return recognised(w.accounts, who, Act.SUBMIT, unit), with_problem(
            read, "not_yours", NOT_YOURS(account=who.person, unit=w.plan.unit(unit).name))
    return who.acting(role, unit, authenticated=True), read


def with_problem(read: ReadReturn, kind: str, told: Message) -> ReadReturn:
    return replace(read, problems=(*read.problems, Problem(kind, told, read.cover)))


def place_in(w: Workplace, inbox: Inbox, file: Path) -> Place | None:
    """Whose a file without a cover is: the unit's in whose folder it lies."""
    folder = inbox.folder_of(file)
    unit = unit_of(w.plan, folder) if folder else None
    return Place(w.plan.id, unit) if unit else None


def stays(w: Workplace, inbox: Inbox, file: Path, content: bytes, read: ReadReturn) -> bool:
    """Whether a file that is no return by now is left where it is: its plan cannot be read, the table is not as its mapping
    has it, or another campaign's mapping reads it."""
    kinds = {p.kind for p in read.problems}
    if read.key is not None:
        return False
    if kinds & {"plan_unreadable", DRIFTED}:
        return True
    folder = inbox.folder_of(file)
    if folder is None or not kinds & {"mapping_none_fits", "sheet_missing", "cover_key_missing"}:
        return False
    plans = {plan.id: plan for plan in _others(w) if plan.mappings}
    found = (read_from(content, file.name, plans.__getitem__, Place(plan.id, unit), kept(w.settings)) for plan in plans.values()
             if (unit := unit_of(plan, folder)))
    return any(one.key is not None or any(p.kind == DRIFTED for p in one.problems) for one in found)


def drifted(w: Workplace, inbox: Inbox) -> dict[str, Drifted]:
    """Files that wait in the inbox until the office has updated a mapping of this campaign, by name."""
    found: dict[str, Drifted] = {}
    for file, content in inbox.files() if w.plan.mappings else ():
        if (place := place_in(w, inbox, file)) is not None:
            read = read_from(content, file.name, lambda _: w.plan, place, kept(w.settings))
            found |= {inbox.name(file): Drifted(place.unit, p.message, read.meant, file, read.sha256)
                      for p in read.problems if p.kind == DRIFTED}
    return found


def unit_of(plan: Plan, folder: str) -> str | None:
    """The unit of a plan that a folder is of: by its id, its name or an alias."""
    return next((u.id for u in plan.units if folder in (u.id, u.name.zh, *(a.name for a in u.aliases))), None)


def make_folders(settings: Settings, plan: Plan) -> None:
    """Makes a folder in the inbox for each unit that reports, by its id, where it has none by any of its names. Who may not make
    them says so in the log alone: they may be others' to make, on a share."""
    inbox, asked = Inbox.of(settings), {unit for form in plan.forms for unit in form.units}
    try:
        there = [found.name for found in inbox.folder.iterdir() if found.is_dir()] if inbox.folder.is_dir() else []
        inbox.make(sorted(asked - {unit_of(plan, name) for name in there}))
    except OSError as error:
        _log.warning("inbox: folders of units are missing in %s: %s", inbox.folder, error)


def strangers(w: Workplace, inbox: Inbox) -> list[str]:
    """Folders of the inbox with files in them that are no unit's of any campaign: the files stay where they are."""
    return [name for name in inbox.folders() if unit_of(w.plan, name) is None and not any(
        unit_of(plan, name) for plan in _others(w))]


def _others(w: Workplace) -> Iterator[Plan]:
    for campaign, file in plan_files(w.settings.plans).items():
        if campaign != w.plan.id:
            try:
                yield load_plan(file)
            except GaoxinError:  # a broken plan is told where its campaign is
                continue
