"""What every part of a plan model shares: frozen, unknown keys refused, labels in two languages, dates by month.

A module here never reads a file (loader) and never judges a whole plan (checks): it says what one value may be.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from typing import Annotated, Any, ClassVar, NamedTuple, Self, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo

from gaoxin import measures
from gaoxin.i18n import Code, Lang, Message, Text, Worded
from gaoxin.periods import Period

# What the parts of a plan are called, where an id is told that leads nowhere.
CALLED = {kind: Code(f"plan.part.{kind}", zh, kind)() for kind, zh in {
    "unit": "单位", "phase": "阶段", "task": "任务", "indicator": "指标", "form": "报表", "choice": "决定",
    "variable": "统计变量", "stage": "阶段分组", "zone": "园区", "tier": "园区类别", "reference": "参照数列",
    "reporter": "填报单位", "table": "公布表", "assessment": "初评", "item": "指标或任务", "zones": "园区或类别",
}.items()}


class Unfit(ValueError):
    """What a validator raises for a value that does not fit: pydantic keeps it, and `reading` tells it with file and line."""

    def __init__(self, told: Message) -> None:
        super().__init__(told.both())
        self.told = told


A_DATE = Code("plan.a_date", "应为日期，如 2020-10-31 或 2020-10", "expected a date such as 2020-10-31 or 2020-10")
UNKNOWN_UNIT_OF_MEASURE = Code("plan.unknown_unit_of_measure", "未知的计量单位；可用：{near}，复合单位写成 吨标准煤/万元",
                               "unknown unit of measure; known: {near}, or two of them as a/b", near=tuple)
NO_PERIOD = Code("plan.no_period", "{what}；{todo}", "{what}; {todo}", what=Worded)
IDS_TWICE = Code("plan.ids_twice", "{what} 中 id 重复：{ids}", "{what}: ids occur twice: {ids}", what=str)
NOT_BOTH_DUE: dict[Code | None, Mapping[str, Any]] = {
    Code("plan.two_due_dates", "due 与 due_masked 只能写一个", "give due or due_masked, not both"):
        {"not": {"required": ["due", "due_masked"]}}}


@dataclass(frozen=True)
class Key:
    """The words of a key or a model, for authors: its short name within a sentence and, after a colon, what to write, where
    that is not plain, in Chinese and in English. called: of a fixed list what its words are called in Chinese, parted by
    blanks, in the list's order. options: word -> what it is called, filled in from the type (`fields.about`)."""

    zh: str
    en: str
    called: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> Text:
        return Text(self.zh.partition("：")[0], self.en.partition(": ")[0])

    @property
    def text(self) -> Text:
        """All of it, as editors show it; of a fixed list its words, where nothing else is said."""
        *words, last = self.options or ("",)
        listed = "、".join(f"{word} {called}" for word, called in self.options.items())
        return Text(self.zh if "：" in self.zh or not listed else f"{self.zh}：{listed}",
                    self.en if ": " in self.en or not words else f"{self.en}: {', '.join(words)} or {last}")


def opt(zh: str, en: str, default: Any = None, *, called: str = "", **bounds: Any) -> Any:
    """A field that may be left out, with its words (`Key`) and what pydantic's Field takes. One that is needed has its Key in
    Annotated, so that type checkers know it is."""
    made: FieldInfo = Field(**bounds) if "default_factory" in bounds else Field(default, **bounds)
    made.metadata.append(Key(zh, en, called))
    return made


class Refers(NamedTuple):
    """Beside an id in Annotated: what it leads to, a kind of `CALLED`, or what says so of the model that holds the id."""

    to: str | Callable[[Any], str]


class Model(BaseModel):
    """Frozen; an unknown key is an error, since a misspelt key would otherwise drop a rule in silence.
    words: what it is and how it is written; those of a key stand in the field's Annotated (`gaoxin.plan.fields`). between_keys:
    what holds between its keys, as JSON Schema has it, by what is told where it does not; by None what a validator of its own
    tells."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
    words: ClassVar[Key | None] = None
    between_keys: ClassVar[Mapping[Code | None, Mapping[str, Any]]] = {}

    @model_validator(mode="after")
    def what_holds_between_its_keys(self) -> Self:
        given = {key: value for key in self.model_fields_set if (value := getattr(self, key)) not in (None, (), {})}
        for told, schema in self.between_keys.items():
            if told and not _holds(schema, given):
                raise Unfit(told())
        return self

    def fit(self, holds: bool, told: Code, **context: Any) -> Self:
        """Itself, for a validator to return. Raises Unfit where what has to hold does not."""
        if not holds:
            raise Unfit(told(**context))
        return self

    def unique(self, what: str, ids: Sequence[str]) -> Self:
        double = sorted({i for i in ids if ids.count(i) > 1})
        return self.fit(not double, IDS_TWICE, what=what, ids=double)

    def mentions(self) -> Iterator[tuple[str, str, str]]:
        """The ids that its own keys hold: what each leads to, the id, the way to it (`lead`, `after.0`)."""
        for name, to in refers(type(self)).items():
            value, kind = getattr(self, name), to if isinstance(to, str) else to(self)
            if isinstance(value, str):
                yield kind, value, name
            elif value:
                yield from ((kind, one, f"{name}.{at}") for at, one in enumerate(value))


def _holds(schema: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether what is given is as JSON Schema has it, in those of its words that `between_keys` uses."""
    met = {word: [_holds(one, given) for one in schema.get(word, ())] for word in ("allOf", "anyOf", "oneOf")}
    branch = "else" if "if" in schema and not _holds(schema["if"], given) else "then"
    return (given.keys() >= set(schema.get("required", ())) and not ("not" in schema and _holds(schema["not"], given))
            and all(key not in given or given[key] == one["const"] for key, one in schema.get("properties", {}).items())
            and all(key not in given or given.keys() >= set(one) for key, one in schema.get("dependencies", {}).items())
            and all(met["allOf"]) and ("anyOf" not in schema or any(met["anyOf"]))
            and ("oneOf" not in schema or met["oneOf"].count(True) == 1)
            and (branch not in schema or _holds(schema[branch], given)))


@lru_cache
def refers(model: type[BaseModel]) -> dict[str, str | Callable[[Any], str]]:
    """The keys of a model that hold ids of other parts (one, a list, or the keys of a mapping), and what these lead to."""
    found = {name: _refers_in((field, *field.metadata)) for name, field in model.model_fields.items()}
    return {name: to for name, to in found.items() if to is not None}


def _refers_in(marks: tuple[Any, ...]) -> str | Callable[[Any], str] | None:
    for mark in marks:
        if isinstance(mark, Refers):
            return mark.to
        inner = mark.annotation if isinstance(mark, FieldInfo) else mark
        parts = get_args(inner)[:1] if get_origin(inner) is dict else get_args(inner)
        if (to := _refers_in(parts)) is not None:
            return to
    return None


class AsText(Model):
    """What may also be written as plain text, which then stands for one of its keys."""

    text_is: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def a_bare_string_is_that_key(cls, value: Any) -> Any:
        return {cls.text_is: value} if isinstance(value, str) else value


class Label(AsText):
    """A text of the plan: Chinese, and English where the author gave it. Written as a string, or as {zh, en}."""

    words = Key("文字：直接写中文，或写 {zh: 中文, en: English}", "text: Chinese as it is, or {zh: 中文, en: English}")
    text_is = "zh"
    zh: Annotated[str, Key("中文", "Chinese")] = Field(min_length=1)
    en: str | None = opt("英文：可不写，界面选英文时显示", "English: may be left out")

    def to(self, lang: Lang) -> str:
        return self.en if lang == "en" and self.en else self.zh


class Source(AsText):
    """A place in the issued document: `place` as a reader would look it up, e.g. 附件 第4项 or 正文 六(二)5."""

    words = Key("出处：直接写位置，或写 {place, note}", "source: the place as text, or {place, note}")
    text_is = "place"
    place: Annotated[str, Key("位置：读者能据此在文件中找到", "place: as a reader would look it up")] = Field(min_length=1)
    note: str | None = opt("备注", "note")


def _day_of(value: Any, last: bool = False) -> Any:
    """A starting date by day, month or year; `2020-12` and `2020` stand for their first day, for a due date for their last."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", text)
    if found is None or not 1 <= int(found[2] or 1) <= 12:
        return _no_bare_number(value)
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    return date(year, month, monthrange(year, month)[1] if last else 1)


def _no_bare_number(value: Any) -> Any:
    """A number is no date: pydantic would read 20201031 as seconds since 1970 and take what falls on midnight."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and re.fullmatch(r"[\d.]+", value)):
        raise Unfit(A_DATE())
    return value


TABLE = "units_of_measure"  # in pydantic's context: the table of the plan that is validated


def _table(info: ValidationInfo) -> measures.Table:
    return (info.context or {}).get(TABLE, measures.GENERAL)


def _a_known_unit_of_measure(value: Any, info: ValidationInfo) -> Any:
    table = _table(info)
    if not isinstance(value, str) or not measures.known(table.symbol(value)):
        raise Unfit(UNKNOWN_UNIT_OF_MEASURE(near=measures.near(str(value), table)))
    return value


def _of_its_plan(value: str, info: ValidationInfo) -> str:
    return _table(info).symbol(value)


def _a_period(value: Any) -> Any:
    from gaoxin.errors import UsageError

    if isinstance(value, Period):
        return value
    try:
        return Period.parse(str(value))
    except UsageError as error:
        raise Unfit(NO_PERIOD(what=error.what, todo=error.todo)) from error


Day = Annotated[date, BeforeValidator(_no_bare_number)]
DueDate = Annotated[date, BeforeValidator(partial(_day_of, last=True))]
StartDate = Annotated[date, BeforeValidator(_day_of)]
Days = Annotated[int, Field(ge=1, le=400)]
UnitOfMeasure = Annotated[str, BeforeValidator(_a_known_unit_of_measure), AfterValidator(_of_its_plan)]
PeriodText = Annotated[Period, BeforeValidator(_a_period), PlainSerializer(str, return_type=str)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
# Ids that lead somewhere. The loader refuses those that do not (`reading.references`).
UnitId = Annotated[Id, Refers("unit")]
PhaseId = Annotated[Id, Refers("phase")]
TaskId = Annotated[Id, Refers("task")]
IndicatorId = Annotated[Id, Refers("indicator")]
FormId = Annotated[Id, Refers("form")]
ChoiceId = Annotated[Id, Refers("choice")]
VariableId = Annotated[Id, Refers("variable")]
ZoneId = Annotated[Id, Refers("zone")]
ReferenceId = Annotated[Id, Refers("reference")]
TableId = Annotated[Id, Refers("table")]
AssessmentId = Annotated[Id, Refers("assessment")]
Reporter = Annotated[Id, Refers("reporter")]  # a unit, or `all` that report a form
WithinForm = Annotated[Id, Refers("within")]  # a variable or field of the form that names it
# A date whose year the published text masks: 20xx, 20xx-09, 20xx-09-30. It stays unresolved and dates nothing.
MaskedDate = Annotated[str, Field(pattern=r"^20[xX]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]


class Named(Model):
    """What has an id and a name, which lead its keys."""

    id: Id
    name: Label
