"""What Wikipedia and Wikidata share: MediaWiki's manners and its errors.

Documented at https://www.mediawiki.org/wiki/API:Etiquette and https://www.mediawiki.org/wiki/API:Errors_and_warnings
"""

from __future__ import annotations

from springhead import (
    AuthFailed,
    BadResponse,
    Blocked,
    InvalidRequest,
    NotFound,
    Rate,
    RateLimited,
    Response,
    Source,
    SpringheadError,
    Unavailable,
    judge_status,
    resolve,
    said,
    script,
)

LANGUAGES = {
    "han": "zh", "kana": "ja", "hangul": "ko", "cyrillic": "ru", "arabic": "ar", "hebrew": "he", "greek": "el",
    "thai": "th", "devanagari": "hi",
}  # fmt: skip
#: How the codes begin that tell of the wiki's own trouble: its database, its search, an exception.
UNWELL = ("internal_api_error", "DBQuery", "db", "cirrussearch", "wikibase-api-failed", "failed-save")
#: ``maxlag`` asks the wiki to refuse us while its replicas lag: we are never in a hurry.
JSON = {"format": "json", "formatversion": 2, "maxlag": 5}


class MediaWiki(Source):
    """A source that asks ``api.php``."""

    # Wikimedia asks for serial requests.
    rate = Rate(per_second=5, concurrency=1)

    def judge(self, response: Response) -> None:
        """MediaWiki says 200 and puts the error into the body."""
        if response.status in {404, 410}:  # of a title that is missing, api.php says so with 200
            raise response.failure(BadResponse, f"answered {response.status} instead of MediaWiki")
        judge_status(response)
        body = response.json
        code = resolve(body, "/error/code", None) or resolve(body, "/errors/0/code", None)
        if code is not None:
            raise response.failure(_kind(str(code)), f"{code}: {said(response)}")


def language_of(name: str) -> str:
    """The language of the wiki that spells names in this script."""
    return LANGUAGES.get(script(name), "en")


def _kind(code: str) -> type[SpringheadError]:
    """What MediaWiki's error codes mean."""
    if code in {"ratelimited", "action-throttled"}:
        return RateLimited
    if code in {"maxlag", "readonly", "search-error"} or code.startswith(UNWELL):
        return Unavailable
    if code in {"missingtitle", "invalidtitle", "no-such-entity", "nosuchpageid"}:
        return NotFound
    if "blocked" in code:
        return Blocked
    return AuthFailed if code in {"readapidenied", "permissiondenied", "mustbeloggedin"} else InvalidRequest
