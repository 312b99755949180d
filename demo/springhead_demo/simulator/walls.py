"""What Instagram's and Threads' sites answer instead of a page, in many languages.

The same refusal comes in several forms, and the same status for several refusals: a login wall may be a redirect, a
form with status 200 or an empty shell; a page that does not exist may have status 404 or 200; a request to wait is
status 401, 403 or 429. The shapes are those of recorded answers and of issues of scraping libraries; nobody documents
them.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import quote

from springhead_demo.simulator.messages import Response, json_response, text_response
from springhead_demo.simulator.tables import load

LANGUAGES: tuple[str, ...] = tuple(load("walls")["languages"])
"""Languages in which the sites speak."""

HTML = "text/html; charset=utf-8"

_PAGE = (
    '<!DOCTYPE html>\n<html lang="{language}" class="no-js not-logged-in client-root">\n<head>\n'
    '<meta charset="utf-8">\n'
    "<title>\n{title}\n</title>\n{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
)


def words(kind: str, language: str) -> list[str]:
    """Return the texts of a kind in a language, or in English."""
    found: str | list[str] = load("walls")[kind].get(language) or load("walls")[kind]["en"]
    return [found] if isinstance(found, str) else found


def page(language: str, title: str, body: str, head: str = "", status: int = 200) -> Response:
    """Return an HTML page of the site."""
    text = _PAGE.format(language=language, title=escape(title, quote=False), head=head, body=body)
    return text_response(text, status, HTML)


def script_of(name: str, props: str = "{}") -> str:
    """Return the script by which the site of today opens a page."""
    return (
        '<script type="application/json" data-content-len="180" data-sjs>'
        '{"require":[["ScheduledServerJS","handle",null,'
        f'[{{"__bbox":{{"require":[["PolarisRoutePropUtils","init",[],[{{"page_id":"{name}","props":{props}}}]]]}}}}]]]}}'
        "</script>"
    )


def not_found_old(path: str, language: str) -> Response:
    """Status 404 with the texts in the page."""
    title, line, more = words("not_found", language)
    body = (
        '<div class="error-container -cx-PRIVATE-ErrorPage__errorContainer">\n'
        f'<h2>{escape(line)}</h2>\n<p>{escape(more)} <a href="/">Instagram</a></p></div>'
    )
    return page(language, f"{title} • Instagram", body, status=404)


def not_found_new(path: str, language: str) -> Response:
    """Status 200 with an empty shell; only its script knows that it is an error page."""
    return page(language, "Instagram", '<div id="mount_0_0"></div>' + script_of("httpErrorPage"))


def login_redirect(path: str, language: str) -> Response:
    """A redirect to the login form, which remembers where we wanted to go."""
    location = f"https://www.instagram.com/accounts/login/?next={quote(path, safe='')}&source=desktop_nav"
    return Response(302, b"", {"Location": location, "Content-Type": HTML})


def login_form(path: str, language: str) -> Response:
    """Status 200 with the login form, at the address of the profile."""
    title, told = words("login", language)
    body = (
        f'<form id="loginForm" method="post" action="/accounts/login/ajax/"><p>{escape(told)}</p>'
        '<input name="username" type="text"><input name="password" type="password"></form>'
        f"{script_of('loginPage')}"
    )
    return page(language, f"{title} • Instagram", body, '<meta name="robots" content="noimageindex, noarchive">\n')


def login_shell(path: str, language: str) -> Response:
    """Status 200 with the old shell, whose shared data hold a login page rather than a profile."""
    data = (
        '{"config":{"viewer":null,"viewerId":null},"entry_data":{"LoginAndSignupPage":[{"captcha":{"enabled":false}}]}}'
    )
    return page(language, "Instagram", f'<script type="text/javascript">window._sharedData = {data};</script>')


def challenge_redirect(path: str, language: str) -> Response:
    """A redirect to the page that asks for a confirmation."""
    return Response(302, b"", {"Location": f"https://www.instagram.com/challenge/?next={quote(path, safe='')}"})


def challenge_page(path: str, language: str) -> Response:
    """Status 200 with the page that asks for a confirmation."""
    (told,) = words("challenge", language)
    body = f'<h2>{escape(told)}</h2><form action="/challenge/action/" method="post"></form>{script_of("challengePage")}'
    return page(language, "Instagram", body)


def checkpoint(path: str, language: str) -> Response:
    """Status 400 with the object that tells applications of a checkpoint."""
    body = {"message": "checkpoint_required", "checkpoint_url": "/challenge/1/ab/", "lock": False, "status": "fail"}
    return json_response(body, 400)


def wait_401(path: str, language: str) -> Response:
    """Status 401 with a request to wait; it asks for a login, but a login is not what is wrong."""
    return json_response({"message": words("wait", language)[0], "require_login": True, "status": "fail"}, 401)


def wait_403(path: str, language: str) -> Response:
    """Status 403 with a request to wait."""
    return json_response({"message": words("wait", language)[0], "spam": True, "status": "fail"}, 403)


def too_many(path: str, language: str) -> Response:
    """Status 429 with nothing in it."""
    return Response(429, b"", {"Content-Type": HTML})


def forbidden(path: str, language: str) -> Response:
    """Status 403 as an address gets that is blocked."""
    return json_response({"message": "feedback_required", "spam": True, "status": "fail"}, 403)


def unauthorised(path: str, language: str) -> Response:
    """Status 401 with the object that tells applications to log in."""
    return json_response({"message": "login_required", "error_title": "", "logout_reason": 3, "status": "fail"}, 401)


WALLS: dict[str, Callable[[str, str], Response]] = {
    "not_found_old": not_found_old,
    "not_found_new": not_found_new,
    "login_redirect": login_redirect,
    "login_form": login_form,
    "login_shell": login_shell,
    "challenge_redirect": challenge_redirect,
    "challenge_page": challenge_page,
    "checkpoint": checkpoint,
    "wait_401": wait_401,
    "wait_403": wait_403,
    "too_many": too_many,
    "forbidden": forbidden,
    "unauthorised": unauthorised,
}
"""Every form, by the name under which it can be switched on; each takes the path asked for and a language."""

REFUSALS = tuple(name for name in WALLS if not name.startswith("not_found"))
"""Those that refuse us rather than say that nobody is there."""
