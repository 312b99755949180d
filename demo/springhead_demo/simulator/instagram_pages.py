"""Instagram's public site: pages of profiles and posts in the shapes and languages of the years, and those around them.

Which shape a profile has, and in which language, is drawn per profile; `hl` and `Accept-Language` choose a language.
A handle that nobody has answers 404, or 200 with an error page. The site's robots.txt closes it to everybody who is
not named. Nothing of it is documented: see `walls` and `instagram_shapes`.
"""

from __future__ import annotations

import re

from springhead_demo.simulator.accounts import Account, Directory
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.instagram_posts import post_page
from springhead_demo.simulator.instagram_shapes import SHAPES, user_of
from springhead_demo.simulator.messages import Request, Response, json_response, text_response
from springhead_demo.simulator.walls import LANGUAGES, WALLS

ROBOTS = "User-agent: Googlebot\nDisallow: /api/\nDisallow: /*/c/*\n\nUser-agent: *\nDisallow: /\n"
"""What the site says to crawlers that it does not name."""

_PROFILE = re.compile(r"/([A-Za-z0-9._]{1,30})(/?)")
_POST = re.compile(r"/(?:p|reel|reels|tv)/([A-Za-z0-9_-]{5,40})/")
_INFO = re.compile(r"/api/v1/users/web_profile_info/?")


class InstagramPages:
    """The hosts `www.instagram.com` and `i.instagram.com`.

    Args:
        directory: The accounts.
        dice: The source of draws.
    """

    def __init__(self, directory: Directory, dice: Dice) -> None:
        self._directory = directory
        self._dice = dice

    def handle(self, path: str, request: Request, shape: str = "") -> Response:
        """Answer one request; `shape` overrides the drawn shape of a page."""
        language = self.language(path, request)
        if path == "/robots.txt":
            return text_response(ROBOTS, 200)
        if path.startswith("/accounts/login"):
            return WALLS["login_form"](path, language)
        if path.startswith("/challenge"):
            return WALLS["challenge_page"](path, language)
        if _INFO.fullmatch(path):
            return self._info(request, language)
        if post := _POST.fullmatch(path):
            return post_page(self._dice, post[1], language, shape)
        match = _PROFILE.fullmatch(path)
        if match is None:
            return WALLS["login_redirect"](path, language)
        if not match[2]:
            return Response(301, b"", {"Location": f"https://www.instagram.com/{match[1]}/"})
        account = self._found(match[1])
        if account is None:
            return self._dice.pick((WALLS["not_found_old"], WALLS["not_found_new"]), "absent", path)(path, language)
        name = shape or self._dice.pick(tuple(SHAPES), "shape", account.handle)
        return SHAPES[name](self._dice, account, language)

    def language(self, path: str, request: Request) -> str:
        """Return the language of an answer."""
        wanted = request.query.get("hl", "") or request.headers.get("accept-language", "").partition(",")[0]
        wanted = wanted.strip().lower()
        for language in (wanted, wanted.partition("-")[0]):
            if language in LANGUAGES:
                return language
        return self._dice.pick(LANGUAGES, "site language", path)

    def _found(self, handle: str) -> Account | None:
        account = self._directory.instagram(handle)
        return account if account and account.state != "gone" else None

    def _info(self, request: Request, language: str) -> Response:
        # Without the application's number the request is not taken for one of the site's own.
        if not request.headers.get("x-ig-app-id"):
            return json_response({"message": "useragent mismatch", "status": "fail"}, 400)
        account = self._found(request.query.get("username", ""))
        if account is None:
            return json_response({"message": "User not found", "status": "fail"}, 404)
        return json_response({"data": {"user": user_of(self._dice, account)}, "status": "ok"})
