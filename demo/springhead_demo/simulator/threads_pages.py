"""Threads' public site: a profile with its latest posts in `data-sjs` scripts, and meta tags.

`www.threads.net` redirects to `www.threads.com`; a profile that does not exist answers 404 or leads to the front page.
Nothing of it is documented; the shapes are those of recorded answers.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from springhead_demo.simulator.accounts import Account, Directory
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.instagram_pages import ROBOTS
from springhead_demo.simulator.instagram_shapes import preloaded, rounded
from springhead_demo.simulator.messages import Request, Response, text_response
from springhead_demo.simulator.posts import Post, posts_of
from springhead_demo.simulator.walls import page, script_of

_PROFILE = re.compile(r"/@([A-Za-z0-9._]{1,30})/?")
_SHOWN = 10


class ThreadsPages:
    """The hosts `www.threads.com` and `www.threads.net`.

    Args:
        directory: The accounts.
        dice: The source of draws.
    """

    def __init__(self, directory: Directory, dice: Dice) -> None:
        self._directory = directory
        self._dice = dice

    def moved(self, path: str, request: Request) -> Response:
        """Answer a request to the old host."""
        if path == "/robots.txt":
            return text_response(ROBOTS, 200)
        _, _, query = request.target.partition("?")
        location = f"https://www.threads.com{path}" + (f"?{query}" if query else "")
        return Response(301, b"", {"Location": location})

    def handle(self, path: str, request: Request) -> Response:
        """Answer one request."""
        if path == "/robots.txt":
            return text_response(ROBOTS, 200)
        if path.startswith("/login"):
            body = '<form method="post"><input name="username"><input type="password" name="password"></form>'
            return page("en", "Threads • Log in", body + script_of("BarcelonaLoginPage"))
        if path == "/":
            # Strangers are shown what others write, and a link to log in; a profile that is none leads here.
            front = '<main><h1>What’s new?</h1><a href="/login/?show_choice_screen=false">Log in or sign up</a></main>'
            return page("en", "Threads", front + preloaded("BarcelonaHome", {"feedData": {"edges": []}}))
        match = _PROFILE.fullmatch(path)
        if match is None:
            return Response(302, b"", {"Location": f"https://www.threads.com/login/?next={escape(path)}"})
        account = self._directory.threads(match[1])
        if account is None or account.state == "gone":
            if self._dice.chance(0.5, "absent", path):
                return page("en", "Page not found • Threads", script_of("BarcelonaErrorPage"), status=404)
            return Response(302, b"", {"Location": "https://www.threads.com/?error=invalid_profile"})
        return self._profile(account)

    def _profile(self, account: Account) -> Response:
        followers = account.followers // 3
        user = {
            "pk": str(account.number),
            "id": str(account.number),
            "username": account.handle,
            "full_name": account.name,
            "biography": account.biography,
            "bio_links": [{"url": account.website}] if account.website else [],
            "follower_count": followers,
            "is_verified": account.verified,
            "text_post_app_is_private": account.state == "private",
            "profile_pic_url": f"https://scontent.cdninstagram.com/v/t51.2885-19/{account.number}_n.jpg?oe=6741",
            "hd_profile_pic_versions": [],
            "__typename": "XDTUserDict",
        }
        stop = 0 if account.state == "private" else min(_SHOWN, account.posts)
        posts = posts_of(self._dice, f"@{account.handle}", 0, stop, account.language, account.followers)
        edges = [{"node": {"thread_items": [_thread(post, account)], "id": str(post.number)}} for post in posts]
        media = {"edges": edges, "page_info": {"has_next_page": stop < account.posts, "end_cursor": None}}
        body = preloaded("BarcelonaProfileHeader", {"user": user}) + preloaded(
            "BarcelonaProfileThreadsTab", {"mediaData": media}
        )
        title = f"{account.name} (@{account.handle}) • Threads, Say more"
        told = f"{rounded(followers, 'en')} Followers • {account.posts} Threads • {account.biography}"
        tags = {"og:title": title, "og:description": told, "og:url": f"https://www.threads.com/@{account.handle}"}
        head = "".join(f'<meta property="{name}" content="{escape(value)}" />\n' for name, value in tags.items())
        return page("en", title, body, head)


def _thread(post: Post, account: Account) -> dict[str, Any]:
    return {
        "post": {
            "user": {
                "pk": str(account.number),
                "id": None,
                "username": account.handle,
                "is_verified": account.verified,
            },
            "pk": str(post.number),
            "id": f"{post.number}_{account.number}",
            "code": post.code,
            "taken_at": int(post.at.timestamp()),
            "caption": None if post.text is None else {"text": post.text},
            "like_count": post.likes if post.likes is not None else 0,
            "like_and_view_counts_disabled": post.likes is None,
            "text_post_app_info": {
                "direct_reply_count": post.comments,
                "repost_count": post.comments // 3,
                "quote_count": post.comments // 9,
                "is_post_unavailable": False,
            },
        },
        "line_type": "none",
    }
