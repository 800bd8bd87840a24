"""What people write in a bulletin: named places for text, in which figures stand as placeholders such as {indicator:gdp}. The
figure is put there from the snapshot, so that no text can say another."""

import re
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


@dataclass(frozen=True)
class Resolved:
    """A text with its figures in. unknown: placeholders for which the snapshot has none."""

    text: str
    unknown: tuple[str, ...]


def resolved(text: str, figures: Mapping[str, str]) -> Resolved:
    unknown = tuple(dict.fromkeys(name for name in placeholders(text) if name not in figures))
    return Resolved(_MARK.sub(lambda found: figures.get(found[1].strip(), found[0]), text), unknown)


def placeholders(text: str) -> Iterator[str]:
    return (found[1].strip() for found in _MARK.finditer(text))


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
