"""The one retry rule, with errors injected at the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, PartialCredentialsError
from springhead.errors import AuthFailed, ConfigError, SpringheadError, Unavailable
from springhead.settings import Settings
from springhead_runner.stores import aws as module
from springhead_runner.stores.aws import BASE, CAP, TRIES, Aws, retrying


class Wire:
    """Answers in place of the network, the last answer for ever; counts the requests."""

    def __init__(self, aws: Aws) -> None:
        self.answers: list[Any] = []
        self.requests = 0
        self.client = aws.dynamodb
        self.client.meta.events.register("before-send.dynamodb", self.answer)

    def __call__(self, *answers: Any) -> Wire:
        self.answers, self.requests = list(answers), 0
        return self

    def answer(self, request: Any, **kwargs: Any) -> AWSResponse:
        answer = self.answers[min(self.requests, len(self.answers) - 1)]
        self.requests += 1
        if isinstance(answer, Exception):
            raise answer
        status, code = answer
        body = json.dumps({"TableNames": []} if status == 200 else {"__type": f"x#{code}", "message": "said"}).encode()
        response = AWSResponse(request.url, status, {}, None)
        response._content = body
        return response

    def call(self, sleep: Callable[[float], None] = lambda seconds: None, **options: Any) -> Any:
        return retrying(self.client.list_tables, "list the tables", sleep=sleep, **options)


@pytest.fixture(scope="module")
def wire() -> Wire:
    return Wire(Aws(Settings(endpoint="http://127.0.0.1:9")))


THROTTLES = [
    (400, "ProvisionedThroughputExceededException"),
    (400, "ThrottlingException"),
    (400, "RequestLimitExceeded"),
    (503, "SlowDown"),
    (500, "InternalServerError"),
    (502, "never heard of"),
    ConnectionClosedError(endpoint_url="http://127.0.0.1:9"),
]


@pytest.mark.parametrize("trouble", THROTTLES, ids=str)
def test_what_can_pass_is_tried_five_times_more(wire: Wire, trouble: Any) -> None:
    for failures in range(TRIES):
        line = wire(*[trouble] * failures, (200, ""))
        assert line.call()["TableNames"] == []
        assert line.requests == failures + 1
    line = wire(trouble)
    with pytest.raises(Unavailable, match="list the tables") as caught:
        line.call()
    assert (line.requests, TRIES) == (6, 6)
    assert caught.value.retryable and "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ((400, "AccessDeniedException"), AuthFailed),
        ((400, "UnrecognizedClientException"), AuthFailed),
        ((400, "ResourceNotFoundException"), ConfigError),
        ((400, "ValidationException"), ConfigError),
        (PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), ConfigError),
    ],
    ids=str,
)
def test_what_cannot_pass_is_said_at_once(wire: Wire, trouble: Any, error: type[SpringheadError]) -> None:
    line = wire(trouble)
    with pytest.raises(error, match="list the tables") as caught:
        line.call()
    assert line.requests == 1 and caught.value.hint and not caught.value.retryable


def test_full_jitter_grows_to_a_cap(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: dict[float, list[float]] = {}
    for chance in (0.0, 0.5, 1.0):
        monkeypatch.setattr(module.random, "random", lambda chance=chance: chance)
        waits[chance] = []
        with pytest.raises(Unavailable):
            wire(THROTTLES[0]).call(sleep=waits[chance].append)
    assert waits[0.0] == [0.0] * 5
    assert waits[1.0] == [min(CAP, BASE * 2**n) for n in range(1, 6)]
    assert waits[0.5] == [wait / 2 for wait in waits[1.0]]


def test_an_expected_error_comes_as_it_is(wire: Wire) -> None:
    from botocore.exceptions import ClientError

    line = wire((400, "ConditionalCheckFailedException"))
    with pytest.raises(ClientError):
        line.call(expected=frozenset({"ConditionalCheckFailedException"}))
    assert line.requests == 1


def test_missing_credentials_are_one_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    slept: list[float] = []
    aws = Aws(Settings(endpoint="https://dynamodb.invalid"))
    with pytest.raises(ConfigError, match="credentials") as caught:
        retrying(aws.dynamodb.list_tables, "list the tables", sleep=slept.append)
    assert slept == [] and "springhead up" in (caught.value.hint or "")


def test_a_profile_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    with pytest.raises(ConfigError, match="no-such-profile"):
        _ = Aws(Settings(endpoint="https://dynamodb.invalid")).dynamodb


def test_real_keys_never_go_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    client = Aws(Settings(endpoint="http://127.0.0.1:9")).s3
    assert client._request_signer._credentials.access_key == "test"


def test_the_settings_decide_on_the_endpoint_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    settings = Settings().model_copy(update={"endpoint": None})  # what `--endpoint aws` makes of it
    assert Aws(settings).dynamodb.meta.endpoint_url == "https://dynamodb.us-east-1.amazonaws.com"
