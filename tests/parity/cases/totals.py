"""Numbers of numbers: arithmetic of aggregates, aggregates over slices, groups and annotated rows."""

from decimal import Decimal

from django.db.models import Avg, Count, DecimalField, ExpressionWrapper, F, Max, Min, Q, Sum
from django.db.models.functions import Coalesce, Lower
from shop.models import Category, Order, OrderItem, Product, Review, Tag, User

from .base import case

ITEMS_AMOUNT = ExpressionWrapper(F("items__quantity") * F("items__unit_price"), DecimalField())


@case
def total_of_a_slice():
    """
    query: query!(Product.order_by(-price, id)[..5].aggregate(n = Count(), sum = Sum(price), least = Min(price)))
    """
    return Product.objects.order_by("-price", "id")[:5].aggregate(n=Count("pk"), sum=Sum("price"), least=Min("price"))


@case
def total_of_groups():
    """
    query: query!(Product.values(category).annotate(n = Count()).aggregate(most = Max(n), groups = Count()))
    """
    counts = [row["n"] for row in Product.objects.values("category").annotate(n=Count("pk"))]
    return {"most": max(counts), "groups": len(counts)}


@case
def total_of_counted_rows():
    """
    query: query!(Product.annotate(n = Count(reviews)).filter(n.gt = 1).aggregate(products = Count(), reviewed = Sum(n), mean = Avg(n)))
    """
    chain = Product.objects.annotate(n=Count("reviews")).filter(n__gt=1)
    return chain.aggregate(products=Count("pk"), reviewed=Sum("n"), mean=Avg("n"))


@case
def counted_after_a_filter_on_a_number():
    """
    query: query!(Product.annotate(n = Count(reviews)).filter(n.gte = 3).count())
    """
    return Product.objects.annotate(n=Count("reviews")).filter(n__gte=3).count()


@case
def counted_groups_after_having():
    """
    query: query!(Product.values(category).annotate(n = Count()).filter(n.gte = 3).count())
    """
    return Product.objects.values("category").annotate(n=Count("pk")).filter(n__gte=3).count()


@case
def exists_after_a_filter_on_a_number():
    """
    query: query!(Product.annotate(n = Count(reviews)).filter(n.gte = 100).exists())
    """
    return Product.objects.annotate(n=Count("reviews")).filter(n__gte=100).exists()


@case
def quotient_of_aggregates():
    """
    query: query!(Product.filter(order_items.isnull = false).annotate(mean = Sum(order_items.unit_price) / Count(order_items)).order_by(id).values_list(id, mean))
    """
    chain = Product.objects.filter(order_items__isnull=False)
    quotient = ExpressionWrapper(Sum("order_items__unit_price") / Count("order_items"), DecimalField())
    return list(chain.annotate(mean=quotient).order_by("id").values_list("id", "mean"))


@case
def difference_of_aggregates_of_two_paths():
    """
    query: query!(Product.annotate(left = Coalesce(Sum(order_items.quantity), 0) - Count(reviews)).order_by(-left, id).values_list(id, left)[..10])
    """
    rows = []
    for p in Product.objects.all():
        rows.append([p.id, sum(i.quantity for i in p.order_items.all()) - p.reviews.count()])
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:10]


@case
def number_with_own_field():
    """
    query: query!(Product.annotate(after = F(stock) - Coalesce(Sum(order_items.quantity), 0)).filter(after.lt = 0).order_by(id).values_list(id, after))
    """
    rows = Product.objects.order_by("id").annotate(after=F("stock") - Coalesce(Sum("order_items__quantity"), 0))
    return list(rows.filter(after__lt=0).values_list("id", "after"))


@case
def number_compared_with_own_field():
    """
    query: query!(Product.annotate(sold = Sum(order_items.quantity)).filter(sold.gt = F(stock)).order_by(id).values_list(id, stock, sold))
    """
    chain = Product.objects.annotate(sold=Sum("order_items__quantity")).filter(sold__gt=F("stock"))
    return list(chain.order_by("id").values_list("id", "stock", "sold"))


@case
def two_numbers_compared():
    """
    query: query!(Product.annotate(sold = Count(order_items), n = Count(reviews)).filter(F(sold) > F(n)).order_by(id).values_list(id, sold, n))
    """
    rows = [[p.id, p.order_items.count(), p.reviews.count()] for p in Product.objects.order_by("id")]
    return [row for row in rows if row[1] > row[2]]


@case
def number_or_own_field():
    """
    query: query!(Product.annotate(n = Count(reviews)).filter(Q(n.gte = 4) | Q(stock.gt = 500)).order_by(id).values_list(id, n))
    """
    chain = Product.objects.annotate(n=Count("reviews")).filter(Q(n__gte=4) | Q(stock__gt=500))
    return list(chain.order_by("id").values_list("id", "n"))


@case
def number_excluded():
    """
    query: query!(Product.annotate(n = Count(reviews)).exclude(n = 0, stock = 0).order_by(id).values_list(id, flat))
    """
    chain = Product.objects.annotate(n=Count("reviews")).exclude(n=0, stock=0)
    return list(chain.order_by("id").values_list("id", flat=True))


@case
def number_in_a_range_of_numbers():
    """
    query: query!(User.annotate(n = Count(orders)).filter(n.range = (2, 3)).order_by(id).values_list(id, n))
    """
    return list(User.objects.annotate(n=Count("orders")).filter(n__range=(2, 3)).order_by("id").values_list("id", "n"))


@case
def number_in_a_list():
    """
    query: query!(User.annotate(n = Count(orders)).filter(n.in = [1, 6]).order_by(id).values_list(id, n))
    """
    return list(User.objects.annotate(n=Count("orders")).filter(n__in=[1, 6]).order_by("id").values_list("id", "n"))


@case
def numbers_of_one_object():
    """
    query: query!(Order(1).items.aggregate(lines = Count(), pieces = Sum(quantity), total = Sum(quantity * unit_price)))
    """
    amount = ExpressionWrapper(F("quantity") * F("unit_price"), DecimalField())
    return Order.objects.get(pk=1).items.aggregate(lines=Count("pk"), pieces=Sum("quantity"), total=Sum(amount))


@case
def number_of_one_row():
    """
    query: query!(Order.annotate(total = Sum(items.quantity * items.unit_price)).get(number = "ORD-00001"))
    rows: json!([o.id, o.number, o.total])
    """
    o = Order.objects.annotate(total=Sum(ITEMS_AMOUNT)).get(number="ORD-00001")
    return [o.id, o.number, o.total]


@case
def number_of_the_first_row():
    """
    query: query!(Category.annotate(n = Count(products)).order_by(-n, id).first())
    rows: c.map(|c| json!([c.name, c.n]))
    """
    c = Category.objects.annotate(n=Count("products")).order_by("-n", "id").first()
    return [c.name, c.n]


@case
def numbers_on_a_page():
    """
    query: query!(Product.annotate(n = Count(reviews)).filter(n.gt = 0).order_by(-n).page(2, 5))
    rows: json!({"items": page.items.iter().map(|p| json!([p.id, p.n])), "total": page.total, "pages": page.pages})
    """
    chain = Product.objects.annotate(n=Count("reviews")).filter(n__gt=0).order_by("-n", "-pk")
    return {"items": [[p.id, p.n] for p in chain[5:10]], "total": chain.count(), "pages": -(-chain.count() // 5)}


@case
def page_of_an_order_by_a_path():
    """
    query: query!(Order.filter(items.quantity.gte = 2).select_related(user).annotate(lines = Count(items)).order_by(user.name, -placed_at).page(1, 6))
    rows: json!({"items": page.items.iter().map(|o| json!([o.id, o.user.name, o.lines])), "total": page.total})
    """
    bound = Q(items__quantity__gte=2)
    chain = Order.objects.annotate(lines=Count("items", filter=bound)).filter(lines__gt=0)
    chain = chain.select_related("user").order_by("user__name", "-placed_at", "-pk")
    return {"items": [[o.id, o.user.name, o.lines] for o in chain[:6]], "total": chain.count()}


@case
def least_and_most_of_texts():
    """
    query: query!(Category.annotate(first = Min(products.name), last = Max(products.name)).filter(first.isnull = false).order_by(id).values(name, first, last))
    """
    chain = Category.objects.annotate(first=Min("products__name"), last=Max("products__name"))
    return list(chain.filter(first__isnull=False).order_by("id").values("name", "first", "last"))


@case
def number_beside_joined_rows():
    """
    query: query!(Product.select_related(category.parent).annotate(n = Count(tags), mean = Avg(reviews.rating)).order_by(-n, id)[..6])
    rows: json!([p.id, p.category.name, p.category.parent.as_ref().map(|c| &c.name), p.n, p.mean])
    """
    rows = []
    for p in Product.objects.select_related("category__parent"):
        parent = p.category.parent
        mean = p.reviews.aggregate(mean=Avg("rating"))["mean"]
        rows.append([p.id, p.category.name, parent and parent.name, p.tags.count(), mean])
    return sorted(rows, key=lambda row: (-row[3], row[0]))[:6]


@case
def grouped_by_a_function():
    """
    query: query!(Tag.values(lowered = Lower(name)).annotate(n = Count()).order_by(lowered))
    """
    return list(Tag.objects.order_by().values(lowered=Lower("name")).annotate(n=Count("pk")).order_by("lowered"))


@case
def grouped_by_two_of_one_relation():
    """
    query: query!(OrderItem.values(product.category.name, product.status).annotate(pieces = Sum(quantity)).order_by(-pieces, product.category.name, product.status)[..8])
    """
    chain = OrderItem.objects.order_by().values("product__category__name", "product__status").annotate(pieces=Sum("quantity"))
    return list(chain.order_by("-pieces", "product__category__name", "product__status")[:8])


@case
def grouped_with_a_quotient():
    """
    query: query!(Order.values(status).annotate(per_order = Sum(items.quantity) / Count(), n = Count()).order_by(status))
    note: Whole numbers are divided as PostgreSQL does.
    """
    rows = []
    for status in sorted(set(Order.objects.values_list("status", flat=True))):
        orders = Order.objects.filter(status=status)
        pieces = sum(i.quantity for o in orders for i in o.items.all())
        rows.append({"status": status, "per_order": pieces // orders.count(), "n": orders.count()})
    return rows


@case
def grouped_and_ordered_by_an_expression():
    """
    query: query!(Product.values(status).annotate(n = Count(), dearest = Max(price)).order_by(F(dearest).asc(nulls_first), status).values_list(status, dearest))
    """
    chain = Product.objects.values("status").annotate(n=Count("pk"), dearest=Max("price"))
    return list(chain.order_by(F("dearest").asc(nulls_first=True), "status").values_list("status", "dearest"))


@case
def grouped_by_an_annotation_of_a_related_field():
    """
    query: query!(Review.annotate(who = Lower(user.name)).values(who).annotate(n = Count(), mean = Avg(rating)).order_by(-n, who)[..5])
    """
    chain = Review.objects.order_by().annotate(who=Lower("user__name")).values("who").annotate(n=Count("pk"), mean=Avg("rating"))
    return list(chain.order_by("-n", "who")[:5])


@case
def filtered_number_with_a_condition_in_two_parts():
    """
    query: query!(User.annotate(open = Count(orders, filter = Q(orders.status = "pending") | Q(orders.status = "paid"))).filter(open.gt = 0).order_by(id).values_list(id, open))
    """
    condition = Q(orders__status="pending") | Q(orders__status="paid")
    chain = User.objects.annotate(open=Count("orders", filter=condition)).filter(open__gt=0)
    return list(chain.order_by("id").values_list("id", "open"))


@case
def filtered_number_with_a_negated_condition():
    """
    query: query!(User.annotate(kept = Count(orders, filter = !Q(orders.status = "cancelled"))).order_by(id).values_list(id, kept))
    """
    chain = User.objects.annotate(kept=Count("orders", filter=Q(orders__isnull=False) & ~Q(orders__status="cancelled")))
    return list(chain.order_by("id").values_list("id", "kept"))


@case
def value_bound_into_an_expression():
    """
    query:
    let rate = Decimal::new(12, 1);
    query!(Product.filter(id.lte = 5).order_by(id).values_list(id, F(price) * {rate}))
    """
    return [[p.id, p.price * Decimal("1.2")] for p in Product.objects.filter(id__lte=5).order_by("id")]


@case
def mean_of_a_product_with_a_default():
    """
    query: query!(Order.annotate(mean = Avg(items.quantity * items.unit_price, default = 0)).order_by(id).values_list(id, mean)[..12])
    """
    rows = Order.objects.annotate(mean=Avg(ITEMS_AMOUNT, default=Decimal(0))).order_by("id").values_list("id", "mean")
    return list(rows[:12])
