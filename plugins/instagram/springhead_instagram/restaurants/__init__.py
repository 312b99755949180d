"""Instagram: the profiles of restaurants, as rows of seed 5's ``instagram_results_*.csv``.

Handles are derived from the name, the likeliest first, and asked for one by one (:mod:`.matching` has both rules).
One row per restaurant says in ``status`` how it ended, as the real backups do:

- ``FOUND``: a profile that names the restaurant's phone, postal code or city; or has a website whose host is made of
  the name; or has the whole name (of two words or more) and a biography that names no other place.
- ``EMPTY_PROFILE``: the name fits, but there is next to nothing to see: no post; or fewer than 100 followers, and
  either one post or fewer than ten and no biography.
- ``WRONG_PROFILE``: the handle belongs to somebody else: it names another place, or nothing that makes it this one.
- ``NOT_FOUND``: no handle that was tried exists (or may be looked up: the API knows professional accounts only).
- ``NOT_CHECKED`` (in the first backup only): not asked yet. Whom a quota or a block kept from being asked is kept and
  asked later; no row is written meanwhile, since the lake takes the latest row, and this one would replace a better.

Columns: ``followers`` below 10,000 in figures (``8924``), above shortened as on the page (``10.7K``, ``123K``,
``1M``), the posts in figures, the biography on one line, the website without ``https://``, the handle with ``@``; all
empty where nothing was found; a phone that is unknown is ``un``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

from springhead import Http, InvalidRequest, NotFound, Record, Response, Schedule, Secret, Source, Subject, hookimpl
from springhead.profiles import Profile, profile_of

from springhead_instagram.restaurants.matching import Verdict, handles, judge_profile, link, shortened
from springhead_instagram.service import API_HOST, SITE, TOKEN, InstagramSource, ask_profile, judge_instagram


class InstagramRestaurants(InstagramSource):
    """Profiles of restaurants."""

    name = "instagram_restaurants"
    title = "Instagram: profiles of a list of restaurants"
    emits = "instagram_restaurant"
    subjects = "instagram_restaurant_subject"
    file_prefix = "instagram_results"
    endpoint = f"{SITE}/{{handle}}"
    secrets = {API_HOST: (TOKEN, Secret("INSTAGRAM_USER_ID", path="{ig-user-id}", optional=True))}
    schedule = Schedule(cron="cron(0 3 ? * MON *)", rule="instagram-restaurants-weekly")

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Record]:
        """Yield the restaurant's row."""
        if not subject.fields.get("city") or not subject.fields.get("restaurant_name"):
            raise InvalidRequest(
                f"{subject.id}: a restaurant has a name and a city", hint="complete its row in the list"
            )
        best: tuple[Verdict, Profile, Response] | None = None
        page: Response | None = None
        for handle in handles(subject.name, subject.fields["city"]):
            page = await ask_profile(handle, http)
            try:
                judge_instagram(page)
                profile = profile_of(page, handle)
            except NotFound:
                continue
            verdict = judge_profile(subject.fields, profile)
            if best is None or verdict < best[0]:
                best = verdict, profile, page
            if verdict is Verdict.FOUND:
                break
        if page is None:
            raise NotFound(f"{subject.name}: no handle can be derived from the name")
        if best is None:
            yield Record(row(subject.fields, "NOT_FOUND"), page)
        else:
            yield Record(row(subject.fields, best[0].name, best[1]), best[2])

    def judge(self, response: Response) -> None:
        """As ever, but an account that does not exist is an answer here: the next handle is tried."""
        with suppress(NotFound):
            judge_instagram(response)


def row(fields: Mapping[str, str], status: str, profile: Profile | None = None) -> dict[str, str]:
    """Return the row of a restaurant: its own columns, and what the profile says."""
    known = {"phone": "un"} | {k: v for k in ("restaurant_name", "city", "zip_code", "phone") if (v := fields.get(k))}
    return {
        "zip_code": "",
        **known,
        "instagram_handle": f"@{profile.username}" if profile else "",
        "followers": shortened(profile.followers) if profile else "",
        "posts_count": "" if profile is None or profile.posts is None else str(profile.posts),
        "bio": " ".join(profile.biography.split()) if profile else "",
        "website": link(profile.website) if profile else "",
        "status": status,
    }


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [InstagramRestaurants]
