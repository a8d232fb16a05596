from pathlib import Path

import pytest
from tests.wire.replay import CHUNKINGS, SPEAKERS, check

from aircher.providers import registry
from aircher.testing.wire_cases import WireCase, load_cases

SPOKEN = frozenset(name for name, kind in SPEAKERS.items() if registry.is_known(kind))
CASES = tuple(load_cases(Path(__file__).parent / "fixtures", providers=SPOKEN))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case_id)
async def test_a_case_gives_the_expected_outcome_in_its_own_delivery(case: WireCase) -> None:
    assert await check(case, case.reply) == []


@pytest.mark.parametrize("chunking", CHUNKINGS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case_id)
async def test_chunk_size_makes_no_difference(case: WireCase, chunking: str) -> None:
    assert await check(case, case.delivered_in(CHUNKINGS[chunking])) == []
