"""Tables fit into any width, and grow without touching the rows that they have."""

from tests.tui.markdown.looks import LOOK, nothing, texts
from tests.tui.markdown.oracle import markdown_rows

from aircher.tui.markdown.streamed import StreamedMarkdown

TABLE = (
    "| name | what it is | n |\n|:--|:-:|--:|\n| 乌龟 | slow | 1 |\n| hare | **fast** animal with long ears | 22 |\n"
)


def test_a_table_is_as_wide_as_it_needs() -> None:
    assert texts(markdown_rows(TABLE, 60, LOOK)) == [
        "name │         what it is         │   n",
        "─────┼────────────────────────────┼────",
        "乌龟 │            slow            │   1",
        "hare │ fast animal with long ears │  22",
    ]


def test_where_the_width_does_not_suffice_cells_are_wrapped() -> None:
    assert texts(markdown_rows(TABLE, 26, LOOK)) == [
        "name │  what it is   │   n",
        "─────┼───────────────┼────",
        "乌龟 │     slow      │   1",
        "hare │  fast animal  │  22",
        "     │   with long   │",
        "     │     ears      │",
    ]


def test_where_not_even_narrow_columns_fit_it_is_a_list() -> None:
    source = "|a|b|c|d|\n|-|-|-|-|\n|1|2|3|4|\n|5|||8|\n"
    assert texts(markdown_rows(source, 16, LOOK)) == [
        "a · b · c · d",
        "",
        "a: 1",
        "b: 2",
        "c: 3",
        "d: 4",
        "",
        "a: 5",
        "d: 8",
    ]


def test_rows_stay_the_same_objects_until_a_column_has_to_be_wider() -> None:
    streamed = StreamedMarkdown(60, LOOK, nothing)
    streamed.append("| name | what |\n|---|---|\n| abc | a longer cell |\n")
    first = list(streamed.rows)
    streamed.append("| x | an even longer cel")
    assert all(one is other for one, other in zip(first, streamed.rows, strict=False))
    streamed.append("l that widens it |\n")
    assert texts(streamed.rows)[1] == "─────┼" + "─" * 35


def test_a_table_after_a_line_of_text_is_frozen_row_by_row_too() -> None:
    streamed = StreamedMarkdown(60, LOOK, nothing)
    streamed.append("Text:\n| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 50)
    assert len(streamed.rows) == 54
    assert streamed.frozen == 1
    streamed.append("\nText\n")
    assert (len(streamed.rows), streamed.frozen) == (56, 54)
