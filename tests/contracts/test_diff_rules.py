"""Every rule of ``contract diff`` fires on its example and stays silent on a near miss."""

from __future__ import annotations

import json

import pytest
from springhead_contracts.compat import CHECKS, compare
from springhead_contracts.compat._cases import CASES
from springhead_contracts.compat._small import GONE, SMALL, TODAY, edited, snapshot
from springhead_contracts.generate._lint import lint_files

ABOUT_THE_IGNORE_FILE = {"ignore-expired", "ignore-unused"}


def _ids(before, after):
    return [one.check_id for one in compare(snapshot(before), snapshot(after), today=TODAY)]


def test_every_rule_has_a_case():
    assert set(CASES) | ABOUT_THE_IGNORE_FILE == set(CHECKS)


def test_the_small_contract_is_in_the_subset():
    assert lint_files(SMALL["files"], SMALL["keys"], SMALL["tables"]) == []
    assert _ids(SMALL, SMALL) == []


@pytest.mark.parametrize("check_id", sorted(CASES))
def test_rule_fires(check_id):
    before = edited(CASES[check_id].before)
    after = edited(CASES[check_id].after, before)
    found = compare(snapshot(before), snapshot(after), today=TODAY)
    fired = next(one for one in found if one.check_id == check_id)
    assert fired.place and fired.detail and fired.check.who and fired.check.instead
    # What the rule explains, the proof does not repeat.
    assert check_id == "unproven" or "unproven" not in [one.check_id for one in found]


@pytest.mark.parametrize("check_id", sorted(CASES))
def test_near_miss_is_silent(check_id):
    before = edited(CASES[check_id].before)
    near = edited(CASES[check_id].near, before)
    assert near != before or check_id.startswith("csv-alias-added")
    assert check_id not in _ids(before, near)


def test_severity_follows_the_verdicts():
    for check in CHECKS.values():
        broken = {"breaks", "loses"} & {*check.wire, *check.source}
        assert (check.severity == "INFO") <= (not broken), check.id
        assert (check.severity == "ERR") <= bool(broken), check.id


def test_a_move_explains_no_other_type():
    # A definition that moves between files and is replaced by an equal one on the way is a break in Go.
    sizes = SMALL["files"]["common"]["$defs"]["Size"]
    before = edited({"files/common/$defs/Length": sizes})
    box = json.loads(json.dumps(SMALL["files"]["common"]["$defs"]["Box"]))
    moved = {
        "files/common/$defs/Box": GONE,
        "files/thing/$defs": {"Box": box},
        "files/thing/properties/box/$ref": "#/$defs/Box",
    }
    assert set(_ids(before, edited(moved, before))) == {"definition-moved"}
    inner = {"description": "Size.", "$ref": "common.schema.json#/$defs/Size"}
    before = edited({"files/common/$defs/Box/properties/size": {**inner, "$ref": "#/$defs/Size"}}, before)
    after = edited(
        {**moved, "files/thing/$defs/Box/properties/size": {**inner, "$ref": "common.schema.json#/$defs/Length"}},
        before,
    )
    assert "source-type-changed" in _ids(before, after)
    same = edited({**moved, "files/thing/$defs/Box/properties/size": inner}, before)
    assert "source-type-changed" not in _ids(before, same)
