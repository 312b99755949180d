"""What the three sources share: how an account is asked for, and what an answer means.

With a token the Graph API is asked (``business_discovery``, which knows professional accounts only), else the public
page. The site's robots.txt forbids that page: it ends in ``RobotsDenied`` unless an operator has set an exemption.
https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/business-discovery
"""

from __future__ import annotations

from springhead import Http, Quota, Rate, Response, Secret, Source, Terms
from springhead.meta import judge_graph, judge_page

API_HOST = "graph.facebook.com"
API = f"https://{API_HOST}/v24.0"
SITE = "https://www.instagram.com"
SITE_HOSTS = ("www.instagram.com", "instagram.com")
#: In the header a token stays out of addresses, and so out of logs and recordings.
TOKEN = Secret("INSTAGRAM_ACCESS_TOKEN", header="Authorization", prefix="Bearer ", optional=True)
PROFILE = (
    "id,username,name,biography,website,followers_count,follows_count,media_count,profile_picture_url,"
    "media.limit(25){id,caption,media_type,permalink,timestamp,like_count,comments_count}"
)


class InstagramSource(Source):
    """What is true of every source that asks Instagram."""

    rate = Rate(per_second=0.5)
    # 200 calls an hour for an app with one user; the API says so when it is enough, and for how long.
    quota = Quota(per_day=4_800, unit="calls")
    robots = SITE_HOSTS
    terms = Terms(
        url="https://developers.facebook.com/terms/",
        attribution="Data from Instagram, a service of Meta Platforms, Inc.; rights in posts are their authors'.",
    )

    def judge(self, response: Response) -> None:
        """The API answers in Graph's codes, the site with walls and pages."""
        judge_instagram(response)


def judge_instagram(response: Response) -> None:
    """Raise what an answer of the API or the site means."""
    if response.request.host == API_HOST:
        judge_graph(response)
    else:
        judge_page(response, SITE_HOSTS)


async def ask_profile(handle: str, http: Http) -> Response:
    """Ask for an account, by a valid handle: its profile and its recent posts in one answer."""
    if http.has_key(API_HOST):
        fields = f"business_discovery.username({handle}){{{PROFILE}}}"
        return await http.get(f"{API}/{{ig-user-id}}", params={"fields": fields})
    return await http.get(f"{SITE}/{handle}/")
