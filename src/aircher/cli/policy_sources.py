"""Where the actions of ``aircher policy`` get the policy of this folder from."""

import argparse
from typing import TYPE_CHECKING

from aircher.cli.context import CliContext
from aircher.permissions.load import all_rules, load_policy, session_places
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.permissions.rules import Rule

if TYPE_CHECKING:  # `CliContext` loads it
    from aircher.config import Config


def session_policy(args: argparse.Namespace, context: CliContext, config: "Config | None" = None) -> Policy:
    """Return the policy that a session here would start with; ``config`` is loaded if it was not yet.

    Raises:
        ConfigError: Configuration or a rule is wrong.
    """
    config = config or context.load_config()
    return load_policy(
        config,
        places=session_places(config, context.environ),
        mode=args.mode,
        allow=args.allow,
        deny=args.deny,
    )


def written_rules(args: argparse.Namespace, context: CliContext) -> tuple[tuple[Rule, ...], Places]:
    """Return every rule that any source gives here, also those without effect, and the folders they are about.

    Raises:
        ConfigError: Configuration or a rule is wrong.
    """
    config = context.load_config()
    return all_rules(config, allow=args.allow, deny=args.deny), session_places(config, context.environ)
