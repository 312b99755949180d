"""The lines that annotations of ``contract diff`` point at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from springhead_contracts import cli
from springhead_contracts.compat._lines import Lines, pointer_lines

TEXT = """{
  "a": [1, {"b/c": "x\\"}"},
    [], {}, -1.5e3
  ],
  "~": {
    "deep": null, "more": true
  }
}
"""


def _pointers(value, at=""):
    found = {at: value}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        found |= _pointers(inner, f"{at}/{str(step).replace('~', '~0').replace('/', '~1')}")
    return found


def test_lines_of_pointers():
    assert pointer_lines(TEXT) == {
        "": 1, "/a": 2, "/a/0": 2, "/a/1": 2, "/a/1/b~1c": 2, "/a/2": 3, "/a/3": 3, "/a/4": 3,
        "/~0": 5, "/~0/deep": 6, "/~0/more": 6,
    }  # fmt: skip


@pytest.mark.parametrize("form", [{"indent": 2}, {}, {"indent": 1, "ensure_ascii": False}])
def test_every_pointer_of_every_schema_has_a_line(contracts_dir, form):
    for path in sorted((contracts_dir / "v1").glob("*.json")):
        value = json.loads(path.read_bytes())
        text = json.dumps(value, **form)
        lines = text.split("\n")
        found = pointer_lines(text)
        assert set(found) == set(_pointers(value))
        for pointer, line in found.items():
            name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            assert name.isdigit() or not name or json.dumps(name, ensure_ascii=False) in lines[line - 1]


def test_places_without_a_line(tmp_path):
    assert Lines(None)("venue.schema.json", "/x") is None
    assert Lines(None).path("venue.schema.json") == "contracts/v1/venue.schema.json"
    assert Lines(tmp_path)("none.schema.json", "/x") is None


def test_annotations_name_the_line_of_the_change(contracts_dir, tmp_path, capsys):
    (tmp_path / ".git").mkdir()
    folder: Path = tmp_path / "contracts" / "v1"
    for path in (contracts_dir / "v1").rglob("*.json"):
        copy = folder / path.relative_to(contracts_dir / "v1")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    target = folder / "venue.schema.json"
    text = target.read_text()
    target.write_text(text.replace('"minLength": 1', '"minLength": 2', 1))
    line = next(n for n, one in enumerate(text.splitlines(), 1) if '"minLength": 1' in one)
    owner = max(n for n, one in enumerate(text.splitlines()[:line], 1) if one.endswith("{"))
    assert cli.main(["diff", str(folder), "--against", str(contracts_dir / "v1"), "--format", "github"]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(f"::error file=contracts/v1/venue.schema.json,line={owner},title=bound-tightened ")
