"""Where things stand among the pages: the one place that makes their addresses, relative to the root of Airflow's own pages."""

from datetime import datetime
from urllib.parse import quote

_ROOT = "gaoxin"


def gate_page(campaign: str, phase: str) -> str:
    return _page(campaign, "gate", phase)


def return_page(campaign: str, return_id: str) -> str:
    return _page(campaign, "return", return_id)


def desk_page(campaign: str, unit: str, as_of: datetime | None = None) -> str:
    """as_of: as it was known then."""
    return _page(campaign, "unit", unit) + _then(as_of)


def report_page(campaign: str, name: str) -> str:
    """Of a report, by the name of its file."""
    return _page(campaign, "report", name)


def indicator_page(campaign: str, indicator: str, as_of: datetime | None = None) -> str:
    """as_of: as it was known then."""
    return _page(campaign, "indicator", indicator) + _then(as_of)


def part_page(campaign: str, part: str = "", as_of: datetime | None = None) -> str:
    """Of a part of a campaign: tasks, problems, burden; of its wall where none is given."""
    return _page(*filter(None, (campaign, part))) + _then(as_of)


def dossier_page(campaign: str) -> str:
    return _page(campaign, "dossier")


def bulletins_page(campaign: str) -> str:
    return _page(campaign, "bulletins")


def framed(page: str) -> str:
    """A page in Airflow's frame, for links from Airflow's own pages."""
    return f"/plugin/gaoxin/{page}"


def at(base: str, page: str) -> str:
    """A page's address for whoever reads it elsewhere. base: of Airflow's pages, or of the pages among them, /gaoxin at its end;
    where it is not known, "", the path alone."""
    return f"{base.rstrip('/').removesuffix(f'/{_ROOT}')}/{page}"


def later(address: str, as_of: datetime) -> str:
    """The same page as it was known at another time."""
    return address.partition("?")[0] + _then(as_of)


def _then(as_of: datetime | None) -> str:
    return f"?as_of={quote(as_of.isoformat())}" if as_of else ""


def _page(*parts: str) -> str:
    return "/".join([_ROOT, *(quote(part, safe="") for part in parts)])
