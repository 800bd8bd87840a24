"""The channels that an installation has: those its connections make, and those that need none."""

from collections.abc import Mapping
from dataclasses import dataclass

from gaoxin.channels.connections import MAIL, SMS
from gaoxin.channels.kinds import CHANNELS
from gaoxin.channels.kinds.email import Email, email_from_connection
from gaoxin.channels.kinds.sms import Sms
from gaoxin.channels.port import Channel
from gaoxin.channels.robots import Robot


@dataclass(frozen=True)
class Channels:
    """By name; what is not in it cannot be used here."""

    by_name: Mapping[str, Channel]

    @classmethod
    def of(cls, connections: Mapping[str, str]) -> "Channels":
        """connections: by their ids, as URI or JSON. Robots need none: their addresses say all. Raises UsageError."""
        found: dict[str, Channel] = {name: made() for name, made in CHANNELS.items() if issubclass(made, Robot)}
        if MAIL in connections:
            found[Email.name] = email_from_connection(connections[MAIL])
        if SMS in connections:
            found[Sms.name] = Sms(connections[SMS])
        return cls(found)
