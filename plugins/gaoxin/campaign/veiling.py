"""What those are shown who see no unit's figures and words (`View.FIGURES`): the same answer without them. A figure is a Decimal,
in an answer or in what a message says; words are what somebody typed, under the names by which answers, messages and events
have them. Verdicts, names, days, counts, hashes and alarms are everybody's who sees the page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from gaoxin.i18n import CATALOGUE, Code, Message, Text
from gaoxin.periods import Period

T = TypeVar("T")
HIDDEN = Code("veiling.hidden", "（内容不对本账号显示）", "(not shown to this account)")()
WORDS = frozenset({"text", "reason", "because", "closed_because", "standard", "entered_because", "explained"})
# Figures that are text.
_FIGURES = frozenset({("evidenced.figure", "said"), ("evidenced.figure_of", "said"), ("evidenced.named", "said"),
                      ("difference.changed_figure", "before"), ("difference.changed_figure", "after")})
_AS_THEY_ARE = frozenset({"alarms", "map", "detail", "asked"})  # fields without a figure of a unit, whatever they count
_EMPTY = frozenset({"evidence"})  # lists of texts that may be figures


def veiled(answer: T) -> T:
    found: Any = _veiled(answer)
    return found


def veiled_payload(payload: Mapping[str, Any], *, known: bool) -> dict[str, Any]:
    """Of an event. known: whether its kind is one; of another nobody can say what it carries."""
    return {name: value if known and name not in WORDS else HIDDEN.both() for name, value in payload.items()}


def _veiled(value: Any) -> Any:
    match value:
        case Message():
            return _message(value)
        case Decimal():
            return None
        case None | str() | Text() | date() | Enum() | Period() | Counter():
            return value
        case Mapping():
            return {key: _veiled(each) for key, each in value.items()}
        case list() | tuple():
            return type(value)(map(_veiled, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _field(f.name, getattr(value, f.name)) for f in fields(value) if f.init})
    return value


def _field(name: str, value: Any) -> Any:
    if name in _AS_THEY_ARE:
        return _said(value) if isinstance(value, Message) else value
    if name in _EMPTY:
        return ()
    return _word(value) if name in WORDS else _veiled(value)


def _word(value: Any) -> Any:
    return HIDDEN if isinstance(value, Message) else HIDDEN.both() if value else value


def _message(told: Message) -> Message:
    return HIDDEN if any(isinstance(value, Decimal) for value in told.context.values()) else _said(told)


def _said(told: Message) -> Message:
    """A message with what somebody typed left out, and the figures of messages within it."""
    code = CATALOGUE.get(told.code)
    if code is None:  # of a code that is gone: nobody can say what it tells
        return HIDDEN
    return Message(code, tuple(_word(v) if name in WORDS or (told.code, name) in _FIGURES else _part(v)
                               for name, v in told.context.items()))


def _part(value: Any) -> Any:
    return value if isinstance(value, Decimal) else _veiled(value)
