"""Answers of the command line, asked in this process, collected in books and compared with the golden files.

A book is a list of questions with their answers. It is kept as `tests/golden/<book>.json`; the answers marked large only as
the SHA-256 of their canonical JSON. See tests/integration/test_golden.py for how they are written anew.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import MappingProxyType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
LANGS = ("zh", "en")
# Whether everything is asked: what is kept as a digest takes minutes in all its forms, so that a plain run asks it in
# Chinese, as JSON.
THOROUGH = any(os.environ.get(n) for n in ("UPDATE_GOLDEN", "UPDATE_GOLDEN_FULL", "GOLDEN_ALL"))
_BUILT: dict[str, Any] = {}

_SUITE_VERSION = re.compile(r"\b[0-9]+\+[0-9a-f]{12}\b")

class Desk:
    """One user at one installation: runs command lines in this process. `home` is the installation's, `work` holds files."""

    def __init__(self, work: Path, home: Path, plans: Path, database: str | None = None) -> None:
        self.work, self.home, self.plans = work, home, plans
        self.environment = {
            "GAOXIN_HOME": str(home), "GAOXIN_PLANS": str(plans), "COLUMNS": "100",
            "GAOXIN_DATABASE_URL": database or "postgresql://nobody@127.0.0.1:1/nothing",
        }
        # What is signed is signed alike in every run.
        (home / "var" / "keys").mkdir(parents=True, exist_ok=True)
        (home / "var" / "keys" / "ledger.key").write_text("5" * 64 + "\n", encoding="ascii")
        self.places = sorted(
            ((str(work), "<work>"), (str(home), "<home>"), (str(ROOT), "<root>")), key=lambda p: -len(p[0])
        )

    def run(self, *args: object, stdin: str = "", **environment: str) -> tuple[int, str, str]:
        """Exit status, stdout, stderr, as a process would give them."""
        import typer.main

        from gaoxin.cli.main import run

        # Building the tree of commands costs more than most answers; it is the same for each.
        build = typer.main.get_command
        typer.main.get_command = _BUILT.setdefault("get_command", cache(build))
        kept, streams = dict(os.environ), (sys.stdin, sys.stdout, sys.stderr)
        here = Path.cwd()
        out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        os.environ.update(self.environment | environment)
        os.chdir(self.work)
        sys.stdin, sys.stdout, sys.stderr = TextIOWrapper(BytesIO(stdin.encode()), encoding="utf-8"), out, err
        try:
            status = run([str(a) for a in args])
        finally:
            typer.main.get_command = build
            sys.stdin, sys.stdout, sys.stderr = streams
            os.chdir(here)
            os.environ.clear()
            os.environ.update(kept)
        return status, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()

    def plain(self, text: str) -> str:
        """Without what differs from run to run: the temporary folders and where the checkout lies. Nothing else does. And
        without the versions of suites, digests of their files: those held sentences, and now hold codes beside them."""
        for place, name in self.places:
            text = text.replace(place, name)
        return _SUITE_VERSION.sub("<suite version>", text)

    def answer(self, *args: object, stdin: str = "", **environment: str) -> dict[str, Any]:
        status, out, err = self.run(*args, stdin=stdin, **environment)
        told: dict[str, Any] = {"status": status}
        out = self.plain(out)
        if "--json" in args and out.startswith(("{", "[")):
            told["json"] = json.loads(out)
        elif out:
            told["text"] = out.splitlines()
        if status > 1 or not out:
            told["stderr"] = self.plain(err).splitlines()
        return told


class Book:
    """Questions and answers of one golden file, in the order in which they were asked."""

    def __init__(self, name: str, desk: Desk) -> None:
        self.name, self.desk = name, desk
        self.full: dict[str, Any] = {}
        self.large: set[tuple[str, str]] = set()
        self.skipped: set[str] = set()
        self.asked = 0
        self.commands: set[str] = set()

    def ask(
        self, *args: object, label: str = "", langs: tuple[str, ...] = LANGS, text: bool = False, as_json: bool = True,
        large: bool = False, brief: bool = False, deep: bool = False,
        stdin: str = "", environment: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """Asks in each language, as JSON and, with `text`, as people read it. Returns the last JSON answer (or text).
        label: tells questions apart that are asked more than once. large: the answers are kept as digests; brief: only those
        as people read them are. deep: asked only in a thorough run."""
        asked = self.desk.plain(" ".join(str(a) for a in args))
        key = f"{label}: {asked}" if label else asked
        if deep and not THOROUGH:
            self.skipped.add(key)
            return {}
        if not THOROUGH:
            langs = langs[:1] if large or (brief and args[:2] == ("returns", "check")) else langs
            text = text and not (large or brief)
        assert key not in self.full, f"asked twice, give a label: {key}"
        told: dict[str, Any] = {}
        last: dict[str, Any] = {}
        self.commands.add(" ".join(str(a) for a in args[:2]))
        for form, wanted in (("json", as_json), ("text", text)):
            for lang in langs if wanted else ():
                flags = ("--json",) if form == "json" else ()
                found = self.desk.answer(*args, *flags, "--lang", lang, stdin=stdin, **environment)
                told[f"{form} {lang}"] = found
                self.asked += 1
                if form == "json" or not as_json:
                    last = found
        self.full[key] = told
        self.large |= {(key, form) for form in told if large or (brief and form.startswith("text"))}
        return last.get("json", last)

    def note(self, label: str, value: Any, large: bool = False) -> None:
        """Something else that is to stay as it is."""
        assert label not in self.full
        self.full[label] = {"is": json.loads(self.desk.plain(json.dumps(value, ensure_ascii=False)))}
        self.large |= {(label, "is")} if large else set()

    def kept(self) -> dict[str, Any]:
        """As it lies in tests/golden: large answers as their digest, English JSON as what differs from the Chinese."""
        kept: dict[str, Any] = {}
        for key, forms in self.full.items():
            kept[key] = {}
            for form, answer in forms.items():
                if (key, form) in self.large:
                    kept[key][form] = digest(unchained(answer))
                elif form == "json en" and (changed := beside(forms.get("json zh"), answer)) is not None:
                    kept[key]["json en is json zh but for"] = changed
                else:
                    kept[key][form] = answer
        return kept


def beside(one: Any, other: Any) -> dict[str, Any] | None:
    """The texts of the other answer that differ from the one's, by their place; None unless all else is the same."""
    changed: dict[str, Any] = {}

    def same(a: Any, b: Any, place: str) -> bool:
        if isinstance(a, dict) and isinstance(b, dict):
            return list(a) == list(b) and all(same(a[k], b[k], f"{place}.{k}") for k in a)
        if isinstance(a, list) and isinstance(b, list):
            return len(a) == len(b) and all(same(x, y, f"{place}[{n}]") for n, (x, y) in enumerate(zip(a, b, strict=True)))
        if type(a) is not type(b):
            return False
        if a != b:
            changed[place.removeprefix(".")] = b
        return True

    return changed if same(one, other, "") else None


def digest(value: Any) -> str:
    return sha256(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def written(value: Any, depth: int = 4) -> str:
    """JSON with a line for each item down to a depth that makes differences readable."""
    def lines(value: Any, depth: int, indent: str) -> str:
        inner = indent + " "
        flat = json.dumps(value, ensure_ascii=False)
        if depth == 0 or len(flat) < 100 or not isinstance(value, dict | list):
            return flat
        if isinstance(value, list):
            return "[\n" + ",\n".join(inner + lines(v, depth - 1, inner) for v in value) + f"\n{indent}]"
        items = (f"{inner}{json.dumps(k, ensure_ascii=False)}: {lines(v, depth - 1, inner)}" for k, v in value.items())
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"

    return lines(value, depth, "") + "\n"


def settle(book: Book) -> list[str]:
    """Compares a book with its golden file, or writes it where the environment asks for that (UPDATE_GOLDEN,
    UPDATE_GOLDEN_FULL). Returns the differences, in words."""
    file = GOLDEN / f"{book.name}.json"
    if full := os.environ.get("UPDATE_GOLDEN_FULL"):
        target = Path(full) / f"{book.name}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(written(book.full, depth=9), encoding="utf-8")
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(book.kept(), depth=5), encoding="utf-8")
    golden = json.loads(file.read_text(encoding="utf-8"))
    kept = book.kept()
    if not THOROUGH:
        golden = {k: {f: a for f, a in forms.items() if f in kept.get(k, forms)} for k, forms in golden.items()
                  if k not in book.skipped}
    golden, found = unchained(golden), unchained(json.loads(written(kept)))
    told = list(differences(golden, found, ""))
    if not told and written(golden) != written(found):
        told = ["the order of keys differs"]
    return told


# Digests over what is stored, and the chain over them: the golden files were written when sentences were stored, and now codes
# are, so these differ while every field beside them is compared. The chain itself is tested in tests/unit/ledger.
_CHAINED = ("hash", "prev_hash", "head", "digest", "because", "findings")
_CHAINED_TEXT = re.compile(r"\b(digest|because|findings)=[0-9a-f]{12}…|(末条|head) [0-9a-f]{64}")


def unchained(value: Any) -> Any:
    """An answer without the digests that stand for stored words."""
    match value:
        case dict():
            if "expectations" in value and "meta" in value:
                value = _without_words(value)
            # Reports name suites by their versions; what these files and suites hold is compared itself.
            named = "__quality__" in str(value.get("path")) or "expectations/" in str(value.get("path"))
            chained = (*_CHAINED, "sha256") if named else _CHAINED
            return {k: "…" if k in chained and _is_digest(v) else unchained(v) for k, v in value.items()}
        case list():
            return [unchained(v) for v in value]
        case str():
            return _CHAINED_TEXT.sub(r"\1\2 …", value)
    return value


def _without_words(suite: dict[str, Any]) -> dict[str, Any]:
    """A suite without its titles and messages, which name codes now: what they come to is compared in every finding and
    check. Its rules, thresholds, severities, canaries and names stay."""
    bare = json.loads(json.dumps(suite))
    bare["meta"].pop("rules_version", None)
    for rule in bare["expectations"]:
        for key in ("title", "message", "each"):
            rule["meta"].pop(key, None)
        for label in rule["meta"].get("variables", {}).values():
            if label.get("unit") == "":
                del label["unit"]
    return bare


def differences(golden: Any, found: Any, where: str) -> Iterator[str]:
    if isinstance(golden, dict) and isinstance(found, dict):
        for key in [*golden, *(k for k in found if k not in golden)]:
            if key not in found:
                yield f"{where} / {key}: missing"
            elif key not in golden:
                yield f"{where} / {key}: new: {_short(found[key])}"
            else:
                yield from differences(golden[key], found[key], f"{where} / {key}")
    elif isinstance(golden, list) and isinstance(found, list):
        if len(golden) != len(found):
            yield f"{where}: {len(golden)} items became {len(found)}"
        for number, (one, other) in enumerate(zip(golden, found, strict=False)):
            yield from differences(one, other, f"{where}[{number}]")
    elif golden != found or type(golden) is not type(found):
        hint = " (a digest: write full answers with UPDATE_GOLDEN_FULL and compare)" if _is_digest(golden) else ""
        yield f"{where}: {_short(golden)} became {_short(found)}{hint}"


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 300 else text[:300] + "…"
