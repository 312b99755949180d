"""Meta's errors by their codes, and profiles in answers and pages of many years."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.errors import (
    AuthFailed,
    BadResponse,
    Blocked,
    InvalidRequest,
    LayoutChanged,
    NotFound,
    QuotaExceeded,
    RateLimited,
    SpringheadError,
    Unavailable,
)
from springhead.http.messages import Request, Response
from springhead.markup import Markup
from springhead.meta import judge_graph, judge_page
from springhead.profiles import Profile, handle_of, profile_of

SITE = "https://a.example/ann.lee/"
URL = "https://graph.facebook.com/v24.0/17841400000000000"


def answer(body: Any, status: int = 200, url: str = URL, **headers: str) -> Response:
    raw = body if isinstance(body, (str, bytes)) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = raw.encode() if isinstance(raw, str) else raw
    return Response(Request.build("GET", url), status, named, content, datetime(2026, 1, 1, tzinfo=UTC))


def graph(code: int, subcode: int | None = None, message: str = "x", status: int = 400, **more: Any) -> Response:
    extra = {"error_subcode": subcode} if subcode else {}
    return answer({"error": {"message": message, "type": "OAuthException", "code": code, **extra, **more}}, status)


def judged(response: Response) -> type[SpringheadError] | None:
    try:
        judge_graph(response)
    except SpringheadError as error:
        assert error.status == response.status
        return type(error)
    return None


@pytest.mark.parametrize("status", [200, 400, 403, 500])
@pytest.mark.parametrize(
    ("code", "subcode", "expected"),
    [
        (4, None, RateLimited),
        (17, 2446079, RateLimited),
        (32, None, RateLimited),
        (613, None, RateLimited),
        (80002, None, RateLimited),
        (190, None, AuthFailed),
        (190, 463, AuthFailed),
        (459, None, AuthFailed),
        (102, None, AuthFailed),
        (10, None, AuthFailed),
        (10, 33, AuthFailed),
        (200, None, AuthFailed),
        (299, None, AuthFailed),
        (3, None, AuthFailed),
        (110, 2207013, NotFound),
        (110, None, NotFound),
        (100, 2207013, NotFound),
        (100, 33, NotFound),
        (803, None, NotFound),
        (24, 2207024, NotFound),
        (18, 2207034, QuotaExceeded),
        (368, None, Blocked),
        (1, None, Unavailable),
        (2, None, Unavailable),
    ],
)
def test_codes_decide_whatever_the_status(
    code: int, subcode: int | None, expected: type[SpringheadError], status: int
) -> None:
    assert judged(graph(code, subcode, "Det gikk ikke", status)) is expected


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (graph(100, message="(#100) Pages Public Content Access requires either app secret proof"), AuthFailed),
        (graph(100, message="(#100) Tried accessing nonexisting field (nam) on node type (IGUser)"), InvalidRequest),
        (graph(100, message="Requested user x does not exist or is not eligible for profile discovery"), NotFound),
        (graph(100, 4279009, "Requested user x does not exist"), NotFound),
        (graph(9999, is_transient=True), Unavailable),
        (graph(9999, status=503), Unavailable),
        (graph(9999, status=401), AuthFailed),
        (graph(9999, status=429), RateLimited),
        (graph(9999), InvalidRequest),
        (answer({"error": {"code": "190", "message": None}}, 400), InvalidRequest),
        (answer({"error": {"code": "190"}}, 403), AuthFailed),
        (answer({"message": "no Route matched"}, 404), BadResponse),
        (answer("<html>gone</html>", 404), BadResponse),
        (answer("<html>hello</html>", 200), BadResponse),
        (answer("", 200), BadResponse),
        (answer("<html>bad gateway</html>", 502), Unavailable),
        (answer("", 429), RateLimited),
        (answer("", 403, x_app_usage='{"call_count":100,"total_time":25,"total_cputime":25}'), RateLimited),
        (answer("", 403, x_app_usage='{"call_count":3}'), Blocked),
        (answer("", 403, x_app_usage="not json"), Blocked),
        (answer([]), LayoutChanged),
        (answer("null"), LayoutChanged),
        (answer({"business_discovery": {}}), None),
        # the walls of the sites, before the API
        (answer({"message": "checkpoint_required", "checkpoint_url": "/challenge/", "status": "fail"}, 400), Blocked),
        (answer({"message": "Bitte warte einige Minuten.", "require_login": True, "status": "fail"}, 401), RateLimited),
        (answer({"message": "login_required", "status": "fail"}, 403), Blocked),
        (answer({"error": "a string"}, 400), InvalidRequest),
    ],
)  # fmt: skip
def test_what_codes_leave_open(response: Response, expected: type[SpringheadError] | None) -> None:
    assert judged(response) is expected


@pytest.mark.parametrize(
    ("path", "missed", "expected"),
    [
        ("/v24.0/{ig-user-id}", "17841400000000000", AuthFailed),
        ("/v1.0/profile_lookup", "profile_lookup", AuthFailed),
        ("/v1.0/profile_lookup", "1234567", NotFound),
        ("/v24.0/17843800000000001/top_media", "17843800000000001", NotFound),
    ],
)
def test_a_missing_object_of_our_own_is_no_unknown_person(path: str, missed: str, expected: type[Exception]) -> None:
    message = f"Unsupported get request. Object with ID '{missed}' does not exist, cannot be loaded"
    body = {"error": {"message": message, "code": 100, "error_subcode": 33}}
    assert judged(answer(body, 400, f"https://graph.facebook.com{path}?fields=id")) is expected


def test_the_time_to_wait_is_read_from_the_usage_headers() -> None:
    usage = json.dumps({"178": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 19}]})
    body = {"error": {"message": "(#4) limit", "code": 4}}
    with pytest.raises(RateLimited) as caught:
        judge_graph(answer(body, 403, x_business_use_case_usage=usage))
    assert caught.value.retry_after == 19 * 60
    with pytest.raises(RateLimited) as caught:
        judge_graph(answer(body, 403, x_business_use_case_usage=usage, retry_after="7"))
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ('{"polarisRouteConfig":{"pageID": "httpErrorPage"}}', 200, NotFound),
        ('{"props":{"page_id":"httpErrorPage"}}', 200, NotFound),
        ('{"resource":{"__dr":"PolarisErrorRoot.react"}}', 200, NotFound),
        ('window._sharedData = {"entry_data":{"HttpErrorPage":[{}]}}', 200, NotFound),
        ('{"polarisRouteConfig":{"pageID":"httpErrorPage"}}', 404, NotFound),
        ("ne postoji", 404, NotFound),
        ("", 410, NotFound),
        ("", 401, Blocked),
        ("", 403, Blocked),
        ("", 429, RateLimited),
        ("", 502, Unavailable),
        ("<html></html>", 200, None),
    ],
)
def test_pages_by_status_and_route(body: str, status: int, expected: type[SpringheadError] | None) -> None:
    if expected is None:
        judge_page(answer(body, status, SITE), ("a.example",))
        return
    with pytest.raises(expected):
        judge_page(answer(body, status, SITE), ("a.example",))


@pytest.mark.parametrize("identity", ["a", "@ann.lee_1", " ann ", "A" * 30])
def test_handles(identity: str) -> None:
    assert handle_of(identity) == identity.strip().removeprefix("@")


@pytest.mark.parametrize(
    "identity", ["", "@", "a b", "x){id}", "a/../b", "https://www.instagram.com/ann", "A" * 31, "陳"]
)
def test_what_is_no_handle_is_not_asked_for(identity: str) -> None:
    with pytest.raises(InvalidRequest, match="is no handle"):
        handle_of(identity)


ANN = {"username": "Ann.Lee", "biography": "Lanterns", "full_name": "Ann Lee", "edge_followed_by": {"count": 12}}


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"user": ANN}, "status": "ok"},
        {"graphql": {"user": ANN}},
        {"user": {**ANN, "edge_followed_by": None, "follower_count": "12"}},
        {
            "business_discovery": {
                "username": "ann.lee",
                "name": "Ann Lee",
                "biography": "Lanterns",
                "followers_count": 12,
            }
        },
        {"data": {"users": [{"username": "bob", "biography": "", "follower_count": 1}, ANN]}},
        f"<html><script>window._sharedData = {json.dumps({'entry_data': {'ProfilePage': [{'user': ANN}]}})};</script>",
        f"<html><script>window.__additionalDataLoaded('/ann.lee/',{json.dumps({'graphql': {'user': ANN}})});</script>",
        f'<html><script type="application/json" data-sjs>{json.dumps({"require": [[[{"user": ANN}]]]})}</script>',
    ],
)
def test_shapes_of_many_years(body: Any) -> None:
    profile = profile_of(answer(body), "ann.lee")
    assert (profile.username.lower(), profile.name, profile.biography, profile.followers) == (
        "ann.lee", "Ann Lee", "Lanterns", 12,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("described", "followers", "posts"),
    [
        ("46.3m Followers, 50 Following, 455 Posts - See Instagram photos", 46_300_000, 455),
        ("1,234 Followers, 50 Following, 1,455 Posts - See", 1_234, 1_455),
        ("46,3 Mio. Follower, 50 gefolgt, 455 Beiträge - Sieh dir", 46_300_000, 455),
        ("1.234 seguidores, 50 seguidos, 455 publicaciones - Ver", 1_234, 455),
        ("12,5 тыс. подписчиков, 50 подписок, 455 публикаций", 12_500, 455),
        ("フォロワー128.4万人、フォロー中50人、投稿455件 - x", 1_284_000, 455),
        ("팔로워 3.2만명, 팔로잉 50명, 게시물 455개 - x", 32_000, 455),
        ("1\u202f234 abonnés, 50 suivi(e)s, 455 publications - x", 1_234, 455),
        ("123K Followers, 1 Following, 4,316 Posts", 123_000, 4_316),
        ("298,2 Mn Takipçi, 1 Takip Edilen, 98 Gönderi - x", 298_200_000, 98),
        ("37,9 B Takipçi, 1 Takip Edilen, 1.482 Gönderi - x", 37_900, 1_482),
        ("1,4 triệu người theo dõi, đang theo dõi 3 người, 108 bài viết - x", 1_400_000, 108),
        ("13,9 mill. følgere, følger 1, 3 innlegg – Se x", 13_900_000, 3),
        ("14,4 hundert Follower, 1 gefolgt, 3 Beiträge", None, 3),
        ("2.978萬 位粉絲、3 人追蹤中、 98 則貼文 - 查看 王婷國（@ann.lee）的 Instagram", 29_780_000, 98),
        ("no numbers here", None, None),
        ("9" * 5000, None, None),
    ],
)
def test_meta_tags_in_many_languages(described: str, followers: int | None, posts: int | None) -> None:
    head = (
        '<meta property="og:type" content="profile"><meta property="og:title" content="Ann Lee (&#064;ann.lee) • x">'
        f'<meta content="{described}" property="og:description">'
    )
    page = answer(f"<html><head>{head}</head></html>")
    assert profile_of(page, "ann.lee") == Profile("ann.lee", "Ann Lee", followers=followers, posts=posts)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"data": {"user": None}, "status": "ok"}, NotFound),
        ({"business_discovery": {"username": "ann.lee.fans", "followers_count": 3}}, BadResponse),
        ('<meta property="og:title" content="Bob (@bob) • Instagram">', BadResponse),
        ({}, LayoutChanged),
        ({"username": "ann.lee", "full_name": "owner of a post", "is_verified": True}, LayoutChanged),
        ("<html></html>", LayoutChanged),
        ("no json", BadResponse),
    ],
)
def test_what_holds_no_profile_of_the_handle(body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        profile_of(answer(body), "ann.lee")


def test_what_comes_from_another_host_is_no_answer_of_the_site() -> None:
    with pytest.raises(BadResponse, match=r"b\.example: is not where we asked"):
        judge_page(answer("", 404, "https://b.example/x"), ("a.example",))
    with pytest.raises(Blocked):
        judge_page(answer("", 200, "https://b.example/login?next=x"), ("a.example",))


def test_the_brackets_of_a_handle_may_be_wide() -> None:
    page = answer('<meta property="og:title" content="王婷國（@ann.lee）• Instagram 相片">')
    assert profile_of(page, "ann.lee") == Profile("ann.lee", "王婷國")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("\u200eAnn Lee (@ann.lee)\u200e • صور وفيديوهات Instagram", "Ann Lee"),
        ("\u200fאן לי\u200e (@ann.lee) • Instagram", "אן לי"),
        ("@ann.lee • Instagram photos and videos", ""),
        ("(@ann.lee) • Instagram photos and videos", ""),
        ("Ann (Lee) (@ann.lee) • Threads, Say more", "Ann (Lee)"),
    ],
)
def test_titles_in_every_direction_and_without_a_name(title: str, name: str) -> None:
    page = answer(f'<meta property="og:title" content="{title}">')
    assert profile_of(page, "ann.lee") == Profile("ann.lee", name)


def test_an_answer_that_is_kept_as_a_string_is_read() -> None:
    kept = json.dumps({"data": {"user": ANN}})
    page = answer(f'<script type="application/json">{json.dumps({"result": {"response": kept}})}</script>')
    assert profile_of(page, "ann.lee").followers == 12


def test_half_a_character_does_not_reach_a_record() -> None:
    body = '<script>x = {"username":"ann.lee","biography":"a \\ud83d b","follower_count":1};</script>'
    assert profile_of(answer(body), "ann.lee").biography == "a ? b"


MEMBERS = [
    "user", "username", "biography", "followers_count", "edge_followed_by", "count", "bio_links", "error", "code",
    "error_subcode", "data",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(MEMBERS),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(JSON, st.sampled_from([200, 400, 404]))
def test_any_json_is_a_profile_or_a_named_error(document: Any, status: int) -> None:
    response = answer(json.dumps(document), status)
    for read in (judge_graph, lambda r: judge_page(r, (r.request.host,)), lambda r: profile_of(r, "ann.lee")):
        with contextlib.suppress(SpringheadError):
            read(response)


@given(st.text(alphabet='<>/"=scriptmea{}[]: x0', max_size=200))
def test_any_markup_is_read(text: str) -> None:
    page = Markup("<" + text)
    assert isinstance(page.visible, str)
    assert isinstance(page.code, str)
    assert all(isinstance(value, str) for value in page.meta.values())
    list(page.documents())


def test_markup_tells_code_from_text() -> None:
    page = Markup(
        '<title>A &amp; B</title><style>.x{}</style><p class="y">Hello&nbsp;you</p><script async>var a = {"b": 1};'
        'f("/c/", {"d": [2]});</script><SCRIPT type="application/json">{"e": 3}</SCRIPT><meta name=k content=v>'
    )
    assert page.title == "A & B"
    assert page.visible == "A & B Hello you"
    assert 'class="y"' in page.code
    assert "Hello" not in page.code
    assert ".x{}" not in page.code
    assert list(page.documents()) == [{"b": 1}, {"d": [2]}, {"e": 3}]
    assert page.meta == {"k": "v"}


def test_a_script_without_an_end_is_not_read() -> None:
    page = Markup('<p>a</p><script>{"b": 1}')
    assert page.visible == "a"
    assert list(page.documents()) == []
