"""``aircher usage``: the table, the limits, and days that are the user's."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import Aircher
from tests.storage.test_ledger import ENTRY

from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.spending import UsageEntry
from aircher.domain.usage import Usage
from aircher.storage.database import Database
from aircher.storage.ledger import SqliteLedger
from aircher.storage.migrate import SESSIONS
from aircher.support.paths import project_id


def note(home: Path, entries: Sequence[UsageEntry]) -> None:
    with Database(home / ".local/share/aircher/sessions.db", SESSIONS) as database:
        ledger = SqliteLedger(database)
        for entry in entries:
            ledger.note(entry)
        ledger.flush()


def test_the_table_counts_calls_tokens_and_cost_and_says_what_is_unknown(aircher: Aircher, home: Path) -> None:
    free = replace(ENTRY, provider="zoo", model="m", usage=Usage(input_tokens=12_345), cost_usd=None, is_estimated=True)
    note(home, [ENTRY, ENTRY, free, free, free])
    done = aircher("usage", "--by", "model", "--since", "2026-11-24", "--until", "2026-11-24")
    assert done.stdout.splitlines()[:5] == [
        "model         calls   input  cached  output  cost",
        "openai/small      2     200      80      40  0.5000 USD",
        "zoo/m             3  37,035       -       0  0.0000 USD + 3 calls of unknown price",
        "total             5  37,235      80      40  0.5000 USD + 3 calls of unknown price",
        "3 calls estimated: not reported by the server, or cut off",
    ]
    assert (done.code, done.stderr) == (0, "")


def test_the_limits_stand_below_with_what_is_used_of_them(aircher: Aircher, home: Path) -> None:
    now = datetime.now(UTC)
    note(home, [replace(ENTRY, at=now, cost_usd=2.5), replace(ENTRY, at=now, provider="zoo", cost_usd=1.0)])
    limit = ("--config", "costs.limits.openai=10", "--config", "costs.monthly_budget=0")
    assert aircher("usage", *limit).stdout.splitlines()[-3:] == [
        "today at zoo: 1.0000 USD",
        "the day: 3.5000 USD of 10.00 allowed, 35%",
        "the day at openai: 2.5000 USD of 10.00 allowed, 25%",
    ]
    done = aircher("usage", "--json", *limit, "--config", "costs.track_by_provider=false")
    found = json.loads(done.stdout)
    assert found["providers_today"] == {}
    assert found["limits"] == [
        {
            "name": "the day",
            "key": "costs.daily_limit",
            "is_default": True,
            "allowed_usd": 10.0,
            "used_ratio": 0.35,
            "cost_usd": 3.5,
            "unpriced_calls": 0,
        },
        {
            "name": "the day at openai",
            "key": "costs.limits.openai",
            "is_default": False,
            "allowed_usd": 10.0,
            "used_ratio": 0.25,
            "cost_usd": 2.5,
            "unpriced_calls": 0,
        },
    ]


def test_a_project_can_be_looked_at_alone(aircher: Aircher, home: Path, project: Path) -> None:
    here = replace(ENTRY, project_id=ProjectId(project_id(project)), project_path=str(project))
    note(home, [here, ENTRY])
    found = json.loads(aircher("usage", "--by", "project", "--project", "--since", "all", "--json").stdout)
    assert found["rows"] == [
        {
            "key": str(project),
            "calls": 1,
            "cost_usd": 0.25,
            "unpriced_calls": 0,
            "estimated_calls": 0,
            "input_tokens": 100,
            "output_tokens": 20,
            "cached_tokens": 40,
            "cache_write_tokens": None,
            "reasoning_tokens": None,
        }
    ]
    assert found["total"] == found["rows"][0] | {"key": "total"}
    assert len(json.loads(aircher("usage", "--by", "project", "--since", "all", "--json").stdout)["rows"]) == 2


def test_a_day_ends_when_it_ends_where_the_user_is(aircher: Aircher, home: Path) -> None:
    moments = ("2026-03-28T22:59:59", "2026-03-28T23:00:00", "2026-03-29T21:59:59", "2026-03-29T22:00:00")
    note(home, [replace(ENTRY, at=datetime.fromisoformat(f"{moment}+00:00")) for moment in moments])

    def days(zone: str, *arguments: str) -> dict[str, int]:
        done = aircher("usage", "--since", "2026-03-01", "--json", *arguments, environ={"TZ": zone})
        return {row["key"]: row["calls"] for row in json.loads(done.stdout)["rows"]}

    assert days("Europe/Berlin") == {"2026-03-28": 1, "2026-03-29": 2, "2026-03-30": 1}
    assert days("Europe/Berlin", "--until", "2026-03-29") == {"2026-03-28": 1, "2026-03-29": 2}
    assert days("UTC") == {"2026-03-28": 2, "2026-03-29": 2}


@pytest.mark.parametrize(("since", "sessions"), [("today", 1), ("2d", 2), ("all", 3)])
def test_how_far_back_is_said_in_days(aircher: Aircher, home: Path, since: str, sessions: int) -> None:
    noon = datetime.now(UTC).replace(hour=12)
    note(
        home,
        [replace(ENTRY, at=noon - timedelta(days=days), session_id=SessionId(f"s{days}")) for days in (0, 1, 400)],
    )
    done = aircher("usage", "--by", "session", "--since", since, "--json", environ={"TZ": "UTC"})
    assert [row["key"] for row in json.loads(done.stdout)["rows"]] == ["s0", "s1", "s400"][:sessions]


def test_where_nothing_was_used_that_is_said(aircher: Aircher) -> None:
    done = aircher("usage", "--since", "month")
    assert (done.code, done.stderr) == (0, "note: nothing was used in this time\n")
    assert done.stdout == "the day: 0.0000 USD of 10.00 allowed, 0%\nthe month: 0.0000 USD of 100.00 allowed, 0%\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--since", "yesterday"), "--since 'yesterday' is no day"),
        (("--until", "2026-02-30"), "--until '2026-02-30' is no day"),
        (("--since", "0d"), "--since '0d' is no day"),
        (("--since", "999999999d"), "--since or --until is a day that no calendar has"),
        (("--until", "9999-12-31"), "--since or --until is a day that no calendar has"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "--until 2026-03-01 is before --since 2026-03-02"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(aircher: Aircher, arguments: tuple[str, ...], message: str) -> None:
    done = aircher("usage", *arguments)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error[usage]: {message}\nhint: ")
