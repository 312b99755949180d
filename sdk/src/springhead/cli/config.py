"""Show the settings that are in force, and where each comes from.

Example::

    springhead config show
"""

from __future__ import annotations

import argparse
import os

from springhead.cli.output import cell, print_json, print_line, table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=["show"], help="show the settings")
    parser.add_argument("--json", action="store_true", help="one object")


def run(args: argparse.Namespace) -> int:
    """Show."""
    from pydantic import AliasChoices

    from springhead.plugins import catalogue
    from springhead.settings import Settings, load_settings

    settings = load_settings(stage=args.stage, endpoint=args.endpoint)
    rows = []
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variables = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [str(alias)]
        found = next((variable for variable in variables if os.environ.get(variable)), None)
        given = getattr(args, name, None) is not None
        rows.append((name, getattr(settings, name), "option" if given else found or "default", variables[0]))
    # Secrets are named, never shown: whether one is there is all that anybody needs to see.
    secrets = {s.env for plugin in catalogue() for source in plugin.sources for s in source.secrets.values()}
    rows += [(name, "set (hidden)" if os.environ.get(name) else None, "environment", name) for name in sorted(secrets)]
    if args.json:
        print_json({name: {"value": None if v is None else str(v), "origin": o} for name, v, o, _ in rows})
        return 0
    print_line(table([[n, cell(None if v is None else str(v), 70), o, e] for n, v, o, e in rows],
                     ["setting", "value", "from", "variable"]))  # fmt: skip
    return 0
