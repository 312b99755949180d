"""Secrets: found at the last moment, bound to a host, kept out of everything that leaves the transport."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from springhead.errors import ConfigError
from springhead.http.messages import Request
from springhead.source import Secret

__all__ = ["REDACTED", "Secrets"]

REDACTED = "REDACTED"
#: Shorter values would be found by accident in any text.
_MIN_SCRUB = 6


class Secrets:
    """The secrets of one source.

    Args:
        bound: Host name → secret.
        resolvers: Asked in turn for the value of a name; the environment is asked first.
    """

    def __init__(
        self, bound: Mapping[str, Secret | tuple[Secret, ...]], *resolvers: Callable[[str], str | None]
    ) -> None:
        self._bound = {host: secret if isinstance(secret, tuple) else (secret,) for host, secret in bound.items()}
        self._resolvers: tuple[Callable[[str], str | None], ...] = (os.environ.get, *resolvers)
        self._values: dict[str, str] = {}

    def require(self, source: str) -> None:
        """Find every secret now, so that a missing one is said before any work is done.

        Raises:
            ConfigError: A secret is missing, or cannot stand in a header.
        """
        for host, secret in ((host, secret) for host, secrets in self._bound.items() for secret in secrets):
            value = self._find(secret.env)
            if value is None and not secret.optional:
                raise ConfigError(
                    f"{source} needs {secret.env} for {host}, and it is not set",
                    hint=f"export {secret.env}=…, or put it into the parameter /springhead/{{stage}}/{secret.env}",
                )
            if value is not None and not (value.isascii() and value.isprintable()):
                raise ConfigError(f"{secret.env} holds characters that no key has", hint="copy the key again")

    def has_key(self, host: str) -> bool:
        """True where a host has secrets, and all of them are known."""
        return host in self._bound and all(self._find(secret.env) is not None for secret in self._bound[host])

    def inject(self, request: Request) -> tuple[Request, bool]:
        """Return the request with its host's secrets, and whether there were any."""
        # A key never travels in the clear: after a redirect to http it stays at home.
        if not request.url.startswith("https://") or not self.has_key(request.host):
            return request, False
        for secret in self._bound[request.host]:
            request = _with_secret(request, secret, self._find(secret.env) or "")
        return request, True

    def scrub(self, text: str) -> str:
        """Remove our own secrets from a text of the source: some services echo the request."""
        for form in self._forms():
            text = text.replace(form, REDACTED)
        return text

    def scrub_body(self, body: bytes) -> bytes:
        """Remove our own secrets from an answer, since records keep answers whole."""
        for form in self._forms():
            body = body.replace(form.encode(), REDACTED.encode())
        return body

    def _forms(self) -> set[str]:
        """Each secret as it stands in plain text, in a query (either case of its escapes) and in JSON."""
        forms = set()
        for value in self._values.values():
            if len(value) >= _MIN_SCRUB:
                for escaped in (quote(value, safe=""), quote_plus(value)):
                    forms |= {escaped, re.sub("%..", lambda match: match[0].lower(), escaped)}
                forms |= {value, json.dumps(value)[1:-1], value.replace("/", r"\/")}
        return forms

    def _find(self, name: str) -> str | None:
        if name not in self._values:
            for resolver in self._resolvers:
                value = resolver(name)
                if value and value.strip():
                    self._values[name] = value.strip()
                    break
        return self._values.get(name)


def _with_secret(request: Request, secret: Secret, value: str) -> Request:
    headers, parts = dict(request.headers), urlsplit(request.url)
    path, query = parts.path, parts.query
    if secret.header is not None:
        headers[secret.header.lower()] = secret.prefix + value
    elif secret.cookie is not None:
        others = [headers["cookie"]] if headers.get("cookie") else []
        headers["cookie"] = "; ".join([*others, f"{secret.cookie}={value}"])
    elif secret.path is not None:
        for placeholder in (secret.path, quote(secret.path)):
            path = path.replace(placeholder, quote(value, safe=""))
    else:
        # An address that the source gave us may carry the parameter already, scrubbed.
        asked = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k != secret.query]
        query = urlencode([*asked, (secret.query or "", value)])
    url = urlunsplit((parts.scheme, parts.netloc, path, query, ""))
    return Request(request.method, url, headers, request.body)
