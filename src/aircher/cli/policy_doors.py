"""What a tool behind each door says it would do: the subject of a question to the policy."""

from pathlib import Path

from aircher.domain.effects import Action, Connects, Deletes, Reads, Unknown, Writes
from aircher.permissions.commands import Setting, analyse
from aircher.permissions.places import Places

Actions = tuple[Action, ...]


def path_actions(word: str, text: str, *, folder: Path) -> Actions:
    """Return what reading, writing or deleting a path is; links are followed, as tools do."""
    path = Path(folder, Path(text).expanduser()).resolve()
    match word:
        case "write":
            return (Action(tool="write", effects=(Writes(path=path),)),)
        case "delete":
            return (Action(tool="write", effects=(Deletes(path=path),)),)
        case _:
            return (Action(tool="read", effects=(Reads(path=path),)),)


def host_actions(text: str) -> Actions:
    """Return what speaking to ``HOST`` or ``HOST:PORT`` is, from Aircher's own process."""
    host, _, port = text.lower().rpartition(":") if text.count(":") == 1 else (text.lower(), "", "")
    connects = Connects(host=host, port=int(port) if port.isdecimal() else None)
    return (Action(tool="net", effects=(connects,)),)


def mcp_actions(text: str) -> Actions:
    """Return what a call of ``SERVER:TOOL`` is."""
    return (Action(tool="mcp", text=text, effects=(Unknown(reason=f"calls {text}, which may do anything"),)),)


def command_actions(command: str, *, cwd: Path, places: Places) -> Actions:
    """Return what a command line is."""
    return analyse(command, cwd=cwd.resolve(), setting=Setting(roots=places.roots, home=places.home))
