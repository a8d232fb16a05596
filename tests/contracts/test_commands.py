"""What every slash command has to hold."""

import pytest

from aircher.commands.command import Command, CommandContext
from aircher.commands.outcome import Choice, Chosen, Copied, Left, Offered, Shown, Switch, Toggled
from aircher.commands.registry import built_in_commands
from aircher.domain.display import DiffBlock, DisplayBlock, TableBlock, TextBlock, TodoBlock, TodoItem
from aircher.domain.errors import UsageError

COMMANDS = tuple(built_in_commands())
EVERY = pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
NAMES = """
    clear config context copy cost diff doctor export help init load memory mode model permissions provider quit redo
    resume rewind save search session status theme thinking todo tools undo vim
""".split()  # noqa: SIM905 - a line each would be a page


class Elsewhere:
    """The outside of a command: it notes which subcommands are run."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, ...]] = []

    async def subcommand(self, *arguments: str) -> str:
        self.ran.append(arguments)
        return "printed\n"

    async def facts(self) -> tuple[tuple[str, str], ...]:
        return (("mode", "ask"),)

    async def tools(self) -> tuple[tuple[str, str], ...]:
        return (("grep", "Finds text"),)

    async def changes(self) -> tuple[DisplayBlock, ...]:
        return (DiffBlock(path="a.py", diff="+x", added=1, removed=0),)

    async def jobs(self, action: str, job_id: str) -> tuple[DisplayBlock, ...]:
        return (TextBlock(text=f"{action} {job_id}".strip()),)

    async def memory(self) -> tuple[DisplayBlock, ...]:
        return ()


def context(outside: Elsewhere, **known: object) -> CommandContext:
    return CommandContext(outside=outside, **known)  # type: ignore[arg-type]  # the tests below say what is known


@EVERY
def test_a_command_says_in_one_line_what_it_does(command: Command) -> None:
    assert command.summary
    assert "\n" not in command.summary
    assert command.summary[0].islower()
    assert command.name == command.name.lower()
    assert command.run is not None


@pytest.mark.parametrize("name", NAMES)
def test_every_command_of_the_contract_is_there(name: str) -> None:
    assert built_in_commands().get(name) is not None


def test_no_two_commands_share_a_name() -> None:
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/undo --dry-run", ("undo", "--session", "01A", "--dry-run")),
        ("/undo --session 01B", ("undo", "--session", "01B")),
        ("/redo", ("redo", "--session", "01A")),
        ("/cost --by 'model'", ("usage", "--by", "model")),
        ("/usage", ("usage",)),
        ("/doctor", ("doctor",)),
        ("/init", ("init",)),
        ("/search 'two words'", ("search", "two words")),
        ("/permissions", ("policy", "list", "--mode", "ask")),
        ("/permissions --json", ("policy", "list", "--mode", "ask", "--json")),
        (
            "/permissions explain git push && rm 'a b'",
            ("policy", "explain", "--mode", "ask", "--", "git push && rm 'a b'"),
        ),
        ("/export", ("sessions", "show", "01A")),
        ("/export 'a b.jsonl'", ("sessions", "export", "01A", "--output=a b.jsonl")),
        ("/export --force a.jsonl", ("sessions", "export", "01A", "--output=a.jsonl", "--force")),
        ("/save a name", ("sessions", "rename", "01A", "a name")),
        ("/config", None),
        ("/config interface.vim_mode", ("config", "explain", "interface.vim_mode")),
        ("/config interface.vim_mode true", None),
    ],
)
async def test_a_command_runs_the_subcommand_that_does_the_same(line: str, expected: tuple[str, ...] | None) -> None:
    outside = Elsewhere()
    command, arguments = built_in_commands().parse(line)
    await command.run(context(outside, session_id="01A"), arguments)
    assert outside.ran == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/model", Offered(choice=Choice.MODEL, instead=("models", "list"))),
        ("/model gpt-6", Chosen(choice=Choice.MODEL, value="gpt-6")),
        ("/thinking", Offered(choice=Choice.THINKING)),
        ("/mode plan", Chosen(choice=Choice.MODE, value="plan")),
        ("/clear", Chosen(choice=Choice.SESSION, value="")),
        ("/resume 01C", Chosen(choice=Choice.SESSION, value="01C")),
        ("/rewind", Offered(choice=Choice.TURN)),
        ("/help", Offered(choice=Choice.HELP, instead=("/help",))),
        ("/copy", Copied(text="the answer")),
        ("/vim", Toggled(switch=Switch.VIM)),
        ("/context", Toggled(switch=Switch.CONTEXT_PANEL)),
        ("/quit", Left()),
        ("/todo", Shown(blocks=(TodoBlock(items=(TodoItem(text="test it"),)),))),
        ("/status", Shown(blocks=(TableBlock(header=("what", "value"), rows=(("mode", "ask"),)),))),
        ("/tools", Shown(blocks=(TableBlock(header=("tool", "what it does"), rows=(("grep", "Finds text"),)),))),
        ("/diff", Shown(blocks=(DiffBlock(path="a.py", diff="+x", added=1, removed=0),))),
        ("/doctor", Shown(blocks=(TextBlock(text="printed"),))),
        ("/jobs", Shown(blocks=(TextBlock(text="list"),))),
        ("/jobs stop job2", Shown(blocks=(TextBlock(text="stop job2"),))),
    ],
)
async def test_what_a_command_comes_to(line: str, expected: object) -> None:
    command, arguments = built_in_commands().parse(line)
    known = context(Elsewhere(), session_id="01A", last_answer="the answer", todo=(TodoItem(text="test it"),))
    assert await command.run(known, arguments) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/copy", "there is no answer to copy yet"),
        ("/save", "no recorded conversation is open"),
        ("/export", "no recorded conversation is open"),
        ("/export a b", "writes one file, and 2 are named"),
        ("/export --force", "writes one file, and 0 are named"),
        ("/help nothing", "there is no command /nothing"),
        ("/cost 'open", "cannot be cut into words"),
        ("/jobs kill job1", "says nothing"),
        ("/jobs stop", "says nothing"),
        ("/jobs list job1", "says nothing"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_words(line: str, words: str) -> None:
    command, arguments = built_in_commands().parse(line)
    with pytest.raises(UsageError, match=words) as refused:
        await command.run(context(Elsewhere(), session_id="" if "recorded" in words else "01A"), arguments)
    assert refused.value.hint


def test_a_mistyped_command_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        built_in_commands().parse("/modle gpt-6")
    assert refused.value.hint in {"/model", "/mode"}


@pytest.mark.parametrize("command", [each for each in COMMANDS if not each.arguments], ids=lambda each: each.name)
def test_what_takes_no_arguments_does_nothing_with_any(command: Command) -> None:
    with pytest.raises(UsageError) as refused:
        built_in_commands().parse(f"/{command.name}  the retry\nbug")
    assert str(refused.value) == f"/{command.name} takes no arguments, and 'the retry\\nbug' follows it"
    assert refused.value.hint == f"/{command.name}"


def test_much_that_follows_is_quoted_by_its_beginning() -> None:
    with pytest.raises(UsageError, match=r"and 'y{40}…' follows it"):
        built_in_commands().parse("/clear " + "y" * 10_000)
