"""What a Springhead record is: schemas, validator, tolerant reader, keys and (on demand) pydantic models.

The JSON Schemas in ``contracts/v1`` are the truth. ``springhead_contracts.models`` and the Go module are generated from
them. Importing this package is cheap: neither pydantic nor jsonschema-rs is imported before it is needed.

Example:
    >>> from springhead_contracts import validate
    >>> [v.pointer for v in validate("scrape_event", {"time": "yesterday"})]
    ['/time', '/time']
"""

from springhead_contracts import keys
from springhead_contracts._read import read
from springhead_contracts._registry import UnknownRecordType, load_schema, record_types
from springhead_contracts._validate import Validator, validate, validator
from springhead_contracts._violation import Violation

__all__ = [
    "UnknownRecordType",
    "Validator",
    "Violation",
    "keys",
    "load_schema",
    "read",
    "record_types",
    "validate",
    "validator",
]
