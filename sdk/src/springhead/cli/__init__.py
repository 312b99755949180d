"""The command line: one table of verbs, each verb one module that is imported only when it is used.

``springhead --help`` therefore costs little more than an empty Python: no plugin, no boto3, no HTTP client.
A verb's module has ``add_arguments(parser)`` and ``run(args) -> int``.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from springhead.errors import SpringheadError

__all__ = ["main"]

#: Verb → (module, help). A module of a distribution that is not installed is said when the verb is used.
VERBS = {
    "demo": ("springhead_demo.cli", "the whole pipeline on embedded AWS, then a summary"),
    "up": ("springhead_runner.cli.up", "start embedded AWS and deploy into it"),
    "down": ("springhead_runner.cli.down", "stop embedded AWS"),
    "status": ("springhead_runner.cli.status", "what embedded AWS is doing"),
    "plugins": ("springhead.cli.plugins", "sources with state, schedule and quarantine reasons"),
    "new": ("springhead.cli.new", "start a source"),
    "preview": ("springhead.cli.preview", "records on the screen, nothing written"),
    "record": ("springhead.cli.record", "add a fixture case"),
    "check": ("springhead.cli.check", "replay all fixtures: contract, purity, expected records"),
    "seed": ("springhead_runner.cli.seed", "write metadata records from a list"),
    "run": ("springhead_runner.cli.run", "run sources as the schedule would"),
    "show": ("springhead_runner.cli.show", "all that is known of a celebrity"),
    "find": ("springhead_runner.cli.find", "celebrities by name"),
    "count": ("springhead_runner.cli.count", "entries by source"),
    "dlq": ("springhead_runner.cli.dlq", "dead letters: list, show, replay"),
    "contract": ("springhead_contracts.cli", "record types: lint, generate, validate, show"),
    "config": ("springhead.cli.config", "settings with their origin"),
}


def _parser() -> argparse.ArgumentParser:
    from springhead import __version__

    listing = "\n".join(f"  {verb:<10} {text}" for verb, (_, text) in VERBS.items())
    parser = argparse.ArgumentParser(
        prog="springhead",
        usage="springhead [options] VERB …",
        description="Write a source, get a scheduled, replayable, contract-checked scraper.",
        epilog=f"verbs:\n{listing}\n\n`springhead VERB --help` says more, with an example.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"springhead {__version__}")
    _global_options(parser)
    parser.add_argument("verb", metavar="VERB", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _global_options(parser: argparse.ArgumentParser, *, hidden: bool = False) -> None:
    # Given before or after the verb; SUPPRESS as default keeps the second parser from resetting the first one's value.
    def text(words: str) -> str:
        return argparse.SUPPRESS if hidden else words

    default = argparse.SUPPRESS if hidden else None
    parser.add_argument("--stage", default=default, help=text("names of which stage (default: prod, the seeds' names)"))
    parser.add_argument("--endpoint", default=default, help=text("AWS endpoint; `aws` for the real one"))
    flag = argparse.SUPPRESS if hidden else False
    parser.add_argument("-v", "--verbose", action="store_true", default=flag, help=text("say more, with tracebacks"))
    parser.add_argument("-q", "--quiet", action="store_true", default=flag, help=text("say less"))
    parser.add_argument("--no-color", action="store_true", default=flag, help=text("plain text"))


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code (0 done, 1 records failed, 2 usage, 3 a source is unhealthy)."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.verb is None:
        parser.print_help()
        return 0
    if args.verb not in VERBS:
        import difflib

        near = difflib.get_close_matches(args.verb, VERBS, n=1)
        parser.error(f"unknown verb {args.verb!r}; " + (f"did you mean {near[0]}?" if near else "see --help"))
    try:
        return _run(args)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, less) has gone; that is not our failure, and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(args: argparse.Namespace) -> int:
    from springhead.errors import ConfigError, SpringheadError

    module_name, text = VERBS[args.verb]
    wants_json = "--json" in args.rest
    try:
        try:
            module = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            package = module_name.partition(".")[0]
            if error.name is None or error.name.partition(".")[0] != package:
                raise
            distribution = package.replace("_", "-")
            raise ConfigError(f"`{args.verb}` needs {distribution}", hint=f"pip install {distribution}") from error
        # The module's docstring is its help: what comes after "Example::" is shown as it stands.
        example = (module.__doc__ or "").partition("Example::")[2].strip("\n")
        parser = argparse.ArgumentParser(
            prog=f"springhead {args.verb}",
            description=text[0].upper() + text[1:] + ".",
            epilog=f"example:\n{example}" if example else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(parser)
        _global_options(parser, hidden=True)
        args = parser.parse_args(args.rest, namespace=argparse.Namespace(**{**vars(args), "rest": None}))
        if args.verbose:
            import logging

            logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
            # Ours only: boto3 and httpx would print whole requests, signatures and answers.
            for name in ("springhead", "springhead_runner"):
                logging.getLogger(name).setLevel(logging.DEBUG)
        return int(module.run(args))
    except SpringheadError as error:
        if args.verbose:
            import traceback

            traceback.print_exc()
        fail(error, as_json=wants_json)


def fail(error: SpringheadError, *, as_json: bool) -> NoReturn:
    """End the command with an error: one line on stderr (one object with ``--json``), and its exit code."""
    if as_json:
        import json

        info = error.to_info()
        print(json.dumps({"error": info.pop("name"), **info}, ensure_ascii=False), file=sys.stderr)
    else:
        print(one_line(error), file=sys.stderr)
    sys.exit(error.exit_code)


def one_line(error: SpringheadError) -> str:
    """An error as people read it: name, what and where, what to do."""
    return f"{error.name}: {error.message}" + (f" ({error.hint})" if error.hint else "")


def wants_color(args: argparse.Namespace) -> bool:
    """True where colour helps: a terminal, and nobody said no (https://no-color.org)."""
    return sys.stdout.isatty() and not args.no_color and "NO_COLOR" not in os.environ
