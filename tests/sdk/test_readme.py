"""The example of the SDK's guide works as it is printed, and its tables leave nothing out."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from springhead import errors
from springhead.engine import Engine, Outcome
from springhead.entries import Run
from springhead.source import Source
from springhead.subject import Subject

README = (Path(__file__).parents[2] / "sdk" / "README.md").read_text(encoding="utf-8")
ANN = {"id": 7, "name": "Ann Lee", "born": "1980-02-03"}


def ask(kit: Any, subject: Subject, *answers: Any) -> tuple[Outcome, list[str]]:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    space: dict[str, Any] = {"__name__": "readme"}
    exec(compile(code, "README.md", "exec"), space)
    transport = kit.Scripted([kit.reply(body=json.dumps(answer)) for answer in answers])
    source = space["Books"]
    engine = Engine(source, kit.client(transport, source), Run.at("books", kit.clock.now()), "readme/0")
    return asyncio.run(engine.ask(subject)), transport.urls


def test_the_example_tells_namesakes_apart_and_yields_the_detail_page(kit: Any) -> None:
    hits = {"authors": [{"id": 5, "name": "Ann Lee", "born": "1931-01-01"}, ANN, {"id": 9, "name": "Ann Lee"}]}
    outcome, urls = ask(kit, Subject("celeb_001", "Ann Lee", "1980-02-03"), hits, ANN)
    assert outcome.error is None
    assert outcome.record is not None
    assert outcome.record["name"] == "Ann Lee"
    assert urls == ["https://api.example.org/authors?q=Ann+Lee", "https://api.example.org/authors/7"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"authors": []}, "NotFound"),
        ({"authors": [ANN, {**ANN, "id": 8}]}, "Ambiguous"),
        ({"authors": [{"name": "Ann Lee"}]}, "LayoutChanged"),
        ({"error": {"code": "unknown", "message": "nobody"}}, "NotFound"),
        ({"error": {"code": "quota", "message": "used up"}}, "QuotaExceeded"),
    ],
)
def test_the_example_names_what_goes_wrong(kit: Any, answer: Any, error: str) -> None:
    outcome, _ = ask(kit, Subject("celeb_001", "Ann Lee"), answer)
    assert outcome.error is not None
    assert outcome.error.name == error


def test_every_declaration_and_every_error_is_named() -> None:
    declared = set(Source.__annotations__) - {"emits"}
    assert declared == set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    tree = README.partition("## Errors")[2]
    assert [name for name in errors.__all__ if name != "SpringheadError" and name not in tree] == []
