"""The Threads API: profile lookup, profile posts, and the profile of the token's own user.

Public profiles are found from a hundred followers on. Errors have the type `THApiException`.
Documented at https://developers.facebook.com/docs/threads/threads-profiles and
https://developers.facebook.com/docs/threads/retrieve-and-discover-posts/retrieve-posts
"""

from __future__ import annotations

import re
from typing import Any

from springhead_demo.simulator.accounts import Account, Directory
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.messages import Request, Response, json_response
from springhead_demo.simulator.meta_errors import CONTENT_TYPE, meta_error, no_object, token_fault
from springhead_demo.simulator.posts import Post, posts_of

_PATH = re.compile(r"/(?:v1\.0/)?(profile_lookup|profile_posts|me|me/threads|\d{5,20}|\d{5,20}/threads)")
_LOOKUP = [
    "username",
    "name",
    "profile_picture_url",
    "biography",
    "is_verified",
    "follower_count",
    "likes_count",
    "quotes_count",
    "replies_count",
    "reposts_count",
    "views_count",
]
_POST = [
    "id",
    "media_product_type",
    "media_type",
    "media_url",
    "permalink",
    "owner",
    "username",
    "text",
    "timestamp",
    "shortcode",
    "thumbnail_url",
    "children",
    "is_quote_post",
    "alt_text",
    "link_attachment_url",
    "has_replies",
    "reply_audience",
    "topic_tag",
]
_HANDLE = re.compile(r"[A-Za-z0-9._]{1,30}")
_ENOUGH = 100
_KIND = "THApiException"


class ThreadsGraph:
    """The hosts `graph.threads.net` and `graph.threads.com`.

    Args:
        directory: The accounts.
        dice: The source of draws.
    """

    def __init__(self, directory: Directory, dice: Dice) -> None:
        self._directory = directory
        self._dice = dice

    def handle(self, path: str, request: Request) -> Response:
        """Answer one request."""
        if fault := token_fault(request, kind=_KIND):
            return fault
        match = _PATH.fullmatch(path)
        if match is None:
            return meta_error(404, 2500, f"Unknown path components: {path}", kind=_KIND)
        query, what = request.query, match[1]
        if what == "profile_lookup":
            return self._lookup(query)
        if what == "profile_posts":
            return self._posts(query)
        if what.startswith("me"):
            return self._own(what, query)
        # Profiles and posts by number are for the token's own user only.
        number = what.partition("/")[0]
        return no_object(number, _KIND)

    def _account(self, query: dict[str, str]) -> Account | Response:
        username = query.get("username", "")
        if not username:
            return meta_error(400, 100, "The parameter username is required", kind=_KIND)
        if not _HANDLE.fullmatch(username):
            return meta_error(400, 100, "Param username must be a valid Threads username", kind=_KIND)
        account = self._directory.threads(username)
        if account is None or account.state in ("private", "gone") or account.followers < _ENOUGH:
            return meta_error(
                400,
                100,
                f"Requested user {username} does not exist or is not eligible for profile discovery",
                kind=_KIND,
                error_subcode=4279009,
                is_transient=False,
                error_user_title="User not found",
                error_user_msg="The requested profile cannot be found.",
                trace=self._dice.hex(22, "trace", username),
            )
        return account

    def _lookup(self, query: dict[str, str]) -> Response:
        account = self._account(query)
        if isinstance(account, Response):
            return account
        wanted = [name.strip() for name in query.get("fields", ",".join(_LOOKUP)).split(",")]
        if unknown := [name for name in wanted if name not in (*_LOOKUP, "id")]:
            message = f"Tried accessing nonexisting field ({unknown[0]})"
            return meta_error(400, 100, message, kind=_KIND)
        values: dict[str, Any] = {
            "username": account.handle,
            "name": account.name,
            "profile_picture_url": f"https://scontent.cdninstagram.com/v/t51.2885-15/{account.number}_n.jpg?oe=6741A0B2",
            "biography": account.biography,
            "is_verified": account.verified,
            "follower_count": account.followers // 3,
            "likes_count": account.followers // 7,
            "quotes_count": account.posts // 9,
            "replies_count": account.posts * 2,
            "reposts_count": account.posts // 4,
            "views_count": account.followers * 5,
        }
        body = {name: values[name] for name in wanted if name in values and values[name] != ""}
        return json_response(body, content_type=CONTENT_TYPE)

    def _posts(self, query: dict[str, str]) -> Response:
        account = self._account(query)
        if isinstance(account, Response):
            return account
        wanted = [name.strip() for name in query.get("fields", "id").split(",")]
        if unknown := [name for name in wanted if name not in _POST]:
            return meta_error(400, 100, f"Tried accessing nonexisting field ({unknown[0]})", kind=_KIND)
        raw, after = query.get("limit", "25"), query.get("after", "")
        size = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 4 else 0
        start = int(after, 36) if re.fullmatch(r"[0-9a-z]{1,6}", after) else 0 if not after else -1
        if not 1 <= size <= 100 or start < 0:
            return meta_error(400, 100, "Invalid parameter", kind=_KIND)
        stop = min(start + size, account.posts)
        found = posts_of(self._dice, f"@{account.handle}", start, stop, account.language, account.followers)
        body: dict[str, Any] = {"data": [_post(post, account, wanted) for post in found]}
        if body["data"]:
            cursors = {"before": _base36(start)}
            if stop < account.posts:
                cursors["after"] = _base36(stop)
            body["paging"] = {"cursors": cursors}
        return json_response(body, content_type=CONTENT_TYPE)

    def _own(self, what: str, query: dict[str, str]) -> Response:
        if what == "me/threads":
            return json_response({"data": []}, content_type=CONTENT_TYPE)
        values: dict[str, Any] = {
            "id": "1234567",
            "username": "springhead.simulator",
            "name": "Simulator",
            "is_verified": False,
        }
        wanted = query.get("fields", "id,username").split(",")
        return json_response({name: values[name] for name in wanted if name in values}, content_type=CONTENT_TYPE)


def _post(post: Post, account: Account, wanted: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": str(18_000_000_000_000_000 + post.number % 99_000_000_000_000),
        "media_product_type": "THREADS",
        "media_type": {"IMAGE": "TEXT_POST", "VIDEO": "VIDEO", "CAROUSEL_ALBUM": "CAROUSEL_ALBUM"}[post.kind],
        "permalink": f"https://www.threads.com/@{account.handle}/post/{post.code}",
        "username": account.handle,
        "text": post.text,
        "timestamp": post.stamp,
        "shortcode": post.code,
        "is_quote_post": post.number % 5 == 0,
        "has_replies": post.comments > 0,
        "reply_audience": "EVERYONE",
    }
    return {name: values[name] for name in dict.fromkeys(["id", *wanted]) if values.get(name) is not None}


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text
