"""What every answer is: a frozen dataclass that becomes JSON in one language, and says how the process is to end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, ClassVar, Self

from gaoxin.i18n import Lang, Worded
from gaoxin.periods import Period


@dataclass(frozen=True)
class Answer:
    """An answer, or a part of one.

    beside: fields that are no part of the JSON: what names are looked up in, where the answer is shown. inline: those whose own
    fields (or keys) stand in their place. optional: those that are left out while they are None.
    """

    _how: ClassVar[dict[str, str]] = {}

    def __init_subclass__(
        cls, *, beside: tuple[str, ...] = (), inline: tuple[str, ...] = (), optional: tuple[str, ...] = ()
    ) -> None:
        given = {"beside": beside, "inline": inline, "optional": optional}
        cls._how = cls._how | {name: how for how, names in given.items() for name in names}

    @property
    def exit_status(self) -> int:
        """As INTERFACES has it: 0 done, 1 the answer is no, 3 a fault."""
        return 0

    @classmethod
    def of(cls, source: object, **given: Any) -> Self:
        """The answer whose fields are the source's of the same names, but for those given."""
        return cls(**{f.name: given[f.name] if f.name in given else getattr(source, f.name) for f in fields(cls) if f.init})

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """What `as_json` makes of the fields, in their order."""
        made: dict[str, Any] = {}
        for f in fields(self):
            how, value = self._how.get(f.name), getattr(self, f.name)
            if how == "inline":
                made |= as_json(value, lang)
            elif how != "beside" and not (how == "optional" and value is None):
                made[f.name] = as_json(value, lang)
        return made


def as_json(value: Any, lang: Lang) -> Any:
    """A value as JSON knows it: words in one language, Decimal int or float (null when not finite), dates ISO, enums, paths
    and periods text, dataclasses and models objects, tuples lists, sets sorted lists. Raises TypeError for anything else."""
    match value:
        case Enum():
            return as_json(value.value, lang)
        case None | bool() | int() | str():
            return value
        case float():
            return value if value - value == 0 else None
        case Decimal():
            if not value.is_finite():
                return None
            return int(value) if value == value.to_integral_value() else float(value)
        case date():  # datetime is one
            return value.isoformat()
        case Answer():
            return value.to_json(lang)
        case Worded():  # before tuples: a Text is one
            return value.to(lang)
        case Mapping():
            return {str(as_json(key, lang)): as_json(each, lang) for key, each in value.items()}
        case list() | tuple():
            return [as_json(each, lang) for each in value]
        case set() | frozenset():
            return sorted((as_json(each, lang) for each in value), key=str)
        case PurePath() | Period():
            return str(value)
    if hasattr(value, "model_dump"):
        return as_json(value.model_dump(), lang)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_json(getattr(value, f.name), lang) for f in fields(value)}
    raise TypeError(f"no JSON for {type(value).__name__}")
