"""An answer leaves the process whole: as one JSON document, or as text that people read. Nothing else reaches stdout."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from gaoxin import cli
from gaoxin.campaign.answer import Answer, as_json
from gaoxin.campaign.wording import HEADS
from gaoxin.cli import figures, layout, output
from gaoxin.cli.layout import Column, Markup, line, rows
from gaoxin.cli.output import Session
from gaoxin.errors import Refused, SystemFault, UsageError
from gaoxin.i18n import Lang, Text
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import parse_plan
from gaoxin.plan.target import Truth
from gaoxin.settings import Settings
from tests.plan_texts import demo


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Thing:
    period: Period
    colour: Colour
    parts: tuple[Decimal, ...]


class Held(Answer):
    verdict: str

    @property
    def exit_status(self) -> int:
        return 1


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


class ClosedPipe(StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def a_session(*, as_json: bool = False, lang: Lang = "zh", out: StringIO | None = None) -> Session:
    return Session(
        settings=Settings(), json=as_json, lang=lang, now=datetime(2024, 3, 1, tzinfo=UTC), out=out or StringIO()
    )


def test_values_become_what_json_knows():
    thing = Thing(Period.parse("2024-Q2"), Colour.RED, (Decimal("1.50"), Decimal("2.00"), Decimal("NaN")))
    told = as_json({"thing": thing, "on": date(2024, 3, 1), "file": Path("a/b"), "few": {"b", "a"}, "none": None}, "zh")
    assert told == {
        "thing": {"period": "2024-Q2", "colour": "red", "parts": [1.5, 2, None]},
        "on": "2024-03-01", "file": "a/b", "few": ["a", "b"], "none": None,
    }
    assert isinstance(told["thing"]["parts"][1], int)


def test_true_stays_true_and_a_state_loses_its_class():
    assert as_json([True, False], "zh") == [True, False]
    assert type(as_json(Colour.RED, "zh")) is str


def test_what_has_no_json_is_refused_instead_of_printed_somehow():
    with pytest.raises(TypeError, match="object"):
        as_json({"x": object()}, "zh")


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_any_decimal_makes_json_that_parses(value: Decimal):
    parsed = json.loads(output.as_text(as_json({"value": value}, "zh")))["value"]
    if value.is_finite():
        assert float(parsed) == float(value)
    else:
        assert parsed is None


@given(st.recursive(st.none() | st.booleans() | st.text() | st.floats(allow_nan=True), lambda inner: st.lists(inner)))
def test_any_document_round_trips(value):
    document = {"value": value}
    assert json.loads(output.as_text(as_json(document, "zh"))) == json.loads(json.dumps(as_json(document, "zh")))


def test_with_json_the_document_is_all_there_is():
    out = StringIO()
    output.emit(a_session(as_json=True, out=out), {"答": "是"}, (line(lambda a, v: "never"),))
    assert json.loads(out.getvalue()) == {"答": "是"}
    assert "答" in out.getvalue(), "Chinese is kept as it is"


def test_an_answer_of_no_is_exit_status_1_and_still_an_answer():
    out = StringIO()
    with pytest.raises(typer.Exit) as left:
        output.emit(a_session(as_json=True, out=out), Held("hold"))
    assert left.value.exit_code == 1
    assert json.loads(out.getvalue()) == {"verdict": "hold"}


A_WIDE_TABLE = (
    rows(lambda a, v: [(Decimal("1234567.5"), "长" * 200)], Column("indicator", lambda row, v: row[0], "right"),
         Column("detail", lambda row, v: row[1], "fold")),
    line(lambda a, v: Markup("[red]✗ 退回[/]")),
)


def test_piped_text_has_no_colour_and_cuts_nothing_off():
    out = StringIO()
    session = a_session(out=out)
    output.emit(session, {}, A_WIDE_TABLE)
    assert "\x1b" not in out.getvalue()
    assert "长" * 200 in out.getvalue()
    assert "1,234,567.5" in out.getvalue()
    assert not any(line.endswith(" ") for line in out.getvalue().splitlines())


def test_a_terminal_gets_colour_and_lines_that_fit(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    session = a_session(out=out)
    output.emit(session, {}, A_WIDE_TABLE)
    assert "\x1b[31m" in out.getvalue()
    assert "长" * 200 not in out.getvalue()
    assert out.getvalue().count("长") == 200, "long text wraps and is not cut off"


def test_wide_characters_keep_the_columns_aligned():
    from rich.cells import cell_len

    out = StringIO()
    session = a_session(out=out)
    columns_of = (Column("unit", lambda row, v: row), Column("value", lambda row, v: "x"))
    output.emit(session, {}, (rows(lambda a, v: ["园区管委会", "abc"], *columns_of),))
    columns = {cell_len(line[: line.index("x")]) for line in out.getvalue().splitlines() if "x" in line}
    assert len(columns) == 1


def test_text_from_outside_is_no_markup():
    out = StringIO()
    output.emit(a_session(out=out), {}, (line(lambda a, v: "[red]文件[/].xlsx"),))
    assert out.getvalue() == "[red]文件[/].xlsx\n"


def test_what_a_files_name_would_do_to_a_terminal_is_shown_and_not_done(capsys):
    out, name = StringIO(), "\x1b[2J接收\u202e.xlsx"
    output.emit(a_session(out=out), {}, (line(lambda a, v: name), line(lambda a, v: Markup(v.listed([name])))))
    output.tell(UsageError(Text(name, name), where=name, todo=Text("", "")), "zh")
    told = out.getvalue() + capsys.readouterr().err
    assert ("\x1b" in told, "\u202e" in told, told.count("\\x1b[2J接收\\u202e.xlsx")) == (False, False, 4)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"), ("", "—"), (Decimal("0"), "0"), (Decimal("12.3400"), "12.34"), (1000, "1,000"),
        (Decimal("0.123456"), "0.1235"), (Decimal("NaN"), "—"), (100, "100"), (Colour.RED, "red"),
        (Period.parse("2024-06"), "2024年6月"),
    ],
)
def test_a_cell_reads_as_people_write_it(value, text):
    assert layout.shown(value) == text


@pytest.mark.parametrize(("unit", "en"), [("百分点", "2.5 percentage points"), ("亿元", "2.5 亿元"), (None, "—")])
def test_a_figure_stands_with_its_unit_in_the_readers_language(unit, en):
    view = layout.View(Console(), "en", parse_plan(demo()))
    row = SimpleNamespace(value=unit and Decimal("2.50"), unit=unit)
    assert view.cell(layout.amount("value", "unit")(row, view)) == en


def test_what_is_missing_is_in_words_in_english():
    told = figures.truth_told(Truth.NOT_MET, Decimal("1.5"), "个百分点", layout.View(Console(), "en", parse_plan(demo())))
    assert told.endswith(", 1.5 percentage points missing")


@pytest.mark.parametrize(("share", "text"), [(None, "—"), (Decimal("0.875"), "87.5%"), (1, "100%"), (0, "0%")])
def test_shares_are_percent(share, text):
    assert layout.percent(share) == text


@pytest.mark.parametrize("error", [UsageError, Refused, SystemFault])
@pytest.mark.parametrize(
    ("lang", "expected"), [("zh", ("坏了", "位置: 甲", "处理: 修")), ("en", ("broken", "where: 甲", "to do: mend"))]
)
def test_an_error_says_what_where_and_what_to_do_on_stderr(error, lang, expected, capsys):
    output.tell(error(Text("坏了", "broken"), where="甲", todo=Text("修", "mend")), lang)
    said = capsys.readouterr()
    assert said.out == ""
    assert all(part in said.err for part in expected)
    assert ("broken" in said.err) == (lang == "en")


def test_a_reader_that_went_away_is_no_fault_and_keeps_the_answer():
    with pytest.raises(typer.Exit) as left:
        output.emit(a_session(as_json=True, out=ClosedPipe()), Held("hold"))
    assert left.value.exit_code == 1


def test_json_keeps_the_chatter_of_libraries_off_stdout(monkeypatch, capsys):
    out = StringIO()
    monkeypatch.setattr("sys.stdout", out)
    session = Session.open(json=True)
    print("chatter")  # noqa: T201 - a library that prints is what this test is about
    output.emit(session, {"ok": True})
    assert json.loads(out.getvalue()) == {"ok": True}
    assert "chatter" in capsys.readouterr().err


def test_a_progress_bar_stays_off_a_stderr_that_is_no_terminal(capsys):
    session = a_session()
    with session.working(Text("审核", "checking")):
        assert list(session.each([1, 2, 3], Text("审核", "checking"))) == [1, 2, 3]
    assert capsys.readouterr() == ("", "")


def test_a_bad_environment_names_the_variable(monkeypatch):
    monkeypatch.setenv("GAOXIN_LANG", "fr")
    with pytest.raises(UsageError) as refused:
        output.read_settings()
    assert "GAOXIN_LANG" in refused.value.where
    assert "fr" in refused.value.where


@pytest.mark.parametrize(("option", "environment", "lang"), [(None, None, "zh"), (None, "en", "en"), ("zh", "en", "zh")])
def test_the_option_wins_over_the_environment(option, environment, lang, monkeypatch):
    monkeypatch.delenv("GAOXIN_LANG", raising=False)
    if environment:
        monkeypatch.setenv("GAOXIN_LANG", environment)
    assert Session.open(lang=option).lang == lang


def test_every_head_of_a_table_has_its_words():
    """A head without words is found when a table is shown, which no answer as JSON is."""
    asked = {(file.name, node.args[0].value) for file in (Path(cli.__file__).parent).glob("*.py")
             for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Column"
             and node.args and isinstance(node.args[0], ast.Constant)}
    assert len(asked) > 100
    assert {one for one in asked if one[1] not in HEADS} == set()
