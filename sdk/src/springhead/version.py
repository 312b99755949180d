"""Who we say we are."""

from __future__ import annotations

from springhead import __version__

__all__ = ["CONTACT", "user_agent"]

#: Where the owner of a site that we ask can learn who we are, unless the settings name somebody else.
CONTACT = "https://springhead.dev/bot"


def user_agent(plugin: str = "", contact: str = CONTACT) -> str:
    """The User-Agent: client, contact, plugin, in the form that Wikimedia's policy asks for."""
    return f"Springhead/{__version__} ({contact}) {plugin}".rstrip()
