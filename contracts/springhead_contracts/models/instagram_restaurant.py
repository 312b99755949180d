# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""A row of the CSV files of restaurants, each value as the file has it. From ``instagram_restaurant.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model


class InstagramRestaurant(Model):
    """A row of the CSV files of restaurants, each value as the file has it."""

    restaurant_name: Annotated[str, Field(min_length=1)]
    """Name of the restaurant; first part of the key."""

    city: Annotated[str, Field(min_length=1)]
    """City; second part of the key."""

    zip_code: Annotated[str | None, NOT_NULL] = None
    """Postal code; a column since 14 January 2026."""

    phone: Annotated[str | None, NOT_NULL] = None
    """Phone number, `un` where it is unknown; third part of the key. The column is absent in the first files."""

    instagram_handle: str
    """Handle, with `@`; empty where none was found."""

    followers: Annotated[str, Field(pattern=r"^([0-9][0-9.,]*[KMB]?|N/A|un)?$")]
    """Number of followers as the page spells it, for example `302K`."""

    posts_count: Annotated[str, Field(pattern=r"^([0-9][0-9.,]*[KMB]?|N/A|un)?$")]
    """Number of posts."""

    bio: str
    """Text of the profile."""

    website: str
    """Address on the profile, as the page spells it."""

    status: Annotated[str, Field(min_length=1)]
    """What became of the search, for example `FOUND`."""
