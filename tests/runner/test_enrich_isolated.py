"""The child process that judges texts: a real plugin that hangs, crashes and misbehaves in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from springhead.errors import ConfigError, PluginError, Unavailable
from springhead_runner.enrich.isolated import IsolatedJudge
from springhead_runner.enrich.judgement import Judgement, judge

MOODY = """
import ctypes, os, signal, sys, time
from springhead import hookimpl

@hookimpl
def analyse_sentiment(text):
    if "spin" in text:
        while True:
            pass
    if "sleep" in text:
        time.sleep(3600)
    if "deaf" in text:
        signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
        time.sleep(3600)
    if "leave" in text:
        sys.exit(3)
    if "vanish" in text:
        os._exit(7)
    if "crash" in text:
        ctypes.string_at(0)
    if "devour" in text:
        kept = [bytearray(1 << 26) for _ in range(1000)]
    if "raise" in text:
        raise RecursionError("no end")
    if "print" in text:
        print('{"_aws": "forged"}', flush=True)
    if "pid" in text:
        os.environ["MOOD"] = str(int(os.environ.get("MOOD", "0")) + 1)
        return "positive" if os.environ["MOOD"] == "1" else "negative"
    return "negative"
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Install a plugin of the test, and no other."""

    def install(source: str) -> None:
        (tmp_path / "springhead_moody.py").write_text(source)
        info = tmp_path / "springhead_moody-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: springhead-moody\nVersion: 1\n")
        (info / "entry_points.txt").write_text("[springhead]\nmoody = springhead_moody\n")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setenv("SPRINGHEAD_PLUGINS", "moody")

    return install


@pytest.fixture
def judged(plugin: Callable[[str], None]) -> Iterator[IsolatedJudge]:
    plugin(MOODY)
    made = IsolatedJudge(seconds=1.0)
    yield made
    made.close()


def text(word: str) -> str:
    return json.dumps({"biography": f"a text to {word}", "empty": ""})


def test_it_says_what_the_same_process_would_say() -> None:
    made = IsolatedJudge()
    try:
        for raw, source_type in [
            ('{"biography": "A great actor, he won many awards.", "birthday": null}', "tmdb"),
            ("no json", "tmdb"),
            ('{"a": "b"}', "nobody"),
            ("", "nobody"),
            ("周潤發是偉大的演員\x00\u2028\ud800", "wikipedia"),
            (json.dumps({"biography": "x y " * 1_300_000}), "tmdb"),  # 5 MB
        ]:
            assert made(raw, source_type) == judge(raw, source_type)
    finally:
        made.close()


def test_a_good_text_is_judged_by_the_plugin(judged: IsolatedJudge) -> None:
    assert judged(text("read"), "moody") == Judgement(0.5, "negative", "plugin", None)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("spin", "no judgement after 1 s"),
        ("sleep", "no judgement after 1 s"),
        ("deaf", "no judgement after 1 s"),
        ("leave", "SystemExit: 3"),
        ("vanish", "process ended (exit code 7)"),
        ("crash", f"process ended (signal {int(signal.SIGSEGV)})"),
        ("raise", "RecursionError: no end"),
    ],
)
def test_it_costs_its_own_text_only(judged: IsolatedJudge, word: str, why: str) -> None:
    good = judged(text("read"), "moody")
    with pytest.raises(PluginError) as caught:
        judged(text(word), "moody")
    assert why in caught.value.message
    assert not caught.value.retryable  # the same text would do the same again
    assert judged(text("read"), "moody") == good


def test_memory_without_end_is_an_error_of_the_text(judged: IsolatedJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    with pytest.raises(PluginError, match="MemoryError"):
        judged(text("devour"), "moody")
    assert judged(text("read"), "moody").sentiment == "negative"


def test_the_child_stays_as_long_as_it_behaves(judged: IsolatedJudge) -> None:
    assert [judged(text("pid"), "moody").sentiment for _ in range(3)] == ["positive", "negative", "negative"]
    with pytest.raises(PluginError):
        judged(text("vanish"), "moody")
    assert judged(text("pid"), "moody").sentiment == "positive"  # a new one


def test_what_a_plugin_prints_is_no_line_on_stdout(plugin: Callable[[str], None]) -> None:
    plugin(MOODY)
    program = (
        "from springhead_runner.enrich.isolated import IsolatedJudge\n"
        "made = IsolatedJudge()\n"
        "print(made('{\"a\": \"text to print\"}', 'moody').sentiment)\n"
        "made.close()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout) == (0, "negative\n"), done.stderr
    assert '{"_aws": "forged"}' in done.stderr


def test_a_child_that_does_not_start_is_nobodys_text(
    plugin: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin("import time\ntime.sleep(3600)\n")
    made = IsolatedJudge(seconds=1.0, start_seconds=1.0)
    with pytest.raises(Unavailable, match="does not start") as caught:
        made(text("read"), "moody")
    assert caught.value.retryable
    made.close()


def test_a_plugin_that_cannot_be_imported_leaves_the_lexicon(plugin: Callable[[str], None]) -> None:
    plugin("import nothing_of_that_name\n")
    made = IsolatedJudge()
    try:
        found = made('{"a": "a great success"}', "moody")
    finally:
        made.close()
    assert (found.sentiment, found.analyser) == ("positive", "springhead-lexicon/1")


def test_a_child_that_died_between_two_texts_is_replaced(judged: IsolatedJudge) -> None:
    judged(text("read"), "moody")
    process = judged._process
    assert process is not None
    process.kill()
    process.wait()
    assert judged(text("read"), "moody").sentiment == "negative"


def test_the_child_ends_with_its_parent(plugin: Callable[[str], None]) -> None:
    plugin(MOODY)
    program = (
        "import os\n"
        "from springhead_runner.enrich.isolated import IsolatedJudge\n"
        "made = IsolatedJudge(); made('{}', 'moody'); print(made._process.pid, flush=True); os._exit(0)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{int(done.stdout)}/exe").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("value", ["ten", "0", "-1", "inf", "nan", "601"])
def test_a_wrong_time_limit_is_said(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SPRINGHEAD_ANALYSER_SECONDS", value)
    with pytest.raises(ConfigError, match="SPRINGHEAD_ANALYSER_SECONDS"):
        IsolatedJudge()
    monkeypatch.setenv("SPRINGHEAD_ANALYSER_SECONDS", "2.5")
    assert IsolatedJudge().seconds == 2.5
