"""The demo's last screen."""

from __future__ import annotations

from typing import Any

from springhead.cli.output import cell, print_line, table

__all__ = ["show_summary"]


def show_summary(result: dict[str, Any], samples: list[dict[str, Any]]) -> None:
    """Print what came of a demo."""
    counts = ["written", "enriched", "not found", "dead letters"]
    head = ["source", *counts, "requests", "retried", "units", "bytes", "CSV files", "seconds"]
    rows = [
        [
            name,
            str(of["written"]),
            str(of["enriched"]),
            str(of["not_found"]),
            str(of["dead_letters"]),
            str(of["requests"]),
            str(of["retried"]),
            f"{of['units']:,} of {of['quota']:,}" if "units" in of else "–",
            f"{of['bytes']:,}",
            str(of["csv_files"]),
            f"{of['seconds']:.1f}",
        ]
        for name, of in result["sources"].items()
    ]
    print_line()
    print_line(table(rows, head))
    print_line()
    for name, of in result["sources"].items():
        print_line(f"  {name} backup: {of['csv']}")
    print_line()
    for item in samples:
        metadata = item["metadata"]
        print_line(f"{item['name']}  {item['celebrity_id']} · {item['source_type#timestamp']}")
        match = metadata.get("match", {"confidence": 0, "evidence": ["not said"]})
        shown = [
            ["weight", cell(item["weight"])],
            ["sentiment", cell(item["sentiment"])],
            ["match", f"{match['confidence']:.2f}  {cell('; '.join(match['evidence']), 80)}"],
            ["raw_text", f"{len(item['raw_text']):,} characters: {cell(item['raw_text'], 70)}"],
            ["id", item["id"]],
        ]
        print_line(table(shown, indent="  "))
    print_line()
    sources = result["sources"].values()
    total = {name: sum(of[name] for of in sources) for name in ("written", "not_found", "dead_letters")}
    print_line(
        f"{result['subjects']} celebrities × {len(sources)} sources − {total['not_found']} not found = "
        f"{result['expected']} entries expected: {total['written']} written, {total['dead_letters']} dead letters, "
        f"{result['lost']} lost, {result['duplicates']} twice, {result['seconds']:.1f} s."
    )
