"""Instagram: the top posts of hashtags, as rows of seed 5's ``post_results_*.csv``.

With a token the hashtag is looked up in the API and its top posts are listed (the newest where there are none): what
the page of the hashtag shows, and what the real backups hold, ten to a term and years old some of them. An account may
look up 30 hashtags in seven days, so a list should have no more. The API does not tell who posted, on purpose, and its
oEmbed, which does, may be used for embedding only. So the creator is read from the post's public page; without a token
the list is read from the hashtag's page. Both are forbidden by the site's robots.txt: without an operator's
exemption a term ends in ``RobotsDenied``, because a row without its creator breaks the contract (it is half of the
key).
https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/hashtag-search

Columns, as the real backups have them: ``post_id`` is the short code, ``creator`` has no ``@``, ``posted_date`` is the
day in UTC (``November 24, 2025``), numbers are figures and ``N/A`` where they are hidden, ``hashtags`` are those of the
caption with one blank between, ``caption`` is the rest of it on one line, ``image_description`` is the page's own
alternative text, ``status`` is ``SCRAPED``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress

from springhead import Http, InvalidRequest, LayoutChanged, NotFound, Quota, Record, Schedule, Secret, Source, hookimpl
from springhead.subject import Subject

from springhead_instagram.posts.reading import Post, names_tag, posts_of, read_post, row, tag_of
from springhead_instagram.service import API, API_HOST, SITE, TOKEN, InstagramSource

MAX_POSTS = 10
FIELDS = "id,caption,comments_count,like_count,media_type,permalink,timestamp"


class InstagramPosts(InstagramSource):
    """Top posts of hashtags."""

    name = "instagram_posts"
    title = "Instagram: the top posts of a list of hashtags"
    emits = "instagram_post"
    subjects = "instagram_search_term"
    file_prefix = "post_results"
    endpoint = f"{SITE}/explore/tags/{{tag}}"
    secrets = {API_HOST: (TOKEN, Secret("INSTAGRAM_USER_ID", query="user_id", optional=True))}
    quota = Quota(per_day=30, unit="hashtags", costs={"/": 0, "/v24.0/ig_hashtag_search": 1})
    schedule = Schedule(cron="cron(0 4 ? * MON *)", rule="instagram-posts-weekly")

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Record]:
        """Yield a row for each post that can still be read."""
        tag = tag_of(subject.name)
        if tag is None:
            raise InvalidRequest(f"{subject.name!r} is no hashtag", hint="letters, digits and _ without blanks")
        listed = await (self._by_api(tag, http) if http.has_key(API_HOST) else self._by_page(tag, http))
        found = 0
        for post in listed[:MAX_POSTS]:
            with suppress(NotFound):  # deleted since, or no longer public
                page = await http.get(f"{SITE}/p/{post.code}/")
                yield Record(row(f"#{tag}", post.completed(read_post(page, post.code))), page)
                found += 1
        if not found:
            raise NotFound(f"there is no post with #{tag}")

    async def _by_api(self, tag: str, http: Http) -> list[Post]:
        page = await http.get(f"{API}/ig_hashtag_search", params={"q": tag})
        page.at("/data", kind=list)
        hashtag = page.at("/data/0/id", None, kind=(str, type(None)))
        if hashtag is None or not hashtag.isdecimal():
            raise page.failure(NotFound if hashtag is None else LayoutChanged, f"there is no hashtag #{tag}")
        for edge in ("top_media", "recent_media"):
            page = await http.get(f"{API}/{hashtag}/{edge}", params={"fields": FIELDS, "limit": 50})
            page.at("/data", kind=list)
            if posts := posts_of(page):
                return posts
        return []

    async def _by_page(self, tag: str, http: Http) -> list[Post]:
        page = await http.get(f"{SITE}/explore/tags/{tag}/")
        if not names_tag(page, tag):
            raise page.failure(LayoutChanged, f"the page is not about #{tag}")
        posts = posts_of(page)
        if not posts:
            raise page.failure(LayoutChanged, f"the page of #{tag} lists no post")
        return posts


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [InstagramPosts]
