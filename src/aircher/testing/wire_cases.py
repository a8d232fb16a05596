"""Recorded answers of real servers, with what a client must make of them, from a folder with a ``cases.json``.

Invariant: a case is only data; what it is compared with is up to the test.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from aircher.domain.messages import JsonObject
from aircher.domain.records import dataclass
from aircher.testing.loopback import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class WireCase:
    """One recorded answer.

    Attributes:
        case_id: ``provider/name``.
        provider: Folder of the case; names the wire.
        api: ``chat``, ``models``, ``embeddings``…
        model: The model that was asked; empty if the index does not say.
        reply: The answer with the delivery the case asks for.
        request: Method, path and auth header that a client must send.
        expect: The expected outcome.
    """

    case_id: str
    provider: str
    api: str
    model: str
    reply: Reply
    request: JsonObject
    expect: JsonObject

    def delivered_in(self, chunk_bytes: int | None) -> Reply:
        """Return the answer cut into network chunks of this size (larger ones for bodies beyond 64 KiB).

        ``None`` = in one piece.
        """
        if chunk_bytes is not None:
            chunk_bytes = max(chunk_bytes, len(self.reply.body) // 65_536)
        return replace(self.reply, splits=(), chunk_bytes=chunk_bytes)


def load_cases(folder: Path, *, providers: frozenset[str] | None = None) -> Iterator[WireCase]:
    """Yield the cases of the folder's index; ``providers`` limits them, ``None`` = all.

    Raises:
        OSError: The index or a body is missing.
    """
    index = json.loads((folder / "cases.json").read_text("utf-8"))
    for case in index["cases"]:
        if providers is None or case["provider"] in providers:
            delivery = case.get("delivery", {})
            framing = delivery.get("framing", "chunked" if case["stream"] else "length")
            yield WireCase(
                case_id=case["id"],
                provider=case["provider"],
                api=case["api"],
                model=case.get("model", ""),
                reply=Reply(
                    status=case["status"],
                    headers=case["headers"],
                    body=(folder / case["body_file"]).read_bytes(),
                    splits=tuple(delivery.get("splits", ())),
                    chunk_bytes=delivery.get("chunk_size"),
                    end="abrupt" if delivery.get("end") == "abrupt" else "proper",
                    framing=framing,
                    is_gzipped=delivery.get("content_encoding") == "gzip",
                ),
                request=case["request"],
                expect=case["expect"],
            )
