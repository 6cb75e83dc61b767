"""Maps from keys to objects, and the different dates of a field; all in UTC."""

import datetime
import zoneinfo

from shop.models import Category, Order, Product, Review, Shipment

from .base import case


def key_of(key):
    """Of a relation Django's keys are objects, ours their keys."""
    return str(getattr(key, "pk", key))


def names(found):
    return {key_of(key): row.name for key, row in found.items()}


@case
def in_bulk():
    """
    query: query!(Product.in_bulk([1, 3, 5, 999]))
    """
    return names(Product.objects.in_bulk([1, 3, 5, 999]))


@case
def in_bulk_of_all():
    """
    query: query!(Category.in_bulk())
    """
    return names(Category.objects.in_bulk())


@case
def in_bulk_of_nothing():
    """
    query: query!(Product.in_bulk([]))
    """
    return names(Product.objects.in_bulk([]))


@case
def in_bulk_of_filtered_rows():
    """
    query: query!(Product.filter(stock.gt = 0).exclude(status = "draft").in_bulk([1, 2, 3, 4, 5, 6]))
    """
    return names(Product.objects.filter(stock__gt=0).exclude(status="draft").in_bulk([1, 2, 3, 4, 5, 6]))


@case
def in_bulk_by_a_unique_field():
    """
    query: query!(Category.in_bulk(&slugs, slug))
    """
    slugs = list(Category.objects.order_by("id").values_list("slug", flat=True)[:2])
    return names(Category.objects.in_bulk(slugs, field_name="slug"))


@case
def in_bulk_by_a_one_to_one():
    """
    query: query!(Shipment.in_bulk(&orders, order))
    """
    orders = Order.objects.order_by("id").values_list("id", flat=True)
    return {key_of(key): row.carrier for key, row in Shipment.objects.in_bulk(list(orders), field_name="order").items()}


@case
def in_bulk_by_a_distinct_field():
    """
    query: query!(Product.distinct(category).order_by(category.id, id).in_bulk(categories, category))
    """
    rows = Product.objects.distinct("category").order_by("category_id", "id")
    categories = list(Category.objects.values_list("id", flat=True))
    return names(rows.in_bulk(categories, field_name="category"))


@case
def dates_of_a_date():
    """
    query: query!(Product.dates(released_on, year))
    """
    return list(Product.objects.dates("released_on", "year"))


@case
def dates_by_month_from_the_last():
    """
    query: query!(Product.filter(stock.gt = 0).dates(released_on, month, desc))
    """
    return list(Product.objects.filter(stock__gt=0).dates("released_on", "month", order="DESC"))


@case
def dates_by_week():
    """
    query: query!(Product.order_by(name).dates(released_on, week))
    """
    return list(Product.objects.order_by("name").dates("released_on", "week"))


@case
def dates_by_day():
    """
    query: query!(Product.dates(released_on, day))
    """
    return list(Product.objects.dates("released_on", "day"))


@case
def dates_of_an_instant():
    """
    query: query!(Order.dates(placed_at, month))
    """
    return list(Order.objects.dates("placed_at", "month"))


@case
def dates_through_a_relation():
    """
    query: query!(Review.dates(product.released_on, year, desc))
    """
    return list(Review.objects.dates("product__released_on", "year", order="DESC"))


@case
def datetimes_by_day():
    """
    query: query!(Order.datetimes(placed_at, day))
    """
    return list(Order.objects.datetimes("placed_at", "day"))


@case
def datetimes_by_hour_from_the_last():
    """
    query: query!(Order.datetimes(placed_at, hour, desc))
    """
    return list(Order.objects.datetimes("placed_at", "hour", order="DESC"))


@case
def datetimes_by_second():
    """
    query: query!(Order.datetimes(placed_at, second))
    """
    return list(Order.objects.datetimes("placed_at", "second"))


@case
def datetimes_in_a_zone():
    """
    query: query!(Order.datetimes(placed_at, month, tz = "Asia/Tokyo"))
    """
    zone = zoneinfo.ZoneInfo("Asia/Tokyo")
    found = Order.objects.datetimes("placed_at", "month", tzinfo=zone)
    return [value.astimezone(datetime.timezone.utc) for value in found]


@case
def datetimes_leave_out_null():
    """
    query: query!(Shipment.datetimes(delivered_at, week))
    """
    return list(Shipment.objects.datetimes("delivered_at", "week"))
