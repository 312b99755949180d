"""``python -m springhead_contracts.proof [--pairs N] [--seed N] [--records N]``."""

from __future__ import annotations

import argparse
import sys

from springhead_contracts.proof._run import prove


def main() -> int:
    """Runs the proof and prints the report; 1 when a verdict of "compatible" was refuted."""
    parser = argparse.ArgumentParser(prog="python -m springhead_contracts.proof", description=__doc__)
    parser.add_argument("--pairs", type=int, default=600, help="pairs of contracts to try (600)")
    parser.add_argument("--seed", type=int, default=0, help="where chance begins (0)")
    parser.add_argument("--records", type=int, default=20, help="records per pair and direction (20)")
    args = parser.parse_args()
    report = prove(args.pairs, seed=args.seed, records=args.records)
    print("\n".join(report.lines()))
    return 1 if report.refuted else 0


if __name__ == "__main__":
    sys.exit(main())
