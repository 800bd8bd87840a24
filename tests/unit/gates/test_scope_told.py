"""What a waiver is limited to, as whoever reads of it is told."""

from __future__ import annotations

from datetime import date, datetime

from gaoxin.clock import ZONE
from gaoxin.gates.model import WaiverEvidence
from gaoxin.gates.waiving import scope_told


def test_a_waiver_of_what_was_lacking_names_it_by_names_and_says_where_there_is_more(demo_plan):
    def told(*items: str) -> str:
        given = WaiverEvidence("collection", "complete", "government", "洪灾", date(2024, 7, 20),
                               datetime(2024, 6, 1, tzinfo=ZONE), items=items)
        [only] = scope_told(demo_plan, given)
        return only.zh

    march = "demo__industry__committee__2024-03"
    assert told(march, f"{march}~rules", "survey.report", "hnte", "demo.x") == \
        "豁免时所缺的 5 项：园区管委会《园区工业月报》2024年3月、开展调研、高新技术企业、demo.x"
    many = told(*(f"demo__industry__committee__2024-0{n}" for n in range(1, 7)), "survey")
    assert many.startswith("豁免时所缺的 7 项：园区管委会《园区工业月报》2024年1月、")
    assert many.endswith("2024年5月等")
