"""Every single thing that goes wrong in a whole plan is told at its place: the plan of Kaizhou with one item spoiled."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gaoxin.errors import PlanError
from gaoxin.plan.reading.loader import PlanYaml, parse_plan
from tests.plan_texts import KAIZHOU

TEXT = KAIZHOU.read_text(encoding="utf-8")
LINES = TEXT.splitlines(keepends=True)


def _mappings(node: yaml.Node, around: tuple[yaml.MappingNode, ...] = ()) -> Iterator[tuple[yaml.MappingNode, tuple]]:
    """Every mapping of a text, with those around it but the whole plan."""
    if isinstance(node, yaml.MappingNode):
        yield node, around
        inside = (*around, node) if node.start_mark.column else around
        for _, value in node.value:
            yield from _mappings(value, inside)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _mappings(value, around)


ROOT_NODE = yaml.compose(TEXT, Loader=PlanYaml)
assert ROOT_NODE is not None
FOUND = list(_mappings(ROOT_NODE))
MAPPINGS = [mapping for mapping, _ in FOUND]
AROUND = {id(mapping): around for mapping, around in FOUND}
SCALARS = [(m, k, v) for m in MAPPINGS for k, v in m.value if isinstance(v, yaml.ScalarNode)]
KEYS = [(m, k, v) for m in MAPPINGS for k, v in m.value]
# Values that name another part of the plan; spoiling a part's own id breaks what refers to it, elsewhere and rightly so.
REFERENCES = [(m, k, v) for m, k, v in SCALARS if k.value in ("lead", "phase", "variable", "choice", "who", "decided_by", "by",
              "office", "consent", "issuer", "supervision", "part", "whole", "since", "distinct")]


def _spoilt(node: yaml.Node, text: str) -> str:
    """The plan with what a node covers replaced by another text."""
    return TEXT[: node.start_mark.index] + text + TEXT[node.end_mark.index :]


def _told(text: str) -> list:
    """The problems of a text, each with its line and in both languages; none when it loads."""
    problems: list = []
    try:
        parse_plan(text, file="p.yaml")
    except PlanError as error:
        problems = list(error.problems) or ["refused without a reason"]
    for problem in problems:
        assert re.fullmatch(r"p\.yaml:[0-9]+", problem.at)
        assert problem.message.zh
        assert problem.message.en
    return problems


def _line(problem) -> int:
    return int(problem.at.rpartition(":")[2])


def _lines_of(mapping: yaml.MappingNode) -> set[int]:
    """The lines of an item, and the first lines of those around it, at which their rules are told."""
    own = range(mapping.start_mark.line + 1, mapping.end_mark.line + 2)
    return {*own, *(m.start_mark.line + 1 for m in AROUND[id(mapping)])}


def test_there_is_enough_to_spoil():
    assert len(MAPPINGS) > 300
    assert len(SCALARS) > 900
    assert len(REFERENCES) > 100


@settings(max_examples=40)
@given(st.sampled_from(KEYS), st.integers(0, 30), st.sampled_from("xq_"))
def test_a_misspelt_key_is_told_at_its_line_with_the_right_one(at, position, letter):
    mapping, key, _ = at
    wrong = key.value[: position % (len(key.value) + 1)] + letter + key.value[position % (len(key.value) + 1) :]
    if re.fullmatch("[A-Z]+", key.value) or wrong in (k.value for k, _ in mapping.value):  # codes are the author's own
        return
    told = _told(_spoilt(key, wrong))
    if not told:  # the name of an input within its formula's mapping, or a code, may be any
        assert not any(k.value == "kind" for k, _ in mapping.value)
        return
    assert any(_line(p) == key.start_mark.line + 1 for p in told) or all(_line(p) in _lines_of(mapping) for p in told)


@settings(max_examples=40)
@given(st.sampled_from(SCALARS), st.sampled_from(["[]", "{}", "{a: 1}", "[1, 2]", "", "12x", "20xx-13", "-3", "no"]))
def test_a_value_of_another_type_is_told_within_its_item(at, value):
    mapping, key, scalar = at
    told = _told(_spoilt(scalar, value))
    if key.value == "id" or not told:  # what refers to the id says so; or the new value is one, too
        return
    assert any(_line(p) in _lines_of(mapping) for p in told), told


@settings(max_examples=25)
@given(st.sampled_from(REFERENCES))
def test_a_reference_to_nothing_is_told_within_its_item(at):
    mapping, _, scalar = at
    told = _told(_spoilt(scalar, "zzz_nobody"))
    assert told
    assert all(_line(p) in _lines_of(mapping) for p in told), told
    assert "zzz_nobody" in told[0].message.zh
    assert "zzz_nobody" in told[0].message.en


@settings(max_examples=40)
@given(st.sampled_from([(m, k, v) for m, k, v in KEYS if v.start_mark.line == v.end_mark.line and not m.flow_style]))
def test_a_key_left_out_is_told_within_its_item_or_does_no_harm(at):
    mapping, key, value = at
    line = key.start_mark.line
    first = LINES[line][: key.start_mark.column].strip().startswith("-")  # the dash of the item stays
    text = "".join(LINES[:line]) + (LINES[line][: key.start_mark.column] + "\n" if first else "") + "".join(LINES[line + 1 :])
    told = _told(text)
    within = {n + d for n in _lines_of(mapping) for d in (-1, 0, 1)}  # a line is gone
    inside = {v.value for v in _scalars(value)} | {value.value if isinstance(value, yaml.ScalarNode) else ""}
    for problem in told:
        # A part that is gone is missed by whoever names it: then the problem names it.
        assert _line(problem) in within or mapping is MAPPINGS[0] or any(v and v in problem.message.zh for v in inside), problem


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    for value in (node.value if not isinstance(node, yaml.ScalarNode) else ()):
        for each in value if isinstance(value, tuple) else (value,):
            yield from _scalars(each)
