"""A sheet in three colours: what a mapping takes of it, what it leaves out, what it tells. One HTML file without scripts."""

from collections.abc import Sequence
from pathlib import Path

from gaoxin.i18n import Worded
from gaoxin.mapping.picture import CellState, Shown


def render_mapping(title: str, file: str, sheets: Sequence[Shown], told: Sequence[tuple[str, Worded]]) -> str:
    """title: of the mapping, with its version. told: place and message, in order."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True,
                              lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters["said"] = lambda word: word if isinstance(word, str) else word.to("zh")
    counts = {state: sum(cell.state is state for s in sheets for row in s.rows for cell in row) for state in CellState}
    return environment.get_template("mapping.html.j2").render(title=title, file=file, sheets=sheets, told=told, counts=counts)
