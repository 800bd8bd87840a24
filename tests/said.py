"""A message made up for a test."""

from __future__ import annotations

from gaoxin.i18n import Code, Message

_SAID = Code("tests.message", "{zh}", "{en}", zh=str, en=str)


def said(zh: str, en: str = "") -> Message:
    """en: the Chinese where it is left out."""
    return _SAID(zh=zh, en=en or zh)
