"""Comments written into somebody's own .xlsx, and nothing else in it changed: three parts are added to the package, or go on in
those that are there, every other byte of every part stays. A spreadsheet library would write the file anew and lose shapes, kept
values of formulas and whatever it does not know.

What an earlier run wrote is known by its author and by its lines, which begin with 【, and is taken out first; what people wrote
stays, also within a comment of ours.

Parts and their order are those of ECMA-376 part 1 (18.7 comments, 18.3.1.99 worksheet) and part 4 (VML).
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from xml.etree import ElementTree
from xml.parsers import expat

from gaoxin.containers import packages, refusing, xlsx
from gaoxin.containers.model import SheetFacts, address, row_and_column
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
_NAMES = ('xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
          'xmlns:x="urn:schemas-microsoft-com:office:excel"')
_VML = (f'<xml {_NAMES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{map}}"/></o:shapelayout></xml>')
# Names its spaces itself: a drawing of theirs may bind them within its elements alone, or to other prefixes.
_KIND = (f'<v:shapetype {_NAMES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
         '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>')
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LINE = 26  # signs of Chinese on a line of a comment's box
_SHAPE = re.compile(rb"<((?:\w+:)?)shape\b[^<>]*(?<!/)>.*?</\1shape\s*>", re.DOTALL)
# A line that this program writes into a comment, of a cell under a merged one with its name before it.
_OURS = re.compile(r"(?:[A-Z]+[0-9]+：)?【")


def commented(content: bytes, notes: Mapping[tuple[str | None, str | None], str], author: str,
              known: Collection[str] = ()) -> bytes:
    """The workbook with a comment on each cell. notes: (sheet, cell) -> text of lines that begin with 【; without a cell, or of a
    sheet that is not there, on the first cell that shows. What a cell's own comment says stays above it. known: authors by which
    comments of earlier runs are known, which are taken out. Raises Unreadable for what is no .xlsx that may be opened."""
    with packages.opened(content, "x.xlsx") as package:
        if "[Content_Types].xml" not in package.namelist():
            raise damaged("no [Content_Types].xml")
        facts, linked = xlsx.sheet_facts(package), xlsx.links(package)
        dde = linked is not None and linked.code == refusing.DDE.code
        if dde or xlsx.calling_names(package) or any(one.calls for one in facts.values()):
            raise Unreadable("external_links", refusing.DDE())  # whoever is given it back would open it
        made = {name: package.read(name) for name in package.namelist()}
        parts = xlsx.sheet_parts(package)
        first = next((name for name in xlsx.visible_sheets(package) if name in parts), next(iter(parts), ""))
        for at, (name, part) in enumerate(parts.items(), 1):
            here = _on_cells([(cell if sheet in parts else None, text) for (sheet, cell), text in notes.items()
                              if (sheet if sheet in parts else first) == name], made[part], _first_shown(facts[name]))
            _comment(package, made, part, here, (author, *known), at)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for info in package.infolist():
                new.writestr(info, made.pop(info.filename), compress_type=info.compress_type)
            for added, body in made.items():
                new.writestr(added, body)
        return out.getvalue()


def _on_cells(notes: Sequence[tuple[str | None, str]], sheet: bytes, first_shown: str) -> dict[str, str]:
    """What lies under a merged cell stands on its first one: no other is ever shown."""
    spans = [(row_and_column(a.decode()), row_and_column(b.decode()), a.decode())
             for a, b in re.findall(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+[0-9]+):([A-Z]+[0-9]+)"', sheet)]
    found: dict[str, list[str]] = {}
    for cell, text in ((cell or first_shown, text) for cell, text in notes):
        if (at := row_and_column(cell)) is None:
            continue
        first = next((name for a, b, name in spans if a and b and a[0] <= at[0] <= b[0] and a[1] <= at[1] <= b[1]), cell)
        found.setdefault(first, []).append(text if first == cell else f"{cell}：{text}")
    return {cell: "\n".join(texts) for cell, texts in found.items()}


def _first_shown(facts: SheetFacts) -> str:
    """The first cell of the sheet that lies in no hidden row or column."""
    return address(next(row for row in count(1) if row not in facts.hidden_rows),
                   next((column for column in range(1, 16385) if column not in facts.hidden_columns), 1))


def _comment(package: zipfile.ZipFile, made: dict[str, bytes], sheet: str, notes: Mapping[str, str], authors: Sequence[str],
             number: int) -> None:
    """authors: who writes, and as whom earlier runs wrote."""
    folder, name = posixpath.split(sheet)
    rels = f"{folder}/_rels/{name}.rels"
    there = {attribute(e, "Type").rpartition("/")[2]: (attribute(e, "Id"), _target(folder, attribute(e, "Target")))
             for e in parsed(package, rels)} if rels in made else {}
    added: list[tuple[str, str, str]] = []
    if "comments" in there and there["comments"][1] in made:
        part = there["comments"][1]
    elif notes:
        part = _free(made, f"xl/comments9{number}.xml")
        made[part] = (_DECLARATION + f'<comments xmlns="{_MAIN}"><authors/><commentList/></comments>').encode()
        added.append((f"rIdGx{number}c", "comments", part))
        _declare(made, f'<Override PartName="/{part}" ContentType="{_COMMENTS_TYPE}"/>', f"/{part}")
    else:
        return
    new, gone = _with_comments(package, made, part, notes, authors)
    drawing = _legacy_drawing(made[sheet])
    vml = next((target for id_, target in ([*there.values()]) if drawing and id_ == drawing), None)
    if vml is not None and vml in made:
        made[vml] = _without_shapes(made[vml], gone)
    elif new:
        vml = _free(made, f"xl/drawings/vmlDrawing9{number}.vml")
        made[vml] = _VML.replace("{map}", str(90 + number)).encode()
        added.append((f"rIdGx{number}d", "vmlDrawing", vml))
        _declare(made, f'<Default Extension="vml" ContentType="{_VML_TYPE}"/>', '"vml"')
        made[sheet] = _with_drawing(made[sheet], f"rIdGx{number}d")
    if new and vml:
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


def _with_comments(package: zipfile.ZipFile, made: dict[str, bytes], part: str, notes: Mapping[str, str], authors: Sequence[str]
                   ) -> tuple[list[str], list[str]]:
    """Adds to the comments of a sheet, without what earlier runs said; the cells that had none, and those that had but ours."""
    for prefix, uri in re.findall(rb'xmlns:?(\w*)="([^"]*)"', made[part][:4096]):
        ElementTree.register_namespace(prefix.decode() if not re.fullmatch(rb"ns\d+", prefix) else "", uri.decode())
    # A part of theirs as any part is parsed, which refuses what would only attack the parser.
    root = parsed(package, part) if part in package.namelist() else ElementTree.fromstring(made[part])
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    named = next(e for e in root if local(e) == "authors")
    listed = next(e for e in root if local(e) == "commentList")
    gone, changed = _take_out(listed, [e.text or "" for e in named], authors)
    if not notes and not changed:
        return [], []
    fresh = []
    if notes:
        mine = next((at for at, e in enumerate(named) if e.text == authors[0]), len(named))
        if mine == len(named):
            ElementTree.SubElement(named, f"{space}author").text = authors[0]
    by_cell = {e.get("ref"): e for e in listed}
    for cell, text in sorted(notes.items(), key=lambda note: row_and_column(note[0]) or (0, 0)):
        if (before := by_cell.get(cell)) is not None:
            body, said = next(e for e in before if local(e) == "text"), f"\n{authors[0]}：\n{text}"
        else:
            comment = ElementTree.SubElement(listed, f"{space}comment", {"ref": cell, "authorId": str(mine)})
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
    return fresh, gone


def _take_out(listed: ElementTree.Element, authors: Sequence[str], ours: Sequence[str]) -> tuple[list[str], bool]:
    """Takes the lines of earlier runs out of comments: of our own all, in others those below our name. The cells whose comment is
    gone since it said nothing else, and whether anything was taken out. authors: by their number in the part."""
    gone, changed, heads = [], False, {f"{name}：" for name in ours}
    for comment in [*listed]:
        parts = [t for body in comment if local(body) == "text" for t in body.iter() if local(t) == "t"]
        number = comment.get("authorId", "")
        own = number.isdigit() and int(number) < len(authors) and authors[int(number)] in ours
        lines = "".join(t.text or "" for t in parts).splitlines(keepends=True)
        mine = [False] * len(lines)
        for at, line in enumerate(lines):
            if _OURS.match(line) and (own or (at > 0 and mine[at - 1]) or (at > 0 and lines[at - 1].strip() in heads)):
                mine[at] = True
                if at > 0 and lines[at - 1].strip() in heads:
                    mine[at - 1] = True
        kept = ["\0" * len(line) if is_mine else line for line, is_mine in zip(lines, mine, strict=True)]
        if "\0" not in (left := "".join(kept)):
            continue
        changed = True
        if not left.replace("\0", "").strip():
            listed.remove(comment)
            gone.append(comment.get("ref", ""))
            continue
        at = 0
        for t in parts:
            length = len(t.text or "")
            t.text, at = left[at:at + length].replace("\0", ""), at + length
        for body in comment:
            for run in [r for r in body if local(r) == "r" and not any(t.text for t in r if local(t) == "t")]:
                body.remove(run)
        last = next((t for t in reversed(parts) if t.text), None)
        if last is not None and last.text:
            last.text = last.text.rstrip("\n")
    return gone, changed


def _without_shapes(vml: bytes, cells: Sequence[str]) -> bytes:
    """A drawing without the boxes of the comments on these cells."""
    places = {(at[0] - 1, at[1] - 1) for cell in cells if (at := row_and_column(cell))}

    def kept(found: re.Match[bytes]) -> bytes:
        at = [re.search(rb"<(?:\w+:)?" + name + rb">\s*(\d+)\s*<", found[0]) for name in (b"Row", b"Column")]
        return b"" if at[0] and at[1] and (int(at[0][1]), int(at[1][1])) in places else found[0]

    return _SHAPE.sub(kept, vml) if places else vml


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
    free = (n for n in count((90 + number) * 1024 + 1) if b'"_x0000_s%d"' % n not in vml)
    for shape, (cell, text) in zip(free, notes.items(), strict=False):
        row, column = row_and_column(cell) or (1, 1)
        tall = 2 + sum(1 + len(line) // _LINE for line in text.splitlines())
        anchor = f"{column}, 12, {max(0, row - 2)}, 8, {column + 4}, 24, {max(0, row - 2) + tall}, 4"
        shapes.append(f'<v:shape {_NAMES} id="_x0000_s{shape}" type="#_x0000_t202" '
                      'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
                      '<v:fill color2="#ffffe1"/>'
                      '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
                      '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
                      "<x:SizeWithCells/>"
                      f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
                      f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>")
    kind = "" if b'id="_x0000_t202"' in vml else _KIND
    return _inside_end(vml, kind + "".join(shapes))


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


