"""Every failure Aircher can name, as one tree, with a stable code and a remedy each.

    AircherError
    ├── UsageError                    usage.*              the command line or a call asks for nonsense
    ├── ConfigError                   config.*             a configuration file or variable is wrong
    ├── ProviderError                 provider.*           a model's server, or the way to it
    │   ├── ApiError                  provider.api         the server answered with an error
    │   │   ├── AuthError             provider.auth        key missing, wrong, or without the right
    │   │   ├── RateLimitError        provider.rate_limit  come back later; ``retry_after_s`` says when
    │   │   ├── QuotaError            provider.quota       the account is empty: waiting does not help
    │   │   ├── TokenLimitError       provider.tokens      the prompt does not fit the model's window
    │   │   └── ContentFilteredError  provider.filtered    the server refuses this content
    │   ├── NetworkError              provider.network     no connection, or it timed out
    │   └── StreamInterruptedError    provider.stream      the stream broke off or became unreadable
    ├── BudgetError                   budget.*             a limit the user set was reached
    ├── SchemaError                   schema               the answer does not satisfy the user's schema
    ├── DeadlineError                 deadline             the time the user allowed is over
    ├── PermissionRefused             permission.refused   policy or user said no
    ├── StorageError                  storage.*            a database could not be read or written
    └── Defect                        defect               a bug in Aircher itself

A tool's failure is not among them: `aircher.domain.tools.ToolFailure` is a value that the model sees.

Nothing is imported here: every start of the program pays for this module.
"""

STATE_REFUSED = "provider.state_refused"
"""Code under which a call is sent again without the reasoning of earlier answers."""
BEGUN_ANEW = "provider.begun_anew"
"""Code under which an answer is asked for from its start: what was shown of it does not count."""


class AircherError(Exception):
    """A failure that a person can act on.

    Attributes:
        message: One sentence: what happened, to which object, observed against allowed.
        hint: The exact command, key or nearest name that mends it; ``None`` where there is none.
        code: Stable dotted identifier that scripts may rely on.
    """

    default_code = "error"

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code


class UsageError(AircherError):
    """The command line, or a call of the library, asks for something that makes no sense."""

    default_code = "usage"


class ConfigError(AircherError):
    """A configuration file, variable or flag holds something that is not allowed."""

    default_code = "config.invalid"


class ProviderError(AircherError):
    """The model's server, or the way to it, failed.

    Attributes:
        provider: Name of the provider's section, for instance ``openai``.
        is_retryable: Whether the same request may succeed when sent again.
        retry_after_s: Seconds the server asked to wait; ``None`` if it named none.
    """

    default_code = "provider"

    def __init__(
        self,
        message: str,
        *,
        provider: str,
        hint: str | None = None,
        code: str | None = None,
        is_retryable: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.provider = provider
        self.is_retryable = is_retryable
        self.retry_after_s = retry_after_s


class ApiError(ProviderError):
    """The server answered, and the answer is an error.

    Attributes:
        status: HTTP status; ``None`` when the error came inside a stream of status 200.
        server_code: The server's own code or type, as sent; ``None`` if it sent none.
        rejects_state: Whether what it refuses is the opaque state of an earlier answer (signatures, encrypted
            reasoning): the same request without that state may pass.
        kind: The wire-neutral class: ``invalid_request``, ``not_found``, ``too_large``, ``server_error``,
            ``overloaded``, ``timeout``, or that of a subclass.
    """

    default_code = "provider.api"
    rejects_state = False

    def __init__(
        self,
        message: str,
        *,
        provider: str,
        kind: str,
        status: int | None = None,
        server_code: str | int | None = None,
        hint: str | None = None,
        is_retryable: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, provider=provider, hint=hint, is_retryable=is_retryable, retry_after_s=retry_after_s)
        self.kind = kind
        self.status = status
        self.server_code = server_code


class AuthError(ApiError):
    """The key is missing, unknown to the server, or lacks the right (kinds ``auth`` and ``permission``)."""

    default_code = "provider.auth"


class RateLimitError(ApiError):
    """Too many requests or tokens for now (kind ``rate_limit``); ``retry_after_s`` says when to return."""

    default_code = "provider.rate_limit"


class QuotaError(ApiError):
    """The account's money or quota is used up (kind ``billing``); waiting does not help."""

    default_code = "provider.quota"


class TokenLimitError(ApiError):
    """The prompt does not fit the model's context window (kind ``context_length``).

    Attributes:
        used_tokens: Tokens the prompt has, as far as the server told; else ``None``.
        limit_tokens: Tokens the window has, as far as the server told; else ``None``.
        model: The model that was asked.
    """

    default_code = "provider.tokens"
    used_tokens: int | None = None
    limit_tokens: int | None = None
    model: str | None = None


class ContentFilteredError(ApiError):
    """The server refuses to work on this content (kind ``content_filter``; ``permission`` if told by a 403)."""

    default_code = "provider.filtered"


class NetworkError(ProviderError):
    """No connection to the server, or it did not answer in time."""

    default_code = "provider.network"


class StreamInterruptedError(ProviderError):
    """The answer broke off before its end marker, or turned unreadable.

    Attributes:
        received_chars: Characters of visible answer that had arrived.
        kind: ``truncated`` (cut) or ``malformed`` (unreadable).
    """

    default_code = "provider.stream"

    def __init__(
        self,
        message: str,
        *,
        provider: str,
        kind: str = "truncated",
        received_chars: int,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, provider=provider, hint=hint, is_retryable=True)
        self.kind = kind
        self.received_chars = received_chars


class BudgetError(AircherError):
    """A limit of cost, tokens or turns that the user set was reached."""

    default_code = "budget"


class SchemaError(AircherError):
    """The answer does not satisfy the schema that the user asked for, also after a repair."""

    default_code = "schema"


class DeadlineError(AircherError):
    """The time that the user allowed is over."""

    default_code = "deadline"


class PermissionRefused(AircherError):
    """Something needed a permission and did not get it."""

    default_code = "permission.refused"


class StorageError(AircherError):
    """A database could not be opened, read or written."""

    default_code = "storage"


class Defect(AircherError):
    """A bug in Aircher: an invariant does not hold."""

    default_code = "defect"
