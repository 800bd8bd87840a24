"""Comments written into somebody's own .xlsx, and nothing else in it changed: three parts are added to the package, or go on in
those that are there, every other byte of every part stays. A spreadsheet library would write the file anew and lose shapes, kept
values of formulas and whatever it does not know.

Parts and their order are those of ECMA-376 part 1 (18.7 comments, 18.3.1.99 worksheet) and part 4 (VML).
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree
from xml.parsers import expat

from gaoxin.containers import packages, refusing, xlsx
from gaoxin.containers.model import row_and_column
from gaoxin.containers.packages import attribute, local, parsed
from gaoxin.containers.refusing import Unreadable, damaged
from gaoxin.unseen import writable

# What comes after legacyDrawing in a worksheet.
_AFTER = frozenset({"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
                    "extLst"})
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = ('<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{map}"/>'
        '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>')
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LINE = 26  # signs of Chinese on a line of a comment's box


def commented(content: bytes, notes: Mapping[tuple[str, str], str], author: str) -> bytes:
    """The workbook with a comment on each cell. notes: (sheet, cell) -> text; of a sheet that is not there nothing is written.
    What a cell's own comment says stays above it. Raises Unreadable for what is no .xlsx that may be opened."""
    with packages.opened(content, "x.xlsx") as package:
        if "[Content_Types].xml" not in package.namelist():
            raise damaged("no [Content_Types].xml")
        if xlsx.calling_names(package) or any(facts.calls for facts in xlsx.sheet_facts(package).values()):
            raise Unreadable("external_links", refusing.DDE())  # whoever is given it back would open it
        made = {name: package.read(name) for name in package.namelist()}
        for at, (name, part) in enumerate(xlsx.sheet_parts(package).items(), 1):
            here = _on_cells({cell: text for (sheet, cell), text in notes.items() if sheet == name}, made[part])
            if here:
                _comment(package, made, part, here, author, at)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for info in package.infolist():
                new.writestr(info, made.pop(info.filename), compress_type=info.compress_type)
            for added, body in made.items():
                new.writestr(added, body)
        return out.getvalue()


def _on_cells(notes: Mapping[str, str], sheet: bytes) -> dict[str, str]:
    """What lies under a merged cell stands on its first one: no other is ever shown."""
    spans = [(row_and_column(a.decode()), row_and_column(b.decode()), a.decode())
             for a, b in re.findall(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+[0-9]+):([A-Z]+[0-9]+)"', sheet)]
    found: dict[str, list[str]] = {}
    for cell, text in notes.items():
        if (at := row_and_column(cell)) is None:
            continue
        first = next((name for a, b, name in spans if a and b and a[0] <= at[0] <= b[0] and a[1] <= at[1] <= b[1]), cell)
        found.setdefault(first, []).append(text if first == cell else f"{cell}：{text}")
    return {cell: "\n".join(texts) for cell, texts in found.items()}


def _comment(package: zipfile.ZipFile, made: dict[str, bytes], sheet: str, notes: Mapping[str, str], author: str, number: int
             ) -> None:
    folder, name = posixpath.split(sheet)
    rels = f"{folder}/_rels/{name}.rels"
    there = {attribute(e, "Type").rpartition("/")[2]: (attribute(e, "Id"), _target(folder, attribute(e, "Target")))
             for e in parsed(package, rels)} if rels in made else {}
    added: list[tuple[str, str, str]] = []
    if "comments" in there and there["comments"][1] in made:
        part = there["comments"][1]
    else:
        part = _free(made, f"xl/comments9{number}.xml")
        made[part] = (_DECLARATION + f'<comments xmlns="{_MAIN}"><authors/><commentList/></comments>').encode()
        added.append((f"rIdGx{number}c", "comments", part))
        _declare(made, f'<Override PartName="/{part}" ContentType="{_COMMENTS_TYPE}"/>', f"/{part}")
    new = _with_comments(package, made, part, notes, author)
    drawing = _legacy_drawing(made[sheet])
    vml = next((target for id_, target in ([*there.values()]) if drawing and id_ == drawing), None)
    if vml is None or vml not in made:
        vml = _free(made, f"xl/drawings/vmlDrawing9{number}.vml")
        made[vml] = _VML.replace("{map}", str(90 + number)).encode()
        added.append((f"rIdGx{number}d", "vmlDrawing", vml))
        _declare(made, f'<Default Extension="vml" ContentType="{_VML_TYPE}"/>', '"vml"')
        made[sheet] = _with_drawing(made[sheet], f"rIdGx{number}d")
    made[vml] = _with_shapes(made[vml], {cell: notes[cell] for cell in new}, number)
    if added:
        lines = "".join(f'<Relationship Id="{id_}" Type="{_RELATIONSHIPS}/{kind}" Target="/{target}"/>'
                        for id_, kind, target in added)
        before = made.get(rels, (_DECLARATION + f'<Relationships xmlns="{_PACKAGE}"/>').encode())
        made[rels] = _inside_end(before, lines)


def _target(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _free(made: Mapping[str, bytes], name: str) -> str:
    stem, dot, end = name.rpartition(".")
    while name in made:
        stem += "0"
        name = stem + dot + end
    return name


def _declare(made: dict[str, bytes], line: str, known_by: str) -> None:
    types = made["[Content_Types].xml"]
    if known_by.encode() not in types:
        # Defaults stand before overrides in what most programs write; a schema that parts them wants it so.
        made["[Content_Types].xml"] = _inside_start(types, line) if line.startswith("<Default") else _inside_end(types, line)


def _with_comments(package: zipfile.ZipFile, made: dict[str, bytes], part: str, notes: Mapping[str, str], author: str
                   ) -> list[str]:
    """Adds to the comments of a sheet; the cells that had none."""
    for prefix, uri in re.findall(rb'xmlns:?(\w*)="([^"]*)"', made[part][:4096]):
        ElementTree.register_namespace(prefix.decode() if not re.fullmatch(rb"ns\d+", prefix) else "", uri.decode())
    # A part of theirs as any part is parsed, which refuses what would only attack the parser.
    root = parsed(package, part) if part in package.namelist() else ElementTree.fromstring(made[part])
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    authors = next(e for e in root if local(e) == "authors")
    listed = next(e for e in root if local(e) == "commentList")
    ElementTree.SubElement(authors, f"{space}author").text = author
    mine, fresh = str(len(authors) - 1), []
    by_cell = {e.get("ref"): e for e in listed}
    for cell, text in sorted(notes.items(), key=lambda note: row_and_column(note[0]) or (0, 0)):
        if (before := by_cell.get(cell)) is not None:
            body, said = next(e for e in before if local(e) == "text"), f"\n{author}：\n{text}"
        else:
            comment = ElementTree.SubElement(listed, f"{space}comment", {"ref": cell, "authorId": mine})
            body, said = ElementTree.SubElement(comment, f"{space}text"), text
            fresh.append(cell)
        run = ElementTree.SubElement(body, f"{space}r")
        words = ElementTree.SubElement(run, f"{space}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
        words.text = writable(said)
    for plain in [e for c in listed for e in c if local(e) == "text" and len(e) > 1 and local(e[0]) == "t"]:
        first = plain[0]  # a text is one plain t, or runs
        run = ElementTree.Element(f"{space}r")
        plain.remove(first)
        run.append(first)
        plain.insert(0, run)
    made[part] = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return fresh


def _legacy_drawing(sheet: bytes) -> str | None:
    found = re.search(rb"<(?:\w+:)?legacyDrawing\b[^>]*?\bid=[\"']([^\"']+)", sheet)
    return found[1].decode() if found else None


def _with_drawing(sheet: bytes, relation: str) -> bytes:
    """The worksheet with a legacyDrawing where its schema wants it."""
    where, prefix = _place(sheet)
    line = f'<{prefix}legacyDrawing xmlns:gxr="{_RELATIONSHIPS}" gxr:id="{relation}"/>'
    return sheet[:where] + line.encode() + sheet[where:]


def _place(sheet: bytes) -> tuple[int, str]:
    """Before the first child of the worksheet that comes after it, or its end; and the prefix of its elements."""
    parser = expat.ParserCreate()
    depth, found, prefix = 0, [-1], [""]

    def start(tag: str, _: object) -> None:
        nonlocal depth
        if depth == 0:
            prefix[0] = tag.rpartition(":")[0] + ":" if ":" in tag else ""
        elif depth == 1 and found[0] < 0 and tag.rpartition(":")[2] in _AFTER:
            found[0] = parser.CurrentByteIndex
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 0 and found[0] < 0:
            found[0] = parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(sheet, True)
    return found[0], prefix[0]


def _with_shapes(vml: bytes, notes: Mapping[str, str], number: int) -> bytes:
    shapes = []
    for at, (cell, text) in enumerate(notes.items(), 1):
        row, column = row_and_column(cell) or (1, 1)
        tall = 2 + sum(1 + len(line) // _LINE for line in text.splitlines())
        anchor = f"{column}, 12, {max(0, row - 2)}, 8, {column + 4}, 24, {max(0, row - 2) + tall}, 4"
        shapes.append(f'<v:shape id="_x0000_s{(90 + number) * 1024 + at}" type="#_x0000_t202" '
                      'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
                      '<v:fill color2="#ffffe1"/>'
                      '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
                      '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
                      "<x:SizeWithCells/>"
                      f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
                      f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>")
    return _inside_end(vml, "".join(shapes))


def _inside_end(xml: bytes, line: str) -> bytes:
    """A line as the last thing in the root element."""
    if xml.rstrip().endswith(b"/>") and b"</" not in xml:
        tag = re.findall(rb"<([\w:]+)[^<>]*/>\s*$", xml)[-1]
        return xml.rstrip()[:-2] + b">" + line.encode() + b"</" + tag + b">"
    at = xml.rindex(b"</")
    return xml[:at] + line.encode() + xml[at:]


def _inside_start(xml: bytes, line: str) -> bytes:
    found = re.search(rb"<(?!\?)[^>]*>", xml)
    assert found
    return xml[:found.end()] + line.encode() + xml[found.end():]


