"""Names and headings in traditional characters (繁体字) beside the same in simplified ones, by the characters that stand in
names of firms and in tables. Nothing is converted: a person decides. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from gaoxin.i18n import Code, Text
from gaoxin.returns.text import squeezed

TWIN = Code("returns.traditional_twin", "「{text}」与第 {row} 行「{other}」只差繁体字；是同一对象的，请改为简体，只留一条",
            "{text!r} differs from {other!r} in row {row} by traditional characters alone: where it is the same, write it in "
            "simplified ones and keep one record", other=str)
HEADING = Code("returns.traditional_heading", "表头「{text}」写的像是繁体的「{name}」；请改为简体",
               "the heading {text!r} seems to be {name} in traditional characters: write it in simplified ones", name=str | Text)
HEADINGS = Code("returns.traditional_headings", "「{sheet}」的表头像是繁体字写的（{written}）；请改为：{names}",
                "the heading of {sheet} seems to be in traditional characters ({written}): write {names}", written=tuple,
                names=tuple)
_TOGETHER = 10_000  # texts
_SIMPLIFIED = {ord(pair[0]): pair[1] for row in json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
               for pair in row.split()}


def simplified(text: str) -> str:
    return text.translate(_SIMPLIFIED)


def alike(one: str, other: str) -> bool:
    """Whether two texts differ, and by traditional characters alone."""
    return one != other and simplified(one) == simplified(other)


def written_so(texts: Iterable[object]) -> bool:
    """Whether any of them has a traditional character."""
    left, signs = (text for text in texts if type(text) is str), set[str]()
    while together := "".join(islice(left, _TOGETHER)):
        signs.update(together)
    return any(ord(sign) in _SIMPLIFIED for sign in signs)


def twins(names: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """names: row -> name. Each row whose name is another's but for traditional characters, with the first row that has it."""
    first: dict[str, int] = {}
    for row, name in names.items():
        first.setdefault(squeezed(name), row)
    for row, name in names.items():
        bare = squeezed(name)
        if (other := first.get(plain := simplified(bare))) is not None and plain != bare:
            yield row, other
