# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""A row of the CSV files of posts, each value as the file has it. From ``instagram_post.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import Model
from springhead_contracts.models.common import URL


class InstagramPost(Model):
    """A row of the CSV files of posts, each value as the file has it."""

    search_term: Annotated[str, Field(min_length=1)]
    """Term that the post was found by, for example `#foodporn`."""

    post_id: Annotated[str, Field(pattern=r"^[^\x00-\x20]+$")]
    """Short code of the post; first part of the key."""

    creator: Annotated[str, Field(pattern=r"^@?[^\x00-\x20@]+$")]
    """Handle of who posted it; second part of the key."""

    posted_date: str
    """Day of the post as the page spells it, `November 24, 2025`; the lake reads other forms as NULL."""

    likes: Annotated[str, Field(pattern=r"^([0-9][0-9.,]*[KMB]?|N/A|un)?$")]
    """Number of likes; empty or `N/A` where it is hidden."""

    comments: Annotated[str, Field(pattern=r"^([0-9][0-9.,]*[KMB]?|N/A|un)?$")]
    """Number of comments; empty or `N/A` where it is hidden."""

    hashtags: str
    """Hashtags, separated by blanks."""

    caption: str
    """Caption."""

    image_description: str
    """What the picture shows."""

    post_url: URL
    """Address of the post."""

    status: Annotated[str, Field(min_length=1)]
    """What became of the post, for example `SCRAPED`."""
