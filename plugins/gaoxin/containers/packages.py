"""Zip packages: what is refused before anything in one is parsed, and its parts as XML. Nothing in a file is executed, followed
or expanded beyond fixed limits."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from xml.etree import ElementTree

from gaoxin.containers import refusing
from gaoxin.containers.refusing import Unreadable, damaged

# What a damaged package raises. SyntaxError: ElementTree.ParseError is one. RuntimeError (NotImplementedError is one) and
# zlib's errors come from damaged members.
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, LookupError, ValueError, SyntaxError,
           RuntimeError)
_MACROS = (".xlsm", ".xltm", ".xlam")


@contextmanager
def opened(content: bytes, name: str) -> Iterator[zipfile.ZipFile]:
    """A package that may be parsed. Raises Unreadable, also for what goes wrong while it is used."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _must_be_fit(package, name)
            if (broken := package.testzip()) is not None:  # also a part that unpacks to more than it declares
                raise damaged(broken)
            yield package
    except _BROKEN as error:
        raise damaged(error) from error


def _must_be_fit(package: zipfile.ZipFile, name: str) -> None:
    members = package.infolist()
    if len(members) > refusing.PARTS_LIMIT or sum(m.file_size for m in members) > refusing.UNPACKED_LIMIT:
        raise Unreadable("oversized", refusing.UNPACKED_TOO_LARGE(mb=refusing.UNPACKED_LIMIT // 2**20))
    names = {m.filename for m in members}
    encrypted_ods = "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml")
    if encrypted_ods or any(m.flag_bits & 1 for m in members):
        raise Unreadable("encrypted", refusing.ENCRYPTED())
    lower = {n.lower() for n in names}
    # What one program takes for its content another would not: of two parts of one name either may be shown.
    if len(lower) < len(members) or any(".." in n.replace("\\", "/").split("/") for n in names):
        raise damaged("parts of one name, or outside of the package")
    macros = any(n.endswith("vbaproject.bin") or "/macrosheets/" in n for n in lower)
    scripts = any(n.startswith(("Basic/", "Scripts/")) and not n.endswith("/") for n in names)
    if macros or scripts or name.lower().endswith(_MACROS):
        raise Unreadable("macro", refusing.MACRO())
    if "xl/workbook.bin" in lower:
        raise Unreadable("not_a_workbook", refusing.XLSB())
    if "[Content_Types].xml" in names:
        if not any(n.startswith("xl/") for n in lower):
            raise Unreadable("not_a_workbook", refusing.DOCUMENT())
    elif "content.xml" not in names:
        raise Unreadable("not_a_workbook", refusing.ARCHIVE())


def stream(package: zipfile.ZipFile, part: str) -> IO[bytes]:
    """A part, unless it has a document type declaration: no office file needs one, and only an attack on the parser would bring
    one. Raises ValueError, KeyError."""
    found = package.open(part)
    head = found.read(4096)
    if b"<!DOCTYPE" in head or "<!DOCTYPE".encode("utf-16-le") in head or "<!DOCTYPE".encode("utf-16-be") in head:
        raise ValueError("document type declaration")
    found.seek(0)
    return found


def parsed(package: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with stream(package, part) as found:
        return ElementTree.parse(found).getroot()


def local(element: ElementTree.Element) -> str:
    """The name without its namespace, of which there are several for one meaning."""
    return element.tag.rpartition("}")[2]


def attribute(element: ElementTree.Element, name: str, otherwise: str = "") -> str:
    """An attribute by its name without namespace."""
    return next((v for k, v in element.attrib.items() if k == name or k.endswith(f"}}{name}")), otherwise)
