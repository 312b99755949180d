"""Releases: what VERSION may be, and that nobody edits a bundle; removed record types."""

from __future__ import annotations

import json
import shutil

import pytest
from springhead_contracts import cli
from springhead_contracts.compat import compare, load_bundle, load_folder
from springhead_contracts.compat._release import bundle_text, checked_version, release_findings

#: Digests of what is released. A line is added by each release; none ever changes.
RELEASED = {
    "v1.0": "sha256:552b7cab44118fbcaa7e0db1567da63e0c7621d796063e1e48bf4755de6f3459",
    "v1.1": "sha256:903247fe589359842f02076304b6c756cf227a8e4bb4854648071f0f6bb5db11",
}


def test_what_is_released_stays_as_it_was_released(contracts_dir):
    found = {path.stem: json.loads(path.read_bytes())["digest"] for path in (contracts_dir / "releases").glob("*.json")}
    assert found == RELEASED


@pytest.fixture
def project(tmp_path, contracts_dir):
    """The contract, released as v1.0."""
    folder = tmp_path / "contracts"
    shutil.copytree(contracts_dir / "v1", folder / "v1")
    (folder / "releases").mkdir()
    (folder / "releases" / "v1.0.json").write_text(bundle_text(load_folder(folder / "v1"), "v1.0"))
    return folder


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("banana", "no version"), ("2.0", "no version"), ("1.0", "no version"), ("v1", "no version"),
        ("v1.01", "no version"), ("v1.1\n", "no version"), ("v2.0", "folder v2/ beside v1/"), ("v0.1", "another major"),
        ("v1.0", "released already"), ("v1.2", "out of order; the next release is v1.1"),
    ],
)  # fmt: skip
def test_the_version_is_judged_first(project, capsys, monkeypatch, version, words):
    with pytest.raises(ValueError, match=words):
        checked_version(version, project)
    monkeypatch.setattr("springhead_contracts.generate._write.project_dir", lambda: project)
    assert cli.main(["release", version, "--dry-run"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ReleaseError: ") and error.endswith(")\n")


def test_good_versions(project):
    assert checked_version(None, project) == checked_version("v1.1", project) == "v1.1"


def _edit(path, change):
    bundle = json.loads(path.read_bytes())
    change(bundle)
    path.write_text(json.dumps(bundle, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b["schemas"]["venue"]["properties"].pop("region"),
        lambda b: b["schemas"]["venue"].update(required=list(reversed(b["schemas"]["venue"]["required"]))),
        lambda b: b["tables"].update(description="Another."),
        lambda b: b["examples"].popitem(),
        lambda b: b["surface"].popitem(),
        lambda b: b["vectors"].popitem(),
        lambda b: b.update(version="v1.1"),
        lambda b: b.update(digest="sha256:" + "0" * 64),
        lambda b: b.pop("digest"),
    ],
    ids=["member", "order", "tables", "examples", "surface", "vectors", "version", "digest", "no-digest"],
)
def test_an_edited_release_is_named(project, capsys, change):
    bundle = project / "releases" / "v1.0.json"
    _edit(bundle, change)
    assert cli.main(["diff", str(project / "v1")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("EditedRelease: v1.0.json was edited after its release: restore it with git")
    (finding,) = release_findings(project)
    assert (finding.rule, finding.place) == ("release", "releases/v1.0.json")
    assert "edited after its release" in finding.reason and "git" in finding.fix


def test_white_space_is_no_edit_and_a_copy_is_no_release(project):
    bundle = project / "releases" / "v1.0.json"
    bundle.write_text(json.dumps(json.loads(bundle.read_bytes()), indent=4))
    assert compare(load_bundle(bundle), load_folder(project / "v1")) == []
    assert release_findings(project) == []
    shutil.copy(bundle, bundle.with_name("v1.1.json"))
    (finding,) = release_findings(project)
    assert "it is the release v1.0" in finding.reason
    bundle.write_text("{}")
    assert "is no release bundle" in release_findings(project)[0].reason


def test_lint_judges_the_releases(contracts_dir, monkeypatch, capsys, project):
    assert release_findings(contracts_dir) == []
    monkeypatch.setattr("springhead_contracts._cli_schema.schema_dir", lambda: project / "v1")
    assert cli.main(["lint"]) == 0
    assert capsys.readouterr().out == "0 findings\n"
    _edit(project / "releases" / "v1.0.json", lambda b: b["examples"].popitem())
    assert cli.main(["lint"]) == 1
    assert "releases/v1.0.json: release: v1.0.json was edited" in capsys.readouterr().out


def test_a_removed_type_is_named_with_what_still_mentions_it(project, capsys):
    (project / "v1" / "popular_item.schema.json").unlink()
    assert cli.main(["diff", str(project / "v1")]) == 1
    out = capsys.readouterr().out
    assert "ERR record-type-removed popular_item.schema.json#: popular_item is gone, and tables.json#/tables/" in out
    assert "still names it (against v1.0)" in out
    assert out.endswith("compared with v1.0: 1 ERR\n")


def test_a_type_that_never_was_is_an_error_of_the_tables(project, capsys):
    tables = project / "v1" / "tables.json"
    text = tables.read_text()
    tables.write_text(text.replace('"popular_item"', '"populr_item"', 1))
    assert cli.main(["diff", str(project / "v1")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("OutsideSubset: ")
    assert "tables: it names a record type that does not exist: populr_item; correct its records" in error


def test_what_is_new_says_since_when(project, capsys):
    target = project / "v1" / "venue.schema.json"
    schema = json.loads(target.read_bytes())
    schema["properties"]["extra"] = {"description": "New.", "type": "string"}
    target.write_text(json.dumps(schema, indent=2))
    assert cli.main(["diff", str(project / "v1")]) == 0
    assert "INFO optional-member-added venue.schema.json#/properties/extra: 'extra' is new (against v1.0)" in (
        capsys.readouterr().out
    )


def test_checks_are_one_line_each_and_one_in_full(capsys):
    from springhead_contracts.compat import CHECKS

    assert cli.main(["checks"]) == 0
    out = capsys.readouterr().out
    assert len(out) < 8_000
    assert [line.split()[1] for line in out.splitlines()[: len(CHECKS)]] == list(CHECKS)
    assert cli.main(["checks", "type-changed"]) == 0
    out = capsys.readouterr().out
    for word in (
        "  example: ",
        "  near miss: ",
        "BACKWARD".lower(),
        "ERR   stops the gate",
        "loses ",
        "newer ",
        "breaks ",
    ):
        assert word in out
    assert cli.main(["checks", "type-chnged"]) == 2
    assert "(did you mean 'type-changed'?)" in capsys.readouterr().err


def test_stale_files_say_what_to_run(monkeypatch, capsys):
    monkeypatch.setattr("springhead_contracts.generate.check", lambda _: ["go/keys.go"])
    assert cli.main(["generate", "--check"]) == 1
    out = capsys.readouterr().out
    assert "springhead contract generate (or make generate)" in out
    assert "if the schemas changed on purpose, look at `springhead contract diff` first" in out
