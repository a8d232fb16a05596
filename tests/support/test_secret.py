from aircher.support.secret import Secret


def test_a_secret_shows_nothing_and_can_be_hidden_in_foreign_text() -> None:
    secret = Secret("sk-1")

    assert f"{secret} {secret!r} {[secret]}" == "[hidden] Secret([hidden]) [Secret([hidden])]"
    assert secret.reveal() == "sk-1"
    assert secret.hide_in("key sk-1, again sk-1") == "key [hidden], again [hidden]"
    assert Secret("").hide_in("abc") == "abc"
    assert {secret} == {Secret("sk-1")}
    assert secret != "sk-1"


def test_a_key_that_the_end_of_a_text_cuts_is_hidden_too() -> None:
    secret = Secret("gate-of-the-zoo")

    assert [secret.hide_in(f"no gate-of-the-zoo {cut}") for cut in ("gate-of-the-zo", "gate-of-", "gate-of", "")] == [
        "no [hidden] [hidden]",
        "no [hidden] [hidden]",
        "no [hidden] gate-of",
        "no [hidden] ",
    ]
