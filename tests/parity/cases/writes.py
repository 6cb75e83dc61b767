"""Rows that are made, saved and linked: what writes give, and what has become of the rows."""

from django.db.models import F

from shop.models import Category, Order, OrderItem, Product, Review, Tag

from .base import Differs, attempt, case
from .written import written, writes


@case
@writes
def create_a_row():
    """
    query: query!(Tag.create(name = "fresh", color = "blue"))
    """
    tag = Tag.objects.create(name="fresh", color="blue")
    return [tag.id, tag.name, tag.color]


@case
@writes
def create_with_defaults():
    """
    query: query!(Product.create(name = "New", slug = "new", category = 1, price = 5))
    """
    p = Product.objects.create(name="New", slug="new", category_id=1, price=5)
    return [p.id, p.stock, p.status, p.description]


@case
@writes
def create_with_null():
    """
    query: query!(Tag.create(name = "plain", color = None))
    """
    return [Tag.objects.create(name="plain", color=None).color]


@case
@writes
def create_with_an_object():
    """
    query: query!(Category.create(name = "Sub", slug = "sub", parent = &parent))
    """
    parent = Category.objects.get(pk=5)
    return [Category.objects.create(name="Sub", slug="sub", parent=parent).parent_id]


@case
@writes
def create_on_a_reverse_relation():
    """
    query: query!(Order(3).items.create(product = 1, quantity = 2, unit_price = 7))
    """
    item = Order.objects.get(pk=3).items.create(product_id=1, quantity=2, unit_price=7)
    return [item.id, item.order_id]


@case
@writes
def create_over_a_many_to_many():
    """
    query: query!(Product(2).tags.create(name = "fresh"))
    """
    tag = Product.objects.get(pk=2).tags.create(name="fresh")
    return [tag.id, tag.name]


@case
@writes
def create_over_a_many_to_many_backwards():
    """
    query: query!(Tag(7).products.create(name = "New", slug = "new", category = 1, price = 5))
    """
    return [Tag.objects.get(pk=7).products.create(name="New", slug="new", category_id=1, price=5).id]


@case
@writes
def create_twice_what_is_unique():
    """
    query: query!(Tag.create(name = "sale"))
    """
    return [attempt(lambda: Tag.objects.create(name="sale"))]


@case
@writes
def create_against_a_check():
    """
    query: query!(Product.create(name = "New", slug = "new", category = 1, price = -1))
    """
    return [attempt(lambda: Product.objects.create(name="New", slug="new", category_id=1, price=-1))]


@case
@writes
def bulk_create_rows():
    """
    query: query!(Tag.bulk_create(for (name, color) in rows => name = name, color = color))
    """
    tags = Tag.objects.bulk_create([Tag(name=n, color=c) for n, c in [("z", "red"), ("a", None), ("ü", "")]])
    return [[t.id for t in tags], [t.name for t in tags]]


@case
@writes
def bulk_create_no_rows():
    """
    query: query!(Tag.bulk_create(for name in Vec::<String>::new() => name = name))
    """
    return [len(Tag.objects.bulk_create([]))]


@case
@writes
def bulk_create_ignoring_conflicts():
    """
    query: query!(Tag.bulk_create(for name in ["new", "fresh", "sale"] => name = name).ignore_conflicts().no_returning())
    """
    Tag.objects.bulk_create([Tag(name=n) for n in ["new", "fresh", "sale"]], ignore_conflicts=True)
    return [None]


@case
@writes
def bulk_create_updating_conflicts():
    """
    query:
        query!(Tag.bulk_create(for name in ["new", "fresh"] => name = name, color = "pink")
        .update_conflicts(unique_fields(name), update_fields(color)))
    """
    tags = Tag.objects.bulk_create([Tag(name=n, color="pink") for n in ["new", "fresh"]], update_conflicts=True, unique_fields=["name"], update_fields=["color"])
    return [[t.pk for t in tags]]


@case
@writes
def bulk_create_updating_conflicts_of_a_pair():
    """
    query:
        query!(Review.bulk_create(for (user, rating) in [(1, 2), (2, 3)] => product = 1, user = user, rating = rating, is_approved = false)
        .update_conflicts(unique_fields(product, user), update_fields(rating, is_approved))
        .no_returning())
    """
    rows = [Review(product_id=1, user_id=u, rating=r, is_approved=False) for u, r in [(1, 2), (2, 3)]]
    Review.objects.bulk_create(rows, update_conflicts=True, unique_fields=["product", "user"], update_fields=["rating", "is_approved", "updated_at"])
    return [None]


@case
@writes
def bulk_create_on_a_reverse_relation():
    """
    query: query!(Order(3).items.bulk_create(for product in [1, 2] => product = product, quantity = 1, unit_price = 2))
    """
    items = Order.objects.get(pk=3).items.bulk_create([OrderItem(order_id=3, product_id=p, quantity=1, unit_price=2) for p in [1, 2]])
    return [[i.order_id for i in items]]


@case
@writes
def bulk_create_by_copy():
    """
    query: query!(Tag.bulk_create(for name in ["x", "y"] => name = name, color = None).copy())
    """
    return [len(Tag.objects.bulk_create([Tag(name=n) for n in ["x", "y"]]))]


@case
@writes
def bulk_create_with_a_conflict():
    """
    query: query!(Tag.bulk_create(for name in ["fresh", "sale"] => name = name))
    """
    return [attempt(lambda: Tag.objects.bulk_create([Tag(name=n) for n in ["fresh", "sale"]]))]


@case
@writes
def bulk_update_rows():
    """
    query: query!(Tag.bulk_update(for (id, color) in [(1, Some("a")), (2, None), (3, Some("c"))] => pk = id, color = color))
    """
    tags = list(Tag.objects.filter(pk__lte=3).order_by("pk"))
    for tag, color in zip(tags, ["a", None, "c"]):
        tag.color = color
    return [Tag.objects.bulk_update(tags, ["color"])]


@case
@writes
def bulk_update_with_f():
    """
    query: query!(OrderItem.bulk_update(for (id, more) in [(1, 5), (2, 6)] => pk = id, quantity = F(quantity) + more))
    """
    items = list(OrderItem.objects.filter(pk__lte=2).order_by("pk"))
    for item, more in zip(items, [5, 6]):
        item.quantity = F("quantity") + more
    return [OrderItem.objects.bulk_update(items, ["quantity"])]


@case
@writes
def bulk_update_filtered():
    """
    query: query!(Tag.filter(color = "red").bulk_update(for id in [1, 2, 3] => pk = id, name = format!("t{id}")))
    """
    tags = list(Tag.objects.filter(pk__lte=3))
    for tag in tags:
        tag.name = f"t{tag.pk}"
    return [Tag.objects.filter(color="red").bulk_update(tags, ["name"])]


@case
@writes
def get_or_create_gets():
    """
    query: query!(Tag.get_or_create(name = "sale", defaults(color = "other")))
    """
    tag, created = Tag.objects.get_or_create(name="sale", defaults={"color": "other"})
    return [tag.id, tag.color, created]


@case
@writes
def get_or_create_makes():
    """
    query: query!(Tag.get_or_create(name = "fresh", defaults(color = "other")))
    """
    tag, created = Tag.objects.get_or_create(name="fresh", defaults={"color": "other"})
    return [tag.id, tag.color, created]


@case
@writes
def get_or_create_by_a_pair():
    """
    query: query!(Review.get_or_create(product = 1, user = 8, defaults(rating = 2)))
    """
    review, created = Review.objects.get_or_create(product_id=1, user_id=8, defaults={"rating": 2})
    return [review.id, created]


@case
@writes
def get_or_create_on_a_reverse_relation():
    """
    query: query!(Product(1).reviews.get_or_create(user = 1, defaults(rating = 2)))
    """
    review, created = Product.objects.get(pk=1).reviews.get_or_create(user_id=1, defaults={"rating": 2})
    return [review.id, created]


@case
@writes
def get_or_create_over_a_many_to_many():
    """
    query: query!(Product(1).tags.get_or_create(name = "sale"))
    """
    tag, created = Product.objects.get(pk=1).tags.get_or_create(name="sale")
    return [tag.id, created]


@case
@writes
def get_or_create_over_a_many_to_many_makes():
    """
    query: query!(Product(1).tags.get_or_create(name = "fresh", defaults(color = "red")))
    """
    tag, created = Product.objects.get(pk=1).tags.get_or_create(name="fresh", defaults={"color": "red"})
    return [tag.id, created]


@case
@writes
def update_or_create_updates():
    """
    query: query!(Tag.update_or_create(name = "sale", defaults(color = "other")))
    """
    tag, created = Tag.objects.update_or_create(name="sale", defaults={"color": "other"})
    return [tag.id, tag.color, created]


@case
@writes
def update_or_create_makes():
    """
    query: query!(Tag.update_or_create(name = "fresh", defaults(color = "other")))
    """
    tag, created = Tag.objects.update_or_create(name="fresh", defaults={"color": "other"})
    return [tag.id, tag.color, created]


@case
@writes
def update_or_create_makes_otherwise():
    """
    query: query!(Tag.update_or_create(name = "fresh", defaults(color = "other"), create_defaults(color = "first")))
    """
    tag, created = Tag.objects.update_or_create(name="fresh", defaults={"color": "other"}, create_defaults={"color": "first"})
    return [tag.color, created]


@case
@writes
def update_or_create_on_a_reverse_relation():
    """
    query: query!(Product(1).reviews.update_or_create(user = 1, defaults(rating = 2)))
    """
    review, created = Product.objects.get(pk=1).reviews.update_or_create(user_id=1, defaults={"rating": 2})
    return [review.id, review.rating, created]


@case
@writes
def update_or_create_over_a_many_to_many():
    """
    query: query!(Product(1).tags.update_or_create(name = "sale", defaults(color = "other")))
    """
    tag, created = Product.objects.get(pk=1).tags.update_or_create(name="sale", defaults={"color": "other"})
    return [tag.id, created]


@case
@writes
def links_added():
    """
    query: query!(Product(1).tags.add([2, 3, 7]))
    """
    Product.objects.get(pk=1).tags.add(2, 3, 7)
    return [None]


@case
@writes
def links_added_by_object():
    """
    query: query!(Product(1).tags.add([&tag]))
    """
    Product.objects.get(pk=1).tags.add(Tag.objects.get(pk=7))
    return [None]


@case
@writes
def links_added_backwards():
    """
    query: query!(Tag(7).products.add([1, 2]))
    """
    Tag.objects.get(pk=7).products.add(1, 2)
    return [None]


@case
@writes
def links_added_of_a_chain():
    """
    query: query!(Product(1).tags.add(Tag.filter(color = "red")))
    """
    Product.objects.get(pk=1).tags.add(*Tag.objects.filter(color="red"))
    return [None]


@case
@writes
def links_removed():
    """
    query: query!(Product(1).tags.remove([1, 7]))
    """
    Product.objects.get(pk=1).tags.remove(1, 7)
    return [None]


@case
@writes
def links_set():
    """
    query: query!(Product(1).tags.set([1, 7]))
    """
    Product.objects.get(pk=1).tags.set([1, 7])
    return [None]


@case
@writes
def links_set_to_nothing():
    """
    query: query!(Product(1).tags.set([]))
    """
    Product.objects.get(pk=1).tags.set([])
    return [None]


@case
@writes
def links_cleared():
    """
    query: query!(Product(1).tags.clear())
    """
    Product.objects.get(pk=1).tags.clear()
    return [None]


@case
@writes
def saved_object():
    """
    query: query!(Product(1))
    """
    p = Product.objects.get(pk=1)
    p.name = "Changed"
    p.stock = 77
    p.description = None
    p.save()
    return [None]


@case
@writes
def refreshed_object():
    """
    query: query!(Tag(1))
    """
    tag = Tag.objects.get(pk=1)
    Tag.objects.filter(pk=1).update(color="grey")
    tag.name = "lost"
    tag.refresh_from_db()
    return [tag.name, tag.color]


@case
def get_or_create_links_what_is_there():
    """
    query: query!(Product(2).tags.get_or_create(name = "unused"))
    note: the row is found wherever it is, and linked; Django looks among the linked ones only and fails.
    """
    tags = Product.objects.get(pk=2).tags

    def found_and_linked():
        tag, created = Tag.objects.get_or_create(name="unused")
        tags.add(tag)
        return [tag.id, created]

    return Differs(written(found_and_linked), written(lambda: attempt(lambda: tags.get_or_create(name="unused"))))
