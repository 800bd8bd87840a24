"""What a test knows to be there: a value that its type allows to be missing."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def certain(value: T | None) -> T:
    """The value. Fails the test where it is missing."""
    assert value is not None
    return value
