"""What manifests say, also broken ones."""

import pytest

from aircher.domain.answers import EntryPoint, Manifest
from aircher.project.manifests import is_manifest, manifest_of

NPM = """{
  "name": "web",
  "description": "A site.",
  "main": "lib/index.js",
  "bin": {"web": "bin/web.js"},
  "scripts": {
    "test": "mocha"
  }
}
"""
CARGO = '[package]\nname = "tool"\ndescription = "Cuts."\n\n[[bin]]\nname = "cut"\npath = "src/cut.rs"\n'


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "pyproject.toml",
            '[project]\nname = "p"\n[project.scripts]\np = "p:main"\n',
            Manifest(
                path="pyproject.toml",
                kind="Python package",
                name="p",
                entry_points=(EntryPoint(name="p", target="p:main", path="pyproject.toml", line=4),),
            ),
        ),
        (
            "web/package.json",
            NPM,
            Manifest(
                path="web/package.json",
                kind="npm package",
                name="web",
                summary="A site.",
                entry_points=(
                    EntryPoint(name="main", target="lib/index.js", path="web/package.json", line=4),
                    EntryPoint(name="web", target="bin/web.js", path="web/package.json", line=5),
                    EntryPoint(name="npm run test", target="mocha", path="web/package.json", line=7),
                ),
            ),
        ),
        (
            "package.json",
            '{"name": "one", "bin": "cli.js"}',
            Manifest(
                path="package.json",
                kind="npm package",
                name="one",
                entry_points=(EntryPoint(name="one", target="cli.js", path="package.json", line=1),),
            ),
        ),
        ("go.mod", "module example.org/m\n", Manifest(path="go.mod", kind="Go module", name="example.org/m")),
        (
            "Cargo.toml",
            CARGO,
            Manifest(
                path="Cargo.toml",
                kind="Rust crate",
                name="tool",
                summary="Cuts.",
                entry_points=(EntryPoint(name="cut", target="src/cut.rs", path="Cargo.toml", line=6),),
            ),
        ),
        ("pom.xml", "<project/>", Manifest(path="pom.xml", kind="Maven project")),
    ],
)
def test_a_manifest_names_the_project_and_the_ways_into_it(path: str, text: str, expected: Manifest) -> None:
    assert manifest_of(path, text) == expected


@pytest.mark.parametrize(
    ("path", "kind"), [("pyproject.toml", "Python package"), ("package.json", "npm package"), ("go.mod", "Go module")]
)
@pytest.mark.parametrize("text", ["", "][", "[1, 2]", '{"scripts": 3, "bin": []}', "project = 3\n", "[" * 20_000])
def test_a_broken_manifest_is_still_one(path: str, kind: str, text: str) -> None:
    manifest = manifest_of(path, text)
    assert manifest is not None
    assert (manifest.path, manifest.kind, manifest.entry_points) == (path, kind, ())


def test_any_other_file_is_no_manifest() -> None:
    assert manifest_of("src/app.py", "") is None
    assert not is_manifest("src/app.py")
    assert is_manifest("deep/go.mod")
