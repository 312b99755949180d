"""Instagram's Graph API: business discovery and hashtags.

Only professional accounts are found; empty values (a biography, a web site, hidden likes) are absent; `media` is an
edge with cursors, of which the last page has no `after`. Documented at
https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/business-discovery and
https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/hashtag-search
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from springhead_demo.simulator.accounts import Account, Directory
from springhead_demo.simulator.allowance import Allowances
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.graph_fields import Field, FieldSyntaxError, parse_fields
from springhead_demo.simulator.messages import Request, Response, json_response
from springhead_demo.simulator.meta_errors import CONTENT_TYPE, meta_error, no_object, not_found, token_fault, usage
from springhead_demo.simulator.moment import Clock
from springhead_demo.simulator.posts import TAGGED_AUDIENCE, Post, post_of, posts_of

_PATH = re.compile(
    r"/(?:v\d{1,2}\.\d/)?(\d{5,20}|ig_hashtag_search)(?:/(recent_media|top_media|recently_searched_hashtags))?"
)
_TAG = re.compile(r"\w{1,100}")
_USER = frozenset(
    [
        "id",
        "ig_id",
        "username",
        "name",
        "biography",
        "website",
        "profile_picture_url",
        "followers_count",
        "follows_count",
        "media_count",
    ]
)
_MEDIA = frozenset(
    [
        "id",
        "caption",
        "comments_count",
        "like_count",
        "media_type",
        "media_product_type",
        "media_url",
        "permalink",
        "timestamp",
        "thumbnail_url",
        "username",
        "owner",
        "children",
        "shortcode",
    ]
)
_WINDOW = timedelta(days=7)


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__("refused")
        self.response = response


class InstagramGraph:
    """The host `graph.facebook.com`.

    Args:
        directory: The accounts.
        dice: The source of draws.
        clock: What the window of seven days goes by.
        allowances: How many hashtags that window has.
    """

    def __init__(self, directory: Directory, dice: Dice, clock: Clock, allowances: Allowances) -> None:
        self._directory = directory
        self._dice = dice
        self._clock = clock
        self._allowed = allowances.hashtags
        self._tags: dict[str, str] = {}
        self._asked: dict[str, dict[str, datetime]] = {}
        self._calls = 0

    def handle(self, path: str, request: Request) -> Response:
        """Answer one request."""
        if fault := token_fault(request):
            return fault
        match = _PATH.fullmatch(path)
        if match is None:
            return meta_error(404, 2500, "Unknown path components: " + path)
        self._calls += 1
        node, edge = match.groups()
        try:
            if node == "ig_hashtag_search":
                body = self._find_tag(request.query)
            elif edge in ("recent_media", "top_media"):
                body = self._tagged(node, edge, request.query)
            elif edge:
                body = {"data": [{"id": tag_id(self._dice, tag)} for tag in self._recent(node)]}
            else:
                body = self._node(node, request.query)
        except FieldSyntaxError:
            return meta_error(400, 2500, 'Syntax error "Expected end of string instead of "{"." at character 1')
        except _Refused as refused:
            return refused.response
        response = json_response(body, content_type=CONTENT_TYPE, ascii_only=True)
        response.headers |= usage(min(99, self._calls // 50), node if node.isdigit() else "17841400000000000")
        return response

    def _node(self, node: str, query: dict[str, str]) -> dict[str, Any]:
        fields = parse_fields(query.get("fields", "id"))
        body: dict[str, Any] = {}
        for field in fields:
            if field.name == "business_discovery":
                body["business_discovery"] = self._discover(node, field, query.get("locale", ""))
            elif field.name == "name" and node in self._tags:
                body["name"] = self._tags[node]
            elif field.name not in _USER:
                raise _Refused(_no_field(field.name, "IGUser"))
        return {**body, "id": node}

    def _discover(self, node: str, field: Field, locale: str) -> dict[str, Any]:
        username = field.modifiers.get("username", "")
        if not username:
            raise _Refused(meta_error(400, 100, "(#100) The parameter username is required"))
        account = self._directory.instagram(username)
        if account is None or account.state not in ("business", "creator"):
            raise _Refused(not_found(self._dice, username, node, locale))
        body: dict[str, Any] = {}
        for wanted in field.fields:
            if wanted.name == "media":
                body["media"] = self._media(account, wanted)
            elif wanted.name not in _USER:
                raise _Refused(_no_field(wanted.name, "ShadowIGUser"))
        values = _user(account)
        return {**{f.name: values[f.name] for f in field.fields if f.name in values}, **body, "id": values["id"]}

    def _media(self, account: Account, field: Field) -> dict[str, Any]:
        if unknown := [wanted.name for wanted in field.fields if wanted.name not in _MEDIA]:
            raise _Refused(_no_field(unknown[0], "ShadowIGMedia"))
        size, start = _window(field.modifiers.get("limit", "25"), field.modifiers.get("after", ""))
        stop = min(start + size, account.posts)
        found = posts_of(self._dice, account.handle, start, stop, account.language, account.followers)
        data = [_media(post, account.handle, [wanted.name for wanted in field.fields]) for post in found]
        cursors = {}
        if start:
            cursors["before"] = _cursor(start)
        if stop < account.posts:
            cursors["after"] = _cursor(stop)
        return {"data": data, **({"paging": {"cursors": cursors}} if cursors else {})}

    def _find_tag(self, query: dict[str, str]) -> dict[str, Any]:
        user, tag = query.get("user_id", ""), query.get("q", "").casefold()
        if not user.isdigit() or not tag:
            raise _Refused(
                meta_error(
                    400,
                    100,
                    "(#100) The parameter user_id is required" if tag else "(#100) The parameter q is required",
                )
            )
        if not _TAG.fullmatch(tag) or self._dice.chance(0.1, "no such tag", tag):
            title, text = "Invalid hashtag", "The hashtag that you searched for does not exist or cannot be searched."
            raise _Refused(
                meta_error(
                    400,
                    24,
                    "The requested resource does not exist",
                    error_subcode=2207024,
                    is_transient=False,
                    error_user_title=title,
                    error_user_msg=text,
                )
            )
        recent = self._recent(user)
        if tag not in recent and len(recent) >= self._allowed:
            text = f"You cannot search for more than {self._allowed} unique hashtags within a 7 day period."
            message = "(#18) Max number of hashtags queried within the last 7 days"
            raise _Refused(
                meta_error(
                    400,
                    18,
                    message,
                    error_subcode=2207034,
                    is_transient=False,
                    error_user_title="Limit",
                    error_user_msg=text,
                )
            )
        # Asking again does not start the seven days anew.
        recent.setdefault(tag, self._clock())
        number = tag_id(self._dice, tag)
        self._tags[number] = tag
        return {"data": [{"id": number}]}

    def _recent(self, user: str) -> dict[str, datetime]:
        now = self._clock()
        kept = {tag: at for tag, at in self._asked.get(user, {}).items() if now - at < _WINDOW}
        self._asked[user] = kept
        return kept

    def _tagged(self, node: str, edge: str, query: dict[str, str]) -> dict[str, Any]:
        tag = self._tags.get(node)
        if tag is None or not query.get("user_id", "").isdigit():
            raise _Refused(no_object(node, "GraphMethodException"))
        wanted = [field.name for field in parse_fields(query.get("fields", "id"))]
        # Hashtag media never tell whose they are.
        if unknown := [
            name for name in wanted if name not in _MEDIA - {"owner", "username", "shortcode", "thumbnail_url"}
        ]:
            raise _Refused(_no_field(unknown[0], "IGMedia"))
        total = self._dice.between(0, 140, "tagged", tag, edge)
        size, start = _window(query.get("limit", "25"), query.get("after", ""))
        stop = min(start + min(size, 50), total)
        data = []
        for place in range(start, stop):
            post = post_of(self._dice, f"#{tag} {edge}", place, "en", TAGGED_AUDIENCE, tagged=True)
            media = _media(post, "", wanted)
            if "caption" in media:
                media["caption"] += f" #{tag}"
            data.append(media)
        body: dict[str, Any] = {"data": data}
        if stop < total:
            body["paging"] = {"cursors": {"after": _cursor(stop)}}
        return body


def tag_id(dice: Dice, tag: str) -> str:
    """Return the number of a hashtag, which is the same for everybody and for ever."""
    return str(17_841_500_000_000_000 + dice.number("hashtag", tag) % 100_000_000_000_000)


def _user(account: Account) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": str(17_841_400_000_000_000 + account.number),
        "ig_id": account.number,
        "username": account.handle,
        "name": account.name,
        "biography": account.biography,
        "website": account.website,
        "profile_picture_url": f"https://scontent-tpe1-1.xx.fbcdn.net/v/t51.2885-15/{account.number}_n.jpg?_nc_cat=1&oe=6741A0B2",
        "followers_count": account.followers,
        "follows_count": account.following,
        "media_count": account.posts,
    }
    return {name: value for name, value in values.items() if value not in ("", None)}


def _media(post: Post, handle: str, wanted: list[str]) -> dict[str, Any]:
    video = post.kind == "VIDEO"
    section = "reel" if video else "p"
    values: dict[str, Any] = {
        "caption": post.text,
        "comments_count": post.comments,
        "like_count": post.likes,
        "media_type": post.kind,
        "media_product_type": "REELS" if video else "FEED",
        # Videos with protected music have no address.
        "media_url": None
        if video and post.number % 3 == 0
        else f"https://scontent.cdninstagram.com/v/{post.number}_n.jpg?oe=6741",
        "permalink": f"https://www.instagram.com/{section}/{post.code}/",
        "timestamp": post.stamp,
        "username": handle or None,
        "shortcode": post.code,
        "children": {"data": [{"id": str(post.number + 1)}]} if post.kind == "CAROUSEL_ALBUM" else None,
    }
    number = str(17_900_000_000_000_000 + post.number % 99_000_000_000_000)
    return {**{name: values[name] for name in wanted if values.get(name) is not None}, "id": number}


def _no_field(name: str, node: str) -> Response:
    return meta_error(400, 100, f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})")


def _window(limit: str, after: str) -> tuple[int, int]:
    size = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 5 else 0
    try:
        start = int(urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode().removeprefix("at:")) if after else 0
    except ValueError:
        size = 0
    if not size:
        raise _Refused(meta_error(400, 100, "(#100) Invalid parameter"))
    return size, start


def _cursor(place: int) -> str:
    return urlsafe_b64encode(f"at:{place}".encode()).decode().rstrip("=")
