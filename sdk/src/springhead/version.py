"""Who we say we are."""

from __future__ import annotations

from springhead import __version__

__all__ = ["user_agent"]


def user_agent(plugin: str = "", contact: str = "") -> str:
    """The User-Agent: client, contact, plugin, in the form that Wikimedia's policy asks for."""
    return " ".join(part for part in (f"Springhead/{__version__}", f"({contact})" if contact else "", plugin) if part)
