"""The offline provider on a real project: its answers are read as a user would read them."""

import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.project.memory_store import MemoryStore
from tests.project.sample import FILES, write_sample

from aircher.domain.answers import Progress, RefreshReport
from aircher.domain.errors import ProviderError, StorageError
from aircher.domain.ids import CallId
from aircher.domain.messages import ImagePart, Message, Part, Role, TextPart, ToolResultPart
from aircher.domain.provider import ModelRequest, Provider, ToolSpec
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived, ThinkingReceived, UsageReceived
from aircher.domain.usage import Usage
from aircher.project.index import ProjectIndex
from aircher.providers.offline import OfflineProvider

NOTE = "_Answered from the project's index; no model was used._"


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    return OfflineProvider(ProjectIndex(write_sample(tmp_path / "project"), MemoryStore(), git="no-such-git"))


def request(*parts: Part) -> ModelRequest:
    return ModelRequest(model="index", system="", messages=[Message(role=Role.USER, parts=parts)])


async def events_of(provider: Provider, asked: ModelRequest) -> list[StreamEvent]:
    async with provider.stream(asked) as events:
        return [event async for event in events]


async def ask(provider: Provider, *texts: str) -> str:
    events = await events_of(provider, request(*(TextPart(text=text) for text in texts)))
    return "".join(event.text for event in events if isinstance(event, TextReceived))


async def test_an_answer_comes_in_pieces_and_ends_with_usage_and_finish(provider: Provider) -> None:
    events = await events_of(provider, request(TextPart(text="where is Loft defined?")))
    pieces = [event for event in events if isinstance(event, TextReceived)]
    assert len(pieces) > 5
    assert all(0 < len(piece.text) < 200 for piece in pieces)
    assert events[-2:] == [
        UsageReceived(usage=Usage()),
        Finished(reason=FinishReason.STOP, native_reason="answered"),
    ]


async def test_the_first_answer_shows_that_the_project_is_read_and_later_ones_do_not(provider: Provider) -> None:
    def thoughts(events: list[StreamEvent]) -> list[str]:
        return [event.text for event in events if isinstance(event, ThinkingReceived)]

    asked = request(TextPart(text="where is Loft?"))
    total = len(FILES)
    assert thoughts(await events_of(provider, asked)) == [
        f"Reading the project: 0 of {total} files\n",
        f"Reading the project: {total} of {total} files\n",
    ]
    assert thoughts(await events_of(provider, asked)) == []


async def test_a_definition_is_answered_with_its_place_and_its_code(provider: Provider) -> None:
    assert await ask(provider, "where is release_pigeon defined?") == (
        "The method `Loft.release_pigeon` is defined at `src/sample/loft.py:12` (to line 16).\n\n"
        "```python\n"
        "def release_pigeon(self) -> NoteSent:\n"
        '    """Let the next pigeon fly."""\n'
        "    fast.FastCourier().carry()\n"
        "    slow.SlowCourier().carry()\n"
        "    return NoteSent()\n"
        "```\n\n"
        "Used, for instance, at `src/sample/__main__.py:5`.\n\n" + NOTE
    )


async def test_uses_are_listed_with_the_symbol_around_them(provider: Provider) -> None:
    assert await ask(provider, "who calls release_pigeon?") == (
        "`release_pigeon` (defined at `src/sample/loft.py:12`) is used in 1 place in 1 file:\n\n"
        "- `src/sample/__main__.py:5` in `main`: `Loft().release_pigeon()`\n\n" + NOTE
    )


async def test_imports_and_documents_are_named_apart_from_uses(provider: Provider) -> None:
    answer = await ask(provider, "who uses Courier?")
    assert "is used in 2 places in 2 files" in answer
    assert "`src/sample/couriers/fast.py:4` in `FastCourier`: `class FastCourier(Courier):`" in answer
    assert "Imports, comments and docs name it, as in `src/sample/couriers/fast.py:1`" in answer


async def test_a_definition_that_nobody_uses_is_said_to_be_unused(provider: Provider) -> None:
    assert "Nothing in this project uses `rest` (defined at `src/sample/couriers/slow.py:8`) by name." in await ask(
        provider, "where is rest used?"
    )


async def test_a_class_comes_with_its_methods_and_namesakes(provider: Provider) -> None:
    answer = await ask(provider, "what is SlowCourier")
    assert "The class `SlowCourier` is defined at `src/sample/couriers/slow.py:5` (to line 9)." in answer
    assert "Its methods, with their lines: `rest` 8." in answer


async def test_a_misspelled_name_is_answered_with_the_nearest(provider: Provider) -> None:
    answer = await ask(provider, "where is FastCurier defined?")
    assert "No definition of `FastCurier` was found in this project." in answer
    assert "- `FastCourier`, class, at `src/sample/couriers/fast.py:4`" in answer


async def test_the_beginning_of_a_name_is_said_to_be_one(provider: Provider) -> None:
    answer = await ask(provider, "where is release_pig defined?")
    assert answer.startswith("Nothing is named exactly `release_pig`; the nearest is the method `Loft.release_pigeon`")


async def test_a_file_is_described_by_what_it_says_holds_and_touches(provider: Provider) -> None:
    answer = await ask(provider, "what does src/sample/loft.py do?")
    assert "`src/sample/loft.py:1` is a Python file. It says of itself: The loft: where pigeons wait." in answer
    assert "- `Loft`, class, line 9 with `release_pigeon` — Keeps pigeons until they fly." in answer
    assert "It is imported by `src/sample/__main__.py`." in answer


async def test_a_file_that_several_folders_have_names_the_others(provider: Provider) -> None:
    assert "Other files of that name: `src/sample/couriers/__init__.py:1`." in await ask(
        provider, "what does __init__.py do?"
    )


async def test_a_folder_is_described_by_what_is_in_it(provider: Provider) -> None:
    answer = await ask(provider, "what does sample/couriers/ do?")
    assert "- `src/sample/couriers/`, 4 files — All couriers." in answer


async def test_a_file_that_does_not_exist_is_said_not_to(provider: Provider) -> None:
    assert "There is no file `nothing/here.py` in this project." in await ask(provider, "what does nothing/here.py do?")


async def test_the_layout_names_folders_and_ways_in(provider: Provider) -> None:
    answer = await ask(provider, "how is this project laid out?")
    assert answer.startswith("Sends pigeons.\n\n")
    assert "- `src/sample/couriers/`, 4 files — All couriers." in answer
    assert "- `sample` → `sample.__main__:main` at `pyproject.toml:6`" in answer
    assert "Described by `Makefile:1` (Makefile), `pyproject.toml:1` (Python package)." in answer


async def test_files_for_a_task_come_with_reasons_and_documents_apart(provider: Provider) -> None:
    answer = await ask(provider, "which files would I change to add a courier?")
    source, _, besides = answer.partition("Worth a look besides")
    assert "`src/sample/couriers/role.py:1` — defines `Courier`, the class to fill or extend" in source
    assert "`src/sample/loft.py:3` — imports 2 of `src/sample/couriers/`: where they are put together" in source
    assert "`README.md:7` — says: A new courier is one file in `couriers/`." in besides


async def test_a_way_is_told_by_the_message_that_goes_it(provider: Provider) -> None:
    answer = await ask(provider, "how does a sent note reach the screen?")
    assert "By its name, `NoteSent` (`src/sample/events.py:4`) carries `sent note`." in answer
    assert "- `src/sample/loft.py:16` in `Loft.release_pigeon`: `return NoteSent()`" in answer
    assert "- `src/sample/screen.py:9` in `show`: `case NoteSent():`" in answer


async def test_a_way_without_a_message_is_answered_by_passages(provider: Provider) -> None:
    assert "The best place to look is `src/sample/loft.py:" in await ask(provider, "how do pigeons get to the loft?")


async def test_any_other_question_is_answered_by_the_passages_that_fit(provider: Provider) -> None:
    answer = await ask(provider, "what happens when a pigeon is released with `FastCourier`?")
    assert "Named in the question:\n\n- `FastCourier`, class, at `src/sample/couriers/fast.py:4`" in answer
    assert "The best place to look is `src/sample/loft.py:12` in `Loft.release_pigeon`:" in answer


async def test_several_questions_are_answered_one_by_one(provider: Provider) -> None:
    answer = await ask(provider, "where is Loft, and who uses it?\nwhat does web/app.js do?")
    assert [line for line in answer.split("\n") if line.startswith("### ")] == [
        "### Where is Loft?",
        "### Who uses `Loft`?",
        "### What does web/app.js do?",
    ]
    assert answer.count(NOTE) == 1


async def test_what_is_not_there_is_said_not_to_be(provider: Provider) -> None:
    assert "Nothing in this project matches “how do zeppelins moor?”." in await ask(provider, "how do zeppelins moor?")
    assert "Nothing in this project matches" in await ask(provider, "which files would I change for zeppelins?")


@pytest.mark.parametrize("prompt", ["hello", "", "?"])
async def test_a_prompt_that_asks_nothing_is_told_what_can_be_asked(provider: Provider, prompt: str) -> None:
    answer = await ask(provider, prompt)
    assert answer.startswith("I can say where something is defined or used")
    assert "Sends pigeons." in answer


async def test_a_traceback_on_stdin_is_matched_with_the_project(provider: Provider) -> None:
    trace = '<stdin>\nFile "/elsewhere/src/sample/loft.py", line 14, in release_pigeon\nmain.rs:9\n</stdin>'
    answer = await ask(provider, "where is Loft?", trace)
    assert answer.startswith(
        "The text that came with the question names these lines:\n\n"
        "- `src/sample/loft.py:14`: `fast.FastCourier().carry()`\n\n"
    )


async def test_tools_results_and_pictures_are_left_aside(provider: Provider) -> None:
    messages = [
        Message(
            role=Role.USER, parts=(TextPart(text="where is Loft?"), ImagePart(media_type="image/png", data_base64=""))
        ),
        Message(role=Role.TOOL, parts=(ToolResultPart(call_id=CallId("1"), name="read_file", content="x"),)),
    ]
    tools = [ToolSpec(name="read_file", description="", parameters={})]
    events = await events_of(provider, ModelRequest(model="index", system="s", messages=messages, tools=tools))
    assert isinstance(events[-1], Finished)
    assert "`src/sample/loft.py:9`" in "".join(event.text for event in events if isinstance(event, TextReceived))


async def test_without_a_project_it_says_what_to_do() -> None:
    answer = await ask(OfflineProvider(None), "where is main?")
    assert "There is no project to answer from." in answer
    assert "`aircher --cwd DIR" in answer


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("where is DB_PASSWORD used?", "Nothing in this project matches"),
        ("where is DB_PASSWORD defined?", "No definition of `DB_PASSWORD` was found"),
        ("what does .env do?", "`.env:1` may hold keys, so Aircher does not read it."),
        ("what is in .env?", "`.env:1` may hold keys"),
        ("how is the database password set?", ""),
        ("what is wrong at .env:1?", ""),
        ("which files would I change for the db password?", ""),
    ],
)
async def test_nothing_of_a_file_that_may_hold_keys_is_shown(tmp_path: Path, prompt: str, said: str) -> None:
    root = write_sample(tmp_path / "project")
    (root / ".env").write_text("# Database password of production.\nDB_PASSWORD=hunter2\n")
    provider = OfflineProvider(ProjectIndex(root, MemoryStore(), git="no-such-git"))
    answer = await ask(provider, prompt, "<stdin>\n.env:2: bad value\n</stdin>")
    assert said in answer
    assert "hunter2" not in answer
    assert "Database password of production" not in answer


async def test_an_empty_project_is_named(tmp_path: Path) -> None:
    answer = await ask(OfflineProvider(ProjectIndex(tmp_path, MemoryStore())), "where is main?")
    assert f"There is nothing to read in `{tmp_path}`" in answer


async def test_names_with_backticks_and_bytes_that_are_no_text_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / "a`b\udcff.py").write_text("def odd(): pass\n")
    answer = await ask(OfflineProvider(ProjectIndex(tmp_path, MemoryStore())), "where is odd defined?")
    assert answer.startswith("The function `odd` is defined at `a\ufffdb\ufffd.py:1`.")
    answer.encode()


async def test_there_is_one_model_and_it_costs_nothing(provider: Provider) -> None:
    [model] = await provider.list_models()
    assert (model.provider, model.name, provider.name) == ("offline", "index", "offline")
    assert model.prices is not None
    assert model.prices.cost_usd(Usage(input_tokens=1_000_000)) == 0.0


class FailingIndex(ProjectIndex):
    """An index whose database is broken."""

    def refresh(
        self, *, on_progress: Callable[[Progress], None] = lambda _: None, is_cancelled: Callable[[], bool] = bool
    ) -> RefreshReport:
        raise StorageError("the index is locked", hint="aircher index rebuild", code="storage.locked")


async def test_a_broken_index_is_an_error_of_this_provider_with_the_same_remedy(tmp_path: Path) -> None:
    provider = OfflineProvider(FailingIndex(tmp_path, MemoryStore()))
    with pytest.raises(ProviderError) as caught:
        await ask(provider, "where is main?")
    assert (caught.value.message, caught.value.hint, caught.value.code, caught.value.provider) == (
        "the index is locked",
        "aircher index rebuild",
        "storage.locked",
        "offline",
    )
    await provider.aclose()


class WaitingIndex(ProjectIndex):
    """An index that reads until it is told to stop."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, MemoryStore())
        self.has_stopped = threading.Event()

    def refresh(
        self, *, on_progress: Callable[[Progress], None] = lambda _: None, is_cancelled: Callable[[], bool] = bool
    ) -> RefreshReport:
        on_progress(Progress(done_files=1, total_files=9))
        pause = threading.Event()
        while not is_cancelled():
            pause.wait(0.001)
        self.has_stopped.set()
        return RefreshReport(total_files=9, read_files=1, removed_files=0, is_complete=False)


async def test_leaving_the_stream_stops_the_reading_and_closing_waits_for_it(tmp_path: Path) -> None:
    index = WaitingIndex(tmp_path)
    provider = OfflineProvider(index)
    async with provider.stream(request(TextPart(text="where is main?"))) as events:
        assert await first(events) == ThinkingReceived(text="Reading the project: 1 of 9 files\n")
    await provider.aclose()
    assert index.has_stopped.is_set()
    await provider.aclose()


async def first(events: AsyncIterator[StreamEvent]) -> StreamEvent:
    return await anext(events)
