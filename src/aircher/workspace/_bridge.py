"""Runs inside a sandbox without a network: listens on its loopback and hands each connection to the proxy's socket.

A program of its own, ``python -I -S _bridge.py SOCKET PORT COMMAND…``, which becomes the command; the listener is a
child that ends with the sandbox. Invariant: it imports nothing of Aircher, as only this file is visible in there. Not
its job: judging hosts; that happens outside.
"""

import _signal  # type: ignore[import-not-found]  # the module signal takes an interpreter half its start
import _socket
import _thread
import os
import sys

_CHUNK_BYTES = 65_536
_WAITING = 128  # a package manager opens dozens of connections at once


def main(arguments: list[str]) -> None:
    """Listen, and become the command."""
    path, port, *command = arguments
    listener = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", int(port)))
    listener.listen(_WAITING)
    if os.fork() == 0:
        _serve(listener, path)
    listener.close()
    for ignored in (_signal.SIGPIPE, _signal.SIGXFSZ):  # by every Python; what is ignored would stay so
        _signal.signal(ignored, _signal.SIG_DFL)
    try:
        os.execvpe(command[0], command, _variables())  # noqa: S606 - the limits before it, and the sandbox around it, are the shell
    except OSError as exc:
        sys.exit(f"{command[0]}: {exc.strerror}")


def _variables() -> dict[str, str]:
    """Return what this process was given, without what the interpreter adds in a plain locale."""
    with open("/proc/self/environ", "rb") as given:  # noqa: PTH123 - pathlib takes longer to import than all of this
        names = {pair.partition(b"=")[0] for pair in given.read().split(b"\0")}
    return {name: value for name, value in os.environ.items() if os.fsencode(name) in names}


def _serve(listener: _socket.socket, path: str) -> None:
    """Hand over connections, apart from the command's session, output and descriptors."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    kept = listener.fileno()
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    while True:
        client = _socket.socket(fileno=listener._accept()[0])  # type: ignore[attr-defined]  # as the module socket does
        server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            server.connect(path)
        except OSError:
            client.close()
            continue
        _thread.start_new_thread(_copy, (client, server))
        _thread.start_new_thread(_copy, (server, client))


def _copy(source: _socket.socket, target: _socket.socket) -> None:
    """Copy until the source ends, and say so to the target."""
    try:
        while chunk := source.recv(_CHUNK_BYTES):
            target.sendall(chunk)
        target.shutdown(_socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            _end(end)


def _end(end: _socket.socket) -> None:
    """Wake the other thread that reads from it."""
    try:
        end.shutdown(_socket.SHUT_RDWR)
    except OSError:
        return


if __name__ == "__main__":
    main(sys.argv[1:])
