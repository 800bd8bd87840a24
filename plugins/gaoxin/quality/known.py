"""Registers that were accepted, by what identifies their records: what is asked of them is looked up, never laid out. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any, Protocol

from gaoxin.folding import folded
from gaoxin.returns.entries import Entries
from gaoxin.returns.model import Entry

EntityKey = tuple[str, ...]

# A text that `entity_text` would leave as it is, by its letters alone: most codes and names.
FOLDED = "[\u4e00-\u9fffA-Z0-9]+"


class Texts(Protocol):
    """Records by columns."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int) -> Any: ...

    def texts(self, field: str) -> Iterator[Any]:
        """What each record holds in a field; None where it holds nothing."""


def entity_text(value: object) -> str | None:
    """A key's part, made comparable. None when there is none."""
    return folded(value) or None


class Entities(Mapping[EntityKey, Mapping[str, str | None]]):
    """The records of a unit's registers of one period, by some fields; of several that are alike the last."""

    def __init__(self, held: Sequence[Texts], fields: tuple[str, ...]) -> None:
        self._held, self._fields = held, fields

    @classmethod
    def of_read(cls, entries: Sequence[Sequence[Entry]], fields: tuple[str, ...]) -> "Entities":
        """Those of files, of which only the keys are asked."""
        return cls([_Read(Entries.of(one)) for one in entries], fields)

    @cached_property
    def _places(self) -> dict[str | EntityKey, int]:
        """Where a record stands among all. A key of one part is kept as that part: keys are many."""
        keys = zip(*(map(entity_text, self._texts(field)) for field in self._fields), strict=True)
        return {_kept(key): place for place, key in enumerate(keys) if None not in key}

    def _texts(self, field: str) -> Iterator[str | None]:
        return chain.from_iterable(held.texts(field) for held in self._held)

    def __getitem__(self, key: EntityKey) -> Mapping[str, str | None]:
        place = self._places[_kept(key)]
        for held in self._held:
            if place < len(held):
                return held[place].values
            place -= len(held)
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and _kept(key) in self._places

    def __iter__(self) -> Iterator[EntityKey]:
        return ((key,) if isinstance(key, str) else key for key in self._places)

    def __len__(self) -> int:
        return len(self._places)

    def texts(self, field: str) -> Callable[[EntityKey | None], str | None]:
        """What a record holds in a field: for whoever asks many one after another."""
        column, places = [*self._texts(field)], self._places
        return lambda key: None if key is None or (place := places.get(_kept(key))) is None else column[place]


def texts_of(held: Mapping[EntityKey, Mapping[str, str | None]], field: str) -> Callable[[EntityKey | None], str | None]:
    """What a record holds in a field, by its key; None of one that is not there. For whoever asks many one after another."""
    if isinstance(held, Entities):
        return held.texts(field)
    return lambda key: None if key is None else held.get(key, {}).get(field)


def _kept(key: EntityKey) -> str | EntityKey:
    return key[0] if len(key) == 1 else key


class _Read:
    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, place: int) -> Entry:
        return self._entries[place]

    def texts(self, field: str) -> Iterator[Any]:
        column = self._entries.columns.get(field)
        return iter([None] * len(self)) if column is None else column.values()


class Claimed(Mapping[EntityKey, tuple[str, ...]]):
    """Entity -> the units, of some, that have it in their registers. units: with what they have; known: what is known beside."""

    def __init__(self, units: Mapping[str, Entities], known: Mapping[EntityKey, tuple[str, ...]] = MappingProxyType({})) -> None:
        self._units, self._known = dict(sorted(units.items())), known

    def __getitem__(self, key: EntityKey) -> tuple[str, ...]:
        found = tuple(unit for unit, entities in self._units.items() if key in entities)
        if known := self._known.get(key):
            found = tuple(sorted({*found, *known}))
        if not found:
            raise KeyError(key)
        return found

    def __bool__(self) -> bool:
        return bool(self._known) or any(self._units.values())

    def __contains__(self, key: object) -> bool:
        return key in self._known or any(key in entities for entities in self._units.values())

    def __iter__(self) -> Iterator[EntityKey]:
        return iter(dict.fromkeys(chain(self._known, *self._units.values())))

    def __len__(self) -> int:
        return len({*self})
