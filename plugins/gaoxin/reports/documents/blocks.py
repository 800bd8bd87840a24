"""What a document is made of, whatever file it becomes: headings, paragraphs, tables. Plain frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from gaoxin import numerals


class Link(NamedTuple):
    """Words that lead somewhere. to: an address."""

    text: str
    to: str


class Blank(NamedTuple):
    """What only people can write, and nobody has written yet. wanted: what is to be written there."""

    wanted: str

    @property
    def text(self) -> str:
        return f"【待填：{self.wanted}】"


Piece = str | Link | Blank
Cell = str | Decimal | int | date | Link | Blank | None


@dataclass(frozen=True)
class Heading:
    """level: 1 to 4, which are 一、（一）1.（1）; the numbers are the document's own."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """note: says where a figure comes from, and stands smaller below it. right: as a signature stands. flush: without an indent,
    as whoever is addressed."""

    pieces: tuple[Piece, ...]
    note: bool = False
    right: bool = False
    flush: bool = False


@dataclass(frozen=True)
class Column:
    """width: in characters of Chinese, of all columns as shares of the page. numbers: stands to the right."""

    head: str
    width: int
    numbers: bool = False


@dataclass(frozen=True)
class Table:
    """title: without one of its own a sheet is named after it: at most 31 characters. empty: what is said where there are no
    rows. beside: columns, the last ones, that only a workbook has room for."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    note: str = ""
    beside: int = 0


class Bar(NamedTuple):
    """share: of the whole length, in thousandths, which is all that it is drawn by; mark: where something is to be compared, None
    where nothing is. told: what stands at its end. good: whether it is where it should be, None where that is not said."""

    name: str
    share: int
    mark: int | None
    told: str
    good: bool | None


@dataclass(frozen=True)
class Chart:
    """Bars. line: what the marks are, "" without any."""

    title: str
    bars: tuple[Bar, ...]
    line: str = ""


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True)
class Document:
    """title: in lines that do not part words. under: lines below the title, such as who hands in and as of when. head: what
    stands at the head of each page. wide: on its side, for tables."""

    title: str
    under: tuple[str, ...]
    blocks: tuple[Block, ...]
    head: str = ""
    wide: bool = False

    @property
    def name(self) -> str:
        return self.title.replace("\n", "")

    @property
    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))

    @property
    def blanks(self) -> Iterator[tuple[str, Blank]]:
        """What is still to be written, each with the heading that it stands under."""
        under = self.name
        for block in self.blocks:
            if isinstance(block, Heading):
                under = block.text
            elif not isinstance(block, Chart):
                pieces = block.pieces if isinstance(block, Paragraph) else [cell for row in block.rows for cell in row]
                yield from ((under, piece) for piece in pieces if isinstance(piece, Blank))


def said(text: str, *more: Piece) -> Paragraph:
    return Paragraph((text, *more))


def shown(cell: Cell) -> str:
    """A cell as it is read on paper. Figures have at most four decimals; a workbook has them all."""
    match cell:
        case None | "":
            return "—"
        case Link() | Blank():
            return cell.text
        case Decimal() | int():
            return numerals.plain(Decimal(cell), places=4, grouped=True)
    return str(cell)
