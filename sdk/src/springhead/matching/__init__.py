"""Is this candidate our subject? The right person or nobody: never another one.

Facts are compared one by one: the name (the same, an alias, a name that only leads there, a slip of the pen), the birth
date (the same, the same as far as the source knows, a slip of the pen, close, apart), the occupation (one in common,
others of stage and screen, of another world), a country in common, and how many are *possible*. Ruled out is who is no
person, who died before our subject was born, and who was born on another day and does something of another world.

=========================================  ================================================  =======================
the only possible one who fits our date    is taken if                                       confidence
=========================================  ================================================  =======================
born on the same day                       always (by another name: the occupation does not  1.0, alias 0.9,
                                           speak against it)                                 leads there 0.8
same year, the source knows no day         the occupation agrees, or alone, has the name     0.9, alias 0.8
                                           itself, and the occupation does not speak
                                           against it
a slip of the pen away                     the occupation agrees                             0.6, alias 0.5
another day of the same year, or the same  alone, has the name itself, and occupation and    0.5
day of another year                        country agree
no date there                              alone, and the occupation agrees, or it has the   0.9, alias 0.8
                                           name itself and the source knows only names
no date in our list                        alone, and the occupation agrees, or it has the   0.9, alias 0.8
                                           name itself and no occupation is known
born on another day                        never: ``Ambiguous``, correct the list or add
                                           the id
the name misspelt in our list              born on the same day, and the occupation (or,     0.7
                                           where none is known, the country) agrees
=========================================  ================================================  =======================

*Alone* is who has no possible namesake. Everything else is ``Ambiguous`` where somebody is possible, and ``NotFound``
(which names the nearest) where nobody is. A person who is known by id is taken by it; an id that leads to another name
and another birth date is ``Ambiguous``.

This is stricter than decision 9, by which a birth date that differs was no veto: a namesake who is the only bearer of
the name in a source cannot be told from our person under a wrong date, and the wrong person is worse than nobody.
"""

from springhead.matching.candidates import Candidate
from springhead.matching.deciding import choose, contradicts, explain
from springhead.matching.names import normalise, script

__all__ = ["Candidate", "choose", "contradicts", "explain", "normalise", "script"]
