"""Landing: raw bytes as they came, kept once by their hash under var/landing, never changed."""

from hashlib import sha256
from pathlib import Path

from gaoxin import folders
from gaoxin.errors import SystemFault, system_said
from gaoxin.i18n import Text

MODE = 0o400


def place(landing: Path, digest: str) -> Path:
    """Where the bytes with this hash lie: two levels, so that no folder grows without end."""
    return landing / digest[:2] / digest


def put(landing: Path, content: bytes) -> str:
    """Keeps the bytes and returns their sha256."""
    digest = sha256(content).hexdigest()
    target = place(landing, digest)
    if target.exists() and target.stat().st_size == len(content):
        return digest
    try:
        folders.put(target, content, MODE)
    except OSError as error:
        why = system_said(error)
        raise SystemFault(Text(f"原始文件存不下来：{why.zh}", f"cannot keep the raw file: {why.en}"),
                          where=str(target),
                          todo=Text("检查磁盘空间与权限后重试", "check disk space and permissions, then try again")) from error
    return digest


def get(landing: Path, digest: str) -> bytes:
    """The bytes with this hash. Raises SystemFault when they are gone or are no longer the same."""
    target = place(landing, digest)
    try:
        content = target.read_bytes()
    except OSError as error:
        why = system_said(error)
        raise _damaged(target, f"读不到（{why.zh}）", f"cannot be read ({why.en})") from error
    if sha256(content).hexdigest() != digest:
        raise _damaged(target, "内容已被改动", "was changed")
    return content


def _damaged(target: Path, zh: str, en: str) -> SystemFault:
    return SystemFault(Text(f"已入库的原始文件{zh}", f"a landed raw file {en}"), where=str(target),
                       todo=Text("从备份恢复该文件；它的哈希就是文件名", "restore it from a backup; its hash is its name"))
