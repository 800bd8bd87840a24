"""The words of terminals: what states are called, with a text mark and a colour so that none of them carries the meaning
alone; and the headings of columns."""

import json
from pathlib import Path
from typing import NamedTuple

from gaoxin.i18n import Lang


class Word(NamedTuple):
    zh: str
    en: str
    mark: str = ""
    style: str = ""


# words.json: states by their look, and headings. Where a word differs by what it speaks of, that stands before the dot: an
# indicator looked ahead (outlook), a target in the list of what the document states (stated), how often something is done
# (every), a reminder. Headings are by the English ones; what follows a colon tells apart those that are one word in English.
_TABLE = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
WORDS = {key: Word(zh, en, look["mark"], look["style"]) for look in _TABLE["states"] for key, (zh, en) in look["words"].items()}
HEADS: dict[str, str] = _TABLE["heads"]


def head(key: str, lang: Lang) -> str:
    """A column's heading."""
    return HEADS[key] if lang == "zh" else key.partition(":")[0]


def known(state: str, of: str = "") -> Word | None:
    """The word for a state. of: `reminder` or `outlook` where a word differs by what it speaks of."""
    return WORDS.get(f"{of}.{state}") or WORDS.get(state)


def word(state: str | None, lang: Lang, *, of: str = "") -> str:
    """A state as rich markup: mark, word, colour. An unknown state is shown as it is: hiding it would be worse."""
    if state is None:
        return "—"
    found = known(state, of)
    if found is None:
        from rich.markup import escape

        from gaoxin.plan.criteria import CRITERIA
        from gaoxin.plan.fields import name_of

        return name_of(CRITERIA[state]).to(lang) if state in CRITERIA else escape(state)
    text = f"{found.mark} {found.en if lang == 'en' else found.zh}".strip()
    return f"[{found.style}]{text}[/]" if found.style else text
