"""``python -m springhead_contracts COMMAND``: the verb ``contract`` without the SDK."""

import sys

from springhead_contracts.cli import main

if __name__ == "__main__":
    sys.exit(main())
