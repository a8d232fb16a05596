"""What keys of well-known vendors look like.

Not its job: what else may be secret in a certain place, such as the value after ``password=``.
"""

HIDDEN = "[hidden]"
"""What stands in place of a secret, wherever one was taken out."""

VENDOR_KEY = (
    r"\b(?:sk|rk|pk)-[A-Za-z0-9_-]{8,}"  # OpenAI, Anthropic, OpenRouter, Stripe
    r"|\bAIza[A-Za-z0-9_-]{20,}"  # Google
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}"  # GitHub
    r"|\bxox[abposr]-[A-Za-z0-9-]{8,}"  # Slack
    r"|\bAKIA[A-Z0-9]{16}\b"  # AWS
    r"|(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9._-]{8,}"  # JSON web tokens
)
"""A regular expression of keys that betray themselves by their beginning."""

URL_LOGIN = r"(?<=://)[^/\s@]+(?=@)"
"""A regular expression of the login in a URL."""
