"""The inbox as a folder: which files may be taken, and where they go. Nothing is ever deleted.

Units drop files here by hand, by network share or by a mail gateway, each in the folder of its own; so a file may be
half written, a lock file of an office program, or no return at all.
"""

import contextlib
import errno
import fcntl
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Self

from gaoxin import clock, folders
from gaoxin.errors import SystemFault, system_said
from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Finding
from gaoxin.settings import Settings
from gaoxin.unseen import line

ENDINGS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et", ".wps", ".csv", ".tsv"})
TAKEN, REFUSED = "taken", "refused"
HUGE = 200 * 2**20     # bytes; ten times what a return may have
YOUNG_SECONDS = 2.0    # a file changed more recently may still be growing: it is looked at twice
STABLE_SECONDS = 0.3   # this long apart
TOO_LARGE = Code("returns.too_large_to_read", "文件有 {mb} MB，过大，未读取",
                 "the file has {mb} MB, which is too large to be read", mb=int)
_log = logging.getLogger(__name__)


class Inbox:
    """One inbox folder; `taken` and `refused` in it keep what was dealt with, under the folders it came in."""

    def __init__(self, folder: Path, *, private: bool = False) -> None:
        self.folder, self.private = folder, private  # private: what was dealt with is the owner's alone
        self.stats: dict[Path, os.stat_result] = {}  # of the files that were read, as they were when they were
        self.growing: list[str] = []  # files that were left since they are still being written
        self.unread: dict[str, OSError] = {}  # files and folders that could not be read, as `name` has them, and why

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The installation's. Where it lies in `var` nobody else gets there."""
        return cls(settings.inbox, private=settings.inbox.absolute().is_relative_to(settings.var.absolute()))

    def files(self, order: Callable[[Iterable[Path]], Iterable[Path]] = sorted) -> Iterator[tuple[Path, bytes]]:
        """Every complete workbook and CSV with its bytes, in that order. A file that cannot be read is logged, kept as `unread`
        and left."""
        found = {file: mark for file in order(self._candidates()) if (mark := _mark(file)) and mark[0] <= HUGE}
        oldest_young = clock.wall_now().timestamp() - YOUNG_SECONDS
        if any(mark[1] / 1e9 > oldest_young for mark in found.values()):
            time.sleep(STABLE_SECONDS)
        for file, mark in found.items():
            try:
                content = self._read(file) if _mark(file) == mark else None
            except OSError as error:
                _log.warning("inbox: %s cannot be read and stays: %s", self.name(file), error)
                self._not_read(error, file)
                continue
            if content is None or _mark(file) != mark:
                _log.info("inbox: %s is still being written and stays", self.name(file))
                self.growing.append(self.name(file))
                continue
            yield file, content

    def lying(self) -> dict[str, tuple[int, int]]:
        """The files that may be taken, by name: size, and time of last change in nanoseconds. Opens none."""
        return {self.name(file): mark for file in self._candidates() if (mark := _mark(file))}

    def _read(self, file: Path) -> bytes | None:
        """The bytes, and what is said of them: of one opened file, which nobody can exchange in between; never of a link. None
        while somebody has it open to write, however long they have written nothing."""
        with os.fdopen(os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as opened:
            if _open_to_write(opened.fileno()):
                return None
            self.stats[file] = os.fstat(opened.fileno())
            return opened.read()

    def huge(self) -> list[tuple[Path, int]]:
        """Files with their sizes that are too large even to be read into memory and landed."""
        found = [(file, mark[0]) for file in self._candidates() if (mark := _mark(file)) and mark[0] > HUGE]
        if found:
            time.sleep(STABLE_SECONDS)
        return [(file, size) for file, size in found if (mark := _mark(file)) and mark[0] == size]

    def name(self, file: Path) -> str:
        """By which a file of the inbox is known, on one line."""
        return line(file.relative_to(self.folder).as_posix())

    def folder_of(self, file: Path) -> str | None:
        """The folder directly in the inbox that a file lies in, at any depth; None for one in the inbox itself."""
        parts = file.relative_to(self.folder).parts
        return line(parts[0]) if len(parts) > 1 else None

    def folders(self) -> list[str]:
        """Those with files to be taken in them."""
        return sorted({name for file in self._candidates() if (name := self.folder_of(file)) is not None})

    def make(self, names: Iterable[str]) -> None:
        """Makes folders in the inbox, where they are not there. Raises OSError."""
        for folder in (self.folder, *(self.folder / name for name in names)):
            if self.private:
                folders.private(folder)
            elif folder == self.folder:
                folder.mkdir(parents=True, exist_ok=True)
            else:
                folders.like(folder, self.folder)

    def no_files(self) -> list[str]:
        """Links, to files or folders, what is neither file nor folder, and workbooks whose names a dot hides, or which by their
        names are the lock of one that somebody has open: they are never taken. What links lead to is another's; what is hidden
        somebody's program has not finished, or nobody sees."""
        found = []
        for here, inner, names in self._walk():
            found += [here / name for name in (*inner, *names) if not name.startswith(".") and (
                (here / name).is_symlink() or (name in names and (here / name).exists() and not (here / name).is_file()))]
            found += [here / name for name in names if _hidden(name)]
        return sorted(map(self.name, found))

    def take(self, file: Path) -> Path:
        """Moves a file that is known now to taken/."""
        return self._move(file, TAKEN)

    def refuse(self, file: Path, reason: str) -> Path:
        """Moves a file to refused/, with the reason in a .txt of the same name beside it."""
        moved = self._move(file, REFUSED)
        told = moved.with_name(moved.name + ".txt")
        try:
            told.write_text(reason, encoding="utf-8")
        except OSError as error:
            why = system_said(error)
            raise SystemFault(
                Text(f"文件已退，理由写不下来：{why.zh}", f"refused, and the reason cannot be written: {why.en}"),
                where=str(told),
                todo=Text("检查收件箱的权限；理由见账本", "check the inbox's permissions; the ledger has the reason")
            ) from error
        with contextlib.suppress(OSError):  # a share that knows no modes
            told.chmod(0o600 if self.private else moved.stat().st_mode & 0o666)  # for whom the file was
        return moved

    def _candidates(self) -> list[Path]:
        found = []
        for here, _, names in self._walk():
            found += [here / name
                      for name in names if not name.startswith((".", "~$", ".~")) and Path(name).suffix.lower() in ENDINGS]
        return sorted(file for file in found if self._regular(file))

    def _regular(self, file: Path) -> bool:
        try:
            return file.is_file() and not file.is_symlink()
        except OSError as error:
            self._not_read(error, file)
            return False

    def _not_read(self, error: OSError, file: Path | None = None) -> None:
        if not isinstance(error, FileNotFoundError):  # gone meanwhile, or no inbox yet
            self.unread[self.name(file or Path(error.filename))] = error

    def _walk(self) -> Iterator[tuple[Path, list[str], list[str]]]:
        """Folder by folder, as os.walk has it, without what was dealt with; links are listed and not followed."""
        for folder, inner, names in os.walk(self.folder, onerror=self._not_read):
            here = Path(folder)
            if here == self.folder:
                inner[:] = [name for name in inner if name not in (TAKEN, REFUSED)]
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            yield here, inner, names

    def _move(self, file: Path, where: str) -> Path:
        """Within the inbox, so that it is a rename; beside one of the same name, never over it."""
        target = self.folder / where / file.relative_to(self.folder)
        try:
            if self.private:
                folders.private(target.parent)
                with contextlib.suppress(PermissionError):  # another's, whom var does not let in
                    file.chmod(0o600)
            else:
                folders.like(target.parent, self.folder)
            number = 1
            while True:
                try:
                    os.link(file, target)  # fails where a rename would overwrite
                    break
                except FileExistsError:
                    number += 1
                    target = target.with_name(f"{file.stem}.{number}{file.suffix}")
                except OSError:  # a network share without hard links
                    os.rename(file, target)
                    return target
            try:
                os.unlink(file)
            except PermissionError:  # a folder in which each may only delete what is theirs: not one copy more by the hour
                os.unlink(target)
                raise
        except FileNotFoundError:
            return target  # another process moved it meanwhile
        except OSError as error:
            why = system_said(error)
            raise SystemFault(
                Text(f"收件箱的文件移不动：{why.zh}", f"cannot move a file of the inbox: {why.en}"),
                where=str(file), todo=Text("检查收件箱的写权限后重试；已入库的不会重复",
                                           "check the inbox's permissions and try again; what was taken in is not taken twice")
            ) from error
        return target


def too_large(size: int) -> tuple[Finding, ...]:
    """Why a huge file is refused."""
    return (Finding("file.oversized", 0, Severity.ERROR, None, None, None, None, TOO_LARGE(mb=size // 2**20)),)


def reason_of(name: str, findings: Iterable[Finding], *, drill: bool = False) -> str:
    """Why a file was refused, for the person who finds it: Chinese first, English beside it."""
    lines = ["【演练】以下出自演练 / [DRILL] said in a drill"] if drill else []
    lines += [f"未受理 / not taken: {line(name)}", ""]
    for finding in findings:
        where = f"[{finding.sheet}!{finding.cell}] " if finding.sheet and finding.cell else ""
        lines += [f"- {where}{finding.message.zh}", f"  {where}{finding.message.en}"]
    lines += ["", "处理：按下发的模板填好封面后重新放入收件箱；原文件已留存。",
              "To do: fill in the cover as in the template and put the file into the inbox again; the original is kept."]
    return "\n".join(lines) + "\n"


def _hidden(name: str) -> bool:
    """Whether it would be taken but for the dot or ~$ that it begins with; what programs hide beside an open file, or of a
    file's icon, is none."""
    return name.startswith((".", "~$")) and not name.startswith((".~", "._")) and Path(name).suffix.lower() in ENDINGS


def _open_to_write(opened: int) -> bool:
    """Whether any process of this machine, a file server too, has the file open to write: then no lease to read it is granted.
    Where leases cannot be asked for (another owner's file, a network's, another system) it is not known, and said to be no."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        fcntl.fcntl(opened, fcntl.F_SETSIG, signal.SIGURG)  # what tells of a writer who comes now: by itself it does nothing
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False


def _mark(file: Path) -> tuple[int, int] | None:
    """Size and time of last change; None when the file is gone."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
