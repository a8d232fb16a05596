"""Secrets are found in every place and form, and nothing else is; no text takes longer than its length explains.

No key stands here in one piece: what looks for keys in repositories would find it, and rightly so.
"""

import base64
import json
import random
import string
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.support.redaction import Redactor
from aircher.support.secret_shapes import HIDDEN

DRAWN = random.Random(4)
WORD = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def drawn(length: int, alphabet: str = WORD) -> str:
    return "".join(DRAWN.choices(alphabet, k=length))


def jwt() -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": drawn(10), "iat": 1_516_239_022})
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return f"{head}.{body}.{drawn(43)}"


VENDORS = {
    "openai": "sk-proj-" + drawn(48),
    "anthropic": "sk-ant-api03-" + drawn(95, WORD + "_-"),
    "openrouter": "sk-or-v1-" + drawn(64, HEX),
    "stripe": "sk_live_" + drawn(24),
    "stripe restricted": "rk_live_" + drawn(24),
    "stripe webhook": "whsec_" + drawn(32),
    "google": "AIza" + drawn(35, WORD + "_-"),
    "google client": "GOCSPX-" + drawn(28),
    "github": "ghp_" + drawn(36),
    "github server": "ghs_" + drawn(36),
    "github fine-grained": "github_pat_" + drawn(22) + "_" + drawn(59),
    "gitlab": "glpat-" + drawn(20),
    "slack": "xoxb-" + drawn(12, string.digits) + "-" + drawn(12, string.digits) + "-" + drawn(24),
    "slack hook": "https://hooks.slack.com/services/T" + drawn(8) + "/B" + drawn(8) + "/" + drawn(24),
    "discord hook": "https://discord.com/api/webhooks/" + drawn(18, string.digits) + "/" + drawn(68),
    "aws": "AKIA" + drawn(16, string.ascii_uppercase + string.digits),
    "aws session": "ASIA" + drawn(16, string.ascii_uppercase + string.digits),
    "npm": "npm_" + drawn(36),
    "pypi": "pypi-AgEIcHlwaS5vcmc" + drawn(80, WORD + "_-"),
    "docker": "dckr_pat_" + drawn(27),
    "hugging face": "hf_" + drawn(34),
    "groq": "gsk_" + drawn(52),
    "xai": "xai-" + drawn(80),
    "sendgrid": "SG." + drawn(22) + "." + drawn(43),
    "shopify": "shpat_" + drawn(32, HEX),
    "digital ocean": "dop_v1_" + drawn(64, HEX),
    "vault": "hvs." + drawn(90),
    "databricks": "dapi" + drawn(32, HEX),
    "linear": "lin_api_" + drawn(40),
    "new relic": "NRAK-" + drawn(27, string.ascii_uppercase + string.digits),
    "jwt": jwt(),
}
PLACES: tuple[Callable[[str], str], ...] = (
    lambda key: key,
    lambda key: f"KEY={key}\n",
    lambda key: f"    value: '{key}',",
    lambda key: json.dumps({"text": f"a line\n{key}\nanother"}),
    lambda key: f"curl -H 'X-Key: {key}' https://zoo.test",
    lambda key: f"https://zoo.test/?next=%2Fa%3D{key}&b=1",
    lambda key: f"<{key}>",
    lambda key: f"`{key}`. And so on.",
)


@pytest.mark.parametrize("key", VENDORS.values(), ids=VENDORS)
@pytest.mark.parametrize("place", PLACES)
def test_a_vendors_key_is_hidden_wherever_it_stands(place: Callable[[str], str], key: str) -> None:
    text = place(key)
    for hidden, count in (Redactor().mask(text), (Redactor().clean(text), 1)):
        assert HIDDEN in hidden
        assert key[-12:] not in hidden
        assert count == 1


SECRET, PASSWORD = drawn(32), "hunter22!"
IN_PLACES = [
    f'password = "{SECRET}"',
    f"password: '{PASSWORD}'",
    f'{{"password": "{PASSWORD}"}}',
    f'"{{\\"api_key\\": \\"{SECRET}\\"}}"',
    f'"apiKey": "{SECRET}"',
    f"api-key: {SECRET}",
    f"X-Api-Key: {SECRET}",
    f"Authorization: Bearer {SECRET}",
    f"authorization: token {SECRET}",
    f"Authorization: Basic {base64.b64encode(f'ann:{PASSWORD}'.encode()).decode()}",
    f'headers = {{"Authorization": "Bearer {SECRET}"}}',
    f"AWS_SECRET_ACCESS_KEY={drawn(40, WORD + '/+')}",
    f"aws_secret_access_key = {drawn(40, WORD + '/+')}",
    f"DB_PASSWORD={PASSWORD}",
    "export DB_PASSWORD='swordfish'",
    f"https://ann:{PASSWORD}@zoo.test/db",
    f"postgres://ann:{SECRET}@localhost:5432/zoo",
    f"https://{SECRET}@github.com/ann/zoo.git",
    f"DefaultEndpointsProtocol=https;AccountName=zoo;AccountKey={drawn(86, WORD + '/+')}==;Suffix=x",
    f"https://zoo.blob.core.windows.net/a?sv=2022&sig={quote(drawn(43, WORD + '/+') + '=')}",
    f"https://zoo.test/cb?access_token={SECRET}&state=1",
    f"let clientSecret: string = '{SECRET}';",
    f"zoo --token {SECRET} list",
    f"<password>{SECRET}</password>",
    f"//registry.zoo.test/:_authToken={SECRET}",
    f"machine zoo.test login ann password: {SECRET}",
    f"private_key: {SECRET}",
    f"Server=db;User Id=ann;Password={SECRET};Encrypt=yes",
]


@pytest.mark.parametrize("text", IN_PLACES)
def test_a_value_in_a_telling_place_is_hidden(text: str) -> None:
    before, after = text[:3], text.count("\n")
    for hidden in (Redactor().mask(text)[0], Redactor().clean(text)):
        assert HIDDEN in hidden, hidden
        assert hidden.startswith(before)
        assert hidden.count("\n") == after
        for secret in (SECRET, PASSWORD, "swordfish"):
            assert secret not in hidden
        assert len(hidden) <= len(text) + len(HIDDEN)


ONLY_WRITTEN_DOWN = [
    "sk-contract-5b9d2e71",
    "password: swordfish",
    "mysql -u root -pswordfish zoo",
    "curl -u ann:swordfish https://zoo.test",
    "sshpass -p swordfish ssh zoo",
    "Cookie: session=swordfish; theme=dark",
    "https://ann:swordfish@zoo.test",
    "--password swordfish",
    "token=swordfish&x=1",
]


@pytest.mark.parametrize("text", ONLY_WRITTEN_DOWN)
def test_what_may_be_a_secret_is_not_written_down(text: str) -> None:
    cleaned = Redactor().clean(text)
    assert HIDDEN in cleaned
    assert "swordfish" not in cleaned
    assert "5b9d2e71" not in cleaned


def pem(label: str, *, end: str = "\n") -> str:
    lines = [drawn(64, WORD + "/+") for _ in range(6)] + [drawn(22) + "=="]
    return end.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"])


@pytest.mark.parametrize("label", ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\\n", '",\n    "'])
def test_a_private_key_is_hidden_line_by_line(label: str, end: str) -> None:
    key = pem(label, end=end)
    masked, count = Redactor().mask(f"before\n{key}\nafter\n")
    assert masked == f"before\n-----BEGIN {label}-----{end}{(HIDDEN + end) * 7}-----END {label}-----\nafter\n"
    assert count == 7
    assert Redactor().mask(pem("CERTIFICATE", end=end))[1] == 0


def test_a_private_key_that_was_cut_off_is_hidden_too() -> None:
    key = pem("RSA PRIVATE KEY")[:200]
    assert Redactor().mask(key)[0] == f"-----BEGIN RSA PRIVATE KEY-----\n{HIDDEN}\n{HIDDEN}\n{HIDDEN}"


KNOWN = "gate/of+zoo=5b1c77e0d9"
FORMS = {
    "as it is": KNOWN,
    "percent": quote(KNOWN, safe=""),
    "percent, small": quote(KNOWN, safe="").lower(),
    "percent, path": quote(KNOWN),
    "json": json.dumps(KNOWN).replace("/", "\\/"),
    "hex": KNOWN.encode().hex(),
    "base64": base64.b64encode(KNOWN.encode()).decode(),
    "base64 of a login": base64.b64encode(f"ann:{KNOWN}".encode()).decode(),
    "base64 of more": base64.b64encode(f"{{'a': '{KNOWN}'}}".encode()).decode(),
    "base64 for urls": base64.urlsafe_b64encode(f"??>{KNOWN}>??".encode()).decode(),
    "split": f"{KNOWN[:9]}\n{KNOWN[9:]}",
    "split and indented": f"{KNOWN[:9]}\r\n    {KNOWN[9:15]}\r\n    {KNOWN[15:]}",
    "split by a shell": f"{KNOWN[:9]}\\\n{KNOWN[9:]}",
    "split by a program": f'"{KNOWN[:9]}"\n    "{KNOWN[9:]}"',
    "split and escaped": f"{KNOWN[:9]}\\n{KNOWN[9:]}",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_known_secret_is_hidden_in_every_form(form: str) -> None:
    redactor = Redactor([KNOWN])
    for hidden in (redactor.mask(f"x {form} y\nz")[0], redactor.clean(f"x {form} y\nz")):
        assert HIDDEN in hidden
        assert hidden.startswith("x ")
        assert hidden.endswith(" y\nz")
        assert form.count("\n") == hidden.count("\n") - 1
        for at in range(len(form) - 8):
            assert form[at : at + 8] not in hidden


def test_a_known_word_or_path_is_left_to_the_model_and_not_written_down() -> None:
    redactor = Redactor(["production", "/home/ann/.ssh/zoo", "short"])
    text = "in production /home/ann/.ssh/zoo is short"
    assert redactor.mask(text) == (text, 0)
    assert redactor.clean(text) == f"in {HIDDEN} {HIDDEN} is short"


ORDINARY = [
    "commit a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
    "id: 550e8400-e29b-41d4-a716-446655440000",
    '"integrity": "sha512-' + drawn(86, WORD + "/+") + '=="',
    f"sha256:{drawn(64, HEX)}  zoo.tar.gz",
    f"--hash=sha256:{drawn(64, HEX)}",
    "data:image/png;base64," + drawn(3_000, WORD + "/+"),
    "token = tokens[index]",
    "password: str | None = None",
    "password=get_password(user)",
    'api_key = os.environ["ZOO_API_KEY"]',
    "const token = process.env.ZOO_TOKEN;",
    "API_KEY=${ZOO_API_KEY}",
    "ZOO_TOKEN=$(cat token.txt)",
    'password = "your-password-here"',
    'api_key="sk-..."',
    "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxx",
    "Authorization: Bearer <token>",
    'f"Bearer {token}"',
    "https://user:password@zoo.test",
    "git clone ssh://git@github.com/ann/zoo.git",
    "import { Token } from '@zoo/token'",
    "max_tokens: 4096",
    "token: Uint8Array;",
    "secretName: zoo-secret-v2",
    "the key is 0x7fff5fbff8a0",
    "def token_spans(text: str) -> Iterator[tuple[int, int, int]]:",
    "if token > limit: key = value; secret = other",
    "<input type=password name=password1 placeholder=Password>",
    'if line == "-----BEGIN PRIVATE KEY-----": is_key = True',
    "public_key = ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + drawn(43),
    'PASSWORD = "password"',
    "sk-estimator-doc-link sk-container-id-1 risk-adjusted-return-2024",
    "monkey: banana42 hockey: puck99",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_reaches_the_model_as_it_is(text: str) -> None:
    assert Redactor().mask(text) == (text, 0)


@pytest.mark.parametrize(
    "text",
    [
        "an ordinary sentence about tokens = 5",
        "token=$ZOO_TOKEN",
        "password=${PASSWORD}",
        "token: 4096",
        "git log a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
        "pytest tests/support -k redaction",
        '{"hash":"' + drawn(64, HEX) + '"}',
    ],
)
def test_what_is_no_secret_is_written_down(text: str) -> None:
    assert Redactor().clean(text) == text


def test_no_source_of_this_project_and_its_pages_holds_a_secret() -> None:
    root = Path(__file__).parents[2]
    found = {}
    for path in (*root.glob("src/**/*.py"), *root.glob("requirements/*.txt"), *root.glob("docs/**/*.md")):
        masked, count = Redactor().mask(path.read_text(encoding="utf-8"))
        if count:
            found[path.name] = [line for line in masked.splitlines() if HIDDEN in line]
    assert found == {}


def test_how_many_were_hidden_is_counted_where_they_stand() -> None:
    text = f"a = {VENDORS['github']}\npassword = '{VENDORS['npm']}'\nnothing\n{VENDORS['jwt']} {VENDORS['aws']}"
    assert Redactor().mask(text) == (
        f"a = {HIDDEN}\npassword = '{HIDDEN}'\nnothing\n{HIDDEN} {HIDDEN}",
        4,
    )
    assert Redactor().mask("") == ("", 0)


def test_a_field_is_judged_by_its_name() -> None:
    redactor = Redactor()
    assert redactor.clean_field("password", "open sesame") == HIDDEN
    assert redactor.clean_field("clientSecret", "x") == HIDDEN
    assert redactor.clean_field("api_key", "$ZOO_KEY") == "$ZOO_KEY"
    assert redactor.clean_field("key", "open sesame") == "open sesame"
    assert redactor.clean_field("password", "") == ""


FRAGMENTS = [
    *("password=", "token: ", "secret", '"api_key": "', "Bearer ", "://", "@", "eyJ", ".", "sk-", "ghp_", "AKIA"),
    *("-----BEGIN ", "PRIVATE KEY-----", "\\n", "\n", "sig=", "?", " -u ", ":", "--token ", "mysql ", " -p"),
    *("Cookie: ", "'", '"', "\\", "=", "A", "a1", "x" * 50, "-", "_", "/", " ", "\t", "SG.", "xoxb-", "<password>"),
    *("{", "é", "İ", "%3D", "gate-of-zoo", "5b1c"),
]  # fmt: skip
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(st.characters(), max_size=5), max_size=40).map("".join)


@given(texts)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    redactor = Redactor(["gate-of-zoo-5b1c"])
    cleaned = redactor.clean(text)
    assert redactor.clean(cleaned) == cleaned


@given(texts)
def test_masking_keeps_the_lines(text: str) -> None:
    masked, count = Redactor(["gate-of-zoo-5b1c"]).mask(text)
    assert masked.count("\n") == text.count("\n")
    assert (masked == text) == (count == 0)


def seconds(work: Callable[[str], object], text: str) -> float:
    before = time.process_time()
    work(text)
    return time.process_time() - before


MOST_S = 8.0
"""CPU time for one million characters of the worst kind: many times what it takes, far less than a square would."""


@hypothesis.settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4).map("".join))
def test_a_million_hostile_characters_are_read_in_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    redactor = Redactor(["gate-of-zoo-5b1c"])
    assert seconds(redactor.clean, text) < MOST_S
    assert seconds(redactor.mask, text) < MOST_S


@pytest.mark.parametrize("piece", FRAGMENTS)
def test_no_fragment_repeated_takes_long(piece: str) -> None:
    redactor = Redactor(["gate-of-zoo-5b1c"])
    text = piece * (300_000 // len(piece))
    assert seconds(redactor.clean, text) < MOST_S / 3
    assert seconds(redactor.mask, text) < MOST_S / 3
