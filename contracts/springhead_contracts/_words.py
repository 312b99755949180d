"""How the command words things: plurals, and errors in the form ``Name: message (hint)``."""

from __future__ import annotations

from pathlib import Path


def count(number: int, noun: str) -> str:
    """Returns a number with its noun: ``1 record``, ``0 records``."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def one_line(error: BaseException) -> str:
    """Returns an error as people read it.

    Args:
        error: The error; a hint after the last ``;`` of its first line goes into brackets. Errors of Python's own are
            named UsageError and FileError, since what caused them is an argument or a file.
    """
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"FileError: {where}{error.strerror[:1].lower()}{error.strerror[1:]}"
    name = "UsageError" if type(error) is ValueError else type(error).__name__
    first, mark, rest = str(error).partition("\n")
    message, semicolon, hint = first.rpartition("; ")
    if semicolon and not first.endswith((")", ":")):
        first = f"{message} ({hint})"
    return f"{name}: {first}{mark}{rest}"


def unreadable(file: str, error: OSError, suffix: str) -> str:
    """Returns why a file cannot be read, and what to name instead.

    Args:
        file: The file as it was named.
        error: What reading it raised.
        suffix: The usual ending of such files, for example ``.csv``.
    """
    if Path(file).is_dir():
        return f"FileError: {file} is a folder (name files, such as {file.rstrip('/')}/*{suffix})"
    if isinstance(error, FileNotFoundError):
        return f"FileError: {file} does not exist (check the name)"
    return one_line(error)
