"""Writes a file of posts of any size, the same bytes for the same arguments.

Run it as `python -m benchmarks.lake.generate --help`. The default is a million rows of about 300 bytes over 36 months.
Values have the shape of the real files: short codes, dates as pages spell them, likes and comments that are partly
hidden, captions with commas and other scripts.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from springhead_contracts import rows

__all__ = ["write_posts"]

_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TERMS = ("#foodporn", "#brunch", "#nyceats", "#sfeats", "#dessert", "#ramen")
_WORDS = (
    *("burger", "fries", "crispy", "golden", "sauce,", "chef", "kitchen", "slow", "roasted", "garlic", "noodles"),
    *("ramen", "café", "crème", "brûlée", "tonight", "only,", "come", "hungry", "brunch", "weekend", "fresh"),
    *("market", "tacos", "🌮", "pizza", "🍕", "fire", "smoked", "brisket", "東京", "拉麺", "warm", "bread", "butter"),
    "honey",
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FIRST_DAY = date(2023, 1, 1)
_DAYS_OF_MONTHS = 30.4375
_TEXTS = 20_000
_HIDDEN = ("", "N/A")


def write_posts(
    path: Path, count: int = 1_000_000, *, first: int = 0, months: int = 36, quote_all: bool = False, end: str = "\r\n"
) -> int:
    """Writes a file of posts.

    Args:
        path: The file.
        count: Number of rows; no two have the same key.
        first: Number of the first row. Files of disjoint ranges have disjoint keys, and a row is the same in each
            file that has its number.
        months: Span of the dates, from January 2023.
        quote_all: Put quotes around all values, as the scraper's first files have it.
        end: Line end.

    Returns:
        Size in bytes.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, lineterminator=end)
        writer.writerow(rows.header("instagram_post"))
        writer.writerows(_posts(first, count, months))
    return path.stat().st_size


def _posts(first: int, count: int, months: int) -> Iterator[tuple[str, ...]]:
    texts = list(_texts())
    dates = [_spelt(_FIRST_DAY + timedelta(days=day)) for day in range(int(months * _DAYS_OF_MONTHS))]
    for number in range(first, first + count):
        code = _short_code(number)
        # Bits of the mixed number stand in for chance: a generator seeded for each row takes five times as long.
        chance = _mixed(number)
        yield (
            _TERMS[number % len(_TERMS)],
            code,
            f"creator.{number * 7919 % 40_009}",
            dates[chance % len(dates)],
            _HIDDEN[number % 2] if chance >> 16 & 15 == 0 else str(90_000_000 // (200 + (chance >> 20 & 0xFFFFF))),
            _HIDDEN[number % 2] if chance >> 40 & 3 else str(chance >> 42 & 1023),
            *texts[(chance >> 12) % len(texts)],
            f"https://www.instagram.com/p/{code}/",
            "SCRAPED",
        )


def _texts() -> Iterator[tuple[str, str, str]]:
    chance = random.Random(5)
    for _ in range(_TEXTS):
        words = chance.choices(_WORDS, k=15)
        tags = " ".join(f"#{word.strip(',')}" for word in words[:6])
        yield tags, " ".join(words), f"Photo of {words[3]} and {words[5]} on a {words[7]} plate"


def _spelt(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _mixed(number: int) -> int:
    # Multiplication by an odd number permutes 66 bits, so that codes are distinct and look random.
    return (number * 0x9E3779B97F4A7C15 + 0x1234567) % (1 << 66)


def _short_code(number: int) -> str:
    mixed = _mixed(number)
    return "".join([_CODE[mixed >> shift & 63] for shift in range(60, -6, -6)])


def main() -> None:
    """Writes the file that the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--quote-all", action="store_true")
    parser.add_argument("--lf", action="store_true", help="end lines with LF, not CRLF")
    args = parser.parse_args()
    end = "\n" if args.lf else "\r\n"
    size = write_posts(args.path, args.rows, first=args.first, months=args.months, quote_all=args.quote_all, end=end)
    print(f"{args.path}: {args.rows:,} rows, {size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
