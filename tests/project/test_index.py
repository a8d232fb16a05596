"""The index end to end: files on disk in, answers with paths and lines out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.project.memory_store import MemoryStore
from tests.project.sample import FILES, write_sample

from aircher.domain.answers import Definition, EntryPoint, NameUse, Progress, RefreshReport
from aircher.domain.index import ChunkRow, FileRows, KnownFile
from aircher.project.index import ProjectIndex


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "project")


@pytest.fixture
def index(root: Path) -> ProjectIndex:
    index = ProjectIndex(root, MemoryStore(), git="no-such-git")
    index.refresh()
    return index


def places(found: list[Definition]) -> list[tuple[str, int]]:
    return [(item.path, item.line) for item in found]


# --- files that may hold keys


@pytest.fixture
def with_secrets(root: Path) -> ProjectIndex:
    (root / "src/sample/connect.py").write_text('import os\n\nURL = os.environ["DB_PASSWORD"]\n')
    (root / ".env").write_text("DB_PASSWORD=hunter2\n")
    (root / ".env.example").write_text("DB_PASSWORD=change-me\n")
    (root / ".env.py").write_text("def leaked_function(): hunter2\n")
    index = ProjectIndex(root, MemoryStore(), git="no-such-git")
    index.refresh()
    return index


def test_a_file_that_may_hold_keys_is_known_by_name_only(with_secrets: ProjectIndex) -> None:
    assert with_secrets.find_paths(".env") == [".env"]
    outline = with_secrets.file_outline(".env")
    assert outline is not None
    assert (outline.summary, outline.definitions, outline.imports) == ("", (), ())
    assert with_secrets.lines(".env", 1, 9) == []
    assert {use.path for use in with_secrets.usages("DB_PASSWORD")} == {".env.example", "src/sample/connect.py"}
    assert with_secrets.search("hunter2") == []
    assert with_secrets.definitions("leaked_function") == []
    assert {passage.path for passage in with_secrets.search("DB_PASSWORD", limit=50)} == {
        ".env.example",
        "src/sample/connect.py",
    }


def test_rows_that_an_earlier_version_made_of_secret_files_are_dropped(root: Path) -> None:
    (root / ".env").write_text("DB_PASSWORD=hunter2\n")
    status = (root / ".env").stat()
    store = MemoryStore()
    store.set_meta("format", "1")
    file = KnownFile(
        path=".env", size_bytes=status.st_size, mtime_ns=status.st_mtime_ns, digest="kept", language="shell"
    )
    chunk = ChunkRow(start_line=1, end_line=1, head="env", body="db_password hunter2")
    store.replace([FileRows(file=file, chunks=(chunk,))])
    ProjectIndex(root, store, git="no-such-git").refresh()
    assert store.search(["hunter2"], limit=9) == []


# --- bringing it up to date


def test_the_first_refresh_reads_everything_and_the_second_nothing(root: Path) -> None:
    index = ProjectIndex(root, MemoryStore())
    steps: list[Progress] = []
    first = index.refresh(on_progress=steps.append)
    assert first == RefreshReport(total_files=len(FILES), read_files=len(FILES), removed_files=0)
    assert steps == [
        Progress(done_files=0, total_files=len(FILES)),
        Progress(done_files=len(FILES), total_files=len(FILES)),
    ]
    assert index.refresh() == RefreshReport(total_files=len(FILES), read_files=0, removed_files=0)


def test_a_changed_file_is_read_again_and_a_deleted_one_forgotten(root: Path, index: ProjectIndex) -> None:
    (root / "web/app.js").write_text("export function closeLoft() {\n}\n")
    (root / "src/sample/screen.py").unlink()
    assert index.refresh() == RefreshReport(total_files=len(FILES) - 1, read_files=1, removed_files=1)
    assert places(index.definitions("closeLoft")) == [("web/app.js", 1)]
    assert index.definitions("openLoft") == []
    assert index.definitions("show") == []


def test_a_file_with_a_new_time_and_the_same_content_keeps_its_rows(root: Path, index: ProjectIndex) -> None:
    os.utime(root / "web/app.js", ns=(1, 1))
    assert index.refresh().read_files == 1
    assert index.refresh().read_files == 0
    assert places(index.definitions("openLoft")) == [("web/app.js", 1)]


def test_a_cancelled_refresh_keeps_what_it_has_and_the_next_one_goes_on(tmp_path: Path) -> None:
    for number in range(150):
        (tmp_path / f"m{number:03}.py").write_text(f"def f{number}(): pass\n")
    index = ProjectIndex(tmp_path, MemoryStore())
    done: list[int] = []
    report = index.refresh(
        on_progress=lambda progress: done.append(progress.done_files), is_cancelled=lambda: max(done) >= 64
    )
    assert report == RefreshReport(total_files=150, read_files=64, removed_files=0, is_complete=False)
    assert index.refresh() == RefreshReport(total_files=150, read_files=86, removed_files=0)


def test_rows_of_another_format_are_built_anew(root: Path) -> None:
    store = MemoryStore()
    ProjectIndex(root, store).refresh()
    store.set_meta("format", "0")
    assert ProjectIndex(root, store).refresh().read_files == len(FILES)


def test_a_second_index_on_a_filled_store_answers_at_once(root: Path) -> None:
    store = MemoryStore()
    ProjectIndex(root, store).refresh()
    assert places(ProjectIndex(root, store).definitions("Loft")) == [("src/sample/loft.py", 9)]
    assert ProjectIndex(root, store).find_paths("loft.py") == ["src/sample/loft.py"]


def test_a_file_too_large_to_read_is_known_by_name(root: Path, index: ProjectIndex) -> None:
    with (root / "src/sample/huge.py").open("wb") as file:
        file.truncate(1_000_000_000)
    assert index.refresh().read_files == 1
    outline = index.file_outline("src/sample/huge.py")
    assert outline is not None
    assert (outline.language, outline.definitions) == ("python", ())


def test_an_empty_project_answers_nothing(tmp_path: Path) -> None:
    index = ProjectIndex(tmp_path, MemoryStore())
    index.refresh()
    assert index.layout().files == 0
    assert index.search("anything at all") == []
    assert index.files_for_task("add a courier") == []
    assert index.flow("note", "screen") is None


# --- names


def test_a_definition_comes_with_its_place_kind_and_signature(index: ProjectIndex) -> None:
    assert index.definitions("release_pigeon") == [
        Definition(
            path="src/sample/loft.py",
            line=12,
            end_line=16,
            name="release_pigeon",
            kind="method",
            container="Loft",
            signature="def release_pigeon(self) -> NoteSent:",
        )
    ]


@pytest.mark.parametrize(
    "name", ["Loft.release_pigeon", "Loft::release_pigeon", "loft.release_pigeon", "release_pigeon()", "Release_Pigeon"]
)
def test_a_name_may_come_with_its_class_its_module_brackets_or_in_another_case(index: ProjectIndex, name: str) -> None:
    assert places(index.definitions(name)) == [("src/sample/loft.py", 12)]


def test_a_container_tells_namesakes_apart(root: Path, index: ProjectIndex) -> None:
    (root / "src/sample/other.py").write_text("class Barn:\n    def release_pigeon(self): pass\n")
    index.refresh()
    assert places(index.definitions("Barn.release_pigeon")) == [("src/sample/other.py", 2)]
    assert len(index.definitions("release_pigeon")) == 2


def test_the_source_comes_before_tests(root: Path, index: ProjectIndex) -> None:
    (root / "a_test").mkdir()
    (root / "tests/a.py").write_text("def show(): pass\n")
    index.refresh()
    assert places(index.definitions("show")) == [("src/sample/screen.py", 6), ("tests/a.py", 1)]


def test_the_beginning_of_a_name_will_do_but_not_three_letters(index: ProjectIndex) -> None:
    assert places(index.definitions("release")) == [("src/sample/loft.py", 12)]
    assert index.definitions("rel") == []
    assert index.definitions("") == []


def test_a_misspelled_name_finds_the_nearest(index: ProjectIndex) -> None:
    assert [item.name for item in index.similar_names("FastCurier", limit=1)] == ["FastCourier"]
    assert index.similar_names("x", limit=3) == []


def test_uses_come_with_the_line_and_the_symbol_around_it_without_definitions(index: ProjectIndex) -> None:
    assert index.usages("release_pigeon") == [
        NameUse(path="src/sample/__main__.py", line=5, text="Loft().release_pigeon()", within="main")
    ]


def test_a_name_inside_another_name_is_no_use(index: ProjectIndex) -> None:
    assert [use.path for use in index.usages("Courier")] == [
        "src/sample/couriers/fast.py",
        "src/sample/couriers/fast.py",
        "src/sample/couriers/slow.py",
        "src/sample/couriers/slow.py",
        "CHANGELOG.md",
    ]
    assert index.usages("Cour") == []
    assert index.usages("") == []


def test_no_more_uses_come_back_than_were_asked_for(index: ProjectIndex) -> None:
    assert len(index.usages("Courier", limit=2)) == 2


# --- files


def test_an_outline_names_what_a_file_says_holds_and_touches(index: ProjectIndex) -> None:
    outline = index.file_outline("src/sample/loft.py")
    assert outline is not None
    assert outline.summary == "The loft: where pigeons wait."
    assert [(item.name, item.line, item.summary) for item in outline.definitions] == [
        ("CAPACITY", 6, ""),
        ("Loft", 9, "Keeps pigeons until they fly."),
        ("release_pigeon", 12, "Let the next pigeon fly."),
    ]
    assert outline.imports == (
        "src/sample/couriers/__init__.py",
        "src/sample/couriers/fast.py",
        "src/sample/couriers/slow.py",
        "src/sample/events.py",
    )
    assert outline.importers == ("src/sample/__main__.py",)


def test_a_comment_above_speaks_for_a_symbol_without_docstring(index: ProjectIndex) -> None:
    outline = index.file_outline("src/sample/couriers/slow.py")
    assert outline is not None
    assert outline.definitions[0].summary == "Takes its time."


def test_an_unknown_file_has_no_outline(index: ProjectIndex) -> None:
    assert index.file_outline("none.py") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("src/sample/loft.py", ["src/sample/loft.py"]),
        ("`./src/sample/loft.py`", ["src/sample/loft.py"]),
        ("loft.py", ["src/sample/loft.py"]),
        ("loft", ["src/sample/loft.py"]),
        ("__init__.py", ["src/sample/__init__.py", "src/sample/couriers/__init__.py"]),
        ("none.py", []),
        ("sample/none", []),
        ("", []),
    ],
)
def test_a_file_is_found_by_its_path_the_end_of_it_or_its_bare_name(
    index: ProjectIndex, text: str, expected: list[str]
) -> None:
    assert index.find_paths(text) == expected


def test_lines_of_a_file_are_given_within_bounds(root: Path, index: ProjectIndex) -> None:
    assert index.lines("web/app.js", 1, 2) == ["export function openLoft() {", "  return 1"]
    assert index.lines("none.js", 1, 2) == []
    (root / "long.txt").write_text("x\n" * 500)
    assert len(index.lines("long.txt", 1, 500)) == 60


def test_the_layout_names_folders_languages_manifests_and_ways_in(index: ProjectIndex) -> None:
    layout = index.layout()
    assert layout.files == len(FILES)
    assert layout.summary == "Sends pigeons."
    assert layout.languages[0] == ("python", 11)
    assert [(folder.path, folder.files, folder.summary) for folder in layout.folders] == [
        ("src", 9, ""),
        ("src/sample", 9, "Sends pigeons, one at a time."),
        ("src/sample/couriers", 4, "All couriers."),
        ("tests", 2, ""),
        ("web", 1, ""),
    ]
    assert [(manifest.path, manifest.kind, manifest.name) for manifest in layout.manifests] == [
        ("Makefile", "Makefile", ""),
        ("pyproject.toml", "Python package", "sample"),
    ]
    assert layout.entry_points == (
        EntryPoint(name="sample", target="sample.__main__:main", path="pyproject.toml", line=6),
        EntryPoint(name="make test", target="Run the tests.", path="Makefile", line=1),
        EntryPoint(name="__main__.py", target="", path="src/sample/__main__.py", line=1),
    )


# --- questions in words


def test_the_passage_that_fits_best_names_its_symbol(index: ProjectIndex) -> None:
    best = index.search("where is a pigeon released?")[0]
    assert (best.path, best.line, best.symbol, best.role) == (
        "src/sample/loft.py",
        12,
        "Loft.release_pigeon",
        "source",
    )
    assert set(best.matched) == {"pigeon", "released"}


def test_a_synonym_finds_code_that_words_it_otherwise(index: ProjectIndex) -> None:
    assert index.search("stdout output")[0].path == "src/sample/screen.py"


def test_a_question_about_tests_puts_tests_first(index: ProjectIndex) -> None:
    assert index.search("courier")[0].role == "source"
    assert index.search("tests of courier")[0].role == "test"


def test_a_question_without_words_finds_nothing(index: ProjectIndex) -> None:
    assert index.search("where is the?") == []
    assert index.search("") == []


def test_no_two_passages_are_about_the_same_symbol(index: ProjectIndex) -> None:
    found = [(passage.path, passage.symbol_line) for passage in index.search("courier pigeon note", limit=20)]
    assert len(found) == len(set(found))


def test_to_add_one_more_the_role_the_siblings_the_registrar_tests_and_docs_matter(index: ProjectIndex) -> None:
    found = {item.path: item for item in index.files_for_task("add a courier", limit=20)}
    assert any("to fill or extend" in reason for reason in found["src/sample/couriers/role.py"].reasons)
    assert any("beside it" in reason for reason in found["src/sample/couriers/fast.py"].reasons)
    assert any("put together" in reason for reason in found["src/sample/loft.py"].reasons)
    assert any("says: A new courier is one file" in reason for reason in found["README.md"].reasons)
    assert any("tests of" in reason for reason in found["tests/couriers/test_slow.py"].reasons)
    assert found["README.md"].line == 7
    order = list(found)
    assert order.index("src/sample/couriers/role.py") < order.index("tests/couriers/test_slow.py")


def test_files_for_another_task_are_those_that_speak_of_it(index: ProjectIndex) -> None:
    found = index.files_for_task("let the loft release two pigeons")
    assert found[0].path == "src/sample/loft.py"
    assert found[0].reasons


def test_a_message_is_followed_from_its_making_to_its_taking(index: ProjectIndex) -> None:
    flow = index.flow("sent note", "screen")
    assert flow is not None
    assert (flow.carrier.path, flow.carrier.line, flow.carrier.name) == ("src/sample/events.py", 4, "NoteSent")
    assert [(use.path, use.line) for use in flow.made] == [("src/sample/loft.py", 16)]
    assert [(use.path, use.line) for use in flow.taken] == [("src/sample/screen.py", 9)]
    assert flow.goal_files == ("src/sample/screen.py",)


def test_without_a_type_of_that_name_there_is_no_flow(index: ProjectIndex) -> None:
    assert index.flow("umbrella", "screen") is None
    assert index.flow("fast courier", "screen") is None
    assert index.flow("", "screen") is None


# --- what is loaded


WARM = """
import sys
from pathlib import Path
from aircher.project.index import ProjectIndex
from tests.project.memory_store import MemoryStore
store = MemoryStore()
index = ProjectIndex(Path(sys.argv[1]), store)
print("tree_sitter" in sys.modules, "pathspec" in sys.modules)
index.refresh()
print("tree_sitter" in sys.modules)
"""


def test_the_parser_is_loaded_only_when_a_file_must_be_parsed(root: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("# Only prose\n")
    said = [
        subprocess.run(
            [sys.executable, "-c", WARM, str(folder)], capture_output=True, text=True, check=True, cwd=Path.cwd()
        ).stdout.split()
        for folder in (notes, root)
    ]
    assert said == [["False", "False", "False"], ["False", "False", "True"]]
