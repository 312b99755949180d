"""Command line: `python -m springhead_demo.simulator --count 1000 --rate-429 0.1`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from springhead_demo import celebrities_file
from springhead_demo.simulator import Faults, Simulator, Subject, generate_people, load_people

_RATES = {
    "rate-429": "rate_limited",
    "rate-5xx": "server_error",
    "rate-truncated": "truncated",
    "rate-malformed": "malformed",
    "rate-namesakes": "namesakes",
    "rate-not-found": "not_found",
    "rate-wrong-birth-date": "wrong_birth_date",
    "rate-alias-only": "alias_only",
    "rate-not-a-person": "not_a_person",
    "rate-no-person": "no_person",
    "rate-only-namesakes": "only_namesakes",
    "rate-undated": "undated",
    "rate-undated-namesakes": "undated_namesakes",
    "rate-misspelt": "misspelt",
    "rate-other-script": "other_script",
    "rate-deceased": "deceased",
    "rate-walled": "walled",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="springhead_demo.simulator", description=__doc__)
    people = parser.add_mutually_exclusive_group()
    people.add_argument("--people", type=Path, metavar="FILE", help="a subject list (default: the bundled one)")
    people.add_argument("--count", type=int, metavar="N", help="make this many subjects from the seed")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="mean delay of an answer")
    parser.add_argument("--retry-after", type=int, default=1, metavar="SECONDS")
    for option, rate in _RATES.items():
        parser.add_argument(f"--{option}", type=float, default=0.0, dest=rate, metavar="RATE", help="from 0 to 1")
    parser.add_argument(
        "--switch",
        action="append",
        default=[],
        metavar="HOST[/PATH]=NAME",
        help="a named answer for a host or path, such as news.google.com=drip; may be repeated",
    )
    return parser


async def _serve(simulator: Simulator) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await simulator.serve(stopping, lambda: print(simulator.url, flush=True))


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the URL is the only line of output."""
    args = _parser().parse_args(argv)
    try:
        people: list[Subject]
        if args.count is not None:
            people = generate_people(args.count, args.seed)
        else:
            people = load_people(args.people or Path(str(celebrities_file())))
        rates = {rate: getattr(args, rate) for rate in _RATES.values()}
        if wrong := [switch for switch in args.switch if "=" not in switch]:
            raise ValueError(f"--switch takes HOST[/PATH]=NAME, not {wrong[0]}")
        switches = dict(switch.rsplit("=", 1) for switch in args.switch)
        faults = Faults(**rates, latency=args.latency, retry_after=args.retry_after, switches=switches)
        asyncio.run(_serve(Simulator(people, args.seed, faults, port=args.port)))
    except (OSError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
