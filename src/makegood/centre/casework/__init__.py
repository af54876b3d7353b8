"""Cases and knowledge as the support centre's pages have them."""

__all__: list[str] = []
