# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``instagram_restaurant_subject.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model


class InstagramRestaurantSubject(Model):
    """One restaurant of the list of restaurants that profiles are looked for."""

    restaurant_name: Annotated[str, Field(min_length=1)]
    """Name of the restaurant; first part of the key."""

    city: Annotated[str, Field(min_length=1)]
    """City; second part of the key."""

    zip_code: Annotated[str | None, NOT_NULL] = None
    """Postal code."""

    phone: Annotated[str | None, NOT_NULL] = None
    """Phone number, `un` where it is unknown; third part of the key."""

    is_active: Annotated[Annotated[str, Field(pattern=r"^(true|false)?$")] | None, NOT_NULL] = None
    """`false` takes the restaurant out of the runs; empty is true."""
