from __future__ import annotations

import json
import time
from collections import Counter
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from springhead_demo.simulator import Faults, Simulator, generate_people

PEOPLE = generate_people(50)
HEADERS = {"User-Agent": "tests/1", "Authorization": "Bearer t"}
COUNT = 1500


def url_of(number: int) -> str:
    return f"/api.themoviedb.org/3/search/person?query=zz{number}"


def statuses(faults: Faults, seed: int = 5, count: int = COUNT) -> list[int]:
    with Simulator(PEOPLE, seed, faults) as simulator, httpx.Client(base_url=simulator.url, headers=HEADERS) as client:
        return [client.get(url_of(number)).status_code for number in range(count)]


def test_rates_are_met_and_a_rerun_repeats_them() -> None:
    faults = Faults(rate_limited=0.1, server_error=0.05)
    first = statuses(faults)
    counts = Counter(first)
    # Four standard deviations; the seed is fixed, so this either always holds or never.
    assert abs(counts[429] / COUNT - 0.1) < 0.031
    assert abs(sum(counts[code] for code in (500, 502, 503)) / COUNT - 0.05) < 0.023
    assert counts[500] and counts[502] and counts[503]
    assert statuses(faults) == first
    assert statuses(faults, seed=6) != first


def test_asking_again_succeeds_soon() -> None:
    faults = Faults(rate_limited=0.3, server_error=0.2)
    with Simulator(PEOPLE, 5, faults) as simulator, httpx.Client(base_url=simulator.url, headers=HEADERS) as client:
        tries = []
        for number in range(200):
            tries.append(next(n for n in range(1, 30) if client.get(url_of(number)).status_code == 200))
        given = simulator.stats()["hosts"]["api.themoviedb.org"]
    assert 1.5 < sum(tries) / len(tries) < 2.6
    assert given["requests"] == sum(tries)
    assert given["faults"]["rate_limited"] == given["statuses"]["429"]
    assert sum(given["faults"].values()) == given["requests"] - 200


def test_faults_do_not_depend_on_the_order_of_requests() -> None:
    faults = Faults(rate_limited=0.3)
    with Simulator(PEOPLE, 5, faults) as simulator, httpx.Client(base_url=simulator.url, headers=HEADERS) as client:
        backwards = [client.get(url_of(number)).status_code for number in reversed(range(100))]
    assert backwards[::-1] == statuses(faults, count=100)


def test_retry_after_has_both_forms() -> None:
    faults = Faults(rate_limited=1.0, retry_after=7)
    with Simulator(PEOPLE, 5, faults) as simulator, httpx.Client(base_url=simulator.url, headers=HEADERS) as client:
        responses = [client.get(url_of(number)) for number in range(40)]
    forms = [response.headers["retry-after"] for response in responses]
    dates = [form for form in forms if not form.isdigit()]
    assert {form for form in forms if form.isdigit()} == {"7"}
    assert 5 < len(dates) < 35
    for form in dates:
        assert 0 < parsedate_to_datetime(form).timestamp() - time.time() <= 8
    assert responses[0].json()["status_code"] == 25


def test_errors_of_servers_have_html_and_json_bodies() -> None:
    for url in ("/api.themoviedb.org/3/person/{}", "/en.wikipedia.org/w/api.php?action=query&titles={}"):
        with Simulator(PEOPLE, 5, Faults(server_error=1.0)) as simulator:
            responses = [httpx.get(simulator.url + url.format(number), headers=HEADERS) for number in range(40)]
        kinds = Counter(response.headers["content-type"].split(";")[0] for response in responses)
        assert kinds.keys() == {"text/html", "application/json"}
        assert 0 < sum("retry-after" in response.headers for response in responses) < 40


def test_lag_is_reported_to_those_who_ask() -> None:
    url = "/www.wikidata.org/w/api.php?action=wbgetentities&ids=Q5&format=json&maxlag=5"
    with Simulator(PEOPLE, 5, Faults(server_error=1.0, retry_after=3)) as simulator:
        response = httpx.get(simulator.url + url, headers=HEADERS)
    assert response.status_code == 200
    assert response.headers["retry-after"] == "3"
    assert response.json()["error"]["code"] == "maxlag"
    assert response.json()["error"]["lag"] > 5


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_truncated_body_breaks_the_client_and_the_next_try_does_not(encoding: str) -> None:
    headers = {**HEADERS, "Accept-Encoding": encoding}
    with Simulator(PEOPLE, 5, Faults(truncated=0.5)) as simulator:
        number = simulator.truth(PEOPLE[0]["celebrity_id"])["tmdb_id"]
        address = urlsplit(simulator.url).netloc
        outcomes = []
        for _ in range(12):
            connection = HTTPConnection(address)
            connection.request("GET", f"/api.themoviedb.org/3/person/{number}", headers=headers)
            try:
                outcomes.append(len(connection.getresponse().read()) > 0)
            except IncompleteRead:
                outcomes.append(False)
            connection.close()
        with httpx.Client(base_url=simulator.url, headers=headers) as client:
            broken = 0
            for other in range(20):
                try:
                    client.get(f"/api.themoviedb.org/3/search/person?query=a{other}")
                except httpx.RemoteProtocolError:
                    broken += 1
    assert True in outcomes
    assert False in outcomes
    assert 0 < broken < 20


def test_malformed_urls_stay_malformed() -> None:
    faults = Faults(malformed=0.3)
    with Simulator(PEOPLE, 5, faults) as simulator, httpx.Client(base_url=simulator.url, headers=HEADERS) as client:
        rounds = [[client.get(url_of(number)) for number in range(100)] for _ in range(3)]
    verdicts = []
    for responses in rounds:
        verdict = []
        for response in responses:
            assert response.status_code == 200
            assert response.headers["content-type"] == "application/json;charset=utf-8"
            try:
                json.loads(response.text)
                verdict.append("good")
            except ValueError:
                verdict.append("html" if response.text.startswith("<!DOCTYPE") else "cut")
        verdicts.append(verdict)
    assert verdicts[0] == verdicts[1] == verdicts[2]
    counts = Counter(verdicts[0])
    assert 15 < 100 - counts["good"] < 48
    assert counts["html"] and counts["cut"]


def test_latency_delays() -> None:
    with Simulator(PEOPLE, 5, Faults(latency=0.05)) as simulator:
        start = time.monotonic()
        httpx.get(simulator.url + url_of(1), headers=HEADERS)
        assert time.monotonic() - start >= 0.025


@pytest.mark.parametrize("bad", [{"malformed": 1.5}, {"latency": -1}, {"rate_limited": 0.6, "truncated": 0.6}])
def test_impossible_rates_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"out of range|add up"):
        Faults(**bad)


@pytest.mark.parametrize("trait", ["namesakes", "not_found", "wrong_birth_date", "alias_only", "not_a_person"])
def test_traits_meet_their_rates(trait: str) -> None:
    people = generate_people(2000)
    rates: dict[str, Any] = {trait: 0.1}
    simulator = Simulator(people, 5, Faults(**rates))
    truths = [simulator.truth(person["celebrity_id"]) for person in people]
    assert abs(sum(bool(truth[trait]) for truth in truths) / 2000 - 0.1) < 0.027
    others = {"namesakes", "not_found", "wrong_birth_date", "alias_only", "not_a_person"} - {trait}
    assert not any(truth[other] for truth in truths for other in others)
