from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from springhead.errors import ConfigError, Unavailable
from springhead_runner import local
from springhead_runner.local import daemon, process

pytestmark = pytest.mark.embedded


def quiet(line: str) -> None:
    pass


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    yield folder
    local.down(folder)


def eventually(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def workers(home: Path) -> list[int]:
    """Processes other than the daemon that have this home's mark in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"SPRINGHEAD_EMBEDDED={home}/".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_start_find_stop_and_again(home: Path) -> None:
    assert local.find(home) is None
    first = local.start(home, log=quiet)
    assert local.start(home, log=quiet) == first == local.find(home)
    state = json.loads((home / "instance.json").read_text())
    assert state["pid"] == first.pid and state["endpoint"] == first.endpoint == f"http://127.0.0.1:{first.port}"
    assert os.getsid(first.pid) == first.pid
    local.stop(first)
    local.stop(first)
    assert local.find(home) is None and process.start_time(first.pid) is None
    assert sorted(path.name for path in home.iterdir()) == ["embedded-aws.log", "instance.lock"]
    second = local.start(home, log=quiet, port=first.port)
    assert second.port == first.port and second.pid != first.pid
    # An old handle must not take the new instance away.
    local.stop(first)
    assert local.find(home) == second
    assert local.down(home) is True
    assert local.down(home) is False


def test_it_listens_on_this_machine_only_and_on_one_port(home: Path) -> None:
    instance = local.start(home, log=quiet)
    inodes = {
        str(link.readlink()).removeprefix("socket:[").removesuffix("]")
        for link in Path(f"/proc/{instance.pid}/fd").iterdir()
        if link.is_symlink()
    }
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{instance.pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                listening.append(fields[1])
    assert listening == [f"0100007F:{instance.port:04X}"]


def test_two_homes_know_nothing_of_each_other(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    one, two = local.start(home, log=quiet), local.start(other, log=quiet)
    try:
        local.client("sqs", one.endpoint).create_queue(QueueName="only-here")
        assert not local.client("sqs", two.endpoint).list_queues().get("QueueUrls")
    finally:
        assert local.down(other)
    assert local.find(home) == one


def test_a_taken_port_is_named(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port} .*taken"):
            local.start(home, log=quiet, port=port)
    assert local.find(home) is None


def test_another_port_than_the_running_one_is_refused(home: Path) -> None:
    instance = local.start(home, log=quiet)
    with pytest.raises(ConfigError, match=f"already runs on port {instance.port}"):
        local.start(home, log=quiet, port=1)


def test_a_port_lost_on_the_way_is_replaced_by_another(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = daemon._free_port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        offers = [taken.getsockname()[1]]
        monkeypatch.setattr(daemon, "_free_port", lambda: offers.pop() if offers else free())
        instance = local.start(home, log=quiet)
        assert instance.port != taken.getsockname()[1] and offers == []


def test_a_killed_daemon_is_noticed_and_its_busy_worker_ended(home: Path, trivial_zip: Path) -> None:
    instance = local.start(home, log=quiet)
    local.deploy(instance.endpoint, trivial_zip)
    functions = local.client("lambda", instance.endpoint)
    functions.invoke(FunctionName="scraper-tmdb", InvocationType="Event", Payload=json.dumps({"sleep": 60}))
    assert eventually(lambda: len(workers(home)) == 2)
    os.kill(instance.pid, signal.SIGKILL)
    assert eventually(lambda: process.start_time(instance.pid) is None)
    assert local.find(home) is None
    assert eventually(lambda: workers(home) == [])
    assert not (home / "instance.json").exists() and not instance.work_dir.exists()
    assert local.start(home, log=quiet).pid != instance.pid


def test_stop_ends_a_busy_worker_too(home: Path, trivial_zip: Path) -> None:
    instance = local.start(home, log=quiet)
    local.deploy(instance.endpoint, trivial_zip)
    functions = local.client("lambda", instance.endpoint)
    functions.invoke(FunctionName="scraper-tmdb", InvocationType="Event", Payload=json.dumps({"sleep": 60}))
    assert eventually(lambda: len(workers(home)) == 2)
    local.stop(instance)
    assert eventually(lambda: workers(home) == [])
    assert not instance.work_dir.exists()


def test_a_reused_pid_is_never_signalled(home: Path) -> None:
    home.mkdir()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        state = {"pid": stranger.pid, "started": "1", "port": 1, "outputs": {}}
        (home / "instance.json").write_text(json.dumps(state))
        assert local.find(home) is None
        local.stop(local.Instance(home, stranger.pid, "1", 1))
        assert stranger.poll() is None
        assert not (home / "instance.json").exists()
        stranger.kill()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pid": 1}', "\x00"])
def test_a_broken_state_file_counts_as_none(home: Path, text: str) -> None:
    home.mkdir()
    (home / "instance.json").write_text(text)
    assert local.find(home) is None


def test_a_daemon_that_dies_at_its_start_shows_its_last_words(home: Path) -> None:
    with pytest.raises(Unavailable, match="invalid literal for int") as caught:
        local.start(home, log=quiet, environment={"GATEWAY_PORT": "none", "EDGE_PORT": "none"})
    assert "embedded-aws.log" in (caught.value.hint or "") and "\n" not in caught.value.message
    assert local.find(home) is None


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="file") as caught:
        local.start(tmp_path / "file" / "home", log=quiet)
    assert "SPRINGHEAD_HOME" in (caught.value.hint or "")
