"""Reads docker-compose.yml as Compose does: merges, then interpolates. For tests; no Docker is needed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[3]
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::(-|\?)([^}]*))?\})")


def text(value: object, env: dict[str, str]) -> str:
    """`value` with $$ and ${NAME:-default} replaced; a ${NAME:?message} that is not set raises KeyError."""

    def one(match: re.Match[str]) -> str:
        if match.group(0) == "$$":
            return "$"
        name, mark, rest = match.group(1), match.group(2), match.group(3)
        if env.get(name):
            return env[name]
        if mark == "-":
            return rest
        raise KeyError(f"{name}: {rest or 'not set and without a default'}")

    return _VARIABLE.sub(one, str(value))


def interpolated(node: object, env: dict[str, str]) -> object:
    """The document `node` with every text interpolated; numbers and null stay what they are."""
    if isinstance(node, dict):
        return {key: interpolated(value, env) for key, value in node.items()}
    if isinstance(node, list):
        return [interpolated(value, env) for value in node]
    return text(node, env) if isinstance(node, str) else node


def compose(env: dict[str, str] | None = None) -> dict:
    """docker-compose.yml with merge keys resolved, and interpolated with `env` alone (none: every default)."""
    document = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
    found = interpolated(document, env or {})
    assert isinstance(found, dict)
    return found


def environment(service: dict) -> dict[str, str]:
    """A service's own environment, in text."""
    return {key: str(value) for key, value in service.get("environment", {}).items()}


def image_environment() -> dict[str, str]:
    """What the Dockerfile's ENV lines of the last stage set."""
    last = dockerfile().split("\nFROM ")[-1]
    pairs: dict[str, str] = {}
    for block in re.findall(r"^ENV ((?:[^\n]*\\\n)*[^\n]*)", last, re.MULTILINE):
        pairs |= dict(re.findall(r"([A-Z_]+)=(\S+)", block))
    return pairs


def dockerfile() -> str:
    return (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")


def copied() -> dict[str, str]:
    """Sources of the checkout that the image gets, as {source: place in the image}."""
    return {source.rstrip("/"): place for source, place in re.findall(r"^COPY ([^-\s]\S*) (\S+)$", dockerfile(), re.MULTILINE)}


def in_checkout(path: str) -> Path | None:
    """The file of this checkout that lies at `path` in the image; None when nothing puts it there."""
    for source, place in copied().items():
        if path.startswith(place) and place.startswith("/opt/gaoxin/"):
            return REPOSITORY / source / path.removeprefix(place)
    return None


def is_executable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
