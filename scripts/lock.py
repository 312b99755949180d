"""Write requirements.lock: everything that our distributions and their tests need, pinned by hash, without addresses.

Our own distributions are left out: they are installed from this checkout.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def requirements() -> list[str]:
    """Requirements of all distributions of this checkout, without each other."""
    files = sorted([*ROOT.glob("*/pyproject.toml"), *ROOT.glob("plugins/*/pyproject.toml")])
    projects = [tomllib.loads(file.read_text(encoding="utf-8"))["project"] for file in files]
    ours = {project["name"] for project in projects}
    wanted = {line for project in projects for line in project.get("dependencies", [])}
    return sorted(line for line in wanted if line.partition("=")[0].strip() not in ours)


def main() -> int:
    """Compile the lock."""
    text = "\n".join([*requirements(), (ROOT / "requirements.in").read_text(encoding="utf-8")])
    command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--quiet"]
    command += ["--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header", "-", *sys.argv[1:]]
    lock = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    if lock.returncode:
        sys.stderr.write(lock.stderr)
        return 1
    (ROOT / "requirements.lock").write_text("# Written by `make lock`; do not edit.\n" + lock.stdout, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
