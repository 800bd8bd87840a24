"""What is put in the place of Great Expectations' own ids while a suite runs gives the same ids."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.quality.once import made_once

id_dict = pytest.importorskip("great_expectations.core.id_dict")
expectation = pytest.importorskip("great_expectations.expectations.expectation")
configuration = pytest.importorskip("great_expectations.expectations.expectation_configuration")
engine = pytest.importorskip("great_expectations.execution_engine.pandas_execution_engine")
provider = pytest.importorskip("great_expectations.expectations.metrics.metric_provider")
CLASSES = (expectation.Expectation, configuration.ExpectationConfiguration, id_dict.IDDict, provider.MetricProvider, engine)
ONE = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(
    [numpy.int64(3), numpy.float64(0.1), numpy.bool_(True), float("nan"), 1e300])
NAME = st.text(max_size=3)
VALUE = st.recursive(ONE, lambda one: st.lists(one, max_size=4) | st.tuples(one, one) | st.dictionaries(
    NAME | st.integers(), one, max_size=3) | st.dictionaries(NAME, one, max_size=3).map(id_dict.IDDict))


@given(st.dictionaries(st.text(max_size=4), VALUE, max_size=5), st.booleans())
def test_an_id_is_what_great_expectations_says(told, of_a_batch):
    made = (id_dict.BatchKwargs if of_a_batch else id_dict.IDDict)(told)
    said = made.to_id()
    with made_once(*CLASSES):
        assert made.to_id() == said
        assert made.to_id(id_ignore_keys={"x"}) == id_dict.IDDict(told).to_id(id_ignore_keys={"x"})
    assert made.to_id() == said


def test_an_expectation_is_of_its_configuration_as_it_is_by_now():
    said = configuration.ExpectationConfiguration(type="expect_column_values_to_not_be_null", kwargs={"column": "a"})
    with made_once(*CLASSES):
        first = said.to_domain_obj()
        assert said.to_domain_obj() is first
        said.kwargs["batch_id"] = "b"
        assert (said.to_domain_obj().batch_id, first.batch_id) == ("b", None)
    assert said.to_domain_obj() is not said.to_domain_obj()


def test_what_is_put_in_their_place_is_taken_away_again():
    def there() -> list[object]:
        return [vars(one).get(name) for one in CLASSES
                for name in ("configuration", "to_domain_obj", "to_id", "get_evaluation_dependencies", "hash_pandas_dataframe")]

    before = there()
    with pytest.raises(ZeroDivisionError), made_once(*CLASSES):
        assert 1 / (sum(a is not b for a, b in zip(there(), before, strict=True)) - 5)
    assert there() == before
