"""Asks the Go module what it makes of records: builds the command ``judge`` once, and runs it over many."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from springhead_contracts.generate._go_keys import HEADER as GO_HEADER
from springhead_contracts.generate._write import project_dir


def find_go() -> str | None:
    """Returns the path of the Go command; None where it is not installed."""
    return shutil.which("go")


def build_judge(folder: Path, generated: dict[str, str] | None = None) -> Path:
    """Builds the command ``judge`` and returns its path.

    Args:
        folder: Where to build.
        generated: Text of the generated files by name; None for those of the repository.

    Raises:
        RuntimeError: Go is not installed, or the code does not compile.
    """
    source = project_dir() / "go"
    module = source
    if generated is not None:
        module = folder / "module"
        (module / "internal" / "judge").mkdir(parents=True)
        for path in [*source.glob("*.go"), source / "go.mod", source / "go.sum"]:
            hand_written = not path.read_text(encoding="utf-8").startswith(GO_HEADER)
            if hand_written and not path.name.endswith("_test.go"):
                shutil.copy(path, module)
        shutil.copy(source / "internal" / "judge" / "main.go", module / "internal" / "judge")
        for name, text in generated.items():
            if not name.endswith("_test.go"):
                (module / name).write_text(text, encoding="utf-8")
    program = folder / "judge"
    go = find_go()
    if go is None:
        raise RuntimeError("Go is not installed, so its side of the proof cannot be given; install Go 1.24 or newer")
    command = [go, "build", "-o", str(program), "./internal/judge"]
    done = subprocess.run(command, cwd=module, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"the generated Go does not compile:\n{done.stderr}")
    return program


def ask(program: Path, questions: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Returns the answers of ``judge``: ``error``, ``violations`` and ``record`` of each record.

    Args:
        program: The command.
        questions: Record type and record.
    """
    lines = "\n".join(json.dumps({"type": kind, "record": record}) for kind, record in questions)
    done = subprocess.run([str(program)], input=lines, capture_output=True, text=True, check=True)  # noqa: S603
    return [json.loads(line) for line in done.stdout.splitlines()]
