"""Which module declares a message's code, told by the sources: what was kept in one process is read back in another that has had
no reason to load the rule that said it. Nothing is loaded but the module that is asked for."""

import importlib
import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_WORDS = re.compile(r"^[A-Z_]+ = ()\"([a-z_]+\.[a-z_.]+)\"", re.MULTILINE)  # a code with a name of its own
_CODE = re.compile(r"\b(?:Code|Told)\(\s*(f?)\"([\w.{}\[\]'\"]+?)\"")
_NOT_OURS = {"airflow", "web", "launcher", "cli"}  # rooms that bring an engine or a server with them; they keep no messages


def declare(code: str) -> bool:
    """Loads the module that declares a code; whether there is one."""
    names = [name for pattern, name in _declarations() if pattern.fullmatch(code)]
    if not names and code.startswith("quality."):  # of a rule that is made from what its module says of it
        names = ["gaoxin.quality.checks"]
    for name in names:
        importlib.import_module(name)
    return bool(names)


@cache
def _declarations() -> tuple[tuple[re.Pattern[str], str], ...]:
    """By pattern of its code, each module. A code that is put together where it is declared matches whatever is put in."""
    found = []
    for file in sorted(_HERE.rglob("*.py")):
        parts = file.relative_to(_HERE).with_suffix("").parts
        if parts[0] in _NOT_OURS:
            continue
        name = ".".join(("gaoxin", *(part for part in parts if part != "__init__")))
        text = file.read_text(encoding="utf-8")
        for made, code in (*_CODE.findall(text), *_WORDS.findall(text)):
            pattern = ".+".join(map(re.escape, re.split(r"\{[^}]*\}", code))) if made else re.escape(code)
            found.append((re.compile(pattern), name))
    return tuple(found)
