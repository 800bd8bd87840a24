"""How answers read, wherever they are shown: what states are called, the headings of columns, and values as people write them."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from gaoxin import measures, numerals
from gaoxin.i18n import Lang, Worded
from gaoxin.periods import Period


class Word(NamedTuple):
    """mark: a sign beside the word, so that no colour carries the meaning alone. style: the colour, as terminals call it."""

    zh: str
    en: str
    mark: str = ""
    style: str = ""

    def to(self, lang: Lang) -> str:
        return self.en if lang == "en" else self.zh


# words.json: states by their look, and headings. Where a word differs by what it speaks of, that stands before the dot: an
# indicator looked ahead (outlook), a target in the list of what the document states (stated), how often something is done
# (every), a reminder. Headings are by the English ones; what follows a colon tells apart those that are one word in English.
_TABLE = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
WORDS: Mapping[str, Word] = {key: Word(zh, en, look["mark"], look["style"])
                             for look in _TABLE["states"] for key, (zh, en) in look["words"].items()}
HEADS: Mapping[str, str] = _TABLE["heads"]


def head(key: str, lang: Lang) -> str:
    """A column's heading."""
    return HEADS[key] if lang == "zh" else key.partition(":")[0]


def known(state: str, of: str = "") -> Word | None:
    """The word for a state. of: `reminder` or `outlook` where a word differs by what it speaks of."""
    return WORDS.get(f"{of}.{state}") or WORDS.get(state)


def told(value: Any, lang: Lang) -> str:
    """A value as text. Figures have at most four decimals: more is noise to a reader, and JSON has them all."""
    match value:
        case None | "":
            return "—"
        case Decimal() | float() | int() if not isinstance(value, bool):
            figure = Decimal(str(value))
            return numerals.plain(figure, places=4, grouped=True) if figure.is_finite() else "—"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case Worded():
            return value.to(lang)
        case Period():
            return value.said if lang == "zh" else str(value)
    return str(value)


def foreseen(value: Decimal | None, unit: str, lang: Lang, *, bare: bool = False) -> str:
    """A forecast with its unit of measure: of what is counted one by one, about so many; JSON has all digits. bare: without the
    unit."""
    if value is None:
        return "—"
    about = measures.counts(unit) and value != value.to_integral_value()
    figure = told(round(value, 1) if about else value, lang)
    figure = (f"约 {figure}" if lang == "zh" else f"about {figure}") if about else figure
    return figure if bare or not unit else f"{figure} {told(measures.said(unit), lang)}"


def percent(part: Decimal | float | None) -> str:
    """A share 0–1 as people read it: 87.5%."""
    return "—" if part is None else f"{told(round(Decimal(str(part)) * 100, 1), 'zh')}%"


def counted(states: Mapping[str, int], lang: Lang) -> str:
    """How many of each state."""
    return "、".join(f"{word.to(lang) if (word := known(state)) else state} {many}" for state, many in states.items()) or "—"
