"""A public Instagram profile in the shapes that its page has had over the years.

`shared_data` (until 2020): the profile in `window._sharedData`. `additional_data` (2020 to 2021): an empty place
there, and the profile in a call of `window.__additionalDataLoaded`. `web_profile_info` (2022 to 2023): the answer of
that request, as a string inside JSON inside a script. `relay` (since 2024): `data-sjs` scripts with names of other
make, and posts apart from the profile. `og_only`: nothing but meta tags with rounded counts in the visitor's
language.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any

from springhead_demo.simulator.accounts import Account
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.messages import Response
from springhead_demo.simulator.posts import Post, posts_of
from springhead_demo.simulator.walls import page, words

_SHOWN = 12
TYPES = {"IMAGE": ("GraphImage", 1), "VIDEO": ("GraphVideo", 2), "CAROUSEL_ALBUM": ("GraphSidecar", 8)}
"""Kinds of posts as GraphQL and as the application's own answers name them."""


def user_of(dice: Dice, account: Account) -> dict[str, Any]:
    """Return the profile as GraphQL had it, and `web_profile_info` still has."""
    posts = [] if account.state == "private" else _shown(dice, account)
    more = account.posts > len(posts)
    return {
        "biography": account.biography,
        "bio_links": [{"title": "", "url": account.website}] if account.website else [],
        "blocked_by_viewer": False,
        "country_block": False,
        "external_url": account.website,
        "edge_followed_by": {"count": account.followers},
        "edge_follow": {"count": account.following},
        "fbid": str(17_841_400_000_000_000 + account.number),
        "full_name": account.name,
        "id": str(account.number),
        "is_business_account": account.state == "business",
        "is_professional_account": account.state in ("business", "creator"),
        "category_name": "Artist" if account.state == "creator" else None,
        "is_private": account.state == "private",
        "is_verified": account.verified,
        "profile_pic_url": f"https://scontent.cdninstagram.com/v/t51.2885-19/{account.number}_n.jpg?_nc_ht=x&oe=6741",
        "username": account.handle,
        "pronouns": [],
        "edge_felix_video_timeline": {
            "count": 0,
            "page_info": {"has_next_page": False, "end_cursor": None},
            "edges": [],
        },
        "edge_owner_to_timeline_media": {
            "count": account.posts,
            "page_info": {
                "has_next_page": more,
                "end_cursor": f"QVF{dice.hex(40, 'cursor', account.handle)}" if more else None,
            },
            "edges": [{"node": _node(post, account)} for post in posts],
        },
    }


def _shown(dice: Dice, account: Account) -> list[Post]:
    stop = min(_SHOWN, account.posts)
    return list(posts_of(dice, account.handle, 0, stop, account.language, account.followers))


def _node(post: Post, account: Account) -> dict[str, Any]:
    likes = -1 if post.likes is None else post.likes
    node: dict[str, Any] = {
        "__typename": TYPES[post.kind][0],
        "id": str(post.number),
        "shortcode": post.code,
        "dimensions": {"height": 1350, "width": 1080},
        "display_url": f"https://scontent.cdninstagram.com/v/{post.number}_n.jpg?oe=6741",
        "owner": {"id": str(account.number), "username": account.handle},
        "is_video": post.kind == "VIDEO",
        "accessibility_caption": None,
        "edge_media_to_caption": {"edges": [] if post.text is None else [{"node": {"text": post.text}}]},
        "edge_media_to_comment": {"count": post.comments},
        "comments_disabled": False,
        "taken_at_timestamp": int(post.at.timestamp()),
        "edge_liked_by": {"count": likes},
        "edge_media_preview_like": {"count": likes},
        "location": None,
    }
    if post.kind == "VIDEO":
        node["video_view_count"] = max(likes, 0) * 9
    return node


def _script(value: Any) -> str:
    """Encode a value for a script: a slash could end the element, and so could a comment begin."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("/", "\\/")


def shared(kind: str, entry: dict[str, Any], language: str) -> str:
    """Return the script that sets `window._sharedData` for a kind of page."""
    data = {
        "config": {"csrf_token": "sim", "viewer": None, "viewerId": None},
        "country_code": "TW",
        "language_code": language,
        "entry_data": {kind: [entry]},
        "hostname": "www.instagram.com",
        "rollout_hash": "sim",
    }
    # A semicolon and a closing brace inside a text end the data of a reader that looks for them.
    return f'<script type="text/javascript">window._sharedData = {_script(data)};</script>'


def shared_data(dice: Dice, account: Account, language: str) -> Response:
    """The profile in `window._sharedData`."""
    user = user_of(dice, account)
    entry = {
        "logging_page_id": f"profilePage_{account.number}",
        "graphql": {"user": user},
        "show_suggested_profiles": False,
    }
    return _page(account, language, shared("ProfilePage", entry, language))


def additional_data(dice: Dice, account: Account, language: str) -> Response:
    """The profile in a call of `window.__additionalDataLoaded`."""
    data = _script({"logging_page_id": f"profilePage_{account.number}", "graphql": {"user": user_of(dice, account)}})
    guard = "<script>window.__additionalDataLoaded = function(path, data) {if (path) {notify(path, data);}};</script>"
    call = f"<script type=\"text/javascript\">window.__additionalDataLoaded('/{account.handle}/',{data});</script>"
    return _page(account, language, guard + shared("ProfilePage", {}, language) + call)


def web_profile_info(dice: Dice, account: Account, language: str) -> Response:
    """The answer of `web_profile_info`, as a string inside JSON inside a script."""
    answer = json.dumps({"data": {"user": user_of(dice, account)}, "status": "ok"}, ensure_ascii=False)
    cached = {
        "require": [
            ["ScheduledServerJS", "handle", None, [{"__bbox": {"require": [["PolarisQueryPreloaderCache", "add", [], [{
                "key": "xdt_api__v1__users__web_profile_info",
                "result": {"type": "resolve", "status": 200, "response": answer},
            }]]]}}]]
        ]
    }  # fmt: skip
    return _page(account, language, f'<script type="application/json" data-sjs>{_script(cached)}</script>')


def relay(dice: Dice, account: Account, language: str) -> Response:
    """`data-sjs` scripts: one with the profile, one with the posts, and others with neither."""
    user = {
        "pk": str(account.number),
        "id": str(account.number),
        "username": account.handle,
        "full_name": account.name,
        "biography": account.biography,
        "external_url": account.website or "",
        "is_private": account.state == "private",
        "is_verified": account.verified,
        "account_type": {"business": 2, "creator": 3}.get(account.state, 1),
        "category": "Artist" if account.state == "creator" else None,
        "follower_count": account.followers,
        "following_count": account.following,
        "media_count": account.posts,
        "profile_pic_url": f"https://scontent.cdninstagram.com/v/t51.2885-19/{account.number}_n.jpg?oe=6741",
        "bio_links": [],
        "__typename": "XDTUserDict",
    }
    posts = [] if account.state == "private" else _shown(dice, account)
    edges = [{"node": _item(post, account), "cursor": str(post.number)} for post in posts]
    timeline = {"edges": edges, "page_info": {"has_next_page": account.posts > len(posts), "end_cursor": None}}
    suggested = {
        **user,
        "pk": "1",
        "id": "1",
        "username": "somebody.else",
        "full_name": "Somebody Else",
        "follower_count": 3,
    }
    parts: list[dict[str, Any]] = [
        {"xdt_viewer": {"user": None}},
        {"xdt_api__v1__discover__chaining": {"users": [suggested]}},
        {"user": user, "viewer": {"user": None}},
        {"xdt_api__v1__feed__user_timeline_graphql_connection": timeline},
    ]
    scripts = "".join(preloaded(f"PolarisProfile{name}", data) for name, data in zip("ABCD", parts, strict=True))
    return _page(account, language, scripts)


def preloaded(name: str, data: dict[str, Any]) -> str:
    """Return a script that hands the answer of one query to the page."""
    box = {
        "__bbox": {"complete": True, "result": {"data": data, "extensions": {"is_final": True}}, "sequence_number": 0}
    }
    cache = ["RelayPrefetchedStreamCache", "next", [], [f"adp_{name}RelayPreloader_1", box]]
    handled = {"require": [["ScheduledServerJS", "handle", None, [{"__bbox": {"require": [cache]}}]]]}
    return f'<script type="application/json" data-content-len="1" data-sjs>{_script(handled)}</script>'


def _item(post: Post, account: Account) -> dict[str, Any]:
    return {
        "pk": str(post.number),
        "id": f"{post.number}_{account.number}",
        "code": post.code,
        "taken_at": int(post.at.timestamp()),
        "media_type": TYPES[post.kind][1],
        "caption": None if post.text is None else {"text": post.text, "pk": "1"},
        "like_count": post.likes if post.likes is not None else 3,
        "like_and_view_counts_disabled": post.likes is None,
        "comment_count": post.comments,
        "user": {"pk": str(account.number), "username": account.handle},
        "__typename": "XDTMediaDict",
    }


def og_only(dice: Dice, account: Account, language: str) -> Response:
    """Nothing but meta tags."""
    return _page(account, language, '<div id="mount_0_0"></div>')


def _page(account: Account, language: str, body: str) -> Response:
    (told,), (title,) = words("summary", language), words("title", language)
    title = title.format(name=account.name, handle=account.handle)
    told = told.format(
        followers=rounded(account.followers, language),
        following=rounded(account.following, language),
        posts=rounded(account.posts, language),
        name=account.name,
        handle=account.handle,
    )
    address = f"https://www.instagram.com/{account.handle}/"
    tags = {
        "og:type": "profile",
        "og:image": f"https://scontent.cdninstagram.com/v/t51.2885-19/{account.number}_n.jpg?_nc_ht=x&oe=6741",
        "og:title": title,
        "og:description": told,
        "og:url": address,
    }
    head = "".join(f'<meta property="{name}" content="{escape(value)}" />\n' for name, value in tags.items())
    # Today's pages put the biography behind the counts, in quotes.
    told_more = f'{told} • "{account.biography.splitlines()[0] if account.biography else ""}"'
    head += f'<meta content="{escape(told_more)}" name="description" />\n<link rel="canonical" href="{address}" />\n'
    return page(language, title, body, head)


def rounded(count: int, language: str) -> str:
    """Write a count as the site does: to three digits at most beyond ten thousand, in the words of the language."""
    if count < 10_000:
        return f"{count:,}" if language not in ("de", "es", "it", "pt", "tr", "vi") else f"{count:,}".replace(",", ".")
    if language in ("zh-tw", "zh-cn", "ja", "ko"):
        unit = {"zh-tw": "萬", "zh-cn": "万", "ja": "万", "ko": "만"}[language]
        return f"{count // 10_000:,}{unit}"
    comma = language in ("de", "fr", "es", "pt", "it", "ru", "tr", "nb", "pl", "vi")
    size, number = ("M", count / 1_000_000) if count >= 1_000_000 else ("K", count / 1_000)
    text = f"{int(number * 10) / 10:g}" if number < 100 else f"{int(number)}"
    if not comma:
        return f"{text}{size}"
    marks = {"de": " Mio.", "fr": " M", "ru": " млн", "pl": " mln", "nb": " mill.", "tr": " Mn", "vi": " triệu"}
    thousand = {
        "de": "{} Tsd.",
        "fr": "{} k",
        "ru": "{} тыс.",
        "pl": "{} tys.",
        "nb": "{}k",
        "tr": "{} B",
        "vi": "{} nghìn",
    }
    text = text.replace(".", ",")
    if size == "M":
        return text + marks.get(language, " M")
    return thousand.get(language, "{} mil").format(text)


SHAPES: dict[str, Callable[[Dice, Account, str], Response]] = {
    "shared_data": shared_data,
    "additional_data": additional_data,
    "web_profile_info": web_profile_info,
    "relay": relay,
    "og_only": og_only,
}
"""Every shape, by the name under which it can be switched on."""
