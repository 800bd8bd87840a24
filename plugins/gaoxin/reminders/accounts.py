"""What the office, supervision and the administrators are told when the installation goes by another accounts file. Pure."""

from collections.abc import Mapping, Sequence

from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message, Worded
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.plan.model import Plan
from gaoxin.reminders.alarm import SYSTEM, SYSTEM_NAME
from gaoxin.reminders.model import Reminder, ReminderLevel

# Whoever reads English gets the Chinese beside it, as in reminders.
_SUBJECT = Code("reminders.accounts", "【账号文件变更】{day} 起依另一账号文件办事",
                "【账号文件变更】{day} 起依另一账号文件办事 / Another accounts file is gone by since {day}")
_BODY = Code(
    "reminders.accounts_body",
    "{whom}：\n\n{at} 发现账号文件已变更；首先依它办事的账号：{account}（{machine}）。\n"
    "此前 {before}\n现为 {sha256}\n\n{changes:\n}\n\n"
    "如非按规定所改，请立即核对文件；账本第 {seq} 条有记录。\n",
    "{whom:zh}：\n{whom}:\n\n{at} 发现账号文件已变更；首先依它办事的账号：{account}（{machine}）。\n"
    "The accounts file was found changed at {at}; the account that went by it first: {account} ({machine}).\n"
    "此前 / before {before}\n现为 / now {sha256}\n\n{changes:\n}\n\n"
    "如非按规定所改，请立即核对文件；账本第 {seq} 条有记录。 / "
    "Look at the file at once unless this was meant; it is event {seq} of the ledger.\n",
    whom=Worded, at=str, account=str, machine=str, before=str, sha256=str, changes=tuple, seq=int)
_GAINED = Code("reminders.accounts_gained", "- {account} 新增：{held}", "- {account} 新增 / gained: {held}", account=str,
               held=tuple)
_LOST = Code("reminders.accounts_lost", "- {account} 取消：{held}", "- {account} 取消 / lost: {held}", account=str, held=tuple)
_SAME = Code("reminders.accounts_same", "- 各账号的角色没有变化",
             "- 各账号的角色没有变化 / no account has other roles than before")
_UNKNOWN = Code("reminders.accounts_unknown", "- 此前文件的内容没有记录，无从比较；现有账号 {count} 个",
                "- 此前文件的内容没有记录，无从比较；现有账号 {count} 个 / "
                "what the file before said was not recorded; accounts now: {count}",
                count=int)


def accounts_key(seq: int, audience: str) -> str:
    """One an audience for the whole installation, whichever campaign comes first."""
    return f"accounts-{seq}.{audience}"


def accounts_notices(plan: Plan, before: LedgerEvent, changed: LedgerEvent) -> list[Reminder]:
    """before, changed: the events by which another file was gone by, one after the other."""
    to = dict.fromkeys((plan.governance.office, plan.governance.supervision, SYSTEM))
    return [_notice(plan, whom, before, changed) for whom in to if whom is not None]


def _notice(plan: Plan, audience: str, before: LedgerEvent, changed: LedgerEvent) -> Reminder:
    told, by, day = changed.payload, changed.actor or {}, local_day(changed.at)
    body = _BODY(whom=SYSTEM_NAME if audience == SYSTEM else plan.unit(audience).name, at=f"{changed.at:%Y-%m-%d %H:%M}",
                 account=by.get("airflow") or by.get("account", "?"), machine=by.get("machine", "?"), before=told["before"],
                 sha256=told["sha256"], seq=changed.seq,
                 changes=_changes(before.payload["held"], told["held"]) if "held" in before.payload
                 else [_UNKNOWN(count=told["count"])])
    return Reminder(key=accounts_key(changed.seq, audience), audience=audience, level=ReminderLevel.NOTICE,
                    subject=_SUBJECT(day=day), body=body, due=day, refs=())


def _changes(before: Mapping[str, Sequence[str]], now: Mapping[str, Sequence[str]]) -> list[Message]:
    found = []
    for account in sorted({*before, *now}):
        had, has = set(before.get(account, ())), set(now.get(account, ()))
        found += [code(account=account, held=sorted(held)) for code, held in ((_GAINED, has - had), (_LOST, had - has)) if held]
    return found or [_SAME()]
