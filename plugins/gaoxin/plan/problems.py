"""What is wrong with a plan file, said so that its author can mend it: code, file and line, place, both languages.

Here pydantic's errors become such problems: led back to their line, told in Chinese too, without the noise that follows
from another error (a list is "too short" only because an item of it is broken).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

import yaml
from pydantic import BaseModel

from gaoxin.plan.model import Plan
from gaoxin.plan.references import ReferenceProblems

_LONGEST_SHOWN = 60


class PlanProblem(str):
    """One problem. As a string it is the whole line, in both languages, as `PlanError` prints it.

    code: stable. at: file and line. place: field path, such as `phases.2.gate.deadline`. zh, en: message with the bad
    value and what was expected.
    """

    __slots__ = ("at", "code", "en", "place", "zh")

    def __new__(cls, code: str, at: str, place: str, zh: str, en: str, shown: str = "") -> PlanProblem:
        value = f" = {shown}" if shown else ""
        self = super().__new__(cls, f"{at}: {place}{value}: {zh} / {en}" if place else f"{at}: {zh} / {en}")
        self.code, self.at, self.place = code, at, place
        self.zh, self.en = (f"{shown}：{zh}", f"{shown}: {en}") if shown else (zh, en)
        return self


def syntax(error: yaml.YAMLError, text: str, file: str) -> PlanProblem:
    """The problem of a text that is no YAML."""
    mark = getattr(error, "problem_mark", None)
    position = getattr(error, "position", None)
    if mark is not None:
        line = mark.line + 1
    elif position is not None:  # a character that YAML does not allow
        line = text.count("\n", 0, position) + 1
    else:
        line = 1
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    told = next((zh for part, zh in _YAML_CHINESE.items() if part in why), why)
    return PlanProblem("plan_unreadable", f"{file}:{line}", "", f"YAML 写法有误：{told}", f"not valid YAML: {why}")


# libyaml's commonest reasons, by a part that identifies them; others are told as libyaml words them.
_YAML_CHINESE = {
    "tab character": "缩进用了制表符，请改用空格",
    "cannot start any token": "此处不能用这个字符（缩进须用空格，@ 和 ` 等开头的文字须加引号）",
    "another document": "一个文件只能有一份方案，不能有第二个 ---",
    "undefined alias": "引用了未定义的别名（*…）",
    "control characters": "含有控制字符，不是文本文件",
    "mapping values are not allowed": "此处不能有冒号；文字中有冒号时须加引号",
    "could not find expected ':'": "缺少冒号，或缩进不对",
    "did not find expected key": "缩进不对，或上一行的括号、引号未闭合",
    "did not find expected ',' or": "方括号或花括号内缺少逗号，或未闭合",
    "did not find expected node content": "括号内的内容不完整",
    "unexpected end of stream": "引号或括号未闭合",
}


def not_a_mapping(file: str, data: Any) -> PlanProblem:
    """data: what was read instead; None for an empty file."""
    if data is None:
        zh, en = "文件是空的，应为键值结构", "the file is empty, expected a mapping"
        return PlanProblem("plan_unreadable", f"{file}:1", "", zh, en)
    kind_zh, kind_en = ("列表", "a list") if isinstance(data, list) else ("单个值", "a single value")
    return PlanProblem(
        "plan_unreadable", f"{file}:1", "", f"文件内容是{kind_zh}，应为键值结构", f"the file holds {kind_en}, expected a mapping"
    )


def double_keys(root: yaml.Node | None, file: str) -> list[PlanProblem]:
    """Keys that stand twice in one mapping: YAML takes the last in silence, and a rule would vanish."""
    found: list[PlanProblem] = []
    done: set[int] = set()

    def look(node: yaml.Node | None, path: tuple[str, ...]) -> None:
        if node is None or id(node) in done:  # an alias leads to a node that was seen, or round in a circle
            return
        done.add(id(node))
        if isinstance(node, yaml.MappingNode):
            seen: dict[str | None, int] = {}
            for key, value in node.value:
                name = key.value if isinstance(key, yaml.ScalarNode) else None
                if name in seen and name != "<<":
                    at = f"{file}:{key.start_mark.line + 1}"
                    before = seen[name]
                    found.append(PlanProblem(
                        "plan_key_twice", at, ".".join((*path, str(name))), f"键重复，第 {before} 行已有",
                        f"key occurs twice, first on line {before}",
                    ))
                if name is not None:
                    seen.setdefault(name, key.start_mark.line + 1)
                look(value, (*path, str(name)))
        elif isinstance(node, yaml.SequenceNode):
            for at, value in enumerate(node.value):
                look(value, (*path, str(at)))

    look(root, ())
    return found


def from_pydantic(errors: list[dict[str, Any]], root: yaml.Node | None, file: str) -> list[PlanProblem]:
    """All problems among pydantic's errors, by line."""
    kept = [e for e in errors if not _noise(e, errors)]
    found = [problem for e in kept for problem in _told(e, root, file)]
    return sorted(dict.fromkeys(found), key=lambda p: int(p.at.rpartition(":")[2]))


def _noise(error: dict[str, Any], errors: list[dict[str, Any]]) -> bool:
    """Whether an error only follows from another one inside the same value."""
    path = tuple(error["loc"])
    inside = any(len(e["loc"]) > len(path) and tuple(e["loc"][: len(path)]) == path for e in errors)
    return inside and error["type"] in ("too_short", "value_error", "tuple_type")


def _told(error: dict[str, Any], root: yaml.Node | None, file: str) -> Iterator[PlanProblem]:
    inner = error.get("ctx", {}).get("error")
    if isinstance(inner, ReferenceProblems):
        for place, zh, en in inner.problems:
            yield PlanProblem("plan_reference_broken", f"{file}:{line_of(root, place.split('.'))}", place, zh, en)
        return
    path = tuple(error["loc"])
    place = ".".join(str(p) for p in _real(root, path, error["type"] == "missing")) or "(plan)"
    at = f"{file}:{line_of(root, path)}"
    zh, en = words(error)
    code = {"missing": "plan_key_missing", "extra_forbidden": "plan_key_unknown"}.get(error["type"], "plan_value_wrong")
    if error["type"] == "union_tag_invalid":
        given = f"{error['ctx']['discriminator'].strip(chr(39))}: {error['ctx']['tag']}"
        zh, en = f"{given}：{zh}", f"{given}: {en}"
    if error["type"] == "missing":
        zh, en = f"缺少必填项 {path[-1]}", f"required field {path[-1]} is missing"
    if error["type"] == "extra_forbidden":
        zh, en = _unknown_key(path, error.get("input"))
    yield PlanProblem(code, at, place, zh, en, _shown(error))


def _shown(error: dict[str, Any]) -> str:
    value = error.get("input")
    if error["type"] in ("missing", "extra_forbidden") or isinstance(value, (dict, list, tuple, BaseModel)):
        return ""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _unknown_key(path: tuple, value: Any) -> tuple[str, str]:
    key, known = str(path[-1]), keys_at(path[:-1])
    if value is None and not re.fullmatch(r"[a-z0-9_]+", key):
        # {en: 10,000 yuan} is two keys to YAML, and the second has no value.
        return "未知的键；文字中有逗号时须加引号", "unknown key; a text with a comma in it must be quoted"
    if near := get_close_matches(key, known, n=1):
        return f"未知的键，是否为 {near[0]}", f"unknown key, did you mean {near[0]}"
    return f"未知的键；此处可用：{'、'.join(known)}", f"unknown key; known here: {', '.join(known)}"


# pydantic's error types -> Chinese; {…} are filled from the error's context. English is pydantic's own message.
_CHINESE = {
    "string_type": "应为文字", "string_too_short": "不能为空", "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "写法不符：须匹配 {pattern}",
    "int_type": "应为整数", "int_parsing": "应为整数", "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false", "bool_parsing": "应为 true 或 false",
    "decimal_type": "应为数字", "decimal_parsing": "应为数字", "finite_number": "应为有限的数字",
    "greater_than": "应大于 {gt}", "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}", "less_than_equal": "应不大于 {le}",
    "literal_error": "应为 {expected} 之一", "enum": "应为 {expected} 之一",
    "date_type": "应为日期，如 2020-10-31 或 2020-10", "date_parsing": "应为日期，如 2020-10-31 或 2020-10",
    "date_from_datetime_parsing": "应为日期，如 2020-10-31 或 2020-10",
    "date_from_datetime_inexact": "应为日期，不带时刻",
    "tuple_type": "应为列表", "list_type": "应为列表", "dict_type": "应为键值结构",
    "model_type": "应为键值结构", "model_attributes_type": "应为键值结构",
    "too_short": "至少要有 {min_length} 项", "too_long": "最多 {max_length} 项",
    "union_tag_not_found": "缺少 {discriminator}，无法判断种类",
    "union_tag_invalid": "{discriminator} 应为 {expected_tags} 之一",
}
_CLEARER_ENGLISH = {
    "date_parsing": "expected a date such as 2020-10-31 or 2020-10", "date_type": "expected a date such as 2020-10-31 or 2020-10",
    "date_from_datetime_parsing": "expected a date such as 2020-10-31 or 2020-10",
    "too_short": "at least {min_length} item(s) are needed", "tuple_type": "expected a list",
    "union_tag_not_found": "{discriminator} is missing, so its kind cannot be told",
    "date_from_datetime_inexact": "expected a date such as 2020-10-31, without a time",
    "decimal_parsing": "expected a number", "decimal_type": "expected a number",
    "int_parsing": "expected an integer", "int_type": "expected an integer", "int_from_float": "expected an integer",
    "bool_parsing": "expected true or false", "bool_type": "expected true or false",
    "union_tag_invalid": "{discriminator} must be one of {expected_tags}",
}


def words(error: Any) -> tuple[str, str]:
    """What a pydantic error says, in Chinese and in English."""
    context = {k: str(v) for k, v in error.get("ctx", {}).items()}
    context["discriminator"] = context.get("discriminator", "").strip("'")
    own = error.get("ctx", {}).get("error")
    if error["type"] == "value_error" and own is not None:
        zh, _, en = str(own).partition(" / ")
        return zh, en or zh
    kind = error["type"]
    en = _CLEARER_ENGLISH[kind].format_map(context) if kind in _CLEARER_ENGLISH else error["msg"]
    zh = _CHINESE[kind].format_map({k: v.replace(" or ", "、") for k, v in context.items()}) if kind in _CHINESE else en
    return zh, en


def keys_at(path: tuple) -> list[str]:
    """The keys that may stand at a location of a plan, sorted. A key that is right elsewhere is no help here."""
    models: list[type[BaseModel]] = [Plan]
    for step in path:
        fields = [f for m in models for name, f in m.model_fields.items() if step in (name, f.alias)]
        if fields:
            models = [m for f in fields for m in _models_in(f.annotation)]
        elif tagged := [m for m in models if _is_tagged(m, step)]:  # a union tag, such as `series`
            models = tagged
    return sorted({f.alias or name for m in models for name, f in m.model_fields.items()})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that a field's type is made of, those of unions and containers too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in get_args(annotation) for m in _models_in(part)]


def _is_tagged(model: type[BaseModel], tag: Any) -> bool:
    kind = model.model_fields.get("kind")
    return str(tag) in (get_args(kind.annotation) if kind else (model.__name__,))


def _walk(root: yaml.Node | None, path: tuple | list) -> tuple[list, yaml.Node | None]:
    """The part of a location that exists in the YAML, and its node.

    Steps are keys, positions (numbers, or text as in `units.1`), or ids of list items (`tasks`, `survey`); an id begins
    with a letter. Union tags in between are skipped.
    """
    node, taken = root, []
    for step in path:
        child = None
        if isinstance(node, yaml.MappingNode):
            child = next((v for k, v in node.value if k.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and str(step).isdecimal():
            child = node.value[int(step)] if int(step) < len(node.value) else None
        elif isinstance(node, yaml.SequenceNode):
            child = next((item for item in node.value if _id_of(item) == str(step)), None)
        if child is not None:
            node = child
            taken.append(step)
    return taken, node


def _id_of(node: yaml.Node) -> str | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((v.value for k, v in node.value if k.value == "id" and isinstance(v, yaml.ScalarNode)), None)


def _real(root: yaml.Node | None, path: tuple, missing: bool) -> list:
    """A location as its author sees it: without union tags, but with a key that is missing."""
    taken, _ = _walk(root, path)
    return [*taken, path[-1]] if missing else taken


def line_of(root: yaml.Node | None, path: tuple | list) -> int:
    """The line, from 1, on which the value at a location begins: the deepest part of it that exists."""
    _, node = _walk(root, path)
    return node.start_mark.line + 1 if node is not None else 1
