"""Handlers of signals for as long as a terminal is ours.

Invariant: a signal that whoever started us wanted ignored (nohup) stays ignored, and what handled it before does so
again afterwards. Outside the main thread there are no signals.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Mapping


class Signals:
    """Signals and what is called for them, within a running loop."""

    def __init__(self, handlers: Mapping[signal.Signals, Callable[[], None]]) -> None:
        """Be ready to listen."""
        self._handlers = handlers
        self._before: dict[signal.Signals, object] = {}

    def listen(self) -> None:
        """Call the handlers from now on."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number, handler in self._handlers.items():
            before = signal.getsignal(number)
            if before is signal.SIG_IGN or number in self._before:
                continue
            self._before[number] = before
            loop.add_signal_handler(number, handler)

    def release(self) -> None:
        """Have everything as it was before."""
        loop = asyncio.get_running_loop()
        for number, before in self._before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, before if callable(before) else signal.SIG_DFL)
        self._before.clear()

    def act_as_usual(self, number: signal.Signals, send: Callable[[signal.Signals], None]) -> None:
        """Send a signal to ourselves that does what it does in any program; listen again if that was not the end.

        Nobody hears of being continued after a stop that this was: it is over when this returns.
        """
        loop = asyncio.get_running_loop()
        heard = [each for each in {number, signal.SIGCONT} if each in self._before]
        for each in heard:
            loop.remove_signal_handler(each)
        usual = signal.signal(number, signal.SIG_DFL)
        send(number)
        if number not in heard:
            signal.signal(number, usual)
        for each in heard:
            loop.add_signal_handler(each, self._handlers[each])
