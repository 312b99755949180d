from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from springhead.cli.output import width
from springhead_contracts import validate

FIXTURES = Path(__file__).parents[3] / "plugins"
HAR = FIXTURES / "wikipedia" / "fixtures" / "article-zh" / "traffic.har"
SUBJECT = '{"celebrity_id": "celeb_001", "name": "沈若溪", "birth_date": "1971-04-09"}'
LIVE = '{"celebrity_id": "celeb_001", "name": "周潤發", "birth_date": "1955-05-18"}'


def everything_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_records_as_json_lines_and_nothing_written_anywhere(process: Any, tmp_path: Path) -> None:
    before, fixtures = everything_in(tmp_path), everything_in(FIXTURES)
    found = process("preview", "wikipedia", "--subject", SUBJECT, "--har", str(HAR), "--json", TMPDIR=str(tmp_path))
    assert (found.returncode, found.stderr) == (0, "")
    [record] = [json.loads(line) for line in found.stdout.splitlines()]
    assert validate("scraper_entry", record) == []
    assert record["name"] == "沈若溪"
    assert "沈若溪" in found.stdout
    assert everything_in(tmp_path) == before
    assert everything_in(FIXTURES) - fixtures <= {"wikipedia/__pycache__"} | {
        name for name in everything_in(FIXTURES) if "__pycache__" in name
    }


def test_a_table_to_judge_at_a_glance(cli: Any) -> None:
    found = cli("preview", "wikipedia", "--subject", SUBJECT, "--har", str(HAR))
    assert found.code == 0
    assert "沈若溪  (celeb_001, wikipedia)" in found.out
    assert "✓ valid scraper_entry/1.0" in found.out
    assert "fields filled" in found.out
    assert "identities" in found.out
    assert "  1.00  the name is the same; born 1971-04-09, as in our list" in found.out


EXPLAINED = """\
  3 candidates; match: the only one of that name who was born on that day
    taken         candidate 沈若溪 (Q9000101, born 1971-04-09)
                  because the name is the same
                  because born 1971-04-09, as in our list
    possible      candidate 沈若溪 (Q9000102, born 1990-01-01)
                  because the name is the same
                  because born 1990-01-01 there, 1971-04-09 in our list
    ruled out     candidate 沈若溪 (Q9000103)
                  because the name is the same
                  because no birth date to compare
                  because is no person
"""


def test_explain_shows_candidates_evidence_and_requests(cli: Any) -> None:
    case = FIXTURES / "wikipedia" / "fixtures" / "disambiguation"
    asked = ("preview", "wikipedia", "--subject", SUBJECT, "--har", str(case / "traffic.har"), "--explain")
    found = cli(*asked)
    assert found.code == 0
    assert EXPLAINED in found.out
    assert found.out.count("  200 ") == 4
    record, told = cli(*asked, "--json").lines
    assert validate("scraper_entry", record) == []
    explained = told["explain"]
    assert (explained["celebrity_id"], explained["source"], explained["outcome"]) == ("celeb_001", "wikipedia", "match")
    [decision] = explained["decisions"]
    assert decision["reason"] == "the only one of that name who was born on that day"
    assert [(one["id"], one["verdict"]) for one in decision["candidates"]] == [
        ("Q9000101", "taken"),
        ("Q9000102", "possible"),
        ("Q9000103", "ruled out"),
    ]
    assert [request["status"] for request in explained["requests"]] == [200] * 4


@pytest.mark.parametrize(
    ("source", "case", "error", "lines"),
    [
        ("wikipedia", "wrong-birth-date", "Ambiguous", [
            "  1 candidate; Ambiguous: one candidate is named 沈若溪, but our list says 1972-01-01, "
            "and nothing decides who is right: 沈若溪 (Q9000101, born 1971-04-09)",
            "    possible      candidate 沈若溪 (Q9000101, born 1971-04-09)",
            "                  because the name is the same",
            "                  because born 1971-04-09 there, 1972-01-01 in our list",
        ]),
        ("tmdb", "misspelt-and-nothing-else", "NotFound", [
            "  1 candidate; NotFound: nobody is named 沈沈若溪; nearest: 沈若溪 (9000101, born 1971-04-09)",
            "    another name  candidate 沈若溪 (9000101, born 1971-04-09)",
            "                  because the source spells the name 沈若溪, ours looks misspelt",
        ]),
        ("tmdb", "id-of-another-person", "Ambiguous", [
            "    another name  candidate 沈若溪 (9000101, born 1971-04-09)",
            "                  because TMDb id 9000101 from the subject's identities",
            "                  because the source spells the name 沈若溪",
            "                  because born 1971-04-09 there, 1966-06-06 in our list",
        ]),
        ("tmdb", "unauthorised", "AuthFailed", ["  no candidates were compared"]),
    ],
)  # fmt: skip
def test_a_failed_match_is_explained_as_well(cli: Any, source: str, case: str, error: str, lines: list[str]) -> None:
    folder = FIXTURES / source / "fixtures" / case
    subject = json.dumps(json.loads((folder / "case.json").read_text(encoding="utf-8"))["subject"])
    asked = ("preview", source, "--subject", subject, "--har", str(folder / "traffic.har"), "--explain")
    found = cli(*asked)
    assert found.code != 0
    assert found.err.startswith(f"{error}: ")
    assert "\n".join(lines) + "\n" in found.out
    [told] = cli(*asked, "--json").lines
    assert told["explain"]["outcome"] == error
    assert told["explain"]["error"]["name"] == error
    assert bool(told["explain"]["decisions"]) is (error != "AuthFailed")


def test_without_a_subject_the_recorded_cases_are_replayed(cli: Any) -> None:
    found = cli("preview", "tmdb")
    assert (found.code, found.err) == (0, "")
    assert found.out.count("✓ valid") == 5
    every = cli("preview", "tmdb", "-n", "99", "--explain")
    assert (every.code, every.err) == (0, "")
    assert "✓ NotFound: nobody is named Nobody Inparticular, as recorded" in every.out
    as_json = cli("preview", "tmdb", "-n", "2", "--json")
    assert len(as_json.lines) == 2


def test_each_recorded_case_is_named_and_none_is_dropped_in_silence(cli: Any) -> None:
    found = cli("preview", "wikipedia", "-n", "2")
    heads = [line for line in found.out.splitlines() if line.startswith("case ")]
    assert heads[0].startswith("case article-en: ")
    assert len(heads) == 2
    total = len(list((FIXTURES / "wikipedia" / "fixtures").iterdir()))
    assert found.out.splitlines()[-1] == f"{total - 2} more cases: springhead preview wikipedia -n {total}"
    assert "more case" not in cli("preview", "wikipedia", "-n", str(total)).out
    as_json = cli("preview", "wikipedia", "-n", str(total - 1), "--json")
    assert as_json.err == f"1 more case: springhead preview wikipedia -n {total}\n"
    assert max(width(line) for line in found.out.splitlines()) <= 100


def test_candidates_stand_with_their_case(cli: Any) -> None:
    lines = cli("preview", "wikipedia", "-n", "99", "--explain").out.splitlines()
    kinds = [
        "case" if line.startswith("case ") else "candidate"
        for line in lines
        if "  candidate " in line or line.startswith("case ")
    ]
    assert kinds[:3] == ["case", "candidate", "case"]


def test_live_asks_the_upstream(cli: Any, upstream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_UPSTREAM", upstream.url)
    found = cli("preview", "wikipedia", "--subject", LIVE, "--live", "--json")
    assert (found.code, found.err) == (0, "")
    [record] = found.lines
    assert record["metadata"]["subject_name"] == "周潤發"
    assert (
        json.loads(record["raw_text"])["query"]["pages"][0]["pageprops"]["wikibase_item"]
        == upstream.truth("celeb_001")["item"]
    )


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    ("argv", "code", "error", "words"),
    [
        (("wikipdia",), 2, "ConfigError", "unknown source 'wikipdia'"),
        ((), 2, "ConfigError", "arguments are required: name"),
        (("tmdb", "--har", "none.har"), 2, "ConfigError", "--subject is missing"),
        (("tmdb", "--live"), 2, "ConfigError", "--subject is missing"),
        (("tmdb", "--subject", SUBJECT), 2, "ConfigError", "needs an answer"),
        (("tmdb", "--subject", SUBJECT, "--live", "--har", "x"), 2, "ConfigError", "exclude each other"),
        (("tmdb", "--subject", SUBJECT, "--har", "none.har"), 2, "ConfigError", "none.har: No such file"),
        (("tmdb", "--subject", SUBJECT, "--har", "."), 2, "ConfigError", "Is a directory"),
        (("tmdb", "--subject", "{", "--har", "x"), 2, "ConfigError", "--subject is no JSON"),
        (("tmdb", "--subject", "[]", "--har", "x"), 2, "ConfigError", "expected an object, found list"),
        (("tmdb", "--subject", '{"name": "x"}', "--har", "x"), 2, "ConfigError", "/celebrity_id is missing"),
        (("tmdb", "--subject", '{"celebrity_id": "x", "name": null}', "--har", "x"), 2, "ConfigError", "/name is None"),
        (("tmdb", "--subject", "@none.json", "--har", "x"), 2, "ConfigError", "none.json"),
        (("tmdb", "--subject", SUBJECT, "--live"), 2, "ConfigError", "tmdb needs TMDB_TOKEN for api.themoviedb.org"),
        (("tmdb", "--subject", SUBJECT, "--har", str(HAR)), 2, "ConfigError", "no recorded answer for GET"),
        (("tmdb", "-n", "0"), 2, "ConfigError", "-n is 0"),
        (("tmdb", "-n", "many"), 2, "ConfigError", "invalid int value: 'many'"),
        (("tmdb", "--nonsense"), 2, "ConfigError", "unrecognized arguments: --nonsense"),
        (("wikipedia", "--subject", '{"celebrity_id": "x", "name": "a|b"}', "--har", str(HAR)), 1, "InvalidRequest", "a|b"),  # noqa: E501
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(cli: Any, argv: Any, code: int, error: str, words: str, as_json: bool) -> None:
    found = cli("preview", *argv, *(["--json"] if as_json else []))
    assert found.code == code
    assert found.out.strip() == ""
    [line] = found.err.splitlines()
    if as_json:
        told = json.loads(line)
        assert told["error"] == error
        assert words in told["message"]
        assert told["retryable"] is False
    else:
        assert line.startswith(f"{error}: ")
        assert words in line


@pytest.mark.parametrize(
    ("case", "error", "code"),
    [("not-found", "NotFound", 1), ("ambiguous", "Ambiguous", 1), ("unauthorised", "AuthFailed", 3), ("gone", "NotFound", 1),  # noqa: E501
     ("refused-query", "InvalidRequest", 1), ("rate-limited-long", "RateLimited", 3), ("unavailable", "Unavailable", 3),
     ("a-proxy-page", "BadResponse", 1)],
)  # fmt: skip
def test_each_failure_of_tmdb_has_its_own_name_and_exit_code(cli: Any, case: str, error: str, code: int) -> None:
    folder = FIXTURES / "tmdb" / "fixtures" / case
    subject = json.dumps(json.loads((folder / "case.json").read_text())["subject"])
    found = cli("preview", "tmdb", "--subject", subject, "--har", str(folder / "traffic.har"), "--json")
    assert (found.code, found.out) == (code, "")
    told = json.loads(found.err)
    assert told["error"] == error
    assert told["retryable"] is (error in {"RateLimited", "Unavailable"})


def test_a_subject_from_a_file_and_from_stdin(cli: Any, process: Any, tmp_path: Path) -> None:
    path = tmp_path / "subject.json"
    path.write_text(SUBJECT, encoding="utf-8")
    assert cli("preview", "wikipedia", "--subject", f"@{path}", "--har", str(HAR), "--json").code == 0


def test_no_network_is_one_clear_line(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    from springhead.clock import SystemClock

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    async def at_once(self: Any, seconds: float) -> None:
        return None

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    monkeypatch.setattr(SystemClock, "sleep", at_once)
    found = cli("preview", "wikipedia", "--subject", LIVE, "--live")
    assert found.code == 3
    [line] = found.err.splitlines()
    assert line.startswith("Unavailable: zh.wikipedia.org")
    assert "no network" in line
    assert "check the network" in line
    assert line.endswith("the recorded cases need no network: springhead preview wikipedia)")
