"""What a folder is asked, wherever it is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gaoxin.sources.base import Options, Until


@dataclass(frozen=True)
class Listed:
    """A file as the folder lists it. at: how the store finds it. regular: whether it is a file, and no link. changed: when it
    was, None where the store does not say. mark: what tells it from any other content, as far as the store can say."""

    name: str
    at: str
    regular: bool
    size: int
    changed: datetime | None
    mark: str


class Store(ABC):
    """One protocol. protocols: what a connection calls it; place: where it stands among the others. coarse: seconds
    within which two changes may look alike. Errors are an operating system's (OSError) or Amiss."""

    protocols: ClassVar[Sequence[str]]
    place: ClassVar[int] = 50
    coarse: ClassVar[int] = 0

    @abstractmethod
    def __init__(self, options: Options, until: Until) -> None: ...

    @abstractmethod
    def listed(self, path: str) -> list[Listed]:
        """What is in a folder, without the folders in it."""

    @abstractmethod
    def read(self, file: Listed) -> bytes | None:
        """The bytes of what was listed, at most LARGEST and one; None where it is another by now."""

    @abstractmethod
    def where(self, path: str) -> str:
        """The address of a path, without a secret."""

    def close(self) -> None:  # noqa: B027  # most have nothing to end
        """Ends what was opened."""


def joined(*parts: str) -> str:
    return "/".join(part.strip("/") for part in parts if part.strip("/"))
