"""``contract lint``, ``contract generate`` and ``contract show``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from springhead_contracts._registry import check_type, load_schema, resolve, schema_dir, schema_file
from springhead_contracts._words import count, one_line

_BOUNDS = {
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "minLength": "{}+ chars",
    "maxLength": "≤ {} chars",
    "minItems": "{}+ items",
}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the subcommands."""
    lint = subparsers.add_parser("lint", help="check that the schemas keep to the subset")
    lint.add_argument("--json", action="store_true", help="print the findings as JSON")
    lint.set_defaults(contract_run=_lint)
    generate = subparsers.add_parser("generate", help="write the pydantic models and the Go module")
    generate.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    generate.set_defaults(contract_run=_generate)
    show = subparsers.add_parser("show", help="print a record type as a person reads it")
    show.add_argument("type", metavar="TYPE", help="a record type, for example scraper_entry")
    show.add_argument("--json", action="store_true", help="print the schema")
    show.set_defaults(contract_run=_show)


def _lint(args: argparse.Namespace) -> int:
    from springhead_contracts.compat._release import release_findings
    from springhead_contracts.generate import lint

    folder = schema_dir()
    findings = [*lint(folder), *release_findings(folder.parent)]
    if args.json:
        rows = [{"rule": f.rule, "place": f.place, "reason": f.reason, "fix": f.fix} for f in findings]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(finding)
        print(count(len(findings), "finding"))
    return 1 if findings else 0


def _generate(args: argparse.Namespace) -> int:
    from springhead_contracts.generate import GenerateError, check, generate
    from springhead_contracts.generate._write import project_dir

    project = project_dir()
    try:
        paths = check(project) if args.check else generate(project)
    except GenerateError as error:
        print(one_line(error), file=sys.stderr)
        return 1
    for path in paths:
        print(f"contracts/{path}: {'differs' if args.check else 'written'}")
    if args.check and paths:
        print("generated files differ from the schemas; run: springhead contract generate (or make generate)")
        print("if the schemas changed on purpose, look at `springhead contract diff` first")
    elif not paths:
        print("generated files are up to date")
    return 1 if args.check and paths else 0


def _show(args: argparse.Namespace) -> int:
    record_type = check_type(args.type)
    if args.json:
        print(json.dumps(load_schema(record_type), ensure_ascii=False, indent=2))
        return 0
    file, schema = resolve(record_type, schema_file(record_type))
    print(f"{record_type}: {schema['description']}\n")
    print("* required   ~ may be null\n")
    print("\n".join(_members(file, schema, "")))
    return 0


def _members(file: str, schema: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, member in schema["properties"].items():
        home, resolved = resolve(file, member)
        required = "*" if name in schema.get("required", ()) else " "
        null = "~" if isinstance(resolved.get("type"), list) else " "
        yield f"{indent}{required}{null}{name}  <{_kind(home, resolved)}>"
        yield f"{indent}    {resolved['description']}"
        inner_home, inner = home, resolved
        if resolved.get("type") == "array":
            inner_home, inner = resolve(home, resolved["items"])
        if "properties" in inner:
            yield from _members(inner_home, inner, f"{indent}    ")


def _kind(file: str, schema: Mapping[str, Any]) -> str:
    declared = schema.get("type")
    kind = next(t for t in declared if t != "null") if isinstance(declared, list) else str(declared)
    if "enum" in schema:
        return " | ".join(value for value in schema["enum"] if value is not None)
    if kind == "array":
        kind = f"list of {_kind(*resolve(file, schema['items']))}"
    elif isinstance(schema.get("additionalProperties"), Mapping):
        kind = f"map of {_kind(*resolve(file, schema['additionalProperties']))}"
    elif schema.get("additionalProperties") is True:
        kind = "open object"
    bounds = [text.format(schema[keyword]) for keyword, text in _BOUNDS.items() if keyword in schema]
    return ", ".join([schema.get("format", kind), *bounds])
