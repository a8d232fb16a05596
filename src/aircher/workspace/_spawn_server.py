"""Starts commands for Aircher and says how they ended: a process with one thread, so it can fork at any time.

Called as ``main([FD])`` by an interpreter that does nothing else, with a connected stream socket. A request is a
length, with descriptors beside it, and then marshalled words; the answers go into two pipes that came with it:

- the first gets the number of the process, and its status as `os.waitpid` has it once it has ended;
- the second closes when the process has become the command, after an ``errno`` if it could not.

Invariant: a command has the descriptors that it was given and no others, is in a session of its own, and none goes on
when the socket closes, however Aircher ended. Whatever a command gives up, it gives up between fork and exec, in
`_landlock_start`, which is there already: that saves it the start of an interpreter. No secret is known here: the
variables of a command come with its request.
"""

import _signal  # type: ignore[import-not-found]  # the module signal takes an interpreter half its start
import _socket
import errno
import fcntl
import marshal
import os
import select
import struct

HEADER = struct.Struct("=I")
NUMBER = struct.Struct("=i")
MOST_FDS = 64
_LEAST_FDS = 2  # one for each answer
_MOST_SIGNALS = 512
_CANNOT_START = 126


def main(arguments: "list[str]") -> None:
    """Serve until the socket closes."""
    os.set_inheritable(int(arguments[0]), False)  # noqa: FBT003 - so it is called
    _Server(_socket.socket(fileno=int(arguments[0]))).serve()


class _Request:
    """A command that is to be started, with its descriptors."""

    def __init__(self, words: bytes, fds: "list[int]") -> None:
        # they come from Aircher itself, which runs the same interpreter
        self.argv, self.environ, self.folder, self.targets, self.is_confined = marshal.loads(words)  # noqa: S302
        self.report, self.failing, *self.given = fds

    def place(self) -> None:
        """Give the command's descriptors their numbers; all others close by themselves when it starts."""
        free = max((*self.targets, *self.given, self.failing)) + 1
        self.failing = fcntl.fcntl(self.failing, fcntl.F_DUPFD_CLOEXEC, free)
        moved = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, free) for fd in self.given]
        for fd, target in zip(moved, self.targets, strict=True):
            os.dup2(fd, target)


class _Server:
    """The socket, and the running commands with the pipe that waits for the end of each."""

    def __init__(self, control: _socket.socket) -> None:
        self._control = control
        self._confining = __import__("_landlock_start")  # by its bare name, as this module is: see `_launcher`
        self._reports: dict[int, int] = {}
        self._ended, self._wakes = os.pipe()
        os.set_blocking(self._ended, False)
        os.set_blocking(self._wakes, False)
        _signal.signal(_signal.SIGCHLD, _unseen)
        _signal.set_wakeup_fd(self._wakes)
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

    def serve(self) -> None:
        """Start and reap, until the socket closes; then end everything."""
        waiting = select.poll()
        waiting.register(self._control.fileno(), select.POLLIN)
        waiting.register(self._ended, select.POLLIN)
        is_open = True
        while is_open:
            for fd, _ in waiting.poll():
                if fd == self._ended:
                    os.read(fd, _MOST_SIGNALS)
                    self._reap()
                else:
                    is_open = self._take()
        self._end()

    def _take(self) -> bool:
        """Start what is asked for; false = the socket is closed."""
        head, ancillary, _, _ = self._control.recvmsg(HEADER.size, _socket.CMSG_SPACE(MOST_FDS * NUMBER.size))
        fds = [fd for _, _, data in ancillary for (fd,) in NUMBER.iter_unpack(data)]
        for fd in fds:
            os.set_inheritable(fd, False)  # noqa: FBT003 - so it is called
        words = self._read(HEADER.unpack(head)[0]) if len(head) == HEADER.size else b""
        if words and len(fds) >= _LEAST_FDS:
            self._start(_Request(words, fds))
        for fd in fds:
            os.close(fd)
        return bool(words)

    def _read(self, size: int) -> bytes:
        """Return the words of a request; nothing if the socket closes before their end."""
        words = b""
        while len(words) < size:
            piece = self._control.recv(size - len(words))
            if not piece:
                return b""
            words += piece
        return words

    def _start(self, request: _Request) -> None:
        if len(request.given) != len(request.targets):  # more than this process may have open
            _tell(request.failing, errno.EMFILE)
            return
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError as exc:
            _tell(request.failing, exc.errno or errno.EAGAIN)
            return
        if pid == 0:
            self._become(request, server)
        self._reports[pid] = os.dup(request.report)
        _tell(request.report, pid)

    def _become(self, request: _Request, server: int) -> None:
        """Become the command, or tell why not and end."""
        number = errno.EIO
        try:
            os.setsid()
            request.place()
            for number in range(1, 32):  # two by every Python, more if a shell began us in the background
                if _signal.getsignal(number) == _signal.SIG_IGN:
                    _signal.signal(number, _signal.SIG_DFL)  # what is ignored would stay so
            os.chdir(request.folder)
            if request.is_confined:
                self._confining.become(request.argv, request.environ, parent=server)
            os.execvpe(request.argv[0], request.argv, request.environ)  # noqa: S606 - the sandbox is around it
        except OSError as exc:
            number = exc.errno or number
        finally:
            _tell(request.failing, number)
            os._exit(_CANNOT_START)

    def _reap(self) -> None:
        while self._reports:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            report = self._reports.pop(pid)
            _tell(report, status)
            os.close(report)

    def _end(self) -> None:
        for pid in self._reports:
            for kill in (os.killpg, os.kill):  # it leads no group before it has made its session
                try:
                    kill(pid, _signal.SIGKILL)
                except OSError:
                    continue


def _unseen(number: int, frame: object) -> None:
    """Do nothing: it is the descriptor, which the signal wakes, that matters."""


def _tell(report: int, number: int) -> None:
    try:
        os.write(report, NUMBER.pack(number))
    except OSError:  # Aircher has gone on without it
        return
