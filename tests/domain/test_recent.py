"""What was kept last stays, whatever was read meanwhile."""

from hypothesis import given
from hypothesis import strategies as st

from domain.recent import Recent


@given(st.lists(st.integers(0, 9)), st.integers(1, 5))
def test_the_last_ones_kept_are_there_and_no_more(keys: list[int], size: int) -> None:
    recent: Recent[int, str] = Recent(size)
    for key in keys:
        recent.keep(key, str(key))
    last = list(dict.fromkeys(reversed(keys)))[:size]
    assert dict(recent) == {key: str(key) for key in last}
