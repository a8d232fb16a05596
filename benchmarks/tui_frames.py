"""The interface, measured from inside: one delta taken into the view, and one frame made of a long conversation.

A session of 10,000 lines; 200 tokens a second are appended and a frame is made every 33 ms of that time: rows of the
view at 119 x 35, then the bytes that the terminal would get. Only the calls are timed, not the pauses between them.
"""

import sys
import time
from datetime import UTC, datetime

from aircher.domain.events import Event, Published, TextDelta, TurnStarted
from aircher.domain.ids import SessionId, TurnId
from aircher.domain.messages import TextPart
from aircher.tui.blocks.factory import Blocks
from aircher.tui.look import Look
from aircher.tui.pump import Pump
from aircher.tui.terminal.capabilities import capabilities
from aircher.tui.terminal.encoding import Encoder
from aircher.tui.terminal.ink import Inkwell
from aircher.tui.terminal.painter import Painter
from aircher.tui.terminal.rows import EMPTY
from aircher.tui.theme import load_theme
from aircher.tui.viewport.view import Viewport

WIDTH, HEIGHT, LINES = 120, 40, 10_000
WORDS = ("alpha ", "**beta** ", "gamma ", "`delta` ", "epsilon ", "eta ", "theta ", "iota.\n\n", "kappa ", "lambda ")


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def painter_of(environ: dict[str, str]) -> Painter:
    can = capabilities(environ)
    return Painter(Inkwell(Encoder(can.depth), can.encoding), width=WIDTH, height=HEIGHT, has_sync=True)


def main() -> int:
    view = Viewport(lambda: None)
    look = Look(theme=load_theme("dark"))
    pump = Pump(view, Blocks(lambda: None), now_s=time.monotonic)
    seq = 0

    def apply(event: Event) -> None:
        nonlocal seq
        seq += 1
        at = datetime.now(UTC)
        pump.apply(Published(seq=seq, at=at, session_id=SessionId("s"), turn_id=TurnId("t"), event=event))

    while True:
        apply(TurnStarted(prompt=(TextPart(text="go"),), provider="p", model="m"))
        apply(TextDelta(text="".join(WORDS) * 40))
        view.rows(WIDTH - 1, HEIGHT - 5, look)
        if sum(len(block.rows(WIDTH - 1, look)) for block in view.blocks[-2:]) * len(view.blocks) / 2 > LINES:
            break
    apply(TurnStarted(prompt=(TextPart(text="and now"),), provider="p", model="m"))
    painter = painter_of({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"})
    deltas, frames, written, token = [], [], 0, 0
    for frame in range(900):
        for _ in range(7 if frame % 3 else 6):
            begun = time.perf_counter()
            apply(TextDelta(text=WORDS[token % len(WORDS)]))
            deltas.append(time.perf_counter() - begun)
            token += 1
        begun = time.perf_counter()
        rows = view.rows(WIDTH - 1, HEIGHT - 5, look)
        data = painter.paint([*rows, *[EMPTY] * (HEIGHT - len(rows))], (2, HEIGHT - 2))
        frames.append(time.perf_counter() - begun)
        written += len(data)
    print("| what | measured | bound |\n|---|---|---|")
    print(f"| a delta taken into the view, p99 | {quantile(deltas, 0.99) * 1000:.3f} ms | < 1 ms |")
    p95, p99 = quantile(frames, 0.95) * 1000, quantile(frames, 0.99) * 1000
    print(
        f"| a frame of a session of {LINES:,} lines | p95 {p95:.1f} ms, p99 {p99:.1f} ms | p95 <= 8 ms, p99 <= 16 ms |"
    )
    print(f"| bytes a token of such frames | {written / token:.0f} | <= 260 |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
