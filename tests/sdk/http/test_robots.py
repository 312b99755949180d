from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from protego import Protego
from springhead.errors import BadResponse, RateLimited, RobotsDenied, Unavailable
from springhead.http import RawResponse

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "robots_http"
ROBOTS = sorted(CORPUS.glob("robots_*.txt"))
SITE = "https://www.example.org"


def site(kit: Any, robots: Any, **kwargs: Any) -> tuple[Any, Any]:
    def answer(request: Any) -> Any:
        if request.url.endswith("/robots.txt"):
            return robots(request) if callable(robots) else robots
        return kit.reply(200, "page")

    transport = kit.Scripted(answer)
    return kit.client(transport, kit.source(robots=True), **kwargs), transport


def text(body: bytes | str, status: int = 200, **headers: str) -> RawResponse:
    data = body.encode() if isinstance(body, str) else body
    return RawResponse(status, {"content-type": "text/plain", **headers}, data)


def get(client: Any, path: str) -> Any:
    return asyncio.run(client.session().get(f"{SITE}{path}"))


RULES = "User-agent: springhead\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    "body",
    [
        RULES.encode(),
        b"\xef\xbb\xbf" + RULES.encode(),
        RULES.replace("\n", "\r").encode(),
        RULES.replace("\n", "\r\n").encode(),
        RULES.upper().replace("/PRIVATE", "/private").encode(),
        b"# \xff\xfe not utf-8\n" + RULES.encode(),
    ],
    ids=["plain", "bom", "cr", "crlf", "upper case", "non utf-8"],
)
def test_the_rules_for_us_are_obeyed(kit: Any, body: bytes) -> None:
    client, transport = site(kit, text(body))
    assert get(client, "/public").status == 200
    with pytest.raises(RobotsDenied, match="forbids /private/x"):
        get(client, "/private/x")
    assert transport.urls == [f"{SITE}/robots.txt", f"{SITE}/public"]


def test_a_longer_allow_wins(kit: Any) -> None:
    client, _ = site(kit, text("User-agent: *\nDisallow: /a\nAllow: /a/b$\n"))
    assert get(client, "/a/b").status == 200
    with pytest.raises(RobotsDenied):
        get(client, "/a/c")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_robots_txt_means_all_is_allowed(kit: Any, status: int) -> None:
    client, _ = site(kit, text("Disallow: /", status))
    assert get(client, "/x").status == 200


def test_a_page_of_html_forbids_nothing(kit: Any) -> None:
    client, _ = site(kit, text("<!DOCTYPE html><html><body>Not here</body></html>"))
    assert get(client, "/x").status == 200


@pytest.mark.parametrize(("status", "error"), [(500, Unavailable), (503, Unavailable), (429, RateLimited)])
def test_while_robots_txt_cannot_be_had_nothing_is_fetched(kit: Any, status: int, error: type[Exception]) -> None:
    client, transport = site(kit, text("", status))
    with pytest.raises(error, match=r"robots\.txt answered"):
        get(client, "/x")
    assert set(transport.urls) == {f"{SITE}/robots.txt"}


def test_an_unreachable_robots_txt_forbids_too(kit: Any) -> None:
    client, transport = site(kit, Unavailable("connection refused"))
    with pytest.raises(Unavailable):
        get(client, "/x")
    assert set(transport.urls) == {f"{SITE}/robots.txt"}


def test_its_retry_after_is_honoured(kit: Any) -> None:
    answers = [text("", 503, **{"retry-after": "40"}), text("")]
    client, _ = site(kit, lambda request: answers.pop(0))
    assert get(client, "/x").status == 200
    assert kit.clock.monotonic() >= 40


def test_it_is_fetched_once_per_host_even_if_all_start_at_once(kit: Any) -> None:
    client, transport = site(kit, text("User-agent: *\nAllow: /\n"))

    async def everybody() -> None:
        await asyncio.gather(*(client.session().get(f"{SITE}/{n}") for n in range(6)))
        await client.session().get("https://other.example.org/")

    asyncio.run(everybody())
    assert transport.urls.count(f"{SITE}/robots.txt") == 1
    assert transport.urls.count("https://other.example.org/robots.txt") == 1


@pytest.mark.parametrize(
    ("delay", "waited"), [("10", 10.0), ("0.5", 0.5), ("86400", 60.0), ("-3", 0.001), ("x", 0.001)]
)
def test_a_crawl_delay_is_kept_up_to_a_minute(kit: Any, delay: str, waited: float) -> None:
    client, _ = site(kit, text(f"User-agent: *\nCrawl-delay: {delay}\n"))
    get(client, "/1")
    before = kit.clock.monotonic()
    get(client, "/2")
    assert kit.clock.monotonic() - before == pytest.approx(waited)


def test_waiting_for_a_crawl_delay_is_not_held_against_the_subject(kit: Any) -> None:
    from springhead.source import Budget

    client, _ = site(kit, text("User-agent: *\nCrawl-delay: 50\n"))
    client.source.__class__.budget = Budget(seconds=20)

    async def pages() -> None:
        http = client.session()
        for n in range(4):
            await http.get(f"{SITE}/{n}")

    asyncio.run(pages())
    assert kit.clock.monotonic() >= 150


def test_redirects_of_robots_txt_are_followed_also_to_another_host(kit: Any) -> None:
    def robots(request: Any) -> RawResponse:
        if request.host == "www.example.org":
            return text("", 301, location="https://cdn.example.org/robots.txt")
        return text("User-agent: *\nDisallow: /x\n")

    client, _ = site(kit, robots)
    with pytest.raises(RobotsDenied):
        get(client, "/x")
    assert get(client, "/y").status == 200


def test_endless_redirects_of_robots_txt_count_as_none(kit: Any) -> None:
    client, _ = site(kit, lambda request: text("", 302, location=f"{SITE}/robots.txt"))
    assert get(client, "/x").status == 200


def test_the_target_of_a_redirect_is_checked_too(kit: Any) -> None:
    def answer(request: Any) -> Any:
        if request.url.endswith("/robots.txt"):
            return text("User-agent: *\nDisallow: /secret\n")
        return RawResponse(302, {"location": "/secret"}, b"")

    transport = kit.Scripted(answer)
    with pytest.raises(RobotsDenied):
        get(kit.client(transport, kit.source(robots=True)), "/open")
    assert f"{SITE}/secret" not in transport.urls


def test_an_api_is_asked_without_robots_txt(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply())
    get(kit.client(transport), "/x")
    assert transport.urls == [f"{SITE}/x"]


@pytest.mark.parametrize("path", ROBOTS, ids=[path.name for path in ROBOTS])
def test_real_files_are_read_as_their_rules_say(kit: Any, path: Path) -> None:
    body = path.read_bytes()
    reference = Protego.parse(body.decode("utf-8", "replace").removeprefix("\ufeff")[: 512 * 1024])
    client, _ = site(kit, text(body))
    for wanted in ("/", "/search?q=a", "/admin/", "/wiki/Special:Search", "/cart", "/x.pdf"):
        try:
            get(client, wanted)
            allowed = True
        except RobotsDenied:
            allowed = False
        assert allowed == reference.can_fetch(f"{SITE}{wanted}", "Springhead"), wanted


def test_line_ends_of_old_macs_in_a_real_file(kit: Any) -> None:
    for path in ROBOTS:
        if path.name == "robots_cr_only__cdbaby.com.txt":
            with pytest.raises(RobotsDenied):
                get(site(kit, text(path.read_bytes()))[0], "/Cart/x")


def test_a_redirect_of_robots_txt_to_nonsense_has_a_name(kit: Any) -> None:
    client, _ = site(kit, text("", 301, location="file:///etc/passwd"))
    with pytest.raises(BadResponse, match="no http"):
        get(client, "/x")


def test_only_the_named_hosts_have_rules_for_a_source_that_asks_an_api_too(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply(200, b"User-agent: *\nDisallow: /", content_type="text/plain"))
    client = kit.client(transport, kit.source(robots=("www.example.org",)))
    asyncio.run(client.session().get("https://api.example.org/v1"))
    with pytest.raises(RobotsDenied):
        asyncio.run(client.session().get("https://www.example.org/ann"))
    assert transport.urls == ["https://api.example.org/v1", "https://www.example.org/robots.txt"]


def test_an_operator_may_set_the_rules_of_a_host_aside(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply(200, b"User-agent: *\nDisallow: /", content_type="text/plain"))
    client = kit.client(transport, kit.source(robots=True), exempt={"www.example.org"})
    asyncio.run(client.session().get("https://www.example.org/ann"))
    with pytest.raises(RobotsDenied):
        asyncio.run(client.session().get("https://example.org/ann"))
    assert transport.urls == ["https://www.example.org/ann", "https://example.org/robots.txt"]
