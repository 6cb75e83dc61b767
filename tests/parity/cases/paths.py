"""Paths that come back, keys of relations, and conditions made of many."""

import datetime
from decimal import Decimal

from django.db.models import Avg, Count, Max, Q
from shop.models import Category, Order, Product, Tag, User

from .base import case, ids


@case
def keys_of_many_to_many():
    """
    query: query!(Product.filter(tags.in = [1, 2]).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(tags__in=[1, 2]).distinct())


@case
def keys_of_many_to_many_excluded():
    """
    query: query!(Product.exclude(tags.in = vec![1_i64, 2]).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.exclude(tags__in=[1, 2]))


@case
def keys_of_a_reverse_relation():
    """
    query: query!(Category.filter(products = 5).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.filter(products=5))


@case
def values_of_many_to_many_keys():
    """
    query: query!(Product.filter(id.lte = 4).order_by(id).values_list(id, tags)[..50])
    note: The related rows come in the order of their keys.
    """
    return list(Product.objects.filter(id__lte=4).order_by("id", "tags__id").values_list("id", "tags"))


@case
def values_of_a_key_column():
    """
    query: query!(Order.order_by(id).values(id, user_id, address_id)[..5])
    """
    return list(Order.objects.order_by("id").values("id", "user_id", "address_id")[:5])


@case
def there_and_back():
    """
    query: query!(Product.filter(category.products.price.gt = 2000).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(category__products__price__gt=2000).distinct())


@case
def count_there_and_back():
    """
    query: query!(Product.annotate(siblings = Count(category.products)).order_by(id).values_list(id, siblings)[..10])
    """
    chain = Product.objects.annotate(siblings=Count("category__products"))
    return list(chain.order_by("id").values_list("id", "siblings")[:10])


@case
def siblings_of_tags():
    """
    query: query!(Tag.annotate(n = Count(products.tags, distinct = true)).order_by(id).values_list(id, n))
    """
    return list(Tag.objects.annotate(n=Count("products__tags", distinct=True)).order_by("id").values_list("id", "n"))


@case
def isnull_from_rust():
    """
    query:
    let missing = true;
    query!(Category.filter(parent.isnull = missing).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.filter(parent__isnull=True))


@case
def either_of_three_but_an_odd_number():
    """
    query: query!(Product.filter(Q(status = "active") ^ Q(stock.gt = 10) ^ Q(price.lt = 50)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(Q(status="active") ^ Q(stock__gt=10) ^ Q(price__lt=50)))


@case
def groups_in_groups():
    """
    query: query!(Product.filter(Q(Q(status = "draft") | Q(stock = 0), price.gt = 20) | !(Q(weight = None) | Q(description.icontains = "a"))).order_by(id).values_list(id, flat))
    """
    inner = (Q(status="draft") | Q(stock=0)) & Q(price__gt=20)
    return ids(Product.objects.filter(inner | ~(Q(weight=None) | Q(description__icontains="a"))))


@case
def excluded_or():
    """
    query: query!(Order.exclude(Q(note = None) | Q(status = "paid")).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.exclude(Q(note=None) | Q(status="paid")))


@case
def excluded_to_many_twice():
    """
    query: query!(User.exclude(orders.items.product.slug = "laptop").exclude(orders.isnull = true).order_by(id).values_list(id, flat))
    """
    return ids(User.objects.exclude(orders__items__product__slug="laptop").exclude(orders__isnull=True).distinct())


@case
def several_filters_with_numbers_between():
    """
    query: query!(Order.filter(items.quantity.gte = 2).annotate(n = Count(items)).filter(items.unit_price.lt = 20).annotate(low = Count(items)).order_by(id).values_list(id, n, low))
    note: The first filter binds for both numbers, the second for the second only.
    """
    rows = []
    for o in Order.objects.order_by("id"):
        many = [i for i in o.items.all() if i.quantity >= 2]
        if many and any(i.unit_price < 20 for i in o.items.all()):
            rows.append([o.id, len(many), len([i for i in many if i.unit_price < 20])])
    return rows


@case
def distinct_numbers_of_a_filtered_path():
    """
    query: query!(User.filter(orders.status = "delivered").annotate(kinds = Count(orders.items.product, distinct = true), spent = Sum(orders.items.quantity * orders.items.unit_price)).order_by(id).values_list(id, kinds, spent))
    """
    rows = []
    for u in User.objects.order_by("id"):
        orders = u.orders.filter(status="delivered")
        if orders:
            items = [i for o in orders for i in o.items.all()]
            spent = sum((i.quantity * i.unit_price for i in items), Decimal(0)) if items else None
            rows.append([u.id, len({i.product_id for i in items}), spent])
    return rows


@case
def groups_of_a_filtered_to_many_path():
    """
    query: query!(Order.filter(items.quantity.gte = 2).values(items.product.status).annotate(orders = Count(), pieces = Sum(items.quantity)).order_by(items.product.status))
    """
    found = {}
    for o in Order.objects.all():
        for i in o.items.filter(quantity__gte=2):
            entry = found.setdefault(i.product.status, [set(), 0])
            entry[0].add(o.id)
            entry[1] += i.quantity
    return [
        {"items__product__status": status, "orders": len(orders), "pieces": pieces}
        for status, (orders, pieces) in sorted(found.items())
    ]


@case
def rows_through_two_steps_to_many():
    """
    query: query!(User.filter(id.lte = 3).order_by(id).values_list(id, orders.id, orders.items.id)[..100])
    """
    rows = User.objects.filter(id__lte=3).order_by("id", "orders__id", "orders__items__id")
    return list(rows.values_list("id", "orders__id", "orders__items__id"))


@case
def alias_in_an_order():
    """
    query: query!(Product.alias(mean = Avg(reviews.rating)).filter(mean.isnull = false).order_by(-mean, id).values_list(id, flat)[..6])
    """
    chain = Product.objects.alias(mean=Avg("reviews__rating")).filter(mean__isnull=False).order_by("-mean", "id")
    return list(chain.values_list("id", flat=True)[:6])


@case
def latest_of_each():
    """
    query: query!(User.annotate(last = Max(orders.placed_at)).filter(last.gte = "2025-01-01T00:00:00Z").order_by(id).values_list(id, last))
    """
    since = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)
    chain = User.objects.annotate(last=Max("orders__placed_at")).filter(last__gte=since)
    return list(chain.order_by("id").values_list("id", "last"))
