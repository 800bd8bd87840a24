"""What is known of a letter at each address: whether it is there, whether it is tried again, and what that makes of a reminder.
Pure; the rule of docs/decisions/112.

An attempt is claimed before anything goes out, and what became of it is said after. A claim of which nothing was said, and whose
sender is gone, is *unknown*, as is one whose connection broke after the server had all of it: it is repeated under the same key,
so often and not oftener. What was refused for now is tried again, what was refused for good is not.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gaoxin.i18n import Code, Message, Text
from gaoxin.reminders.model import ReminderState

SENDER_GONE = "sender gone"
UNKNOWN_AT_MOST = 3              # times that a letter may have gone to one address without anybody knowing
REPEATED_FOR = timedelta(days=5)  # a digest that some have: how long the others are tried

_ITEM = Code("reminders.address", "{address}：{state}（{said}）", "{address}: {state} ({said})", address=str, state=Text,
             said=str)
_LACKING = Code("reminders.lacking", "{count} 个地址中 {lacking} 个没有送达：{items:;}",
                "{lacking} of {count} address(es) have not got it: {items:;}", count=int, lacking=int, items=tuple)


class State(StrEnum):
    """CLAIMED: somebody is about to send, or died over it."""

    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


CALLED = {
    (State.FAILED, False): Text("未送达，稍后再试", "failed, to be tried again"),
    (State.FAILED, True): Text("不能送达，不再重试", "failed for good"),
    (State.UNKNOWN, False): Text("是否送达不明，将以同一编号重发", "unknown, to be repeated under the same key"),
    (State.UNKNOWN, True): Text("是否送达不明，已多次重发，不再重发", "unknown after several tries"),
    (State.CLAIMED, False): Text("正在发送", "being sent"),
    (State.SENT, False): Text("已送达服务器", "sent"),
}
OUTBOX = "outbox"
WRITTEN = Text("已写入发件箱（未发出）", "written to the outbox, not sent")


@dataclass(frozen=True)
class Delivery:
    """What became of one attempt at one address, or that it was claimed. address: its keyed digest; masked: as people may see it.
    final: it is not tried again. done: parts that have gone through, of so many. code, answer: the server's."""

    key: str
    channel: str
    address: str
    masked: str
    attempt: int
    state: State
    final: bool = False
    done: int = 0
    parts: int = 1
    code: str | None = None
    answer: str | None = None
    at: datetime | None = None

    @property
    def settled(self) -> bool:
        return self.final or self.state is State.SENT

    @property
    def called(self) -> Text:
        """Its state as people read it."""
        return WRITTEN if self.channel == OUTBOX and self.state is State.SENT else CALLED[self.state, self.final]

    @property
    def told(self) -> Message:
        said = " ".join(x for x in (self.code, self.answer) if x) or "—"
        return _ITEM(address=self.masked, state=self.called, said=said)


def shown(state: ReminderState, channel: str) -> str:
    """A reminder's state as people read it: what was written to the outbox did not go out. A word of `campaign.wording`."""
    return "written" if channel == OUTBOX and state is ReminderState.SENT else str(state)


def newest(found: Iterable[Delivery]) -> dict[str, Delivery]:
    """Of each address, in the order of what was recorded: how it stands; once sent it stays sent."""
    stands: dict[str, Delivery] = {}
    for one in found:
        if (before := stands.get(one.address)) is None or before.state is not State.SENT:
            stands[one.address] = one
    return stands


def claim(made: Delivery, before: Delivery | None) -> Delivery:
    """The next attempt at an address, which goes on where the one before stopped."""
    return replace(made, attempt=before.attempt + 1, done=before.done, parts=before.parts) if before else replace(made, attempt=1)


def died(claim: Delivery) -> Delivery:
    """What a claim is whose sender is gone. It does not count as a try: nobody knows whether anything went out at all, and a
    letter must not be lost because those who were to send it died before they did."""
    return replace(claim, state=State.UNKNOWN, code=SENDER_GONE, answer=None)


def is_last_try(found: Sequence[Delivery], address: str) -> bool:
    """Whether one more that is unknown would be the last."""
    unknown = [one for one in found if one.address == address and one.state is State.UNKNOWN and one.code != SENDER_GONE]
    return len(unknown) + 1 >= UNKNOWN_AT_MOST


def waits(stands: Mapping[str, Delivery], addresses: Collection[str]) -> list[str]:
    """Those of the addresses that have not got it and may still get it."""
    return [a for a in addresses if a not in stands or not stands[a].settled]


def somebody_may_have_it(stands: Mapping[str, Delivery]) -> bool:
    return any(one.state is not State.FAILED for one in stands.values())


def outcome(stands: Mapping[str, Delivery], addresses: Collection[str]) -> tuple[ReminderState, Message | None]:
    """What a reminder is by what is known at its addresses: sent when each of them is settled and one has it at least."""
    there = [stands[a] for a in addresses if a in stands]
    lacking = [one for one in there if one.state is not State.SENT]
    detail = _LACKING(count=len(addresses), lacking=len(lacking), items=[one.told for one in lacking]) if lacking else None
    settled = len(there) == len(addresses) and all(one.settled for one in there)
    sent = settled and len(lacking) < len(there)
    return (ReminderState.SENT if sent else ReminderState.FAILED), detail
