"""The contacts file: who is reached where, by audience. The only source of addresses, and with connections of secrets.

    statistics_bureau: {email: [a@example.invalid, b@example.invalid]}
    puli_committee:
      channel: dingtalk
      dingtalk: {url: "https://…", secret: SEC…, keyword: 提醒, at: ["13800000000"]}
      email: office@example.invalid

Each audience is reached by one channel, the one that it chose; `channel` may be left out where it has addresses of one alone.
What the file holds goes nowhere but to the server that it is for: not into errors, logs or the ledger.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml

from gaoxin.channels.kinds import CHANNELS
from gaoxin.channels.port import Address
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.settings import Settings

OF_CONTACTS = tuple(sorted(name for name in CHANNELS if name != "outbox"))


@dataclass(frozen=True)
class Reached:
    """One audience's channel and its addresses there."""

    channel: str
    addresses: tuple[Address, ...] = field(repr=False)


def contacts_of(settings: Settings) -> dict[str, Reached]:
    """By audience, from GAOXIN_CONTACTS; empty when no file is named. Raises UsageError when the file cannot be read or anything
    in it is not understood; it names the place, never a value."""
    if settings.contacts is None:
        return {}
    try:
        data = yaml.safe_load(settings.contacts.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(settings, type(error).__name__) from None
    if not isinstance(data, dict):
        raise _wrong(settings, "YAML")
    found = {str(audience): _reached(settings, str(audience), entry) for audience, entry in data.items()}
    return {audience: reached for audience, reached in found.items() if reached}


def _reached(settings: Settings, audience: str, entry: Any) -> Reached | None:
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise _wrong(settings, audience)
    for key in entry:
        if key != "channel" and key not in OF_CONTACTS:
            raise _wrong(settings, f"{audience}.{key}")
    given = {name: _addresses(settings, audience, name, entry[name]) for name in OF_CONTACTS if entry.get(name) is not None}
    chosen = entry.get("channel") or (next(iter(given)) if len(given) == 1 else None)
    if not given and chosen is None:
        return None
    if chosen not in given:
        raise _wrong(settings, f"{audience}.channel")
    return Reached(str(chosen), given[str(chosen)])


def _addresses(settings: Settings, audience: str, name: str, given: Any) -> tuple[Address, ...]:
    many = given if isinstance(given, list) else [given]
    found = []
    for n, one in enumerate(many):
        try:
            found.append(CHANNELS[name].address(one))
        except ValueError as error:
            at = f"[{n}]" if isinstance(given, list) else ""
            key = "" if str(error) == name else f".{error}"
            raise _wrong(settings, f"{audience}.{name}{at}{key}") from None
    if not found:
        raise _wrong(settings, f"{audience}.{name}")
    return tuple({a.value: a for a in found}.values())


def _wrong(settings: Settings, what: str) -> UsageError:
    return UsageError(
        Text(f"联系人文件有误：{what}", f"the contacts file is wrong: {what}"), where=str(settings.contacts),
        todo=Text("每单位写 单位编号: {email: 地址}，或 {channel: 渠道, 渠道: 地址}；"
                  f"渠道：{'、'.join(OF_CONTACTS)}。UTF-8 保存，见 docs/operations.md",
                  f"write unit: {{email: address}}, or {{channel: NAME, NAME: address}}, of {', '.join(OF_CONTACTS)}, in UTF-8; "
                  "see docs/operations.md"))
