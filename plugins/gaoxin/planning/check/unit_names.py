"""Whether two names mean one unit: 区发改委 and 区发展改革委员会, with and without the district's prefix. Pure text.

Deliberately narrow: names that merely resemble each other (科技局, 科协; 商务局, 商务委; two supervision offices) belong to
different bodies more often than not, and a rule that cries wolf is not read.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

# Bodies, fields, prefixes: a table beside this module.
_NAMES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("unit_names.yaml").read_text(encoding="utf-8"))
_LONG_FIRST = sorted(((long, short) for short, ways in _NAMES["fields"].items() for long in ways), key=lambda pair: -len(pair[0]))
_NO_PREFIX = tuple(_NAMES["no_prefix"])
_PREFIX = re.compile(r"^(?:自治区|自治州|省|市|州|盟|区|县|旗)(?=\S{2})")
_NAMED_PREFIX = re.compile(r"^[\u4e00-\u9fff]{1,3}?(?:自治区|省|市|州|盟|区|县|旗)(?=\S{2})")
# What a document writes where it names nobody: 有关部门, 相关镇街, 各成员单位.
_NOBODY = re.compile(
    r"(?:有关|相关|其他|其它|各|各有关|各相关)(?:市直|市级|区级|区直|县级|县直|职能|成员|责任|牵头|配合)?"
    r"(?:部门|单位|镇街|镇乡|乡镇|街镇|街道|科室|委办局|园区|企业|县区|区县|机构)(?:和单位|、单位|和部门|、部门)?$|等(?:部门|单位)$"
)


def names_nobody(name: str) -> bool:
    """Whether a name stands for units that are not named: 区级有关部门, 相关镇街, 各成员单位."""
    return bool(_NOBODY.search(re.sub(r"[\s（(].*$", "", name)))


@lru_cache(maxsize=4096)
def _taken_apart(name: str) -> tuple[str, str, str]:
    """(prefix, field, body) of a unit's name."""
    name = re.sub(r"[\s（(].*$", "", name)
    prefix = ""
    found = None if name.startswith(_NO_PREFIX) else _PREFIX.match(name) or _NAMED_PREFIX.match(name)
    if found and not found[0].endswith(tuple(_NAMES["zones"])) and not name[found.end() - 1:].startswith(_NO_PREFIX):
        prefix, name = found[0], name[found.end():]
    body = ""
    for ending, canonical in _NAMES["bodies"].items():
        if name.endswith(ending) and len(name) > len(ending):
            name, body = name[: -len(ending)], canonical
            break
    for long, short in _LONG_FIRST:
        name = name.replace(long, short)
    return prefix, _NAMES["before_wei"].get(name, name) if body == "委" else name, body


def same_prefix(one: str, other: str) -> bool:
    """Whether two prefixes can belong to one level: the same, or one left out, or one of them spelt with the place's name."""
    return not one or not other or one == other or (one[-1] == other[-1] and 1 in (len(one), len(other)))


def look_alike(one: str, other: str) -> bool:
    """Whether two names abbreviate each other: the same body and the same field, long or short, at one level."""
    (p1, f1, b1), (p2, f2, b2) = _taken_apart(one), _taken_apart(other)
    return one == other or (bool(b1 and f1) and (f1, b1) == (f2, b2) and same_prefix(p1, p2))


def short_form(one: str, other: str) -> bool:
    """Whether one name is plainly the other with words left out, as documents do: 管委会 for 万盛经开区管委会, 市政府 for
    南阳市人民政府, 区财政 for 财政局. Asked only of names that are known to mean one unit."""
    short, long = sorted((re.sub(r"[\s（(].*$", "", n) for n in (one, other)), key=len)
    rest = iter(long)
    if look_alike(one, other) or all(letter in rest for letter in short):
        return True
    (_, f1, b1), (_, f2, b2) = _taken_apart(one), _taken_apart(other)
    return bool(f1) and f1 == f2 and not (b1 and b2)
