import re
from pathlib import Path

import pytest

import gaoxin
from gaoxin.cli.output import read_settings
from gaoxin.errors import UsageError
from gaoxin.settings import Settings, data_folder, unknown_variables


def test_a_variable_that_nobody_reads_is_refused_with_the_nearest(monkeypatch):
    monkeypatch.setenv("GAOXIN_DATABASE_ULR", "postgresql://elsewhere")
    assert unknown_variables() == {"GAOXIN_DATABASE_ULR": "GAOXIN_DATABASE_URL"}
    with pytest.raises(UsageError) as refused:
        read_settings()
    assert "GAOXIN_DATABASE_ULR → GAOXIN_DATABASE_URL?" in refused.value.where


def test_what_is_read_is_known(monkeypatch):
    for name, field in Settings.model_fields.items():
        monkeypatch.setenv(field.alias or f"GAOXIN_{name.upper()}", "zh" if name == "lang" else "1")
    assert unknown_variables() == {}


def test_what_compose_files_use_is_known(monkeypatch):
    text = (Path(__file__).parents[2] / "docker-compose.yml").read_text(encoding="utf-8")
    for name in set(re.findall(r"(?<![A-Z_])GAOXIN_[A-Z_]+", text)):
        monkeypatch.setenv(name, "1")
    assert unknown_variables() == {}


def test_only_the_settings_know_where_a_checkout_lies():
    """A module that counted its way up to the repository would not find it from an installed wheel (decision 050). The watchdog,
    a process without installed packages, counts up to its own (decision 069)."""
    library = Path(gaoxin.__file__).parent
    up = re.compile(r"__file__\).*(parents\[|\.parent\.parent)")
    found = {f.relative_to(library).as_posix() for f in library.rglob("*.py") if up.search(f.read_text(encoding="utf-8"))}
    assert found == {"postgres/watchdog.py"}
    assert up.search("Path(__file__).resolve().parents[2]")
    assert str(data_folder("sql")) == str(library.parents[1] / "sql")
