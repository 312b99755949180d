from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from springhead.cases import load_case
from springhead.checks import check_case
from springhead.plugins import load_source

SUBJECT = '{"celebrity_id": "celeb_001", "name": "周潤發", "birth_date": "1955-05-18"}'
FIXTURES = Path(__file__).parents[3] / "plugins" / "tmdb" / "fixtures"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.SECRETSECRET"


@pytest.fixture
def fixtures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of fixtures of our own, so that no test touches the plugin's."""
    folder = tmp_path / "fixtures"
    monkeypatch.setattr("springhead.cases.fixtures_folder", lambda source: folder)
    return folder


@pytest.fixture
def live(upstream: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SPRINGHEAD_UPSTREAM", upstream.url)
    monkeypatch.setenv("SPRINGHEAD_RATE_SCALE", "100")
    monkeypatch.setenv("TMDB_TOKEN", TOKEN)
    return upstream


def test_a_case_is_recorded_from_the_upstream_and_replays(cli: Any, fixtures: Path, live: Any) -> None:
    found = cli("record", "tmdb", "--case", "chow", "--live", "--subject", SUBJECT)
    assert (found.code, found.err) == (0, "")
    assert "ending in a record" in found.out
    assert {path.name for path in fixtures.iterdir()} == {"chow"}
    case = load_case(fixtures / "chow")
    assert case.subject.birth_date == "1955-05-18"
    assert check_case(load_source("tmdb"), case) == []
    assert len(case.exchanges()) == 2
    bodies = [path for path in (fixtures / "chow").iterdir() if path.suffix == ".json" and path.name != "case.json"]
    assert len(bodies) == 2
    everything = b"".join(path.read_bytes() for path in (fixtures / "chow").iterdir())
    assert b"SECRETSECRET" not in everything
    assert b"127.0.0.1" not in everything


def test_both_sources_can_be_recorded(cli: Any, fixtures: Path, live: Any) -> None:
    assert cli("record", "wikipedia", "--case", "chow", "--live", "--subject", SUBJECT).code == 0
    assert check_case(load_source("wikipedia"), load_case(fixtures / "chow")) == []


def test_cases_are_added_and_replaced_only_when_asked(cli: Any, fixtures: Path, live: Any) -> None:
    argv = ("record", "tmdb", "--case", "chow", "--live", "--subject")
    assert cli(*argv, SUBJECT).code == 0
    before = {path.name: path.read_bytes() for path in (fixtures / "chow").iterdir()}
    refused = cli(*argv, '{"celebrity_id": "celeb_002", "name": "Ann Lee"}')
    assert refused.code == 2
    assert "case chow exists already" in refused.err
    assert "--overwrite" in refused.err
    assert {path.name: path.read_bytes() for path in (fixtures / "chow").iterdir()} == before
    assert cli(*argv, '{"celebrity_id": "celeb_002", "name": "Ann Lee"}', "--overwrite").code == 0
    assert json.loads((fixtures / "chow" / "case.json").read_text())["subject"]["name"] == "Ann Lee"
    assert [path.name for path in fixtures.iterdir()] == ["chow"]


def test_an_error_is_a_case_too(cli: Any, fixtures: Path, live: Any) -> None:
    subject = '{"celebrity_id": "x", "name": "Nobody Inparticular"}'
    found = cli("record", "tmdb", "--case", "nobody", "--live", "--subject", subject)
    assert "ending in NotFound" in found.out
    assert load_case(fixtures / "nobody").error == "NotFound"
    assert check_case(load_source("tmdb"), load_case(fixtures / "nobody")) == []


def test_what_is_said_fits_what_was_recorded(cli: Any, fixtures: Path, live: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(fixtures.parent)
    nobody = '{"celebrity_id": "x", "name": "Nobody Inparticular"}'
    told = cli("record", "tmdb", "--case", "nobody", "--live", "--subject", nobody).out
    assert told == (
        "recorded 1 answer as fixtures/nobody, ending in NotFound: commit it if that is what it should show\n"
    )
    told = cli("record", "tmdb", "--case", "chow", "--live", "--subject", SUBJECT).out
    assert told == ("recorded 2 answers as fixtures/chow, ending in a record: look at expected.jsonl, then commit\n")


def test_notes_are_kept_and_an_empty_one_is_a_finding(cli: Any, fixtures: Path, live: Any) -> None:
    argv = ("record", "tmdb", "--case", "chow-yun-fat", "--live", "--subject", SUBJECT)
    path = fixtures / "chow-yun-fat" / "case.json"
    assert cli(*argv).code == 0
    assert json.loads(path.read_text())["notes"] == "chow yun fat: 周潤發"
    assert cli(*argv, "--overwrite", "--notes", "known by name").code == 0
    assert cli(*argv, "--overwrite").code == 0
    document = json.loads(path.read_text())
    assert document["notes"] == "known by name"
    path.write_text(json.dumps({**document, "notes": " "}))
    assert check_case(load_source("tmdb"), load_case(path.parent)) == [
        '"notes" in case.json is empty: say there what the case shows'
    ]


def test_a_case_is_recorded_again_about_the_same_subject(cli: Any, fixtures: Path, live: Any) -> None:
    argv = ("record", "tmdb", "--case", "chow", "--live")
    missing = cli(*argv, "--overwrite")
    assert missing.code == 2
    assert "--subject is missing" in missing.err
    assert cli(*argv, "--subject", SUBJECT).code == 0
    path = fixtures / "chow" / "case.json"
    before = json.loads(path.read_text())["subject"]
    document = json.loads((fixtures / "chow" / "traffic.har").read_text())
    document["log"]["entries"][0]["request"]["url"] += "&more=1"
    (fixtures / "chow" / "traffic.har").write_text(json.dumps(document))
    [finding] = check_case(load_source("tmdb"), load_case(path.parent))
    assert finding.startswith("ConfigError: no recorded answer for GET ")
    assert "record it again: springhead record tmdb --case chow --overwrite --live" in finding
    assert cli(*argv, "--overwrite").code == 0
    assert json.loads(path.read_text())["subject"] == before
    assert check_case(load_source("tmdb"), load_case(path.parent)) == []
    path.write_text("{")
    assert cli(*argv, "--overwrite").code == 2
    assert cli(*argv, "--overwrite", "--subject", SUBJECT).code == 0


def test_what_looks_like_a_secret_is_named_and_not_shown(cli: Any, fixtures: Path, tmp_path: Path) -> None:
    case = FIXTURES / "by-name"
    document = json.loads((case / "traffic.har").read_text())
    for entry in document["log"]["entries"]:
        content = entry["response"]["content"]
        content["text"] = json.dumps({**json.loads((case / content.pop("_file")).read_text()), "session": "KEYVALUE"})
    saved = tmp_path / "saved.har"
    saved.write_text(json.dumps(document))
    subject = json.dumps(json.loads((case / "case.json").read_text())["subject"])
    found = cli("record", "tmdb", "--case", "leaky", "--har", str(saved), "--subject", subject)
    assert found.code == 0
    assert len(found.err.splitlines()) == len(document["log"]["entries"])
    for line in found.err.splitlines():
        assert line.startswith(f"warning: {fixtures / 'leaky'}/")
        assert line.endswith(".json may hold a secret at /session: look before you commit")
        assert Path(line.split()[1]).is_file()


def test_a_half_written_case_is_never_seen(
    cli: Any, fixtures: Path, live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = ("record", "tmdb", "--case", "chow", "--live", "--subject", SUBJECT)
    seen: list[list[str]] = []

    def fail(outcome: Any) -> Any:
        seen.append([path.name for path in fixtures.iterdir() if not path.name.startswith(".")])
        raise OSError(28, "No space left on device", "expected.jsonl")

    with monkeypatch.context() as patch:
        patch.setattr("springhead.cases.expected_lines", fail)
        found = cli(*argv)
    assert found.code == 2
    assert "No space left on device" in found.err
    assert seen == [[]]
    assert list(fixtures.iterdir()) == []
    assert cli(*argv).code == 0
    before = (fixtures / "chow" / "traffic.har").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("springhead.cases.expected_lines", fail)
        cli(*argv, "--overwrite")
    assert (fixtures / "chow" / "traffic.har").read_bytes() == before


def test_from_a_browsers_file_scrubbed_and_marked(cli: Any, fixtures: Path, tmp_path: Path) -> None:
    case = FIXTURES / "by-name"
    document = json.loads((case / "traffic.har").read_text())
    for entry in document["log"]["entries"]:
        entry["request"]["url"] += "&api_key=KEYVALUE"
        entry["request"]["headers"] = [{"name": "Cookie", "value": "sid=COOKIE"}]
        content = entry["response"]["content"]
        content["text"] = (case / content.pop("_file")).read_text()
    saved = tmp_path / "saved.har"
    saved.write_text(json.dumps(document))
    subject = json.dumps(json.loads((case / "case.json").read_text())["subject"])
    found = cli("record", "tmdb", "--case", "from-browser", "--har", str(saved), "--subject", subject)
    assert (found.code, found.err) == (0, "")
    everything = b"".join(path.read_bytes() for path in (fixtures / "from-browser").iterdir())
    assert b"KEYVALUE" not in everything
    assert b"COOKIE" not in everything
    assert b"lossy" in everything
    assert check_case(load_source("tmdb"), load_case(fixtures / "from-browser")) == []


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--case", "Bad Name", "--live", "--subject", SUBJECT), "is no case name"),
        (("--case", "../up", "--live", "--subject", SUBJECT), "is no case name"),
        (("--case", "x", "--live", "--subject", "{"), "--subject is no JSON"),
        (("--case", "x", "--live", "--subject", SUBJECT), "tmdb needs TMDB_TOKEN"),
        (("--case", "x", "--har", "none.har", "--subject", SUBJECT), "No such file"),
        (
            ("--case", "x", "--har", str(FIXTURES / "by-name" / "traffic.har"), "--subject", SUBJECT),
            "no recorded answer",
        ),
        (("--case", "x", "--live", "--har", "x", "--subject", SUBJECT), "not allowed with"),
        (("--case", "x", "--subject", SUBJECT), "one of the arguments --live --har is required"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(cli: Any, fixtures: Path, argv: Any, words: str) -> None:
    found = cli("record", "tmdb", *argv)
    assert (found.code, found.out) == (2, "")
    [line] = found.err.splitlines()
    assert words in line
    assert not fixtures.exists()


def test_no_network_leaves_no_case(cli: Any, fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from springhead.clock import SystemClock

    async def at_once(self: Any, seconds: float) -> None:
        return None

    monkeypatch.setattr(SystemClock, "sleep", at_once)
    monkeypatch.setenv("SPRINGHEAD_UPSTREAM", "http://127.0.0.1:9")
    monkeypatch.setenv("SPRINGHEAD_RATE_SCALE", "1000000")
    found = cli("record", "wikipedia", "--case", "x", "--live", "--subject", SUBJECT)
    assert found.code == 3
    assert found.err.startswith("Unavailable: zh.wikipedia.org: ")
    assert not fixtures.exists() or list(fixtures.iterdir()) == []


def test_the_committed_cases_are_small_and_hold_no_key() -> None:
    for name in ("tmdb", "wikipedia"):
        for folder in (FIXTURES.parents[1] / name / "fixtures").iterdir():
            assert sum(path.stat().st_size for path in folder.iterdir()) < 15_000, folder
            assert not any(b"Bearer" in path.read_bytes() for path in folder.iterdir())


def test_a_case_appears_whole_in_one_step(cli: Any, fixtures: Path, live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from springhead import cases

    drafts: list[int] = []
    lines = cases.expected_lines

    def watch(outcome: Any) -> Any:
        [draft] = fixtures.iterdir()
        drafts.append(draft.stat().st_ino)
        return lines(outcome)

    monkeypatch.setattr(cases, "expected_lines", watch)
    assert cli("record", "tmdb", "--case", "chow", "--live", "--subject", SUBJECT).code == 0
    # The very folder that was filled under another name: moved, not copied file by file.
    assert drafts == [(fixtures / "chow").stat().st_ino]
