# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""One term of the list of search terms that posts are looked for by. From ``instagram_search_term.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model


class InstagramSearchTerm(Model):
    """One term of the list of search terms that posts are looked for by."""

    search_term: Annotated[str, Field(pattern=r"^#?[^#\x00-\x1f]+$")]
    """Term, for example `#foodporn`."""

    is_active: Annotated[Annotated[str, Field(pattern=r"^(true|false)?$")] | None, NOT_NULL] = None
    """`false` takes the term out of the runs; empty is true."""
