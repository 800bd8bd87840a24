"""Rows that number a table's columns below their headings: 甲 乙 1 2 3=1+2. Part of its head, no place called 甲."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gaoxin.containers.model import Position, Sheet
from gaoxin.returns.text import squeezed

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_INSTEAD = frozenset({"栏次", "栏号", "列次", "列号"})
_NUMBER = re.compile(r"\(?([0-9]{1,3})\)?(?:=.*)?")


@dataclass(frozen=True)
class _Numbers:
    """What numbers a row's cells. stems: 甲 or such, 栏次 as two. columns: of those that were given how many it goes over."""

    stems: int
    numbers: int
    columns: int


def numbers_columns(texts: Sequence[str]) -> bool:
    """Whether a row's cells, from its table's first column on, do so. Behind them another table may begin."""
    return _read(texts) is not None


def in_head(sheet: Sheet, merged: Mapping[Position, Position], row: int, columns: Sequence[int]) -> int:
    """Over how many columns a row of a head does so, if it does. Bare numbers below a heading that stands over several, such as
    months below 2024年, do not. merged: cell -> the first of those that it is merged with."""
    found = _read([sheet.text(row, c) for c in columns])
    if found is None or merged.get((row, columns[0]), (row, columns[0]))[0] < row:
        return 0
    over = [merged.get((row - 1, c), (row - 1, c)) for c in columns[:found.columns]]
    each_its_own = len(set(over)) == len(over) and all(sheet.text(*origin).strip() for origin in over)
    return found.columns if found.stems or each_its_own else 0


def below_head(sheet: Sheet, merged: Mapping[Position, Position], row: int, columns: Sequence[int]) -> bool:
    """The same of the row below it, which may be of a place that is called 甲: then 乙 follows, or nothing."""
    found = _read([sheet.text(row, c) for c in columns])
    if found is None or not (found.stems > 1 or found.numbers > 2 - found.stems) or not in_head(sheet, merged, row, columns):
        return False
    after = next((text for r in range(row + 1, len(sheet.rows) + 1) if (text := squeezed(sheet.text(r, columns[0])))), None)
    return after is not None and not _is_stem(after)


def _is_stem(text: str) -> bool:
    return len(text) == 1 and text in _STEMS


def _read(texts: Sequence[str]) -> _Numbers | None:
    stems, numbers, end = 0, list[int](), len(texts)
    for place, text in enumerate(map(squeezed, texts)):
        bare = text.strip("()")
        if not numbers and (not bare or bare in _INSTEAD or _is_stem(bare)):
            stems += 2 if bare in _INSTEAD else bool(bare)
            continue
        found = _NUMBER.fullmatch(text)
        if found is None or (numbers and int(found[1]) != numbers[-1] + 1):
            if text and not _is_stem(bare) and not (found and found[1] == "1"):
                return None
            end = place
            break
        numbers.append(int(found[1]))
    if not numbers or (numbers[0] != 1 and not stems) or not (stems or len(numbers) > 2 or (
            len(numbers) > 1 and not texts[0].strip())):
        return None
    return _Numbers(stems, len(numbers), end)
