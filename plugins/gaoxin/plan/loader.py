"""Reads plan.yaml into a Plan. Every problem is told with file, line, field, the bad value and what was expected.

YAML is composed with line marks (libyaml), validated by pydantic, and each pydantic error is led back to its line.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from gaoxin.errors import PlanError, UsageError
from gaoxin.i18n import Text
from gaoxin.plan.model import Plan


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """libyaml's safe loader, but only true and false are booleans, as in YAML 1.2: `no` and `on` stay words."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in found if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, found in _Loader.yaml_implicit_resolvers.items()
}


def plan_files(plans: Path) -> dict[str, Path]:
    """Campaign id -> plan.yaml, for every folder under `plans` that has one, sorted by id."""
    return {file.parent.name: file for file in sorted(plans.glob("*/plan.yaml"))}


def find_plan(plans: Path, campaign: str) -> Plan:
    """The plan of a campaign. Raises UsageError for an unknown campaign, PlanError for a plan that cannot be read."""
    files = plan_files(plans)
    if campaign not in files:
        known = "、".join(files) or "（无）"
        raise UsageError(
            Text(f"没有创建工作 {campaign!r}", f"no campaign {campaign!r}"),
            where=str(plans),
            todo=Text(f"可用：{known}；或把方案放到 {plans}/{campaign}/plan.yaml", f"known: {known}"),
        )
    return load_plan(files[campaign])


def load_plan(file: Path) -> Plan:
    """Reads one plan file. Raises PlanError with all problems, UsageError when there is no such file."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            Text(f"读不了方案文件：{error}", f"cannot read the plan file: {error}"),
            where=str(file),
            todo=Text("检查路径、权限，并以 UTF-8 保存", "check path and permissions, and save it as UTF-8"),
        ) from error
    return parse_plan(text, file=str(file), expected_id=file.parent.name if file.name == "plan.yaml" else None)


def parse_plan(text: str, *, file: str = "<text>", expected_id: str | None = None) -> Plan:
    """As load_plan, from text. expected_id: the campaign's folder, which `id` must repeat."""
    try:
        root = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise _plan_error(file, [f"{file}{line}: YAML {getattr(error, 'problem', error)}"]) from error
    if not isinstance(data, dict):
        raise _plan_error(file, [f"{file}:1: 应为键值结构 / expected a mapping"])
    doubles = _double_keys(root, file)
    if doubles:
        raise _plan_error(file, doubles)
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        raise _plan_error(file, [_told(e, root, file) for e in error.errors()]) from error
    if expected_id is not None and plan.id != expected_id:
        raise _plan_error(
            file,
            [f"{file}:{_line(root, ('id',))}: id {plan.id!r}，应与文件夹同名 / must be its folder's name: {expected_id!r}"],
        )
    return plan


def plan_hash(plan: Plan) -> str:
    """sha256 of the plan's canonical JSON: the same plan gives the same hash, whatever the YAML looked like."""
    return sha256(json.dumps(plan.model_dump(mode="json"), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plan_error(file: str, problems: list[str]) -> PlanError:
    return PlanError(
        Text(f"方案有 {len(problems)} 处错误", f"the plan has {len(problems)} problem(s)"),
        where=file,
        todo=Text("按下列各行修改后重试", "mend the lines below and try again"),
        problems=tuple(problems),
    )


def _told(error: dict[str, Any], root: yaml.Node, file: str) -> str:
    path = tuple(p for p in error["loc"])
    place, line = ".".join(str(p) for p in _real(root, path)) or "(plan)", _line(root, path)
    value = error.get("input")
    shown = "" if isinstance(value, (dict, list)) or error["type"] == "missing" else f" = {value!r}"
    hint = ""
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(path[-1]), sorted(_all_keys()), n=1)
        hint = f"；未知的键，是否为 {near[0]} / unknown key, did you mean {near[0]}" if near else "；未知的键 / unknown key"
    return f"{file}:{line}: {place}{shown}: {error['msg']}{hint}"


def _all_keys() -> set[str]:
    keys: set[str] = set()
    todo: list[type[BaseModel]] = [BaseModel]
    while todo:
        model = todo.pop()
        keys.update(getattr(model, "model_fields", {}) if model.__module__.startswith("gaoxin.plan") else ())
        todo.extend(model.__subclasses__())
    return keys


def _walk(root: yaml.Node | None, path: tuple) -> tuple[list, yaml.Node | None]:
    """The part of a pydantic location that exists in the YAML, and its node; union tags in between are skipped."""
    node, taken = root, []
    for step in path:
        child = None
        if isinstance(node, yaml.MappingNode):
            child = next((v for k, v in node.value if k.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            child = node.value[step]
        if child is not None:
            node = child
            taken.append(step)
    return taken, node


def _real(root: yaml.Node | None, path: tuple) -> list:
    taken, _ = _walk(root, path)
    return taken if taken and taken[-1] == path[-1] else [*taken, *path[-1:]]


def _line(root: yaml.Node | None, path: tuple) -> int:
    _, node = _walk(root, path)
    return node.start_mark.line + 1 if node is not None else 1


def _double_keys(node: yaml.Node | None, file: str) -> list[str]:
    found: list[str] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                found.append(f"{file}:{key.start_mark.line + 1}: {key.value}: 键重复 / key occurs twice")
            seen.add(key.value)
            found += _double_keys(value, file)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            found += _double_keys(value, file)
    return found
