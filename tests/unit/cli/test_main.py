"""The boundary: every way a command can end has its exit status, and its text in the user's language."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import typer

from gaoxin.cli import main, output
from gaoxin.errors import PlanError, Refused, SystemFault, Transient, UsageError
from gaoxin.i18n import Text

TEXT = Text("坏了", "broken")
TODO = Text("修", "mend")


@pytest.fixture
def app(monkeypatch):
    """A command line of one command that ends as the test says."""
    made = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    made.callback()(main.root)
    monkeypatch.setattr(main, "app", made)

    def ends_with(raised: BaseException | None):
        @made.command("work")
        def work(
            json: output.JsonOption = False, as_of: output.AsOfOption = None, lang: output.LangOption = None
        ) -> None:
            session = output.Session.open(json, as_of, lang)
            if raised is not None:
                raise raised
            output.emit(session, {"as_of": session.now})

    return ends_with


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (Refused(TEXT, todo=TODO), 1), (PlanError(TEXT, todo=TODO, problems=("p",)), 1), (UsageError(TEXT, todo=TODO), 2),
        (SystemFault(TEXT, todo=TODO), 3), (Transient(TEXT, todo=TODO), 3), (RuntimeError("odd"), 3),
        (PermissionError(13, "Permission denied", "/x/y"), 3), (KeyboardInterrupt(), 130),
    ],
)
def test_every_end_has_its_exit_status_and_leaves_stdout_empty(app, capsys, raised, status):
    app(raised)
    assert main.run(["work", "--json"]) == status
    assert capsys.readouterr().out == ""


def test_an_answer_is_exit_status_0(app, capsys):
    app(None)
    assert main.run(["work", "--json", "--as-of", "2020-10-31"]) == 0
    assert json.loads(capsys.readouterr().out) == {"as_of": "2020-10-31T23:59:59+08:00"}


@pytest.mark.parametrize(("args", "word"), [(["work"], "坏了"), (["work", "--lang", "en"], "broken")])
def test_errors_speak_the_chosen_language(app, capsys, args, word, monkeypatch):
    monkeypatch.delenv("GAOXIN_LANG", raising=False)
    app(UsageError(TEXT, todo=TODO))
    main.run(args)
    assert word in capsys.readouterr().err


def test_the_environment_sets_the_language_of_errors(app, capsys, monkeypatch):
    monkeypatch.setenv("GAOXIN_LANG", "en")
    app(UsageError(TEXT, todo=TODO))
    main.run(["work"])
    assert "broken" in capsys.readouterr().err


def test_a_broken_environment_is_told_and_is_wrong_use(app, capsys, monkeypatch):
    monkeypatch.setenv("GAOXIN_LANG", "fr")
    app(None)
    assert main.run(["work"]) == 2
    assert "GAOXIN_LANG" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [["work", "--nope"], ["nope"], ["work", "--lang", "fr"], ["work", "--as-of", "yesterday"], ["work", "extra"], []],
)
def test_wrong_use_is_exit_status_2(app, capsys, args):
    app(None)
    assert main.run(args) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip()


def test_a_traceback_is_shown_only_when_asked_for(app, capsys):
    app(RuntimeError("odd"))
    main.run(["work"])
    assert "Traceback" not in capsys.readouterr().err
    main.run(["--debug", "work"])
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "odd" in said


def test_an_unforeseen_error_names_its_kind_and_what_to_do(app, capsys):
    app(RuntimeError("odd\nsecond line"))
    main.run(["work", "--lang", "en"])
    said = capsys.readouterr().err
    assert "RuntimeError: odd" in said
    assert "--debug" in said
    assert "second line" not in said


def test_the_command_line_starts_without_the_heavy_packages():
    """`gaoxin --help` must answer at once: these packages cost from 0.1 to 14 seconds each."""
    heavy = ["pandas", "sqlalchemy", "openpyxl", "great_expectations", "pydantic_settings", "python_calamine", "airflow"]
    code = f"import sys, gaoxin.cli.main; print([m for m in {heavy!r} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def leaves(command, path=()):
    children = getattr(command, "commands", None)
    if not children:
        return [(path, command)]
    return [leaf for name, child in children.items() for leaf in leaves(child, (*path, name))]


def test_every_command_takes_the_three_options_and_says_what_it_does():
    # The launcher's commands stay up and answer nothing: no JSON, and no time but their own.
    found = [leaf for leaf in leaves(typer.main.get_command(main.app)) if leaf[0] not in {("run",), ("replay",)}]
    assert len(found) > 20
    for path, command in found:
        flags = {flag for parameter in command.params for flag in parameter.opts}
        assert {"--json", "--as-of", "--lang"} <= flags, path
        assert command.help, path
        assert " / " in command.help, f"{path}: help in both languages"
