"""Whatever order files come in, and however often: the tables are what the files as a set say."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from springhead_contracts.rows import row_key
from springhead_lake import loading
from springhead_lake.names import classify

CREATORS = ["someone", "@Someone", "another"]
CITIES = ["NEW YORK", "Ny", "SF", "San Francisco"]
PHONES = ["", "un", "+1 2125550100", "(212) 555-0100", "+1 2125550101"]


def expected(paths: list[Path]) -> dict[str, set]:
    """What the tables must hold, in the plainest way: by the decisions, not by the code."""
    posts: dict[tuple, tuple] = {}
    restaurants: dict[tuple, tuple] = {}
    metrics: dict[str, set] = {"posts": set(), "restaurants": set()}
    for path in sorted(paths, key=lambda path: classify(path.name).stamp):
        kind = classify(path.name).kind
        with path.open(newline="", encoding="utf-8") as lines:
            rows = [{{"posts": "posts_count"}.get(k, k): v for k, v in row.items()} for row in csv.DictReader(lines)]
        seen = set()
        for row in rows:
            key = row_key("instagram_post" if kind == "posts" else "instagram_restaurant", row)
            if kind == "restaurants" and "phone" not in row:
                key = (*key[:2], None)
            if key in seen:
                continue
            seen.add(key)
            if kind == "posts":
                posts.setdefault(key, (row["post_id"], row["creator"], row["caption"], path.name))
                metrics[kind].add((row["post_id"], row["creator"], path.name))
            else:
                names = (row["restaurant_name"], row["city"], row.get("phone"))
                restaurants[key] = (*names, row["bio"], row.get("zip_code"), path.name)
                metrics[kind].add((*names, path.name))
    known = {key[:2] for key in restaurants if key[2] is not None}
    kept = {row for key, row in restaurants.items() if key[2] is not None or key[:2] not in known}
    return {
        "posts": set(posts.values()),
        "restaurants": kept,
        "post_metrics": metrics["posts"],
        "restaurant_metrics": metrics["restaurants"],
    }


COLUMNS = {
    "posts": ("post_id", "creator", "caption", "source_file"),
    "restaurants": ("restaurant_name", "city", "phone", "bio", "zip_code", "source_file"),
    "post_metrics": ("post_id", "creator", "source_file"),
    "restaurant_metrics": ("restaurant_name", "city", "phone", "source_file"),
}


def check(lake, paths) -> dict:
    found = lake.everything()
    wanted = expected(paths)
    for table, columns in COLUMNS.items():
        rows = [tuple(row[column] for column in columns) for row in found[table]]
        assert len(rows) == len(set(rows)), table
        assert set(rows) == wanted[table], table
    return found


@st.composite
def files(draw):
    """A few files of both kinds whose keys meet, and an order in which some come twice."""
    made = []
    for number in range(draw(st.integers(2, 4))):
        rows = draw(
            st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(CREATORS), st.integers(0, 9)), max_size=4)
        )
        made.append(("posts", number, rows, False, False))
    for number in range(draw(st.integers(2, 4))):
        names = st.sampled_from(["Luke's", "LUKE'S ", "Café"])
        rows = draw(st.lists(st.tuples(names, st.sampled_from(CITIES), st.sampled_from(PHONES)), max_size=4))
        made.append(("restaurants", number, rows, draw(st.booleans()), draw(st.booleans())))
    order = draw(st.permutations(range(len(made))))
    again = draw(st.lists(st.sampled_from(range(len(made))), max_size=3))
    return made, [*order, *again]


def write(lake, kit, made) -> list[Path]:
    paths = []
    for kind, number, rows, with_phone, with_zip in made:
        stamp = f"2026011{number}_120000"
        if kind == "posts":
            content = kit.posts_file(
                *(
                    kit.post(post_id, creator, caption=f"{number}/{n}", likes=str(likes))
                    for n, (post_id, creator, likes) in enumerate(rows)
                )
            )
            paths.append(lake.write(f"post_results_{stamp}.csv", content, 1e9 + number))
        else:
            without = [*([] if with_phone else ["phone"]), *([] if with_zip else ["zip_code"])]
            content = kit.restaurants_file(
                *(
                    kit.restaurant(name, city, phone=phone, bio=f"{number}/{n}")
                    for n, (name, city, phone) in enumerate(rows)
                ),
                without=without,
            )
            paths.append(lake.write(f"instagram_results_{stamp}.csv", content, 1e9 + number))
    return paths


@given(case=files())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_gives_what_the_files_say(laptops, kit, case):
    made, order = case
    lake = laptops()
    paths = write(lake, kit, made)
    for number in order:
        lake.loaded(paths[number])
    found = check(lake, paths)
    # Once more, all of them: nothing moves.
    before = lake.snapshots()
    for path in paths:
        lake.loaded(path)
    assert lake.snapshots() == before
    other = laptops()
    for path in reversed(paths):
        other.loaded(path)
    assert other.everything() == found


@pytest.fixture
def backups(laptop, kit) -> list[Path]:
    """Real backups where there are any, and files of the same shapes where there are none."""
    if kit.real:
        return kit.real
    made = [("posts", n, [(i, "someone", n) for i in "ABC"[: n + 1]], False, False) for n in range(3)]
    made += [("restaurants", n, [("Luke's", "Ny", "un")] * (n + 1), n > 0, n > 1) for n in range(3)]
    return write(laptop, kit, made)


def test_all_backups_in_any_order(laptops, backups, monkeypatch):
    ascending = sorted(backups)
    shuffled = random.Random(7).sample(ascending, len(ascending))
    tables = []
    for order in (ascending, ascending[::-1], [*shuffled, *shuffled[:5]]):
        lake = laptops()
        # In one of the orders as if every file were large: all keys are hashed, all rows read a second time.
        if order == ascending[::-1]:
            monkeypatch.setattr(loading, "SMALL_ROWS", 0)
            monkeypatch.setattr(loading, "MEMORY_BYTES", 0)
        else:
            monkeypatch.undo()
        reports = [lake.loaded(path) for path in order]
        assert sum(report.rejected for report in reports) == 0
        assert all(report.snapshots == {} for report in reports[len(backups) :])
        tables.append(check(lake, backups))
    assert tables[0] == tables[1] == tables[2]
