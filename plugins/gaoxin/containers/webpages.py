"""Web pages that are named .xls, as web sites and Excel itself write them: each table with cells is a sheet.

A sheet is called by the table's id or caption, else 表1, 表2 …; a cell inside a table inside a cell belongs to the inner one.
What Excel adds is heeded: `x:num` keeps the number that a cell shows shortened, `mso-number-format` how.
"""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from gaoxin.containers import refusing
from gaoxin.containers.formats import PERCENT, NumberFormat, number_format
from gaoxin.containers.model import Book, Content, Sheet, SheetFacts, address
from gaoxin.containers.refusing import Unreadable, too_wide
from gaoxin.containers.runs import CONTROL, HIDDEN, KINDS, RAISED, STRUCK, Run, mark_of
from gaoxin.containers.texts import decoded

_PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|table|head|body|div|meta|style)\b", re.IGNORECASE | re.DOTALL)
_SPREADSHEET_XML = re.compile(rb"\s*<\?(xml|mso-application)", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_RULE = re.compile(r"\.([\w-]+)\s*\{([^}]*)\}")
_FORMAT = re.compile(r"mso-number-format\s*:\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^;]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPAN_LIMIT = 1000
_SILENT = frozenset({"script", "style", "head", "title"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through|text-line-through\s*:\s*(?!none)\w", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*(?:all|screen)", re.IGNORECASE)
_SETS_APART = {**dict.fromkeys(("s", "del", "strike"), STRUCK), **dict.fromkeys(("sup", "sub", "msup", "msub"), RAISED),
               **dict.fromkeys(("select", "textarea"), CONTROL),
               **dict.fromkeys(("template", "datalist", "rt", "rp"), HIDDEN)}
_ENDED_BY_THEIR_LIKE = ("p", "li", "option", "rt", "rp")
_UNSEEN_INPUTS = ("hidden", "submit", "button", "reset", "image", "file")
_BREAKS = frozenset({"br", "p", "div", "li"})


def is_page(content: bytes) -> bool:
    """Whether it begins as one; XML of other kinds does, too, and has no table."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    return bool(_PAGE.match(head) or _SPREADSHEET_XML.match(head))


def read(content: bytes) -> Book:
    """Raises Unreadable."""
    named = _CHARSET.search(content[:4096])
    text = decoded(content, named[1].decode() if named else None)
    if text is None:
        raise Unreadable("not_a_workbook", refusing.NO_TEXT())
    page = _Page(dict(_rules(text)))
    page.feed(text)
    page.close()
    sheets = [s for t in page.tables if (s := t.sheet()) and any(any(c not in (None, "") for c in r) for r in s.rows)]
    if not sheets:
        raise Unreadable("not_a_workbook", refusing.WEB_PAGE())
    return Book({sheet.name: sheet for sheet in sheets})


def _rules(text: str) -> list[tuple[str, str]]:
    """Class -> declarations, of the styles that the page carries itself."""
    styles = re.findall(r"<style\b[^>]*>(.*?)</style>", text, re.IGNORECASE | re.DOTALL)
    return [rule for style in styles for rule in _RULE.findall(style)]


@dataclass
class _Cell:
    across: int
    down: int
    number: float | None
    format: NumberFormat | None
    hidden: bool
    kind: str = ""  # how all its text is set apart
    runs: list[Run] = field(default_factory=list)

    @property
    def content(self) -> Content:
        if self.number is not None:
            return self.number
        text = "".join(text for text, kind in self.runs if kind != HIDDEN)
        return re.sub(r"[ \t\r\f]*\n[ \t\r\f]*", "\n", re.sub(r"[ \t\r\f]+", " ", text)).strip(" \n") or None


@dataclass
class _Table:
    name: str
    rows: list[list[_Cell]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)

    def sheet(self) -> Sheet:
        """Laid out: a cell that spans others takes their place. Raises Unreadable."""
        facts, rows = SheetFacts(hidden_rows=self.hidden_rows), list[list[Content]]()
        merged, taken = list[tuple[int, int, int, int]](), dict[int, int]()  # column -> rows that it is still taken for
        for number, cells in enumerate(self.rows, 1):
            row: list[Content] = []
            free, still = 0, {c: n - 1 for c, n in taken.items() if n > 1}
            for cell in cells:
                while free in taken:
                    free += 1
                if free + cell.across > refusing.COLUMNS_LIMIT:
                    raise too_wide(self.name, address(number, free + cell.across))
                row += [None] * (free + cell.across - len(row))
                row[free], where = cell.content, (number, free + 1)
                if cell.format is not None and cell.number is not None:
                    facts.formats[where] = cell.format
                if (mark := mark_of(cell.runs)) is not None:
                    facts.marks[where] = mark
                if cell.hidden:
                    facts.hidden_columns.add(free + 1)
                if cell.across > 1 or cell.down > 1:
                    merged.append((number, free + 1, number + cell.down - 1, free + cell.across))
                if cell.down > 1:
                    still |= dict.fromkeys(range(free, free + cell.across), cell.down - 1)
                free += cell.across
            taken = still
            rows.append(row)
            if number > refusing.ROWS_LIMIT:
                raise too_wide(self.name, address(number, 1))
        return Sheet(self.name, rows, facts, merged, typed=False)


class _Page(HTMLParser):
    def __init__(self, rules: dict[str, str]) -> None:
        super().__init__()
        self.rules, self.tables = rules, list[_Table]()
        self._open: list[tuple[_Table, list[_Cell]]] = []  # tables, each with the cells that are open in it: one or none
        self._silent = self._caption = 0
        self._within: list[tuple[str, str]] = []  # the elements that are open in a cell: how each sets its text apart
        self._row_kind = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key.lower(): value or "" for key, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            number = len(self.tables) + 1
            made = _Table(self._free(given.get("id") or f"表{number}"))
            self.tables.append(made)
            self._open.append((made, []))
        elif self._open and tag == "tr":
            table, cells = self._open[-1]
            cells.clear()
            table.rows.append([])
            self._row_kind = STRUCK if _STRUCK.search(self._declared(given)) else ""
            if self._hides(given):
                table.hidden_rows.add(len(table.rows))
        elif self._open and tag in ("td", "th"):
            table, cells = self._open[-1]
            if not table.rows:
                table.rows.append([])
            cells[:] = [_Cell(_span(given.get("colspan")), _span(given.get("rowspan")), _number(given), self._format(given),
                              self._hides(given), self._row_kind or (STRUCK if _STRUCK.search(self._declared(given)) else ""))]
            self._within.clear()
            table.rows[-1].append(cells[0])
        elif tag == "caption":
            self._caption += 1
        elif tag in _BREAKS:
            self._say("\n")
        if self._open and self._open[-1][1] and tag not in ("td", "th"):
            self._begin_part(tag, given)

    def _begin_part(self, tag: str, given: dict[str, str]) -> None:
        """An element within a cell. Fields of a form are written in brackets, so that nobody takes them for a figure."""
        if tag in _ENDED_BY_THEIR_LIKE:
            self._end_part(tag)
        if tag == "option" and (runs := self._open[-1][1][0].runs) and runs[-1].text != "[":
            self._say("/")
        if tag == "input" and given.get("type", "").lower() not in _UNSEEN_INPUTS:
            chosen = "x" if "checked" in given else " "
            self._within.append((tag, CONTROL))
            self._say(f"[{chosen if given.get('type', '').lower() in ('checkbox', 'radio') else given.get('value') or ' '}]")
            self._within.pop()
        if tag not in _VOID:
            self._within.append((tag, self._sets_apart(tag, given)))
        if tag in ("select", "textarea"):
            self._say("[")

    def _end_part(self, tag: str) -> None:
        if tag in (open_ for open_, _ in self._within):
            if tag in ("select", "textarea"):
                self._say("]")
            while self._within.pop()[0] != tag:
                pass

    def _sets_apart(self, tag: str, given: dict[str, str]) -> str:
        said = self._declared(given)
        if "hidden" in given or _NOT_SHOWN.search(said):
            return HIDDEN
        return _SETS_APART.get(tag) or (STRUCK if _STRUCK.search(said) else RAISED if _RAISED.search(said) else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "table" and self._open:
            self._open.pop()
        elif tag in ("td", "th", "tr") and self._open:
            self._open[-1][1].clear()
        elif tag == "caption":
            self._caption = max(0, self._caption - 1)
        elif tag in _BREAKS - {"br"}:
            self._say("\n")
        if tag not in ("td", "th", "tr"):
            self._end_part(tag)

    def handle_data(self, data: str) -> None:
        if self._caption and self._open and not self._silent:
            table = self._open[-1][0]
            if re.fullmatch(r"表\d+", table.name) and data.strip():
                table.name = self._free(data.strip()[:31])
        else:
            self._say(data)

    def _say(self, text: str) -> None:
        if not self._silent and self._open and self._open[-1][1]:
            cell = self._open[-1][1][0]
            kinds = {kind for _, kind in self._within} | {cell.kind}
            kind = HIDDEN if HIDDEN in kinds else next((kind for kind in KINDS if kind in kinds), "")
            cell.runs.append(Run(text if text == "\n" else text.replace("\n", " "), kind))

    def _free(self, name: str) -> str:
        taken = {t.name for t in self.tables}
        more = (f"{name} ({n})" for n in range(2, len(taken) + 3))
        return name if name not in taken else next(other for other in more if other not in taken)

    def _declared(self, given: dict[str, str]) -> str:
        return ";".join([self.rules.get(c, "") for c in given.get("class", "").split()] + [given.get("style", "")])

    def _hides(self, given: dict[str, str]) -> bool:
        return "hidden" in given or bool(_HIDDEN.search(self._declared(given)))

    def _format(self, given: dict[str, str]) -> NumberFormat | None:
        found = _FORMAT.search(self._declared(given))
        if found is None:
            return None
        code = re.sub(r"\\([0-9a-fA-F]{4})|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], found[1].strip("\"'"))
        return PERCENT if code == "Percent" else number_format(code)


def _span(text: str | None) -> int:
    return min(_SPAN_LIMIT, max(1, int(text))) if text and re.fullmatch(r"\s*\d{1,9}\s*", text) else 1


def _number(given: dict[str, str]) -> float | None:
    """The number that Excel keeps beside what is shown."""
    try:
        return float(html.unescape(given["x:num"])) if given.get("x:num") else None
    except ValueError:
        return None
