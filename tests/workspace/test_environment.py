from aircher.workspace.environment import command_environment


def test_a_command_gets_a_short_list_of_variables() -> None:
    environ = {
        "PATH": "/bin",
        "HOME": "/home/a",
        "LC_ALL": "C",
        "SSH_AUTH_SOCK": "/run/agent",
        "EDITOR": "vi",
        "LD_PRELOAD": "x.so",
        "PYTHONPATH": "/x",
    }
    assert command_environment(environ) == {"PATH": "/bin", "HOME": "/home/a", "LC_ALL": "C"}


def test_an_added_variable_enters_unless_it_is_named_like_a_key() -> None:
    environ = {"EDITOR": "vi", "OPENAI_API_KEY": "secret", "GITHUB_TOKEN": "secret", "DB_PASSWORD": "secret"}
    assert command_environment(environ, added=environ) == {"EDITOR": "vi"}
