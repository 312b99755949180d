"""The parts of YouTube's resources (https://developers.google.com/youtube/v3/docs/channels and its neighbours)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

from springhead_demo.simulator.channels import Channel, Video
from springhead_demo.simulator.prose import describe

CHANNEL = frozenset(
    ("id", "snippet", "contentDetails", "statistics", "status", "brandingSettings", "topicDetails", "localizations")
)
"""Parts of a channel that anybody may ask for."""

PLAYLIST_ITEM = frozenset(("id", "snippet", "contentDetails", "status"))
"""Parts of a playlist item."""

VIDEO = frozenset(("id", "snippet", "contentDetails", "statistics", "status", "player", "topicDetails"))
"""Parts of a video."""

_SIZES = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}


def channel(found: Channel, wanted: list[str]) -> dict[str, Any]:
    """Return the wanted parts of a channel."""
    told = f'{describe(found.figure, found.language)}\n\nhttps://people.example/{found.figure.slot} → & "more"'
    statistics: dict[str, Any] = {"viewCount": str(found.subscribers * 211)}
    if found.state == "hidden_subscribers":
        statistics["hiddenSubscriberCount"] = True
    else:
        statistics |= {"subscriberCount": str(_rounded(found.subscribers)), "hiddenSubscriberCount": False}
    statistics["videoCount"] = str(found.videos)
    snippet: dict[str, Any] = {
        "title": found.title,
        "description": "" if found.fan else told,
        "customUrl": f"@{found.handle}",
        "publishedAt": found.since.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "thumbnails": _pictures(found.id),
        "localized": {"title": found.title, "description": "" if found.fan else told},
    }
    if found.figure.rank == 0:
        snippet["country"] = "TW"
    all_parts: dict[str, Any] = {
        "snippet": snippet,
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": found.uploads}},
        "statistics": statistics,
        "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "longUploadsUnspecified"},
        "brandingSettings": {"channel": {"title": found.title, "description": "" if found.fan else told}},
        "topicDetails": {"topicCategories": ["https://en.wikipedia.org/wiki/Entertainment"]},
    }
    return {name: all_parts[name] for name in wanted if name in all_parts}


def found_channel(channel: Channel) -> dict[str, Any]:
    """Return a search result that is a channel."""
    return {
        "id": {"kind": "youtube#channel", "channelId": channel.id},
        "snippet": {
            "publishedAt": channel.since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "channelId": channel.id,
            "title": _escaped(channel.title),
            "description": "",
            "thumbnails": _pictures(channel.id),
            "channelTitle": _escaped(channel.title),
            "liveBroadcastContent": "none",
            "publishTime": channel.since.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }


def found_video(video: Video) -> dict[str, Any]:
    """Return a search result that is a video; titles are HTML here, and plain text everywhere else."""
    return {
        "id": {"kind": "youtube#video", "videoId": video.id},
        "snippet": {
            "publishedAt": _time(video),
            "channelId": video.channel.id,
            "title": _escaped(video.title),
            "description": "",
            "thumbnails": _frames(video.id),
            "channelTitle": _escaped(video.channel.title),
            "liveBroadcastContent": "none",
            "publishTime": _time(video),
        },
    }


def playlist_item_id(video: Video) -> str:
    """Return the id of a video's place in the uploads playlist."""
    return urlsafe_b64encode(f"{video.channel.uploads}.{video.id}".encode()).decode().rstrip("=")


def playlist_item(video: Video, position: int, wanted: list[str]) -> dict[str, Any]:
    """Return the wanted parts of a place in the uploads; a withdrawn video has only its title and place."""
    uploads = video.channel.uploads
    snippet = {
        "publishedAt": _time(video),
        "channelId": video.channel.id,
        "title": video.title,
        "description": _told(video) if video.public else "This video is unavailable.",
        "thumbnails": _frames(video.id) if video.public else {},
        "channelTitle": video.channel.title,
        "playlistId": uploads,
        "position": position,
        "resourceId": {"kind": "youtube#video", "videoId": video.id},
    }
    if video.public:
        snippet |= {"videoOwnerChannelTitle": video.channel.title, "videoOwnerChannelId": video.channel.id}
    details = {"videoId": video.id, **({"videoPublishedAt": _time(video)} if video.public else {})}
    status = {"privacyStatus": "public" if video.public else "private"}
    all_parts: dict[str, Any] = {"snippet": snippet, "contentDetails": details, "status": status}
    return {name: all_parts[name] for name in wanted if name in all_parts}


def video(found: Video, wanted: list[str]) -> dict[str, Any]:
    """Return the wanted parts of a video; likes and comments that are switched off are absent."""
    statistics = {"viewCount": str(found.views)}
    if found.likes is not None:
        statistics["likeCount"] = str(found.likes)
    statistics["favoriteCount"] = "0"
    if found.comments is not None:
        statistics["commentCount"] = str(found.comments)
    minutes, seconds = divmod(found.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    length = "PT" + "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    all_parts: dict[str, Any] = {
        "snippet": {
            "publishedAt": _time(found),
            "channelId": found.channel.id,
            "title": found.title,
            "description": _told(found),
            "thumbnails": _frames(found.id),
            "channelTitle": found.channel.title,
            "categoryId": "24",
            "liveBroadcastContent": "none",
            "localized": {"title": found.title, "description": _told(found)},
        },
        "contentDetails": {"duration": length, "dimension": "2d", "definition": "hd", "caption": "false"},
        "statistics": statistics,
        "status": {"uploadStatus": "processed", "privacyStatus": "public", "license": "youtube", "embeddable": True},
        "player": {"embedHtml": f'<iframe src="//www.youtube.com/embed/{found.id}"></iframe>'},
        "topicDetails": {"topicCategories": ["https://en.wikipedia.org/wiki/Music"]},
    }
    return {name: all_parts[name] for name in wanted if name in all_parts}


def _told(video: Video) -> str:
    return f"{video.title}\n\n© {video.channel.title} ☆"


def _time(video: Video) -> str:
    return video.at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _pictures(name: str) -> dict[str, Any]:
    pixels = {"default": 88, "medium": 240, "high": 800}
    return {
        size: {
            "url": f"https://yt3.ggpht.com/{name[2:14]}=s{side}-c-k-c0x00ffffff-no-rj",
            "width": side,
            "height": side,
        }
        for size, side in pixels.items()
    }


def _frames(name: str) -> dict[str, Any]:
    files = {"default": "default", "medium": "mqdefault", "high": "hqdefault"}
    return {
        size: {"url": f"https://i.ytimg.com/vi/{name}/{files[size]}.jpg", "width": width, "height": height}
        for size, (width, height) in _SIZES.items()
    }


def _rounded(count: int) -> int:
    """Round a count of subscribers down to three digits, as YouTube does for everybody but the owner."""
    unit = int(10 ** max(0, len(str(count)) - 3))
    return count // unit * unit


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("'", "&#39;").replace('"', "&quot;").replace("<", "&lt;")
