"""A prompt as text that can be edited."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.messages import ImagePart, PromptPart, TextPart
from aircher.tui.outlined import outlined, parts_of

ONE, TWO = (ImagePart(media_type="image/png", data_base64=data) for data in ("AA==", "AQ=="))


def said(text: str) -> TextPart:
    return TextPart(text=text)


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ([said("what is"), ONE, said("beside"), TWO], "what is [picture 1] beside [picture 2]"),
        ([ONE], "[picture 1]"),
        ([said("[picture 1] is missing"), ONE], "[picture 1] is missing [picture 2]"),
    ],
)
def test_a_picture_is_a_mark_that_the_prompt_does_not_have_itself(prompt: Sequence[PromptPart], text: str) -> None:
    assert outlined(prompt)[0] == text


@pytest.mark.parametrize(
    ("edited", "prompt"),
    [
        ("is [picture 2] like [picture 1]?", (said("is"), TWO, said("like"), ONE, said("?"))),
        ("[picture 1] twice [picture 1]", (ONE, said("twice [picture 1]"))),
        ("never mind", (said("never mind"),)),
        ("[picture 2]", (TWO,)),
        ("  ", ()),
    ],
)
def test_what_stays_of_the_marks_is_a_picture_again(edited: str, prompt: tuple[PromptPart, ...]) -> None:
    _, marks = outlined([said("what is"), ONE, said("beside"), TWO])
    assert parts_of(edited, marks) == prompt


words = st.text("ab [picture 12]\n", min_size=1).map(str.strip).filter(bool)


@given(st.lists(st.tuples(words, st.sampled_from((ONE, TWO))), min_size=1, max_size=12))
def test_a_text_that_nobody_edited_is_the_same_prompt(pairs: list[tuple[str, ImagePart]]) -> None:
    prompt: list[PromptPart] = [part for text, picture in pairs for part in (said(text), picture)]
    assert parts_of(*outlined(prompt)) == tuple(prompt)
