"""What is committed: nothing of the machine it was written on, nothing huge, no link that leads nowhere."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
FILE_BYTES_AT_MOST = 1 << 20
AGENTS_LINES_AT_MOST = 120

FOREIGN = re.compile(
    r"(?<![\w.-])/work/[m]ain|(?:\.\.|/work)/[s]hared/|/opt/[w]heels|/tmp/[h]elper|/root/\.[a-z]|[f]iles\.pythonhosted\.org"
    r"|^\s*(?:--)?(?:extra-)?index-url\b.*://",
    re.MULTILINE,
)
"""Paths of a workplace and addresses of a package index. The brackets keep the pattern from matching itself."""

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
SOURCE_FILE = re.compile(r"(?<![\w/.<])((?:[\w-]+/)+\w+\.(?:py|sh))\b")
RUNNABLE = re.compile(r"<!-- runnable -->\s*```console\n(.*?)```", re.DOTALL)


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def pages() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def dead_links(page: Path) -> Iterator[str]:
    """Yield each link of the page whose file, or whose heading in a Markdown file, is not there."""
    for match in LINK.finditer(FENCE.sub("", page.read_text())):
        link = match[1] or match[2]
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            yield f"{page.relative_to(ROOT)}: {link} leads nowhere"
        elif anchor and target.suffix == ".md" and anchor not in headings(target):
            yield f"{page.relative_to(ROOT)}: {link} names no heading"


def headings(page: Path) -> set[str]:
    """Return the anchors of the page's headings, as GitHub and the site make them."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_no_file_names_the_machine_it_was_written_on_or_a_package_index() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0].strip()}"
        for path in tracked()
        for match in FOREIGN.finditer(path.read_bytes().decode(errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["see ../" + "shared/design", "/work" + "/main/src", "--extra-index-" + "url https://host.example/simple"]
)
def test_a_foreign_name_is_recognised(text: str) -> None:
    assert FOREIGN.search(text)


def test_requirements_name_no_address_at_all() -> None:
    found = [path.name for path in (ROOT / "requirements").iterdir() if "://" in path.read_text()]
    assert found == []


def test_no_file_is_larger_than_a_mebibyte() -> None:
    assert [path for path in tracked() if path.stat().st_size > FILE_BYTES_AT_MOST] == []


def test_the_page_for_agents_stays_short() -> None:
    assert len((ROOT / "AGENTS.md").read_text().splitlines()) <= AGENTS_LINES_AT_MOST


def test_every_relative_link_leads_somewhere() -> None:
    assert [dead for page in pages() for dead in dead_links(page)] == []


def test_a_dead_link_is_recognised() -> None:
    links = [match[1] or match[2] for match in LINK.finditer("[a](b.md#c) ![d](e.png) [f](https://g.example/)")]
    assert links == ["b.md#c", "e.png", "https://g.example/"]


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        f"{page.relative_to(ROOT)}: make {target}"
        for page in pages()
        for target in re.findall(r"`make ([a-z-]+)[^`]*`", page.read_text())
        if target not in targets
    }
    assert named == set()


def test_every_source_file_that_a_page_names_exists() -> None:
    roots = (ROOT, ROOT / "src/aircher")
    missing = {
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages()
        for name in SOURCE_FILE.findall(page.read_text())
        if not any((root / name).is_file() for root in roots)
    }
    assert missing == set()


def navigation(entry: object) -> Iterator[str]:
    """Yield the pages that the site's navigation names."""
    match entry:
        case str():
            yield entry
        case dict():
            for value in entry.values():
                yield from navigation(value)
        case list():
            for value in entry:
                yield from navigation(value)


def test_the_navigation_of_the_site_names_every_page_and_no_other() -> None:
    site = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]
    docs = {path.relative_to(ROOT / "docs").as_posix() for path in pages() if path.is_relative_to(ROOT / "docs")}
    assert sorted(navigation(site["nav"])) == sorted(docs)


def runnable_examples() -> list[str]:
    return [
        line.removeprefix("$ ")
        for block in RUNNABLE.findall((ROOT / "README.md").read_text())
        for line in block.splitlines()
        if line.startswith("$ ")
    ]


def test_the_readme_has_examples_that_can_be_run() -> None:
    assert runnable_examples() != []


@pytest.mark.parametrize("line", runnable_examples())
def test_an_example_of_the_readme_runs(line: str, environ: dict[str, str]) -> None:
    words = shlex.split(line, comments=True)
    words[0] = str(Path(sys.executable).with_name(words[0]))
    done = subprocess.run(
        words, cwd=ROOT, env=environ, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60
    )
    assert (done.returncode, done.stdout != b"") == (0, True), done.stderr.decode()
