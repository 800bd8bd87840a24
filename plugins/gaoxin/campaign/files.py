"""Files that use cases write: what may be written to, and the hash that a file is known by."""

from hashlib import sha256
from pathlib import Path

from gaoxin.errors import UsageError
from gaoxin.i18n import Text


def must_be_folder(folder: Path) -> None:
    """Raises UsageError where something that is no folder stands at the path. The folder itself may be missing."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(Text(f"{folder} 不是文件夹", f"{folder} is not a folder"), where="--out",
                         todo=Text("另选一个文件夹", "name another folder"))


def sha256_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
