"""What the program writes into its log."""

from pathlib import Path

from tests.conftest import Aircher


def test_the_log_of_a_run_holds_no_variable_that_is_a_secret(aircher: Aircher, home: Path) -> None:
    zoo = ["--provider", "zoo", "--model", "m", "--config", "providers.zoo.base_url=http://127.0.0.1:9/v1"]
    retries = ["--config", "providers.max_retries=0"]
    done = aircher("-p", "x", *zoo, *retries, environ={"NOT_THE_KEY_TOKEN": "127.0.0.1:9"})
    assert done.code == 5
    log = (home / ".local/state/aircher/logs/aircher.jsonl").read_text()
    assert "zoo at http://[hidden] was not reached" in log
    assert "127.0.0.1:9" not in log
