"""DingTalk 钉钉: the robot of a group. open.dingtalk.com/document/robots/custom-robot-access

At most 20 messages a minute, else ten minutes of silence; a body of at most 20,000 bytes. Signed: the milliseconds and
base64(hmac-sha256(secret, "ms\\nsecret")), each once encoded for the address. errcode 0 is taken; 310000 a wrong signature,
keyword or network; 130101 too fast."""

import base64
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from gaoxin.channels.parts import in_parts, json_bytes_of
from gaoxin.channels.port import Address
from gaoxin.channels.robots import Robot
from gaoxin.i18n import Text

_LIMIT = 20_000 - 1_000  # bytes: the rest is the frame with the numbers of who is named


class DingTalk(Robot):
    name = "dingtalk"
    called = Text("钉钉", "DingTalk")
    field, said = "errcode", "errmsg"
    again = frozenset({-1, 130101})
    too_fast, silence, per_minute = 130101, 600.0, 20

    def parts(self, text: str, ends: str) -> list[str]:
        return in_parts(text, _LIMIT, json_bytes_of, ends=ends)

    def request(self, text: str, address: Address, seconds: float) -> tuple[str, Mapping[str, Any]]:
        url = address.value
        if address.secret:
            now = str(int(seconds * 1000))
            made = hmac.digest(address.secret.encode(), f"{now}\n{address.secret}".encode(), "sha256")
            url += ("&" if "?" in url else "?") + urlencode({"timestamp": now, "sign": base64.b64encode(made).decode()})
        return url, {"msgtype": "text", "text": {"content": text}, "at": {"atMobiles": list(address.at), "isAtAll": False}}
