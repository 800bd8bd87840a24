"""What is wrong with a plan file, said so that its author can mend it: code, file and line, place, both languages.

Here pydantic's errors become such problems: led back to their line (their words are `problem_words`'), without the noise
that follows from another error (a list is "too short" only because an item of it is broken).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import yaml
from pydantic import BaseModel

from gaoxin.i18n import Code, Lang, Message
from gaoxin.plan.reading.problem_words import missing_key, telling_of, unknown_key, words

_LONGEST_SHOWN = 60
_SHOWN = Code("plan.shown", "{value}：{told}", "{value}: {told}", value=str)


@dataclass(frozen=True)
class PlanProblem:
    """One problem; as a string it is the whole line, in both languages, as `PlanError` prints it.
    code: stable. file, line: where it stands. place: field path, such as `phases.2.gate.deadline`. told: what is wrong, and what
    was expected. shown: the bad value, where it is told beside that."""

    code: str
    file: str
    line: int
    place: str
    told: Message
    shown: str = ""

    @property
    def at(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def message(self) -> Message:
        """What is wrong, with the bad value."""
        return _SHOWN(value=self.shown, told=self.told) if self.shown else self.told

    def __str__(self) -> str:
        return self._line(self.told.both())

    def to(self, lang: Lang) -> str:
        """The line in one language."""
        return self._line(self.told.to(lang))

    def _line(self, told: str) -> str:
        value = f" = {self.shown}" if self.shown else ""
        return f"{self.at}: {self.place}{value}: {told}" if self.place else f"{self.at}: {told}"


def syntax(error: yaml.YAMLError, text: str, file: str) -> PlanProblem:
    """The problem of a text that is no YAML."""
    mark = getattr(error, "problem_mark", None)
    position = getattr(error, "position", None)
    # a position alone: a character that YAML does not allow
    line = mark.line + 1 if mark is not None else text.count("\n", 0, position or 0) + 1
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    reason = next((code() for part, code in _OF_YAML.items() if part in why), why)
    return PlanProblem("plan_unreadable", file, line, "", _NO_YAML(reason=reason, why=why))


_NO_YAML = Code("plan.no_yaml", "YAML 写法有误：{reason}", "not valid YAML: {why}", reason=Message | str)
# libyaml's commonest reasons in Chinese, by a part that identifies them; others are told as libyaml words them.
_OF_YAML = {
    part: Code(f"plan.no_yaml.{name}", zh, part) for name, part, zh in (
        ("tab", "tab character", "缩进用了制表符，请改用空格"),
        ("start", "cannot start any token", '此处不能用这个字符（%、@、` 等开头的文字须加引号，如 "%"；缩进须用空格）'),
        ("second", "another document", "一个文件只能有一份方案，不能有第二个 ---"),
        ("alias", "undefined alias", "引用了未定义的别名（*…）"),
        ("control", "control characters", "含有控制字符，不是文本文件"),
        ("colon", "mapping values are not allowed", "此处不能有冒号；文字中有冒号时须加引号"),
        ("no_colon", "could not find expected ':'", "缺少冒号（须用半角冒号，后面空一格），或缩进不对"),
        ("key", "did not find expected key", "缩进不对，或上一行的括号、引号未闭合"),
        ("comma", "did not find expected ',' or", "方括号或花括号内缺少逗号，或未闭合"),
        ("node", "did not find expected node content", "括号内的内容不完整"),
        ("end", "unexpected end of stream", "引号或括号未闭合"))}
_EMPTY = Code("plan.file_empty", "文件是空的，应为键值结构", "the file is empty, expected a mapping")
_HOLDS_A_LIST = Code("plan.holds_a_list", "文件内容是列表，应为键值结构", "the file holds a list, expected a mapping")
_HOLDS_A_VALUE = Code("plan.holds_a_value", "文件内容是单个值，应为键值结构", "the file holds a single value, expected a mapping")
_KEY_TWICE = Code("plan.key_twice", "键重复，第 {line} 行已有", "key occurs twice, first on line {line}")
_FULL_WIDTH_FIGURES = Code("plan.full_width", "全角数字，改为半角 {half}；若是文字，加引号",
                           "full-width figures: write {half}, or quote it where it is a text")


def not_a_mapping(file: str, data: Any) -> PlanProblem:
    """data: what was read instead; None for an empty file."""
    told = _EMPTY if data is None else _HOLDS_A_LIST if isinstance(data, list) else _HOLDS_A_VALUE
    return PlanProblem("plan_unreadable", file, 1, "", told())


# A plain scalar that is all figures, some of them full-width: read as text here and as a number there.
_FULL_WIDTH = re.compile(r"(?=.*[０-９])[-+－＋0-9０-９.．,，%％/／xX]+")


def misread(root: yaml.Node | None, file: str) -> list[PlanProblem]:
    """What YAML takes in silence and nobody means: keys that stand twice in one mapping, of which the last would win and a
    rule vanish; figures typed full-width."""
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
                    found.append(PlanProblem("plan_key_twice", file, key.start_mark.line + 1, ".".join((*path, str(name))),
                                             _KEY_TWICE(line=seen[name])))
                if name is not None:
                    seen.setdefault(name, key.start_mark.line + 1)
                look(value, (*path, str(name)))
        elif isinstance(node, yaml.SequenceNode):
            for at, value in enumerate(node.value):
                look(value, (*path, str(at)))
        elif isinstance(node, yaml.ScalarNode) and not node.style and _FULL_WIDTH.fullmatch(node.value):
            half = unicodedata.normalize("NFKC", node.value)
            found.append(PlanProblem("plan_value_wrong", file, node.start_mark.line + 1, ".".join(path),
                                     _FULL_WIDTH_FIGURES(half=half), repr(node.value)))

    look(root, ())
    return found


def from_pydantic(errors: Sequence[Any], root: yaml.Node | None, file: str, of: type[BaseModel] | None = None
                  ) -> list[PlanProblem]:
    """All problems among pydantic's errors, by line. of: the model of the whole file; a plan's where left out."""
    with telling_of(of):
        return _by_line([_told(e, root, file) for e in errors if not _noise(e, errors)])


# What is looked at beside references, by the code of its words.
_OTHERWISE = {"plan.mapping_no_headings": "plan_key_missing", "plan.mapping_periodicity": "plan_value_wrong",
              "plan.mapping_type": "plan_value_wrong", "plan.input_hides": "plan_value_wrong"}


def broken(references: Iterable[tuple[str, Message]], root: yaml.Node | None, file: str) -> list[PlanProblem]:
    """References that lead nowhere, and what does not agree with what they lead to (place, what is wrong), by line."""
    return _by_line([PlanProblem(_OTHERWISE.get(told.code, "plan_reference_broken"), file, line_of(root, place.split(".")), place,
                                 told) for place, told in references])


def _by_line(found: list[PlanProblem]) -> list[PlanProblem]:
    return sorted(dict.fromkeys(found), key=lambda p: p.line)


def _noise(error: Any, errors: Sequence[Any]) -> bool:
    """Whether an error only follows from another one inside the same value."""
    path = tuple(error["loc"])
    inside = any(len(e["loc"]) > len(path) and tuple(e["loc"][: len(path)]) == path for e in errors)
    if error["type"] == "missing":  # a required key that was misspelt is told once, at the key that stands there
        beside = [str(e["loc"][-1]) for e in errors if e["type"] == "extra_forbidden" and tuple(e["loc"][:-1]) == path[:-1]]
        return bool(get_close_matches(str(path[-1]), beside, cutoff=0.75))
    return inside and error["type"] in ("too_short", "value_error", "tuple_type")


def _told(error: Any, root: yaml.Node | None, file: str) -> PlanProblem:
    """The place is as its author sees it: without union tags, but with a key that is missing."""
    kind, path, value = error["type"], tuple(error["loc"]), error.get("input")
    taken, node = _walk(root, path)
    line, code, shown = _line(node), "plan_value_wrong", ""
    if kind == "extra_forbidden":
        _, around = _walk(root, path[:-1])
        keys = {k.value: k for k, _ in around.value} if isinstance(around, yaml.MappingNode) else {}
        code, told = "plan_key_unknown", unknown_key(path, value, keys)
        line = _line(keys[str(path[-1])]) if str(path[-1]) in keys else line  # the key's own: its value may begin on the next
    elif kind == "missing":
        code, told, taken = "plan_key_missing", missing_key(path), [*taken, path[-1]]
    else:
        told, shown = words(error), "" if isinstance(value, (dict, list, tuple, BaseModel)) else repr(value)
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"
    return PlanProblem(code, file, line, ".".join(map(str, taken)) or "(plan)", told, shown)


def _walk(root: yaml.Node | None, path: tuple | list) -> tuple[list, yaml.Node | None]:
    """The part of a location that exists in the YAML, and its node. Steps are keys, positions (numbers, or text as in `units.1`),
    or ids of list items (`tasks`, `survey`); an id begins with a letter. Union tags in between are skipped."""
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
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((v.value for k, v in pairs if k.value == "id" and isinstance(v, yaml.ScalarNode)), None)


def line_of(root: yaml.Node | None, path: tuple | list) -> int:
    """The line, from 1, on which the value at a location begins: the deepest part of it that exists."""
    return _line(_walk(root, path)[1])


def _line(node: yaml.Node | None) -> int:
    return node.start_mark.line + 1 if node is not None else 1
