"""The shelf of compiled blueprints: what lies there is used only if it is whole and of this plan, these files, this code.

A wrong hit would run a campaign by a plan that nobody issued, so most tests here ask for a miss.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

import gaoxin
from gaoxin.blueprint import compiled as shelf
from gaoxin.blueprint.blueprint import blueprint
from gaoxin.blueprint.compiled import compiled
from gaoxin.errors import PlanError, UsageError
from gaoxin.plan.reading import loader
from gaoxin.plan.reading.loader import load_plan, plan_files

ROOT = Path(__file__).resolve().parents[3]
FILES = {**plan_files(ROOT / "dags"), **plan_files(ROOT / "tests" / "plans")}


@pytest.fixture
def plan(tmp_path):
    home = tmp_path / "dags" / "demo"
    shutil.copytree(FILES["demo"].parent, home, ignore=shutil.ignore_patterns("__pycache__"))
    return home / "plan.yaml"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "var" / "cache" / "blueprints"


@pytest.fixture
def loads(monkeypatch):
    """Each plan file that was read in full, as it happens."""
    seen: list[Path] = []

    def counted(file: Path):
        seen.append(file)
        return load_plan(file)

    monkeypatch.setattr(loader, "load_plan", counted)
    return seen


def fresh(plan: Path):
    return blueprint(load_plan(plan))


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def edit(plan: Path, old: str, new: str) -> None:
    text = plan.read_text(encoding="utf-8")
    assert old in text
    plan.write_text(text.replace(old, new), encoding="utf-8")


def rename(plan: Path, new: str) -> None:
    """Another name for the first phase: small, and seen in the blueprint."""
    was = load_plan(plan).phases[0].name.zh
    edit(plan, was, new)


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_plan_comes_back_as_it_was_compiled(name, folder, loads):
    """A field of the blueprint that JSON does not give back would be compiled at every parse, and nobody would notice."""
    expected = fresh(FILES[name])
    assert compiled(FILES[name], folder) == expected
    assert compiled(FILES[name], folder) == expected
    assert loads == [FILES[name]]


def test_what_is_kept_is_plain_json(plan, folder):
    compiled(plan, folder)
    [entry] = entries(folder)
    document = json.loads(entry.read_text(encoding="utf-8"))
    assert set(document) == {"key", "sha256", "blueprint"}
    assert document["blueprint"]["campaign"] == "demo"


def test_an_edited_plan_is_compiled_again_and_takes_the_place_of_the_old(plan, folder, loads):
    for name in ("甲", "乙", "丙"):
        rename(plan, name)
        found = compiled(plan, folder)
        assert found == fresh(plan)
        assert found.flows[0].name.zh.endswith(name)
        assert len(entries(folder)) == 1
    assert len(loads) == 3


@pytest.mark.parametrize("name", ["prices.csv", "data/prices.csv", "references/prices.txt"])
def test_a_file_that_the_plan_may_read_counts(plan, folder, loads, name):
    compiled(plan, folder)
    file = plan.parent / name
    file.parent.mkdir(exist_ok=True)
    for at, change in enumerate((lambda: file.write_text("1"), lambda: file.write_text("2"), file.unlink), 2):
        change()
        compiled(plan, folder)
        compiled(plan, folder)
        assert len(loads) == at


def test_a_file_that_no_plan_reads_does_not_count(plan, folder, loads):
    compiled(plan, folder)
    (plan.parent / "scenario.yaml").write_text("x", encoding="utf-8")
    compiled(plan, folder)
    assert len(loads) == 1


def test_other_code_compiles_again(plan, folder, loads, monkeypatch):
    compiled(plan, folder)
    monkeypatch.setattr(shelf, "CODE", f"{shelf.CODE} ")
    compiled(plan, folder)
    assert len(loads) == 2


def test_the_fingerprint_sees_a_module_that_changed(tmp_path, monkeypatch):
    library = tmp_path / "gaoxin"
    shutil.copytree(Path(gaoxin.__file__).parent, library, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(shelf, "_LIBRARY", library)
    home = library / "plan"
    seen = {shelf._fingerprint()}
    (home / "model.py").write_text("# other\n", encoding="utf-8")
    seen.add(shelf._fingerprint())
    os.utime(home / "words" / "wording.py", ns=(1, 1))
    seen.add(shelf._fingerprint())
    (home.parent / "measures.py").write_text("# the floor below\n", encoding="utf-8")
    seen.add(shelf._fingerprint())
    assert len(seen) == 4
    assert None not in seen
    assert shelf._fingerprint() in seen
    (home / "gone.py").symlink_to("nowhere.py")
    assert shelf._fingerprint() is None


def test_code_without_a_fingerprint_keeps_nothing(plan, folder, monkeypatch):
    compiled(plan, folder)
    [entry] = entries(folder)
    before = entry.read_bytes()
    monkeypatch.setattr(shelf, "CODE", None)
    rename(plan, "甲")
    assert compiled(plan, folder) == fresh(plan)
    assert entry.read_bytes() == before


def _other_key(raw: bytes) -> bytes:
    return raw.replace(json.loads(raw)["key"].encode(), b"0" * 64)


def _another_shape(raw: bytes) -> bytes:
    """Whole and summed up rightly, but no blueprint."""
    return shelf._document(json.loads(raw)["key"], b'{"campaign": "demo"}')


@pytest.mark.parametrize("harm", [
    lambda raw: b"",
    lambda raw: raw[:len(raw) // 2],
    lambda raw: raw[:-1],
    lambda raw: raw + b"\n",
    lambda raw: b"{}",
    lambda raw: b"[1, 2]",
    lambda raw: b"\x80\x04N.",
    lambda raw: raw.replace(b'"retries":2', b'"retries":9', 1),
    lambda raw: raw.replace(b"demo.statistics", b"demo.statistica", 1),
    _other_key,
    _another_shape,
], ids=["empty", "half", "no end", "more", "object", "list", "pickle", "number", "text", "other key", "other shape"])
def test_what_is_not_whole_is_compiled_again_and_mended(plan, folder, loads, harm):
    expected = compiled(plan, folder)
    [entry] = entries(folder)
    whole = entry.read_bytes()
    entry.write_bytes(harm(whole))
    assert entry.read_bytes() != whole
    assert compiled(plan, folder) == expected
    assert len(loads) == 2
    assert entry.read_bytes() == whole


def test_an_entry_that_is_no_file_is_left_alone(plan, folder, loads):
    expected = compiled(plan, folder)
    [entry] = entries(folder)
    entry.unlink()
    entry.mkdir()
    assert compiled(plan, folder) == expected
    assert entries(folder) == [entry]


def test_a_folder_that_cannot_be_made_costs_time_only(plan, tmp_path, loads):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for _ in range(2):
        assert compiled(plan, tmp_path / "file" / "blueprints") == fresh(plan)
    assert len(loads) == 2


@pytest.mark.parametrize("step", ["replace", "mkdir"])
def test_a_disk_that_takes_nothing_costs_time_only_and_keeps_no_rest(plan, folder, loads, monkeypatch, step):
    def refused(*args, **kwargs):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(*{"replace": (os, "replace"), "mkdir": (Path, "mkdir")}[step], refused)
    for _ in range(2):
        assert compiled(plan, folder) == fresh(plan)
    assert len(loads) == 2
    assert entries(folder) == []


@pytest.fixture
def shared():
    """A folder of another account: readable, not writable. Root may write anywhere, so it steps down meanwhile."""
    home = Path(tempfile.mkdtemp(prefix="gaoxin-shared-"))
    home.chmod(0o755)
    yield home
    os.seteuid(os.getuid())
    subprocess.run(["chmod", "-R", "u+w", home], check=True)
    shutil.rmtree(home)


def test_a_read_only_folder_is_still_read(shared, loads):
    plan, folder = shared / "demo" / "plan.yaml", shared / "blueprints"
    shutil.copytree(FILES["demo"].parent, plan.parent, ignore=shutil.ignore_patterns("__pycache__"))
    expected = compiled(plan, folder)
    [entry] = entries(folder)
    folder.chmod(0o555)
    if os.getuid() == 0:
        os.chown(entry, 65534, -1)  # an entry is its owner's alone
        os.seteuid(65534)
    with pytest.raises(PermissionError):
        (folder / "probe").touch()
    assert compiled(plan, folder) == expected
    assert len(loads) == 1
    os.seteuid(os.getuid())
    rename(plan, "甲")
    if os.getuid() == 0:
        os.seteuid(65534)
    for _ in range(2):
        assert compiled(plan, folder) == fresh(plan)
    assert len(loads) == 3
    assert entries(folder) == [entry]


def test_a_broken_plan_is_told_at_every_parse_and_the_good_one_is_still_there_after(plan, folder, loads):
    good = plan.read_bytes()
    expected = compiled(plan, folder)
    edit(plan, "at_least: 60}", "at_leest: 60}")
    for _ in range(2):
        with pytest.raises(PlanError, match="at_leest"):
            compiled(plan, folder)
    plan.write_bytes(good)
    assert compiled(plan, folder) == expected
    assert len(loads) == 3


def test_a_plan_that_is_broken_from_the_start_leaves_nothing(plan, folder):
    edit(plan, "at_least: 60}", "at_leest: 60}")
    with pytest.raises(PlanError):
        compiled(plan, folder)
    assert entries(folder) == []


def test_the_folder_that_must_repeat_the_id_counts(plan, folder, monkeypatch):
    """The same bytes under another folder's name are a broken plan, even where the entry of the good one is met."""
    monkeypatch.setattr(shelf, "_entry_name", lambda file: "one.json")
    compiled(plan, folder)
    other = plan.parent.with_name("other")
    shutil.copytree(plan.parent, other)
    with pytest.raises(PlanError, match="other"):
        compiled(other / "plan.yaml", folder)


def test_a_missing_plan_is_told_as_ever(tmp_path, folder):
    with pytest.raises(UsageError):
        compiled(tmp_path / "none" / "plan.yaml", folder)


def test_a_plan_saved_while_it_is_read_is_not_kept(plan, folder, monkeypatch):
    """Kept under the old bytes, the new blueprint would come back on the day when somebody takes the edit back."""
    def saved_meanwhile(file: Path):
        rename(plan, "甲")
        return load_plan(file)

    monkeypatch.setattr(loader, "load_plan", saved_meanwhile)
    assert compiled(plan, folder).flows[0].name.zh.endswith("甲")
    assert entries(folder) == []


def test_plans_of_one_name_in_two_places_do_not_push_each_other_out(plan, folder, tmp_path, loads):
    twin = tmp_path / "elsewhere" / "demo"
    shutil.copytree(plan.parent, twin)
    rename(twin / "plan.yaml", "甲")
    for _ in range(2):
        assert compiled(plan, folder) == fresh(plan)
        assert compiled(twin / "plan.yaml", folder) == fresh(twin / "plan.yaml")
    assert len(loads) == 2
