"""The rules about what the contract says beyond JSON Schema: CSV, row keys, tables, keys, promises, the ignore file."""

from __future__ import annotations

from typing import Literal

Severity = Literal["ERR", "WARN", "INFO"]

MIGRATE = "Keep the old form readable and migrate the table first, or start v2 beside v1."
OWN = "Add a new optional member beside it, write both, and deprecate the old one with x-sunset."
NOBODY = "Nobody."
NONE = "Nothing to do."

ROWS_OF_EXTRAS: tuple[tuple[str, Severity, str, str, str], ...] = (
    ("csv-added", "INFO", "ok ok ok ok", NOBODY, NONE),
    ("csv-removed", "ERR", "breaks breaks ok ok", "The lake no longer knows how to read the files.", "Keep x-csv."),
    (
        "csv-column-added",
        "WARN",
        "ok breaks ok newer",
        "Old readers that validate refuse files with a column that they do not know.",
        "Add it at the end, and release readers that know it before anyone writes it.",
    ),
    (
        "csv-column-removed",
        "ERR",
        "loses breaks ok ok",
        "Readers of the column find it gone.",
        "Keep the column, empty.",
    ),
    (
        "csv-order-changed",
        "ERR",
        "breaks breaks ok ok",
        "Readers that go by position take one column for another.",
        "Keep the order; add new columns at the end.",
    ),
    ("csv-alias-added", "INFO", "ok ok ok ok", NOBODY, NONE),
    ("csv-alias-removed", "ERR", "breaks ok ok ok", "Files with the old header are refused.", "Keep the alias."),
    (
        "csv-header-changed",
        "ERR",
        "ok breaks ok ok",
        "Old readers do not know the header that new files carry.",
        "Release readers with the new name as an alias first.",
    ),
    (
        "csv-file-changed",
        "ERR",
        "breaks breaks ok ok",
        "Files named in the old way no longer reach the lake.",
        "Keep the form of the file's name.",
    ),
    (
        "key-normalisation-changed",
        "ERR",
        "breaks breaks ok ok",
        "The same row has another key than the stored one: duplicates.",
        MIGRATE,
    ),
    ("row-key-added", "INFO", "ok ok ok newer", NOBODY, NONE),
    ("table-added", "INFO", "ok ok ok newer", NOBODY, NONE),
    ("table-removed", "ERR", "breaks breaks breaks ok", "Whoever queries the table.", "Keep it until nobody does."),
    ("table-key-changed", "ERR", "breaks breaks ok ok", "Every stored item lies under another key.", MIGRATE),
    ("table-record-removed", "ERR", "breaks breaks ok ok", "Whoever looks for the records there.", MIGRATE),
    (
        "table-record-added",
        "WARN",
        "ok breaks ok ok",
        "Readers that query the table or its indexes meet items of a type that they do not know.",
        "Release readers that skip or know the type before anyone writes it there.",
    ),
    ("ttl-changed", "ERR", "loses loses ok ok", "Items expire that should not, or never.", "Keep the attribute."),
    ("index-added", "INFO", "ok ok ok newer", NOBODY, NONE),
    (
        "index-removed",
        "ERR",
        "breaks breaks breaks ok",
        "Queries of the index fail.",
        "Keep it until nobody queries it.",
    ),
    (
        "index-key-changed",
        "ERR",
        "breaks breaks ok ok",
        "Queries of the index find nothing.",
        "Add a second index, move the queries, then remove the first.",
    ),
    ("key-added", "INFO", "ok ok ok newer", NOBODY, NONE),
    ("key-removed", "ERR", "ok ok breaks ok", "Code that builds or parses the key does not compile.", "Keep it."),
    (
        "key-form-changed",
        "ERR",
        "breaks breaks breaks breaks",
        "Queries build keys of one form, the table holds the other.",
        MIGRATE,
    ),
    (
        "example-changed",
        "ERR",
        "breaks breaks ok ok",
        "A released example is a promise to whoever tests against it.",
        "Restore it and add a new example.",
    ),
    (
        "invalid-example-changed",
        "WARN",
        "ok ok ok ok",
        "Whoever tests that the released example is refused, and for that reason.",
        "Restore it and its line in expected.json, unless a change of the schema made it valid.",
    ),
    (
        "vector-changed",
        "ERR",
        "breaks breaks ok ok",
        "A released vector is a promise to whoever builds keys.",
        "Restore it and add new vectors.",
    ),
    (
        "unproven",
        "ERR",
        "breaks breaks ok ok",
        "Perhaps somebody: no rule names the change, and it could not be proved compatible.",
        "Split it into changes that can be proved, or accept it with a dated line in the ignore file.",
    ),
    (
        "ignore-expired",
        "WARN",
        "ok ok ok ok",
        "The accepted break counts again.",
        "Remove the line, or give it a new date and reason.",
    ),
    ("ignore-unused", "WARN", "ok ok ok ok", NOBODY, "Remove the line."),
)
