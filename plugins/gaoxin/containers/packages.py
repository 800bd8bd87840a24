"""Zip packages: what is refused before anything in one is parsed, and its parts as XML. Nothing in a file is executed, followed
or expanded beyond fixed limits."""

import io
import posixpath
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import unquote
from xml.etree import ElementTree

from gaoxin.containers import refusing
from gaoxin.containers.refusing import Unreadable, ambiguous, damaged

# What a damaged package raises. SyntaxError: ElementTree.ParseError is one. RuntimeError (NotImplementedError is one) and
# zlib's errors come from damaged members.
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, LookupError, ValueError, SyntaxError,
           RuntimeError)
_XML = (".xml", ".rels", ".vml")
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_BLOCK = 2**18  # bytes
_MACROS = (".xlsm", ".xltm", ".xlam")


@contextmanager
def opened(content: bytes, name: str) -> Iterator[zipfile.ZipFile]:
    """A package that may be parsed. Raises Unreadable, also for what goes wrong while it is used."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _must_be_fit(package, name)
            for member in package.infolist():
                _must_be_whole(package, member)
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
    if any(".." in n.replace("\\", "/").split("/") for n in names):
        raise damaged("parts outside of the package")
    called = Counter(_as_others_say(m.filename) for m in members)
    if twice := [part for part, times in called.items() if times > 1]:
        raise ambiguous(twice[0], "parts of one name")
    if members and all(m.header_offset for m in members):
        raise ambiguous("zip", "bytes before the first part")
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


def _as_others_say(name: str) -> str:
    """A part's name without what some programs look over."""
    return posixpath.normpath(unquote(name).replace("\\", "/").lower()).lstrip("/") + "/" * name.endswith("/")


def _must_be_whole(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """To its end, which also shows a part that unpacks to more than it declares; and no part of a workbook declares a document
    type. Those of OpenDocument have one here and there, and only what is parsed is asked."""
    of_workbook = "[Content_Types].xml" in package.NameToInfo and member.filename.lower().endswith(_XML)
    before = b""
    with package.open(member) as found:
        while block := found.read(_BLOCK):
            seen = before + block
            if of_workbook and any(one in seen for one in _DOCTYPES):
                raise _hostile(member.filename)
            before = block[-32:]


def _hostile(part: str) -> Unreadable:
    return Unreadable("not_a_workbook", refusing.HOSTILE_XML(where=part))


def stream(package: zipfile.ZipFile, part: str) -> IO[bytes]:
    """A part, unless it has a document type declaration: no office file needs one, and only an attack on the parser would bring
    one. Raises Unreadable, KeyError."""
    found = package.open(part)
    head = found.read(4096)
    if any(one in head for one in _DOCTYPES):
        raise _hostile(part)
    found.seek(0)
    return found


def parsed(package: zipfile.ZipFile, part: str) -> ElementTree.Element:
    """A part as a tree. Raises Unreadable for one that is too large to be one, KeyError, ValueError."""
    if package.getinfo(part).file_size > refusing.WHOLE_LIMIT:
        raise Unreadable("oversized", refusing.PART_TOO_LARGE(where=part, mb=refusing.WHOLE_LIMIT // 2**20))
    with stream(package, part) as found:
        return ElementTree.parse(found).getroot()


def local(element: ElementTree.Element) -> str:
    """The name without its namespace, of which there are several for one meaning."""
    return element.tag.rpartition("}")[2]


def attribute(element: ElementTree.Element, name: str, otherwise: str = "") -> str:
    """An attribute by its name without namespace. Raises ValueError where it stands in two that say different things."""
    found = otherwise
    said = [v for k, v in element.attrib.items() if k == name or k.endswith(f"}}{name}")]
    if said:
        found = said[0]
        if any(v != found for v in said):
            raise ValueError(f"{name} twice")
    return found
