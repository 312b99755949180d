"""``contract diff``, ``checks`` and ``release``: what they compare with, print and return."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from datetime import date
from pathlib import Path

import pytest
from springhead_contracts import cli
from springhead_contracts.compat import OutsideSubset, compare, load_bundle, load_folder
from springhead_contracts.compat._release import bundle_text, bundles, changelog_entry, next_version


@pytest.fixture
def project(tmp_path, contracts_dir):
    """A repository with the contract, committed once."""
    folder = tmp_path / "contracts"
    shutil.copytree(contracts_dir / "v1", folder / "v1")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    return folder


def _edit(folder: Path, file: str, path: str, value: object) -> None:
    target = folder / "v1" / f"{file}.schema.json"
    schema = json.loads(target.read_bytes())
    *steps, last = path.split("/")
    owner = schema
    for step in steps:
        owner = owner[step]
    if value is None:
        del owner[last]
    else:
        owner[last] = value
    target.write_text(json.dumps(schema, indent=2))


def _diff(project: Path, *arguments: str) -> int:
    return cli.main(["diff", str(project / "v1"), *arguments])


def test_no_change_is_silent(project, capsys):
    assert _diff(project, "--against", "HEAD", "--fail-on", "INFO") == 0
    assert capsys.readouterr().out == "compared with HEAD: no change\n"


def test_a_break_fails_and_says_what_to_do(project, capsys):
    schema = json.loads((project / "v1" / "scraper_entry.schema.json").read_bytes())
    _edit(project, "scraper_entry", "required", [name for name in schema["required"] if name != "name"])
    _edit(project, "scraper_entry", "properties/weight/type", "integer")
    assert _diff(project, "--against", "HEAD") == 1
    out = capsys.readouterr().out
    assert "ERR member-became-optional scraper_entry.schema.json#/properties/name: 'name' was required" in out
    assert "  WIRE   BACKWARD ok  FORWARD breaks   SOURCE   BACKWARD breaks  FORWARD breaks" in out
    assert "ERR number-became-integer" in out
    assert "Instead: Keep writing it in v1; make it optional in v2." in out


def test_levels(project, capsys):
    _edit(project, "scraper_entry", "properties/name/minLength", None)
    assert _diff(project, "--against", "HEAD") == 0
    assert _diff(project, "--against", "HEAD", "--fail-on", "WARN") == 1
    assert "WARN bound-loosened" in capsys.readouterr().out


def test_formats(project, capsys):
    _edit(project, "venue", "properties/region", None)
    assert _diff(project, "--against", "HEAD", "--json") == 1
    printed = json.loads(capsys.readouterr().out)
    (row,) = printed["changes"]
    assert (row["check"], row["wire"], row["records"]) == (
        "optional-member-removed", {"backward": "loses", "forward": "ok"}, ["venue"]
    )  # fmt: skip
    assert _diff(project, "--against", "HEAD", "--format", "markdown") == 1
    out = capsys.readouterr().out
    assert out.startswith("### Contract\n\ncompared with HEAD: 1 ERR\n\n| | check |")
    assert "| ERR | `optional-member-removed` | `venue.schema.json#/properties/region`" in out
    assert _diff(project, "--against", "HEAD", "--format", "github") == 1
    first = capsys.readouterr().out.splitlines()[0]
    # What is gone is shown at its owner.
    text = (project / "v1" / "venue.schema.json").read_text().splitlines()
    line = next(number for number, one in enumerate(text, 1) if one == '  "properties": {')
    assert first.startswith(
        f"::error file=contracts/v1/venue.schema.json,line={line},title=optional-member-removed /properties/region::"
    )


def test_shared_definitions_name_the_types_they_concern(project, capsys):
    _edit(project, "common", "$defs/Location/properties/city", None)
    assert _diff(project, "--against", "HEAD", "--json") == 1
    (row,) = json.loads(capsys.readouterr().out)["changes"]
    assert row["records"] == ["attraction", "event", "program", "venue"]


def test_ignore_file(project, capsys):
    _edit(project, "venue", "properties/region", None)
    ignore = project / "diff-ignore.txt"
    line = "optional-member-removed venue.schema.json#/properties/region nobody reads it\n"
    ignore.write_text(f"\ufeff# accepted\n  # indented\n2026-12-31 {line}")
    assert _diff(project, "--against", "HEAD", "--today", "2026-12-31") == 0
    assert "accepted: nobody reads it" in capsys.readouterr().out
    assert _diff(project, "--against", "HEAD", "--today", "2027-01-01") == 1
    assert "WARN ignore-expired diff-ignore.txt:3: " in capsys.readouterr().out
    ignore.write_text(ignore.read_text() + "2027-01-01 type-changed venue.schema.json#/properties/SK never\n")
    assert _diff(project, "--against", "HEAD", "--today", "2026-12-31") == 0
    assert _diff(project, "--against", "HEAD", "--today", "2026-12-31", "--fail-on", "WARN") == 1
    assert "WARN ignore-unused diff-ignore.txt:4: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("optional-member-removed x no date", "is no accepted change"),
        ("2026-12-31 optional-member-removed x", "is no accepted change"),
        ("2026-02-30 optional-member-removed x why", "is no date"),
        ("2026-12-31 no-such-check x why", "there is no check 'no-such-check'"),
    ],
)
def test_bad_lines_of_the_ignore_file_are_usage_errors(project, capsys, line, message):
    (project / "diff-ignore.txt").write_text(line)
    assert _diff(project, "--against", "HEAD") == 2
    error = capsys.readouterr().err
    assert message in error and "diff-ignore.txt:1:" in error


def test_against_folder_bundle_release_and_all_releases(project, tmp_path, capsys):
    old = tmp_path / "old"
    shutil.copytree(project / "v1", old)
    releases = project / "releases"
    releases.mkdir()
    for version in ("v1.0", "v1.9", "v1.10"):
        (releases / f"{version}.json").write_text(bundle_text(load_folder(project / "v1"), version))
        _edit(project, "venue", f"properties/extra_{version[3:]}", {"description": "New.", "type": "string"})
    assert [path.stem for path in bundles(project)] == ["v1.0", "v1.9", "v1.10"]
    assert next_version(project) == "v1.11"
    for against in (str(old), str(releases / "v1.0.json"), "v1.0"):
        assert _diff(project, "--against", against, "--fail-on", "INFO") == 1
        assert "3 INFO" in capsys.readouterr().out
    # What a release in the middle added may not go again, though the last one does not tell.
    _edit(project, "venue", "properties/extra_0", None)
    assert _diff(project, "--against", "v1.0") == 0
    assert _diff(project) == 1
    assert "compared with v1.0, v1.9, v1.10" in capsys.readouterr().out


def test_a_gate_without_releases_is_no_gate(project, capsys):
    assert _diff(project) == 2
    assert "there is no release in" in capsys.readouterr().err


def test_unknown_revision_and_empty_folder(project, tmp_path, capsys):
    assert _diff(project, "--against", "no-such-rev") == 2
    assert "neither a folder, a release nor a git revision" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert _diff(project, "--against", str(tmp_path / "empty")) == 2
    (tmp_path / "x.json").write_text("{}")
    assert _diff(project, "--against", str(tmp_path / "x.json")) == 2
    assert "is no release bundle" in capsys.readouterr().err


@pytest.mark.parametrize(
    "keyword", ["oneOf", "if", "not", "patternProperties", "dependentRequired", "unevaluatedProperties", "frobnicate"]
)
def test_schemas_outside_the_subset_are_refused(project, capsys, keyword):
    _edit(project, "venue", f"properties/region/{keyword}", {} if keyword != "oneOf" else [{}])
    assert _diff(project, "--against", "HEAD") == 2
    error = capsys.readouterr().err
    assert "leaves the subset, so no verdict can be trusted" in error and f"properties/region/{keyword}" in error


def test_old_schemas_outside_the_subset_are_refused_too(project, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(project / "v1", old)
    _edit(project, "venue", "properties/region/description", "Other.")
    path = old / "venue.schema.json"
    path.write_text(path.read_text().replace('"minLength": 1', '"contentEncoding": "base64"', 1))
    with pytest.raises(OutsideSubset):
        load_folder(old, released=True)


def test_rules_of_style_do_not_stop_an_old_contract(project, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(project / "v1", old)
    path = old / "common.schema.json"
    path.write_text(path.read_text().replace('"x-unit": "ms"', '"x-note": "ms"'))
    assert {one.check_id for one in compare(load_folder(old, released=True), load_folder(project / "v1"))} <= {
        "unit-changed"
    }


def test_diff_is_fast(project):
    _edit(project, "common", "$defs/Location/properties/extra", {"description": "New.", "type": "string"})
    _diff(project, "--against", "HEAD")
    start = time.process_time()
    _diff(project, "--against", "HEAD")
    # The goal is 200 ms on an idle machine; the bound only catches a change of order.
    assert time.process_time() - start < 2


def test_checks_lists_every_rule_with_an_example(capsys):
    assert cli.main(["checks", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) > 50
    assert all(row["who"] and row["instead"] for row in rows)
    assert all("example" in row and "near_miss" in row for row in rows if not row["check"].startswith("ignore-"))
    assert cli.main(["checks", "type-changed"]) == 0
    assert "near miss: " in capsys.readouterr().out
    assert cli.main(["checks", "no-such"]) == 2


def test_bundles_are_deterministic_and_complete(contracts_dir, tmp_path):
    now = load_folder(contracts_dir / "v1")
    text = bundle_text(now, "v1.0")
    assert bundle_text(load_folder(contracts_dir / "v1"), "v1.0") == text
    path = tmp_path / "v1.0.json"
    path.write_text(text)
    assert compare(load_bundle(path), now) == []
    assert "seattle-family-activities" in text and "go:ScraperEntry.Weight" in text


def test_the_contract_keeps_every_release(contracts_dir, capsys):
    assert bundles(contracts_dir), "there is no release"
    assert cli.main(["diff"]) == 0, capsys.readouterr().out


def test_changelog_entry():
    text = "# Changelog\n\n## Unreleased\n- New words.\n\n## 1.0 (2026-11-20)\n- First.\n"
    entry = changelog_entry(text, "v1.1", date(2026, 12, 1), [])
    assert (
        entry == "# Changelog\n\n## Unreleased\n\n## 1.1 (2026-12-01)\n- New words.\n\n## 1.0 (2026-11-20)\n- First.\n"
    )
    with pytest.raises(ValueError, match="no line '## Unreleased'"):
        changelog_entry("# Changelog\n", "v1.1", date(2026, 12, 1), [])


@pytest.fixture
def releasable(project, contracts_dir, monkeypatch):
    from springhead_contracts.generate import _write

    shutil.copytree(contracts_dir / "go", project / "go")
    (project / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n- Text.\n")
    monkeypatch.setattr(_write, "project_dir", lambda: project)
    monkeypatch.setattr("springhead_contracts.generate.check", lambda _: [])
    return project


def test_release(releasable, capsys):
    assert cli.main(["release", "--date", "2026-11-20", "--dry-run"]) == 0
    assert not (releasable / "releases").exists()
    assert cli.main(["release", "--date", "2026-11-20"]) == 0
    assert "v1.0: 27 record types" in capsys.readouterr().out
    assert cli.main(["release"]) == 0
    assert "nothing to release: the contract is that of v1.0" in capsys.readouterr().out
    _edit(releasable, "venue", "properties/extra", {"description": "New.", "type": "string"})
    assert cli.main(["release", "v1.0"]) == 2
    assert cli.main(["release", "--date", "2026-12-01"]) == 0
    text = (releasable / "CHANGELOG.md").read_text()
    assert "## 1.1 (2026-12-01)\n- `optional-member-added` venue.schema.json#/properties/extra: 'extra' is new" in text
    _edit(releasable, "venue", "properties/extra", None)
    assert cli.main(["release"]) == 1
    out = capsys.readouterr()
    assert "a release only adds" in out.err and "optional-member-removed" in out.out
    assert not (releasable / "releases" / "v1.2.json").exists()


def _release(project: Path, version: str) -> None:
    (project / "releases").mkdir(exist_ok=True)
    (project / "releases" / f"{version}.json").write_text(bundle_text(load_folder(project / "v1"), version))


def _deprecate(project: Path, sunset: str) -> None:
    _edit(project, "venue", "properties/region/deprecated", True)
    _edit(project, "venue", "properties/region/x-sunset", sunset)


def test_a_deprecation_can_be_completed(project, capsys):
    _release(project, "v1.0")
    _deprecate(project, "2027-03-01")
    assert _diff(project, "--today", "2026-12-02") == 1
    assert "ERR sunset-too-soon venue.schema.json#/properties/region" in capsys.readouterr().out
    assert _diff(project, "--today", "2026-12-01") == 0
    assert "INFO deprecation-added" in capsys.readouterr().out
    _release(project, "v1.1")
    # The announced day comes nearer, which is no new deprecation, whatever is compared with.
    assert _diff(project, "--today", "2027-02-01") == 0
    assert _diff(project, "--today", "2027-02-01", "--against", "v1.0") == 0
    _deprecate(project, "2027-02-15")
    assert _diff(project, "--today", "2027-02-01") == 1
    _edit(project, "venue", "properties/region", None)
    assert _diff(project, "--today", "2027-02-28") == 1
    capsys.readouterr()
    for against in ([], ["--against", "v1.0"], ["--against", "v1.1"]):
        assert _diff(project, "--today", "2027-03-01", *against) == 0
        out = capsys.readouterr().out
        assert "WARN deprecated-member-removed" in out and "optional-member-removed" not in out


def test_a_withdrawn_deprecation_no_longer_counts(project, capsys):
    _deprecate(project, "2026-06-01")
    _release(project, "v1.0")
    _edit(project, "venue", "properties/region/deprecated", None)
    _edit(project, "venue", "properties/region/x-sunset", None)
    assert _diff(project, "--today", "2027-01-01") == 0
    assert "INFO deprecation-withdrawn" in capsys.readouterr().out
    _release(project, "v1.1")
    _edit(project, "venue", "properties/region", None)
    assert _diff(project, "--today", "2027-01-01") == 1
    assert "deprecated-member-removed" not in capsys.readouterr().out


def test_an_emptied_list_of_expected_violations_is_named(project, capsys):
    path = project / "v1" / "examples" / "invalid" / "venue" / "expected.json"
    path.write_text("{}")
    assert _diff(project, "--against", "HEAD") == 0
    out = capsys.readouterr().out
    assert "WARN invalid-example-changed examples/invalid/venue/expected.json#missing_name.json" in out


def test_a_revision_is_no_option_of_git(project, tmp_path, capsys):
    target = tmp_path / "written"
    assert _diff(project, f"--against=--output={target}") == 2
    assert "is no revision" in capsys.readouterr().err and not target.exists()


@pytest.mark.parametrize(
    "broken", [{"schemas": []}, {"schemas": {"venue": []}}, {"tables": []}, {"tables": {"tables": []}}, {"surface": 1}]
)
def test_malformed_bundles_are_named(project, capsys, broken):
    _release(project, "v1.0")
    path = project / "broken.json"
    path.write_text(json.dumps({**json.loads((project / "releases" / "v1.0.json").read_bytes()), **broken}))
    assert _diff(project, "--against", str(path)) == 2
    error = capsys.readouterr().err
    assert "is no release bundle" in error or "leaves the subset" in error


def test_recursive_definitions_are_refused_by_name(project, capsys):
    item = {"description": "Inner.", "$ref": "#/$defs/Location"}
    _edit(project, "common", "$defs/Location/properties/inner", item)
    assert _diff(project, "--against", "HEAD") == 2
    error = capsys.readouterr().err
    assert "common.schema.json#/$defs/Location: recursive: " in error and "nested too deeply" not in error
