"""Keys that betray themselves by how they begin, vendor by vendor: a table, and how it is searched.

Invariant: a pattern is compiled only when its beginning was found in a text. Every pattern takes time in proportion to
the text: it may begin only where a word does, and no part of it can be read in two ways.
"""

import re
from collections.abc import Iterator

from aircher.support.secret_shapes import VENDOR_KEY
from aircher.support.word_matches import compiled, matches

_WORD = r"[A-Za-z0-9]"
_URL_SAFE = r"[A-Za-z0-9_-]"
_END = r"(?![A-Za-z0-9+/_-])"  # of a key with a certain length: within a picture in Base64 anything stands somewhere

TOKENS: tuple[tuple[str, str], ...] = (
    ("sk-", rf"{_URL_SAFE}{{20,}}"),  # OpenAI, Anthropic, OpenRouter
    ("sk_", rf"(?:live|test|prod)_{_WORD}{{16,}}"),  # Stripe
    ("rk_", rf"(?:live|test|prod)_{_WORD}{{16,}}"),
    ("whsec_", r"[A-Za-z0-9+/=]{24,}"),
    ("AIza", rf"{_URL_SAFE}{{35}}{_END}"),  # Google
    ("GOCSPX-", rf"{_URL_SAFE}{{20,}}"),
    ("ya29.", rf"{_URL_SAFE}{{20,}}"),
    ("1//0", rf"{_URL_SAFE}{{30,}}"),
    ("ghp_", rf"{_WORD}{{30,}}"),  # GitHub
    ("gho_", rf"{_WORD}{{30,}}"),
    ("ghu_", rf"{_WORD}{{30,}}"),
    ("ghs_", rf"{_WORD}{{30,}}"),
    ("ghr_", rf"{_WORD}{{30,}}"),
    ("github_pat_", r"[A-Za-z0-9_]{40,}"),
    ("glpat-", r"[A-Za-z0-9_.-]{20,}"),  # GitLab
    ("gldt-", rf"{_URL_SAFE}{{20,}}"),
    ("glrt-", rf"{_URL_SAFE}{{20,}}"),
    ("glptt-", rf"{_WORD}{{40}}{_END}"),
    ("glcbt-", rf"{_URL_SAFE}{{20,}}"),
    ("gloas-", rf"{_WORD}{{40,}}"),
    ("ATBB", rf"{_WORD}{{32}}{_END}"),  # Atlassian
    ("ATATT3", r"[A-Za-z0-9_=-]{60,}"),
    ("xoxa-", r"[A-Za-z0-9-]{20,}"),  # Slack
    ("xoxb-", r"[A-Za-z0-9-]{20,}"),
    ("xoxe-", r"[A-Za-z0-9-]{20,}"),
    ("xoxe.", r"xox[bp]-[A-Za-z0-9-]{20,}"),
    ("xoxo-", r"[A-Za-z0-9-]{20,}"),
    ("xoxp-", r"[A-Za-z0-9-]{20,}"),
    ("xoxr-", r"[A-Za-z0-9-]{20,}"),
    ("xoxs-", r"[A-Za-z0-9-]{20,}"),
    ("xapp-", r"[0-9]-[A-Za-z0-9-]{20,}"),
    ("hooks.slack.com/", r"(?:services|workflows|triggers)/[A-Za-z0-9/]{30,}"),
    ("discord.com/api/webhooks/", rf"[0-9]{{15,20}}/{_URL_SAFE}{{50,}}"),
    ("discordapp.com/api/webhooks/", rf"[0-9]{{15,20}}/{_URL_SAFE}{{50,}}"),
    ("AKIA", r"[A-Z0-9]{16}" + _END),  # AWS
    ("ASIA", r"[A-Z0-9]{16}" + _END),
    ("ABIA", r"[A-Z0-9]{16}" + _END),
    ("ACCA", r"[A-Z0-9]{16}" + _END),
    ("ABSK", r"[A-Za-z0-9+/=]{100,}"),
    ("LTAI", rf"{_WORD}{{16,24}}{_END}"),  # Alibaba
    ("AKID", rf"{_WORD}{{32}}{_END}"),  # Tencent
    ("npm_", rf"{_WORD}{{36}}{_END}"),  # package registries
    ("pypi-AgE", rf"{_URL_SAFE}{{50,}}"),
    ("rubygems_", r"[a-f0-9]{48}" + _END),
    ("cio", rf"{_WORD}{{32}}{_END}"),
    ("dckr_pat_", rf"{_URL_SAFE}{{20,}}"),
    ("dckr_oat_", rf"{_URL_SAFE}{{20,}}"),
    ("hf_", r"[A-Za-z0-9]{30,}"),  # models
    ("gsk_", rf"{_WORD}{{40,}}"),
    ("xai-", rf"{_WORD}{{40,}}"),
    ("pplx-", rf"{_WORD}{{40,}}"),
    ("r8_", rf"{_WORD}{{30,}}"),
    ("nvapi-", rf"{_URL_SAFE}{{40,}}"),
    ("tvly-", rf"{_URL_SAFE}{{20,}}"),
    ("lsv2_", r"(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}" + _END),
    ("BSA", rf"{_URL_SAFE}{{28}}{_END}"),
    ("dapi", r"[a-f0-9]{32}" + _END),  # Databricks
    ("SG.", rf"{_URL_SAFE}{{22}}\.{_URL_SAFE}{{43}}{_END}"),  # mail
    ("xkeysib-", r"[a-f0-9]{64}-[A-Za-z0-9]{16}" + _END),
    ("shpat_", r"[A-Fa-f0-9]{32}" + _END),  # Shopify
    ("shpca_", r"[A-Fa-f0-9]{32}" + _END),
    ("shppa_", r"[A-Fa-f0-9]{32}" + _END),
    ("shpss_", r"[A-Fa-f0-9]{32}" + _END),
    ("sq0atp-", rf"{_URL_SAFE}{{22}}{_END}"),  # Square
    ("sq0csp-", rf"{_URL_SAFE}{{43}}{_END}"),
    ("EAAA", rf"{_URL_SAFE}{{60}}{_END}"),
    ("dop_v1_", r"[a-f0-9]{64}" + _END),  # clouds and services
    ("doo_v1_", r"[a-f0-9]{64}" + _END),
    ("dor_v1_", r"[a-f0-9]{64}" + _END),
    ("dp.pt.", rf"{_WORD}{{40,}}"),
    ("dp.st.", r"[A-Za-z0-9._-]{40,}"),
    ("hvs.", rf"{_URL_SAFE}{{24,}}"),
    ("hvb.", rf"{_URL_SAFE}{{24,}}"),
    ("lin_api_", rf"{_WORD}{{32,}}"),
    ("ntn_", rf"{_WORD}{{40,}}"),
    ("figd_", rf"{_URL_SAFE}{{36,}}"),
    ("PMAK-", r"[a-f0-9]{24}-[a-f0-9]{34}" + _END),
    ("NRAK-", r"[A-Z0-9]{27}" + _END),
    ("glsa_", r"[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}" + _END),
    ("glc_", r"[A-Za-z0-9+/=]{50,}"),
    ("sntrys_", r"[A-Za-z0-9+/=_]{50,}"),
    ("sntryu_", r"[a-f0-9]{64}" + _END),
    ("pul-", r"[a-f0-9]{40}" + _END),
    ("sbp_", r"[a-f0-9]{40}" + _END),
    ("sb_secret_", rf"{_URL_SAFE}{{30,}}"),
    ("pscale_", rf"(?:tkn|pw|oauth)_{_URL_SAFE}{{32,}}"),
    ("nfp_", rf"{_WORD}{{36}}{_END}"),
    ("fm2_", r"[A-Za-z0-9+/=]{80,}"),
    ("tskey-", r"[A-Za-z0-9-]{24,}"),
    ("HRKU-", rf"{_URL_SAFE}{{36,}}"),
    ("sl.u.", rf"{_URL_SAFE}{{60,}}"),
    ("ops_eyJ", rf"{_URL_SAFE}{{60,}}"),
    ("AGE-SECRET-KEY-1", r"[0-9A-Z]{50,}"),
    ("eyJ", rf"{_URL_SAFE}{{10,4000}}+\.eyJ{_URL_SAFE}{{6,8000}}+\.{_URL_SAFE}{{10,2000}}"),  # JSON web tokens
    ("eyJ", rf"{_URL_SAFE}{{10,4000}}+\.(?:{_URL_SAFE}{{0,4000}}+\.){{3}}+{_URL_SAFE}{{10,2000}}"),  # encrypted ones
)
"""How a key begins, and a regular expression of the rest of it."""

_VENDOR_STARTS = (
    "sk-",
    "rk-",
    "pk-",
    "AIza",
    *(f"gh{letter}_" for letter in "pousr"),
    "github_pat_",
    "xox",
    "AKIA",
    "eyJ",
)
"""How whatever `VENDOR_KEY` matches begins."""
_SHORT_CHARS = 4_000
_CANDIDATE = r"[A-Za-z0-9_.-]{12,}"
_BEGINS = r"(?:(?<![A-Za-z0-9_.-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"  # also after an escaped newline, or in a URL


def token_spans(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield where keys of well-known vendors stand: their first character, their first own one, and their end."""
    for start, rest in _begun(text):
        for found in matches(start, f"{_BEGINS}{re.escape(start)}(?:{rest})", text):
            yield found.start(), found.start() + len(start), found.end()


def _begun(text: str) -> Iterator[tuple[str, str]]:
    """Yield the rows of the table whose beginning may stand in the text."""
    if len(text) < _SHORT_CHARS:  # nothing is compiled for a line of a log
        yield from (row for row in TOKENS if row[0] in text)
        return
    runs = compiled(_CANDIDATE).findall(text)  # few in ordinary text, and only where one begins may a key begin
    heads = {run[at : at + 3] for run in runs for at in (0, 1, 2)}
    yield from (row for row in TOKENS if row[0][:3] in heads or ("/" in row[0] and row[0] in text))


def vendor_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield whatever begins like the keys of the best known vendors, also if it is too short for one."""
    for start in _VENDOR_STARTS:
        yield from (found.span() for found in matches(start, VENDOR_KEY, text))
