"""Instagram: a person's profile and recent posts.

The handle comes from the subject's identities, so the account is the person's; the answer must be about that handle.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from springhead import Candidate, Entry, Http, Secret, Source, Subject, explain, hookimpl
from springhead.profiles import handle_of, profile_of

from springhead_instagram.service import API_HOST, SITE, TOKEN, InstagramSource, ask_profile


class Instagram(InstagramSource):
    """Profiles of people."""

    name = "instagram"
    title = "Instagram: a person's profile and recent posts"
    group = "social"
    needs = ("instagram",)
    endpoint = f"{SITE}/{{handle}}"  # as in seed 1
    secrets = {API_HOST: (TOKEN, Secret("INSTAGRAM_USER_ID", path="{ig-user-id}", optional=True))}
    content = "/business_discovery"
    text = (
        "/business_discovery/biography",
        *(f"/business_discovery/media/data/{number}/caption" for number in range(5)),
    )
    reliability = 0.8

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry]:
        """Yield the profile."""
        handle = handle_of(subject.identities["instagram"])
        page = await ask_profile(handle, http)
        profile = profile_of(page, handle)
        known = f"Instagram handle @{handle} from the subject's identities"
        candidate = Candidate(profile.username, (profile.name or profile.username,), evidence=(known,))
        yield Entry(candidate.names[0], page, explain(subject, candidate), f"{SITE}/{handle}")


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [Instagram]
