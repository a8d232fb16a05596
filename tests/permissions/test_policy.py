"""Modes, places and rules against single effects and whole calls."""

from pathlib import Path

import pytest

from aircher.domain.effects import Action, Connects, Deletes, Effect, Reads, Runs, SetsVariable, Unknown, Writes
from aircher.domain.errors import ConfigError
from aircher.domain.levels import MODES, Mode
from aircher.permissions.builtin import table
from aircher.permissions.decision import Decision, Verdict
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.permissions.rules import Scope

ROOT = Path("/work/project")
HOME = Path("/home/user")
PLACES = Places(
    roots=(ROOT, Path("/extra")), home=HOME, own=(HOME / ".config/aircher",), readable=(Path("/var/outputs"),)
)
ALLOW, ASK, DENY = Verdict.ALLOW, Verdict.ASK, Verdict.DENY


def policy(*, mode: Mode = "ask", scope: Scope = Scope.SESSION, **rules: str | tuple[str, ...]) -> Policy:
    """Return a policy with ``deny=``, ``ask=``, ``allow=`` rules of one scope."""
    made = Policy(places=PLACES, mode=mode)
    for verdict, texts in rules.items():
        for text in (texts,) if isinstance(texts, str) else texts:
            made = made.with_rule(text, verdict=Verdict(verdict), scope=scope, origin="test")
    return made


def shell(text: str, *effects: Effect) -> tuple[Action, ...]:
    return (Action(tool="shell", text=text, effects=(Runs(program=text.split(maxsplit=1)[0]), *effects)),)


def reads(path: str | Path) -> tuple[Action, ...]:
    return (Action(tool="read", effects=(Reads(path=Path(path)),)),)


def writes(path: str | Path) -> tuple[Action, ...]:
    return (Action(tool="write", effects=(Writes(path=Path(path)),)),)


MAY_DO_ANYTHING = Unknown(reason="may do anything")


@pytest.mark.parametrize(
    ("path", "verdict", "rule"),
    [
        ("/work/project/src/a.py", ALLOW, "read(workspace)"),
        ("/work/project", ALLOW, "read(workspace)"),
        ("/extra/notes.md", ALLOW, "read(workspace)"),
        ("/var/outputs/1.txt", ALLOW, "read(workspace)"),
        ("/work/project-2/a.py", ASK, "read(/work/project-2/a.py) is outside the workspace"),
        ("/etc/passwd", ASK, "read(/etc/passwd) is outside the workspace"),
        ("/work/project/.env", ASK, "read(.env) may hold keys"),
        ("/work/project/deploy/.ENV.production", ASK, "read(.ENV.production) may hold keys"),
        ("/work/project/.env.example", ALLOW, "read(workspace)"),
        ("/work/project/id_rsa", ASK, "read(id_rsa) may hold keys"),
        ("/work/project/id_rsa.pub", ALLOW, "read(workspace)"),
        ("/work/project/.git/config", ASK, "read(config) may hold keys"),
        ("/work/project/config", ALLOW, "read(workspace)"),
        ("/home/user/.ssh/known_hosts", ASK, "read(known_hosts) may hold keys"),
    ],
)
def test_reads_are_judged_by_place_and_name(path: str, verdict: Verdict, rule: str) -> None:
    decision = policy().decide(reads(path))
    assert (decision.verdict, decision.rule) == (verdict, rule)
    assert decision.effects == (() if verdict is ALLOW else (Reads(path=Path(path)),))
    assert policy().may_read(Path(path)) is (verdict is ALLOW)


def test_nothing_done_is_harmless() -> None:
    assert policy().decide([]) == Decision(verdict=ALLOW, rule="no effects")


@pytest.mark.parametrize(
    ("words", "verdicts"),
    [
        ("read in the workspace", (ALLOW, ALLOW, ALLOW, ALLOW)),
        ("read outside the workspace", (ASK, ASK, ASK, DENY)),
        ("read what may hold keys", (DENY, ASK, ASK, DENY)),
        ("write or delete in the workspace", (DENY, ASK, ALLOW, ALLOW)),
        ("write or delete outside the workspace", (DENY, ASK, ASK, DENY)),
        ("write what is protected or may hold keys", (DENY, ASK, ASK, DENY)),
        ("run a program whose effects are known", (ALLOW, ALLOW, ALLOW, ALLOW)),
        ("run what may do anything", (DENY, ASK, ASK, ALLOW)),
        ("change a variable that programs behave by", (DENY, ASK, ASK, ALLOW)),
        ("connect from a command", (DENY, ASK, ASK, ALLOW)),
        ("connect from Aircher itself", (DENY, ASK, ASK, DENY)),
    ],
)
def test_each_mode_says_what_it_does_with_each_kind_of_effect(words: str, verdicts: tuple[Verdict, ...]) -> None:
    assert tuple(dict(table(mode))[words] for mode in MODES) == verdicts


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "path",
    [
        "/work/project/.git/hooks/pre-commit",
        "/work/project/.GIT/config",
        "/work/project/vendor/lib/.git/HEAD",
        "/work/project",
        "/work",
        "/work/project/.aircher/config.toml",
        "/home/user/.config/aircher/config.toml",
        "/home/user/.config",
        "/home/user/.bashrc",
        "/work/project/.zshrc",
        "/home/user/.config/autostart/x.desktop",
        "/etc/profile.d/x.sh",
        "/work/project/.env",
        "/work/project/certs/server.pem",
    ],
)
def test_what_is_protected_is_written_in_no_mode_and_by_no_rule(mode: Mode, path: str) -> None:
    everything = policy(mode=mode, scope=Scope.USER, allow=("write", "write(**)", f"write({path})", "delete"))
    for effect in (Writes(path=Path(path)), Deletes(path=Path(path))):
        decision = everything.decide([Action(tool="write", effects=(effect,))])
        assert (decision.verdict, decision.effects, decision.suggestion) == (
            ASK if mode in {"ask", "edit"} else DENY,
            (effect,),
            "",
        )


@pytest.mark.parametrize(
    ("effect", "is_protected"),
    [
        (Deletes(path=ROOT / "*", is_pattern=True), True),
        (Deletes(path=ROOT / "?*", is_pattern=True), True),
        (Deletes(path=ROOT / "*/*", is_pattern=True), True),
        (Deletes(path=ROOT / ".g*", is_pattern=True), True),
        (Deletes(path=ROOT / ".*", is_pattern=True), True),
        (Deletes(path=ROOT / "*.pyc", is_pattern=True), False),
        (Deletes(path=ROOT / "build/*", is_pattern=True), False),
        (Writes(path=ROOT / "certs/*", is_pattern=True), True),
        (Deletes(path=ROOT / ".gitignore"), False),
    ],
)
def test_a_pattern_that_sweeps_up_what_is_protected_asks_in_edit_mode(effect: Effect, *, is_protected: bool) -> None:
    decision = policy(mode="edit").decide(shell("rm x", effect))
    assert decision.verdict is (ASK if is_protected else ALLOW)


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("*.py", False),
        ("*", False),
        ("*.json", False),
        ("README*", False),
        ("test_*", False),
        (".e*", True),
        (".*", True),
        ("*.pem", True),
        ("server.p?m", True),
        ("*.[kp]e[ym]", True),
        ("id_*", True),
        ("certs/*", True),
        ("*/.env", True),
        (".g*/config", True),
        ("*_rsa", True),
        ("*/*", True),
        ("src/*/*", False),
        ("c*s/*", True),
        ("server.*", True),
        ("app.*", False),
        ("secret*", True),
        ("**/*.py", False),
    ],
)
def test_a_pattern_reaches_for_keys_if_it_names_them(name: str, *, is_secret: bool) -> None:
    decision = policy().decide(shell("cat x", Reads(path=ROOT / name, is_pattern=True)))
    assert decision.verdict is (ASK if is_secret else ALLOW)


@pytest.mark.parametrize(("path", "verdict"), [(".", ASK), ("certs", ASK), ("src", ALLOW), ("deploy/keys", ASK)])
def test_a_program_that_reads_a_whole_folder_of_keys_asks_and_aircher_leaves_them_out(
    path: str, verdict: Verdict
) -> None:
    everything = Reads(path=ROOT / path, is_recursive=True)
    assert policy().decide(shell("grep -r x", everything)).verdict is verdict
    assert policy().decide([Action(tool="read", effects=(everything,))]).verdict is ALLOW


def test_names_and_dates_of_keys_are_no_keys() -> None:
    assert policy().decide(shell("ls .env", Reads(path=ROOT / ".env", is_listing=True))).verdict is ALLOW


@pytest.mark.parametrize(
    ("scope", "rule", "verdict"),
    [
        (Scope.USER, "read(.env)", ALLOW),
        (Scope.SESSION, "read(.env*)", ALLOW),
        (Scope.USER, "read(/work/project/.env)", ALLOW),
        (Scope.USER, "read", ASK),
        (Scope.USER, "read(**)", ASK),
        (Scope.USER, "read(/work/**)", ASK),
        (Scope.USER, "read(.env.local)", ASK),
        (Scope.USER, "read(.ENV)", ASK),
        (Scope.PROJECT, "read(.env)", ASK),
    ],
)
def test_a_rule_that_names_keys_lets_them_be_read_unless_a_project_makes_it(
    scope: Scope, rule: str, verdict: Verdict
) -> None:
    assert policy(scope=scope, allow=rule).decide(reads(ROOT / ".env")).verdict is verdict


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("read(docs/plan.md)", "docs/plan.md"),
        ("read_file(docs/plan.md)", "docs/plan.md"),
        ("Read( docs/*.md )", "docs/plan.md"),
        ("read(DOCS/Plan.md)", "docs/plan.md"),
        ("read(./docs/**)", "docs/a/b/plan.md"),
        ("read(docs/**)", "docs"),
        ("read(docs)", "docs/a/plan.md"),
        ("read(inner/)", "docs/inner/plan.md"),
        ("read(*.md)", "docs/plan.md"),
        ("read(**/plan.md)", "plan.md"),
        ("read(**/inner/**/*.md)", "docs/inner/a/b/plan.md"),
        ("read(docs/**/plan.md)", "docs/plan.md"),
        ("read(docs/p?an.[a-m]d)", "docs/plan.md"),
        ("read(/docs/plan.md)", "docs/plan.md"),
        ("read(/work/project/docs/**)", "docs/plan.md"),
        ("read(**)", "a"),
        ("read", "a"),
        ("read(odd (1).md)", "odd (1).md"),
    ],
)
@pytest.mark.parametrize("root", PLACES.roots)
def test_a_deny_rule_refuses_what_it_names_in_every_root(root: Path, rule: str, path: str) -> None:
    target = root / path
    decision = policy(deny=("shell(rm *)", rule)).decide(reads(target))
    if rule.startswith("read(/work") and not target.is_relative_to("/work"):
        assert decision.verdict is ALLOW
    else:
        text = f"deny {rule} (session, test)"
        assert decision == Decision(verdict=DENY, rule=text, effects=(Reads(path=target),))


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("read(docs/*.md)", "docs/a/plan.md"),
        ("read(docs/*.md)", "a/docs/plan.md"),
        ("read(plan)", "docs/plan.md"),
        ("read(docs/**/a/plan.md)", "docs/plan.md"),
        ("read(docs/plan.md/x)", "docs/plan.md"),
        ("write(docs/**)", "docs/plan.md"),
        ("unknown", "docs/plan.md"),
    ],
)
def test_a_deny_rule_refuses_nothing_else(rule: str, path: str) -> None:
    assert policy(deny=rule).decide(reads(ROOT / path)) == Decision(verdict=ALLOW, rule="read(workspace)")


@pytest.mark.parametrize("rule", ["read()", "read(docs", "", "(x)", "read(../x)", "shell git"])
def test_a_text_that_is_no_rule_is_refused_with_its_origin(rule: str) -> None:
    with pytest.raises(ConfigError) as caught:
        policy(deny=rule)
    assert caught.value.message.startswith(f"test: the rule {rule!r} ")


def test_a_rule_of_many_stars_is_judged_at_once() -> None:
    assert policy(deny="read(" + "**/a/" * 40 + "b)").decide(reads(f"{ROOT}{'/a' * 900}")).verdict is ALLOW
    stars = policy(deny=f"shell({'*a' * 40}b)")
    assert stars.decide(shell("a" * 5_000)).verdict is ALLOW


def test_deny_beats_ask_beats_allow_whatever_is_more_specific() -> None:
    call = shell("npm test", MAY_DO_ANYTHING)
    assert policy(allow="shell(npm test)").decide(call) == Decision(
        verdict=ALLOW, rule="allow shell(npm test) (session, test)"
    )
    asked = policy(allow="shell(npm test)", ask="shell(npm*)").decide(call)
    assert (asked.verdict, asked.rule, asked.suggestion) == (ASK, "ask shell(npm*) (session, test)", "")
    denied = policy(allow="shell(npm test)", ask="shell(npm test)", deny="shell").decide(call)
    assert (denied.verdict, denied.rule) == (DENY, "deny shell (session, test)")


@pytest.mark.parametrize(
    ("rule", "text", "verdict"),
    [
        ("shell(git status*)", "git status -s", ALLOW),
        ("bash(git status*)", "git  status", ALLOW),
        ("shell(git status)", "git status -s", ASK),
        ("shell(git * --help)", "git push --help", ALLOW),
        ("shell(git * --help)", "git push --help x", ASK),
        ("shell(ls \\*.py)", "ls *.py", ALLOW),
        ("shell(ls \\*.py)", "ls a.py", ASK),
        ("shell(Git status)", "git status", ASK),
        ("shell(git)", "/tmp/git", ASK),
        ("shell", "anything at all", ALLOW),
    ],
)
def test_an_allow_rule_for_commands_is_held_against_the_whole_text(rule: str, text: str, verdict: Verdict) -> None:
    assert policy(allow=rule).decide(shell(text, MAY_DO_ANYTHING)).verdict is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("git status; rm -rf /", ASK),
        ("git status\nrm -rf /", ASK),
        ("git status && make", ASK),
        ("git status & make", ASK),
        ("git status | sh", ASK),
        ("git status $(make)", ASK),
        ("git status 'it", ASK),
        ("git status \\; x", ALLOW),
        ("git status ';' \"a & b\"", ALLOW),
    ],
)
def test_a_line_that_was_not_taken_apart_is_allowed_by_no_rule_for_its_beginning(text: str, verdict: Verdict) -> None:
    assert policy(allow="shell(git status*)").decide(shell(text, MAY_DO_ANYTHING)).verdict is verdict


def test_a_substitution_is_allowed_with_its_command_only_if_that_is_known_to_run() -> None:
    text = 'git status "$(make)"'
    made = policy(allow="shell(git status*)")
    assert made.decide(shell(text, MAY_DO_ANYTHING)).verdict is ALLOW
    assert made.decide([Action(tool="shell", text=text, effects=(MAY_DO_ANYTHING,))]).verdict is ASK


@pytest.mark.parametrize(
    "text", ["git push origin", "/usr/bin/git push", "./git push", "git -C sub push", "git --no-pager -c a=b push x"]
)
def test_a_deny_rule_for_a_command_also_means_the_program_in_another_folder(text: str) -> None:
    assert policy(mode="auto", deny="shell(git push*)").decide(shell(text, MAY_DO_ANYTHING)).verdict is DENY


def test_a_rule_that_allows_a_command_allows_no_path() -> None:
    effects = (MAY_DO_ANYTHING, Connects(host="example.org"))
    made = policy(allow="shell(tool*)")
    assert made.decide(shell("tool x", *effects)).verdict is ALLOW
    for effect in (Writes(path=ROOT / "a"), Reads(path=Path("/etc/passwd")), Deletes(path=Path("/tmp/a"))):
        decision = made.decide(shell("tool x", *effects, effect))
        assert (decision.verdict, decision.effects) == (ASK, (effect,))


def test_a_rule_that_allows_a_command_allows_another_environment_only_by_name() -> None:
    call = shell("LD_PRELOAD=./x.so npm test", SetsVariable(name="LD_PRELOAD"), MAY_DO_ANYTHING)
    rules = ("shell(*npm test)", "shell(*)", "shell")
    assert [policy(allow=rule).decide(call).verdict for rule in rules] == [ASK, ASK, ALLOW]
    assert policy(allow=("shell(*npm test)", "env(LD_*)")).decide(call).verdict is ALLOW
    assert policy(allow="shell", deny="env(LD_PRELOAD)").decide(call).verdict is DENY


def test_a_rule_that_allows_a_command_allows_no_place_that_is_not_known() -> None:
    call = shell("npm test", MAY_DO_ANYTHING, Unknown(reason="writes somewhere", is_place=True))
    assert policy(allow="shell").decide(call).verdict is ASK
    assert policy().decide(call).suggestion == ""
    assert policy(allow="unknown").decide(call).verdict is ALLOW


def test_each_simple_command_of_a_line_is_judged_and_one_that_stops_stops_all() -> None:
    made = policy(allow="shell(npm test)")
    line = (*shell("npm test", MAY_DO_ANYTHING), *shell("npm publish", MAY_DO_ANYTHING))
    assert made.decide(line[:1]).verdict is ALLOW
    assert made.decide(line) == Decision(
        verdict=ASK, rule="it may do anything", effects=(MAY_DO_ANYTHING,), suggestion="shell(npm publish)"
    )


@pytest.mark.parametrize(
    ("rule", "host", "verdict"),
    [
        ("net(docs.python.org)", "docs.python.org", ALLOW),
        ("net(Docs.Python.org)", "docs.python.org", ALLOW),
        ("net(python.org)", "docs.python.org", ASK),
        ("net(*.python.org)", "docs.python.org", ALLOW),
        ("net(*.python.org)", "python.org", ASK),
        ("net(*.python.org)", "evilpython.org", ASK),
        ("net(docs.python.org:443)", "docs.python.org", ASK),
        ("net(docs.python.org)", "*", ASK),
        ("net(*)", "*", ALLOW),
        ("web_fetch(docs.python.org)", "docs.python.org", ALLOW),
    ],
)
def test_hosts_are_allowed_by_name(rule: str, host: str, verdict: Verdict) -> None:
    for tool in ("net", "shell"):
        call = [Action(tool=tool, text="curl x", effects=(Connects(host=host),))]
        assert policy(allow=rule).decide(call).verdict is verdict


def test_a_port_is_one_port_and_a_refused_host_is_refused_in_doubt() -> None:
    def call(host: str, port: int | None) -> list[Action]:
        return [Action(tool="shell", text="curl x", effects=(Connects(host=host, port=port),))]

    one_port = policy(allow="net(h.org:443)")
    assert (one_port.decide(call("h.org", 443)).verdict, one_port.decide(call("h.org", 80)).verdict) == (ALLOW, ASK)
    refusing = policy(allow="shell", deny=("net(*.bad.org)", "net(worse.org:25)"))
    hosts = [("bad.org", 1), ("a.bad.org", 1), ("worse.org", None), ("worse.org", 25), ("worse.org", 80), ("*", None)]
    assert [refusing.decide(call(*host)).verdict for host in hosts] == [DENY, DENY, DENY, DENY, ALLOW, ASK]


def test_a_program_may_not_read_or_remove_a_folder_that_holds_what_is_refused() -> None:
    made = policy(mode="edit", deny=("read(src/private/**)", "write(src/keep.txt)"))
    everything = Reads(path=ROOT, is_recursive=True)
    assert made.decide(shell("grep -r x .", everything)).verdict is DENY
    assert made.decide([Action(tool="read", effects=(everything,))]).verdict is ALLOW
    assert made.decide(shell("cat x", Reads(path=ROOT / "src/*.txt", is_pattern=True))).verdict is ALLOW
    assert made.decide(shell("rm -r src", Deletes(path=ROOT / "src"))).verdict is DENY
    assert made.decide(shell("rm x", Deletes(path=ROOT / "src/k*", is_pattern=True))).verdict is DENY
    by_name = policy(mode="edit", deny="read(*.private)")
    assert by_name.decide(shell("grep -r x src", Reads(path=ROOT / "src", is_recursive=True))).verdict is ASK
    assert by_name.decide(shell("cat x", Reads(path=ROOT / "a*", is_pattern=True))).verdict is ASK
    assert by_name.decide(shell("cat x", Reads(path=ROOT / "*.py", is_pattern=True))).verdict is ALLOW


def test_a_deny_rule_for_a_tool_without_effects_holds() -> None:
    search = [Action(tool="web_search", text="python")]
    assert policy().decide(search).verdict is ALLOW
    assert policy(deny="web_search").decide(search) == Decision(verdict=DENY, rule="deny web_search (session, test)")
    assert policy(mode="auto", ask="web_search(py*)").decide(search).verdict is DENY


def test_plan_mode_only_reads_whatever_is_allowed() -> None:
    made = policy(mode="plan", scope=Scope.USER, allow=("shell", "write", "net", "read(/etc/**)"))
    for effect in (MAY_DO_ANYTHING, Writes(path=ROOT / "a"), Connects(host="a.org"), SetsVariable(name="X")):
        decision = made.decide(shell("x", effect))
        assert decision.verdict is DENY
        assert "plan mode only reads" in decision.rule
    assert made.decide(shell("cat /etc/hosts", Reads(path=Path("/etc/hosts")))).verdict is ALLOW


def test_auto_mode_asks_nothing_and_names_the_rule_that_would_allow() -> None:
    made = policy(mode="auto")
    assert made.decide(writes("/srv/a")) == Decision(
        verdict=DENY,
        rule="write(/srv/a) is outside the workspace",
        effects=(Writes(path=Path("/srv/a")),),
        suggestion="write(/srv/a)",
    )
    fetch = [Action(tool="net", effects=(Connects(host="a.org"),))]
    assert (made.decide(fetch).verdict, made.decide(fetch).suggestion) == (DENY, "net(a.org)")
    assert policy(mode="auto", ask="shell(x*)").decide(shell("x", MAY_DO_ANYTHING)).verdict is DENY


@pytest.mark.parametrize(
    ("call", "suggestion"),
    [
        (shell("npm test", MAY_DO_ANYTHING), "shell(npm test)"),
        (shell("npm run *", MAY_DO_ANYTHING), "shell(npm run \\*)"),
        (shell("python -m pytest -q", MAY_DO_ANYTHING), "shell(python -m pytest -q)"),
        (shell("python tools/x.py", MAY_DO_ANYTHING), "shell(python tools/x.py)"),
        (shell("python -c print(1)", MAY_DO_ANYTHING), ""),
        (shell("python3.11 -Ic print(1)", MAY_DO_ANYTHING), ""),
        (shell("bash", MAY_DO_ANYTHING), ""),
        (shell("env A=1 bash -lc x", MAY_DO_ANYTHING), ""),
        (shell("sudo ls", MAY_DO_ANYTHING), ""),
        (shell("node -e 1", MAY_DO_ANYTHING), ""),
        (shell("npm run $TASK", MAY_DO_ANYTHING), ""),
        (shell("x" * 300, MAY_DO_ANYTHING), ""),
        (shell("curl https://a.org", Connects(host="a.org")), "net(a.org)"),
        (shell("curl https://a.org", Connects(host="a.org"), MAY_DO_ANYTHING), "shell(curl https://a.org)"),
        (shell("npm test", SetsVariable(name="CI")), "env(CI)"),
        (shell("npm test", SetsVariable(name="CI"), MAY_DO_ANYTHING), ""),
        (shell("cp a /srv/b", Writes(path=Path("/srv/b"))), "write(/srv/b)"),
        (shell("x", Writes(path=Path("/srv/b")), MAY_DO_ANYTHING), ""),
        (shell("x", Writes(path=Path("/srv/b")), Writes(path=Path("/srv/c"))), ""),
        (writes(ROOT / "src/a.py"), "write(src/a.py)"),
        (writes(ROOT / "a.py"), "write(./a.py)"),
        (writes(ROOT / "a\nb.py"), ""),
        (writes(ROOT / ".env"), ""),
        (reads("/etc/passwd"), "read(/etc/passwd)"),
        (reads(ROOT / ".env"), ""),
        ((Action(tool="write", effects=(Deletes(path=ROOT / "a/b"),)),), "delete(a/b)"),
        ((Action(tool="mcp", text="github:create_issue", effects=(MAY_DO_ANYTHING,)),), "mcp(github:create_issue)"),
    ],
)
def test_always_writes_the_narrowest_rule_or_none(call: tuple[Action, ...], suggestion: str) -> None:
    made = policy()
    decision = made.decide(call)
    assert (decision.verdict, decision.suggestion) == (ASK, suggestion)
    if suggestion:
        assert made.with_rule(suggestion).decide(call).verdict is ALLOW


def test_nobody_goes_beyond_the_administrators_mode() -> None:
    held = Policy(places=PLACES, mode="auto", max_mode="ask")
    assert (held.mode, held.with_mode("edit").mode, held.with_mode("plan").mode) == ("ask", "ask", "plan")
