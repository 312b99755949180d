"""Start a source: a folder with a working module, its pyproject.toml and a first fixture case.

The address may hold ``{name}``, in its path or as a query parameter's value: that is where the subject's name goes.
A .har or .json file answers instead of the network. What fails leaves nothing behind.

Example::

    springhead new mysource 'https://api.example.org/v1/people?q={name}'
    springhead new mysource saved.har --subject '{"celebrity_id": "celeb_001", "name": "周潤發"}'
    springhead new mysource saved.json --url 'https://api.example.org/v1/people/{name}'
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import keyword
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from springhead.cli._template import Address, held_nobody, module_text, project_text
from springhead.cli.output import print_line
from springhead.cli.preview import parse_subject
from springhead.cli.record import warn_of_secrets, write_case
from springhead.clock import Clock, FrozenClock, SystemClock
from springhead.entries import Run
from springhead.errors import Blocked, ConfigError, NotFound, RobotsDenied, SpringheadError
from springhead.har import SECRET_PARAMS, Exchange, RecordingTransport, ReplayTransport, read_har
from springhead.http import Http, RawResponse, Response, Transport
from springhead.http.messages import clean_url
from springhead.paths import shown
from springhead.plugins import INSTALL, plugin_names
from springhead.source import Entry, Source
from springhead.subject import Subject

SUBJECT = '{"celebrity_id": "celeb_001", "name": "周潤發"}'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="name of the new source: lower-case letters, digits and _")
    parser.add_argument("start", metavar="URL_OR_FILE", help="an address, a .har or a saved .json file")
    parser.add_argument("--subject", metavar="JSON", default=SUBJECT, help=f"whom to ask about (default {SUBJECT})")
    parser.add_argument("--url", help="the address that a saved .json file came from")
    parser.add_argument("--folder", type=Path, help="where to put it (default plugins/NAME)")


def run(args: argparse.Namespace) -> int:
    """Start."""
    name, folder = args.name, args.folder or Path("plugins") / args.name
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or keyword.iskeyword(name) or name == "metadata":
        raise ConfigError(
            f"{name!r} cannot name a source", hint="use lower-case letters, digits and _, such as mysource"
        )
    if name in plugin_names():
        raise ConfigError(f"a source named {name} is installed already", hint="choose another name")
    if folder.exists():
        raise ConfigError(f"{folder} exists already", hint="choose another name, --folder, or delete it")
    subject = parse_subject(args.subject)
    address, recorded = _start(args.start, args.url, name, subject)

    now = datetime.now(UTC).replace(microsecond=0)
    try:
        page, exchanges = asyncio.run(_first_answer(name, address, subject, recorded))
    except SpringheadError as error:
        error.hint = _remedy(error, args)
        raise
    if held_nobody(page, subject):
        raise NotFound("the first answer held nobody", url=page.url, hint="try another --subject")
    if not address.asks_by_name:
        print(f"warning: {address.endpoint} holds no {{name}}: the source will ask the same for everybody",
              file=sys.stderr)  # fmt: skip
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as temporary:
        draft = Path(temporary)
        module = draft / f"springhead_{name}.py"
        module.write_text(module_text(name, address, page, subject), encoding="utf-8")
        (draft / "pyproject.toml").write_text(project_text(name), encoding="utf-8")
        if not _is_site(page):  # only a site's source asks for robots.txt, so only its case holds it
            exchanges = [e for e in exchanges if urlsplit(e.request.url).path != "/robots.txt"]
        case = draft / "fixtures" / "first"
        lossy, notes = _is_har(args.start), f"the first answer, about {subject.name}"
        ended = write_case(_load(module), case, subject, exchanges, now, lossy=lossy, notes=notes)
        shutil.rmtree(draft / "__pycache__", ignore_errors=True)
        draft.chmod(0o755)
        draft.rename(folder)
    print_line(f"made {shown(folder)}: read springhead_{name}.py, it is short")
    print_line(f"recorded the first answer as {shown(folder / 'fixtures' / 'first')}, ending in {ended}")
    warn_of_secrets(folder / "fixtures" / "first", exchanges)
    print_line(f"next:\n  {INSTALL} {shown(folder)}\n  springhead preview {name}\n  springhead check {name}")
    return 0


def _remedy(error: SpringheadError, args: argparse.Namespace) -> str:
    """What to do where no first answer came: a saved one needs neither network nor key."""
    hints = ["try another --subject" if isinstance(error, NotFound) else error.hint or ""]
    # What a site refuses is not taken by another way.
    if args.start.startswith(("http://", "https://")) and not isinstance(error, (Blocked, RobotsDenied)):
        words = ["springhead", "new", args.name, "saved.json", "--url", args.start]
        words += ["--subject", args.subject] if args.subject != SUBJECT else []
        hints.append(f"or save the answer and start from it: {shlex.join(words)} (or saved.har, from a browser)")
    return "; ".join(hint for hint in hints if hint)


def _is_har(start: str) -> bool:
    return start.lower().endswith(".har")


def _is_site(page: Response) -> bool:
    return "json" not in page.content_type


def _start(start: str, url: str | None, name: str, subject: Subject) -> tuple[Address, list[Exchange] | None]:
    """The address that the source will ask, and the answers where they need not be fetched."""
    if start.startswith(("http://", "https://")):
        return _address(start), None
    path = Path(start)
    if _is_har(start):
        exchanges = [e for e in read_har(path) if e.request.method == "GET" and e.response.status == 200]
        # What a page shows comes from its first JSON answer; a page without one is itself what is wanted.
        chosen = next((e for e in exchanges if "json" in e.response.headers.get("content-type", "")), None)
        chosen = chosen or next(iter(exchanges), None)
        if chosen is None:
            raise ConfigError(f"{path} holds no good answer to a GET", hint="save it again while the page loads")
        return _with_placeholder(chosen.request.url, subject), [chosen]
    if path.suffix.lower() != ".json":
        raise ConfigError(
            f"{start!r} is no http(s) address, no .har and no .json file", hint="see `springhead new --help`"
        )
    address = _address(url or f"https://{name.replace('_', '-')}.example/people?q={{name}}")
    body = path.read_bytes()
    answer = RawResponse(200, {"content-type": "application/json; charset=utf-8"}, body)
    return address, [Exchange(address.request(subject), answer)]


def _address(url: str) -> Address:
    try:
        parts = urlsplit(clean_url(url))
    except ValueError as error:
        raise ConfigError(f"{url!r} is no http(s) address", hint="give an absolute URL") from error
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    for key, _ in query:
        if key.lower() in SECRET_PARAMS:
            raise ConfigError(
                f"the address holds a key ({key})",
                hint="leave it out: declare it as `secrets` in the module afterwards",
            )
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._").replace("%7Bname%7D", "{name}")
    return Address(urlunsplit((parts.scheme, parts.netloc, path, "", "")), query)


def _with_placeholder(url: str, subject: Subject) -> Address:
    """The address of a recorded request, with ``{name}`` where it holds the subject's name."""
    address = _address(url)
    query = tuple((key, "{name}" if value == subject.name else value) for key, value in address.query)
    return Address(address.endpoint.replace(quote(subject.name, safe=""), "{name}"), query)


async def _first_answer(
    name: str, address: Address, subject: Subject, recorded: list[Exchange] | None
) -> tuple[Response, list[Exchange]]:
    from springhead.cases import engine_for
    from springhead.local import live_engine

    class Probe(Source):
        endpoint = address.endpoint
        robots = recorded is None

        async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry]:
            request = address.request(subject)
            yield Entry(subject.name, await http.get(request.url))

    Probe.name = name
    recorders: list[RecordingTransport] = []

    def wrap(inner: Transport, clock: Clock | None = None) -> Transport:
        recorders.append(RecordingTransport(inner, clock or SystemClock()))
        return recorders[0]

    if recorded is None:
        async with live_engine(Probe, wrap=wrap) as engine:
            outcome = await engine.ask(subject)
    else:
        clock = FrozenClock(datetime.now(UTC))
        transport = wrap(ReplayTransport(recorded), clock)
        outcome = await engine_for(Probe, transport, clock, Run.at(name, clock.now())).ask(subject)
    if not outcome.responses:
        assert outcome.error is not None
        raise outcome.error
    return outcome.responses[0], recorders[0].exchanges


def _load(path: Path) -> type[Source]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    source: type[Source] = module.register_sources()[0]
    return source
