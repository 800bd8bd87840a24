"""What changed between two plans, in words: part by part in the plan's order, matched by id.

Pure. The smallest thing told is what an author changes as one: a date, a name, a whole target, a list of units. Nothing
is judged; whether a change is right is the business of `gaoxin.planning.check`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from pydantic import BaseModel

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.plan.base import Label, Source
from gaoxin.plan.fields import name_of
from gaoxin.plan.indicator import Indicator
from gaoxin.plan.model import Plan
from gaoxin.plan.target import TargetKind
from gaoxin.planning.authoring.diff_words import Side, as_written, titled

Kind = Literal["added", "removed", "changed"]
# What is told as one value though it is a model.
_WHOLE: tuple[type[BaseModel], ...] = (Label, Source, TargetKind)
# Parts that a finding's subject names, too: `document.annexes.<id>`, `governance.powers.<power>`.
_SUBJECTS_WITHIN = ("annexes", "powers")

_AROUND = Code("diff.around", "{parts:of}的", "{parts:of}: ")
_TOLD = Code("diff.told", "{around}{what}{told}", "{around}{what}{told}", what=Worded)
_ANOTHER_KIND = Code("diff.another_kind", "{parts:of}{told}", "{parts:of}{told}")
_FROM_TO = Code("diff.from_to", "由 {old} 改为 {new}", " changed from {old} to {new}")
_ORDER = Code("diff.order", "的顺序{told}", ", their order{told}")
_LIST = Code("diff.list", "：{each:;}", ": {each:;}")
_MORE = Code("diff.list.added", "增加 {told}", "added {told}", told=Worded)
_LESS = Code("diff.list.removed", "减去 {told}", "removed {told}", told=Worded)
_NEW_ORDER = Code("diff.new_order", "{around}{what}的顺序改为：{names}", "{around}{what}: now in the order {names}", what=Worded)
_KEY = Code("diff.key", "{name} {key}", "{name} {key}", name=Worded)
_KEY_ADDED = Code("diff.key.added", "：新增 {new}", ": added, {new}")
_KEY_REMOVED = Code("diff.key.removed", "：删去（原为 {old}）", ": removed, was {old}")
_ADDED = Code("diff.added", "新增{parts:of}{more}", "added {parts:of}{more}")
_REMOVED = Code("diff.removed", "删去{parts:of}{more}", "removed {parts:of}{more}")
_SUMMARY = Code("diff.summary", "：{told}", ": {told}", told=Worded)
_QUOTED = Code("diff.quoted", "“{zh}”", '"{en}"')


@dataclass(frozen=True)
class Change:
    """One change. subject: the part, such as `phases.application` or `document`; field: the path within it, empty when
    the whole part was added or removed. before, after: as plan.yaml would have them, None where there is nothing."""

    kind: Kind
    subject: str
    field: str
    before: Any
    after: Any
    message: Message


def differences(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Every change from one plan to another, each told once; none when they are equal."""
    return tuple(_Walk(Side(before), Side(after)).within(before, after, _Place()))


@dataclass(frozen=True)
class _Place:
    """Where the walk is. path: keys and ids. subject: how many steps of the path name the part. words: of the parts
    that lie around, outermost first."""

    path: tuple[str, ...] = ()
    subject: int = 0
    words: tuple[Worded, ...] = ()

    def key(self, key: str, words: Worded | None = None) -> Self:
        whole = self.subject or (1 if words else 0)
        return replace(self, path=(*self.path, key), subject=whole, words=(*self.words, words) if words else self.words)

    @property
    def around(self) -> Message | None:
        """The parts around, as they stand before a key."""
        return _AROUND(parts=self.words) if self.words else None

    def item(self, key: str, name: str, words: Worded) -> Self:
        path = (*self.path, key, name)
        whole = len(path) if not self.path or key in _SUBJECTS_WITHIN else self.subject
        return replace(self, path=path, subject=whole, words=(*self.words, words))


@dataclass(frozen=True)
class _Walk:
    old: Side
    new: Side

    def within(self, old: BaseModel, new: BaseModel, at: _Place) -> Iterator[Change]:
        """The changes between two models of one type, key by key."""
        walk = self
        if isinstance(old, Indicator) and isinstance(new, Indicator):
            walk = _Walk(self.old.within(old), self.new.within(new))
        for name, field in type(new).model_fields.items():
            was, is_ = getattr(old, name), getattr(new, name)
            if was != is_:
                yield from walk.value(type(new), name, field.alias or name, was, is_, at)

    def value(self, model: type[BaseModel], name: str, key: str, was: Any, is_: Any, at: _Place) -> Iterator[Change]:
        listed = isinstance(was, tuple) and isinstance(is_, tuple)
        if _part(was) and type(was) is type(is_):
            words = None if name == "gate" else name_of(model, name)  # its own keys say 关口 already
            yield from self.within(was, is_, at.key(key, words))
        elif listed and all(map(_part, (*was, *is_))):
            yield from self.items(model, name, was, is_, at)
        elif isinstance(was, dict) and isinstance(is_, dict):
            yield from self.entries(model, name, was, is_, at)
        else:
            told = self.lists(model, name, was, is_) if listed else self.from_to(model, name, was, is_)
            yield _change("changed", at.key(key), was, is_, _TOLD(around=at.around, what=name_of(model, name), told=told))

    def from_to(self, model: type[BaseModel], name: str, was: Any, is_: Any) -> Message:
        """Words for one value that became another. Where both are called alike, as plan.yaml has them."""
        if isinstance(was, Label) and isinstance(is_, Label):
            return _relabelled(was, is_)
        old, new = self.old.told(model, name, was), self.new.told(model, name, is_)
        if old == new:
            old, new = _raw(was), _raw(is_)
        return _FROM_TO(old=old, new=new)

    def lists(self, model: type[BaseModel], name: str, was: tuple[Any, ...], is_: tuple[Any, ...]) -> Message:
        """Words for a list of plain values: what came and what went, or only its order."""
        gone, come = tuple(v for v in was if v not in is_), tuple(v for v in is_ if v not in was)
        if not gone and not come:
            return _ORDER(told=self.from_to(model, name, was, is_))
        new, old = self.new.told(model, name, come), self.old.told(model, name, gone)
        if new == old:  # two units of one name, say
            new, old = _raw(come), _raw(gone)
        return _LIST(each=[said(told=told) for said, told, some in ((_MORE, new, come), (_LESS, old, gone)) if some])

    def items(self, model: type[BaseModel], name: str, was: tuple, is_: tuple, at: _Place) -> Iterator[Change]:
        """The changes in a list of parts: what went, what came or changed in the new order, then the order itself."""
        old_of = {n: o for o, n in matched(was, is_)}
        for gone in range(len(was)):
            if gone not in old_of.values():
                yield self._whole("removed", name, was[gone], gone, at)
        for number, item in enumerate(is_):
            if number not in old_of:
                yield self._whole("added", name, item, number, at)
                continue
            earlier = was[old_of[number]]
            place = at.item(name, _id_of(item, number), titled(item, self.new))
            if type(earlier) is not type(item):
                told = _FROM_TO(old=name_of(type(earlier)), new=name_of(type(item)))
                yield _change("changed", place, earlier, item, _ANOTHER_KIND(parts=place.words, told=told))
            elif earlier != item:
                yield from self.within(earlier, item, place)
        kept = sorted(old_of)
        if (olds := sorted(old_of.values())) != [old_of[n] for n in kept]:
            order, before = [_id_of(is_[n], n) for n in kept], [_id_of(was[o], o) for o in olds]
            yield _change("changed", at.key(name), before, order,
                          _NEW_ORDER(around=at.around, what=name_of(model, name), names=[titled(is_[n], self.new) for n in kept]))

    def entries(self, model: type[BaseModel], name: str, was: dict, is_: dict, at: _Place) -> Iterator[Change]:
        """The changes in a mapping, such as the inputs of a formula or the codes of a column."""
        for key in dict.fromkeys((*was, *is_)):
            words = _KEY(name=name_of(model, name), key=str(key))
            place = at.key(name).key(key)
            if was.get(key) == is_.get(key):
                continue
            if key in was and key in is_ and _part(was[key]):
                yield from self.within(was[key], is_[key], replace(place, words=(*place.words, words)))
                continue
            kind: Kind = "changed"
            if key not in was:
                kind, told = "added", _KEY_ADDED(new=self.new.told(model, name, is_[key]))
            elif key not in is_:
                kind, told = "removed", _KEY_REMOVED(old=self.old.told(model, name, was[key]))
            else:
                told = self.from_to(model, name, was[key], is_[key])
            yield _change(kind, place, was.get(key), is_.get(key), _TOLD(around=at.around, what=words, told=told))

    def _whole(self, kind: Kind, name: str, item: BaseModel, number: int, at: _Place) -> Change:
        added = kind == "added"
        side = self.new if added else self.old
        place, summary = at.item(name, _id_of(item, number), titled(item, side)), side.summary(item)
        message = (_ADDED if added else _REMOVED)(parts=place.words, more=_SUMMARY(told=summary) if summary else None)
        return _change(kind, place, None if added else item, item if added else None, message)


def _change(kind: Kind, at: _Place, was: Any, is_: Any, message: Message) -> Change:
    subject, field = ".".join(at.path[: at.subject]), ".".join(at.path[at.subject :])
    return Change(kind, subject or "plan", field, as_written(was), as_written(is_), message)


def _part(value: Any) -> bool:
    """Whether a value is a part with keys of its own, told key by key."""
    return isinstance(value, BaseModel) and not isinstance(value, _WHOLE)


def _relabelled(old: Label, new: Label) -> Message:
    """A text in two languages: each reader sees the language that changed, the reader's own if it is among them."""
    zh = (old.zh, new.zh) if old.zh != new.zh else (old.en or "未写", new.en or "未写")
    en = (old.en or "nothing", new.en or "nothing") if old.en != new.en else (old.zh, new.zh)
    return _FROM_TO(old=_QUOTED(zh=zh[0], en=en[0]), new=_QUOTED(zh=zh[1], en=en[1]))


def _raw(value: Any) -> Text:
    text = json.dumps(as_written(value), ensure_ascii=False, default=str)
    return Text(text, text)


_KEYS: tuple[Callable[[Any], Any], ...] = (
    lambda x: getattr(x, "id", None),
    lambda x: x if not hasattr(x, "id") else None,
    lambda x: (getattr(x, "power", None), getattr(x, "unit", None)) if hasattr(x, "unit") and not hasattr(x, "id") else None,
    lambda x: (x.of, x.zone, x.on) if hasattr(x, "zone") else None,
    lambda x: (x.period, x.published) if hasattr(x, "period") else None,
    lambda x: (x.role, x.source) if hasattr(x, "role") else None,
    lambda x: getattr(x, "what", None),
    lambda x: getattr(x, "name", None) if not hasattr(x, "id") else None,
    # Before the place: several may stand in one.
    lambda x: getattr(x, "when", None) or getattr(x, "title", None) if not hasattr(x, "id") else None,
    lambda x: getattr(x, "then", None),
    lambda x: getattr(x, "source", None) if not hasattr(x, "id") and not hasattr(x, "what") else None,
    lambda x: x.role if hasattr(x, "role") else None,
    lambda x: x.of if hasattr(x, "of") and hasattr(x, "title") else None,  # a column of an annex
)


def matched(was: tuple, is_: tuple) -> list[tuple[int, int]]:
    """Which part of one list is which of another, by position: by id, where parts have ids; else equal ones, then by
    what identifies their kind, such as a target's role and place. Each part once."""
    left, right = dict(enumerate(was)), dict(enumerate(is_))
    pairs = []
    for key in _KEYS:
        for old, item in list(left.items()):
            wanted = key(item)
            found = None if wanted is None else next((n for n, other in right.items() if key(other) == wanted), None)
            if found is not None:
                pairs.append((old, found))
                del left[old], right[found]
    if len(left) == len(right) == 1 and not hasattr(was[next(iter(left))], "id"):
        pairs.append((next(iter(left)), next(iter(right))))  # the only one that is left on either side
    return pairs


def _id_of(item: BaseModel, number: int) -> str:
    return str(getattr(item, "id", None) or getattr(item, "power", None) or getattr(item, "unit", None) or number)
