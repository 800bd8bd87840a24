"""Answers: what becomes JSON, by which names, in which language; and that the table of what is told leads somewhere."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, fields, is_dataclass
from decimal import Decimal
from importlib import import_module

import pytest

from gaoxin import campaign
from gaoxin.campaign.answer import Answer, as_json, reached
from gaoxin.campaign.told import TOLD
from gaoxin.i18n import Text


@dataclass(frozen=True)
class Inner:
    value: Decimal
    hidden: str = "not told"


@dataclass(frozen=True)
class Outer:
    inner: Inner
    more: str | None


class Part(Answer, inline="inner", optional="more", beside="names"):
    name: Text
    inner: Inner
    more: str | None
    names: dict[str, str]


PART = Part(Text("甲", "A"), Inner(Decimal("1.50")), None, {"a": "b"})


@pytest.mark.parametrize(("lang", "name"), [("zh", "甲"), ("en", "A")])
def test_words_are_chosen_last(lang, name):
    assert PART.to_json(lang) == {"name": name, "value": 1.5, "hidden": "not told"}


def test_what_is_optional_is_told_where_it_is_there():
    assert list(Part(PART.name, PART.inner, "x", {}).to_json("zh")) == ["name", "value", "hidden", "more"]


def test_an_answer_is_frozen_and_takes_no_other_field():
    with pytest.raises(FrozenInstanceError):
        PART.more = "x"  # type: ignore[misc]  # what is wrong on purpose
    with pytest.raises(TypeError):
        Part(PART.name, PART.inner, None, {}, other=1)  # type: ignore[call-arg]  # what is wrong on purpose


def test_the_table_says_which_fields_get_out_and_by_which_names(monkeypatch):
    monkeypatch.setitem(TOLD, f"{__name__}.Inner", ("amount=value twice", {"twice": lambda inner: inner.value * 2}))
    assert as_json([Inner(Decimal("1.50"))], "zh") == [{"amount": 1.5, "twice": 3}]


def test_the_table_says_what_stands_in_its_place_and_what_may_be_left_out(monkeypatch):
    monkeypatch.setitem(TOLD, f"{__name__}.Outer", ("*inner more?", {}))
    assert as_json(Outer(Inner(Decimal(1)), None), "zh") == {"value": 1, "hidden": "not told"}
    assert as_json(Outer(Inner(Decimal(1)), "x"), "zh") == {"value": 1, "hidden": "not told", "more": "x"}


def test_a_path_ends_where_nothing_is():
    assert reached(PART, "inner.value") == Decimal("1.50")
    assert reached(PART, "more.value") is None


@pytest.mark.parametrize("place", TOLD)
def test_the_table_leads_to_what_there_is(place):
    module, _, name = place.rpartition(".")
    kind, (names, computed) = getattr(import_module(module), name), TOLD[place]
    known = {f.name for f in fields(kind)} if is_dataclass(kind) else set(kind.model_fields)
    known |= {n for n in dir(kind) if isinstance(getattr(kind, n), property)}
    paths = {(name := one.partition("=")[0].strip("*?")): one.partition("=")[2] or name for one in names.split()}
    assert f"{kind.__module__}.{kind.__qualname__}" == place, "it has moved: told whole, in the order of its fields"
    assert paths
    assert set(computed) <= set(paths)
    assert {path.partition(".")[0] for told_as, path in paths.items() if told_as not in computed} <= known


def test_the_modules_of_answers_are_found_when_they_are_asked_for():
    assert campaign.gatekeeping.Gate.__module__ == "gaoxin.campaign.gatekeeping"
    with pytest.raises(ImportError):
        _ = campaign.nothing  # type: ignore[attr-defined]  # what is wrong on purpose
