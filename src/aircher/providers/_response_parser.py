"""The framing of one HTTP/1.1 answer: bytes in, status, headers and pieces of the body out. Pure.

Invariant: a body that ends where nothing announced its end is whole only if it was to end with the connection.
Source: RFC 9112 §6.3.
"""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

_HEAD_BYTES = 65_536  # gateways repeat long policy headers
_INFORMATIONAL = range(100, 200)


class BrokenAnswer(Exception):
    """The answer is not HTTP, or was cut."""


class ResponseParser:
    """Reads one answer; informational ones before it are passed over.

    Attributes:
        status: HTTP status; 0 until ``has_head``.
        headers: Names in lower case, repeated ones joined by commas.
        has_head: Whether status and headers are complete.
        is_over: Whether the body is.
        keeps_alive: Whether the connection may carry another exchange.
    """

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.has_head = False
        self.is_over = False
        self.keeps_alive = False
        self._head_bytes = 0
        self._body: list[bytes] = []
        self._parser = HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take bytes.

        Raises:
            BrokenAnswer: They are not HTTP, or the head does not end.
        """
        if self.is_over:
            self.keeps_alive = False  # nobody asked for more
            return
        if not self.has_head:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as exc:  # an upgrade is no error there, but nobody asked for one
            if not self._has_ended():
                raise BrokenAnswer(f"{exc}") from exc
            self.keeps_alive = False
        if not self.has_head and self._head_bytes > _HEAD_BYTES:
            raise BrokenAnswer("the head of the answer does not end")

    def _has_ended(self) -> bool:
        """Whether httptools has meanwhile reached the end of the answer: what follows it is nobody's business."""
        return self.is_over

    def close(self) -> None:
        """Take the end of the connection.

        Raises:
            BrokenAnswer: The answer is not over.
        """
        ends_with_connection = self.has_head and not {"content-length", "transfer-encoding"} & self.headers.keys()
        if not self.is_over and not ends_with_connection:
            raise BrokenAnswer("the connection was closed before the answer was over")
        self.is_over = True
        self.keeps_alive = False

    def take(self) -> bytes:
        """Return the pieces of the body that have come since, as one; empty = none."""
        if not self._body:
            return b""
        data = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._body.clear()
        return data

    def on_message_begin(self) -> None:
        """Stop at what follows the answer in the same piece: it must not become part of it."""
        if self.is_over:
            raise BrokenAnswer("more than one answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; called by httptools, as what follows."""
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
        self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text

    def on_headers_complete(self) -> None:
        """Take the end of the head."""
        self.status = self._parser.get_status_code()
        self.has_head = self.status not in _INFORMATIONAL

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Take the end of the body, or of an informational answer."""
        if self.has_head:
            self.is_over = True
            self.keeps_alive = self._parser.should_keep_alive()
        else:
            self.headers = {}
