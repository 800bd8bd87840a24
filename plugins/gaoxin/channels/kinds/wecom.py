"""WeCom 企业微信: the robot of a group. developer.work.weixin.qq.com/document/path/91770

At most 20 messages a minute; text of at most 2,048 bytes. The key in the address is the only secret. errcode 0 is taken; 45009
too fast, 93000 no such robot."""

from collections.abc import Mapping
from typing import Any

from gaoxin.channels.parts import in_parts
from gaoxin.channels.port import Address
from gaoxin.channels.robots import Robot
from gaoxin.i18n import Text

_LIMIT = 2_048  # bytes of text


class WeCom(Robot):
    name = "wecom"
    called = Text("企业微信", "WeCom")
    field, said = "errcode", "errmsg"
    again = frozenset({-1, 45009, 45033})
    too_fast, silence, per_minute = 45009, 60.0, 20

    def parts(self, text: str, ends: str) -> list[str]:
        return in_parts(text, _LIMIT, ends=ends)

    def request(self, text: str, address: Address, seconds: float) -> tuple[str, Mapping[str, Any]]:
        return address.value, {"msgtype": "text", "text": {"content": text, "mentioned_mobile_list": list(address.at)}}
