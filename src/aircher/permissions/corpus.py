"""Effects in the shape that corpora of commands are written in.

Invariant: pure. Not its job: deciding.
"""

from collections.abc import Iterable

from aircher.domain.effects import Action, Connects, Deletes, Reads, Runs, SetsVariable, Unknown, Writes


def effects_json(actions: Iterable[Action]) -> dict[str, object]:
    """Return the effects of all actions together: sorted paths, hosts and programs, and whether anything is unknown.

    A write or deletion counts as ``writes``; a variable that programs behave by counts as unknown.
    """
    reads, writes, hosts, programs = set[str](), set[str](), set[str](), set[str]()
    reasons: list[str] = []
    for effect in (effect for action in actions for effect in action.effects):
        match effect:
            case Reads():
                reads.add(str(effect.path))
            case Writes() | Deletes():
                writes.add(str(effect.path))
            case Connects():
                hosts.add(effect.host)
            case Runs():
                programs.add(effect.program)
            case SetsVariable():
                reasons.append(f"sets {effect.name}")
            case Unknown():
                reasons.append(effect.reason)
    return {
        "reads": sorted(reads),
        "writes": sorted(writes),
        "network": sorted(hosts),
        "exec": sorted(programs),
        "unknown": bool(reasons),
        "reasons": list(dict.fromkeys(reasons)),
    }
