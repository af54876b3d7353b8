"""The JSON Schema of a programme file, made from its model: editors check and complete by it."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from makegood.programmes.model import ProgrammeFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER = "urn:makegood:programme:1"


class _Strict(GenerateJsonSchema):
    """Groups of named things refuse what is no name; keys have no titles beside themselves."""

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Pydantic lets a key that does not match a pattern hold anything: here it is refused."""
        made = super().dict_schema(schema)
        for pattern, value in made.pop("patternProperties", {}).items():
            made["additionalProperties"] = value
            made["propertyNames"] = {**made.get("propertyNames", {}), "pattern": pattern}
        return made

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        """Never: the schema is half as long."""
        return False


def json_schema() -> dict[str, Any]:
    """The schema of a programme file (draft 2020-12), with every key as it is written there."""
    made: JsonSchemaValue = ProgrammeFile.model_json_schema(
        by_alias=True, schema_generator=_Strict, mode="validation"
    )
    return {"$schema": DIALECT, "$id": IDENTIFIER, **made}
