"""Threads: a person's profile and recent posts.

With a token the API is asked: ``profile_lookup`` (public profiles of 100 followers and more; 1,000 calls in 24 hours),
then ``profile_posts``. Else it is the public page, which the site's robots.txt forbids: ``RobotsDenied``, unless an
operator has set an exemption. https://developers.facebook.com/docs/threads/threads-profiles

The handle comes from the subject's identities. Where only the Instagram handle is known, that one is tried: accounts of
Threads are made from accounts of Instagram and carry their handle. But not all are, so the profile must bear the
subject's name; then the handle is remembered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from springhead import (
    Candidate,
    Entry,
    Http,
    Identities,
    NotFound,
    Quota,
    Rate,
    Response,
    Secret,
    Source,
    Subject,
    Terms,
    choose,
    explain,
    hookimpl,
)
from springhead.meta import judge_graph, judge_page
from springhead.profiles import handle_of, profile_of

API_HOST = "graph.threads.net"
API = f"https://{API_HOST}/v1.0"
SITE = "https://www.threads.net"
PROFILE = (
    "username,name,profile_picture_url,biography,is_verified,follower_count,likes_count,quotes_count,replies_count,"
    "reposts_count,views_count"
)
POSTS = "id,media_type,permalink,username,text,timestamp,shortcode,is_quote_post"


class Threads(Source):
    """Profiles of people."""

    name = "threads"
    title = "Threads: a person's profile and recent posts"
    group = "social"
    wants = ("threads",)
    endpoint = f"{SITE}/@{{handle}}"  # as in seed 1
    rate = Rate(per_second=0.5)
    robots = ("www.threads.net", "threads.net", "www.threads.com", "threads.com")
    secrets = {API_HOST: Secret("THREADS_ACCESS_TOKEN", header="Authorization", prefix="Bearer ", optional=True)}
    quota = Quota(per_day=1_000, unit="lookups", costs={"/": 0, "/v1.0/profile_lookup": 1})
    text = ("/biography",)
    reliability = 0.8
    terms = Terms(
        url="https://developers.facebook.com/terms/",
        attribution="Data from Threads, a service of Meta Platforms, Inc.; rights in posts are their authors'.",
    )

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry | Identities]:
        """Yield the profile; the posts are kept beside it."""
        known = subject.identities.get("threads")
        hint = known or subject.identities.get("instagram")
        if not hint:
            raise NotFound(f"no handle of {subject.name} is known, neither on Threads nor on Instagram")
        handle = handle_of(hint)
        by_api = http.has_key(API_HOST)
        page = await (_lookup(handle, http) if by_api else http.get(f"{SITE}/@{handle}"))
        profile = profile_of(page, handle)
        service = "Threads" if known else "Instagram"
        evidence = f"{service} handle @{handle} from the subject's identities"
        candidate = Candidate(profile.username, (profile.name or profile.username,), evidence=(evidence,))
        # Another service's handle is a hint, no identity: the profile must bear the name.
        match = explain(subject, candidate) if known else choose(subject, [candidate])[1]
        if by_api:
            await http.get(f"{API}/profile_posts", params={"username": handle, "fields": POSTS, "limit": 25})
        yield Identities({"threads": profile.username})
        yield Entry(candidate.names[0], page, match, f"{SITE}/@{handle}")

    def judge(self, response: Response) -> None:
        """The API answers in Graph's codes, the site with walls and pages."""
        if response.request.host == API_HOST:
            judge_graph(response)
        else:
            judge_page(response, self.robots)
            if urlsplit(response.url).path in {"", "/"}:
                raise response.failure(NotFound, "leads to the front page: there is no such profile")


async def _lookup(handle: str, http: Http) -> Response:
    return await http.get(f"{API}/profile_lookup", params={"username": handle, "fields": PROFILE})


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [Threads]
