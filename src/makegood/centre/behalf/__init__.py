"""What is due for a customer, and acts on their behalf, as the support centre's pages have them."""

__all__: list[str] = []
