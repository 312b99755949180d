"""Springhead: write a source, get a scheduled, replayable, contract-checked scraper.

Names are imported when they are first used, so that ``import springhead`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "springhead.errors": (
        "Ambiguous",
        "AuthFailed",
        "BadResponse",
        "Blocked",
        "BudgetExceeded",
        "ConfigError",
        "ContractViolation",
        "Discontinued",
        "InvalidRequest",
        "LayoutChanged",
        "NotFound",
        "PluginError",
        "QuotaExceeded",
        "RateLimited",
        "RobotsDenied",
        "SpringheadError",
        "Unavailable",
    ),
    "springhead.hookspecs": ("hookimpl",),
    "springhead.http": ("Http", "Response"),
    "springhead.http.google": ("judge_google",),
    "springhead.http.judge": ("judge_status", "said"),
    "springhead.matching": ("Candidate", "choose", "contradicts", "explain", "normalise", "script"),
    "springhead.pointer": ("resolve",),
    "springhead.source": (
        "Budget",
        "Entry",
        "Expect",
        "Identities",
        "Match",
        "Quota",
        "Rate",
        "Record",
        "Resources",
        "Schedule",
        "Secret",
        "Source",
        "Sunset",
        "Terms",
    ),
    "springhead.subject": ("Subject",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME_OF, "__version__"])

if TYPE_CHECKING:
    from springhead.errors import *  # noqa: F403
    from springhead.hookspecs import hookimpl as hookimpl
    from springhead.http import Http as Http
    from springhead.http import Response as Response
    from springhead.http.google import judge_google as judge_google
    from springhead.http.judge import judge_status as judge_status
    from springhead.http.judge import said as said
    from springhead.matching import *  # noqa: F403
    from springhead.pointer import resolve as resolve
    from springhead.source import *  # noqa: F403
    from springhead.subject import Subject as Subject


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'springhead' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
