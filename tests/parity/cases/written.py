"""What writes have done, compared by the rows of all tables before and after."""

import datetime
import functools
import json

TABLES = ["catalog_category", "catalog_tag", "catalog_product", "catalog_product_tags", "accounts_user"]
TABLES += ["accounts_address", "catalog_review", "sales_order", "sales_order_item", "sales_shipment"]
# Links are told by their ends: which of their keys are used up is nobody's business.
LINKS = "catalog_product_tags"
# Keys of new rows begin here.
FIRST = 1000


def snapshot(cursor):
    """The rows of each table by key. Times of the last minutes are `now`."""
    cursor.execute("SELECT now()")
    now = cursor.fetchone()[0]

    def cell(value):
        try:
            recent = abs(datetime.datetime.fromisoformat(value) - now) < datetime.timedelta(days=1)
        except (TypeError, ValueError):
            recent = False
        return "now" if recent else value

    tables = {}
    for table in TABLES:
        cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
        rows = [json.loads(text) for (text,) in cursor.fetchall()]
        rows = [{column: cell(value) for column, value in row.items()} for row in rows]
        if table == LINKS:
            tables[table] = {f"{row['product_id']}-{row['tag_id']}": {} for row in rows}
        else:
            tables[table] = {str(row["id"]): row for row in rows}
    return tables


def difference(before, after):
    """What is new, what is gone, and which columns have another value, by table."""
    found = {}
    for table in TABLES:
        old, new = before[table], after[table]
        changed = {}
        for key in sorted(old.keys() & new.keys()):
            columns = {column: value for column, value in new[key].items() if old[key][column] != value}
            if columns:
                changed[key] = columns
        parts = {
            "new": {key: new[key] for key in sorted(new.keys() - old.keys())},
            "gone": sorted(old.keys() - new.keys()),
            "changed": changed,
        }
        parts = {name: part for name, part in parts.items() if part}
        if parts:
            found[table] = parts
    return found


def written(call):
    """What `call` gives and what it does, which is undone."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {FIRST}, false)")
        before = snapshot(cursor)
        gives = call()
        found = {"gives": gives, "writes": difference(before, snapshot(cursor))}
        transaction.set_rollback(True)
    return found


def writes(function):
    """A case that writes."""

    @functools.wraps(function)
    def case():
        return written(function)

    return case
