"""The generators: committed output is current, names are stable, the rest is judged by Go itself."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys

import pytest
from springhead_contracts.generate import GenerateError, check, generate, outputs
from springhead_contracts.generate._names import go_name, python_name


@pytest.fixture
def project(tmp_path, contracts_dir):
    """A copy of what the generator reads and writes."""
    for folder in ("v1", "springhead_contracts/models", "go", "reference"):
        shutil.copytree(contracts_dir / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(contracts_dir / "springhead_contracts" / "table_keys.py", tmp_path / "springhead_contracts")
    return tmp_path


def test_committed_files_are_current(contracts_dir):
    assert check(contracts_dir) == []


def test_check_names_changed_missing_and_left_over_files(project):
    changed, missing = project / "go" / "common_gen.go", project / "springhead_contracts" / "models" / "common.py"
    changed.write_text(changed.read_text() + "\n")
    missing.unlink()
    left_over = project / "go" / "gone_gen.go"
    shutil.copy(project / "go" / "scrape_event_gen.go", left_over)
    paths = ["go/common_gen.go", "go/gone_gen.go", "springhead_contracts/models/common.py"]
    assert check(project) == paths
    assert generate(project) == paths
    assert check(project) == []
    assert not left_over.exists()
    assert (project / "go" / "keys.go").exists()


def test_generation_refuses_what_the_lint_refuses(project):
    path = project / "v1" / "scrape_event.schema.json"
    schema = json.loads(path.read_bytes())
    schema["properties"]["source"]["default"] = "tmdb"
    path.write_text(json.dumps(schema))
    with pytest.raises(GenerateError, match="ref-sibling"):
        outputs(project / "v1")


def test_new_type_moves_no_name(project):
    before = outputs(project / "v1")
    path = project / "v1" / "common.schema.json"
    schema = json.loads(path.read_bytes())
    schema["$defs"]["Mood"] = {"description": "A mood.", "type": "string", "enum": ["positive", "in_progress"]}
    path.write_text(json.dumps(schema))
    after = outputs(project / "v1")
    for name, text in before.items():
        if "common" not in name and not name.endswith("__init__.py"):
            assert after[name] == text
    removed = set(before["go/common_gen.go"].splitlines()) - set(after["go/common_gen.go"].splitlines())
    assert removed == set()


ADDITIONS = {
    "an enum": (
        "common",
        "$defs/Mood",
        {"description": "A mood.", "type": "string", "enum": ["positive", "in_progress"]},
    ),
    "a long value": ("common", "$defs/Priority/enum", ["high", "medium", "low", "as_soon_as_possible_or_sooner"]),
    "a field": (
        "scraper_entry",
        "properties/a_much_longer_name",
        {"description": "N.", "type": "integer", "x-unit": "ms"},
    ),
    "a field with a pattern": (
        "venue",
        "properties/short",
        {"description": "N.", "type": "string", "pattern": "^[a-z]+$"},
    ),
    "a type": (
        "common",
        "$defs/Crate",
        {
            "description": "A crate.",
            "type": "object",
            "additionalProperties": False,
            "properties": {"url": {"description": "U.", "type": "string"}},
        },
    ),
}


@pytest.mark.parametrize("addition", ADDITIONS)
def test_additions_only_add_lines_to_go(project, addition):
    file, place, value = ADDITIONS[addition]
    before = outputs(project / "v1")
    path = project / "v1" / f"{file}.schema.json"
    schema = json.loads(path.read_bytes())
    *steps, last = place.split("/")
    owner = schema
    for step in steps:
        owner = owner[step]
    owner[last] = value
    path.write_text(json.dumps(schema))
    after = outputs(project / "v1")
    gone = []
    for name in (name for name in before if name.endswith("_gen.go")):
        lines = difflib.ndiff(before[name].splitlines(), after[name].splitlines())
        gone += [line for line in lines if line.startswith("- ")]
    if addition == "a long value":
        # The enum's own lists of its values change, and nothing else.
        assert all("high" in line or "PriorityHigh" in line for line in gone)
    else:
        assert gone == []


def test_a_new_record_type_changes_no_other_file(project):
    before = outputs(project / "v1")
    schema = json.loads((project / "v1" / "work_batch.schema.json").read_bytes())
    schema["$id"] = schema["$id"].replace("work_batch", "zz_other")
    (project / "v1" / "zz_other.schema.json").write_text(json.dumps(schema))
    after = outputs(project / "v1")
    changed = {name for name, text in before.items() if after[name] != text and name.startswith("go/")}
    assert changed == {"go/registry_gen.go"}
    assert set(before["go/registry_gen.go"].splitlines()) <= set(after["go/registry_gen.go"].splitlines())


def test_deprecation_reaches_go_python_and_the_reference_page(project):
    path = project / "v1" / "venue.schema.json"
    schema = json.loads(path.read_bytes())
    schema["properties"]["region"] |= {"deprecated": True, "x-sunset": "2027-06-30"}
    path.write_text(json.dumps(schema))
    after = outputs(project / "v1")
    assert "// Deprecated: it is written until 2027-06-30." in after["go/venue_gen.go"]
    assert "Deprecated, written until 2027-06-30." in after["springhead_contracts/models/venue.py"]
    assert "**Deprecated, until 2027-06-30.**" in after["reference/venue.md"]


def test_reference_pages_have_what_a_reader_asks(contracts_dir):
    page = (contracts_dir / "reference" / "venue.md").read_text()
    parts = [
        "Table `seattle-family-activities`: partition key `PK`",
        "- index `location-date-index`: `LocationKey`",
        "| field | type | | unit | meaning | example |",
        "## Coordinates",
        "degrees",
        "## Example: seed",
    ]
    assert [part for part in parts if part not in page] == []


def test_enum_constants_carry_their_type(contracts_dir):
    text = outputs(contracts_dir / "v1")["go/run_report_gen.go"]
    assert 'RunStatusInProgress RunStatus = "in_progress"' in text
    assert 'const HealthHealthy Health = "healthy"' in text


def test_nullable_is_a_pointer_that_is_always_written(contracts_dir):
    text = outputs(contracts_dir / "v1")["go/scraper_entry_gen.go"]
    assert 'Weight *float64 `json:"weight" dynamodbav:"weight"`' in text
    assert 'Sentiment *Sentiment `json:"sentiment" dynamodbav:"sentiment"`' in text
    assert 'RawBytes *int64 `json:"raw_bytes,omitempty" dynamodbav:"raw_bytes,omitempty"`' in text


@pytest.mark.parametrize(
    ("name", "go", "python"),
    [
        ("source_type#timestamp", "SourceTypeTimestamp", "source_type_timestamp"),
        ("PK", "PK", "pk"),
        ("raw_sha256", "RawSHA256", "raw_sha256"),
        ("memory_usage_mb", "MemoryUsageMB", "memory_usage_mb"),
        ("url", "URL", "url"),
        ("startDate", "StartDate", "start_date"),
        ("celebrity_id", "CelebrityID", "celebrity_id"),
    ],
)
def test_names(name, go, python):
    assert (go_name(name), python_name(name)) == (go, python)


def test_module_entry_checks():
    done = subprocess.run(
        [sys.executable, "-m", "springhead_contracts.generate", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "generated files are up to date\n"), done.stderr


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
@pytest.mark.parametrize("folder", ["go", "go/example"])
@pytest.mark.parametrize("command", [["vet", "./..."], ["test", "./..."]], ids=["vet", "test"])
def test_go_module(contracts_dir, folder, command):
    _go(contracts_dir / folder, command)


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
@pytest.mark.parametrize("target", ["FuzzRecords", "FuzzKeys"])
def test_fuzz_targets_run_for_a_bounded_time(contracts_dir, target):
    count = os.environ.get("SPRINGHEAD_FUZZTIME", "1500x")
    _go(contracts_dir / "go", ["test", "-run=^$", f"-fuzz=^{target}$", f"-fuzztime={count}", "."])


def _go(folder, command):
    go = shutil.which("go")
    assert go is not None
    done = subprocess.run([go, *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_descriptions_cannot_end_a_docstring():
    from springhead_contracts.generate._python import _docstring, _literal

    for text in ('Says """x""".', 'Ends in "', "Has \\ and \\n.", '""""', "x" * 130 + '. """'):
        namespace: dict[str, object] = {}
        exec(f"def f():\n{_docstring(text, '    ')}\n", namespace)
        assert text.split(". ")[0] in namespace["f"].__doc__
    for pattern in ('^"+$', "^a\\.b$", '^\\x22"$'):
        assert eval(_literal(pattern)) == pattern
