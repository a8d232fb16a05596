import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from tests.workspace.shells import unseen
from tests.workspace.test_proxy import Echo

from aircher.app.sandboxing import Confiner, resource_limits, sandbox_of, variables_of, weakness
from aircher.config.quantities import Duration, Size
from aircher.config.sections import CommandLimits, Security
from aircher.domain.commands import CommandEnd
from aircher.domain.effects import Action, Connects
from aircher.domain.errors import PermissionRefused
from aircher.domain.events import Event, PermissionAsked, ToolRequested
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.operations import AnswerPermission, Consent
from aircher.engine.approvals import Approvals, CallPlace
from aircher.engine.desk import Desk
from aircher.engine.trail import Trail
from aircher.permissions.decision import Verdict
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.support.clock import SystemClock
from aircher.workspace._bubblewrap import Bubblewrap
from aircher.workspace._proxies import Proxies
from aircher.workspace.confinement import ResourceLimits, SandboxLevel
from aircher.workspace.outputs import SavedOutputs
from aircher.workspace.process import Processes
from aircher.workspace.sandbox import available_sandboxes

PYTHON = os.path.realpath(sys.executable)


def test_limits_come_from_the_configuration_and_zero_is_none() -> None:
    assert resource_limits(CommandLimits()) == ResourceLimits()
    written = CommandLimits(cpu=Duration(1.5), memory=Size(4_096), processes=0, file_size=Size(0))
    limits = resource_limits(written)
    assert limits == ResourceLimits(cpu_s=2, memory_bytes=4_096, processes=None, file_bytes=None)
    assert (
        f"{limits.memory_bytes} {resource_limits(CommandLimits()).file_bytes}" == "4096 8589934592"
    )  # no unit in them


def test_mode_auto_refuses_to_start_without_a_sandbox() -> None:
    assert sandbox_of(Security(sandbox_mode="off"), mode="edit").level is SandboxLevel.NONE
    with pytest.raises(PermissionRefused, match="Mode auto asks nobody, so it needs a sandbox") as refused:
        sandbox_of(Security(sandbox_mode="off"), mode="auto")
    assert refused.value.hint == 'security.sandbox_mode = "auto", or --mode edit'


def test_variables_that_the_user_lists_reach_commands() -> None:
    environ = {"PATH": "/bin", "EDITOR": "vi", "SHELLCODE": "x", "A_TOKEN": "x"}
    assert variables_of(environ, Security(environment=["EDITOR", "A_TOKEN"])) == {"PATH": "/bin", "EDITOR": "vi"}


def policy_of(root: Path) -> Policy:
    return Policy(places=Places(roots=(root,), home=root.parent / "home"))


def test_a_weaker_sandbox_is_told_once_and_the_strongest_is_not(tmp_path: Path) -> None:
    for level, found in available_sandboxes("linux").items():
        if isinstance(found, str):
            continue
        told: list[str] = []
        confiner = Confiner(
            Security(),
            lambda: policy_of(tmp_path),
            environ={},
            note=told.append,
            find=lambda *_, found=found, **__: found,
        )
        with ThreadPoolExecutor(4) as threads:
            held = {id(future.result().sandbox) for future in [threads.submit(confiner.confinement) for _ in range(4)]}
        confiner.close()
        assert held == {id(found)}
        assert told == ([weakness(found)] if weakness(found) else [])
        assert level is not SandboxLevel.BUBBLEWRAP or told == []


def test_no_sandbox_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    confiner = Confiner(Security(sandbox_mode="off"), lambda: policy_of(tmp_path), environ={}, note=told.append)
    assert confiner.confinement().sandbox.level is SandboxLevel.NONE
    assert confiner.confinement().sandbox.level is SandboxLevel.NONE
    confiner.close()
    assert told == ['commands can do whatever you can: no sandbox: security.sandbox_mode is "off"']


@pytest.mark.parametrize(("mode", "is_held"), [("auto", False), ("require", True)])
def test_a_command_that_a_person_typed_is_held_only_if_a_sandbox_is_required(
    tmp_path: Path, mode: Literal["auto", "require"], *, is_held: bool
) -> None:
    for found in available_sandboxes("linux").values():
        if isinstance(found, str):
            continue
        confiner = Confiner(
            Security(sandbox_mode=mode),
            lambda: policy_of(tmp_path),
            environ={"A_SECRET_TOKEN": "x"},
            note=lambda _: None,
            find=lambda *_, found=found, **__: found,
        )
        own = confiner.own_confinement()
        assert own.sandbox.is_contained is (is_held and found.is_contained)
        assert own.environ == confiner.confinement().environ
        confiner.close()


def test_mode_auto_that_comes_later_runs_no_command_without_a_sandbox(tmp_path: Path) -> None:
    policy = policy_of(tmp_path)
    confiner = Confiner(Security(sandbox_mode="off"), lambda: policy, environ={}, note=lambda _: None)
    assert confiner.confinement().sandbox.level is SandboxLevel.NONE
    policy = policy.with_mode("auto")
    with pytest.raises(PermissionRefused, match="Mode auto asks nobody, so it needs a sandbox"):
        confiner.confinement()
    confiner.close()


@dataclass
class Session:
    """A session's approvals and shell, in bubblewrap, for which this machine's loopback is the internet."""

    approvals: Approvals
    processes: Processes
    confiner: Confiner
    port: int

    async def fetched(self, host: str) -> str:
        """Return the first line that a command gets from this host."""
        command = f"{PYTHON} -I fetch.py http://{host}:{self.port}/"
        ended = await self.processes.run(command, folder=self.processes.folder, timeout_s=30, show=unseen)
        assert isinstance(ended, CommandEnd)
        return ended.output.strip()

    async def says_yes(self, host: str, *, port: int | None, rule: str) -> None:
        """Let a person answer the question of whether a command may reach this host with a rule for the session."""
        call = ToolRequested(call_id=CallId("c"), name="shell", arguments={})

        async def answer(event: Event) -> None:
            if isinstance(event, PermissionAsked):
                yes = AnswerPermission(call_id=event.call_id, consent=Consent.SESSION, rule=rule)
                assert self.approvals.desk.answer(yes)

        action = Action(tool="web_fetch", text=host, effects=(Connects(host=host, port=port),))
        place = CallPlace(session_id=SessionId("s"), turn_id=TurnId("t"))
        decision = await self.approvals.judge(call, [action], place=place, publish=answer)
        assert decision.verdict is Verdict.ALLOW


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    found = available_sandboxes("linux").get(SandboxLevel.BUBBLEWRAP, "this is not Linux")
    if not isinstance(found, Bubblewrap):
        pytest.skip(f"bubblewrap is missing on this machine: {found}")

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    sandbox = replace(found, proxies=Proxies(resolve=resolve, is_allowed_address=lambda address: True))
    root = tmp_path.resolve() / "root"
    root.mkdir()
    (root / "fetch.py").write_text(
        "import sys, urllib.request, urllib.error\n"
        "try:\n"
        "    print(urllib.request.urlopen(sys.argv[1], timeout=10).status)\n"
        "except urllib.error.HTTPError as error:\n"
        "    print(error.read().decode())\n"
        "except OSError as error:\n"
        "    print('no network')\n"
    )
    approvals = Approvals(policy=policy_of(root), desk=Desk(is_attended=True), trail=Trail(clock=SystemClock()))
    confiner = Confiner(
        Security(), lambda: approvals.policy, environ={"PATH": "/usr/bin"}, note=print, find=lambda *_, **__: sandbox
    )
    processes = Processes(root, confine=confiner.confinement, outputs=SavedOutputs(tmp_path / "out", "s"))
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server, closing(confiner), closing(processes):
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Session(approvals, processes, confiner, server.server_port)
        server.shutdown()
        thread.join()


async def test_a_rule_that_an_answer_makes_reaches_the_next_command_with_its_port(session: Session) -> None:
    port = session.port
    assert await session.fetched("a.test") == "no network"
    await session.says_yes("a.test", port=443, rule="net(a.test:443)")
    assert await session.fetched("a.test") == (
        f"aircher: the host a.test is not among the allowed ones for port {port}"
    )
    await session.says_yes("a.test", port=port, rule=f"net(a.test:{port})")
    assert await session.fetched("a.test") == "200"
    assert await session.fetched("b.test") == (
        f"aircher: the host b.test is not among the allowed ones for port {port}"
    )


async def test_a_rule_that_refuses_a_port_refuses_it_inside_too(session: Session) -> None:
    port = session.port
    session.approvals.policy = session.approvals.policy.with_rule("net(*)")
    for rule in (f"net(a.test:{port})", f"net(*.b.test:{port})", "net(c.test:1)", "net(d.test)"):
        session.approvals.policy = session.approvals.policy.with_rule(rule, verdict=Verdict.DENY)
    refused = "aircher: the host {} is refused by a rule for port {}"
    assert [await session.fetched(host) for host in ("a.test", "x.b.test", "c.test", "d.test")] == [
        refused.format("a.test", port),
        refused.format("x.b.test", port),
        "200",
        refused.format("d.test", port),
    ]


async def test_a_host_that_rules_ask_about_is_refused_inside_as_nobody_can_be_asked_there(session: Session) -> None:
    policy = session.approvals.policy.with_rule("net(*.test)")
    session.approvals.policy = policy.with_rule(f"net(a.test:{session.port})", verdict=Verdict.ASK)
    assert await session.fetched("a.test") == f"aircher: the host a.test is refused by a rule for port {session.port}"
    assert await session.fetched("b.test") == "200"
