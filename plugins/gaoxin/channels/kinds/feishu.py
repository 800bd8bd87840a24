"""Feishu 飞书: the robot of a group. open.feishu.cn/document/client-docs/bot-v3/add-custom-bot

At most 100 messages a minute and 5 a second; a body of at most 20 KB. Signed: base64(hmac-sha256 of nothing, keyed with
"seconds\\nsecret"). code 0 is taken; 19021 a wrong signature, 9499 a wrong request, 11232 too fast."""

import base64
import hmac
from collections.abc import Mapping
from typing import Any

from gaoxin.channels.parts import in_parts, json_bytes_of
from gaoxin.channels.port import Address
from gaoxin.channels.robots import Robot
from gaoxin.i18n import Text

_LIMIT = 20 * 1024 - 512  # bytes: the rest is the frame with the signature


class Feishu(Robot):
    name = "feishu"
    called = Text("飞书", "Feishu")
    field, said = "code", "msg"
    again = frozenset({11232})
    too_fast, silence, per_minute, per_second = 11232, 60.0, 100, 5

    def parts(self, text: str, ends: str) -> list[str]:
        return in_parts(text, _LIMIT, json_bytes_of, ends=ends)

    def request(self, text: str, address: Address, seconds: float) -> tuple[str, Mapping[str, Any]]:
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if address.secret:
            now = str(int(seconds))
            made = hmac.digest(f"{now}\n{address.secret}".encode(), b"", "sha256")
            body = {"timestamp": now, "sign": base64.b64encode(made).decode(), **body}
        return address.value, body
