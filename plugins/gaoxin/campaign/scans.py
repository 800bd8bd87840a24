"""Scans of sheets that were signed or sealed by hand, told by what they are, not by how they are called; and
files that show that something was done, which may not be too large."""

import io
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

from gaoxin.errors import Refused, UsageError, system_said
from gaoxin.folders import content_of
from gaoxin.i18n import Text
from gaoxin.unseen import kept_name

MOST = 20 * 1024 * 1024  # bytes
MOST_EVIDENCE = 64 * 1024 * 1024  # bytes, as pages take
_PDF = re.compile(rb"(\xef\xbb\xbf)?\s*%PDF-\d\.\d")  # where its head stands: words that name it make no PDF
_BEGIN = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")  # PNG, JPEG, TIFF in both orders of bytes


class Sheet(NamedTuple):
    """A scan that is one."""

    name: str
    content: bytes


def scanned(file: Path) -> Sheet:
    """A scan on the disk. Raises UsageError where it cannot be read, and as `sheet_of`."""
    try:
        return sheet_of(file.name, content_of(file, _must_be_small))
    except OSError as error:
        why = system_said(error)
        raise UsageError(Text(f"读不到扫描件：{why.zh}", f"the scan cannot be read: {why.en}"), where=str(file),
                         todo=Text("写明扫描件所在的文件", "name the file of the scan")) from error


def sheet_of(name: str, content: bytes) -> Sheet:
    """A scan: PDF, OFD (GB/T 33190), PNG, JPEG or TIFF. Raises Refused where it is none of these or too large."""
    _must_be_small(name, len(content))
    if not (_PDF.match(content) or content.startswith(_BEGIN) or _ofd(content)):
        raise _no_scan(name)
    return Sheet(kept_name(name), content)


def _must_be_small(name: str, size: int) -> None:
    if size > MOST:
        raise _no_scan(name)


def _no_scan(name: str) -> Refused:
    return Refused(Text("扫描件应为不超过 20 MB 的 PDF、OFD、PNG、JPEG 或 TIFF 文件",
                        "a scan is a PDF, OFD, PNG, JPEG or TIFF file of at most 20 MB"), where=name,
                   todo=Text("重新扫描签章页后提交", "scan the signed sheet anew"))


def evidence_of(file: Path) -> bytes:
    """The bytes of a file that shows that something was done. Raises UsageError where it cannot be read, Refused for one that is
    too large."""
    try:
        return content_of(file, must_fit)
    except OSError as error:
        why = system_said(error)
        raise UsageError(Text(f"读不到文件：{why.zh}", f"the file cannot be read: {why.en}"), where=str(file),
                         todo=Text("检查路径和权限", "check path and permissions")) from error


def must_fit(name: str, size: int) -> None:
    """Raises Refused for evidence that is too large."""
    if size > MOST_EVIDENCE:
        most = MOST_EVIDENCE // 1024 // 1024
        has = -(-size // 1024 // 1024)
        raise Refused(Text(f"文件有 {has} MB，最多 {most} MB", f"the file has {has} MB, at most {most} are taken"),
                      where=name, todo=Text("压缩或拆分后提交", "compress it, or hand it in in parts"))


def _ofd(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "OFD.xml" in package.namelist()
    except zipfile.BadZipFile:
        return False
