"""Messages in two languages: Chinese first, English beside it. A message is a code with typed context; words come last.

A `Code` is declared where it belongs, in the file of the rule that speaks it: a stable name, a template in Chinese and one
in English, and the types of the fields that they name. Called with those fields it yields a `Message`, which is kept,
compared, hashed and stored as code and context; it becomes words where it is shown, in one language or in both. No code
takes a sentence apart, and no identity is made of words: rewording a template changes nothing but what is read.

`Text` is a pair of fixed words: names, titles, and the errors of `gaoxin.errors`. Wherever words are asked for, either will
do (`Worded`). Identifiers, code and logs are English and do not belong here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from string import Formatter
from types import UnionType
from typing import Any, Literal, NamedTuple, Protocol, get_args, runtime_checkable

from gaoxin import numerals
from gaoxin.declared import declare

Lang = Literal["zh", "en"]

# How the items of a list are joined, by format spec: `{names}` 甲、乙; `{reasons:;}` 甲；乙; `{values:or}` 甲，还是 乙;
# `{parts:of}` 甲的乙; `{units:and}` 甲和乙. Any other spec joins both alike.
_JOINTS = {"": ("、", ", "), ";": ("；", "; "), ",": ("，", ", "), "or": ("，还是 ", ", or "), "of": ("的", ", "),
           "and": ("和", " and ")}


class Text(NamedTuple):
    """Fixed words, in Chinese and in English."""

    zh: str
    en: str

    def to(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    def both(self) -> str:
        """Both languages on one line, for logs and for errors that leave the process."""
        return f"{self.zh} / {self.en}"


@runtime_checkable
class Worded(Protocol):
    """Anything that says itself in either language: a Text, a Message, a label of the plan."""

    def to(self, lang: Lang) -> str: ...


class Message:
    """A code with its context. Equal, and of one hash, where code and context are.
    context: field -> value in the order declared: str, int, Decimal, date, a value with `parse` (a Period), words (Text,
    Message), a tuple of such, or None where the code allows it."""

    __slots__ = ("_code", "_identity", "_values")

    def __init__(self, code: Code, values: tuple[Any, ...]) -> None:
        self._code, self._values, self._identity = code, values, ""

    @property
    def code(self) -> str:
        return self._code.code

    @property
    def context(self) -> dict[str, Any]:
        return dict(zip(self._code.fields, self._values, strict=True))

    def to(self, lang: Lang) -> str:
        return _Words(lang).vformat(self._code.zh if lang == "zh" else self._code.en, (), self.context)

    @property
    def zh(self) -> str:
        return self.to("zh")

    @property
    def en(self) -> str:
        return self.to("en")

    def both(self) -> str:
        return f"{self.zh} / {self.en}"

    def with_texts(self, changed: Callable[[str], str]) -> Message:
        """The same, each text of its context as `changed` has it."""
        return Message(self._code, tuple(_changed(value, changed) for value in self._values))

    def as_json(self) -> dict[str, Any]:
        """`{code, context}` as JSON has it; `message` reads it back."""
        return {"code": self.code, "context": {name: _json(value) for name, value in self.context.items()}}

    @property
    def identity(self) -> str:
        """Canonical JSON of code and context: what a finding, a decision or a digest is known by."""
        if not self._identity:  # made once: messages are compared again and again
            self._identity = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return self._identity

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        return f"<{self.code}: {self.en}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return message, (self.as_json(),)

    def __deepcopy__(self, _memo: Any) -> Message:
        return self  # nothing in it can change


class Code:
    """A kind of message. code: stable, dotted, the first part the room that speaks it. fields: name -> type (or union of types)
    of what the templates name, where the name does not say it (fields.json); `tuple` for a list. They stand in the order of the
    Chinese words, or as given where all are. In a template `{field}` stands for the value in the reader's language: Decimals
    without trailing noughts (`{value:2}` rounds to two places), lists joined (see `_JOINTS`), None as nothing; `{n:s}` is an s
    where the number is not one; `{hash:.12}` is the beginning of a text, `{name:zh}` its Chinese in whatever language, where both
    stand side by side; a period stands as officials write it, `{period:id}` as commands have it. Raises ValueError where a
    language is missing, a field is not known or not used, or the code is taken."""

    def __init__(self, code: str, zh: str, en: str, /, **fields: type | UnionType) -> None:
        if not zh or not en:
            raise ValueError(f"{code}: a message needs both languages")
        named = dict.fromkeys(part for template in (zh, en) for _, part, _, _ in Formatter().parse(template) if part is not None)
        if strange := [part for part in named if not part.isidentifier()]:
            raise ValueError(f"{code}: a template names plain fields only, not {strange}")
        if not named.keys() <= fields.keys():
            fields = {part: fields.get(part) or _KINDS[part] for part in named if part in fields or part in _KINDS} | fields
        if named.keys() != fields.keys():
            raise ValueError(f"{code}: templates name {sorted(named)}, declared or known are {sorted(fields)}")
        if CATALOGUE.get(code, self) is not self:
            raise ValueError(f"{code}: the code is taken")
        self.code, self.zh, self.en, self.fields = code, zh, en, fields
        CATALOGUE[code] = self

    def __call__(self, **context: Any) -> Message:
        """The message with this context. Raises TypeError for a field that is missing, unknown or of another type."""
        if context.keys() != self.fields.keys():
            raise TypeError(f"{self.code} takes {list(self.fields)}, not {list(context)}")
        return Message(self, tuple(_taken(self.code, name, kind, context[name]) for name, kind in self.fields.items()))


# What a field holds, by its name; a code that means something else by it, or names a type that is not known here, says so.
TYPES: dict[str, Any] = {
    "str": str, "int": int, "Decimal": Decimal, "date": date, "tuple": tuple, "Worded": Worded, "Message": Message, "Text": Text,
    "Message | None": Message | None, "str | Message": str | Message}
_HOLDS: dict[str, str] = json.loads(Path(__file__).with_name("fields.json").read_text(encoding="utf-8"))
_KINDS: dict[str, Any] = {name: TYPES[kind] for kind, names in _HOLDS.items() for name in names.split()}

# Every code that has been declared, by its name. docs/messages.md lists them all.
CATALOGUE: dict[str, Code] = {}


def message(found: Mapping[str, Any]) -> Message:
    """The message that `as_json` wrote. One whose code is gone, or takes other fields by now, says its code and context."""
    code, context = found["code"], found["context"]
    if code not in CATALOGUE:
        declare(code)
    known = CATALOGUE.get(code)
    if known is None or known.fields.keys() != context.keys():
        return _unknown(code, context)
    return Message(known, tuple(_read(kind, context[name]) for name, kind in known.fields.items()))


def _unknown(code: str, context: Mapping[str, Any]) -> Message:
    made = Code.__new__(Code)  # not of the catalogue
    told = [f"{{{name}}}" for name in context]
    made.code, made.fields = code, dict.fromkeys(context, object)
    made.zh, made.en = (f"{code}（{'；'.join(told)}）", f"{code} ({'; '.join(told)})") if told else (code, code)
    return Message(made, tuple(_read(object, value) for value in context.values()))


def _taken(code: str, name: str, kind: type | UnionType, value: Any) -> Any:
    if isinstance(value, list):
        value = tuple(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{code}: {name} is to be {kind}, not {value!r}")
    return _fixed(value)


def _fixed(value: Any) -> Any:
    """Words other than ours (a label of the plan) as a Text, so that they can be stored and compared."""
    if isinstance(value, str | int | Decimal | date | Text | Message):  # most values; to ask a protocol is slow
        return value
    if isinstance(value, tuple):
        return tuple(_fixed(item) for item in value)
    if isinstance(value, Worded):
        return Text(value.to("zh"), value.to("en"))
    return value


def _changed(value: Any, changed: Callable[[str], str]) -> Any:
    match value:
        case str():
            return changed(value)
        case Text():
            return Text(changed(value.zh), changed(value.en))
        case Message():
            return value.with_texts(changed)
        case tuple():
            return tuple(_changed(item, changed) for item in value)
    return value


def _json(value: Any) -> Any:
    match value:
        case Message():
            return value.as_json()
        case Text():
            return {"zh": value.zh, "en": value.en}
        case tuple():
            return [_json(item) for item in value]
        case bool() | int() | None:
            return value
        case datetime():
            return value.isoformat()
        case Decimal():
            return numerals.plain(value)
    return str(value)


def _read(kind: Any, value: Any) -> Any:
    """What `_json` wrote of a value of that type; of a union, by the shape."""
    if isinstance(value, dict):
        return message(value) if "code" in value else Text(value["zh"], value["en"])
    if isinstance(value, list):
        return tuple(_read(object, item) for item in value)
    kinds = [k for k in get_args(kind) or (kind,) if k is not type(None)]
    if not isinstance(value, str) or len(kinds) != 1:
        return value
    one = kinds[0]
    if one in (Decimal, date, datetime):
        return Decimal(value) if one is Decimal else one.fromisoformat(value)
    return one.parse(value) if hasattr(one, "parse") else value


class _Words(Formatter):
    """Fills a template in one language."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple) and not isinstance(value, Text):
            zh, en = _JOINTS.get(format_spec, (format_spec, format_spec))
            return (zh if self._lang == "zh" else en).join(self.format_field(item, "") for item in value)
        if value is None:
            return ""
        if isinstance(value, bool):
            return {"zh": ("否", "是"), "en": ("no", "yes")}[self._lang][value]
        if format_spec == "s":
            return "" if value == 1 else "s"
        if isinstance(value, Decimal):
            return numerals.plain(value, places=int(format_spec) if format_spec else None)
        if type(value) is str:
            return format(value, format_spec) if format_spec.startswith(".") else value
        if isinstance(value, Text | Message | Worded):  # in this order: to ask a protocol is slow
            return value.to("zh" if format_spec == "zh" else self._lang)
        # A period, as officials write it; a kind of period is a word of plans.
        said = self._lang == "zh" and format_spec != "id" and not isinstance(value, str) and hasattr(value, "said")
        return str(value.said if said else value)


def filled(template: str, lang: Lang, values: Mapping[str, Any]) -> str:
    """A template that is in no code (of a rule that somebody wrote into a suite) with its values, each as a code says it.
    What is not known reads as a dash; a template with stray braces stands as it is."""
    try:
        return _Words(lang).vformat(template, (), defaultdict(lambda: "—", values))
    except (ValueError, IndexError, KeyError, AttributeError, TypeError):
        return template
