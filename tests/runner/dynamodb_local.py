"""DynamoDB Local, the stricter judge of the stores: fetched once from Maven Central, run by tests that ask for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

VERSION = "2.5.4"
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>dev.springhead</groupId><artifactId>judge</artifactId><version>1</version>
<dependencies><dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId>
<version>{VERSION}</version></dependency></dependencies></project>
"""
#: ``java`` runs our launcher from its source, for which it needs the compiler beside it.
TOOLS = ("java", "javac", "mvn")
LAUNCHER = Path(__file__).with_name("Loopback.java")


def absent() -> list[str]:
    """The tools that it needs and that are not here."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def fetch(cache: Path) -> Path:
    """Fetch the jars with the native library of SQLite, unless they are there; return their folder."""
    target = cache / f"dynamodb-local-{VERSION}"
    if not target.exists():
        # Beside its place and renamed, so that a broken-off fetch is never taken for a whole one.
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            draft = Path(folder) / "fetched"
            draft.mkdir()
            (draft / "pom.xml").write_text(POM)
            command = ["mvn", "-q", "-B", "-f", str(draft / "pom.xml"), "dependency:copy-dependencies"]
            done = subprocess.run([*command, f"-DoutputDirectory={draft}/lib"], capture_output=True, text=True)
            assert done.returncode == 0, f"DynamoDB Local could not be fetched: {done.stdout[-2000:]}"
            with suppress(OSError):  # somebody else was quicker
                draft.rename(target)
    return target / "lib"


@contextmanager
def running(cache: Path) -> Iterator[str]:
    """Run it in memory, on 127.0.0.1; yields its address."""
    lib = fetch(cache)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Without its consent it reports its use to AWS at each start.
    command = ["java", f"-Djava.library.path={lib}", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp", f"{lib}/*"]
    main = [str(LAUNCHER), "-inMemory", "-disableTelemetry"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(cache), "DDB_LOCAL_TELEMETRY": "0"}
    with (cache / "dynamodb-local.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *main, "-port", str(port)], stdout=log, stderr=log, cwd=cache, env=environment
        )
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None and time.monotonic() < deadline, (cache / "dynamodb-local.log").read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
