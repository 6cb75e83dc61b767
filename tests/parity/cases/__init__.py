"""The cases of parity: each a function of Django queries, whose docstring says the `query!` that must give the same."""

from . import aggregates, branches, changes, conditions, dates, fetching, grouping, keyed, lookups, optional, ordering, paths, relations, rows, sets, subqueries, totals, writes  # noqa: F401
from .base import ALL, Differs, Open  # noqa: F401
