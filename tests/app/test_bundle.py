"""What goes into a bug report, and what never does."""

import zipfile
from pathlib import Path

from aircher.app.bundle import write_bundle


def bundled(tmp_path: Path, settings: str, environ: dict[str, str]) -> str:
    home = tmp_path / "home"
    (home / ".config/aircher").mkdir(parents=True)
    (home / ".config/aircher/config.toml").write_text(settings)
    log = tmp_path / "log.jsonl"
    log.write_text('{"message": "opensesame and hunter2hunter2 were refused"}\n')
    names = write_bundle(
        tmp_path / "report.zip", [], cwd=tmp_path, environ={"HOME": str(home), "PATH": "", **environ}, log=log
    )
    assert names == ("doctor.txt", "system.txt", "packages.txt", "config.json", "log.jsonl")
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        return archive.read("log.jsonl").decode()


def test_a_key_in_a_variable_that_only_the_configuration_knows_is_hidden(tmp_path: Path) -> None:
    zoo = '[providers.zoo]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\napi_key_env = "ZOO_LOGIN"\n'
    text = bundled(tmp_path, zoo, {"ZOO_LOGIN": "opensesame", "ZOO_PASSWORD": "hunter2hunter2"})
    assert text == '{"message": "[hidden] and [hidden] were refused"}\n'


def test_a_configuration_with_mistakes_still_hides_what_its_name_betrays(tmp_path: Path) -> None:
    text = bundled(tmp_path, "nonsense = [", {"ZOO_CREDENTIAL": "opensesame", "ZOO_PASSWORD": "hunter2hunter2"})
    assert text == '{"message": "[hidden] and [hidden] were refused"}\n'
