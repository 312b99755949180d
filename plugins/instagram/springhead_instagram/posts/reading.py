"""Posts in answers of the API and in pages of whatever year, and their row."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from springhead import LayoutChanged, Response
from springhead.markup import Markup
from springhead.profiles import HANDLE, objects

_PERMALINK = re.compile(r"instagram\.com/(?:[A-Za-z0-9._]{1,30}/)?(?:p|reel|reels|tv)/([A-Za-z0-9_-]{5,40})")
_OWNED = re.compile(r"instagram\.com/([A-Za-z0-9._]{1,30})/(?:p|reel|reels|tv)/([A-Za-z0-9_-]{5,40})")
_NAMED = re.compile(r"\(@([A-Za-z0-9._]{1,30})\)")
_HASHTAG = re.compile(r"[#＃]\w+")
_TAG = re.compile(r"[#＃]?(\w{1,100})")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """What an answer says about a post; None where it says nothing."""

    code: str
    creator: str | None = None
    day: date | None = None
    likes: int | None = None
    comments: int | None = None
    caption: str | None = None
    description: str | None = None

    def completed(self, other: Post) -> Post:
        """Return this post with what only the other knows."""
        names = ("creator", "day", "likes", "comments", "caption", "description")
        return replace(self, **{name: getattr(other, name) for name in names if getattr(self, name) is None})


def tag_of(term: str) -> str | None:
    """Return a hashtag without its sign; None where the term is none."""
    found = _TAG.fullmatch(term.strip())
    return found[1] if found else None


def names_tag(response: Response, tag: str) -> bool:
    """True where a page has the hashtag, as a word of its text or its JSON or in an address."""
    spelled = "|".join(re.escape(form) for form in {tag, json.dumps(tag)[1:-1], quote(tag)})
    return re.search(rf"(?<!\w)(?:{spelled})(?!\w)", response.text, re.IGNORECASE) is not None


def posts_of(response: Response) -> list[Post]:
    """All posts in an answer, each once, in its order."""
    found: dict[str, Post] = {}
    for value in objects(_documents(response)):
        post = _post(value)
        if post is not None:
            found[post.code] = found[post.code].completed(post) if post.code in found else post
    return list(found.values())


def read_post(response: Response, code: str) -> Post:
    """Read one post from its page; its creator is always there.

    Raises:
        LayoutChanged: The page does not say who posted, or is about another post.
    """
    known = next((post for post in posts_of(response) if post.code == code), Post(code))
    if known.creator is None:
        known = known.completed(Post(code, creator=_described(Markup(response.text), code)))
    if known.creator is None:
        raise response.failure(LayoutChanged, f"the page does not say who posted {code}")
    return known


def row(term: str, post: Post) -> dict[str, str]:
    """Return the row of a post."""
    caption = post.caption or ""
    return {
        "search_term": term,
        "post_id": post.code,
        "creator": post.creator or "",
        "posted_date": f"{_MONTHS[post.day.month - 1]} {post.day.day}, {post.day.year}" if post.day else "",
        "likes": "N/A" if post.likes is None else str(post.likes),
        "comments": "N/A" if post.comments is None else str(post.comments),
        "hashtags": " ".join(_HASHTAG.findall(caption)),
        "caption": " ".join(_HASHTAG.sub(" ", caption).split()),
        "image_description": " ".join((post.description or "").split()),
        "post_url": f"https://www.instagram.com/p/{post.code}/",
        "status": "SCRAPED",
    }


def _documents(response: Response) -> list[Any]:
    if response.text.lstrip("\ufeff \t\r\n")[:1] == "<":
        return list(Markup(response.text).documents())
    return [response.json]


def _post(value: Mapping[str, Any]) -> Post | None:
    """Read an object that is a post: in Graph's form (permalink), GraphQL's (shortcode) or the app's (code)."""
    link = _PERMALINK.search(value["permalink"]) if isinstance(value.get("permalink"), str) else None
    code = link[1] if link else value.get("shortcode") or value.get("code")
    moment = value.get("timestamp") or value.get("taken_at_timestamp") or value.get("taken_at")
    if not isinstance(code, str) or not re.fullmatch(r"[A-Za-z0-9_-]{5,40}", code) or moment is None:
        return None
    owner = value.get("owner") or value.get("user")
    creator = owner.get("username") if isinstance(owner, dict) else value.get("username")
    hidden = value.get("like_and_view_counts_disabled") is True
    return Post(
        code=code,
        creator=creator if isinstance(creator, str) and HANDLE.fullmatch(creator) else None,
        day=_day(moment),
        likes=None if hidden else _number(value, "like_count", "edge_media_preview_like", "edge_liked_by"),
        comments=_number(
            value, "comments_count", "comment_count", "edge_media_to_parent_comment", "edge_media_to_comment"
        ),
        caption=_caption(value),
        description=_text(value.get("accessibility_caption")),
    )


def _day(moment: Any) -> date | None:
    try:
        if isinstance(moment, (int, float)):
            return datetime.fromtimestamp(moment, UTC).date()
        parsed = datetime.fromisoformat(moment)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC).date()
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _number(value: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        found = value.get(name)
        found = found.get("count") if isinstance(found, dict) else found
        if isinstance(found, int) and not isinstance(found, bool) and found >= 0:
            return found
    return None


def _caption(value: Mapping[str, Any]) -> str | None:
    caption = value.get("caption")
    if isinstance(caption, dict):
        return _text(caption.get("text"))
    edges = value.get("edge_media_to_caption")
    for edge in objects([edges]) if isinstance(edges, dict) else ():
        if isinstance(edge.get("text"), str):
            return _text(edge["text"])
    return _text(caption)


def _text(value: Any) -> str | None:
    # JSON in a script may hold half a character (a lone surrogate), which no row can.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _described(page: Markup, code: str) -> str | None:
    """The creator that the meta tags name: in the page's own address, or in brackets in its title."""
    address = _OWNED.search(page.meta.get("og:url", ""))
    if address:
        return address[1] if address[2] == code else None
    own = _PERMALINK.search(page.meta.get("og:url", ""))
    if own is None or own[1] != code:
        return None
    named = _NAMED.search(page.meta.get("twitter:title", "") or page.meta.get("og:title", ""))
    return named[1] if named else None
