"""Compares and writes what is generated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from springhead_contracts._registry import schema_dir
from springhead_contracts.generate._go import go_files
from springhead_contracts.generate._go_keys import HEADER as GO_HEADER
from springhead_contracts.generate._ir import load_contract, read_files
from springhead_contracts.generate._lint import lint
from springhead_contracts.generate._python import python_files
from springhead_contracts.generate._python_keys import HEADER as PYTHON_HEADER
from springhead_contracts.generate._python_keys import table_keys
from springhead_contracts.generate._reference import HEADER as REFERENCE_HEADER
from springhead_contracts.generate._reference import reference_files


class GenerateError(ValueError):
    """Nothing can be generated; the message says why and what to do."""


def project_dir() -> Path:
    """Returns the ``contracts`` folder of the repository.

    Raises:
        GenerateError: The package is installed from a wheel, so there is no repository to write into.
    """
    folder = schema_dir().parent
    if not (folder / "go" / "go.mod").is_file():
        raise GenerateError(
            f"{folder} is not the contracts folder of the repository; install it editable (pip install -e)"
        )
    return folder


def outputs(schemas: Path) -> dict[str, str]:
    """Returns the text of every generated file, by its path below ``contracts``.

    Args:
        schemas: The folder of the schemas.

    Raises:
        GenerateError: The lint has findings; generated code would be wrong.
    """
    findings = lint(schemas)
    if findings:
        raise GenerateError("\n".join(["the schemas leave the subset:", *map(str, findings)]))
    contract = load_contract(schemas)
    models = {f"springhead_contracts/models/{name}": text for name, text in python_files(contract).items()}
    if contract.keys:
        models["springhead_contracts/table_keys.py"] = table_keys(contract.keys)
    models["go/contracttest/examples.json"] = _examples(schemas / "examples")
    pages = reference_files(read_files(schemas), contract.tables, schemas / "examples" / "valid")
    models |= {f"reference/{name}": text for name, text in pages.items()}
    return {**models, **{f"go/{name}": text for name, text in go_files(contract).items()}}


def _examples(folder: Path) -> str:
    """Returns all examples as one text, which the Go module can embed: it reaches no file outside itself."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for path in sorted(folder.glob("*/*/*.json")):
        if path.name != "expected.json":
            verdict, record_type = path.parts[-3:-1]
            found.setdefault(verdict, {}).setdefault(record_type, {})[path.stem] = json.loads(path.read_bytes())
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def check(project: Path) -> list[str]:
    """Returns the paths of files that differ from what would be generated: changed, missing or left over."""
    wanted = outputs(project / "v1")
    stale = [path for path in _generated(project) if path not in wanted]
    different = [path for path, text in wanted.items() if _text(project / path) != text]
    return sorted([*stale, *different])


def generate(project: Path) -> list[str]:
    """Writes what differs and removes what is left over; returns the paths."""
    wanted = outputs(project / "v1")
    changed = check(project)
    for path in changed:
        file = project / path
        if path in wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted[path], encoding="utf-8", newline="\n")
        else:
            file.unlink()
    return changed


def _generated(project: Path) -> list[str]:
    """Finds generated files by their first line, so hand-written files beside them are never touched."""
    package = project / "springhead_contracts"
    candidates = [*(package / "models").glob("*.py"), *package.glob("*.py"), *(project / "go").glob("*.go")]
    candidates += (project / "reference").glob("*.md")
    headers = (PYTHON_HEADER, GO_HEADER, REFERENCE_HEADER)
    return [p.relative_to(project).as_posix() for p in candidates if (_text(p) or "").startswith(headers)]


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
