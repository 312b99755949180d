"""Everything the simulated sources know, indexed by name and derived from the seed when it is asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.faults import Faults
from springhead_demo.simulator.figures import (
    DISAMBIGUATION,
    SLOTS,
    Figure,
    build_figure,
)
from springhead_demo.simulator.names import Family, Names, fold, tokens
from springhead_demo.simulator.people import Subject
from springhead_demo.simulator.spellings import names_of
from springhead_demo.simulator.traits import Traits, traits_of

_FAMILIES: tuple[Family, ...] = ("latin", "zh", "ja", "ko")
_FUZZY_LIMIT = 60
_POSTINGS_READ = 2000
_CACHE = 8192


class World:
    """The figures behind a subject list.

    Construction does no work per person: the indexes are built at the first look-up, and a figure when it is needed.

    Args:
        people: The subjects.
        faults: Rates of the traits.
        dice: The source of draws.
        traits: Traits of some subjects by id, instead of drawn ones.
    """

    def __init__(
        self, people: Sequence[Subject], faults: Faults, dice: Dice, traits: Mapping[str, Traits] | None = None
    ) -> None:
        self.people = people
        self.dice = dice
        self._faults = faults
        self._given = traits or {}
        self._figure = lru_cache(maxsize=_CACHE)(self._build)

    def traits(self, index: int) -> Traits:
        """Return the traits of a subject by its place in the list."""
        subject_id = self.people[index]["celebrity_id"]
        return self._given.get(subject_id) or traits_of(self.dice, self._faults, subject_id)

    def figure(self, slot: int) -> Figure | None:
        """Return the figure of a slot, None where no such person exists upstream."""
        return self._figure(slot)

    def _build(self, slot: int) -> Figure | None:
        index, rank = divmod(slot, SLOTS)
        if not 0 <= index < len(self.people) or rank == DISAMBIGUATION:
            return None
        traits = self.traits(index)
        if (rank == 0 and traits.not_found) or rank > traits.namesakes:
            return None
        return build_figure(self.dice, traits, self.people[index], index, rank)

    @cached_property
    def _spellings(self) -> list[tuple[int, Names, str]]:
        """Every slot with its name and the listed name that is only an alias of it (or an empty string)."""
        found: list[tuple[int, Names, str]] = []
        for index, subject in enumerate(self.people):
            traits = self.traits(index)
            listed, upstream = names_of(self.dice, traits, subject)
            if not traits.not_found:
                found.append((index * SLOTS, upstream, subject["name"] if traits.alias_only else ""))
            borne = upstream if traits.misspelt else listed
            found.extend((index * SLOTS + rank, borne, "") for rank in range(1, traits.namesakes + 1))
        return found

    @cached_property
    def _labels(self) -> dict[Family, dict[str, list[int]]]:
        labels: dict[Family, dict[str, list[int]]] = {family: defaultdict(list) for family in _FAMILIES}
        for slot, names, _ in self._spellings:
            for family in _FAMILIES:
                labels[family][fold(names.of(family))].append(slot)
        return labels

    @cached_property
    def _aliases(self) -> dict[Family, dict[str, list[int]]]:
        aliases: dict[Family, dict[str, list[int]]] = {family: defaultdict(list) for family in _FAMILIES}
        for slot, names, alias in self._spellings:
            if alias:
                for family in _FAMILIES:
                    aliases[family][fold(alias)].append(slot)
            if names.home != "latin" and slot % SLOTS == 0:
                # English Wikipedia has redirects from names in the person's own script.
                aliases["latin"][fold(names.native)].append(slot)
        return aliases

    @cached_property
    def _sorted_labels(self) -> dict[Family, list[str]]:
        return {family: sorted(self._labels[family].keys() | self._aliases[family].keys()) for family in _FAMILIES}

    @cached_property
    def _postings(self) -> dict[str, list[int]]:
        postings: dict[str, list[int]] = defaultdict(list)
        for slot, names, alias in self._spellings:
            for token in tokens(names.latin) | tokens(names.native) | tokens(alias):
                postings[token].append(slot)
        return postings

    def labelled(self, family: Family, text: str) -> list[int]:
        """Return the slots whose name is this in one family; case, accents and Chinese variants do not count."""
        return self._labels[family].get(fold(text), [])

    def nicknamed(self, family: Family, text: str) -> list[int]:
        """Return the slots that have this name only as an alias."""
        return self._aliases[family].get(fold(text), [])

    def with_prefix(self, family: Family, prefix: str) -> Iterator[tuple[str, list[int]]]:
        """Yield names that start with a prefix, in order, and the slots that have them as name or alias."""
        start, labels = fold(prefix), self._sorted_labels[family]
        for place in range(bisect_left(labels, start), len(labels)):
            label = labels[place]
            if not label.startswith(start):
                return
            yield label, [*self._labels[family].get(label, ()), *self._aliases[family].get(label, ())]

    def exact(self, text: str) -> list[int]:
        """Return the slots that have this name in any script, first as a name and then as an alias."""
        found: dict[int, None] = {}
        for index in (self._labels, self._aliases):
            for family in _FAMILIES:
                found.update(dict.fromkeys(index[family].get(fold(text), ())))
        return list(found)

    def search(self, text: str) -> list[int]:
        """Return slots for a full-text query: those of this name first, then some that share parts of it."""
        exact = sorted(self.exact(text), key=lambda slot: (slot % SLOTS, slot))
        scores: dict[int, int] = defaultdict(int)
        wanted = tokens(text)
        for token in wanted:
            for slot in self._postings.get(token, ())[:_POSTINGS_READ]:
                scores[slot] += 1
        near = sorted(scores.keys() - set(exact), key=lambda slot: (-scores[slot], slot))
        return exact + near[:_FUZZY_LIMIT]
