"""What every answer is: a frozen dataclass that becomes JSON in one language, and says how the process is to end."""

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any, ClassVar, Self, dataclass_transform

from gaoxin.campaign.told import TOLD, Computed
from gaoxin.i18n import Lang, Worded
from gaoxin.periods import Period


@dataclass_transform(frozen_default=True)
class Answer:
    """An answer, or a part of one; each kind becomes a frozen dataclass. exit_status: as INTERFACES has it, 0 done, 1 the answer
    is no, 3 a fault. Named when a kind is declared: beside: fields that are no part of the JSON, for those who show the answer.
    inline: those whose own fields (or keys) stand in their place. optional: left out while None."""

    _how: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, *, beside: str = "", inline: str = "", optional: str = "") -> None:
        given = {"beside": beside, "inline": inline, "optional": optional}
        cls._how = cls._how | {name: how for how, names in given.items() for name in names.split()}
        dataclass(frozen=True)(cls)

    @property
    def exit_status(self) -> int:
        return 0

    @classmethod
    def of(cls, source: object, /, **given: Any) -> Self:
        """The answer whose fields are the source's of the same names, but for those given."""
        return cls(**{f.name: given[f.name] if f.name in given else getattr(source, f.name) for f in _fields(cls)})

    def to_json(self, lang: Lang) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for f in _fields(type(self)):
            how, value = self._how.get(f.name), getattr(self, f.name)
            if how == "inline":
                made |= as_json(value, lang)
            elif how != "beside" and not (how == "optional" and value is None):
                made[f.name] = as_json(value, lang)
        return made


def _fields(kind: Any) -> tuple[Field[Any], ...]:
    return fields(kind)  # each kind is a dataclass


def as_json(value: Any, lang: Lang) -> Any:
    """A value as JSON knows it: words in one language, Decimal int or float (null when not finite), dates ISO, enums, paths
    and periods text, dataclasses and models objects, tuples lists, sets sorted lists. Raises TypeError for anything else."""
    match value:
        case str():
            return str(value)  # of a state its word
        case None | bool() | int():
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
    if (told := TOLD.get(f"{type(value).__module__}.{type(value).__qualname__}")) is not None:
        return dict(_told(value, told, lang))
    if hasattr(value, "model_dump"):
        return as_json(value.model_dump(), lang)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_json(getattr(value, f.name), lang) for f in fields(value)}
    raise TypeError(f"no JSON for {type(value).__name__}")


def _told(value: Any, told: tuple[str, Computed], lang: Lang) -> Iterator[tuple[str, Any]]:
    names, computed = told
    for given, _, path in (one.partition("=") for one in names.split()):
        name = given.strip("*?")
        each = computed[name](value) if name in computed else reached(value, path or name)
        if given.startswith("*"):
            yield from as_json(each, lang).items()
        elif each is not None or not given.endswith("?"):
            yield name, as_json(each, lang)


def reached(value: Any, path: str) -> Any:
    """The attribute at the end of the path, None where nothing stands on the way."""
    for name in path.split("."):
        if value is None:
            return None
        value = getattr(value, name)
    return value
