"""The outbox folder: each letter a file, `2024-06-17_demo.committee.2024-06-17.1a2b….eml`, to be opened by any mail program.

What an installation without servers has, and a drill always. It is also where a copy of what went out lies, with nobody's
address in it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from gaoxin import folders
from gaoxin.channels.kinds.email import NOWHERE, message_of
from gaoxin.channels.port import Address, Channel, Letter, Outcome, State
from gaoxin.errors import SystemFault
from gaoxin.i18n import Text
from gaoxin.reminders.proof import OUTBOX


class Outbox(Channel):
    name = OUTBOX
    called = Text("发件箱文件", "outbox file")
    knows_doubles = True  # the same letter has the same name

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def address(cls, given: Any) -> Address:
        """given: of the audience, which is all that a file needs."""
        return Address(cls.name, str(given), f"{given}@{NOWHERE}")

    def send(self, letter: Letter, address: Address, done: int = 0) -> Outcome:
        return Outcome(State.SENT, "", self.put(letter, address.value, letter.at).name, done=1)

    def put(self, letter: Letter, to: str, at: datetime) -> Path:
        """Writes the file whole or not at all: it sorts by day, the same letter has the same name. Raises SystemFault when the
        folder refuses it."""
        target = self._folder / f"{at:%Y-%m-%d}_{letter.key}.eml"
        try:
            folders.put(target, message_of(letter, to, f"gaoxin@{NOWHERE}", at).as_bytes())
        except OSError as error:
            raise SystemFault(Text("提醒写不进发件箱文件夹", "the reminder cannot be written into the outbox folder"),
                              where=str(target.parent), todo=Text("检查磁盘空间与权限", "check space and permissions")) from error
        return target
