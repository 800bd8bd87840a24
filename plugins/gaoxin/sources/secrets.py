"""Secrets of a connection: which values may be one, and every way in which a server, a client or a driver may say one again."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from html import escape
from json import dumps
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

_OPEN = frozenset({"protocol", "drivername", "host", "port", "database", "root", "base_url", "region_name", "username"})
_LINES = frozenset({"private_key", "known_hosts", "host_key"})  # texts of several lines, as they come in files
_SHORTEST_LINE = 12  # of a text of several, that is sought by itself
_SHORTEST_PACKED = 4  # characters: what base64 makes of fewer is found in any text
_SHORTEST_NUMBER = 4  # digits: a shorter one is a size or a limit
_YEARS = re.compile(r"\d{1,5}")  # of a parameter or header: a year, a code of a district, a number of records
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def blemished(given: Mapping[str, Any], within: str = "") -> str | None:
    """The option, named with those that it lies in, that has white space at an end or a control character: pasted with its end
    of line, or forged. Clients say such values again when they refuse them. None where there is none."""
    for name, value in given.items():
        way = f"{within}{name}" if re.fullmatch(r"[\w.-]{1,80}", str(name)) else within.rstrip(".") or "?"
        if isinstance(value, Mapping):
            if found := blemished(value, f"{way}."):
                return found
        elif isinstance(value, list | tuple):
            if found := blemished({str(at): one for at, one in enumerate(value)}, f"{way}."):
                return found
        elif isinstance(value, str):
            text = re.sub(r"[\r\n\t]", "", value).strip() if name in _LINES else value
            if text != text.strip() or _CONTROL.search(text):
                return way
        if isinstance(name, str) and (name != name.strip() or _CONTROL.search(name)):
            return way
    return None


def sought(given: Mapping[str, Any]) -> re.Pattern[str] | None:
    """What finds any secret of these options, however it is written; None where they have none."""
    found = {way for secret in _secrets(given) for way in _ways(secret) if way.strip()}
    return re.compile("|".join(map(re.escape, sorted(found, key=len, reverse=True))), re.I) if found else None


def _ways(secret: str) -> Iterator[str]:
    for text in {secret, secret.strip(), " ".join(secret.split())}:
        raw = text.encode(errors="replace")
        yield from (text, repr(text)[1:-1], repr(raw)[2:-1], dumps(text)[1:-1], dumps(text, ensure_ascii=False)[1:-1])
        yield from (quote(text, safe="", errors="replace"), quote(text, errors="replace"), quote_plus(text, errors="replace"))
        yield from (unquote(text), escape(text), escape(text, quote=False))
        if len(text) >= _SHORTEST_PACKED:
            yield from (b64encode(raw).decode().rstrip("="), urlsafe_b64encode(raw).decode().rstrip("="))
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (line.strip() for line in lines if len(line.strip()) >= _SHORTEST_LINE)


def _secrets(given: Mapping[str, Any]) -> Iterator[str]:
    yield from _texts(given)
    if given.get("username"):  # as HTTP sends both
        yield f"{given['username']}:{given.get('password', '')}"
    if isinstance(url := given.get("base_url"), str):
        with suppress(ValueError):
            if (parts := urlsplit(url)).username is not None:
                yield f"{unquote(parts.username)}:{unquote(parts.password or '')}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in ("params", "headers"):
                yield from (text for text in _texts(inner) if not _YEARS.fullmatch(text))
            elif name not in _OPEN:
                yield from _texts(inner)
            elif name == "base_url" and isinstance(inner, str):
                yield from _keys_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, bytes):
        yield from _texts(value.decode(errors="replace"))
    elif isinstance(value, int) and not isinstance(value, bool) and len(str(value)) >= _SHORTEST_NUMBER:
        yield str(value)
    elif isinstance(value, str) and value.strip():
        yield value


def _keys_of(url: str) -> Iterator[str]:
    """What an address has beside server and path: the password before @, parameters, what is behind #."""
    with suppress(ValueError):
        parts = urlsplit(url)
        found = [text for text in (parts.password, parts.fragment) if text]
        yield from (*found, *map(unquote, found), *(value for _, value in parse_qsl(parts.query) if value))
