"""What a package carries beside cells: connections that fetch data when it is opened, and other files or controls inside of it.

Told by the kinds of its relationships (ECMA-376 part 1, 9.2), which no program opens a part without, and by where programs put
such parts. Pictures, charts, shapes, comments and printers' settings are none of them.
"""

import posixpath
import zipfile
from collections.abc import Iterator, Mapping

from gaoxin.containers import refusing
from gaoxin.containers.model import Problem
from gaoxin.containers.packages import attribute, local, parsed
from gaoxin.unseen import line

_CONNECTIONS = frozenset({"connections", "queryTable", "powerPivotData"})
_EMBEDDED = frozenset({"oleObject", "package", "control", "activeXControlBinary", "attachedToolbars"})
_OF_CONNECTIONS = ("xl/connections.", "xl/querytables/", "xl/model/")
_OF_EMBEDDED = ("xl/embeddings/", "xl/activex/", "customui/")
_MASHUP = "DataMashup"  # of Power Query, which hides within a package of custom XML
_TOLD = 5
_TARGET_TOLD = 80  # characters


def problems(package: zipfile.ZipFile, sheets: Mapping[str, str]) -> Iterator[Problem]:
    """sheets: every worksheet's part, by the sheet's name. Raises what a damaged package raises."""
    names, called = package.namelist(), {part: name for name, part in sheets.items()}
    connections, embedded, remote = dict[str, None](), dict[str, None](), dict[str, None]()
    for part in names:
        where = _owner(part, called)
        for element in parsed(package, part) if part.endswith(".rels") else ():
            kind = attribute(element, "Type").rpartition("/")[2]
            if attribute(element, "TargetMode").lower() == "external" and not _is_fine_outside(part, kind):
                remote[f"{where or part} → {line(attribute(element, 'Target'))[:_TARGET_TOLD]}"] = None
            if kind in _CONNECTIONS:
                connections[where] = None
            elif kind in _EMBEDDED and where:
                embedded[where] = None
    inside = [part for part in names if part.lower().startswith(_OF_CONNECTIONS) or _is_mashup(package, part)]
    if connections or inside:
        said = [*_named(package, names), *filter(None, connections), *inside]
        yield Problem("external_links", refusing.CONNECTIONS(where=tuple(dict.fromkeys(said))[:_TOLD]))
    if remote:
        yield Problem("external_links", refusing.REMOTE(where=tuple(remote)[:_TOLD]))
    objects = [part for part in names if part.lower().startswith(_OF_EMBEDDED) and not part.endswith((".rels", "/"))]
    if embedded or objects:
        yield Problem("external_links", refusing.EMBEDDED(where=tuple(embedded or objects)[:_TOLD]))


def _is_fine_outside(part: str, kind: str) -> bool:
    """Links that people follow; and other workbooks, which are told apart from this."""
    return kind == "hyperlink" or part.lower().startswith("xl/externallinks/")


def _owner(part: str, called: Mapping[str, str]) -> str:
    """Whose relationships a part holds: of a sheet its name; nothing for the workbook's and the package's own."""
    folder, name = posixpath.split(part)
    owner = f"{posixpath.dirname(folder)}/{name.removesuffix('.rels')}"
    return called.get(owner, "" if owner in ("/", "xl/workbook.xml") else owner)


def _named(package: zipfile.ZipFile, names: list[str]) -> Iterator[str]:
    """Connections, as their workbook calls them."""
    for part in names:
        if part.lower() == "xl/connections.xml":
            yield from (name for e in parsed(package, part) if local(e) == "connection" and (name := attribute(e, "name")))


def _is_mashup(package: zipfile.ZipFile, part: str) -> bool:
    if not part.lower().startswith("customxml/item"):
        return False
    with package.open(part) as found:
        head = found.read(4096)
    return any(_MASHUP.encode(encoding) in head for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
