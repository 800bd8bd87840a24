"""Feishu 飞书: the robot of a group. open.feishu.cn/document/client-docs/bot-v3/add-custom-bot

At most 100 messages a minute and 5 a second; a body of at most 20 KB. Signed: base64(hmac-sha256 of nothing, keyed with
"seconds\\nsecret"). Whom it names stands in the text: <at user_id="ID"></at>, an open id (ou_…), a user id or all. code 0 is
taken; 19021 a wrong signature, 9499 a wrong request, 11232 too fast."""

import base64
import hmac
import re
from collections.abc import Mapping
from typing import Any

from gaoxin.channels.parts import in_parts, json_bytes_of
from gaoxin.channels.port import Address
from gaoxin.channels.robots import Robot
from gaoxin.i18n import Text

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LIMIT = 20 * 1024 - 512  # bytes: the rest is the frame with the signature


class Feishu(Robot):
    name = "feishu"
    called = Text("飞书", "Feishu")
    field, said = "code", "msg"
    again = frozenset({11232})
    too_fast, silence, per_minute, per_second = 11232, 60.0, 100, 5

    @classmethod
    def address(cls, given: Any) -> Address:
        found = super().address(given)
        if not all(_ID.fullmatch(one) for one in found.at):
            raise ValueError("at")
        return found

    def naming(self, address: Address) -> str:
        return " ".join(f'<at user_id="{one}"></at>' for one in address.at)

    def parts(self, text: str, ends: str) -> list[str]:
        return in_parts(text, _LIMIT, json_bytes_of, ends=ends)

    def request(self, text: str, address: Address, seconds: float) -> tuple[str, Mapping[str, Any]]:
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if address.secret:
            now = str(int(seconds))
            made = hmac.digest(f"{now}\n{address.secret}".encode(), b"", "sha256")
            body = {"timestamp": now, "sign": base64.b64encode(made).decode(), **body}
        return address.value, body
