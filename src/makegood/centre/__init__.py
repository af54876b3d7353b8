"""The support centre: a person is looked up, shown masked, and opened field by field."""

__all__: list[str] = []
