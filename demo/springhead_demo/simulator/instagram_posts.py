"""The page of one post, of those that hashtags list: in the shapes of three ages, or gone.

`shared_data` (until 2021): the post in `window._sharedData`. `relay` (since 2023): the application's own object, of the
shape that its recorded answers have, in a `data-sjs` script. `og_only`: meta tags, of which the address and a title
name the author.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.instagram_shapes import TYPES, preloaded, rounded, shared
from springhead_demo.simulator.messages import Response
from springhead_demo.simulator.posts import Post, tagged_post
from springhead_demo.simulator.walls import WALLS, page

_FIRST = ("noodle", "burger", "tiny", "daily", "street", "golden", "hungry", "quiet")
_SECOND = ("eats", "kitchen", "walks", "table", "notes", "bites", "lens", "days")


@dataclass(frozen=True, slots=True)
class _Author:
    handle: str
    name: str
    number: int


def post_page(dice: Dice, code: str, language: str, shape: str = "") -> Response:
    """Answer with the page of a post; `shape` overrides the drawn one."""
    post = tagged_post(dice, code)
    if post is None or dice.chance(0.05, "deleted", post.number):
        gone = dice.pick((WALLS["not_found_old"], WALLS["not_found_new"]), "post absent", code)
        return gone(f"/p/{code}/", language)
    name = shape if shape in SHAPES else dice.pick(tuple(SHAPES), "post shape", post.number)
    return SHAPES[name](dice, post, language)


def _author(dice: Dice, post: Post) -> _Author:
    first, second = dice.pick(_FIRST, "first", post.number), dice.pick(_SECOND, "second", post.number)
    number = dice.between(10_000_000, 60_000_000_000, "author", post.number)
    return _Author(f"{first}.{second}_{number % 1000}", f"{first.title()} {second.title()}", number)


def _described(dice: Dice, post: Post, author: _Author) -> str | None:
    if dice.chance(0.3, "undescribed", post.number):
        return None
    return f"Photo by {author.name} on {post.at:%B %d, %Y}. May be an image of food and text."


def _shared_data(dice: Dice, post: Post, language: str) -> Response:
    author = _author(dice, post)
    likes = -1 if post.likes is None else post.likes
    media: dict[str, Any] = {
        "__typename": TYPES[post.kind][0],
        "id": str(post.number),
        "shortcode": post.code,
        "dimensions": {"height": 1350, "width": 1080},
        "is_video": post.kind == "VIDEO",
        "accessibility_caption": _described(dice, post, author),
        "edge_media_to_caption": {"edges": [] if post.text is None else [{"node": {"text": post.text}}]},
        "edge_media_to_parent_comment": {"count": post.comments, "edges": []},
        "edge_media_preview_like": {"count": likes, "edges": []},
        "taken_at_timestamp": int(post.at.timestamp()),
        "owner": {"id": str(author.number), "username": author.handle, "full_name": author.name, "is_private": False},
    }
    return _page(post, author, language, shared("PostPage", {"graphql": {"shortcode_media": media}}, language))


def _relay(dice: Dice, post: Post, language: str) -> Response:
    author = _author(dice, post)
    user = {
        "pk": author.number,
        "username": author.handle,
        "full_name": author.name,
        "is_private": False,
        "is_verified": False,
        "profile_pic_id": f"{post.number}_{author.number}",
    }
    item: dict[str, Any] = {
        "taken_at": int(post.at.timestamp()),
        "pk": post.number,
        "id": f"{post.number}_{author.number}",
        "media_type": TYPES[post.kind][1],
        "code": post.code,
        "accessibility_caption": _described(dice, post, author),
        "can_viewer_reshare": True,
        "user": user,
        "like_count": 3 if post.likes is None else post.likes,
        "like_and_view_counts_disabled": post.likes is None,
        "comment_count": post.comments,
        "caption": None if post.text is None else {"pk": "1", "text": post.text, "user": user, "type": 1},
    }
    data = {"xdt_api__v1__media__shortcode__web_info": {"items": [item]}}
    return _page(post, author, language, preloaded("PolarisPostRoot", data))


def _og_only(dice: Dice, post: Post, language: str) -> Response:
    return _page(post, _author(dice, post), language, '<div id="mount_0_0"></div>')


def _page(post: Post, author: _Author, language: str, body: str) -> Response:
    section = "reel" if post.kind == "VIDEO" else "p"
    caption = f': "{post.text}"' if post.text else ""
    told = (
        f"{rounded(post.likes or 0, 'en')} likes, {rounded(post.comments, 'en')} comments - {author.handle} on "
        f"{post.at:%B} {post.at.day}, {post.at.year}{caption}"
    )
    tags = {
        "og:type": "article",
        "og:title": f"{author.name} on Instagram{caption}",
        "og:description": told,
        "og:url": f"https://www.instagram.com/{author.handle}/{section}/{post.code}/",
        "twitter:title": f"{author.name} (@{author.handle}) • Instagram {'reel' if section == 'reel' else 'photo'}",
    }
    head = "".join(f'<meta property="{name}" content="{escape(value)}" />\n' for name, value in tags.items())
    return page(language, f"{author.name} on Instagram", body, head)


SHAPES: dict[str, Callable[[Dice, Post, str], Response]] = {
    "shared_data": _shared_data,
    "relay": _relay,
    "og_only": _og_only,
}
"""Every shape of a post, by the name of the profile's shape of the same age."""
