"""What Great Expectations makes again and again while it runs a suite, made once or without detours. What it answers is the same.

Half of a validation went into the configuration of each expectation, which it makes anew some 150 times, and in turn into an
expectation of that for each metric it asks; a third into what each metric is made from, anew along every way to it; a fifth into
the ids of its metrics, for each part of which it asks two dozen questions about types; of a large column, as much as its rules
into a hash of the frame, of which nothing is told. Only under the runner's lock: what is put in its place is of the whole
process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from json import dumps
from typing import Any

_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


@contextmanager
def made_once(expectation: Any, settings: Any, ids: Any, provider: Any, pandas_engine: Any) -> Iterator[None]:
    """While a suite runs its expectations are what they are, and so is what a metric is made from. Given are the classes
    Expectation, ExpectationConfiguration, IDDict and MetricProvider, and the module of the engine for pandas."""
    # By the number of an object that is kept beside what was made of it: it lives as long as its number is known.
    configurations: dict[int, tuple[Any, Any]] = {}
    expectations: dict[int, tuple[Any, Any, dict[str, Any]]] = {}
    configured, identified, hashed = expectation.configuration, ids.to_id, pandas_engine.hash_pandas_dataframe
    meant, made_from = settings.to_domain_obj, vars(provider)["get_evaluation_dependencies"]
    dependencies: dict[tuple[Any, ...], Any] = {}

    def configuration(asked: Any) -> Any:
        if id(asked) not in configurations:
            configurations[id(asked)] = configured.__get__(asked), asked
        return configurations[id(asked)][0]

    def to_domain_obj(asked: Any) -> Any:
        """Of a configuration as it is: its batch is put into it after it was made."""
        known = expectations.get(id(asked))
        if known is None or known[2] != asked.kwargs:
            known = expectations[id(asked)] = meant(asked), asked, {**asked.kwargs}
        return known[0]

    def get_evaluation_dependencies(of: Any, metric: Any, configuration: Any = None, execution_engine: Any = None,
                                    runtime_configuration: Any = None) -> Any:
        """Of a metric, which is asked for by each that is made from it, along every way to it."""
        key = of, metric.id, id(configuration), id(execution_engine)
        if key not in dependencies:
            dependencies[key] = made_from.__get__(None, of)(metric, configuration, execution_engine, runtime_configuration)
        return dependencies[key]

    def to_id(told: Any, id_keys: Any = None, id_ignore_keys: Any = None) -> Any:
        if len(told) < 2 or id_keys is not None or id_ignore_keys is not None or told._id_ignore_keys or not is_plain({**told}):
            return identified(told, id_keys, id_ignore_keys)
        return md5(dumps(told, sort_keys=True).encode(), usedforsecurity=False).hexdigest()

    expectation.configuration, settings.to_domain_obj, ids.to_id = property(configuration), to_domain_obj, to_id
    pandas_engine.hash_pandas_dataframe = lambda _: ""
    provider.get_evaluation_dependencies = classmethod(get_evaluation_dependencies)
    try:
        yield
    finally:
        expectation.configuration, ids.to_id, pandas_engine.hash_pandas_dataframe = configured, identified, hashed
        settings.to_domain_obj, provider.get_evaluation_dependencies = meant, made_from


def is_plain(told: Any) -> bool:
    """Whether JSON has it as it is: Great Expectations would turn nothing of it into anything else."""
    kind = type(told)
    if kind in _AS_THEY_ARE:
        return True
    if kind is float:
        return bool(told == told)
    if kind is list or kind is tuple:
        return all(map(is_plain, told))
    return kind is dict and all(type(key) is str and is_plain(value) for key, value in told.items())
