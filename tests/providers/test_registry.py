import subprocess
import sys

import pytest

from aircher.domain.errors import ConfigError
from aircher.providers import registry
from aircher.providers.spec import ProviderSettings


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        registry.find("opnai")

    assert caught.value.message == "there is no provider of kind 'opnai'"
    assert str(caught.value.hint).startswith("did you mean 'openai'? known: ")


@pytest.mark.parametrize("kind", ["registry", "spec", "", "..", "ports"])
def test_a_module_that_is_no_provider_is_not_found(kind: str) -> None:
    with pytest.raises(ConfigError):
        registry.find(kind)


def test_every_kind_is_found_by_the_name_of_its_module() -> None:
    specs = registry.specs()

    assert {"openai", "openai-compatible"} <= specs.keys()
    assert all(registry.find(kind) is spec for kind, spec in specs.items())


def test_a_compatible_server_needs_an_address() -> None:
    with pytest.raises(ConfigError) as caught:
        registry.build(ProviderSettings(name="mine", kind="openai-compatible"))

    assert "providers.mine.base_url" in str(caught.value.hint)


def test_finding_one_kind_does_not_import_the_client_of_others() -> None:
    program = (
        "import sys; from aircher.providers import registry, scripted;"
        "print(sorted({'httptools', 'httpx2', 'aircher.providers.openai_chat'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert done.stdout == "[]\n"
