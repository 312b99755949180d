"""Answers that are well formed as HTTP and lie: redirects inwards, and bodies that are not what they say."""

from __future__ import annotations

from collections.abc import Callable

from springhead_demo.simulator.hostile import Attack
from springhead_demo.simulator.messages import Request, Response

INSIDE = {
    "redirect_metadata": "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "redirect_loopback": "http://127.0.0.1:8080/admin",
    "redirect_ipv6": "http://[::1]:8080/admin",
    "redirect_mapped": "http://[::ffff:169.254.169.254]/latest/meta-data/",
    "redirect_private": "http://10.0.0.1/",
    "redirect_decimal": "http://2130706433/",
    "redirect_octal": "http://0177.0.0.1/",
    "redirect_localhost": "http://localhost:9200/_search",
    "redirect_file": "file:///etc/passwd",
    "redirect_gopher": "gopher://127.0.0.1:6379/_INFO",
    "redirect_stranger": "https://collector.example/take?it=all",
}
"""Addresses that a redirect may lead to, by the name of the switch."""

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_FEED = '<rss version="2.0"><channel><title>t</title><item><title>{}</title><link>https://a.example/1</link></item></channel></rss>'
_XML = "application/xml; charset=utf-8"
_PAGE = (
    '<!DOCTYPE html>\n<html lang="{language}"><head><title>{title}</title></head><body><h1>{title}</h1>'
    "<p>{text}</p></body></html>\n"
)


def _to(location: str) -> Attack:
    def redirect(request: Request, plain: Response) -> Response:
        return Response(302, b"", {"Location": location, "Content-Type": "text/html"})

    return redirect


def _real(request: Request) -> str:
    """Return the address that the client meant; here it is carried in the path."""
    return f"https:/{request.target}"


def redirect_loop(request: Request, plain: Response) -> Response:
    """A redirect to the same address."""
    return Response(302, b"", {"Location": _real(request)})


def redirect_chain(request: Request, plain: Response) -> Response:
    """A redirect to ever another address."""
    address, _, number = _real(request).partition("hop=")
    join = "" if number else "&" if "?" in address else "?"
    return Response(
        307, b"", {"Location": f"{address}{join}hop={int(number or 0) + 1 if number.isdigit() or not number else 1}"}
    )


def redirect_nowhere(request: Request, plain: Response) -> Response:
    """A redirect that does not say where to."""
    return Response(302, b"", {"Content-Type": "text/html"})


def _fixed(body: str | bytes, content_type: str | None = None, status: int = 200) -> Attack:
    raw = body.encode() if isinstance(body, str) else body

    def answer(request: Request, plain: Response) -> Response:
        return Response(status, raw, {"Content-Type": content_type or plain.headers.get("Content-Type", "text/plain")})

    return answer


def _recoded(charset: str, said: str) -> Attack:
    def answer(request: Request, plain: Response) -> Response:
        kind = plain.headers.get("Content-Type", "text/plain").partition(";")[0]
        text = plain.body.decode("utf-8", "replace")
        return Response(plain.status, text.encode(charset, "replace"), {"Content-Type": f"{kind}; charset={said}"})

    return answer


def _page(title: str, text: str, language: str = "en") -> str:
    return _PAGE.format(language=language, title=title, text=text)


_MAINTENANCE = _page("We'll be right back", "We are down for maintenance. Error 503.")

DECEPTIONS: dict[str, Callable[[Request, Response], Response]] = {
    **{name: _to(location) for name, location in INSIDE.items()},
    "redirect_loop": redirect_loop,
    "redirect_chain": redirect_chain,
    "redirect_nowhere": redirect_nowhere,
    "entities": _fixed(f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{_LAUGHS}]>{_FEED.format("&l9;")}', _XML),
    "quadratic_entities": _fixed(
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>{_FEED.format("&a;" * 10_000)}', _XML
    ),
    "external_entity": _fixed(
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>{_FEED.format("&x;")}', _XML
    ),
    "external_dtd": _fixed(
        f'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://169.254.169.254/evil.dtd">{_FEED.format("t")}', _XML
    ),
    "deep_xml": _fixed("<rss>" + "<a>" * 200_000 + "</a>" * 200_000 + "</rss>", _XML),
    "deep_json": _fixed("[" * 200_000 + "]" * 200_000),
    "long_number": _fixed('{"items":' + "9" * 100_000 + "}"),
    "surrogates": _fixed('{"name":"\\ud800\\udfff \\ud83d","items":[]}'),
    "wrong_charset": _recoded("utf-16", "utf-8"),
    "mislabelled_charset": _recoded("big5", "iso-8859-1"),
    "unknown_charset": _recoded("utf-8", "klingon-1"),
    "not_utf8": _fixed(b'{"items":[{"title":"\xa7\xda\xb7R\xff\xfe"}]}'),
    "html": _fixed(_page("Please stand by", "We are checking your browser."), "text/html; charset=utf-8"),
    "html_as_json": _fixed(_page("Please stand by", "We are checking your browser.")),
    "error_page": _fixed(_MAINTENANCE, "text/html; charset=utf-8"),
    "error_page_zh": _fixed(_page("系統維護中", "請稍後再試。", "zh-TW"), "text/html; charset=utf-8"),
    "captcha": _fixed(
        _page(
            "Sorry...", "Our systems have detected unusual traffic from your computer network. <div id=recaptcha></div>"
        ),
        "text/html; charset=utf-8",
        429,
    ),
    "bad_gateway": _fixed(_page("502: Bad gateway", "cloudflare-nginx"), "text/html; charset=UTF-8", 502),
    "error_in_200": _fixed('{"error":{"code":500,"message":"backend error","status":"INTERNAL"}}'),
    "empty": _fixed(""),
    "no_content": _fixed("", status=204),
    "json_null": _fixed("null"),
    "json_list": _fixed("[]"),
    "json_object": _fixed("{}"),
    "json_text": _fixed('"ok"'),
    "cut_json": lambda request, plain: Response(plain.status, plain.body[: len(plain.body) // 2], plain.headers),
    "teapot": _fixed("short and stout", "text/plain", 418),
    "gone": _fixed('{"error":"gone"}', status=410),
    "forbidden": _fixed("Forbidden", "text/plain", 403),
}
"""Every deception, by the name under which it can be switched on."""
