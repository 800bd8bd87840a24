"""A kept report, as it was written: a page of its own, which runs nothing and asks for nothing else."""

from fastapi import APIRouter, Response

from gaoxin.campaign.reporting import kept_file
from gaoxin.people.seeing import View
from gaoxin.web.asking import Ask, shows

router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POLICY = ("default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; "
          "form-action 'none'")


@router.get("/{campaign}/report/{name}", dependencies=shows(View.REPORT))
def report(ask: Ask, campaign: str, name: str, sha256: str = "") -> Response:
    """sha256: of which content, where there were several of that name; the last kept one else."""
    content = kept_file(ask.workplace(), name, sha256)
    if name.endswith(".html"):
        return Response(content, media_type="text/html", headers={"content-security-policy": POLICY})
    kind = "application/json" if name.endswith(".json") else XLSX
    return Response(content, media_type=kind,
                    headers={"content-disposition": f'attachment; filename="{name}"'})
