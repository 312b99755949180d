"""The command line: one table of verbs, each verb one module that is imported only when it is used.

``springhead --help`` therefore costs little more than an empty Python: no plugin, no boto3, no HTTP client.
A verb's module has ``add_arguments(parser)`` and ``run(args) -> int``.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from types import ModuleType

    from springhead.errors import SpringheadError

__all__ = ["add_global_options", "main"]

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
    "runs": ("springhead_runner.cli.runs", "history of a source's runs"),
    "backfill": ("springhead_runner.cli.backfill", "runs that a schedule missed, with their own T"),
    "dlq": ("springhead_runner.cli.dlq", "dead letters: list, show, replay, purge"),
    "schedule": ("springhead_runner.cli.schedule", "schedules of the stack: show, enable, disable"),
    "golive": ("springhead_runner.cli.golive", "every step proved before the schedules are on"),
    "cost": ("springhead_runner.cli.cost", "what runs cost: requests, quota, writes, compute"),
    "package": ("springhead_runner.cli.package", "the Lambda zip, or the image's file tree"),
    "lake": ("springhead_lake.cli", "CSV backups as Iceberg tables: load, query, history, upkeep, rebuild"),
    "contract": ("springhead_contracts.cli", "record types: lint, generate, validate, diff, checks, release, show"),
    "config": ("springhead.cli.config", "settings with their origin"),
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments the way every other failure is said."""

    def __init__(self, **kwargs: Any) -> None:
        # An abbreviated --json would not be seen where the error of another option is printed.
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        kwargs.setdefault("allow_abbrev", False)
        super().__init__(**kwargs)

    def error(self, message: str) -> NoReturn:
        from springhead.errors import ConfigError

        raise ConfigError(f"{self.prog}: {message}", hint=f"see `{self.prog} --help`")


def _parser() -> argparse.ArgumentParser:
    from springhead import __version__

    listing = "\n".join(f"  {verb:<10} {text}" for verb, (_, text) in VERBS.items())
    parser = _Parser(
        prog="springhead",
        usage="springhead [options] VERB …",
        description="Write a source, get a scheduled, replayable, contract-checked scraper.",
        epilog=f"verbs:\n{listing}\n\n`springhead VERB --help` says more, with an example.",
    )
    parser.add_argument("--version", action="version", version=f"springhead {__version__}")
    add_global_options(parser)
    parser.add_argument("verb", metavar="VERB", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def add_global_options(parser: argparse.ArgumentParser, *, hidden: bool = False) -> None:
    """Declare what every verb takes; ``hidden`` for the parser of a verb or of its subcommand."""

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
    argv = sys.argv[1:] if argv is None else argv
    _mend_streams()
    try:
        return _run(argv)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _give_up_stdout()  # the reader (head, less) has gone; that is not our failure
        return 0


def _mend_streams() -> None:
    """Make sure that there is somewhere to print, and that no character stops us there."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the shell: `>&-`
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 (it stays open)
        if isinstance(stream := getattr(sys, name), io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _give_up_stdout() -> None:
    """Send what is left in the buffer nowhere, so that Python does not complain of it at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except ValueError:
        return  # no file behind it: a program that runs us has put something else there


def _run(argv: list[str]) -> int:
    parser = _parser()
    verbose = False
    try:
        args = parser.parse_args(argv)
        if args.verb is None:
            parser.print_help()
            return 0
        module, parser = _verb(args.verb, parser)
        args = parser.parse_args(args.rest, namespace=argparse.Namespace(**{**vars(args), "rest": None}))
        verbose = args.verbose
        if verbose:
            _log_to_stderr()
        _leave_on_sigterm()
        return int(module.run(args))
    except BrokenPipeError:
        raise
    except Exception as error:
        from springhead.errors import ConfigError, SpringheadError

        if isinstance(error, OSError) and error.strerror is not None:
            # A disk that is full, a file that may not be written: the system's words are the best there are.
            where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, (str, bytes)) else ""
            hint = "check the path and its permissions" if where else "check the disk, and where the output goes"
            failure: Exception = ConfigError(f"{where}{error.strerror}", hint=hint)
            if not where:
                _give_up_stdout()
        else:
            failure = error
        if not isinstance(failure, SpringheadError):
            raise
        if verbose:
            import traceback

            traceback.print_exc()
        fail(failure, as_json="--json" in argv)


def _verb(verb: str, root: argparse.ArgumentParser) -> tuple[ModuleType, argparse.ArgumentParser]:
    """Import a verb's module and make its parser."""
    from springhead.errors import ConfigError

    if verb not in VERBS:
        import difflib

        near = difflib.get_close_matches(verb, VERBS, n=1)
        root.error(f"unknown verb {verb!r}" + (f"; did you mean {near[0]}?" if near else ""))
    module_name, text = VERBS[verb]
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        package = module_name.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        distribution = package.replace("_", "-")
        raise ConfigError(f"`{verb}` needs {distribution}", hint=f"pip install {distribution}") from error
    # The module's docstring is its help: what comes after "Example::" is shown as it stands.
    example = (module.__doc__ or "").partition("Example::")[2].strip("\n")
    parser = _Parser(
        prog=f"springhead {verb}",
        description=text[0].upper() + text[1:] + ".",
        epilog=f"example:\n{example}" if example else None,
    )
    module.add_arguments(parser)
    add_global_options(parser, hidden=True)
    return module, parser


def _leave_on_sigterm() -> None:
    """Ended by a service manager or a CI: leave as by Ctrl-C, so that what was started is stopped."""
    import signal
    import threading

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def _log_to_stderr() -> None:
    import logging

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # Ours only: boto3 would print whole requests, signatures and answers.
    for name in ("springhead", "springhead_runner"):
        logging.getLogger(name).setLevel(logging.DEBUG)


def fail(error: SpringheadError, *, as_json: bool) -> NoReturn:
    """End the command with an error and its exit code."""
    print_error(error, as_json=as_json)
    sys.exit(error.exit_code)


def print_error(error: SpringheadError, *, as_json: bool) -> None:
    """Print an error on stderr: one line, or one object with ``--json``."""
    if as_json:
        import json

        info = error.to_info()
        print(json.dumps({"error": info.pop("name"), **info}, ensure_ascii=False), file=sys.stderr)
    else:
        print(one_line(error), file=sys.stderr)


def one_line(error: SpringheadError) -> str:
    """An error as people read it: name, what and where, what to do; one line, whatever an answer holds."""
    text = f"{error.name}: {error.message}" + (f" ({error.hint})" if error.hint else "")
    return "".join(char if char.isprintable() else " " for char in text)


def wants_color(args: argparse.Namespace) -> bool:
    """True where colour helps: a terminal, and nobody said no (https://no-color.org)."""
    return sys.stdout.isatty() and not args.no_color and "NO_COLOR" not in os.environ
