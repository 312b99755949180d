from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from springhead.errors import ConfigError
from springhead.settings import is_loopback, load_settings
from springhead.version import user_agent


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith(("SPRINGHEAD_", "AWS_", "DYNAMODB_")):
            monkeypatch.delenv(name)


def test_prod_has_the_names_of_the_seeds_and_other_stages_a_suffix(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().table == "celebrity-database"
    assert load_settings(stage="dev").table == "celebrity-database-dev"
    assert load_settings(stage="dev").operations_table == "seattle-scraping-operations-dev"
    monkeypatch.setenv("DYNAMODB_TABLE", "mine")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert (load_settings().table, load_settings().region) == ("mine", "eu-west-1")
    monkeypatch.setenv("DYNAMODB_TABLE", "")
    assert load_settings().table == "celebrity-database"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SPRINGHEAD_STAGE", "Prod!", "SPRINGHEAD_STAGE"),
        ("SPRINGHEAD_UPSTREAM", "https://api.themoviedb.org", "must be a loopback address"),
        ("SPRINGHEAD_UPSTREAM", "http://127.evil.example", "must be a loopback address"),
        ("SPRINGHEAD_UPSTREAM", "127.0.0.1:80", "must be a loopback address"),
        ("SPRINGHEAD_RATE_SCALE", "5", "real hosts are spared"),
        ("SPRINGHEAD_RATE_SCALE", "0", "SPRINGHEAD_RATE_SCALE"),
        ("SPRINGHEAD_RATE_SCALE", "nan", "SPRINGHEAD_RATE_SCALE"),
        ("SPRINGHEAD_RATE_SCALE", "fast", "SPRINGHEAD_RATE_SCALE"),
        ("SPRINGHEAD_CONTACT", "nobody", "SPRINGHEAD_CONTACT"),
        ("SPRINGHEAD_CONTACT", "me@example.org\nX: y", "SPRINGHEAD_CONTACT"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=words) as caught:
        load_settings()
    assert "\n" not in caught.value.message
    assert "Value error" not in caught.value.message


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://127.8.8.8", "http://localhost:9/x", "http://[::1]:80"])
def test_this_machine(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1.example.org", "http://localhost.example", "http://10.0.0.1", "", "x", "http://[::", "http://0"],
)
def test_other_machines(url: str) -> None:
    assert not is_loopback(url)


@pytest.mark.parametrize("contact", ["ops@example.org", "https://example.org/bot"])
def test_the_user_agent_always_has_a_contact(monkeypatch: pytest.MonkeyPatch, contact: str) -> None:
    assert "(https://springhead.dev/bot)" in user_agent()
    monkeypatch.setenv("SPRINGHEAD_CONTACT", contact)
    settings = load_settings()
    assert user_agent("springhead-x/1", settings.contact).endswith(f" ({contact}) springhead-x/1")
    monkeypatch.setenv("SPRINGHEAD_CONTACT", "")
    assert load_settings().contact == "https://springhead.dev/bot"


def test_overrides_win_and_none_leaves_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("SPRINGHEAD_HOME", str(tmp_path))
    monkeypatch.setenv("SPRINGHEAD_STAGE", "dev")
    assert load_settings(stage=None).stage == "dev"
    assert load_settings(stage="test").stage == "test"
    assert load_settings().home == tmp_path


def test_an_exemption_from_robots_txt_has_an_end_and_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[{"host": "www.example.org", "until": "2026-12-31", "reason": "agreed by letter"}]'
    monkeypatch.setenv("SPRINGHEAD_ROBOTS_EXEMPTIONS", text)
    settings = load_settings()
    assert settings.exempt_hosts(date(2026, 12, 31)) == {"www.example.org"}
    assert settings.exempt_hosts(date(2027, 1, 1)) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "www.example.org",
        '[{"host": "www.example.org", "until": "2026-12-31"}]',
        '[{"host": "www.example.org", "reason": "x"}]',
        '[{"host": "https://www.example.org/", "until": "2026-12-31", "reason": "x"}]',
        '[{"host": "www.example.org", "until": "soon", "reason": "x"}]',
        '[{"host": "www.example.org", "until": "2026-12-31", "reason": ""}]',
    ],
)
def test_an_exemption_without_them_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SPRINGHEAD_ROBOTS_EXEMPTIONS", text)
    with pytest.raises(ConfigError, match="SPRINGHEAD_ROBOTS_EXEMPTIONS"):
        load_settings()


def test_a_quota_may_be_another_than_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_QUOTAS", '{"google_search": 5000}')
    assert load_settings().quotas == {"google_search": 5000}
    for wrong in ('{"google_search": 0}', '{"google_search": "many"}', "5000", "{"):
        monkeypatch.setenv("SPRINGHEAD_QUOTAS", wrong)
        with pytest.raises(ConfigError, match="SPRINGHEAD_QUOTAS"):
            load_settings()
