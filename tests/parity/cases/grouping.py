"""`values()` before an aggregate: groups, their keys, and their numbers."""

from collections import defaultdict

from django.db.models import Avg, Count, DecimalField, ExpressionWrapper, F, Max, Q, Sum
from django.db.models.functions import TruncMonth
from shop.models import Category, Order, OrderItem, Product, Review, Tag, User

from .base import Differs, case

AMOUNT = ExpressionWrapper(F("quantity") * F("unit_price"), DecimalField())
ITEMS_AMOUNT = ExpressionWrapper(F("items__quantity") * F("items__unit_price"), DecimalField())


def groups(rows, key):
    """The rows by what `key` says of them, which may be several values; keys in order, None last."""
    found = defaultdict(list)
    for row in rows:
        for value in key(row):
            found[value].append(row)
    return sorted(found.items(), key=lambda pair: (pair[0] is None, pair[0]))


def summed(values):
    """What SUM gives: None of nothing."""
    values = [value for value in values if value is not None]
    return sum(values) if values else None


@case
def group_by_own_field():
    """
    query: query!(Product.values(status).annotate(n = Count(), mean = Avg(price), in_stock = Sum(stock)).order_by(status))
    """
    chain = Product.objects.values("status").annotate(n=Count("pk"), mean=Avg("price"), in_stock=Sum("stock"))
    return list(chain.order_by("status"))


@case
def group_by_nullable_field():
    """
    query: query!(Tag.values(color).annotate(n = Count()).order_by(color))
    """
    return list(Tag.objects.values("color").annotate(n=Count("pk")).order_by("color"))


@case
def group_forgets_the_order_of_the_model():
    """
    query: query!(Order.values(status).annotate(n = Count()).order_by(status))
    """
    return list(Order.objects.order_by().values("status").annotate(n=Count("pk")).order_by("status"))


@case
def group_by_two():
    """
    query: query!(Product.values(status, category.is_active).annotate(n = Count()).order_by(status, category.is_active))
    """
    chain = Product.objects.values("status", "category__is_active").annotate(n=Count("pk"))
    return list(chain.order_by("status", "category__is_active"))


@case
def group_by_to_one():
    """
    query: query!(Product.values(category.name).annotate(n = Count(), dearest = Max(price)).order_by(category.name))
    """
    chain = Product.objects.values("category__name").annotate(n=Count("pk"), dearest=Max("price"))
    return list(chain.order_by("category__name"))


@case
def group_by_nullable_to_one():
    """
    query: query!(Product.values(category.parent.name).annotate(n = Count()).order_by(-n, category.parent.name))
    """
    chain = Product.objects.values("category__parent__name").annotate(n=Count("pk"))
    return list(chain.order_by("-n", "category__parent__name"))


@case
def group_by_foreign_key():
    """
    query: query!(Order.values(user).annotate(n = Count(), last = Max(placed_at)).order_by(-n, user))
    """
    chain = Order.objects.order_by().values("user").annotate(n=Count("pk"), last=Max("placed_at"))
    return list(chain.order_by("-n", "user_id"))


@case
def group_as_tuples():
    """
    query: query!(Order.values(status).annotate(n = Count()).order_by(status).values_list(status, n))
    """
    chain = Order.objects.order_by().values("status").annotate(n=Count("pk")).order_by("status")
    return list(chain.values_list("status", "n"))


@case
def group_with_having():
    """
    query: query!(Product.values(category).annotate(n = Count(), in_stock = Sum(stock)).filter(n.gte = 3, in_stock.gt = 100).order_by(category))
    """
    chain = Product.objects.values("category").annotate(n=Count("pk"), in_stock=Sum("stock"))
    return list(chain.filter(n__gte=3, in_stock__gt=100).order_by("category_id"))


@case
def group_with_where():
    """
    query: query!(OrderItem.filter(order.status.in = ["paid", "shipped", "delivered"]).values(product.category.name).annotate(revenue = Sum(quantity * unit_price), pieces = Sum(quantity)).order_by(-revenue, product.category.name))
    """
    chain = OrderItem.objects.filter(order__status__in=["paid", "shipped", "delivered"]).order_by()
    chain = chain.values("product__category__name").annotate(revenue=Sum(AMOUNT), pieces=Sum("quantity"))
    return list(chain.order_by("-revenue", "product__category__name"))


@case
def group_with_filtered_counts():
    """
    query: query!(Review.values(rating).annotate(n = Count(), shown = Count(filter = Q(is_approved = true)), titled = Count(title)).order_by(rating))
    """
    chain = Review.objects.order_by().values("rating")
    chain = chain.annotate(n=Count("pk"), shown=Count("pk", filter=Q(is_approved=True)), titled=Count("title"))
    return list(chain.order_by("rating"))


@case
def group_by_month():
    """
    query: query!(Order.annotate(month = TruncMonth(placed_at)).values(month).annotate(n = Count(), buyers = Count(user, distinct = true)).order_by(month))
    """
    chain = Order.objects.order_by().annotate(month=TruncMonth("placed_at")).values("month")
    return list(chain.annotate(n=Count("pk"), buyers=Count("user", distinct=True)).order_by("month"))


@case
def group_by_month_named_in_values():
    """
    query: query!(Product.values(month = TruncMonth(released_on)).annotate(n = Count()).filter(n.gt = 1).order_by(month))
    """
    chain = Product.objects.values(month=TruncMonth("released_on")).annotate(n=Count("pk")).filter(n__gt=1)
    return list(chain.order_by("month"))


@case
def group_by_month_of_a_related_instant():
    """
    query: query!(OrderItem.exclude(order.status = "cancelled").values(month = TruncMonth(order.placed_at)).annotate(revenue = Sum(quantity * unit_price), orders = Count(order, distinct = true)).order_by(month))
    """
    chain = OrderItem.objects.exclude(order__status="cancelled").order_by().values(month=TruncMonth("order__placed_at"))
    return list(chain.annotate(revenue=Sum(AMOUNT), orders=Count("order", distinct=True)).order_by("month"))


@case
def group_with_a_path_to_many():
    """
    query: query!(Order.values(status).annotate(n = Count(), pieces = Sum(items.quantity), revenue = Sum(items.quantity * items.unit_price)).order_by(status))
    note: Django counts an order once for each of its items.
    """
    naive = Order.objects.order_by().values("status")
    naive = naive.annotate(n=Count("pk"), pieces=Sum("items__quantity"), revenue=Sum(ITEMS_AMOUNT)).order_by("status")
    result = []
    for status, orders in groups(Order.objects.all(), lambda o: [o.status]):
        items = [item for order in orders for item in order.items.all()]
        result.append(
            {
                "status": status,
                "n": len(orders),
                "pieces": summed(i.quantity for i in items),
                "revenue": summed(i.quantity * i.unit_price for i in items),
            }
        )
    return Differs(result, list(naive))


@case
def group_with_two_paths_to_many():
    """
    query: query!(Product.values(status).annotate(n = Count(), in_stock = Sum(stock), n_reviews = Count(reviews), mean = Avg(reviews.rating), sold = Sum(order_items.quantity)).order_by(status))
    """
    naive = Product.objects.values("status").annotate(
        n=Count("pk"), in_stock=Sum("stock"), n_reviews=Count("reviews"), mean=Avg("reviews__rating"),
        sold=Sum("order_items__quantity"),
    )
    result = []
    for status, products in groups(Product.objects.all(), lambda p: [p.status]):
        ratings = [review.rating for product in products for review in product.reviews.all()]
        result.append(
            {
                "status": status,
                "n": len(products),
                "in_stock": summed(p.stock for p in products),
                "n_reviews": len(ratings),
                "mean": sum(ratings) / len(ratings) if ratings else None,
                "sold": summed(i.quantity for p in products for i in p.order_items.all()),
            }
        )
    return Differs(result, list(naive.order_by("status")))


@case
def group_by_nullable_to_one_with_a_path_to_many():
    """
    query: query!(Product.values(category.parent.slug).annotate(n = Count(), sold = Sum(order_items.quantity), n_reviews = Count(reviews)).order_by(category.parent.slug))
    """
    naive = Product.objects.values("category__parent__slug")
    naive = naive.annotate(n=Count("pk"), sold=Sum("order_items__quantity"), n_reviews=Count("reviews"))
    result = []
    key = lambda p: [p.category.parent and p.category.parent.slug]  # noqa: E731
    for slug, products in groups(Product.objects.all(), key):
        result.append(
            {
                "category__parent__slug": slug,
                "n": len(products),
                "sold": summed(i.quantity for p in products for i in p.order_items.all()),
                "n_reviews": sum(p.reviews.count() for p in products),
            }
        )
    return Differs(result, list(naive.order_by("category__parent__slug")))


@case
def group_by_to_many():
    """
    query: query!(Product.values(tags.name).annotate(n = Count(), in_stock = Sum(stock)).order_by(tags.name))
    note: A product counts once in each of its groups; one group is of those without tags.
    """
    chain = Product.objects.values("tags__name").annotate(n=Count("pk"), in_stock=Sum("stock"))
    return list(chain.order_by("tags__name"))


@case
def group_by_to_many_value_counts_a_row_once():
    """
    query: query!(Product.values(reviews.rating).annotate(n = Count()).order_by(reviews.rating))
    note: Django counts a product once for each review with that rating.
    """
    result = []
    for rating, products in groups(Product.objects.all(), lambda p: {r.rating for r in p.reviews.all()} or {None}):
        result.append({"reviews__rating": rating, "n": len(products)})
    naive = Product.objects.values("reviews__rating").annotate(n=Count("pk")).order_by("reviews__rating")
    return Differs(result, list(naive))


@case
def group_by_to_many_with_its_own_path():
    """
    query: query!(Product.values(reviews.rating).annotate(n_reviews = Count(reviews), last = Max(reviews.created_at)).order_by(reviews.rating))
    note: The key binds its path: an aggregate over it sees the rows of that value only.
    """
    chain = Product.objects.values("reviews__rating").annotate(n_reviews=Count("reviews"), last=Max("reviews__created_at"))
    return list(chain.order_by("reviews__rating"))


@case
def group_by_to_many_with_another_path():
    """
    query: query!(Product.values(tags.name).annotate(n = Count(), sold = Sum(order_items.quantity)).order_by(tags.name))
    """
    naive = Product.objects.values("tags__name").annotate(n=Count("pk"), sold=Sum("order_items__quantity"))
    result = []
    for name, products in groups(Product.objects.all(), lambda p: [t.name for t in p.tags.all()] or [None]):
        sold = summed(i.quantity for p in products for i in p.order_items.all())
        result.append({"tags__name": name, "n": len(products), "sold": sold})
    return Differs(result, list(naive.order_by("tags__name")))


@case
def group_bound_by_a_filter():
    """
    query: query!(Product.filter(tags.color = "red").values(tags.name).annotate(n = Count()).order_by(tags.name))
    """
    chain = Product.objects.filter(tags__color="red").values("tags__name").annotate(n=Count("pk"))
    return list(chain.order_by("tags__name"))


@case
def group_sliced():
    """
    query: query!(User.values(referred_by.name).annotate(n = Count()).order_by(-n)[..3])
    note: The slice completes the order by the key, downwards like the last order.
    """
    chain = User.objects.order_by().values("referred_by__name").annotate(n=Count("pk"))
    return list(chain.order_by("-n", "-referred_by__name")[:3])


@case
def group_of_nothing():
    """
    query: query!(Product.filter(price.lt = 0).values(status).annotate(n = Count()).order_by(status))
    """
    return list(Product.objects.filter(price__lt=0).values("status").annotate(n=Count("pk")).order_by("status"))


@case
def groups_counted():
    """
    query: query!(Category.values(parent).annotate(n = Count()).count())
    """
    return Category.objects.order_by().values("parent").annotate(n=Count("pk")).count()
