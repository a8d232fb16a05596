"""Fuzzy matching: what is found, in which order, and that a pre-filter never invents anything."""

from hypothesis import given
from hypothesis import strategies as st

from aircher.tui.fuzzy import Match, Ranking, rank

LETTERS = st.text(alphabet="abcAB/_. İ", max_size=12)


def best(query: str, *texts: str) -> list[str]:
    return [texts[match.at] for match in rank(query, texts, limit=10)]


def test_an_empty_query_returns_everything_in_its_order() -> None:
    assert rank("", ["b", "a", "c"], limit=2) == [Match(0, 0.0, ()), Match(1, 0.0, ())]


def test_letters_apart_match_in_their_order_only() -> None:
    assert best("rdm", "README.md", "mdr") == ["README.md"]


def test_the_name_counts_more_than_its_folders() -> None:
    assert best("list", "list/of/things.py", "src/tui/list.py") == ["src/tui/list.py", "list/of/things.py"]


def test_the_start_of_a_word_counts_more_than_its_middle() -> None:
    assert best("se", "parse.py", "a_session.py") == ["a_session.py", "parse.py"]


def test_humps_of_a_name_count_as_starts_of_words() -> None:
    assert best("fb", "halfbacks.ts", "FooBarTwo.tsx")[0] == "FooBarTwo.tsx"


def test_the_best_place_of_several_is_shown() -> None:
    assert rank("se", ["session_parse.py"], limit=1)[0].positions == (0, 1)


def test_case_only_counts_if_the_query_has_capitals() -> None:
    assert best("fb", "FooBar", "foobar") == ["FooBar", "foobar"]
    assert best("FB", "FooBar", "foobar") == ["FooBar"]


def test_spaces_in_a_query_separate_parts_that_need_not_be_neighbours() -> None:
    assert best("session st", "session_storage.py", "storage_session.py")[0] == "session_storage.py"


def test_a_letter_that_becomes_two_when_made_small_does_not_shift_positions() -> None:
    assert rank("b", ["İİb"], limit=1)[0].positions == (2,)


def test_of_very_many_texts_the_best_is_found_although_few_are_looked_at_closely() -> None:
    texts = [f"source/of/many/files/number_{number}/ordinary_module_{number}.py" for number in range(20_000)]
    texts[12_345] = "source/of/many/files/deep/down/in/the/tree/somewhere/ordinary/module.py"
    assert rank("module.py", texts, limit=1)[0].at == 12_345
    assert Ranking(texts).best("module", limit=1).total == 20_000


@given(LETTERS, st.lists(LETTERS, max_size=30))
def test_every_match_holds_the_letters_where_it_says(query: str, texts: list[str]) -> None:
    wanted = query.replace(" ", "")
    for at, _, positions in rank(query, texts, limit=30):
        text = texts[at] if wanted != wanted.lower() else texts[at].lower()
        if len(text) == len(texts[at]):
            assert "".join(text[place] for place in positions) == wanted
        assert list(positions) == sorted(set(positions))
        assert all(place < len(texts[at]) for place in positions)


@given(LETTERS, st.lists(LETTERS, max_size=30))
def test_typing_letter_by_letter_finds_the_same_as_typing_at_once(query: str, texts: list[str]) -> None:
    ranking = Ranking(texts)
    for end in range(len(query) + 1):
        found = ranking.best(query[:end], limit=30)
        assert found.matches == rank(query[:end], texts, limit=30)
    for end in range(len(query), -1, -1):
        assert ranking.best(query[:end], limit=30).matches == rank(query[:end], texts, limit=30)


def test_a_whole_word_goes_before_the_beginning_of_a_longer_one() -> None:
    assert rank("/mode", ["/model [NAME]", "/mode [plan|ask|edit|auto]"], limit=1)[0].at == 1
    assert rank("app", ["src/application.py", "src/tests/unit/app.py"], limit=1)[0].at == 1


@given(st.text(alphabet="abc", min_size=60, max_size=70), st.data())
def test_a_query_as_long_as_a_paste_finds_what_holds_its_letters_in_order(query: str, data: st.DataObject) -> None:
    shuffled = "".join(data.draw(st.permutations(query))) + data.draw(st.text(alphabet="abcd", max_size=30))
    texts = ["d".join(query), shuffled, query[1:]]
    found = Ranking(texts).best(query, limit=3)
    holding = [at for at, text in enumerate(texts) if _holds(query, text)]
    assert sorted(match.at for match in found.matches) == holding
    assert found.total == len(holding)


def _holds(query: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in query)
