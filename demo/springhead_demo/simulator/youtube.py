"""YouTube's Data API v3: search, channels, playlist items and videos, with its unit costs.

Numbers of `statistics` are strings, as documented; what a channel hides or never had is absent rather than null, and a
list of channels without a match has no `items` at all.
Documented at https://developers.google.com/youtube/v3/docs and https://developers.google.com/youtube/v3/docs/errors
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha1
from typing import Any

from springhead_demo.simulator import youtube_parts as parts
from springhead_demo.simulator.allowance import Allowances, Ledger
from springhead_demo.simulator.channels import Channel, Studio, Video
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.google_errors import google_error, google_response, key_fault
from springhead_demo.simulator.messages import Request, Response

SERVICE = "youtube.googleapis.com"
COSTS = {"search": 100, "channels": 1, "playlistItems": 1, "videos": 1}
"""Units per request (https://developers.google.com/youtube/v3/determine_quota_cost)."""

_OVER = (
    "The request cannot be completed because you have exceeded your "
    '<a href="/youtube/v3/getting-started#quota">quota</a>.'
)
_MOST = 50


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__("refused")
        self.response = response


class YouTube:
    """The path `/youtube/v3/` of `www.googleapis.com`.

    Args:
        studio: The channels.
        dice: The source of draws.
        ledger: Where units are counted.
        allowances: How many there are per day.
    """

    def __init__(self, studio: Studio, dice: Dice, ledger: Ledger, allowances: Allowances) -> None:
        self._studio = studio
        self._dice = dice
        self._ledger = ledger
        self._allowed = allowances.youtube

    def handle(self, path: str, request: Request) -> Response:
        """Answer one request."""
        method = path.removeprefix("/youtube/v3/")
        if method not in COSTS:
            return google_error(404, "notFound", "Requested entity was not found.")
        query = request.query
        key = query.get("key", "") or request.headers.get("x-goog-api-key", "")
        if fault := key_fault(key, SERVICE):
            return fault
        if not self._ledger.spend("youtube", key, COSTS[method], self._allowed):
            return quota_exceeded("old" if self._dice.chance(0.5, "quota layout", key) else "new")
        methods = {
            "search": self._search,
            "channels": self._channels,
            "playlistItems": self._playlist_items,
            "videos": self._videos,
        }
        try:
            if not query.get("part"):
                raise _missing("part")
            body = methods[method](query)
        except _Refused as refused:
            return refused.response
        response = google_response(body)
        response.headers |= {"ETag": f'"{body["etag"]}"', "Cache-Control": "private"}
        return response

    def _channels(self, query: dict[str, str]) -> dict[str, Any]:
        found: list[Channel | None]
        if "id" in query:
            found = [self._studio.channel(channel) for channel in _ids(query)]
        elif "forHandle" in query:
            found = [self._studio.by_handle(query["forHandle"])]
        elif "forUsername" in query:
            found = [self._studio.by_username(query["forUsername"])]
        else:
            raise _no_filter()
        wanted = _parts(query, parts.CHANNEL)
        items = [
            _item("channel", channel.id, parts.channel(channel, wanted))
            for channel in found
            if channel and channel.state != "terminated"
        ]
        return _list("channel", items, len(items), len(found), absent=not items)

    def _search(self, query: dict[str, str]) -> dict[str, Any]:
        kinds = query.get("type", "video,channel,playlist").split(",")
        size, start = _page(query, 5)
        entries: list[dict[str, Any]] = []
        if query.get("q"):
            for channel in self._studio.named(query["q"]):
                if "channel" in kinds and query.get("channelId", channel.id) == channel.id:
                    entries.append(parts.found_channel(channel))
                if "video" in kinds and channel.state == "open":
                    entries += [parts.found_video(video) for video in self._public(channel, 3)]
        elif "video" in kinds and (own := self._studio.channel(query.get("channelId", ""))):
            entries = [parts.found_video(video) for video in self._public(own, 60)]
        items = [{"kind": "youtube#searchResult", "etag": _etag(entry), **entry} for entry in entries]
        # The total is an estimate that has little to do with the pages that follow.
        total = min(1_000_000, len(items) * 7_919)
        return _list("search", items[start : start + size], total, size, turns=_turns(start, size, len(items)))

    def _public(self, channel: Channel, most: int) -> list[Video]:
        if channel.state == "terminated":
            return []
        videos = [self._studio.video(channel, place) for place in range(min(channel.videos, most))]
        return [video for video in videos if video.public]

    def _playlist_items(self, query: dict[str, str]) -> dict[str, Any]:
        playlist = query.get("playlistId", "")
        if not playlist:
            raise _no_filter()
        channel = self._studio.channel("UC" + playlist[2:]) if playlist.startswith("UU") else None
        if channel is None or channel.state == "terminated" or self._gone(channel):
            message = "The playlist identified with the request's <code>playlistId</code> parameter cannot be found."
            extra = {"locationType": "parameter", "location": "playlistId"}
            error = google_error(404, "playlistNotFound", message, domain="youtube.playlistItem", extra=extra)
            raise _Refused(error)
        size, start = _page(query, 5)
        wanted = _parts(query, parts.PLAYLIST_ITEM)
        videos = [self._studio.video(channel, place) for place in range(start, min(start + size, channel.videos))]
        items = [
            _item("playlistItem", parts.playlist_item_id(video), parts.playlist_item(video, start + place, wanted))
            for place, video in enumerate(videos)
        ]
        return _list("playlistItem", items, channel.videos, size, turns=_turns(start, size, channel.videos))

    def _gone(self, channel: Channel) -> bool:
        # A channel that never published has an uploads playlist in its details that sometimes does not exist.
        return channel.state == "no_uploads" and self._dice.chance(0.5, "no playlist", channel.id)

    def _videos(self, query: dict[str, str]) -> dict[str, Any]:
        if "id" not in query:
            raise _no_filter()
        wanted = _parts(query, parts.VIDEO)
        found = [video for name in _ids(query) if (video := self._video(name))]
        items = [_item("video", video.id, parts.video(video, wanted)) for video in found]
        return _list("video", items, len(items), len(items))

    def _video(self, name: str) -> Video | None:
        place = int(name[:4], 16) if len(name) == 11 and set(name[:4]) <= set("0123456789abcdef") else None
        channel = self._studio.by_prefix(name[4:]) if place is not None else None
        if channel is None or place is None or place >= channel.videos or channel.state == "terminated":
            return None
        video = self._studio.video(channel, place)
        return video if video.public and video.id == name else None


def quota_exceeded(layout: str) -> Response:
    """Answer that today's units are used up, in the layout of the corpus (`old`) or in the newer one."""
    return google_error(403, "quotaExceeded", _OVER, domain="youtube.quota", layout="old" if layout == "old" else "new")


def _missing(name: str) -> _Refused:
    extra = {"locationType": "parameter", "location": name}
    message = f"Required parameter: {name}" if name != "part" else "No filter selected. Expected one of: part"
    return _Refused(google_error(400, "required", message, extra=extra))


def _no_filter() -> _Refused:
    message = "No filter selected. Expected one of: id, mine, forHandle, forUsername, managedByMe, playlistId"
    extra = {"locationType": "parameter", "location": "parameters."}
    return _Refused(google_error(400, "missingRequiredParameter", message, domain="youtube.parameter", extra=extra))


def _ids(query: dict[str, str]) -> list[str]:
    names = [name.strip() for name in query["id"].split(",") if name.strip()]
    if len(names) > _MOST:
        message = "The request specifies an invalid filter parameter."
        raise _Refused(google_error(400, "invalidFilters", message, domain="youtube.parameter"))
    return names


def _parts(query: dict[str, str], known: frozenset[str]) -> list[str]:
    wanted = [name.strip() for name in query["part"].split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in known]:
        extra = {"locationType": "parameter", "location": "part"}
        message = f"'{unknown[0]}'"
        raise _Refused(google_error(400, "unknownPart", message, domain="youtube.part", extra=extra))
    return wanted


def _page(query: dict[str, str], usual: int) -> tuple[int, int]:
    raw = query.get("maxResults", str(usual))
    size = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 4 else -1
    if not 0 <= size <= _MOST:
        message = f"Invalid value '{raw}'. Values must be within the range: [0, 50]"
        extra = {"locationType": "parameter", "location": "maxResults"}
        raise _Refused(google_error(400, "invalidParameter", message, extra=extra))
    token = query.get("pageToken", "")
    start = _place(token) if token else 0
    if start is None:
        message = "The request specifies an invalid page token."
        extra = {"locationType": "parameter", "location": "pageToken"}
        raise _Refused(google_error(400, "invalidPageToken", message, domain="youtube.parameter", extra=extra))
    return size, start


def _token(place: int, back: bool) -> str:
    return urlsafe_b64encode(b"\x08" + place.to_bytes(2, "little") + b"\x10" + bytes([back])).decode().rstrip("=")


def _place(token: str) -> int | None:
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        return None
    return int.from_bytes(raw[1:3], "little") if len(raw) == 5 and raw[0] == 8 and raw[3] == 16 else None


def _turns(start: int, size: int, total: int) -> dict[str, str]:
    turns = {}
    if size and start + size < total:
        turns["nextPageToken"] = _token(start + size, back=False)
    if start:
        turns["prevPageToken"] = _token(max(0, start - size), back=True)
    return turns


def _item(kind: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"kind": f"youtube#{kind}", "etag": _etag(body), "id": name, **body}


def _list(
    kind: str,
    items: list[dict[str, Any]],
    total: int,
    size: int,
    *,
    turns: dict[str, str] | None = None,
    absent: bool = False,
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "kind": f"youtube#{kind}ListResponse",
        "etag": _etag([items, total, turns]),
        **(turns or {}),
    }
    if kind == "search":
        body["regionCode"] = "US"
    body["pageInfo"] = {"totalResults": total, "resultsPerPage": size}
    return body if absent else {**body, "items": items}


def _etag(value: Any) -> str:
    return (
        urlsafe_b64encode(sha1(repr(value).encode("utf-8", "replace"), usedforsecurity=False).digest())
        .decode()
        .rstrip("=")
    )
