"""The dead man's alarm: from outside of every engine, whether a campaign's clock still goes.

A survey that comes to its end leaves a sign of life in a file (`beat`); whoever looks holds it against the plan's rhythm. It
needs neither a scheduler nor a database: where that is down it is said, and the file tells. Word goes to the office and the
system's administrators once when the clock stops, and once when it goes again, by their own channels, else into the outbox
folder. What was told is kept beside the signs of life, since there may be no database to keep it in (docs/decisions/113).
"""

import contextlib
import fcntl
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gaoxin import folders
from gaoxin.campaign.answer import Answer
from gaoxin.channels.connections import from_environment
from gaoxin.channels.contacts import Reached, contacts_of
from gaoxin.channels.kinds.email import NOWHERE
from gaoxin.channels.kinds.outbox import Outbox
from gaoxin.channels.office import Channels
from gaoxin.channels.port import Letter, State
from gaoxin.clock import LATEST, ZONE, wall_now
from gaoxin.errors import GaoxinError, PlanError, SystemFault, UsageError
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.kinds import EventKind
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan, plan_files
from gaoxin.plan.ticks import last_tick
from gaoxin.reminders.alarm import SYSTEM, SYSTEM_NAME, audiences
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse

GRACE = timedelta(minutes=60)  # after a tick of the rhythm, until its survey is to be over
_log = logging.getLogger(__name__)
_STOPPED_SUBJECT = Code("alive.stopped_subject", "【调度停摆】{plan}：{since} 以来没有完成过督查调度",
                        "【调度停摆】{plan:zh}：{since:zh} 以来没有完成过督查调度 / "
                        "the clock has stopped: {plan}, no survey since {since}", since=Worded)
_STOPPED_BODY = Code(
    "alive.stopped_body",
    "{whom}：\n\n{plan}的督查调度应于 {expected} 起办并在 {minutes} 分钟内办完，至今没有办完；上一次办完于 {since}。\n"
    "在恢复之前：报表不收、期限不记、关口不判、提醒不发。\n{database}"
    "请检查调度程序（scheduler）、执行进程与数据库。恢复后另行告知。\n",
    "{whom:zh}：\n{whom}:\n\n{plan:zh}的督查调度应于 {expected} 起办并在 {minutes} 分钟内办完，至今没有办完；"
    "上一次办完于 {since:zh}。\n"
    "{plan}: a survey was to begin at {expected} and to be over within {minutes} minutes, and none is; the last one was over at "
    "{since}.\nUntil it goes again nothing is taken in, no deadline marked, no gate decided, no reminder sent.\n{database}"
    "请检查调度程序、执行进程与数据库。 / See to scheduler, workers and database. You are told when it goes again.\n",
    whom=Worded, expected=datetime, minutes=int, since=Worded, database=Message | None)
_DATABASE = Code("alive.database", "数据库连不上：{why}。\n", "数据库连不上 / the database cannot be reached: {why}\n",
                 why=Worded)
_HEALED_SUBJECT = Code("alive.healed_subject", "【调度恢复】{plan}",
                       "【调度恢复】{plan:zh} / the clock goes again: {plan}")
_HEALED_BODY = Code("alive.healed_body",
                    "{whom}：\n\n{plan}的督查调度已恢复，{at} 办完一次。停摆期间错过的各步由它补办，并记为逾期。\n",
                    "{whom:zh}：\n{whom}:\n\n{plan:zh}的督查调度已恢复，{at} 办完一次。"
                    "停摆期间错过的各步由它补办，并记为逾期。\n{plan}: a survey was over at {at}. "
                    "It makes up for what was missed, once each and marked late.\n",
                    whom=Worded, at=datetime)
_NEVER = Text("从未", "never")
_AT = Code("alive.at", "{at}", "{at}", at=str)


class Alive(Answer):
    """state: alive; stopped; resting, where the rhythm asks for nothing yet or no more; drill, where time is played;
    unregistered, where no plan is in force. seen: when a survey was over last; expected: since when one was to be. database:
    why it cannot be asked, None where it can. told: who got word of it now."""

    campaign: str
    state: str
    seen: datetime | None
    expected: datetime | None
    database: Worded | None
    told: Sequence[str]


class Living(Answer):
    """grace: in minutes."""

    as_of: datetime
    grace: int
    campaigns: Sequence[Alive]

    @property
    def exit_status(self) -> int:
        """1 where a clock has stopped, 3 where nothing has stopped so far and the database is gone."""
        if any(one.state == "stopped" for one in self.campaigns):
            return 1
        return SystemFault.exit_status if any(one.database for one in self.campaigns) else 0


def beat(settings: Settings, campaign: str, at: datetime) -> None:
    """A sign of life: a survey has come to its end. Where it cannot be written the survey is none the worse."""
    try:
        folders.put(_beat_file(settings, campaign), json.dumps({"surveyed": at.isoformat()}).encode())
    except OSError as error:
        _log.warning("no sign of life for %s: %s", campaign, error.strerror)


def alive(settings: Settings, campaign: str | None, *, tell: bool = False, grace: timedelta = GRACE,
          now: datetime | None = None) -> Living:
    """campaign: None for all. tell: whether word is sent of what stopped or goes again. now: the time of which it is asked, by
    what was known then; left out for now. Raises UsageError for an unknown campaign and for a faulty contacts file, PlanError
    for a plan that nothing can be told of."""
    at, known, found = now or wall_now(), now or LATEST, []
    for name in [campaign] if campaign else plan_files(settings.plans):
        plan, one = _looked(settings, name, at, known, grace)
        found.append(replace(one, told=tuple(_told(settings, plan, one, at, grace))) if tell and plan else one)
    return Living(at, int(grace.total_seconds() // 60), found)


def _looked(settings: Settings, campaign: str, now: datetime, known: datetime, grace: timedelta
            ) -> tuple[Plan | None, Alive]:
    plan, broken = None, None
    try:
        plan = find_plan(settings.plans, campaign)
    except PlanError as error:
        broken = error
    database, state, since, seen = None, "", None, _beaten(settings, campaign)
    if seen and seen > known:
        seen = None
    try:
        with Warehouse.open(settings).read() as store:
            version = store.plans.in_force(campaign, known)
            last = store.ledger.last_of(campaign, EventKind.SURVEYED, until=known)
            state = "drill" if store.ledger.drill else "" if version else "unregistered"
            since = version.registered_at if version else None
            plan = version.plan if version else plan
            seen = max((t for t in (seen, last[0].at if last else None) if t), default=None)
    except GaoxinError as error:
        database = error.what
    if plan is None:
        raise broken or SystemFault(Text("读不到方案", "there is no plan to be read"), where=campaign,
                                    todo=Text("检查数据库与方案文件", "see to the database and the plan file"))
    expected = None
    if not state and plan.starts and plan.ends:
        end = plan.ends + timedelta(days=plan.rhythm.aftermath_days)
        expected = last_tick(plan.rhythm.supervision, plan.starts, end, now - grace)
        if expected and since and expected < since:  # it came into force after that
            expected = None
    state = state or ("resting" if expected is None else "alive" if seen and seen >= expected else "stopped")
    return plan, Alive(campaign, state, seen, expected, database, ())


def _told(settings: Settings, plan: Plan, one: Alive, now: datetime, grace: timedelta) -> Iterator[str]:
    """Who gets word now: of an outage whoever had none of it yet, of its end whoever had word of it. What cannot be sent is tried
    again when somebody looks again. Of a clock that rests nobody knows whether it would go."""
    if one.state not in ("stopped", "alive"):
        return
    with _kept(settings) as known:
        before: list[str] = known.get(plan.id, [])
        wanted = [a for a in audiences(plan) if a not in before] if one.state == "stopped" else before
        for audience in list(wanted):
            if _sent(settings, audience, _letter(plan, one, audience, now, grace, settings)):
                yield audience
                known[plan.id] = [*known.get(plan.id, []), audience] if one.state == "stopped" else [
                    a for a in known.get(plan.id, []) if a != audience]


def _letter(plan: Plan, one: Alive, audience: str, now: datetime, grace: timedelta, settings: Settings) -> Letter:
    whom = SYSTEM_NAME if audience == SYSTEM else next((u.name for u in plan.units if u.id == audience), Text(audience, audience))
    since: Worded = _AT(at=f"{one.seen.astimezone(ZONE):%Y-%m-%d %H:%M}") if one.seen else _NEVER
    if one.state == "stopped" and one.expected:
        subject = _STOPPED_SUBJECT(plan=plan.name, since=since)
        body = _STOPPED_BODY(whom=whom, plan=plan.name, expected=one.expected, minutes=int(grace.total_seconds() // 60),
                             since=since, database=_DATABASE(why=one.database) if one.database else None)
    else:
        subject, body = _HEALED_SUBJECT(plan=plan.name), _HEALED_BODY(whom=whom, plan=plan.name, at=one.seen or now)
    key = f"{plan.id}.{audience}.{'stopped' if one.state == 'stopped' else 'alive'}-{one.seen or now:%Y%m%dT%H%M}"
    return Letter(key, subject.to(settings.lang), body.to(settings.lang), now)


def _sent(settings: Settings, audience: str, letter: Letter) -> bool:
    """Whether somebody of an audience has it: by its channel, or as a file where there is none for it. Told on stderr in any
    case."""
    _log.warning("%s", letter.subject)
    try:
        contacts: Mapping[str, Reached] = contacts_of(settings)
        channels = Channels.of(from_environment()).by_name
    except UsageError as error:
        _log.warning("%s", error)
        contacts, channels = {}, {}
    reached = contacts.get(audience)
    with contextlib.suppress(SystemFault):  # a copy for the office, also where it goes out
        Outbox(settings.outbox).put(letter, f"{audience}@{NOWHERE}", letter.at)
    if reached is None or reached.channel not in channels:
        return (settings.outbox / f"{letter.at:%Y-%m-%d}_{letter.key}.eml").exists()
    return any([channels[reached.channel].send(letter, address).state is State.SENT for address in reached.addresses])


@contextlib.contextmanager
def _kept(settings: Settings) -> Iterator[dict[str, list[str]]]:
    """Who was told of which campaign's outage; of one process at a time."""
    file = settings.var / "alive" / "told.json"
    folders.private(file.parent)
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known: dict[str, list[str]] = _read(file) or {}
        try:
            yield known
        finally:
            folders.put(file, json.dumps({name: told for name, told in known.items() if told}, sort_keys=True).encode())


def _beaten(settings: Settings, campaign: str) -> datetime | None:
    found = _read(_beat_file(settings, campaign))
    with contextlib.suppress(TypeError, KeyError, ValueError):
        return datetime.fromisoformat(found["surveyed"])
    return None


def _read(file: Path) -> Any:
    """What a file says; None where there is none that can be read."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _beat_file(settings: Settings, campaign: str) -> Path:
    return settings.var / "alive" / f"{campaign}.json"
