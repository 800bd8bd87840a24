"""Reads plan.yaml into a Plan. Every problem is told with file, line, field, the bad value and what was expected.

YAML is composed with line marks (libyaml), validated by pydantic, and each pydantic error is led back to its line.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from gaoxin.errors import GaoxinError, PlanError, UnknownCampaign, UsageError, system_said
from gaoxin.i18n import Code, Text
from gaoxin.plan.model import Plan
from gaoxin.plan.once import once_a_plan
from gaoxin.plan.reading.mapping_files import beside, files_beside
from gaoxin.plan.reading.problems import PlanProblem, broken, from_pydantic, line_of, misread, not_a_mapping, syntax
from gaoxin.plan.reading.reference_files import NOT_UTF_8, inlined
from gaoxin.plan.reading.references import problems
from gaoxin.plan.reading.table_files import tables_inlined
from gaoxin.plan.units_of_measure import own_units, unfit

TOO_DEEP = Code("plan.too_deep", "嵌套过深", "nested too deeply")
FOLDERS_NAME = Code("plan.folders_name", "应与文件夹同名：{folder}", "must be its folder's name: {folder}")


class PlanYaml(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # which of the two is known at run time
    """libyaml's safe loader with fewer guesses: plain scalars are null, true, false, decimal numbers, or words. YAML 1.1 also
    reads `no` as a boolean, `010` as eight, `12:30` as 750, and fails with a bare ValueError on the date 2020-13-01. Here such
    words stay words, and the plan's own types say what is wrong with them, with the line."""


PlanYaml.yaml_implicit_resolvers = {first: [(tag, shape) for tag, shape in found if tag.rpartition(":")[2] in ("null", "merge")]
                                    for first, found in PlanYaml.yaml_implicit_resolvers.items()}
for _tag, _shape, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"), ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    PlanYaml.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_shape})$"), list(_first))


def plan_files(plans: Path) -> dict[str, Path]:
    """Campaign id -> plan.yaml, for every folder under `plans` that has one, sorted by id."""
    return {file.parent.name: file for file in sorted(plans.glob("*/plan.yaml"))}


def find_plan(plans: Path, campaign: str) -> Plan:
    """The plan of a campaign. Raises UsageError for an unknown campaign, PlanError for a plan that cannot be read."""
    return load_plan(find_file(plans, campaign))


def find_file(plans: Path, campaign: str) -> Path:
    """The file of a campaign's plan. Raises UsageError for an unknown campaign."""
    files = plan_files(plans)
    if campaign not in files:
        known = "、".join(files) or "（无）"
        raise UnknownCampaign(Text(f"没有创建工作 {campaign!r}", f"no campaign {campaign!r}"), where=str(plans),
                              todo=Text(f"可用：{known}；或把方案放到该目录下的 {campaign}/plan.yaml",
                                        f"known: {known}; or put its plan at {campaign}/plan.yaml there"),
                              known=tuple(files))
    return files[campaign]


def load_plan(file: Path, *, id_is_folder: bool = True) -> Plan:
    """Reads one plan file, once while it and the files that it names stay as they are. Raises PlanError with all problems,
    UsageError when there is no such file.
    id_is_folder: a campaign's id is its folder's name, so a plan.yaml with another id is refused; False for a draft that lies
    elsewhere."""
    place = file.absolute(), id_is_folder
    known = _READ.get(place)
    if known and known.files[:len(now := _files(file))] == now and _stamps(known.files) == known.stamps:
        return known.plan
    files = _files(file)
    stamps = _stamps(files)
    plan = _loaded(file, id_is_folder=id_is_folder)
    if named := [file.parent / name for name in (*(r.file for r in plan.references), *(t.file for t in plan.tables)) if name]:
        files += named
        stamps = _stamps(files)
        plan = _loaded(file, id_is_folder=id_is_folder)  # again: only now is it known which files must not change meanwhile
    if _stamps(files) == stamps:
        if len(_READ) >= _KEPT:
            _READ.clear()
        _READ[place] = _Read(plan, files, stamps)
    return plan


@dataclass(frozen=True)
class _Read:
    """A plan that was read, from files as they were then."""

    plan: Plan
    files: list[Path]
    stamps: list[tuple[int, ...] | None]


_READ: dict[tuple[Path, bool], _Read] = {}
_KEPT = 64


def unmapped_plan(file: Path) -> Plan:
    """A plan without its mappings: a mapping is drafted and tried for it while one of them, itself maybe, cannot be taken yet.
    Raises as load_plan."""
    return _loaded(file, id_is_folder=True, mapped=False)


def _files(file: Path) -> list[Path]:
    """A plan's own file, its mappings, overrides and days off, of which one more or less is another plan."""
    return [file, *files_beside(file.parent)]


def _stamps(files: Sequence[Path]) -> list[tuple[int, ...] | None]:
    """What tells a file from a later state of it: times, size, inode; None for one that is not there."""
    def stamp(file: Path) -> tuple[int, ...] | None:
        try:
            found = file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino

    return [stamp(file) for file in files]


def _loaded(file: Path, *, id_is_folder: bool, mapped: bool = True) -> Plan:
    try:
        raw = file.read_bytes()
    except OSError as error:
        why = system_said(error)
        raise UsageError(Text(f"读不了方案文件：{why.zh}", f"cannot read the plan file: {why.en}"), where=str(file),
                         todo=Text("检查路径和权限", "check path and permissions")) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _plan_error(str(file), [PlanProblem("plan_unreadable", str(file), line, "", NOT_UTF_8())]) from error
    expected = file.resolve().parent.name if id_is_folder and file.name == "plan.yaml" else None
    return parse_plan(text, file=str(file), expected_id=expected, folder=file.parent, mapped=mapped)


def mapping(text: str, file: str, unreadable: str, error_of: Callable[[str, list[PlanProblem]], GaoxinError]
            ) -> tuple[Any, dict[Any, Any]]:
    """A strict YAML file that is one mapping: its nodes, which know their lines, and what it holds. Raises what `error_of` makes
    of the file and its problems; unreadable: the code of what nests too deep."""
    try:
        root, data = yaml.compose(text, Loader=PlanYaml), yaml.load(text, Loader=PlanYaml)
    except yaml.YAMLError as error:
        raise error_of(file, [syntax(error, text, file)]) from error
    except RecursionError as error:
        raise error_of(file, [PlanProblem(unreadable, file, 1, "", TOO_DEEP())]) from error
    if not isinstance(data, dict):
        raise error_of(file, [not_a_mapping(file, data)])
    return root, data


def parse_plan(text: str, *, file: str = "<text>", expected_id: str | None = None, folder: Path | None = None,
               mapped: bool = True) -> Plan:
    """As load_plan, from text. expected_id: the campaign's folder, which `id` must repeat. folder: where the plan's
    reference files lie; their rows become part of the plan, so that its hash covers them. mapped: with its mappings."""
    root, data = mapping(text, file, "plan_unreadable", _plan_error)
    if wrong := misread(root, file) or [*inlined(data, root, file, folder), *tables_inlined(data, root, file, folder)]:
        raise _plan_error(file, wrong)
    mappings = beside(data, root, folder, lambda said, name: mapping(said, name, "plan_unreadable", _plan_error), mapped=mapped)
    if mappings.wrong:
        raise _plan_error(file, mappings.wrong)
    try:
        if wrong := broken(unfit(own_units(data)), mappings.root, file):
            raise _plan_error(file, wrong)  # before the rest, which is read by them
        plan = Plan.made_of(data)
    except ValidationError as error:
        raise _plan_error(file, mappings.placed(from_pydantic(error.errors(), mappings.root, file))) from error
    if wrong := broken(problems(plan), mappings.root, file):
        raise _plan_error(file, mappings.placed(wrong))
    if expected_id is not None and plan.id != expected_id:
        raise _plan_error(file, [PlanProblem("plan_id_is_not_folder", file, line_of(root, ("id",)), "id",
                                             FOLDERS_NAME(folder=repr(expected_id)), repr(plan.id))])
    return plan


@once_a_plan
def plan_hash(plan: Plan) -> str:
    """sha256 of the plan's canonical JSON without defaults: the same plan gives the same hash, whatever the YAML looked like, and
    also after a new key of ours."""
    body = plan.model_dump(mode="json", exclude_defaults=True)
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plan_error(file: str, problems: list[PlanProblem]) -> PlanError:
    return PlanError(Text(f"方案有 {len(problems)} 处错误", f"the plan has {len(problems)} problem(s)"), where=file,
                     todo=Text("按下列各行修改后重试", "mend the lines below and try again"), problems=tuple(problems))
