"""What lies in files beside the plan: mappings (`mappings/*.yaml`, one each), overrides and days off (`overrides.yaml`,
`calendar.yaml`: a list each; a `calendar.yaml` in the folder of all plans is every campaign's, before its own). They are put into
the plan's data before it is validated, so that a plan's version and hash cover them. What is wrong in one is told with
its own file and line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from gaoxin.errors import PlanError, system_said
from gaoxin.i18n import Code, Text
from gaoxin.plan.reading.problems import PlanProblem, misread

FOLDER, CALENDAR = "mappings", "calendar"
LISTS = ("overrides", CALENDAR)  # parts of the plan that are a file of a list
NOT_A_LIST = Code("plan.no_list_beside", "只写 {part}: 和它的列表", "holds `{part}:` and its list, and nothing else", part=str)
UNREADABLE = Code("plan.mapping_unreadable", "读不了：{why}", "cannot be read: {why}", why=Text)


@dataclass
class Beside:
    """What lies beside a plan. files: of each, by its part of the plan and its place there. root: the plan's YAML with those of
    the files in it, in which places are looked up."""

    root: yaml.Node | None
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    wrong: list[PlanProblem] = field(default_factory=list)

    def placed(self, problems: Iterable[PlanProblem]) -> list[PlanProblem]:
        """With the file that each stands in."""
        def of(problem: PlanProblem) -> PlanProblem:
            first, _, rest = problem.place.partition(".")
            at, _, inner = rest.partition(".")
            file = self.files.get((first, at))
            return replace(problem, file=file, place=rest if first in LISTS else inner or at) if file else problem

        return [of(problem) for problem in problems]


def mapping_files(folder: Path | None) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.yaml")) if folder else []


def files_beside(folder: Path | None) -> list[Path]:
    """Every file beside a plan of which one more or less is another plan."""
    return [*mapping_files(folder), *(file for part in LISTS for file in _lists(folder, part))] if folder else []


def _lists(folder: Path, part: str) -> list[Path]:
    everyones = [folder.absolute().parent / f"{part}.yaml"] if part == CALENDAR else []
    return [file for file in (*everyones, folder / f"{part}.yaml") if file.is_file()]


def beside(data: dict[str, Any], root: yaml.Node | None, folder: Path | None,
           mapping: Callable[[str, str], tuple[Any, dict[Any, Any]]], *, mapped: bool = True) -> Beside:
    """Adds the mappings, overrides and days off of a folder to the plan's data, in place. mapping: reads a strict YAML file that
    is one mapping, or raises PlanError. mapped: False for the plan without its mappings, wherever they stand."""
    found = Beside(root)
    if mapped:
        _added(found, data, FOLDER, mapping_files(folder), mapping)
    else:
        data.pop(FOLDER, None)
    for part in LISTS:
        _added(found, data, part, _lists(folder, part) if folder else [], mapping)
    return found


def _added(found: Beside, data: dict[str, Any], part: str, files: Iterable[Path],
           mapping: Callable[[str, str], tuple[Any, dict[Any, Any]]]) -> None:
    root, listed = found.root, data.get(part)
    given = list(listed) if isinstance(listed, list) else []
    nodes = [n for key, node in getattr(root, "value", ()) if key.value == part for n in getattr(node, "value", ())]
    for file in files:
        try:
            node, body = mapping(file.read_text(encoding="utf-8-sig"), str(file))
        except PlanError as error:
            found.wrong += error.problems
            continue
        except (OSError, UnicodeDecodeError) as error:
            found.wrong.append(PlanProblem("plan_unreadable", str(file), 1, "", UNREADABLE(why=system_said(error))))
            continue
        found.wrong += misread(node, str(file))
        bodies, inside = [body], [node]
        if part in LISTS:
            if body.keys() != {part} or not isinstance(body[part], list):
                found.wrong.append(PlanProblem("plan_value_wrong", str(file), 1, "", NOT_A_LIST(part=part)))
                continue
            bodies, inside = body[part], node.value[0][1].value
        for one, its in zip(bodies, inside, strict=True):
            for at in (str(len(given)), str(one.get("id") if isinstance(one, dict) else len(given))):
                found.files[part, at] = str(file)
            given.append(one)
            nodes.append(its)
    if any(of == part for of, _ in found.files) and isinstance(root, yaml.MappingNode):
        data[part] = given
        kept = [(key, node) for key, node in root.value if key.value != part]
        found.root = yaml.MappingNode(root.tag, [*kept, (yaml.ScalarNode("tag:yaml.org,2002:str", part, *_marks(root)),
                                                         yaml.SequenceNode("tag:yaml.org,2002:seq", nodes, *_marks(root)))],
                                      *_marks(root))


def _marks(root: yaml.Node) -> tuple[Any, Any]:
    return root.start_mark, root.end_mark
