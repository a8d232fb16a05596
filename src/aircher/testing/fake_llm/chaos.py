"""Mishaps by chance, and yet the same ones again for the same seed.

Invariant: what happens to a request depends on the seed and on the number of the request, on nothing else: requests
that run side by side cannot change each other's fate.
"""

from enum import StrEnum
from random import Random
from typing import Annotated

from msgspec import Meta, Struct

Ratio = Annotated[float, Meta(ge=0, le=1)]

_STATUSES = (500, 502, 503)
_RETRY_AFTER_MS = (50, 100, 500, 1000, 2000)
_LATEST_FRAME = 12  # early enough to happen in the middle of a short answer


class MishapKind(StrEnum):
    """What can go wrong; each is a key of `Chaos`."""

    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    CUT = "cut"
    STALL = "stall"
    MALFORMED = "malformed"
    SLOW = "slow"


class Mishap(Struct, frozen=True, kw_only=True):
    """What goes wrong with one request.

    Attributes:
        kind: Of the two errors, the request is refused; the others spoil the body.
        after_frames: How much of a stream is still sent well.
        status: HTTP status of a refusal.
        retry_after_s: What a refusal by rate limit asks for.
    """

    kind: MishapKind
    after_frames: int = 0
    status: int = 500
    retry_after_s: float | None = None


class Chaos(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How likely each mishap is, for every request that asks for an answer.

    Attributes:
        seed: The same seed, the same mishaps.
        rate_limit: Refused with 429 and a hint when to come again.
        server_error: Refused with 500, 502 or 503.
        cut: The connection ends within the body.
        stall: Nothing more is sent, and the connection stays open.
        malformed: One frame is broken off in its middle; the rest follows.
        slow: One frame arrives in small pieces.
    """

    seed: int = 0
    rate_limit: Ratio = 0.0
    server_error: Ratio = 0.0
    cut: Ratio = 0.0
    stall: Ratio = 0.0
    malformed: Ratio = 0.0
    slow: Ratio = 0.0

    def __post_init__(self) -> None:
        total = sum(getattr(self, kind) for kind in MishapKind)
        if total > 1 + 1e-9:
            raise ValueError(f"the mishaps add up to {total:g}; allowed is 1 at most")

    @classmethod
    def evenly(cls, ratio: float, *, seed: int = 0) -> "Chaos":
        """Return a chaos in which this share of all requests suffers, each mishap as often as the others."""
        share = ratio / len(MishapKind)
        return cls(seed=seed, **{kind.value: share for kind in MishapKind})

    def draw(self, number: int) -> Mishap | None:
        """Return what happens to the request of this number; ``None`` = nothing."""
        chance = Random(f"{self.seed}:{number}")  # noqa: S311 - must be repeatable, guards nothing
        left = chance.random()
        for kind in MishapKind:
            left -= getattr(self, kind)
            if left < 0:
                return _mishap(kind, chance)
        return None


def _mishap(kind: MishapKind, chance: Random) -> Mishap:
    match kind:
        case MishapKind.RATE_LIMIT:
            return Mishap(kind=kind, status=429, retry_after_s=chance.choice(_RETRY_AFTER_MS) / 1000)
        case MishapKind.SERVER_ERROR:
            return Mishap(kind=kind, status=chance.choice(_STATUSES))
        case MishapKind.CUT | MishapKind.STALL | MishapKind.MALFORMED | MishapKind.SLOW:
            return Mishap(kind=kind, after_frames=chance.randint(1, _LATEST_FRAME))
