"""Walls: pages that stand before the one that was asked for (login, challenge, consent, "please wait").

They come with any status, 200 among them, and in any language. So they are known by their structure: where the answer
came from, forms, the scripts of the services that make them, members of JSON. Words only decide where nothing else can.
A page with a login link, a form with a captcha in it or an article about all this is no wall: a wall says little else.

:func:`find` tells which wall an answer is; :func:`refuse` raises what it means: ``Blocked``, or ``RateLimited`` where
waiting helps. A site's source calls ``refuse`` first in its ``judge``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from springhead.errors import BadResponse, Blocked, RateLimited
from springhead.http.messages import Response
from springhead.markup import Markup

__all__ = ["Wall", "find", "refuse"]

Kind = Literal["login", "challenge", "consent", "wait"]

#: Characters of visible text: a wall by its scripts has no more, one by its form or its title much less.
LITTLE, VERY_LITTLE = 3_000, 800
_MEANING = {
    "login": "shows a login page instead of what was asked for",
    "challenge": "wants to know whether we are human, or bans us",
    "consent": "shows a consent page instead of what was asked for",
    "wait": "asks to wait",
}
#: Members of code and attributes that no page has but the wall itself.
_SCRIPTS: tuple[tuple[Kind, str, str], ...] = (
    ("wait", "Cloudflare, error 1015", r"cf-error-code[^<>]{0,99}>\s*1015\b"),
    (
        "challenge",
        "Cloudflare's ban",
        r"cf-error-code[^<>]{0,99}>\s*10(?:0[5-9]|1[0-2]|20)\b|=\"block(?:ed_why)?_headline\"",
    ),
    (
        "challenge",
        "Cloudflare's challenge",
        r"_cf_chl_opt\b|id=\"challenge-form\"|cf-challenge-running|/challenge-platform/h/\w/orchestrate",
    ),
    ("challenge", "DataDome", r"captcha-delivery\.com/"),
    ("challenge", "HUMAN (PerimeterX)", r"id=[\"']px-captcha|captcha\.px-(?:cdn|cloud)\.net"),
    (
        "challenge",
        "Akamai's challenge",
        r"/_sec/cp_challenge/|sec-if-cpt-container|[?&]bm-verify=",
    ),
    ("challenge", "Imperva", r"_Incapsula_Resource[^\"'<>]{0,99}(?:incident_id|edet=|cinfo=)"),
    ("challenge", "AWS WAF", r"window\.gokuProps\b"),
    ("challenge", "Sucuri", r"sucuri_cloudproxy_js"),
    ("challenge", "DDoS-Guard", r"check\.ddos-guard\.net|/\.well-known/ddos-guard/js-challenge"),
    ("challenge", "Anubis", r"id=\"anubis_challenge\""),
    ("challenge", "Google's captcha", r"id=\"captcha-form\"[^<>]{0,300}action=\"(?:index|/sorry)"),
    ("challenge", "Google's ban of robots", r"support\.google\.com/websearch/[\w/.?=&;]{0,99}answer[/=]86640"),
    (
        "login",
        "Meta's login route",
        r"\"entry_data\":\s*\{\"LoginAndSignupPage\"|\"page_?[iI][dD]\":\s*\"(?:\w*[lL]ogin|signup)\w*\"",
    ),
    ("login", "Meta's login route", r"\"__dr\":\s*\"(?:Polaris|Barcelona)(?:Unified)?Login\w*Root\.react\""),
    (
        "challenge",
        "Meta's checkpoint route",
        r"\"entry_data\":\s*\{\"(?:Challenge|Checkpoint)\w*\"|\"page_?[iI][dD]\":\s*\"(?:challenge|checkpoint|authPlatform|ufac)\w*\""
        r"|\"__dr\":\s*\"(?:Polaris|Barcelona)(?:Challenge|Checkpoint)\w*\.react\"",
    ),
    ("consent", "Meta's consent route", r"\"page_?[iI][dD]\":\s*\"\w*[cC]onsent\w*\""),
)
_SCRIPT_WALLS = [(kind, what, re.compile(pattern)) for kind, what, pattern in _SCRIPTS]
_HEADERS = {"cf-mitigated": "challenge", "x-amzn-waf-action": "", "x-vercel-mitigated": ""}
_LOGIN_PATHS = re.compile(r"(?:^|/)(?:log-?in|sign-?in|signon|accounts/login|login\.php|loginpage)/?$", re.IGNORECASE)
_CHALLENGE_PATHS = re.compile(
    r"^/(?:sorry/index|challenge/|checkpoint/|cdn-cgi/challenge|accounts/suspended|_incapsula)", re.I
)
_CONSENT_PATHS = re.compile(r"(?:^|/)(?:cookie-?|privacy-?|user_cookie_)?consent(?:_page|/flow)?/?$", re.IGNORECASE)
_WIDGETS = re.compile(
    r"class=[\"'][^\"'<>]{0,300}\b(?:g-recaptcha|h-captcha|cf-turnstile|frc-captcha)\b|hcaptcha\.com/captcha/"
)
_FIELDS = re.compile(
    r"<textarea\b|<input\b(?![^<>]*\btype=[\"']?(?:hidden|submit|button|checkbox|image|reset)\b)", re.I
)
_PASSWORD = re.compile(r"<input\b[^<>]*\btype=[\"']?password\b", re.IGNORECASE)
_ACTION = re.compile(r"<form\b[^<>]*\baction=[\"']?([^\"'\s<>]+)", re.IGNORECASE)
#: What a page has that has something to tell.
_CONTENT = re.compile(
    r"<article\b|\"@type\":\s*\"(?!Organization|WebSite|WebPage|BreadcrumbList|SearchAction|ImageObject)", re.IGNORECASE
)
_TITLES = re.compile(
    r"just a moment|attention required|pardon our interruption|checking your browser|access denied|robot check"
    r"|un instant|nur einen moment|un momento|少々お待ち|请稍候|請稍候|잠시만|один момент|um momento|bir dakika",
    re.IGNORECASE,
)
_WAIT_WORDS = re.compile(
    r"(?:wait|try again).{0,30}(?:few minutes|later)|einige minuten|quelques minutes|unos minutos|alguns minutos"
    r"|qualche minuto|enkele minuten|несколько минут|數分鐘|几分钟|幾分鐘|数分|몇 분|birkaç dakika|noen minutter",
    re.IGNORECASE,
)
_LOGIN_WORDS = re.compile(
    r"log[ -]?in|sign[ -]?in|anmelde|einlogg|connecte|inicia[r]? sesi|iniciar sess|entra[r]? |accedi|aanmeld|inlogg"
    r"|войти|войдите|登录|登錄|登入|ログイン|로그인|giriş|تسجيل|zaloguj|entre ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wall:
    """What stands before a page.

    Args:
        kind: ``login``, ``challenge`` (bans too), ``consent`` or ``wait``.
        what: What it was known by, for the message.
    """

    kind: Kind
    what: str


def find(response: Response) -> Wall | None:
    """Tell which wall an answer is, or None for an answer that is none (errors of other kinds are none, too)."""
    return next(_walls(response), None)


def refuse(response: Response) -> None:
    """Raise what a wall means; return where the answer is none.

    Raises:
        Blocked: A login page, a challenge, a ban or a consent page. We stop there.
        RateLimited: The site asks to wait.
    """
    wall = find(response)
    if wall is not None:
        kind = RateLimited if wall.kind == "wait" else Blocked
        raise response.failure(kind, f"{_MEANING[wall.kind]} ({wall.what})")


def _walls(response: Response) -> Iterator[Wall]:
    for header, value in _HEADERS.items():
        if (said := response.headers.get(header)) is not None and value in said.lower():
            yield Wall("challenge", f"{header}: {said[:20]}")
    yield from _by_address(response)
    text = _text(response)
    if text.startswith(("{", "for (;;);")):
        yield from _by_members(response, text)
    elif "<" in text[:2_000]:
        yield from _by_markup(response, Markup(text))


def _text(response: Response) -> str:
    with suppress(BadResponse):
        return response.text.lstrip("\ufeff \t\r\n")
    return response.body.decode("utf-8", "replace").lstrip()


def _by_address(response: Response) -> Iterator[Wall]:
    parts = urlsplit(response.url)
    if _LOGIN_PATHS.search(parts.path) and (parts.query or "accounts/login" in parts.path):
        yield Wall("login", f"the address became {parts.path[:60]}")
    if _CHALLENGE_PATHS.search(parts.path):
        yield Wall("challenge", f"the address became {parts.path[:60]}")
    if (parts.hostname or "").startswith(("consent.", "guce.")) or _CONSENT_PATHS.search(parts.path):
        yield Wall("consent", f"the address became {parts.hostname}{parts.path[:60]}")


def _by_members(response: Response, text: str) -> Iterator[Wall]:
    try:
        document: Any = response.json if text.startswith("{") else None
    except BadResponse:
        return
    if document is None:  # Meta puts this before JSON so that no script can load it
        if re.search(r'"error":\s*13570(?:01|04|31)\b', text[:2_000]):
            yield Wall("login", "error 1357001")
        return
    message = document.get("message") if isinstance(document.get("message"), str) else ""
    failed = document.get("status") == "fail"
    challenge = document.get("challenge")
    if isinstance(document.get("checkpoint_url"), str) or message in {"checkpoint_required", "challenge_required"}:
        yield Wall("challenge", "checkpoint_required")
    if isinstance(challenge, dict) and (failed or {"challengeType", "api_path"} & challenge.keys()):
        yield Wall("challenge", "challenge")
    # "Please wait a few minutes" has the members of a login wall or a ban, and a sentence in the reader's language.
    flagged = document.get("require_login") is True or (failed and document.get("spam") is True)
    sentence = " " in message or (bool(message) and not message.isascii())
    if (
        sentence
        and (flagged or failed)
        and (_WAIT_WORDS.search(message) or (flagged and not _LOGIN_WORDS.search(message)))
    ):
        yield Wall("wait", "please wait")
    if document.get("error_type") == "rate_limit_error" or (failed and response.status == 429):
        yield Wall("wait", "rate_limit_error")
    if document.get("require_login") is True or message == "login_required":
        yield Wall("login", "require_login")
    if failed and (document.get("spam") is True or message in {"feedback_required", "consent_required"}):
        yield Wall("challenge", "spam" if sentence else message or "spam")
    if failed and document.get("error_type") in {"sentry_block", "ip_block", "inactive user"}:
        yield Wall("challenge", document["error_type"])
    if document.get("authenticated") is False and document.keys() <= {"authenticated", "user", "status", "userId"}:
        yield Wall("login", "authenticated: false")
    if "captcha-delivery.com/" in str(document.get("url")) or {"appId", "jsClientSrc", "vid"} <= document.keys():
        yield Wall("challenge", "a captcha's address in JSON")


def _by_markup(response: Response, page: Markup) -> Iterator[Wall]:
    visible = len(page.visible)
    if visible > LITTLE:
        return
    for kind, what, pattern in _SCRIPT_WALLS:
        if pattern.search(page.code):
            yield Wall(kind, what)
    tells = _CONTENT.search(page.code) or page.meta.get("og:type", "website") != "website"
    if visible > VERY_LITTLE or tells:
        return
    actions = _ACTION.findall(page.code)
    if _PASSWORD.search(page.code) or any(_LOGIN_PATHS.search(action.partition("?")[0]) for action in actions):
        yield Wall("login", "a login form and little else")
    if any("consent" in action.lower() for action in actions):
        yield Wall("consent", "a consent form and little else")
    if _WIDGETS.search(page.code) and not _FIELDS.search(page.code):
        yield Wall("challenge", "a captcha and little else")
    if _TITLES.search(page.title) and (response.status >= 400 or visible < 400):
        yield Wall("challenge", f"its title is {page.title[:40]!r}")
    if response.status in {401, 403, 429} and _WAIT_WORDS.search(page.visible):
        yield Wall("wait", "please wait")
