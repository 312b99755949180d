"""Walls are known by their structure, in any language and with any status; good pages are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.errors import Blocked, RateLimited
from springhead.http.messages import Request, Response
from springhead.walls import Wall, find, refuse

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
LONG = " ".join(["The lantern makers of the old harbour meet every Thursday."] * 30)


def answer(
    body: str | bytes | dict[str, Any], status: int = 200, url: str = "https://a.example/x", **headers: str
) -> Response:
    raw = json.dumps(body) if isinstance(body, dict) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = raw.encode() if isinstance(raw, str) else raw
    return Response(Request.build("GET", url), status, named, content, datetime(2026, 1, 1, tzinfo=UTC))


def page(body: str, title: str = "x", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def kind(response: Response) -> str | None:
    wall = find(response)
    return wall.kind if wall else None


CHALLENGES = {
    "cloudflare": page("<script>window._cf_chl_opt={cvId:'3'};</script>", "Bir dakika lütfen..."),
    "cloudflare-form": page('<form id="challenge-form" action="/?__cf_chl_f_tk=x" method="POST"></form>'),
    "cloudflare-ban": page('<span class="cf-error-code">1020</span><p>Zugriff verweigert</p>'),
    "cloudflare-ban-2": page('<h1 data-translate="block_headline">Sorry</h1>'),
    "datadome": page(
        "<script>var dd={'rt':'c'}</script><script src=\"https://ct.captcha-delivery.com/c.js\"></script>"
    ),
    "perimeterx": page('<div id="px-captcha"></div>'),
    "akamai": page('<div id="sec-if-cpt-container"></div>'),
    "akamai-denied": page("<h1>Access Denied</h1>You don't have permission. Reference #18.2d", "Access Denied"),
    "imperva": page('<iframe src="/_Incapsula_Resource?SWUDNSAI=31&incident_id=12-34" frameborder=0></iframe>'),
    "aws": page("<script>window.gokuProps = {'key':'x'};</script>"),
    "sucuri": page("<script>var s={};sucuri_cloudproxy_js='';</script>"),
    "recaptcha": page(
        '<form method="post"><div class="g-recaptcha" data-sitekey="x"></div><input type="submit"></form>'
    ),
    "hcaptcha": page('<form><div class="wide h-captcha" data-sitekey="x"></div><input type=hidden name=t></form>'),
    "turnstile": page('<div class="cf-turnstile"></div>', "Tarkistetaan"),
    "just-a-moment": page("Checking", "Just a moment..."),
    "meta-2019": page('<script>window._sharedData = {"entry_data":{"Challenge":[{}]}};</script>'),
    "meta-now": page('<script type="application/json">{"polarisRouteConfig":{"pageID":"challenge"}}</script>'),
}
LOGINS = {
    "password": page('<form><input name="u"><input name="p" type="password"></form>', "登入"),
    "action": page("<form action='/login'></form>", "Log in"),
    "action-with-query": page('<form action="https://a.example/accounts/login/?next=%2F"></form>'),
    "meta-2019": page('<script>window._sharedData = {"config":1,"entry_data":{"LoginAndSignupPage":[{}]}};</script>'),
    "meta-now": page('<script type="application/json">{"polarisRouteConfig":{"pageID":"unifiedLogin"}}</script>'),
    "meta-root": page('<script type="application/json">{"resource":{"__dr":"PolarisLoginRoot.react"}}</script>'),
}
NO_WALLS = {
    "a login link": page(f'<a href="/login">Log in</a><p>{LONG}</p>'),
    "a login form above an article": page(f'<form action="/login"><input type="password"></form><p>{LONG}</p>'),
    "a login form above a short article": page(
        '<form action="/login"><input type="password"></form><article>Closed on Mondays.</article>'
    ),
    "an article about captcha": page(
        f"<p>Just a moment: g-recaptcha, h-captcha, _cf_chl_opt and captcha-delivery.com/ explained. {LONG}</p>",
        "Just a moment: how captchas work",
    ),
    "code in an article": page('<pre>window._cf_chl_opt = {}; id="px-captcha"; sucuri_cloudproxy_js</pre>', "Notes"),
    "a contact form with a captcha": page(
        '<form><input name="mail" type="email"><textarea></textarea><div class="g-recaptcha"></div></form>'
    ),
    "a page behind Cloudflare": page(
        "<p>Opening hours</p><script>window.__CF$cv$params={r:'8'};</script>"
        '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
    ),
    "a page with DataDome's tag": page('<p>News</p><script src="https://js.datadome.co/tags.js"></script>'),
    "a page with Imperva's script": page('<p>News</p><script src="/_Incapsula_Resource?SWJIYLWA=719"></script>'),
    "a profile with a login form": page(
        '<form><input type="password"></form>', head='<meta property="og:type" content="profile">'
    ),
    "an event with structured data": page(
        '<form action="/login"></form><script type="application/ld+json">{"@type":"Event","name":"x"}</script>'
    ),
    "an empty page": "",
    "a gateway's error": page('<div id="cf-error-details"><span class="code-label">Error code 502</span></div>'),
    "plain text about waiting": "Please wait a few minutes.",
}


@pytest.mark.parametrize("name", CHALLENGES)
@pytest.mark.parametrize("status", [200, 403, 503])
def test_challenges(name: str, status: int) -> None:
    assert kind(answer(CHALLENGES[name], status)) == "challenge"


@pytest.mark.parametrize("name", LOGINS)
@pytest.mark.parametrize("status", [200, 401])
def test_logins(name: str, status: int) -> None:
    assert kind(answer(LOGINS[name], status)) == "login"


@pytest.mark.parametrize("name", NO_WALLS)
def test_good_pages_are_no_walls(name: str) -> None:
    assert find(answer(NO_WALLS[name])) is None


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"message": "checkpoint_required", "checkpoint_url": "/challenge/1/", "status": "fail"}, 400, "challenge"),
        ({"message": "", "challenge": {"api_path": "/challenge/1/"}, "status": "fail"}, 400, "challenge"),
        ({"message": "Det gick inte.", "error_type": "ip_block", "status": "fail"}, 400, "challenge"),
        ({"message": "Det gick inte.", "error_type": "sentry_block", "status": "fail"}, 400, "challenge"),
        ({"message": "feedback_required", "spam": True, "status": "fail"}, 400, "challenge"),
        ({"message": "login_required", "status": "fail"}, 403, "login"),
        ({"require_login": True, "status": "fail"}, 401, "login"),
        ({"message": "Logg inn for å fortsette. Log in", "require_login": True, "status": "fail"}, 401, "login"),
        ({"authenticated": False, "user": True, "status": "ok"}, 200, "login"),
        ({"message": "Please wait a few minutes.", "require_login": True, "status": "fail"}, 401, "wait"),
        ({"message": "กรุณารอสักครู่ แล้วลองใหม่", "require_login": True, "status": "fail"}, 401, "wait"),
        ({"message": "Încearcă din nou peste câteva minute.", "require_login": True, "status": "fail"}, 401, "wait"),
        ({"message": "rate", "error_type": "rate_limit_error", "status": "fail"}, 200, "wait"),
        ({"url": "https://geo.captcha-delivery.com/captcha/?cid=1"}, 403, "challenge"),
        ({"appId": "PX1", "jsClientSrc": "/i.js", "vid": "x"}, 403, "challenge"),
        ({"challenge": "Ice bucket", "title": "A film"}, 200, None),
        ({"challenge": {"title": "Ice bucket"}, "status": "ok"}, 200, None),
        ({"message": "Invalid user id", "status": "fail"}, 400, None),
        ({"user": {"require_login": True}}, 200, None),
    ],
)  # fmt: skip
def test_json_is_told_by_its_members(body: dict[str, Any], status: int, expected: str | None) -> None:
    assert kind(answer(body, status)) == expected


def test_metas_guarded_json_says_that_nobody_is_logged_in() -> None:
    assert kind(answer('for (;;);{"__ar":1,"error":1357001,"errorSummary":"Ikke logget inn"}')) == "login"
    assert find(answer('for (;;);{"__ar":1,"payload":{}}')) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.instagram.com/accounts/login/?next=%2Fa%2F", "login"),
        ("https://www.instagram.com/accounts/login/", "login"),
        ("https://a.example/login?return=/x", "login"),
        ("https://a.example/user/signin/?r=1", "login"),
        ("https://a.example/articles/login-trouble?x=1", None),
        ("https://www.instagram.com/challenge/?next=/a/", "challenge"),
        ("https://www.google.com/sorry/index?continue=x", "challenge"),
        ("https://consent.youtube.com/m?continue=x", "consent"),
        ("https://a.example/cookie-consent/?u=1", "consent"),
        ("https://a.example/informed-consent-law", None),
    ],
)
def test_redirects_are_told_by_where_they_ended(url: str, expected: str | None) -> None:
    assert kind(answer(page("x"), url=url)) == expected


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("cf_mitigated", "challenge", "challenge"),
        ("x_amzn_waf_action", "captcha", "challenge"),
        ("x_vercel_mitigated", "deny", "challenge"),
        ("x_datadome", "protected", None),
    ],
)
def test_headers(header: str, value: str, expected: str | None) -> None:
    assert kind(answer(page(LONG), 403, **{header: value})) == expected


def test_what_a_wall_means() -> None:
    with pytest.raises(Blocked, match=r"a\.example: shows a login page instead of what was asked for \(a login form"):
        refuse(answer(LOGINS["password"]))
    with pytest.raises(RateLimited, match="asks to wait") as caught:
        refuse(answer({"message": "x y", "require_login": True, "status": "fail"}, 401, retry_after="90"))
    assert caught.value.retry_after == 90
    refuse(answer(NO_WALLS["a login link"]))


def test_cloudflares_rate_limit_asks_to_wait() -> None:
    assert find(answer(page('<span class="cf-error-code">1015</span>'), 429)) == Wall("wait", "Cloudflare, error 1015")


def test_a_consent_page() -> None:
    assert kind(answer(page('<form action="https://consent.google.com/save" method="post"></form>'))) == "consent"


@pytest.mark.parametrize("charset", ["utf-16", "shift_jis"])
def test_other_charsets(charset: str) -> None:
    body = page('<form><input type="password"></form>', "ログイン").encode(charset)
    assert kind(answer(body, content_type=f"text/html; charset={charset}")) == "login"


@pytest.mark.parametrize(
    "path",
    [
        path
        for folder in (
            "tmdb",
            "wikipedia",
            "youtube",
            "news",
            "google_cse",
            "venues",
            "robots_http",
            "threads",
            "instagram",
        )
        for path in sorted((CORPUS / folder).glob("*"))
        if path.is_file() and not path.name.endswith(".meta.json")
    ],
    ids=lambda path: path.name,
)
def test_only_walls_of_the_corpus_are_walls(path: Path) -> None:
    meta = path.with_name(path.name + ".meta.json")
    status = (json.loads(meta.read_text())["status"] if meta.exists() else None) or 200
    expected = {
        "igfeed_checkpoint_challenge.json": "challenge",
        "igfeed_login-error.json": "login",
        "wait_few_minutes_401.json": "wait",
    }.get(path.name)
    assert kind(answer(path.read_bytes(), status)) == expected


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)), st.sampled_from([200, 403, 503]))
def test_anything_at_all_is_read_without_an_error(body: bytes, status: int) -> None:
    find(answer(body, status))


@given(
    st.lists(
        st.sampled_from(
            ["<script>", "</script>", "<form action='http://[", "'>", "<title>", "{", '={"', "login", "<", ">"]
        ),
        max_size=40,
    )
)
def test_broken_markup_is_read_without_an_error(pieces: list[str]) -> None:
    find(answer("<" + "".join(pieces)))
