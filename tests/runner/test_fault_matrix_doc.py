"""``docs/faults.md`` names tests: each must exist, and each test of the matrix must be named."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[1] / "docs" / "faults.md"
#: They show that the fault's absence changes nothing, or guard a setting; they are no fault.
NO_FAULTS = {
    "test_every_message_is_done_once",
    "test_only_new_content_wakes_it",
    "test_the_templates_time_suffices_for_one_text_that_hangs",
}


def _names(name: str) -> set[str]:
    return set(re.findall(r"^(?:async )?def (test_\w+)", (HERE / f"{name}.py").read_text(), re.MULTILINE))


def test_the_matrix_names_tests_that_exist_and_all_of_its_own() -> None:
    named: dict[str, set[str]] = {}
    for line in DOCUMENT.read_text().splitlines():
        module = None
        for found in re.findall(r"`(test_\w+)(?:: (test_\w+))?`", line) if line.startswith("|") else []:
            first, second = found
            module, test = (first, second) if second or (HERE / f"{first}.py").exists() else (module, first)
            assert module is not None, line
            named.setdefault(module, set()).update({test} - {""})
    for module, names in named.items():
        assert names <= _names(module), f"{module}: {sorted(names - _names(module))}"
    for path in HERE.glob("test_fault_matrix_s*.py"):
        assert _names(path.stem) - named[path.stem] - NO_FAULTS == set()
    assert _names("test_fault_matrix_queue") - named["test_fault_matrix_queue"] - NO_FAULTS == set()
    assert sum(map(len, named.values())) > 35
