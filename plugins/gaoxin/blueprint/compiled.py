"""Compiled blueprints on disk: a plan that did not change is not read and validated again at every parse.

Airflow parses each DAG file every half minute and once more in every task, each time in a new process. Reading a plan
costs nearly as much there as building and serialising its DAGs, and so does importing the plan model.

What lies in the folder may be deleted at any time. An entry is one JSON document, never a pickle: no code comes from it.
Several accounts may share it: entries are moved into place, so a reader sees a whole document or none. An account that may
not write or read compiles at every parse, and is not told so: that costs time and never changes a DAG.
"""

import contextlib
import os
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path

import pydantic
import yaml

import gaoxin
from gaoxin import folders
from gaoxin.blueprint.blueprint import Blueprint, blueprint
from gaoxin.errors import GaoxinError

_LIBRARY = Path(gaoxin.__file__).parent


def _fingerprint() -> str | None:
    """Of all that a blueprint follows from beside the plan's files. Size and time of change stand for a module's text: reading it
    would cost every parse some milliseconds. None when a module went away just now: then nothing is kept or taken."""
    try:
        rooms = (_LIBRARY.glob("*.*"), _LIBRARY.glob("plan/**/*.py"), _LIBRARY.glob("blueprint/*.*"))
        files = sorted(f for room in rooms for f in room)
        code = [(f.relative_to(_LIBRARY).as_posix(), s.st_size, s.st_mtime_ns) for f in files for s in [f.stat()]]
    except OSError:
        return None
    return repr((gaoxin.__version__, sys.version, pydantic.VERSION, yaml.__version__, code))


# Taken when this module is imported, which is before the loader is: of code that changes later under a running process,
# entries made by the old would otherwise stand under the new one's name.
CODE = _fingerprint()


def compiled(plan_file: Path, folder: Path) -> Blueprint:
    """The blueprint of a plan file, from `folder` if it lies there, else compiled and left there. Raises what load_plan raises: a
    plan with a problem is never kept, so it is told at each parse."""
    key = _key(plan_file)
    entry = folder / _entry_name(plan_file)
    if key is not None and (found := _read(entry, key)) is not None:
        return found
    # The import costs as much as all DAGs of a campaign; nothing of it is needed for what is compiled already.
    from gaoxin.plan.reading.loader import load_plan

    made = blueprint(load_plan(plan_file))
    # A plan that was saved while it was being read would be kept under the bytes of another.
    if key is not None and _key(plan_file) == key:
        _write(entry, key, made)
    return made


def compiled_or_last(plan_file: Path, folder: Path) -> tuple[Blueprint, GaoxinError | None]:
    """As compiled. Of a plan that is broken by now the blueprint that was left last, with what is wrong: its campaign goes on by
    the version in force, and supervision says what is wrong (docs/decisions/072). Raises what load_plan raises where none was
    left."""
    try:
        return compiled(plan_file, folder), None
    except GaoxinError as error:
        if (found := _read(folder / _entry_name(plan_file))) is None:
            raise
        return found, error


def _key(plan_file: Path) -> str | None:
    """sha256 over all that the blueprint follows from; None when something cannot be read, which the loader shall tell. The
    folder's name is part of it since a plan's id must be its folder's name. Of the other files beside the plan those count that a
    plan may name: CSV files, anywhere below, and whatever lies in references/."""
    if CODE is None:
        return None
    try:
        home = plan_file.parent
        beside = {*home.rglob("*.csv"), *(home / "references").rglob("*")}
        found = sha256(repr((CODE, plan_file.resolve().parent.name)).encode())
        for file in (plan_file, *sorted(f for f in beside if f.is_file())):
            content = file.read_bytes()
            found.update(repr((file.relative_to(home).as_posix(), len(content))).encode() + content)
    except OSError:
        return None
    return found.hexdigest()


def _entry_name(plan_file: Path) -> str:
    """One entry a plan: a new one takes the place of the old, so the folder does not grow with every edit."""
    path = os.path.abspath(plan_file)
    return f"{plan_file.absolute().parent.name}-{sha256(os.fsencode(path)).hexdigest()[:16]}.json"


def _read(entry: Path, key: str | None = None) -> Blueprint | None:
    """What lies there, if it is whole and of this key, or of whatever key where none is given; anything else is no entry."""
    try:
        raw = entry.read_bytes()
        key = key or raw[len(b'{"key":"'):][:_HEX].decode()
        # Made anew from its own body it must come out the same: that tells the key, the sum and both ends at once.
        body = raw[len(_document(key, b"")) - len(_END):-len(_END)]
        return _shape().validate_json(body, strict=True) if raw == _document(key, body) else None
    except (OSError, ValueError):  # a pydantic ValidationError is a ValueError
        return None


def _write(entry: Path, key: str, made: Blueprint) -> None:
    """Best effort: a folder that cannot be written, a full disk or a lost race costs the next parse a compilation."""
    with contextlib.suppress(OSError, ValueError):  # ValueError: what JSON cannot say at all
        body = _shape().dump_json(made)
        # A field that JSON does not give back as it was: the tests fail on it, production only gets slower.
        if _shape().validate_json(body, strict=True) == made:
            folders.put(entry, _document(key, body))


_END, _HEX = b"}\n", 64  # of a sha256


def _document(key: str, body: bytes) -> bytes:
    """The entry: its key, the sum of its body, and the body; every part but the last is of fixed length."""
    return b'{"key":"%b","sha256":"%b","blueprint":%b%b' % (key.encode(), sha256(body).hexdigest().encode(), body, _END)


@cache
def _shape() -> pydantic.TypeAdapter[Blueprint]:
    return pydantic.TypeAdapter(Blueprint)
