"""Mappings that lie in files beside the plan: `mappings/*.yaml`, one each, put into the plan's data before it is validated, so
that a plan's version and hash cover them. What is wrong in one is told with its own file and line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from gaoxin.errors import PlanError
from gaoxin.i18n import Code
from gaoxin.plan.reading.problems import PlanProblem, misread

FOLDER = "mappings"
UNREADABLE = Code("plan.mapping_unreadable", "读不了：{why}", "cannot be read: {why}", why=str)


@dataclass
class Beside:
    """The mappings of a folder. files: of each, by its place among the plan's mappings. root: the plan's YAML with those of the
    files in it, in which places are looked up."""

    root: yaml.Node | None
    files: dict[str, str] = field(default_factory=dict)
    wrong: list[PlanProblem] = field(default_factory=list)

    def placed(self, problems: Iterable[PlanProblem]) -> list[PlanProblem]:
        """With the file that each stands in."""
        def of(problem: PlanProblem) -> PlanProblem:
            first, _, rest = problem.place.partition(".")
            at, _, inner = rest.partition(".")
            return replace(problem, file=self.files[at], place=inner or at) if first == FOLDER and at in self.files else problem

        return [of(problem) for problem in problems]


def mapping_files(folder: Path | None) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.yaml")) if folder else []


def beside(data: dict[str, Any], root: yaml.Node | None, folder: Path | None,
           mapping: Callable[[str, str], tuple[Any, dict[Any, Any]]]) -> Beside:
    """Adds the mappings of a folder to the plan's data, in place. mapping: reads a strict YAML file that is one mapping, or
    raises PlanError."""
    found = Beside(root)
    listed = data.get(FOLDER)
    given = list(listed) if isinstance(listed, list) else []
    nodes = [n for key, node in getattr(root, "value", ()) if key.value == FOLDER for n in getattr(node, "value", ())]
    for file in mapping_files(folder):
        try:
            node, body = mapping(file.read_text(encoding="utf-8-sig"), str(file))
        except PlanError as error:
            found.wrong += error.problems
            continue
        except (OSError, UnicodeDecodeError) as error:
            found.wrong.append(PlanProblem("plan_unreadable", str(file), 1, "", UNREADABLE(why=str(error))))
            continue
        found.wrong += misread(node, str(file))
        for at in (str(len(given)), str(body.get("id"))):
            found.files[at] = str(file)
        given.append(body)
        nodes.append(node)
    if found.files and isinstance(root, yaml.MappingNode):
        data[FOLDER] = given
        kept = [(key, node) for key, node in root.value if key.value != FOLDER]
        found.root = yaml.MappingNode(root.tag, [*kept, (yaml.ScalarNode("tag:yaml.org,2002:str", FOLDER, *_marks(root)),
                                                         yaml.SequenceNode("tag:yaml.org,2002:seq", nodes, *_marks(root)))],
                                      *_marks(root))
    return found


def _marks(root: yaml.Node) -> tuple[Any, Any]:
    return root.start_mark, root.end_mark
