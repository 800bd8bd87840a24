"""The words of a problem: what pydantic found wrong with a value, with what to write instead.

Only a broken plan needs these, so what is looked up in the models is imported when it is.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import A_DATE, Unfit
from gaoxin.plan.fields import about, fields_of, models_in, name_of

_A_FULL_DAY = Code("plan.a_full_day", "应为日期，如 2020-10-31", "expected a date such as 2020-10-31")
_AN_INTEGER = Code("plan.an_integer", "应为整数", "expected an integer")
_A_BOOLEAN = Code("plan.a_boolean", "应为 true 或 false", "expected true or false")
_A_NUMBER = Code("plan.a_number", "应为数字", "expected a number")
_A_LIST = Code("plan.a_list", "应为列表：每项一行，以 - 开头", "expected a list: one item a line, each with a -")
_A_MAPPING = Code("plan.a_mapping", "应为键值结构", "expected keys with values")
# pydantic's error types; fields are filled from the error's context, `said` is pydantic's own message.
_CODES = {"missing": Code("plan.empty", "不能为空", "must not be empty"),
          "string_type": Code("plan.a_text", "应为文字", "expected a text"),
          "string_too_short": Code("plan.string_too_short", "不能为空", "{said}"),
          "string_too_long": Code("plan.string_too_long", "最多 {max_length} 个字符", "{said}"),
          "string_pattern_mismatch": Code("plan.other_shape", "写法不符：须匹配 {pattern}", "{said}"),
          "int_type": _AN_INTEGER, "int_parsing": _AN_INTEGER, "int_from_float": _AN_INTEGER, "bool_type": _A_BOOLEAN,
          "bool_parsing": _A_BOOLEAN, "decimal_type": _A_NUMBER, "decimal_parsing": _A_NUMBER,
          "finite_number": Code("plan.finite_number", "应为有限的数字", "{said}"),
          "greater_than": Code("plan.greater_than", "应大于 {gt}", "{said}"),
          "greater_than_equal": Code("plan.greater_than_equal", "应不小于 {ge}", "{said}"),
          "less_than": Code("plan.less_than", "应小于 {lt}", "{said}"),
          "less_than_equal": Code("plan.less_than_equal", "应不大于 {le}", "{said}"), "date_type": A_DATE,
          "date_parsing": A_DATE, "date_from_datetime_parsing": A_DATE,
          "date_from_datetime_inexact": Code("plan.no_time", "应为日期，不带时刻",
                                             "expected a date such as 2020-10-31, without a time"), "tuple_type": _A_LIST,
          "list_type": _A_LIST, "dict_type": _A_MAPPING, "model_type": _A_MAPPING, "model_attributes_type": _A_MAPPING,
          "too_short": Code("plan.too_few", "至少要有 {min_length} 项", "at least {min_length} item(s) are needed"),
          "too_long": Code("plan.too_many", "最多 {max_length} 项", "{said}")}
_OTHER = Code("plan.other", "{said}", "{said}")
_ONE_OF = Code("plan.one_of", "应为 {options} 之一", "expected one of {options}")
_THIS = Code("plan.only_this", "应为 {option}", "expected {option}")
_A_TARGET = Code("plan.a_target", "应为目标，如 {{at_least: 600}}", "expected a target such as {{at_least: 600}}")
_NO_KIND = Code("plan.no_kind", "缺少 {key}，无法判断种类", "{key} is missing, so its kind cannot be told")
_UNKNOWN_KIND = Code("plan.unknown_kind", "{key}: {tag}：{key} 应为 {options} 之一",
                     "{key}: {tag}: {key} must be one of {options}")
_ONLY_KIND = Code("plan.only_kind", "{key}: {tag}：{key} 应为 {options}", "{key}: {tag}: {key} must be {options}")
# Shapes of texts, told by an example: nobody reads a regular expression.
_SHAPES = (("^20[xX]", Code("plan.a_masked_date", "应为年份被隐去的日期：20xx、20xx-09 或 20xx-09-30",
                            "expected a date with its year masked: 20xx, 20xx-09 or 20xx-09-30")),
           ("^[a-z][a-z0-9_]*$",
            Code("plan.an_id", "应为编号：小写字母开头，只用小写字母、数字和下划线，如 science_bureau",
                 "expected an id: a lower-case letter, then lower-case letters, digits and _, e.g. science_bureau")),
           ("\\.csv$", Code("plan.a_csv_file", "应为方案文件夹内的 CSV 文件名，如 province.csv",
                            "expected a CSV file in the plan's folder, e.g. province.csv")),
           ("[0-5]\\d$", Code("plan.time_of_day", "应为时刻，如 08:00", "expected a time of day, e.g. 08:00")),
           ("{4}$", Code("plan.cron", "应为五段的 cron，如 30 9 * * *", "expected cron with five fields, e.g. 30 9 * * *")))
_INSTEAD = Code("plan.instead", "{what}；{instead}", "{what}; {instead}")
_WRITE = Code("plan.write", "写成 {shape}", "write {shape}")
_WRITE_LIST = Code("plan.write_list", "写成 [{shape}]", "write [{shape}]")
_WRITE_PER_CENT = Code("plan.write_per_cent", "写成 {figure}，% 写在计量单位里",
                       "write {figure}; the % belongs into the unit of measure")
_WRITE_NO_UNIT = Code("plan.write_no_unit", "写成 {figure}，数字不带单位，{unit} 不写在这里",
                      "write {figure}; {unit} does not belong here")
_WRITE_PAIRS = Code("plan.write_pairs", "每项写成 键: 值", "write each as key: value")
_QUOTE = Code("plan.quote", '加引号，写成 "{text}"', 'quote it: "{text}"')
_ONE_TARGET = Code("plan.one_target", "只有一个目标，不用列表，去掉前面的 -", "it is one target, no list: take the - away")
_ONE_THING = Code("plan.one_thing", "{key} 只有一项，不用列表，去掉前面的 -", "{key} is one thing, no list: take the - away")
_A_DASH = Code("plan.a_dash", "在第一个键前加 -", "put a - before the first key")
_KINDS = Code("plan.kinds", "kind 可用：{kinds}", "known kinds: {kinds}")
_WITH_COMPARATOR = Code("plan.with_comparator", "数字写在比较词里：{{{key}: year, at_least: {number}}}",
                        "the number goes with a comparator: {{{key}: year, at_least: {number}}}", number=str)
_DID_YOU_MEAN = Code("plan.did_you_mean", "是否为 {near}", "did you mean {near}")
_MASKED_KEY = Code("plan.masked_key", "年份被隐去的日期写在 {key}_masked: {date}",
                   "a date whose year is masked goes into {key}_masked: {date}")
_NOT_MASKED = Code("plan.not_masked", "此处须为确定的日期，年份被隐去的不能用",
                   "the date must be known here: a masked year cannot be used")
_THE_DAY = Code("plan.the_day", "须写到日；不知道是哪一日就不写", "the day is needed; leave it out where it is not known")
_MISSING = Code("plan.missing", "缺少必填项 {key}", "required field {key} is missing")
_MISSING_NAMED = Code("plan.missing_named", "缺少必填项 {key}（{named}）", "required field {key} is missing ({named})")
_QUOTE_COMMA = Code("plan.quote_comma", "未知的键；文字中有逗号时须加引号",
                    "unknown key; a text with a comma in it must be quoted")
_UNKNOWN_WRITE = Code("plan.unknown_write", "未知的键，写成 {key}", "unknown key, write {key}")
_UNKNOWN_NEAR = Code("plan.unknown_near", "未知的键，是否为 {near}", "unknown key, did you mean {near}")
_UNKNOWN = Code("plan.unknown_key", "未知的键；此处可用：{known}", "unknown key; known here: {known}")
_TWO_KINDS = Code("plan.two_kinds", "不能与 {other} 写在同一层：分成两个目标，用 all_of（全部）或 any_of（任一）并列",
                  "cannot stand beside {other}: make two targets of them, within all_of or any_of")
_BELONGS_WITHIN = Code("plan.belongs_within", "未知的键；应写在 {inner} 之内", "unknown key; it belongs into {inner}")
_BELONGS_BESIDE = Code("plan.belongs_beside", "未知的键；应与 {other} 并列，写在上一层",
                       "unknown key; it belongs one level up, beside {other}")
_NUMBERS = ("decimal_parsing", "decimal_type", "int_parsing", "int_type", "int_from_float")
_DATES = ("date_parsing", "date_type", "date_from_datetime_parsing", "date_from_datetime_inexact", "value_error")
_FULL_DAYS = ("issued", "published", "decided_on")
_MAPPINGS = ("model_type", "model_attributes_type")


_OF: ContextVar[type[BaseModel] | None] = ContextVar("of", default=None)


@contextmanager
def telling_of(model: type[BaseModel] | None) -> Iterator[None]:
    """What is told within is of a file of that model; None: of a plan."""
    token = _OF.set(model)
    try:
        yield
    finally:
        _OF.reset(token)


def words(error: Any) -> Message:
    """What a pydantic error says, and what to write instead where that can be told."""
    told = _plain(error)
    if told.code == A_DATE.code and error["loc"] and error["loc"][-1] in _FULL_DAYS:
        told = _A_FULL_DAY()
    more = _instead(error)
    return _INSTEAD(what=told, instead=more) if more else told


def _plain(error: Any) -> Message:
    kind, given = error["type"], error.get("ctx", {})
    if isinstance(own := given.get("error"), Unfit):
        return own.told
    if kind.startswith("union_tag"):
        if _tells_targets(given):
            return _A_TARGET()
        key = given["discriminator"].strip("'")
        if kind == "union_tag_not_found":
            return _NO_KIND(key=key)
        options = _listed(given["expected_tags"])
        return (_UNKNOWN_KIND if len(options) > 1 else _ONLY_KIND)(key=key, tag=str(given["tag"]), options=options)
    if kind in ("literal_error", "enum"):
        options = _listed(str(given["expected"]))
        return _ONE_OF(options=options) if len(options) > 1 else _THIS(option=options[0])
    if kind == "string_pattern_mismatch":
        for part, shape in _SHAPES:
            if part in given["pattern"]:
                return shape()
    code = _CODES.get(kind, _OTHER)
    return code(**{name: error["msg"] if name == "said" else str(given[name]) for name in code.fields})


def _tells_targets(given: dict[str, Any]) -> bool:
    """Whether a union is that of targets: the only one that a function tells apart, not a key."""
    return given.get("discriminator", "").endswith("()")


def _listed(expected: str) -> list[str]:
    """The values in pydantic's "'a', 'b' or 'c'", a number without quotes among them."""
    return re.findall(r"[\w.-]+", re.sub(r" or (?=['0-9])", " ", expected))


def _instead(error: Any) -> Message | None:
    """What to write instead of the value, for the mistakes that are made every day."""
    kind, value, loc = error["type"], error.get("input"), tuple(error["loc"])
    key = next((str(p) for p in reversed(loc) if isinstance(p, str)), "")
    if kind in _NUMBERS and isinstance(value, str):
        return _number_instead(value)
    if kind in _DATES and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return _date_instead(str(value), key)
    if kind == "string_pattern_mismatch" and "20[xX]" in error["ctx"]["pattern"]:
        return _date_instead(value, key)
    if kind == "union_tag_invalid" and _tells_targets(error["ctx"]):
        return _ONE_TARGET() if isinstance(value, list) else None
    if kind == "union_tag_not_found":
        return _KINDS(kinds=[k for m in models_at(loc) for k in get_args(m.model_fields["kind"].annotation)])
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        given = error["ctx"]
        if isinstance(value, (int, float)) and key in ("growth", "increase", "gain"):
            return _WITH_COMPARATOR(key=key, number=str(value))
        wrong, expected = str(given.get("tag", value)), _listed(str(given.get("expected") or given["expected_tags"]))
        near = _of_chinese(loc, wrong, expected) or next(iter(get_close_matches(wrong.lower(), expected, n=1)), None)
        return _DID_YOU_MEAN(near=near) if near and len(expected) > 1 else None
    if kind == "dict_type":
        return _WRITE_PAIRS()
    if kind in _MAPPINGS and isinstance(value, list):
        return _ONE_THING(key=key)
    if kind in _MAPPINGS:
        shape = _shape(models_at(loc), value)
        return _WRITE(shape=shape) if shape else None
    if kind in ("tuple_type", "list_type") and isinstance(value, dict):
        return _A_DASH()
    if kind in ("tuple_type", "list_type") and isinstance(value, (str, int)):
        return _WRITE_LIST(shape=_shape(models_at(loc), value) or str(value))
    if kind == "string_type" and isinstance(value, (int, float)):
        return _QUOTE(text=str(value).lower() if isinstance(value, bool) else str(value))
    return None


def _shape(models: list[type[BaseModel]], value: Any) -> str:
    """How a part is written of which only one value was given: {days: 15}, {id: …, name: 会议纪要}, {kind: …, id: …}."""
    kinds = {k: m for m in models if (f := m.model_fields.get("kind")) for k in get_args(f.annotation)}
    model = kinds.get(value) or (models[0] if len(models) == 1 else None)
    if model is None:
        return "{kind: …, id: …}" if kinds else ""
    needed = [f.alias or n for n, f in fields_of(model).items() if f.is_required()]
    needed = needed or [key for key in ("days",) if key in model.model_fields]  # the usual way of a due rule
    own = next((k for k in ("kind", "name", "variable", "days", "place") if k in needed), needed[0] if len(needed) == 1 else None)
    return "{" + ", ".join(f"{k}: {value if k == own else '…'}" for k in needed) + "}"


def _of_chinese(loc: tuple, value: str, expected: list[str]) -> str | None:
    """The word of a fixed list that is meant by its Chinese name: municipal for 市级."""
    for model in models_at(loc[:-1]):
        for name, field in fields_of(model).items():
            if loc and loc[-1] in (name, field.alias):
                return next((w for w, called in about(model, name).options.items() if called == value and w in expected), None)
    return None


def _number_instead(value: str) -> Message | None:
    if found := re.fullmatch(r"[≥≤<>＞＜=]*\s*([-+]?[0-9][0-9,，]*(?:\.[0-9]+)?)\s*(%|％|\S*)", value.strip()):
        figure, unit = re.sub(r"[,，]", "", found[1]), found[2]
        if not unit:
            return _WRITE(shape=figure)
        return _WRITE_PER_CENT(figure=figure) if unit in ("%", "％") else _WRITE_NO_UNIT(figure=figure, unit=unit)
    return None


_ALIKE = re.compile(r"(\d{4}|20[xX]{2})\s*[-/.年]?\s*(\d{1,2})?\s*[-/.月]?\s*(\d{1,2})?\s*[日号]?(?:底|底前|前|末)?")


def _date_instead(value: str, key: str) -> Message | None:
    """The same day as a plan writes it; where its year is masked, the key that takes such a date."""
    split = re.sub(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", value.strip())
    found = _ALIKE.fullmatch(split)
    if found is None:
        return None
    year, *rest = found.groups()
    told = "-".join([year.lower(), *(f"{int(p):02d}" for p in rest if p)])
    masked = year.lower() == "20xx"
    if masked and key in ("due", "issued"):
        return _MASKED_KEY(key=key, date=told)
    if masked and not key.endswith("_masked"):
        return _NOT_MASKED()
    if key in _FULL_DAYS and not rest[1]:
        return _THE_DAY()
    if told == value or (rest[0] and not 1 <= int(rest[0]) <= 12) or (rest[1] and not 1 <= int(rest[1]) <= 31):
        return None
    return _WRITE(shape=told)


def missing_key(path: tuple) -> Message:
    """A required key that is not there, with what it is for."""
    key = str(path[-1])
    for model in models_at(path[:-1]):
        for name, field in fields_of(model).items():
            if key in (name, field.alias):
                return _MISSING_NAMED(key=key, named=name_of(model, name))
    return _MISSING(key=key)


# Comparators as documents write them.
_COMPARATORS = {word: key for key, words_ in {"at_least": "不低于 不少于 不小于 以上 至少 达到 ≥ >=",
                                              "more_than": "高于 大于 超过 多于 突破 ＞ >",
                                              "at_most": "不高于 不超过 不大于 不多于 以下 以内 至多 ≤ <=",
                                              "less_than": "低于 小于 少于 ＜ <"}.items() for word in words_.split()}


def unknown_key(path: tuple, value: Any, beside: Iterable[str]) -> Message:
    """A key that does not belong at its place: the nearest known one, where it belongs, or the keys there are.
    beside: the keys of the same mapping."""
    from gaoxin.plan.targets import KINDS, Comparator, Target, Threshold

    key, models = str(path[-1]), models_at(path[:-1])
    if value is None and not re.fullmatch(r"[a-z0-9_]+", key):
        # {en: 10,000 yuan} is two keys to YAML, and the second has no value.
        return _QUOTE_COMMA()
    marks = {*(mark for kind in KINDS for mark in kind.marks), *Comparator}
    others = [k for k in beside if k != key and k in marks and k in _keys(models)]
    if others and len(models) == 1 and models[0] in KINDS and key in marks:
        return _TWO_KINDS(other=others[0])
    # Where a target has no known comparator, any kind may have been meant, not a threshold alone.
    known = _keys(models_in(Target) if models == [Threshold] and not set(beside) & set(Comparator) else models)
    if key in _COMPARATORS and _COMPARATORS[key] in known:
        return _UNKNOWN_WRITE(key=_COMPARATORS[key])
    near = get_close_matches(key.lower(), known, n=1)
    if get_close_matches(key.lower(), near, cutoff=0.8):
        return _UNKNOWN_NEAR(near=near[0])
    return _elsewhere(key, path, models) or (_UNKNOWN_NEAR(near=near[0]) if near else _UNKNOWN(known=known))


def _elsewhere(key: str, path: tuple, models: list[type[BaseModel]]) -> Message | None:
    """Where a key belongs that is right one level further in or out."""
    if not (models and key in ("id", "name", "source")):  # these are everywhere: being right elsewhere says nothing
        for model in models:
            for name, field in fields_of(model).items():
                if any(key in _keys([m]) for m in models_in(field.annotation)):
                    return _BELONGS_WITHIN(inner=field.alias or name)
    steps = [i for i, step in enumerate(path[:-1]) if isinstance(step, str)]
    for at in list(reversed(steps))[:3]:
        around = models_at(path[:at])
        if at > 0 and around and around != models and key in _keys(around) and path[at] in _keys(around):
            return _BELONGS_BESIDE(other=str(path[at]))
    return None


def _keys(models: Iterable[type[BaseModel]]) -> list[str]:
    return sorted({f.alias or name for m in models for name, f in fields_of(m).items()})


def models_at(path: tuple) -> list[type[BaseModel]]:
    """The models whose keys may stand at a location of a plan. A key that is right elsewhere is no help here."""
    from gaoxin.plan.model import Plan
    models: list[type[BaseModel]] = [_OF.get() or Plan]
    for step in path:
        fields = [f for m in models for name, f in fields_of(m).items() if step in (name, f.alias)]
        if fields:
            models = [m for f in fields for m in models_in(f.annotation)]
        else:  # a union tag, such as `series` or `Threshold`
            kinds = {m: k for m in models if (k := m.model_fields.get("kind"))}
            tags = [m for m in models if str(step) in (get_args(kinds[m].annotation) if m in kinds else (m.__name__,))]
            models = tags or models
    return models
