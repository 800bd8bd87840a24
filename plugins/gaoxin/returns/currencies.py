"""Currencies as they are written beside a number, by sign, by ISO 4217 code or by their Chinese name. Pure."""

import re
import unicodedata

_NAMES = {
    "元": r"(CN|RMB)?¥|CNY|RMB", "美元": r"(US)?\$|USD|美元|美金", "港元": r"HK\$|HKD|港元|港币|港幣", "欧元": r"€|EUR|欧元",
    "英镑": r"£|GBP|英镑", "日元": r"(JP|J)¥|JPY|円|日元|日圆", "新台币": r"NT\$|TWD|NTD|新?台币",
    "澳门元": r"MOP\$?|澳门元|澳门币", "韩元": r"₩|KRW|韩元|韩圆", "新加坡元": r"SG?\$|SGD|新加坡元", "澳元": r"AU?\$|AUD|澳元",
    "加元": r"CA?\$|CAD|加拿大元|加元", "瑞士法郎": r"CHF|瑞士法郎|瑞郎", "卢布": r"₽|RUB|卢布",
    "泰铢": r"฿|THB|泰铢", "卢比": r"₹|INR|卢比",
}
# No letter on either side: RMB stands in no word, and the $ of HK$ is not that of the United States.
_MARKS = [(re.compile(rf"(?<![A-Za-z])({pattern})(?![A-Za-z])", re.IGNORECASE), name) for name, pattern in _NAMES.items()]


def currency(text: str) -> tuple[str, str] | None:
    """The currency that a plain text writes: its sign as it stands there, and its name, which of a sign that no name is known for
    is the sign. None where it writes none."""
    for pattern, name in _MARKS:
        if found := pattern.search(text):
            return found[0], name
    sign = next((c for c in text if unicodedata.category(c) == "Sc"), None)
    return (sign, sign) if sign else None
