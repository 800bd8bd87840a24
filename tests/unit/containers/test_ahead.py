"""One file is opened while the one before is made out: in order, one ahead at most, and large ones alone."""

import pytest

from gaoxin.containers.ahead import ahead


@pytest.mark.parametrize("small", [True, False])
def test_files_come_in_order_and_at_most_one_is_ahead(small):
    begun = list[int]()
    for at, found in enumerate(ahead(range(5), lambda n: begun.append(n) or n, lambda _: small)):  # type: ignore[func-returns-value]
        assert found == at
        assert begun[:at + 1] == [*range(at + 1)]
        assert len(begun) <= at + (2 if small else 1)


def test_what_one_raises_is_raised_at_its_turn():
    found = ahead([1, 0, 2], lambda n: 10 // n, lambda _: True)
    assert next(found) == 10
    with pytest.raises(ZeroDivisionError):
        next(found)
