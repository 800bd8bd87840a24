"""What a plan may not say, because one of its readers would take it in silence for something else."""

import pytest

SHARE = {"id": "done", "targets": [{"target": {"plan_share": "tasks", "only": ["x"], "at_least": 80}, "source": "一"}]}
PLAIN = {"id": "x", "targets": [{"target": {"unquantified": "提高"}, "source": "一"}]}
EMPTY_SHARE = {"id": "done", "targets": [{"target": {"plan_share": "all", "only": [], "at_least": 80}, "source": "一"}]}
ZONE = {"id": "north", "name": "北园"}


def value(published: str, amount: str) -> dict:
    return {"period": "2020", "value": amount, "published": published}


@pytest.mark.parametrize(("indicators", "more", "told"), [
    ([PLAIN | {"quotas": [{"unit": "committee", "value": 3}]}], {}, "quotas"),
    ([PLAIN | {"stated": [{"value": 3, "on": "2020", "source": "一"}]}], {}, "stated values"),
    ([PLAIN, SHARE], {}, "no task 'x'"),
    ([PLAIN, EMPTY_SHARE], {}, "at least 1"),
    ([PLAIN], {"horizon": {"starts": 2030, "ends": 2020, "source": "一"}}, "lies before"),
    ([PLAIN], {"stages": [{"id": "s", "name": "段", "starts": 2030, "ends": 2020, "source": "一"}]}, "lies before"),
    ([PLAIN], {"zones": [ZONE], "tiers": [{"id": "north", "name": "档"}]}, "is a zone's id"),
    ([PLAIN], {"zones": [ZONE | {"id": "all"}]}, "means every zone"),
    ([PLAIN], {"references": [{"id": "r", "name": "参照", "unit": "%", "source": "公报",
                               "values": [value("2021-09-01", "2.4"), value("2021-09-01", "2.5")]}]}, "two values for 2020"),
])
def test_it_is_refused(make_plan, indicators, more, told):
    with pytest.raises(ValueError, match=told):
        make_plan([], indicators, phases=[], tasks=[], **more)


def test_a_revision_on_a_later_day_and_the_same_value_twice_are_no_contradiction(make_plan):
    values = [value("2021-09-01", "2.4"), value("2021-09-01", "2.4"), value("2022-09-01", "2.5")]
    reference = {"id": "r", "name": "参照", "unit": "%", "source": "公报", "values": values}
    assert make_plan([], [PLAIN], phases=[], tasks=[], references=[reference]).reference("r").values[2].value
