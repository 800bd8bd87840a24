"""The words of a problem: what pydantic found wrong with a value, in both languages, with what to write instead.

Only a broken plan needs these, so what is looked up in the models is imported when it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from gaoxin.plan.base import Unfit

if TYPE_CHECKING:
    from pydantic import BaseModel

Words = tuple[str, str]  # Chinese and English

# pydantic's error types -> Chinese; {…} are filled from the error's context. English is pydantic's own message.
_CHINESE = {
    "missing": "不能为空",
    "string_type": "应为文字", "string_too_short": "不能为空", "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "写法不符：须匹配 {pattern}",
    "int_type": "应为整数", "int_parsing": "应为整数", "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false", "bool_parsing": "应为 true 或 false",
    "decimal_type": "应为数字", "decimal_parsing": "应为数字", "finite_number": "应为有限的数字",
    "greater_than": "应大于 {gt}", "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}", "less_than_equal": "应不大于 {le}",
    "literal_error": "应为 {expected}{之一}", "enum": "应为 {expected}{之一}",
    "date_type": "应为日期，如 2020-10-31 或 2020-10", "date_parsing": "应为日期，如 2020-10-31 或 2020-10",
    "date_from_datetime_parsing": "应为日期，如 2020-10-31 或 2020-10",
    "date_from_datetime_inexact": "应为日期，不带时刻",
    "tuple_type": "应为列表：每项一行，以 - 开头", "list_type": "应为列表：每项一行，以 - 开头", "dict_type": "应为键值结构",
    "model_type": "应为键值结构", "model_attributes_type": "应为键值结构",
    "too_short": "至少要有 {min_length} 项", "too_long": "最多 {max_length} 项",
    "union_tag_not_found": "缺少 {discriminator}，无法判断种类",
    "union_tag_invalid": "{discriminator} 应为 {expected_tags}{之一}",
}
_A_DATE = "expected a date such as 2020-10-31 or 2020-10"
_A_MAPPING = "expected keys with values"
_CLEARER_ENGLISH = {
    "missing": "must not be empty",
    "date_parsing": _A_DATE, "date_type": _A_DATE, "date_from_datetime_parsing": _A_DATE,
    "too_short": "at least {min_length} item(s) are needed", "tuple_type": "expected a list: one item a line, each with a -",
    "union_tag_not_found": "{discriminator} is missing, so its kind cannot be told",
    "date_from_datetime_inexact": "expected a date such as 2020-10-31, without a time",
    "decimal_parsing": "expected a number", "decimal_type": "expected a number",
    "int_parsing": "expected an integer", "int_type": "expected an integer", "int_from_float": "expected an integer",
    "bool_type": "expected true or false", "bool_parsing": "expected true or false",
    "string_type": "expected a text", "dict_type": _A_MAPPING, "model_type": _A_MAPPING, "model_attributes_type": _A_MAPPING,
    "literal_error": "expected {one_of}{expected}", "enum": "expected {one_of}{expected}",
    "union_tag_invalid": "{discriminator} must be {one_of}{expected_tags}",
}
# Shapes of texts, told by an example: nobody reads a regular expression.
_SHAPES = (
    ("^20[xX]", "应为年份被隐去的日期：20xx、20xx-09 或 20xx-09-30",
     "expected a date with its year masked: 20xx, 20xx-09 or 20xx-09-30"),
    ("^[a-z][a-z0-9_]*$", "应为编号：小写字母开头，只用小写字母、数字和下划线，如 science_bureau",
     "expected an id: a lower-case letter, then lower-case letters, digits and _, e.g. science_bureau"),
    ("\\.csv$", "应为方案文件夹内的 CSV 文件名，如 province.csv", "expected a CSV file in the plan's folder, e.g. province.csv"),
    ("{4}$", "应为五段的 cron，如 30 9 * * *", "expected cron with five fields, e.g. 30 9 * * *"),
)
_NUMBERS = ("decimal_parsing", "decimal_type", "int_parsing", "int_type", "int_from_float")
_DATES = ("date_parsing", "date_type", "date_from_datetime_parsing", "date_from_datetime_inexact", "value_error")
_FULL_DAYS = ("issued", "published", "decided_on")
_MAPPINGS = ("model_type", "model_attributes_type")


def words(error: Any) -> Words:
    """What a pydantic error says, and what to write instead where that can be told."""
    zh, en = _plain(error)
    if error["type"] in _DATES and error["loc"] and error["loc"][-1] in _FULL_DAYS:
        zh, en = zh.replace(" 或 2020-10", ""), en.replace(" or 2020-10", "")
    more = _instead(error)
    return (f"{zh}；{more[0]}", f"{en}; {more[1]}") if more else (zh, en)


def _plain(error: Any) -> Words:
    kind, given = error["type"], error.get("ctx", {})
    if isinstance(own := given.get("error"), Unfit):
        return own.told.zh, own.told.en
    if kind.startswith("union_tag") and given.get("discriminator") == "_kind()":
        return "应为目标，如 {at_least: 600}", "expected a target such as {at_least: 600}"
    if kind == "string_pattern_mismatch":
        for part, zh, en in _SHAPES:
            if part in given["pattern"]:
                return zh, en
    context = {k: str(v) for k, v in given.items()}
    context["discriminator"] = context.get("discriminator", "").strip("'")
    for name in ("expected", "expected_tags"):
        if name in context:
            options = _listed(context[name])
            context[name] = ", ".join(options)
            context["one_of"], context["之一"] = ("one of ", " 之一") if len(options) > 1 else ("", "")
    en = _CLEARER_ENGLISH[kind].format_map(context) if kind in _CLEARER_ENGLISH else error["msg"]
    zh = _CHINESE[kind].format_map({k: v.replace(", ", "、") for k, v in context.items()}) if kind in _CHINESE else en
    if kind == "union_tag_invalid":
        tag = f"{context['discriminator']}: {context['tag']}"
        return f"{tag}：{zh}", f"{tag}: {en}"
    return zh, en


def _listed(expected: str) -> list[str]:
    """The values in pydantic's "'a', 'b' or 'c'", a number without quotes among them."""
    return re.findall(r"[\w.-]+", re.sub(r" or (?=['0-9])", " ", expected))


def _instead(error: Any) -> Words | None:
    """What to write instead of the value, for the mistakes that are made every day."""
    kind, value = error["type"], error.get("input")
    key = next((str(p) for p in reversed(error["loc"]) if isinstance(p, str)), "")
    if kind in _NUMBERS and isinstance(value, str):
        return _number_instead(value, key)
    if kind in _DATES and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return _date_instead(str(value), key)
    if kind == "string_pattern_mismatch" and "20[xX]" in error["ctx"]["pattern"]:
        return _date_instead(value, key)
    if kind == "union_tag_invalid" and error["ctx"]["discriminator"] == "_kind()":
        if isinstance(value, list):
            return "只有一个目标，不用列表，去掉前面的 -", "it is one target, no list: take the - away"
        return None
    if kind == "union_tag_not_found":
        kinds = [k for m in models_at(tuple(error["loc"])) for k in get_args(m.model_fields["kind"].annotation)]
        return f"kind 可用：{'、'.join(kinds)}", f"known kinds: {', '.join(kinds)}"
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        given = error["ctx"]
        if isinstance(value, (int, float)) and key in ("growth", "increase", "gain"):
            shape = f"{{{key}: year, at_least: {value}}}"
            return f"数字写在比较词里：{shape}", f"the number goes with a comparator: {shape}"
        wrong, expected = str(given.get("tag", value)), _listed(str(given.get("expected") or given["expected_tags"]))
        near = _of_chinese(error["loc"], wrong, expected) or next(iter(get_close_matches(wrong.lower(), expected, n=1)), None)
        return (f"是否为 {near}", f"did you mean {near}") if near and len(expected) > 1 else None
    if kind == "dict_type":
        return "每项写成 键: 值", "write each as key: value"
    if kind in _MAPPINGS and isinstance(value, list):
        return f"{key} 只有一项，不用列表，去掉前面的 -", f"{key} is one thing, no list: take the - away"
    if kind in _MAPPINGS:
        shape = _shape(models_at(tuple(error["loc"])), value)
        return (f"写成 {shape}", f"write {shape}") if shape else None
    if kind in ("tuple_type", "list_type") and isinstance(value, dict):
        return "在第一个键前加 -", "put a - before the first key"
    if kind in ("tuple_type", "list_type") and isinstance(value, (str, int)):
        shape = _shape(models_at(tuple(error["loc"])), value) or value
        return f"写成 [{shape}]", f"write [{shape}]"
    if kind == "string_type" and isinstance(value, (int, float)):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return f'加引号，写成 "{text}"', f'quote it: "{text}"'
    return None


def _shape(models: list[type[BaseModel]], value: Any) -> str:
    """How a part is written of which only one value was given: {days: 15}, {id: …, name: 会议纪要}, {kind: …, id: …}."""
    from gaoxin.plan.words.describe import fields_of

    kinds = {k: m for m in models if (f := m.model_fields.get("kind")) for k in get_args(f.annotation)}
    model = kinds.get(value) or (models[0] if len(models) == 1 else None)
    if model is None:
        return "{kind: …, id: …}" if kinds else ""
    needed = [f.alias or n for n, f in fields_of(model).items() if f.is_required()]
    own = next((k for k in ("kind", "name", "variable", "days", "place") if k in needed), needed[0] if len(needed) == 1 else None)
    return "{" + ", ".join(f"{k}: {value if k == own else '…'}" for k in needed) + "}"


def _of_chinese(loc: tuple, value: str, expected: list[str]) -> str | None:
    """The word of a fixed list that is meant by its Chinese name: municipal for 市级."""
    from gaoxin.plan.words.describe import about, fields_of

    for model in models_at(loc[:-1]):
        for name, field in fields_of(model).items():
            if loc and loc[-1] in (name, field.alias):
                words_ = about(model, name).zh
                found = re.search(rf"([a-z_]+) {re.escape(value)}(?:[、，；（]|$)", words_)
                if found and found[1] in expected:
                    return found[1]
    return None


def _number_instead(value: str, key: str) -> Words | None:
    if found := re.fullmatch(r"[≥≤<>＞＜=]*\s*([-+]?[0-9][0-9,，]*(?:\.[0-9]+)?)\s*(%|％|\S*)", value.strip()):
        figure, unit = re.sub(r"[,，]", "", found[1]), found[2]
        if not unit:
            return f"写成 {figure}", f"write {figure}"
        if unit in ("%", "％"):
            return f"写成 {figure}，% 写在计量单位里", f"write {figure}; the % belongs into the unit of measure"
        return f"写成 {figure}，数字不带单位，{unit} 不写在这里", f"write {figure}; {unit} does not belong here"
    return None


_ALIKE = re.compile(r"(\d{4}|20[xX]{2})\s*[-/.年]?\s*(\d{1,2})?\s*[-/.月]?\s*(\d{1,2})?\s*[日号]?(?:底|底前|前|末)?")


def _date_instead(value: str, key: str) -> Words | None:
    """The same day as a plan writes it; where its year is masked, the key that takes such a date."""
    split = re.sub(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", value.strip())
    found = _ALIKE.fullmatch(split)
    if found is None:
        return None
    year, *rest = found.groups()
    told = "-".join([year.lower(), *(f"{int(p):02d}" for p in rest if p)])
    masked = year.lower() == "20xx"
    if masked and key in ("due", "issued"):
        return (f"年份被隐去的日期写在 {key}_masked: {told}", f"a date whose year is masked goes into {key}_masked: {told}")
    if masked and not key.endswith("_masked"):
        return "此处须为确定的日期，年份被隐去的不能用", "the date must be known here: a masked year cannot be used"
    if key in _FULL_DAYS and not rest[1]:
        return "须写到日；不知道是哪一日就不写", "the day is needed; leave it out where it is not known"
    if told == value or (rest[0] and not 1 <= int(rest[0]) <= 12) or (rest[1] and not 1 <= int(rest[1]) <= 31):
        return None
    return f"写成 {told}", f"write {told}"


def missing_key(path: tuple) -> Words:
    """A required key that is not there, with what it is for."""
    from gaoxin.plan.words.describe import fields_of, name_of

    key = str(path[-1])
    for model in models_at(path[:-1]):
        for name, field in fields_of(model).items():
            if key in (name, field.alias):
                named = name_of(model, name)
                return f"缺少必填项 {key}（{named.zh}）", f"required field {key} is missing ({named.en})"
    return f"缺少必填项 {key}", f"required field {key} is missing"


# Comparators as documents write them.
_COMPARATORS = {
    word: key for key, words_ in {
        "at_least": "不低于 不少于 不小于 以上 至少 达到 ≥ >=", "more_than": "高于 大于 超过 多于 突破 ＞ >",
        "at_most": "不高于 不超过 不大于 不多于 以下 以内 至多 ≤ <=", "less_than": "低于 小于 少于 ＜ <",
    }.items() for word in words_.split()
}


def unknown_key(path: tuple, value: Any, beside: Iterable[str]) -> Words:
    """A key that does not belong at its place: the nearest known one, where it belongs, or the keys there are.

    beside: the keys of the same mapping.
    """
    key, models = str(path[-1]), models_at(path[:-1])
    if value is None and not re.fullmatch(r"[a-z0-9_]+", key):
        # {en: 10,000 yuan} is two keys to YAML, and the second has no value.
        return "未知的键；文字中有逗号时须加引号", "unknown key; a text with a comma in it must be quoted"
    if told := _two_kinds(key, models, beside):
        return told
    known = _keys(_targets_meant(models, beside))
    if key in _COMPARATORS and _COMPARATORS[key] in known:
        return f"未知的键，写成 {_COMPARATORS[key]}", f"unknown key, write {_COMPARATORS[key]}"
    for cutoff, elsewhere in ((0.8, None), (None, _elsewhere(key, path, models)), (0.6, None)):
        if elsewhere:
            return elsewhere
        if cutoff and (near := get_close_matches(key.lower(), known, n=1, cutoff=cutoff)):
            return f"未知的键，是否为 {near[0]}", f"unknown key, did you mean {near[0]}"
    return f"未知的键；此处可用：{'、'.join(known)}", f"unknown key; known here: {', '.join(known)}"


def _two_kinds(key: str, models: list[type[BaseModel]], beside: Iterable[str]) -> Words | None:
    """Two kinds of target in one mapping."""
    from gaoxin.plan.targets import _TAGS, Comparator

    tag = models[0].__name__ if len(models) == 1 else ""
    marks = {*_TAGS, *Comparator}
    if tag not in {*_TAGS.values(), "Threshold"} or key not in marks:
        return None
    other = next((k for k in beside if k != key and k in marks and k in _keys(models)), None)
    if other is None:
        return None
    return (
        f"不能与 {other} 写在同一层：分成两个目标，用 all_of（全部）或 any_of（任一）并列",
        f"cannot stand beside {other}: make two targets of them, within all_of or any_of",
    )


def _targets_meant(models: list[type[BaseModel]], beside: Iterable[str]) -> list[type[BaseModel]]:
    """Where a target has no known comparator, any kind may have been meant, not a threshold alone."""
    from gaoxin.plan.targets import Comparator, Target, Threshold
    from gaoxin.plan.words.describe import models_in

    if models == [Threshold] and not set(beside) & set(Comparator):
        return list(models_in(Target))
    return models


def _elsewhere(key: str, path: tuple, models: list[type[BaseModel]]) -> Words | None:
    """Where a key belongs that is right one level further in or out."""
    from gaoxin.plan.words.describe import fields_of, models_in

    if not (models and key in ("id", "name", "source")):  # these are everywhere: being right elsewhere says nothing
        for model in models:
            for name, field in fields_of(model).items():
                if any(key in _keys([m]) for m in models_in(field.annotation)):
                    inner = field.alias or name
                    return f"未知的键；应写在 {inner} 之内", f"unknown key; it belongs into {inner}"
    steps = [i for i, step in enumerate(path[:-1]) if isinstance(step, str)]
    for at in list(reversed(steps))[:3]:
        around = models_at(path[:at])
        if at > 0 and around and around != models and key in _keys(around) and path[at] in _keys(around):
            return f"未知的键；应与 {path[at]} 并列，写在上一层", f"unknown key; it belongs one level up, beside {path[at]}"
    return None


def _keys(models: list[type[BaseModel]]) -> list[str]:
    from gaoxin.plan.words.describe import fields_of

    return sorted({f.alias or name for m in models for name, f in fields_of(m).items()})


def models_at(path: tuple) -> list[type[BaseModel]]:
    """The models whose keys may stand at a location of a plan. A key that is right elsewhere is no help here."""
    from gaoxin.plan.model import Plan
    from gaoxin.plan.words.describe import fields_of, models_in

    models: list[type[BaseModel]] = [Plan]
    for step in path:
        fields = [f for m in models for name, f in fields_of(m).items() if step in (name, f.alias)]
        if fields:
            models = [m for f in fields for m in models_in(f.annotation)]
        elif tagged := [m for m in models if _is_tagged(m, step)]:  # a union tag, such as `series` or `Threshold`
            models = tagged
    return models


def _is_tagged(model: type[BaseModel], tag: Any) -> bool:
    kind = model.model_fields.get("kind")
    return str(tag) in (get_args(kind.annotation) if kind else (model.__name__,))
