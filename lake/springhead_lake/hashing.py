"""Hashes of keys: 128 bits for each row, so that the keys of ten million rows fit into 160 MB and sort fast.

The hash is multilinear: each four bytes at each place of each column, and each length, have a random factor, and the
products are added. Two different keys have one hash with a probability of 2**-66 at most, and of 2**-128 nearly always:
it is the higher, the more low bits of all their differences are equal. The factors are drawn anew in every process, so
nobody can make keys that collide; hashes must not be stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Hashes", "Index", "hash_rows", "join_hashes"]

Hashes = npt.NDArray[np.uint64]
"""Hashes of n rows: an array of two rows, n columns."""

Words = npt.NDArray[np.uint64]

_SEED = secrets.randbits(128)
#: Bytes that are hashed at once: few enough for the processor's cache with all that is made of them.
_BLOCK = 1 << 18
#: Bits that an index is entered by: 32 MB of places for millions of rows.
_MOST_BITS = 22
_WORD = 8
_HALF = np.uint64(32)
_LOW = np.uint64(2**32 - 1)
#: What of a word is left where it has 1 to 8 bytes.
_MASKS = np.array([2 ** (8 * count) - 1 for count in range(1, _WORD + 1)], dtype=np.uint64)


class _Factors:
    """Random factors of one column, as many as its longest value needs, the first for NULL, the second for lengths."""

    def __init__(self, column: int) -> None:
        self._random = np.random.default_rng([_SEED, column])
        self._known = self._draw(64)

    def _draw(self, count: int) -> Hashes:
        return self._random.integers(0, 2**64, size=(2, count), dtype=np.uint64)

    def upto(self, count: int) -> Hashes:
        while self._known.shape[1] < count:
            # By doubling: what has been drawn stays, or equal keys would differ.
            self._known = np.concatenate([self._known, self._draw(self._known.shape[1])], axis=1)
        return self._known


_factors: list[_Factors] = []


def _column(number: int) -> _Factors:
    while len(_factors) <= number:
        _factors.append(_Factors(len(_factors)))
    return _factors[number]


def hash_rows(columns: Sequence[pa.Array | pa.ChunkedArray]) -> Hashes:
    """Hash rows by columns of equal length; NULL is a value of its own. Types: text, dates, times and integers."""
    length = len(columns[0])
    found = np.zeros((2, length), dtype=np.uint64)
    for number, column in enumerate(columns):
        at = 0
        for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            found[:, at : at + len(chunk)] += _hash_array(chunk, _column(number))
            at += len(chunk)
    return found


def _hash_array(array: pa.Array, factors: _Factors) -> Hashes:
    if not len(array):
        return np.zeros((2, 0), dtype=np.uint64)
    nulls = np.asarray(array.is_null().to_numpy(zero_copy_only=False)) if array.null_count else None
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        found = _hash_text(array if nulls is None else pc.fill_null(array, ""), factors)
    else:
        found = _hash_numbers(array, factors)
    if nulls is not None:
        found[:, nulls] = factors.upto(1)[:, :1]
    return found


def _hash_numbers(array: pa.Array, factors: _Factors) -> Hashes:
    wide = array.view(pa.int32() if array.type.bit_width == 32 else pa.int64()).cast(pa.int64())
    words = pc.fill_null(wide, 0).to_numpy(zero_copy_only=False).view(np.uint64)
    known = factors.upto(4)
    # A number has no length; that of no text keeps it apart from NULL.
    return np.stack([_products(words, known[half, 2:3], known[half, 3:4]) for half in (0, 1)])


def _products(words: Words, low: Words, high: Words) -> Words:
    found: Words = (words & _LOW) * low + (words >> _HALF) * high
    return found


def _hash_text(array: pa.Array, factors: _Factors) -> Hashes:
    wide = pa.types.is_large_string(array.type)
    _, raw_offsets, raw_data = array.buffers()
    found_offsets = np.frombuffer(raw_offsets, dtype=np.int64 if wide else np.int32)
    offsets = found_offsets[array.offset : array.offset + len(array) + 1].astype(np.int64)
    data = np.frombuffer(raw_data, dtype=np.uint8) if raw_data is not None else np.zeros(0, dtype=np.uint8)
    found = np.empty((2, len(array)), dtype=np.uint64)
    start = 0
    while start < len(array):
        end = max(start + 1, int(np.searchsorted(offsets, offsets[start] + _BLOCK, side="right")) - 1)
        _hash_block(data, offsets[start : end + 1], factors, found[:, start:end])
        start = end
    return found


def _hash_block(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], factors: _Factors, out: Hashes) -> None:
    lengths = np.diff(offsets)
    begins = offsets[:-1] - offsets[0]
    padded = np.zeros(offsets[-1] - offsets[0] + _WORD, dtype=np.uint8)
    padded[:-_WORD] = data[offsets[0] : offsets[-1]]
    octets = np.ndarray((len(padded) - _WORD + 1,), "<u8", padded, strides=(1,))  # the word that begins at each byte
    counts = (lengths + _WORD - 1) // _WORD
    ends = np.cumsum(counts)
    places = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
    words = octets[np.repeat(begins, counts) + places * _WORD]
    some = np.flatnonzero(counts)
    words[ends[some] - 1] &= _MASKS[(lengths[some] - 1) % _WORD]
    known = factors.upto(2 + 2 * int(counts.max(initial=0)))
    for half in (0, 1):
        # Sums of pieces as differences of one running sum: exact, for all of it is modulo 2**64.
        running = np.zeros(len(words) + 1, dtype=np.uint64)
        np.cumsum(_products(words, known[half, 2::2][places], known[half, 3::2][places]), out=running[1:])
        out[half] = running[ends] - running[ends - counts] + lengths.view(np.uint64) * known[half, 1]


def join_hashes(parts: Sequence[Hashes]) -> Hashes:
    """Put the hashes of several pieces together."""
    return np.concatenate(parts, axis=1) if parts else np.zeros((2, 0), dtype=np.uint64)


class Index:
    """The distinct hashes of rows, and the first row of each.

    Args:
        hashes: One for each row.

    Attributes:
        first: First row of each distinct hash, in the order of the index.
    """

    def __init__(self, hashes: Hashes) -> None:
        order = np.argsort(hashes[0])
        high, low = hashes[0][order], hashes[1][order]
        if np.any((high[1:] == high[:-1]) & (low[1:] != low[:-1])):
            order = np.lexsort((hashes[1], hashes[0]))
            high, low = hashes[0][order], hashes[1][order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
        if new.all():
            self._high, self._low, self.first = high, low, order
        else:
            starts = np.flatnonzero(new)
            self._high, self._low, self.first = high[new], low[new], np.minimum.reduceat(order, starts)
        # Hashes are evenly spread: their first bits tell nearly where they are.
        bits = min(_MOST_BITS, max(1, len(self).bit_length()))
        self._shift = np.uint64(64 - bits)
        self._places = np.searchsorted(self._high, np.arange(2**bits, dtype=np.uint64) << self._shift)

    def __len__(self) -> int:
        return len(self.first)

    def find(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Place in the index of each hash, -1 where it is not there."""
        found = np.full(hashes.shape[1], -1, dtype=np.int64)
        if not len(self):
            return found
        rows = np.arange(hashes.shape[1])
        high, low = hashes
        at = self._places[high >> self._shift]
        while len(rows):
            at_end = at >= len(self)
            if at_end.any():
                rows, high, low, at = (one[~at_end] for one in (rows, high, low, at))
            theirs = self._high[at]
            hit = (theirs == high) & (self._low[at] == low)
            found[rows[hit]] = at[hit]
            # Two may be equal in the first half.
            on = np.flatnonzero((theirs <= high) & ~hit)
            rows, high, low, at = rows[on], high[on], low[on], at[on] + 1
        return found
