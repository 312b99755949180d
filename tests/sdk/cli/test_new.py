"""`springhead new`, from an invented source to a green check, as a contributor would."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

SUBJECT = '{"celebrity_id": "celeb_001", "name": "Mara Quillfeather"}'
NAME = "Mara%20Quillfeather"
ROOT = Path(__file__).parents[3]


def page(body: str, kind: str = "application/json") -> bytes:
    data = body.encode()
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


ANSWERS = {
    "list": '{"query": "Mara Quillfeather", "results": [{"id": 1, "name": "Mara Quill"}, {"id": 2, "name": "Mara Quillfeather"}]}',  # noqa: E501
    "object": '{"person": {"fullName": "mara quillfeather", "born": "1980-02-17"}}',
    "top list": '[{"title": "Mara Quillfeather"}]',
    "no name": '{"born": "1980-02-17"}',
    "odd keys": '{"a/b": {"say \\"hi\\"": "Mara Quillfeather"}, "{x}": "Mara Quillfeather"}',
}


@pytest.fixture
def whoswho(server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SPRINGHEAD_UPSTREAM", server.url)
    monkeypatch.setenv("SPRINGHEAD_RATE_SCALE", "1000")
    return server


def installed(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `pip install -e` does: the module on the path, and metadata with the entry point of its pyproject.toml."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    [(entry, module)] = project["project"]["entry-points"]["springhead"].items()
    info = folder / f"springhead_{name}-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['project']['name']}\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text(f"[springhead]\n{entry} = {module}\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.parametrize("shape", ANSWERS)
def test_from_an_address_to_a_green_check(
    cli: Any, process: Any, whoswho: Any, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    whoswho.routes["/api.whoswho.example/v1/search"] = page(ANSWERS[shape])
    name = "who_" + shape.replace(" ", "_")
    found = cli("new", name, "https://api.whoswho.example/v1/search?q={name}&limit=5", "--subject", SUBJECT)
    assert (found.code, found.err) == (0, "")
    folder = Path("plugins") / name
    assert {path.name for path in folder.iterdir()} == {"pyproject.toml", f"springhead_{name}.py", "fixtures"}
    install = f"pip install --no-deps --no-build-isolation -e plugins/{name}"
    assert f"{install}\n  springhead preview {name}\n  springhead check {name}" in found.out
    module = (folder / f"springhead_{name}.py").read_text()
    assert len(module.splitlines()) < 45
    assert [head.split()[1] for head in whoswho.requests] == [
        "/api.whoswho.example/robots.txt",
        f"/api.whoswho.example/v1/search?q={NAME.replace('%20', '+')}&limit=5",
    ]
    installed(folder.resolve(), name, monkeypatch)
    monkeypatch.delenv("SPRINGHEAD_UPSTREAM")
    monkeypatch.delenv("SPRINGHEAD_RATE_SCALE")
    checked = process("check", name, *([] if shape == "no name" else ["--mutate"]))
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    assert f"✓ {name} first" in checked.stdout
    if shape != "no name":
        shown = process("preview", name, "--json")
        assert json.loads(shown.stdout)["metadata"]["subject_name"] == "Mara Quillfeather"
        case = json.loads((folder / "fixtures" / "first" / "case.json").read_text())
        assert "error" not in case
        assert case["notes"] == "the first answer, about Mara Quillfeather"


def test_the_name_in_a_path(cli: Any, process: Any, whoswho: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whoswho.routes[f"/api.whoswho.example/people/{NAME}"] = page(ANSWERS["object"])
    found = cli(
        "new", "pathy", "https://api.whoswho.example/people/{name}", "--subject", SUBJECT, "--folder", "here/it"
    )
    assert (found.code, found.err) == (0, "")
    installed(Path("here/it").resolve(), "pathy", monkeypatch)
    monkeypatch.delenv("SPRINGHEAD_UPSTREAM")
    monkeypatch.delenv("SPRINGHEAD_RATE_SCALE")
    assert process("check", "pathy", "--mutate").returncode == 0
    record = json.loads(process("preview", "pathy", "--json").stdout)
    assert record["source"] == f"https://api.whoswho.example/people/{NAME}"


def test_a_site_obeys_robots_txt(cli: Any, process: Any, whoswho: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whoswho.routes["/whoswho.example/p"] = page("<html><h1>Mara Quillfeather</h1></html>", "text/html")
    assert cli("new", "site", "https://whoswho.example/p?n={name}", "--subject", SUBJECT).code == 0
    assert "robots = True" in Path("plugins/site/springhead_site.py").read_text()
    installed(Path("plugins/site").resolve(), "site", monkeypatch)
    monkeypatch.delenv("SPRINGHEAD_UPSTREAM")
    monkeypatch.delenv("SPRINGHEAD_RATE_SCALE")
    assert process("check", "site", "--mutate").returncode == 0
    monkeypatch.setenv("SPRINGHEAD_UPSTREAM", whoswho.url)
    whoswho.routes["/whoswho.example/robots.txt"] = page("User-agent: *\nDisallow: /\n", "text/plain")
    denied = cli("new", "denied", "https://whoswho.example/p?n={name}", "--subject", SUBJECT)
    assert (denied.code, denied.out) == (3, "")
    assert denied.err.startswith("RobotsDenied: ")
    assert "saved" not in denied.err  # what a site refuses is not taken by another way
    assert not Path("plugins/denied").exists()


def test_from_a_saved_file_and_from_a_browsers(cli: Any, process: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("saved.json").write_text(ANSWERS["list"])
    argv = ("--url", "https://api.whoswho.example/s?q={name}", "--subject", SUBJECT)
    assert cli("new", "saved", "saved.json", *argv).code == 0
    entries = [
        {"request": {"method": "GET", "url": "https://w.example/style.css"},
         "response": {"status": 200, "headers": [], "content": {"text": "x", "mimeType": "text/css"}}},
        {"request": {"method": "GET", "url": f"https://w.example/api/{NAME}?q={NAME}&api_key=KEYVALUE"},
         "response": {"status": 200, "headers": [], "content": {"text": ANSWERS["object"], "mimeType": "application/json"}}},  # noqa: E501
    ]  # fmt: skip
    Path("saved.har").write_text(json.dumps({"log": {"entries": entries}}))
    assert cli("new", "browsed", "saved.har", "--subject", SUBJECT).code == 0
    module = Path("plugins/browsed/springhead_browsed.py").read_text()
    assert 'endpoint = "https://w.example/api/{name}"' in module
    assert 'params={"q": subject.name}' in module
    files = [path for path in Path("plugins").rglob("*") if path.is_file()]
    assert not any(b"KEYVALUE" in path.read_bytes() for path in files)
    assert "Mara Quillfeather" not in unquote(module)
    for name in ("saved", "browsed"):
        with monkeypatch.context() as patch:
            installed(Path("plugins", name).resolve(), name, patch)
            checked = process("check", name, "--mutate")
            assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("Bad-Name", "https://x.example/"), "cannot name a source"),
        (("1st", "https://x.example/"), "cannot name a source"),
        (("class", "https://x.example/"), "cannot name a source"),
        (("../up", "https://x.example/"), "cannot name a source"),
        (("metadata", "https://x.example/"), "cannot name a source"),
        (("tmdb", "https://x.example/"), "a source named tmdb is installed already"),
        (("there", "https://x.example/"), "plugins/there exists already"),
        (("fresh", "https://x.example/", "--folder", "plugins/there"), "plugins/there exists already"),
        (("fresh", "https://x.example/?api_key=KEYVALUE"), "the address holds a key (api_key)"),
        (("fresh", "https://"), "no http(s) address"),
        (("fresh", "ftp://x.example/"), "is no http(s) address, no .har and no .json file"),
        (("fresh", "none.har"), "No such file"),
        (("fresh", "none.json"), "No such file"),
        (("fresh", "empty.har"), "holds no good answer"),
        (("fresh", "https://x.example/", "--subject", "{"), "--subject is no JSON"),
        (("fresh",), "arguments are required"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(cli: Any, argv: tuple[str, ...], words: str) -> None:
    Path("plugins/there").mkdir(parents=True)
    Path("empty.har").write_text('{"log": {"entries": []}}')
    found = cli("new", *argv)
    assert (found.code, found.out) == (2, "")
    [line] = found.err.splitlines()
    assert line.startswith("ConfigError: ")
    assert words in line
    assert "KEYVALUE" not in line
    assert [path.name for path in Path("plugins").iterdir()] == ["there"]


def test_without_a_network_nothing_is_left_behind_and_the_way_without_one_is_named(
    cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from springhead.clock import SystemClock

    async def at_once(self: Any, seconds: float) -> None:
        return None

    monkeypatch.setattr(SystemClock, "sleep", at_once)
    monkeypatch.setenv("SPRINGHEAD_UPSTREAM", "http://127.0.0.1:9")
    monkeypatch.setenv("SPRINGHEAD_RATE_SCALE", "1000000")
    found = cli("new", "offline", "https://x.example/?q={name}")
    assert (found.code, found.out) == (3, "")
    [line] = found.err.splitlines()
    assert line.startswith("Unavailable: ")
    assert "springhead new offline saved.json --url 'https://x.example/?q={name}' (or saved.har" in line
    assert not Path("plugins").exists()
    Path("saved.json").write_text(ANSWERS["object"])
    assert cli("new", "offline", "saved.json", "--url", "https://x.example/?q={name}", "--subject", SUBJECT).code == 0


@pytest.mark.parametrize(
    "body",
    ["[]", '{"query": "Mara Quillfeather", "results": []}', '{"data": {"people": [], "total": 0}}'],
)
def test_a_first_answer_about_nobody_is_said_and_leaves_nothing(cli: Any, body: str) -> None:
    Path("saved.json").write_text(body)
    found = cli("new", "nobody", "saved.json", "--subject", SUBJECT)
    assert (found.code, found.out) == (1, "")
    assert found.err == "NotFound: the first answer held nobody (try another --subject)\n"
    assert not Path("plugins").exists()


def test_an_answer_about_somebody_may_hold_empty_lists(cli: Any) -> None:
    Path("saved.json").write_text('{"name": "Mara Quill", "films": []}')
    assert cli("new", "poor", "saved.json", "--subject", SUBJECT).code == 0


def test_an_address_without_a_name_is_warned_of(cli: Any, whoswho: Any) -> None:
    whoswho.routes["/api.whoswho.example/all"] = page(ANSWERS["list"])
    found = cli("new", "every", "https://api.whoswho.example/all", "--subject", SUBJECT)
    assert found.code == 0
    assert found.err.startswith("warning: https://api.whoswho.example/all holds no {name}: ")


def test_a_saved_answer_that_holds_a_key_is_warned_of(cli: Any) -> None:
    Path("saved.json").write_text('{"name": "Mara Quillfeather", "viewer": {"sessionToken": "KEYVALUE"}}')
    found = cli("new", "leaky", "saved.json", "--subject", SUBJECT)
    assert found.code == 0
    [line] = found.err.splitlines()
    assert line.startswith("warning: plugins/leaky/fixtures/first/")
    assert "/viewer/sessionToken" in line
    assert "KEYVALUE" not in line


NAMESAKES = """{"results": [
    {"person": {"name": "Mara Quillfeather"}, "uid": null, "id": "q1", "dateOfBirth": "1931-01-01T00:00:00Z"},
    {"person": {"name": "Mara Quillfeather"}, "uid": "x", "id": "q2", "dateOfBirth": "1980-02-17T00:00:00Z"},
    {"person": {"name": "Mara Quillfeather"}, "uid": "y", "id": "q3", "dateOfBirth": null}]}"""


def test_namesakes_are_told_apart_by_birth_date(cli: Any, process: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("saved.json").write_text(NAMESAKES)
    subject = '{"celebrity_id": "celeb_001", "name": "Mara Quillfeather", "birth_date": "1980-02-17"}'
    argv = ("--url", "https://w.example/s?q={name}", "--subject", subject)
    assert cli("new", "sakes", "saved.json", *argv).code == 0
    module = Path("plugins/sakes/springhead_sakes.py").read_text()
    assert "ask for that of found.id" in module
    installed(Path("plugins/sakes").resolve(), "sakes", monkeypatch)
    checked = process("check", "sakes", "--mutate")
    assert checked.returncode == 0, checked.stdout
    shown = process("preview", "sakes", "--explain")
    assert "candidate Mara Quillfeather (q2, born 1980-02-17)" in shown.stdout
    record = json.loads(process("preview", "sakes", "--json").stdout)
    assert record["metadata"]["match"]["evidence"] == [
        "the name is the same", "born 1980-02-17, as in our list", "2 namesakes born on other days",
    ]  # fmt: skip


@pytest.mark.parametrize("body", [ANSWERS["list"], ANSWERS["object"], ANSWERS["top list"], NAMESAKES])
def test_what_new_writes_passes_our_own_tools(cli: Any, whoswho: Any, body: str) -> None:
    whoswho.routes["/api.whoswho.example/v1"] = page(body)
    assert cli("new", "tidy", "https://api.whoswho.example/v1?q={name}", "--subject", SUBJECT).code == 0
    tool = Path(sys.executable).with_name("ruff")
    config = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    for verb in (["check"], ["format", "--check"]):
        done = subprocess.run([tool, *verb, *config, "plugins/tidy"], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
