"""Errors, usage headers and tokens of Meta's Graph API, for Instagram and Threads.

What a user would read is localised; code and subcode are not. Codes:
https://developers.facebook.com/docs/graph-api/guides/error-handling and
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes; limits and headers:
https://developers.facebook.com/docs/graph-api/overview/rate-limiting. The subcode of the hashtag limit is as
reported, not as documented.
"""

from __future__ import annotations

from typing import Any

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.messages import Request, Response, json_response

CONTENT_TYPE = "application/json; charset=UTF-8"

NOT_FOUND = {
    "en": ("User not found", "The user with username {} cannot be found."),
    "nb": ("Finner ikke brukeren", "Finner ikke brukeren med brukernavnet {}."),
    "de": ("Benutzer nicht gefunden", "Der Benutzer mit dem Benutzernamen {} wurde nicht gefunden."),
    "fr": ("Utilisateur introuvable", "Impossible de trouver l’utilisateur {}."),
    "es": ("No se encontró al usuario", "No se puede encontrar al usuario con el nombre {}."),
    "ja": ("ユーザーが見つかりません", "ユーザーネーム「{}」のユーザーは見つかりません。"),
    "zh": ("找不到用戶", "找不到用戶名稱為 {} 的用戶。"),
    "ar": ("لم يتم العثور على المستخدم", "لا يمكن العثور على المستخدم {}."),
    "ru": ("Пользователь не найден", "Пользователь с именем {} не найден."),
    "th": ("ไม่พบผู้ใช้", "ไม่พบผู้ใช้ที่มีชื่อผู้ใช้ {}"),
}
"""Title and text for a user that cannot be found, by language."""

LIMITS: dict[int, tuple[int, str]] = {
    4: (403, "(#4) Application request limit reached"),
    17: (400, "(#17) User request limit reached"),
    32: (403, "(#32) Page request limit reached"),
    613: (400, "(#613) Calls to this api have exceeded the rate limit."),
    80002: (400, "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again."),
}
"""Codes that mean too many requests, with status and message."""


def meta_error(
    status: int, code: int, message: str, *, kind: str = "OAuthException", trace: str = "", **more: Any
) -> Response:
    """Answer with an error object; `more` are its further members, such as `error_subcode`."""
    error = {"message": message, "type": kind, "code": code, **more, "fbtrace_id": trace or "A" + "b" * 21}
    headers = {"WWW-Authenticate": f'OAuth "Facebook Platform" "invalid_request" "{message.splitlines()[0]}"'}
    response = json_response({"error": error}, status, content_type=CONTENT_TYPE, ascii_only=True)
    response.headers |= {name: value.encode("ascii", "replace").decode() for name, value in headers.items()}
    return response


def no_object(number: str, kind: str) -> Response:
    """Answer that an object does not exist, or not for us."""
    message = (
        f"Unsupported get request. Object with ID '{number}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation"
    )
    return meta_error(400, 100, message, kind=kind, error_subcode=33)


def not_found(dice: Dice, username: str, reader: str, locale: str = "") -> Response:
    """Answer that a user does not exist, or has no professional account: the answer does not tell which."""
    language = locale[:2].lower() if locale[:2].lower() in NOT_FOUND else dice.pick(tuple(NOT_FOUND), "locale", reader)
    title, text = NOT_FOUND[language]
    message = "Invalid user id" if dice.chance(0.6, "message form", reader) else "(#110) Invalid user id"
    return meta_error(
        400,
        110,
        message,
        error_subcode=2207013,
        is_transient=False,
        error_user_title=title,
        error_user_msg=text.format(username),
        trace=dice.hex(22, "trace", username),
    )


def limited(dice: Dice, *key: object, code: int | None = None, minutes: int = 1) -> Response:
    """Answer that there were too many requests, with the usage at or above its hundred per cent.

    Args:
        dice: The source of draws.
        key: What the code is drawn by.
        code: The code, instead of a drawn one.
        minutes: Until calls are taken again.
    """
    code = code if code is not None else dice.pick(tuple(LIMITS), "limit", *key)
    status, message = LIMITS[code]
    response = meta_error(status, code, message, is_transient=True)
    response.headers |= usage(101, minutes=minutes)
    return response


def usage(percent: int, account: str = "17841400000000000", minutes: int = 0) -> dict[str, str]:
    """Return the usage headers: per app, and per business use case with the minutes until calls are taken again."""
    app = f'{{"call_count":{percent},"total_cputime":{percent // 3},"total_time":{percent // 2}}}'
    case = app.removesuffix("}") + f',"type":"instagram","estimated_time_to_regain_access":{minutes}}}'
    return {"X-App-Usage": app, "X-Business-Use-Case-Usage": f'{{"{account}":[{case}]}}'}


def token_fault(request: Request, *, kind: str = "OAuthException") -> Response | None:
    """Return the answer to a request whose token is missing or no good; every other token is taken.

    Tokens that start with `expired` have expired, with `invalid` are none, with `limited` lack a permission (code 10),
    with `unapproved` belong to an app without approval (code 200), with `checkpoint` to a user who must confirm the
    account.
    """
    header = request.headers.get("authorization", "")
    bearer = header[7:].strip() if header[:7].casefold() == "bearer " else ""
    token = request.query.get("access_token", "") or bearer
    if not token:
        message = "An access token is required to request this resource."
        return meta_error(400, 104, message, kind=kind)
    if token.startswith("expired"):
        message = (
            "Error validating access token: Session has expired on Saturday, 14-Nov-26 08:00:00 PST. "
            "The current time is Monday, 16-Nov-26 02:00:00 PST."
        )
        return meta_error(401 if kind != "OAuthException" else 400, 190, message, kind=kind, error_subcode=463)
    if token.startswith("invalid"):
        return meta_error(401, 190, "Invalid OAuth access token - Cannot parse access token", kind=kind)
    if token.startswith("checkpoint"):
        message = "Error validating access token: The user is enrolled in a blocking, logged-in checkpoint"
        return meta_error(400, 190, message, kind=kind, error_subcode=490)
    if token.startswith("limited"):
        return meta_error(403, 10, "(#10) Application does not have permission for this action", kind=kind)
    if token.startswith("unapproved"):
        return meta_error(403, 200, "(#200) Requires instagram_basic permission to manage the object", kind=kind)
    return None
