"""What the tools for the web are given: which engines may be asked, and by which way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aircher.support.secret import Secret
    from aircher.tools._web import Web

Engine: TypeAlias = Literal["brave", "duckduckgo", "custom"]

BRAVE_URL = "https://api.search.brave.com/res/v1/web/search"
DUCKDUCKGO_URL = "https://html.duckduckgo.com/html/"


class WebAccess:
    """The way to the web; the two ways are made on first use, as they bring much along.

    Attributes:
        make: Makes the way to public servers; ``None`` = the ordinary one.
        make_own: Makes the way to the user's own search engine, which may be on this machine; ``None`` = the
            ordinary one without the vetting of addresses.
    """

    __slots__ = ("make", "make_own")

    def __init__(self, *, make: Callable[[], Web] | None = None, make_own: Callable[[], Web] | None = None) -> None:
        self.make = make
        self.make_own = make_own

    def public(self) -> Web:
        """Return the way to servers of the public internet."""
        from aircher.tools._web import Web

        return Web() if self.make is None else self.make()

    def own(self) -> Web:
        """Return the way to a server that the user named, wherever it is."""
        from aircher.tools._web import Web

        return Web(may_connect=bool) if self.make_own is None else self.make_own()


class SearchSettings:
    """How the web is searched.

    Attributes:
        engines: Which are asked, in this order, until one answers.
        brave_key: Without one Brave is left out.
        custom_url: Address of the user's own engine; ``{query}`` stands for the words, ``{count}`` for how many
            results are wanted. Empty = there is none.
        max_results: Most results of a search.
        cache_s: How long an answer is used again.
        urls: Where the engines are, by name.
    """

    __slots__ = ("brave_key", "cache_s", "custom_url", "engines", "max_results", "urls")

    def __init__(
        self,
        *,
        engines: Sequence[Engine],
        brave_key: Secret | None = None,
        custom_url: str = "",
        max_results: int = 5,
        cache_s: float = 3_600.0,
        urls: Mapping[str, str] | None = None,
    ) -> None:
        self.engines = tuple(engines)
        self.brave_key = brave_key
        self.custom_url = custom_url
        self.max_results = max_results
        self.cache_s = cache_s
        self.urls = {"brave": BRAVE_URL, "duckduckgo": DUCKDUCKGO_URL, **(urls or {})}
