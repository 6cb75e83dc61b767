"""The cases of parity: each a function of Django queries, whose docstring says the `query!` that must give the same."""

from . import documents, harder, keys, relations, search, types  # noqa: F401
from .base import ALL, Differs, Open  # noqa: F401
