"""What people write in a bulletin: named places for text, in which figures stand as placeholders such as {indicator:gdp}. The
figure is put there from the snapshot, so that no text can say another."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

SLOTS: Mapping[str, Text] = {
    "overall": Text("总体情况", "Overall"), "analysis": Text("存在问题及原因分析", "Problems and their causes"),
    "next": Text("下一步工作要求", "What is asked next"), "praise": Text("表扬和批评意见", "Praise and criticism"),
}
LONGEST = 4_000  # characters of a text
_MARK = re.compile(r"\{([^{}]*)\}")
# Days, periods, documents' numbers, places in a list or a document: figures that tell nothing of the campaign's.
_NO_FIGURE = re.compile(
    r"[〔\[(]\d{4}[〕\])]\s*(第?\d+号)?|\d{4}[-./]\d{1,2}([-./]\d{1,2})?|\d{4}-(Q[1-4]|H[12])|\d{4}\s*年度?|\d{1,2}\s*月份?|"
    r"\d{1,2}\s*[日号]|\d{1,2}:\d{2}|第\s*\d+\s*[季期号项条章款次届]|[一二三四1-4]\s*季度|^\s*\(?\d{1,2}[.、)]|\(\d{1,2}\)|"
    r"[A-Za-z&]+\d+(\.\d+)?|\d+[A-Za-z]+", re.MULTILINE)
_UNIT = r"(?:个百分点|个基点|%|‰|[万亿]?元|万亿|[亿万千百]?(?:家|人|户|项|件|个|份|次|亩|公顷|吨|公里|天|倍|成))"
_TYPED = re.compile(rf"[+-]?\d[\d,]*(?:\.\d+)?\s*(?:{_UNIT}|[亿万千百])?|百分之[零一二三四五六七八九十百点]+|"
                    rf"[零一二两三四五六七八九十百千万亿]{{2,}}(?:点[零一二三四五六七八九]+)?{_UNIT}")


@dataclass(frozen=True)
class Resolved:
    """A text with its figures in. unknown: placeholders for which the snapshot has none."""

    text: str
    unknown: tuple[str, ...]


def resolved(text: str, figures: Mapping[str, str]) -> Resolved:
    unknown = tuple(dict.fromkeys(name for name in placeholders(text) if name not in figures))
    return Resolved(_MARK.sub(lambda found: figures.get(found[1].strip(), found[0]), text), unknown)


def pieces(line: str, figures: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A line in pieces, each with the placeholder that it stands for, "" for what was written. Together they are what `resolved`
    gives."""
    at = 0
    for found in _MARK.finditer(line):
        if (name := found[1].strip()) in figures:
            yield line[at:found.start()], ""
            yield figures[name], name
            at = found.end()
    yield line[at:], ""


def placeholders(text: str) -> Iterator[str]:
    return (found[1].strip() for found in _MARK.finditer(text))


def typed(text: str) -> tuple[str, ...]:
    """The figures that whoever wrote it typed: numbers, with what they are measured in, that are no day, no number of a document
    and no place in a list; in Chinese numerals where they count something. What a placeholder puts there is none."""
    bare = _NO_FIGURE.sub(" ", _MARK.sub(" ", unicodedata.normalize("NFKC", text)))
    return tuple(dict.fromkeys(found[0].strip() for found in _TYPED.finditer(bare)))


def must_resolve(text: str, figures: Mapping[str, str]) -> None:
    """Raises UsageError for a placeholder that the snapshot has no figure for, and for a brace that is none."""
    if unknown := resolved(text, figures).unknown:
        kinds = sorted({name.partition(":")[0] for name in unknown} & {name.partition(":")[0] for name in figures})
        near = [name for name in figures if name.partition(":")[0] in kinds] or list(figures)
        raise UsageError(Text(f"没有这样的数据：{'、'.join('{' + n + '}' for n in unknown)}",
                              f"no such figure: {', '.join('{' + n + '}' for n in unknown)}"), where="text",
                         todo=Text("可用：" + "、".join("{" + n + "}" for n in near[:40]),
                                   "known: " + ", ".join("{" + n + "}" for n in near[:40])))
    if re.search(r"[{}]", _MARK.sub("", text)):
        raise UsageError(Text("花括号须成对，只用于插入数据", "braces come in pairs, and only to put a figure in"), where="text",
                         todo=Text("写成 {indicator:编号}", "write {indicator:ID}"))


def slot_of(name: str) -> str:
    """Raises UsageError for an unknown place."""
    if name not in SLOTS:
        raise UsageError(Text(f"通报没有文字部分 {name!r}", f"a bulletin has no text {name!r}"), where="slot",
                         todo=Text("可用：" + "、".join(f"{k} {v.zh}" for k, v in SLOTS.items()), "known: " + ", ".join(SLOTS)))
    return name
