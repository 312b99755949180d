"""What the commands of the lake have in common: sizes, reports of files."""

from __future__ import annotations

from collections.abc import Iterable

from springhead.cli.output import cell, print_line, table

from springhead_lake.report import COUNTS, FileReport, total

__all__ = ["print_reports"]


def print_reports(reports: list[FileReport], *, all_files: bool = True) -> None:
    """Print what became of files: a line for each, the sums, and all that deserves a look.

    Args:
        reports: The reports.
        all_files: False for those only that did not end well.
    """
    shown = [report for report in reports if all_files or report.outcome != "loaded" or report.rejected]
    sums = total(reports)
    rows = [[cell(report.key), report.outcome, *_counts(report)] for report in shown]
    if len(reports) > 1:
        loaded = f"{sums['loaded']} of {sums['files']} loaded"
        rows.append(["all files", loaded, *(f"{sums[name]:,}" for name in COUNTS), f"{sums['observations']:,}"])
    print_line(table(rows, ["file", "outcome", "rows", *COUNTS[1:], "metrics"]))
    for report in shown:
        for line in _remarks(report):
            print_line(f"  {cell(report.key)}: {line}")


def _counts(report: FileReport) -> Iterable[str]:
    if report.outcome != "loaded":
        return ["–"] * (len(COUNTS) + 1)
    return [f"{getattr(report, name):,}" for name in (*COUNTS, "observations")]


def _remarks(report: FileReport) -> Iterable[str]:
    if report.outcome == "unknown":
        yield "no backup by its name (instagram_results_*.csv, post_results_*.csv), left alone"
    if report.error is not None:
        hint = report.error.get("hint")
        yield cell(report.error["message"], 300) + (f" ({hint})" if hint else "")
    if report.rejected_to:
        what = f"{report.rejected:,} rejected rows" if report.rejected else "a copy"
        yield f"{what} in {report.rejected_to}"
    if report.superseded:
        yield f"{report.superseded:,} rows without a phone gave way to rows with one"
    if report.unknown_columns:
        yield f"columns that no table has, not loaded: {cell(', '.join(report.unknown_columns), 200)}"
    if report.absent_columns:
        yield f"columns that it lacks: {', '.join(report.absent_columns)}"
    for column, reasons in report.cells.items():
        # Blank cells are no news.
        found = {reason: count for reason, count in reasons.items() if reason != "blank"}
        if found:
            said = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in found.items())
            yield f"{column}: not usable and left empty: {said}"
