from dataclasses import replace

import pytest
from tests.tui.blocks.scene import FULL, LOOK, PLAIN_LOOK, STILL, THEME, Scene, drawn, ended

from aircher.domain.changes import FileChange
from aircher.domain.display import CallsBlock, CallState, DelegatedCall, DiffBlock, NoticeBlock, ShellBlock, TextBlock
from aircher.domain.events import CallStatus, PermissionAsked, PermissionDecided, QuestionAsked
from aircher.domain.ids import CallId
from aircher.domain.messages import ImagePart, JsonObject
from aircher.domain.transcript import NEVER_RAN, UNFINISHED
from aircher.tui.look import Look, Role

MAKE: JsonObject = {"command": "make all"}
ASKED = PermissionAsked(call_id=CallId("c1"), name="shell", effects=(), rule="")
YES = PermissionDecided(call_id=CallId("c1"), allowed=True, rule="the user said yes")
NO = PermissionDecided(call_id=CallId("c1"), allowed=False, rule="the user said no: use make clean")
PRINTED = "".join(f"line {number}\n" for number in range(1, 41))
EDITS: JsonObject = {"edits": [{"path": "src/a.py", "old": "x", "new": "y"}]}
EDITED = DiffBlock(path="src/a.py", diff="@@ -1,2 +1,2 @@\n-x = 1\n+y = 1\n z = 2", added=1, removed=1)


def test_a_call_tells_how_it_stands_from_the_wish_to_the_end() -> None:
    scene = Scene()
    call = scene.call("shell", MAKE)
    assert drawn(call) == ["· shell  make all"]
    call.asked(ASKED)
    assert (drawn(call), call.is_live) == (["? shell  make all · waits for permission"], False)
    call.decided(YES)
    assert drawn(call) == ["· shell  make all"]
    call.started()
    assert (drawn(call), call.is_live) == (["⠋ shell  make all"], True)
    scene.now_s += 65
    assert drawn(call) == ["⠴ shell  make all · 1 min 05 s"]
    shell = ShellBlock(command="make all", output="built\n", exit_status=0)
    call.finished(ended(summary="ran make all", display=(shell,), exit_status=0, duration_ms=65_200))
    assert (drawn(call), call.is_live) == (["✓ shell  make all · 1 min 05 s", "  built"], False)
    assert scene.changes == 4


def test_a_refusal_tells_its_reason() -> None:
    call = Scene().call("shell", {"command": "rm -rf build"})
    call.decided(NO)
    expected = ["✗ shell  rm -rf build · refused", "  the user said no: use make clean"]
    assert drawn(call) == expected
    call.finished(ended(CallStatus.REFUSED, content="Not permitted: the user said no: use make clean."))
    assert drawn(call) == expected


def test_a_recorded_refusal_tells_its_reason_too() -> None:
    call = Scene().call("shell", MAKE)
    call.finished(ended(CallStatus.REFUSED, content="Not permitted: deny shell(make*)."))
    assert drawn(call)[1:] == ["  Not permitted: deny shell(make*)."]


def test_a_question_waits_for_an_answer() -> None:
    call = Scene().call("ask_user", {"question": "Which database?"})
    call.started()
    call.questioned(QuestionAsked(call_id=CallId("c1"), question="Which database?"))
    assert drawn(call) == ["? ask_user  Which database? · waits for an answer"]
    assert [call.is_live] == [False]
    call.finished(ended(summary="answered: SQLite"))
    assert drawn(call) == ["✓ ask_user  Which database? · answered: SQLite"]


def test_while_it_runs_the_last_lines_are_shown_and_all_that_is_kept_on_demand() -> None:
    call = Scene().call("shell", MAKE)
    call.started()
    call.output("\x1b[32mok\x1b[0m line\n" * 300 + "10%\r90%")
    assert drawn(call) == ["⠋ shell  make all", "  … 296 lines above", *["  ok line"] * 4, "  90%"]
    assert call.toggle()
    assert drawn(call) == ["⠋ shell  make all", "  … 100 lines above", *["  ok line"] * 200, "  90%"]


def test_a_tick_of_the_timer_draws_the_header_alone() -> None:
    scene = Scene()
    call = scene.call("shell", MAKE)
    call.started()
    call.output("a\nb\n")
    before = call.rows(80, LOOK)
    scene.now_s += 1
    after = call.rows(80, LOOK)
    assert after[0] != before[0]
    assert [row is other for row, other in zip(after[1:], before[1:], strict=True)] == [True, True]
    scene.now_s += 0.3
    assert call.rows(80, LOOK) is after


def test_what_must_not_move_is_told_in_words() -> None:
    scene = Scene()
    call = scene.call("shell", MAKE)
    call.started()
    assert drawn(call, look=STILL) == ["· shell  make all · running"]
    rows = call.rows(80, STILL)
    scene.now_s += 30
    assert call.rows(80, STILL) is rows


def test_of_a_long_output_the_end_stays_and_more_of_it_if_it_failed() -> None:
    good = ShellBlock(command="make all", output=PRINTED, exit_status=0)
    done = Scene().done("shell", MAKE, ended(display=(good,), exit_status=0))
    assert drawn(done) == [
        "✓ shell  make all",
        "  … 35 lines above",
        *[f"  line {number}" for number in range(36, 41)],
    ]
    bad = ended(CallStatus.FAILED, display=(replace(good, exit_status=2),), exit_status=2, duration_ms=3_210)
    failed = Scene().done("shell", MAKE, bad)
    assert drawn(failed) == [
        "✗ shell  make all · exit 2 · 3.2 s",
        "  … 30 lines above",
        *[f"  line {number}" for number in range(31, 41)],
    ]
    assert drawn(failed, look=FULL) == [drawn(failed)[0], *[f"  line {number}" for number in range(1, 41)]]
    assert failed.toggle()
    assert drawn(failed, look=FULL)[1] == "  … 30 lines above"


def test_what_is_folded_names_the_key_that_shows_it_and_what_is_lost_names_none() -> None:
    look = Look(theme=THEME, full_key="Ctrl+O")
    good = ShellBlock(command="make all", output=PRINTED, exit_status=0)
    done = Scene().done("shell", MAKE, ended(display=(good,), exit_status=0))
    assert drawn(done, look=look)[1] == "  … 35 lines above · Ctrl+O"
    assert drawn(done, 20, look)[1] == "  … 35 lines above…"
    running = Scene().call("shell", MAKE)
    running.output("ok line\n" * 300)
    assert drawn(running, look=look)[1] == "  … 295 lines above · Ctrl+O"
    assert drawn(running, look=replace(look, is_full=True))[1] == "  … 100 lines above"


def test_why_a_call_was_refused_can_be_read_to_its_end() -> None:
    reason = "\n".join(f"reason {number}" for number in range(9))
    call = Scene().done("shell", MAKE, ended(CallStatus.REFUSED, content=reason))
    assert drawn(call)[-1] == "  … 5 more lines"
    assert drawn(call, look=FULL)[1:] == [f"  {line}" for line in reason.split("\n")]


@pytest.mark.parametrize(
    ("content", "words"),
    [(f"{UNFINISHED} No file has changed.", "cut off"), (NEVER_RAN, "never ran"), ("stopped", "interrupted")],
)
def test_a_call_whose_program_died_is_told_from_one_that_somebody_interrupted(content: str, words: str) -> None:
    call = Scene().done("shell", {"command": "make"}, ended(CallStatus.INTERRUPTED, content=content, duration_ms=0))
    assert drawn(call) == [f"✗ shell  make · {words}"]


def test_a_call_that_was_interrupted_keeps_what_it_printed() -> None:
    scene = Scene()
    call = scene.call("shell", MAKE)
    call.started()
    call.output("half of it\n")
    changes = (FileChange(path="a.o", change="created"),)
    call.finished(replace(ended(CallStatus.INTERRUPTED, content="interrupted", duration_ms=9_949), changes=changes))
    assert drawn(call) == ["✗ shell  make all · interrupted · 9.9 s", "  half of it", "  created a.o"]
    call.output("too late\n")
    assert len(drawn(call)) == 3


def test_an_edit_shows_its_diff_and_counts_its_lines() -> None:
    call = Scene().done("edit_file", EDITS, ended(summary="edited src/a.py (+1 -1)", display=(EDITED,)))
    assert drawn(call) == [
        "✓ edit_file  src/a.py · +1 -1",
        "   1 - x = 1",
        "   1 + y = 1",
        "   2   z = 2",
    ]


def test_edits_of_several_files_are_told_apart_by_their_names() -> None:
    edits: JsonObject = {"edits": [{"path": "src/a.py"}, {"path": "b.py"}]}
    display = (EDITED, replace(EDITED, path="b.py"), NoticeBlock(text="b.py cannot be parsed", level="warning"))
    assert drawn(Scene().done("edit_file", edits, ended(display=display))) == [
        "✓ edit_file  2 files · +2 -2",
        "  src/a.py +1 -1",
        "   1 - x = 1",
        "   1 + y = 1",
        "   2   z = 2",
        "  b.py +1 -1",
        "   1 - x = 1",
        "   1 + y = 1",
        "   2   z = 2",
        "  ! b.py cannot be parsed",
    ]


def test_a_failure_tells_why_and_the_rest_on_demand() -> None:
    content = "src/a.py: the text was not found.\n" + "\n".join(f"  {number}: near" for number in range(9))
    call = Scene().done("edit_file", EDITS, ended(CallStatus.FAILED, content=content, summary="x"))
    assert drawn(call) == [
        "✗ edit_file  src/a.py · failed",
        "  src/a.py: the text was not found.",
        "    0: near",
        "    1: near",
        "    2: near",
        "  … 6 more lines",
    ]
    assert call.toggle()
    assert drawn(call)[1:] == [f"  {line}" for line in content.split("\n")]


def test_what_the_model_read_is_shown_on_demand_where_people_got_a_part_of_it() -> None:
    content = "".join(f"a.py:{number}\n" for number in range(900))
    preview = TextBlock(text=f"{content[:800].rpartition(chr(10))[0]}\n…")
    call = Scene().done("grep", {"pattern": "a"}, ended(content=content, summary="900 in 1 file", display=(preview,)))
    assert drawn(call)[1:] == ["  a.py:0", "  a.py:1", "  a.py:2", "  … 897 more lines"]
    assert len(drawn(call, look=FULL)) == 901


def test_pictures_and_changed_files_are_noted() -> None:
    event = replace(
        ended(summary="looked at shot.png (PNG, 640x480)"),
        images=(ImagePart(media_type="image/png", data_base64="A" * 45_000),),
    )
    assert drawn(Scene().done("read_file", {"path": "shot.png"}, event)) == [
        "✓ read_file  shot.png · looked at (PNG, 640x480)",
        "  [image: png, 34 KB]",
    ]
    changes = tuple(FileChange(path=f"{name}.py", change="modified", added=2, removed=1) for name in "abc")
    made = replace(ended(exit_status=0), changes=changes)
    assert drawn(Scene().done("shell", MAKE, made)) == ["✓ shell  make all", "  3 files changed +6 -3"]


def looks(count: int, last: CallState = "ok") -> list[DelegatedCall]:
    done = [DelegatedCall(number=at, name="look", subject=f"{at}.py", state="ok") for at in range(1, count + 1)]
    return [*done[:-1], replace(done[-1], state=last)]


def test_what_a_subagent_does_stands_below_its_task_the_last_few_calls_or_all() -> None:
    scene = Scene()
    task = scene.call("task", {"prompt": "find it"})
    task.started()
    for call in looks(9, last="running"):
        task.delegated(call)
    assert drawn(task) == [
        "⠋ task  find it",
        "  … 4 calls above",
        *[f"  ✓ look  {at}.py" for at in (5, 6, 7, 8)],
        "  · look  9.py · running",
    ]
    before = task.rows(80, LOOK)
    task.delegated(looks(9)[-1])
    after = task.rows(80, LOOK)
    assert [row is old for row, old in zip(after, before, strict=True)] == [*[True] * 6, False]
    assert drawn(task)[-1] == "  ✓ look  9.py"
    assert task.toggle()
    assert drawn(task)[1:] == [f"  ✓ look  {at}.py" for at in range(1, 10)]
    assert task.source.split("\n")[1:3] == ["look 1.py: ok", "look 2.py: ok"]


def test_a_task_that_is_done_tells_how_many_calls_it_took_and_all_in_full() -> None:
    event = ended(content="it is in 9.py", summary="subagent answered", display=(CallsBlock(calls=tuple(looks(9))),))
    task = Scene().done("task", {"prompt": "find it"}, event)
    assert drawn(task) == ["✓ task  find it · subagent answered", "  … 9 calls"]
    assert drawn(task, look=FULL)[1:] == [*[f"  ✓ look  {at}.py" for at in range(1, 10)], "  it is in 9.py"]
    assert task.source.split("\n")[-2:] == ["look 9.py: ok", "it is in 9.py"]


def test_a_task_that_failed_tells_why_below_its_calls() -> None:
    event = ended(
        CallStatus.FAILED, content="The subagent did not finish: no money", display=(CallsBlock(calls=tuple(looks(2))),)
    )
    task = Scene().done("task", {"prompt": "find it"}, event)
    assert drawn(task)[1:] == ["  … 2 calls", "  The subagent did not finish: no money"]


def test_a_subagents_call_stands_below_its_task() -> None:
    call = Scene().done("grep", {"pattern": "x", "path": "src"}, ended(summary="found 3 for 'x'"), "task1/c1")
    assert drawn(call) == ["  ✓ grep  x in src · found 3 for 'x'"]


@pytest.mark.parametrize(
    ("name", "arguments", "summary", "header"),
    [
        ("read_file", {"path": "src/x.py"}, "read 45 lines of src/x.py", "read_file  src/x.py · read 45 lines"),
        ("grep", {"pattern": "def x", "path": "."}, "found 3 for 'def x'", "grep  def x · found 3"),
        ("glob", {"pattern": "*.py", "path": "src"}, "found 3 files for *.py", "glob  *.py in src · found 3 files"),
        ("git", {"command": "diff", "revision": "HEAD~2"}, "", "git  diff HEAD~2"),
        ("todo", {"items": [{"text": "a"}]}, "1 of 3 done", "todo · 1 of 3 done"),
        (
            "web_fetch",
            {"url": "https://a.b/"},
            "read 9 characters of https://a.b/",
            "web_fetch  https://a.b/ · read 9 characters",
        ),
        ("create_issue", {"owner": "me", "title": "A bug"}, "created #12", "create_issue  A bug · created #12"),
        ("other", {"n": 1, "deep": [{"k": "word"}]}, "", "other  word"),
        ("other", {}, "", "other"),
        ("shell", {"command": 7}, "", "shell"),
        ("edit_file", {"edits": "no list"}, "", "edit_file"),
    ],
)
def test_the_argument_that_matters_is_told_and_nothing_twice(
    name: str, arguments: JsonObject, summary: str, header: str
) -> None:
    assert drawn(Scene().done(name, arguments, ended(summary=summary))) == [f"✓ {header}"]


def test_a_command_of_several_lines_is_whole_on_demand() -> None:
    call = Scene().done("shell", {"command": "cd src\nmake all\n"}, ended(exit_status=0))
    assert drawn(call) == ["✓ shell  cd src …"]
    assert drawn(call, look=FULL) == ["✓ shell  cd src …", "  $ cd src", "    make all"]


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (120, "? shell  rm -rf build && make all -j8 VERBOSE=1 · waits for permission"),
        (60, "? shell  rm -rf build && make all -j… · waits for permission"),
        (40, "? shell  rm -rf… · waits for permission"),
        (20, "? shell · waits for…"),
        (8, "? shell"),
    ],
)
def test_how_a_call_stands_is_told_rather_than_all_of_what_it_does(width: int, row: str) -> None:
    call = Scene().call("shell", {"command": "rm -rf build && make all -j8 VERBOSE=1"})
    call.asked(ASKED)
    assert drawn(call, width) == [row]


def test_a_terminal_without_signs_gets_letters() -> None:
    call = Scene().done("shell", MAKE, ended(CallStatus.FAILED, content="no such file", exit_status=2))
    assert drawn(call, look=PLAIN_LOOK) == ["x shell  make all - exit 2", "  no such file"]


def test_nothing_is_folded_before_there_is_something() -> None:
    assert not Scene().call("shell", MAKE).toggle()


def test_its_source_is_what_was_done_and_what_came_of_it() -> None:
    shell = ShellBlock(command="make all", output="built\n", exit_status=0)
    call = Scene().done("shell", MAKE, ended(content="built", display=(shell,), exit_status=0))
    assert call.source == "shell make all\nbuilt"
    edit = Scene().done("edit_file", EDITS, ended(content="edited", display=(EDITED,)))
    assert edit.source == f"edit_file src/a.py\nsrc/a.py\n{EDITED.diff}"
    running = Scene().call("shell", MAKE)
    running.output("half")
    assert running.source == "shell make all\nhalf"


def test_signs_have_the_colour_of_how_it_stands() -> None:
    good = Scene().done("shell", MAKE, ended(exit_status=0)).rows(80, LOOK)
    bad = Scene().done("shell", MAKE, ended(CallStatus.FAILED, exit_status=1)).rows(80, LOOK)
    assert good[0].spans[0] == ("✓ ", LOOK.style(Role.SUCCESS))
    assert bad[0].spans[0] == ("✗ ", LOOK.style(Role.ERROR))
