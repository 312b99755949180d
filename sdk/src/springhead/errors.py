"""Every way a scrape can end badly, as one small tree.

::

    SpringheadError
    ├── to retry            RateLimited        429, or a body that says so; the engine waited and tried again
    │                       Unavailable        5xx, time-outs, broken connections
    ├── to wait or ask for  QuotaExceeded      the day's units are used up
    │                       AuthFailed         the key is missing, wrong or lacks a right
    │                       Blocked            a login wall, a challenge, a ban: reported, never fought
    │                       RobotsDenied       robots.txt says no
    │                       Discontinued       the service has ended, or is closed to us
    ├── about the subject   NotFound           the source does not know the subject
    │                       Ambiguous          several candidates, and nothing that decides
    ├── about the answer    BadResponse        not what the protocol promises (HTML for JSON, broken JSON)
    │                       LayoutChanged      not what the source expects (an element or key is gone)
    │                       ContractViolation  a record that its JSON Schema refuses
    └── ours                InvalidRequest     the source refuses what we ask (400, 422): fix the subject or the plugin
                            BudgetExceeded     too many requests, bytes or seconds for one subject
                            PluginError        a plugin raised something else, or could not be loaded
                            ConfigError        a setting, a file or an argument is wrong

``NotFound`` is an answer and is counted; everything else that ends a subject becomes a dead letter with the raw
responses. ``retryable`` tells whether a later attempt can succeed without anybody changing anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

__all__ = [
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
]


class SpringheadError(Exception):
    """Base of all errors that Springhead raises on purpose.

    Args:
        message: What happened and where, in one line.
        url: The address that answered, without secrets.
        status: HTTP status of that answer.
        hint: What the reader can do about it.
    """

    retryable: ClassVar[bool] = False
    #: Exit code of a command that ends with this error (see the CLI reference).
    exit_code: ClassVar[int] = 1
    #: True where asking for the next subject cannot go better: the engine stops the run for this source.
    halts_source: ClassVar[bool] = False
    default_hint: ClassVar[str | None] = None

    def __init__(
        self, message: str, *, url: str | None = None, status: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.url = url
        self.status = status
        self.hint = hint if hint is not None else self.default_hint

    @property
    def name(self) -> str:
        """Name of the error as users, logs and dead letters see it."""
        return type(self).__name__

    def to_info(self) -> dict[str, Any]:
        """Return the contract's ``ErrorInfo``: absent members are left out, never null."""
        info: dict[str, Any] = {"name": self.name, "message": self.message, "retryable": self.retryable}
        for key in ("url", "status", "hint"):
            value = getattr(self, key)
            if value is not None:
                info[key] = value
        return info


class RateLimited(SpringheadError):
    """The source asks to slow down. ``retry_after`` is in seconds, None where the source did not say."""

    retryable = True
    exit_code = 3
    default_hint = "the engine waited and tried again; run later, or lower the source's rate"

    def __init__(self, message: str, *, retry_after: float | None = None, **kwargs: Any) -> None:
        super().__init__(message, **kwargs)
        self.retry_after = retry_after


class Unavailable(SpringheadError):
    """The source does not answer, or answers 5xx. ``retry_after`` as in :class:`RateLimited`."""

    retryable = True
    exit_code = 3
    default_hint = "check the network and the source's status page, then run again"

    def __init__(self, message: str, *, retry_after: float | None = None, **kwargs: Any) -> None:
        super().__init__(message, **kwargs)
        self.retry_after = retry_after


class QuotaExceeded(SpringheadError):
    """The quota of the day is used up."""

    exit_code = 3
    halts_source = True
    default_hint = "wait for the quota to reset, or ask the source for more"


class AuthFailed(SpringheadError):
    """The source does not accept our key."""

    exit_code = 3
    halts_source = True
    default_hint = "check the source's key: it is missing, wrong, or lacks the right"


class Blocked(SpringheadError):
    """A login wall, a challenge or a ban. We stop; we do not work around it."""

    exit_code = 3
    halts_source = True
    default_hint = "the site does not want to be read this way: use its official API"


class RobotsDenied(SpringheadError):
    """robots.txt forbids the address."""

    exit_code = 3
    default_hint = "the site's robots.txt forbids this address"


class Discontinued(SpringheadError):
    """The service itself has ended, or takes no customers such as us: no key and no waiting helps."""

    exit_code = 3
    halts_source = True
    default_hint = "use another service: give the source another adapter, or take it off its schedule"


class NotFound(SpringheadError):
    """The source does not know the subject."""


class Ambiguous(SpringheadError):
    """Several candidates, and no fact that decides between them."""

    default_hint = "set the right id in the subject's identities, or add a birth date"


class BadResponse(SpringheadError):
    """The answer breaks the protocol: HTML for JSON, broken JSON, a wrong charset."""

    default_hint = "the raw answer is kept with the dead letter; replay it once the source is well again"


class LayoutChanged(SpringheadError):
    """The answer lacks something that the plugin relies on."""

    exit_code = 3
    default_hint = "the source changed its shape: record a new case and adapt the plugin"


class ContractViolation(SpringheadError):
    """A record breaks its JSON Schema; ``violations`` lists every fault by JSON pointer."""

    default_hint = "fix the plugin: the contract says what the record may hold"

    def __init__(self, message: str, *, violations: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(message, **kwargs)
        self.violations = tuple(violations)

    def to_info(self) -> dict[str, Any]:
        """Return ``ErrorInfo`` with all violations."""
        info = super().to_info()
        info["violations"] = [
            {"pointer": v.pointer, "rule": v.rule, "message": v.message, "value": v.value} for v in self.violations
        ]
        return info


class InvalidRequest(SpringheadError):
    """The source refuses what we asked for (400, 422)."""

    default_hint = "check the subject's name; if it is fine, the plugin asks wrongly"


class BudgetExceeded(SpringheadError):
    """One subject needed more requests, bytes or seconds than its source allows."""

    default_hint = "raise the source's budget if this is normal for it"


class PluginError(SpringheadError):
    """A plugin failed in a way that it did not foresee, or could not be loaded."""

    default_hint = "a fault in the plugin: run with -v for its traceback"


class ConfigError(SpringheadError):
    """A setting, a file or an argument is wrong."""

    exit_code = 2
