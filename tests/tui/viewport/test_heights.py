from hypothesis import given
from hypothesis import strategies as st

from aircher.tui.viewport.heights import Heights

SIZES = st.lists(st.integers(0, 9), max_size=40)


@given(SIZES, st.data())
def test_sums_are_those_of_a_list_whatever_was_changed(values: list[int], data: st.DataObject) -> None:
    heights = Heights(values)
    for _ in range(3 if values else 0):
        index = data.draw(st.integers(0, len(values) - 1))
        values[index] = data.draw(st.integers(0, 9))
        heights.set(index, values[index])
    assert [heights.before(at) for at in range(len(values) + 1)] == [sum(values[:at]) for at in range(len(values) + 1)]
    assert heights.total == sum(values)


@given(SIZES)
def test_every_row_is_found_in_the_block_that_holds_it(values: list[int]) -> None:
    heights = Heights(values)
    expected = [(index, row) for index, value in enumerate(values) for row in range(value)]
    assert [heights.find(row) for row in range(sum(values))] == expected


def test_a_row_behind_the_end_is_found_at_the_end() -> None:
    assert Heights([2, 3]).find(99) == (1, 3)
    assert Heights().find(0) == (0, 0)
