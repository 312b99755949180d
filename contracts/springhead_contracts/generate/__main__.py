"""``python -m springhead_contracts.generate [--check]``."""

import sys

from springhead_contracts.cli import main

if __name__ == "__main__":
    sys.exit(main(["generate", *sys.argv[1:]]))
