"""What the parser says of Markdown, in the few words that those who draw it need."""

from aircher.support.markdown_parser import Mark, marks


def test_marks_say_what_begins_and_where() -> None:
    source = "# é\n\n3. [a](u) *b*\n\n```py x\nc\n```\n\n|a|b|\n|-|:-:|\n"
    assert [(mark.name, mark.text) for mark in marks(source) if mark.name[0] == "+"] == [
        ("+Heading", "H1"),
        ("+List", "3"),
        ("+Item", ""),
        ("+Link", "u"),
        ("+Emphasis", ""),
        ("+CodeBlock", "py x"),
        ("+Table", "lc"),
        ("+TableHead", ""),
        ("+TableCell", ""),
        ("+TableCell", ""),
    ]


def test_text_comes_in_one_piece_with_its_place_in_bytes() -> None:
    assert marks("é [x] a_b\\*\n- [x] ")[:4] == [
        Mark("+Paragraph", "", 0, 13),
        Mark("Text", "é [x] a_b*", 0, 12),
        Mark("-Paragraph", "", 0, 13),
        Mark("+List", "", 13, 19),
    ]


def test_formulas_rules_breaks_and_tasks_have_their_marks() -> None:
    assert [(mark.name, mark.text) for mark in marks("$a$ b  \nc\nd\n\n---\n- [x] e") if mark.name[0] not in "+-"] == [
        ("InlineMath", "a"),
        ("Text", " b"),
        ("HardBreak", ""),
        ("Text", "c"),
        ("SoftBreak", ""),
        ("Text", "d"),
        ("Rule", ""),
        ("TaskListMarker", "x"),
        ("Text", "e"),
    ]
