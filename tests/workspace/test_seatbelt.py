"""The profile of macOS as text: no Mac was at hand."""

from pathlib import Path

from aircher.workspace._proxies import Proxies
from aircher.workspace._seatbelt import PROGRAM, Seatbelt, profile
from aircher.workspace.confinement import Grants, ResourceLimits

ROOT = Path("/Users/a/project")
TEMPORARY = Path("/private/tmp/aircher")
GRANTS = Grants(
    writable=(ROOT,), readonly=(ROOT / ".git" / "hooks",), hidden=(Path("/Users/a/.ssh"), ROOT / 'odd" name\\')
)


def test_everything_is_refused_but_what_is_granted_and_the_last_rule_wins() -> None:
    lines = profile(GRANTS, temporary=TEMPORARY, proxy_port=0).splitlines()
    assert lines[:2] == ["(version 1)", "(deny default)"]
    start = lines.index('(allow file-write* (subpath "/Users/a/project"))')
    assert lines[start:] == [
        '(allow file-write* (subpath "/Users/a/project"))',
        '(allow file-write* (subpath "/private/tmp/aircher"))',
        '(deny file-write* (subpath "/Users/a/project/.git/hooks"))',
        '(deny file-write-unlink (literal "/Users/a/project/.git"))',
        '(deny file-read* file-write* (subpath "/Users/a/.ssh"))',
        '(deny file-read* file-write* (subpath "/Users/a/project/odd\\" name\\\\"))',
        "(deny network*)",
    ]


def test_allowed_hosts_are_reached_by_the_proxy_alone() -> None:
    last = profile(GRANTS, temporary=TEMPORARY, proxy_port=4321).splitlines()[-2:]
    assert last == ["(deny network*)", '(allow network-outbound (remote ip "localhost:4321"))']


def test_a_launch_names_the_proxy_and_closes_it_at_the_end() -> None:
    sandbox = Seatbelt(temporary=TEMPORARY, proxies=Proxies())
    try:
        grants = Grants(writable=(ROOT,), hosts=("docs.python.org",))
        launch = sandbox.launch(["true"], cwd=ROOT, environ={}, grants=grants, limits=ResourceLimits())
        proxy = launch.environ["HTTPS_PROXY"]
        port = int(proxy.rpartition(":")[2])
        assert proxy == f"http://127.0.0.1:{port}"
        assert launch.argv[:2] == (PROGRAM, "-p")
        assert launch.argv[2] == profile(grants, temporary=TEMPORARY, proxy_port=port)
        assert launch.argv[-1] == "true"
        launch.close()
        assert launch.settle() == ()
    finally:
        sandbox.close()
