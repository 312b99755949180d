from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead_demo.simulator import Simulator, generate_people, load_people
from springhead_demo.simulator.names import fold, home_of, spell, tokens
from springhead_demo.simulator.variants import to_simplified

FIELDS = ["celebrity_id", "name", "birth_date", "nationality", "occupation"]


def test_the_bundled_list_is_in_the_seed_format(people: list[dict[str, Any]]) -> None:
    assert [person["celebrity_id"] for person in people] == [f"celeb_{number:03d}" for number in range(1, 101)]
    assert len({person["name"] for person in people}) == 100
    for person in people:
        assert list(person) == FIELDS
        assert date.fromisoformat(person["birth_date"]).year > 1930
        assert person["nationality"]
        assert person["occupation"]
    homes = [home_of(person["name"], person["nationality"]) for person in people]
    assert [homes.count(home) for home in ("zh", "ja", "ko", "latin")] == [50, 15, 10, 25]


def test_generated_lists_are_unique_and_repeatable() -> None:
    people = generate_people(3000, seed=4)
    assert generate_people(3000, seed=4) == people
    assert generate_people(100, seed=4) == people[:100]
    assert generate_people(100, seed=5) != people[:100]
    assert people[0]["celebrity_id"] == "celeb_000001"
    assert len({person["celebrity_id"] for person in people}) == 3000
    repeated = 3000 - len({person["name"] for person in people})
    assert 5 < repeated < 80
    homes = {home_of(person["name"], person["nationality"]) for person in people}
    assert homes == {"zh", "ja", "ko", "latin"}
    for person in people:
        assert list(person) == FIELDS
        date.fromisoformat(person["birth_date"])


def test_names_do_not_run_out() -> None:
    people = generate_people(30_000)
    assert len({person["name"] for person in people}) > 29_500


def test_lists_are_checked(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    bad: Any
    for bad in ({}, [1], [{"name": "x"}], [{"celebrity_id": "a", "name": "x"}] * 2):
        file.write_text(json.dumps(bad))
        with pytest.raises(ValueError):
            load_people(file)
    file.write_text(json.dumps([{"celebrity_id": "a", "name": "x"}]))
    assert load_people(file)[0]["occupation"] == []


@given(name=st.text(min_size=1, max_size=12), home=st.sampled_from(["latin", "zh", "ja", "ko"]))
def test_any_name_has_a_spelling_everywhere(name: str, home: Any) -> None:
    names = spell(name, home)
    assert names.native == name
    assert names.of(home) or not name.strip()
    assert fold(fold(name)) == fold(name)
    tokens(name)


@given(birth=st.text(max_size=10), nationality=st.text(max_size=8), words=st.lists(st.text(max_size=5), max_size=3))
def test_any_list_entry_has_facts(birth: str, nationality: str, words: list[str]) -> None:
    person = {
        "celebrity_id": "c",
        "name": "Ann Lee",
        "birth_date": birth,
        "nationality": nationality,
        "occupation": words,
    }
    truth = Simulator([person]).truth("c")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", truth["birthday"])


def test_variants() -> None:
    assert to_simplified("劉德華 周潤發 張學友") == "刘德华 周润发 张学友"
    assert fold("周潤發") == fold("周润发")
    assert fold("Zoë  GARCÍA") == "zoe garcia"


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text(json.dumps([{"celebrity_id": "a", "name": "Ann Lee"}]))
    for options, count in ((["--people", str(file)], 1), (["--count", "20", "--rate-429", "1"], 20), ([], 100)):
        command = [sys.executable, "-m", "springhead_demo.simulator", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ, text=True) as process:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            try:
                assert httpx.get(f"{url}/_sim/health").json()["people"] == count
                status = httpx.get(f"{url}/api.themoviedb.org/3/search/person?api_key=k&query=a").status_code
                assert status == (429 if "--rate-429" in options else 200)
            finally:
                process.send_signal(signal.SIGTERM if count > 1 else signal.SIGINT)
            assert process.wait(timeout=10) == 0
            assert process.stdout.read() == ""


def test_the_command_refuses_bad_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "springhead_demo.simulator"]
    wrong = (["--people", str(tmp_path / "none")], ["--rate-429", "2"], ["--switch", "a"], ["--switch", "a=nonsense"])
    for options in wrong:
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 2
        assert "Error: " in done.stderr


def test_a_taken_port_is_reported() -> None:
    with Simulator([{"celebrity_id": "a", "name": "x"}]) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"), Simulator([{"celebrity_id": "a", "name": "x"}], port=port):
            pass
