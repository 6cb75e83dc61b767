"""Aggregates: over the whole chain, and for each of its rows along one or several paths."""

from decimal import Decimal

from django.db.models import Avg, Count, DecimalField, ExpressionWrapper, F, Max, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from shop.models import Category, Order, OrderItem, Product, Review, Tag, User

from .base import Differs, case, ids

AMOUNT = ExpressionWrapper(F("quantity") * F("unit_price"), DecimalField())
ITEMS_AMOUNT = ExpressionWrapper(F("items__quantity") * F("items__unit_price"), DecimalField())
SALES_AMOUNT = ExpressionWrapper(F("order_items__quantity") * F("order_items__unit_price"), DecimalField())


def each(queryset, *numbers):
    """For each row, by key: the key, and what each of `numbers` says of the row."""
    return [[row.pk, *(number(row) for number in numbers)] for row in queryset.order_by("id")]


def total(items):
    return items.aggregate(total=Sum(AMOUNT))["total"]


@case
def aggregate_of_own_fields():
    """
    query: query!(Product.filter(status = "active", price.lt = 1000).aggregate(n = Count(), least = Min(price), most = Max(price), sum = Sum(price), mean = Avg(price), stock = Sum(stock)))
    """
    chain = Product.objects.filter(status="active", price__lt=1000)
    return chain.aggregate(
        n=Count("pk"), least=Min("price"), most=Max("price"), sum=Sum("price"), mean=Avg("price"), stock=Sum("stock")
    )


@case
def aggregate_of_nullable_fields():
    """
    query: query!(Product.aggregate(n = Count(weight), rows = Count(), mean = Avg(weight), first = Min(released_on), last = Max(released_on), text = Max(description)))
    """
    return Product.objects.aggregate(
        n=Count("weight"), rows=Count("pk"), mean=Avg("weight"), first=Min("released_on"), last=Max("released_on"),
        text=Max("description"),
    )


@case
def aggregate_of_nothing():
    """
    query: query!(Product.filter(price.lt = 0).aggregate(n = Count(), sum = Sum(stock), mean = Avg(price), least = Min(name)))
    """
    return Product.objects.filter(price__lt=0).aggregate(n=Count("pk"), sum=Sum("stock"), mean=Avg("price"), least=Min("name"))


@case
def aggregate_of_nothing_with_defaults():
    """
    query: query!(Product.filter(price.lt = 0).aggregate(sum = Sum(stock, default = 0), mean = Avg(price, default = 1.5), least = Coalesce(Min(name), "none")))
    """
    from django.db.models import Value

    return Product.objects.filter(price__lt=0).aggregate(
        sum=Sum("stock", default=0), mean=Avg("price", default=Decimal("1.5")), least=Coalesce(Min("name"), Value("none"))
    )


@case
def aggregate_of_integers():
    """
    query: query!(Review.aggregate(sum = Sum(rating), mean = Avg(rating), least = Min(rating), most = Max(rating)))
    """
    return Review.objects.aggregate(sum=Sum("rating"), mean=Avg("rating"), least=Min("rating"), most=Max("rating"))


@case
def aggregate_of_instants():
    """
    query: query!(User.aggregate(first = Min(created_at), last = Max(last_seen_at), seen = Count(last_seen_at)))
    """
    return User.objects.aggregate(first=Min("created_at"), last=Max("last_seen_at"), seen=Count("last_seen_at"))


@case
def aggregate_distinct():
    """
    query: query!(Order.aggregate(buyers = Count(user, distinct = true), orders = Count(user), addresses = Count(address, distinct = true)))
    """
    return Order.objects.aggregate(
        buyers=Count("user", distinct=True), orders=Count("user"), addresses=Count("address", distinct=True)
    )


@case
def aggregate_distinct_sum():
    """
    query: query!(Review.aggregate(sum = Sum(rating, distinct = true), mean = Avg(rating, distinct = true)))
    """
    return Review.objects.aggregate(sum=Sum("rating", distinct=True), mean=Avg("rating", distinct=True))


@case
def aggregate_with_filters():
    """
    query: query!(Product.aggregate(n = Count(), out = Count(filter = Q(stock = 0)), cheap = Sum(stock, filter = Q(price.lt = 10, status = "active")), none = Avg(price, filter = Q(price.lt = 0))))
    """
    return Product.objects.aggregate(
        n=Count("pk"), out=Count("pk", filter=Q(stock=0)), cheap=Sum("stock", filter=Q(price__lt=10, status="active")),
        none=Avg("price", filter=Q(price__lt=0)),
    )


@case
def aggregate_of_an_expression():
    """
    query: query!(OrderItem.filter(order.status = "delivered").aggregate(revenue = Sum(quantity * unit_price), pieces = Sum(quantity)))
    """
    return OrderItem.objects.filter(order__status="delivered").aggregate(revenue=Sum(AMOUNT), pieces=Sum("quantity"))


@case
def aggregate_along_to_one():
    """
    query: query!(OrderItem.aggregate(most = Max(product.price), parents = Count(product.category.parent), named = Max(product.category.parent.name)))
    """
    return OrderItem.objects.aggregate(
        most=Max("product__price"), parents=Count("product__category__parent"), named=Max("product__category__parent__name")
    )


@case
def aggregate_along_to_many():
    """
    query: query!(Product.filter(category.slug = "laptops").aggregate(n = Count(reviews), mean = Avg(reviews.rating)))
    """
    return Product.objects.filter(category__slug="laptops").aggregate(n=Count("reviews"), mean=Avg("reviews__rating"))


@case
def aggregate_own_fields_beside_to_many():
    """
    query: query!(Product.aggregate(stock = Sum(stock), n_products = Count(), n_reviews = Count(reviews), sold = Sum(order_items.quantity)))
    note: Django multiplies the rows of the product by its reviews and by its items.
    """
    return Differs(
        {
            "stock": Product.objects.aggregate(x=Sum("stock"))["x"],
            "n_products": Product.objects.count(),
            "n_reviews": Review.objects.count(),
            "sold": OrderItem.objects.aggregate(x=Sum("quantity"))["x"],
        },
        Product.objects.aggregate(
            stock=Sum("stock"), n_products=Count("pk"), n_reviews=Count("reviews"), sold=Sum("order_items__quantity")
        ),
    )


@case
def aggregate_of_bound_rows():
    """
    query: query!(Product.filter(reviews.is_approved = true).aggregate(n_products = Count(), n_reviews = Count(reviews), mean = Avg(reviews.rating)))
    note: The products are those with an approved review, each once; the reviews are the approved ones.
    """
    approved = Review.objects.filter(is_approved=True)
    numbers = approved.aggregate(n_products=Count("product", distinct=True), n_reviews=Count("pk"), mean=Avg("rating"))
    naive = Product.objects.filter(reviews__is_approved=True)
    return Differs(numbers, naive.aggregate(n_products=Count("pk"), n_reviews=Count("reviews"), mean=Avg("reviews__rating")))


@case
def aggregate_of_an_annotation():
    """
    query: query!(Order.annotate(total = Sum(items.quantity * items.unit_price)).filter(total.isnull = false).aggregate(n = Count(), most = Max(total), least = Min(total), sum = Sum(total)))
    """
    chain = Order.objects.annotate(total=Sum(ITEMS_AMOUNT)).filter(total__isnull=False)
    return chain.aggregate(n=Count("pk"), most=Max("total"), least=Min("total"), sum=Sum("total"))


@case
def count_of_related():
    """
    query: query!(Product.annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    """
    return list(Product.objects.annotate(n=Count("reviews")).order_by("id").values_list("id", "n"))


@case
def count_of_many_to_many():
    """
    query: query!(Tag.annotate(n = Count(products), worth = Sum(products.price)).order_by(name).values(name, n, worth))
    """
    chain = Tag.objects.annotate(n=Count("products"), worth=Sum("products__price"))
    return list(chain.order_by("name").values("name", "n", "worth"))


@case
def several_aggregates_of_one_path():
    """
    query: query!(Product.annotate(n = Count(reviews), mean = Avg(reviews.rating), least = Min(reviews.rating), most = Max(reviews.rating), last = Max(reviews.created_at)).order_by(id).values_list(id, n, mean, least, most, last))
    """
    chain = Product.objects.annotate(
        n=Count("reviews"), mean=Avg("reviews__rating"), least=Min("reviews__rating"), most=Max("reviews__rating"),
        last=Max("reviews__created_at"),
    )
    return list(chain.order_by("id").values_list("id", "n", "mean", "least", "most", "last"))


@case
def several_paths_do_not_multiply():
    """
    query: query!(Product.annotate(tagged = Count(tags), n = Count(reviews), sold = Sum(order_items.quantity)).order_by(id).values_list(id, tagged, n, sold))
    """
    naive = Product.objects.annotate(tagged=Count("tags"), n=Count("reviews"), sold=Sum("order_items__quantity"))
    return Differs(
        each(
            Product.objects.all(),
            lambda p: p.tags.count(),
            lambda p: p.reviews.count(),
            lambda p: p.order_items.aggregate(x=Sum("quantity"))["x"],
        ),
        list(naive.order_by("id").values_list("id", "tagged", "n", "sold")),
    )


@case
def two_depths_of_one_path_do_not_multiply():
    """
    query: query!(User.annotate(n = Count(orders), spent = Sum(orders.items.quantity * orders.items.unit_price), pieces = Sum(orders.items.quantity)).order_by(id).values_list(id, n, spent, pieces))
    """
    amount = ExpressionWrapper(F("orders__items__quantity") * F("orders__items__unit_price"), DecimalField())
    naive = User.objects.annotate(n=Count("orders"), spent=Sum(amount), pieces=Sum("orders__items__quantity"))
    items = lambda u: OrderItem.objects.filter(order__user=u)  # noqa: E731
    return Differs(
        each(
            User.objects.all(),
            lambda u: u.orders.count(),
            lambda u: total(items(u)),
            lambda u: items(u).aggregate(x=Sum("quantity"))["x"],
        ),
        list(naive.order_by("id").values_list("id", "n", "spent", "pieces")),
    )


@case
def aggregate_with_a_filter_on_its_path():
    """
    query: query!(Product.annotate(n = Count(reviews, filter = Q(reviews.is_approved = true)), mean = Avg(reviews.rating, filter = Q(reviews.is_approved = true))).order_by(id).values_list(id, n, mean))
    """
    approved = Q(reviews__is_approved=True)
    chain = Product.objects.annotate(n=Count("reviews", filter=approved), mean=Avg("reviews__rating", filter=approved))
    return list(chain.order_by("id").values_list("id", "n", "mean"))


@case
def aggregate_with_a_filter_beyond_its_path():
    """
    query: query!(Product.annotate(sold = Sum(order_items.quantity, filter = Q(order_items.order.status = "delivered"), default = 0)).filter(sold.gt = 0).order_by(-sold, id).values_list(id, sold))
    """
    delivered = Q(order_items__order__status="delivered")
    chain = Product.objects.annotate(sold=Sum("order_items__quantity", filter=delivered, default=0)).filter(sold__gt=0)
    return list(chain.order_by("-sold", "id").values_list("id", "sold"))


@case
def aggregate_of_related_with_default():
    """
    query: query!(Order.annotate(total = Sum(items.quantity * items.unit_price, default = 0)).order_by(id).values_list(id, total))
    """
    chain = Order.objects.annotate(total=Sum(ITEMS_AMOUNT, default=Decimal(0)))
    return list(chain.order_by("id").values_list("id", "total"))


@case
def aggregate_of_related_coalesced():
    """
    query: query!(Product.annotate(mean = Coalesce(Avg(reviews.rating), 0.0)).filter(mean.lt = 3).order_by(mean, id).values_list(id, mean))
    """
    chain = Product.objects.annotate(mean=Coalesce(Avg("reviews__rating"), 0.0)).filter(mean__lt=3)
    return list(chain.order_by("mean", "id").values_list("id", "mean"))


@case
def aggregate_of_related_distinct():
    """
    query: query!(Order.annotate(kinds = Count(items.product, distinct = true), lines = Count(items)).order_by(id).values_list(id, kinds, lines))
    """
    chain = Order.objects.annotate(kinds=Count("items__product", distinct=True), lines=Count("items"))
    return list(chain.order_by("id").values_list("id", "kinds", "lines"))


@case
def every_way_to_a_row_counts():
    """
    query: query!(Category.annotate(ways = Count(products.tags), kinds = Count(products.tags, distinct = true)).order_by(id).values_list(id, ways, kinds))
    """
    chain = Category.objects.annotate(ways=Count("products__tags"), kinds=Count("products__tags", distinct=True))
    return list(chain.order_by("id").values_list("id", "ways", "kinds"))


@case
def aggregate_through_a_tree():
    """
    query: query!(Category.annotate(n = Count(children), stock = Sum(children.products.stock)).order_by(id).values_list(id, n, stock))
    """
    naive = Category.objects.annotate(n=Count("children"), stock=Sum("children__products__stock"))
    return Differs(
        each(
            Category.objects.all(),
            lambda c: c.children.count(),
            lambda c: Product.objects.filter(category__parent=c).aggregate(x=Sum("stock"))["x"],
        ),
        list(naive.order_by("id").values_list("id", "n", "stock")),
    )


@case
def annotation_filtered():
    """
    query: query!(Product.annotate(n = Count(reviews)).filter(n.gte = 3).order_by(-n, id).values_list(id, n))
    """
    return list(Product.objects.annotate(n=Count("reviews")).filter(n__gte=3).order_by("-n", "id").values_list("id", "n"))


@case
def annotation_excluded_keeps_null():
    """
    query: query!(Product.annotate(mean = Avg(reviews.rating)).exclude(mean.lt = 4).order_by(id).values_list(id, mean))
    """
    chain = Product.objects.annotate(mean=Avg("reviews__rating"))
    return Differs(
        list(chain.filter(Q(mean__gte=4) | Q(mean=None)).order_by("id").values_list("id", "mean")),
        list(chain.exclude(mean__lt=4).order_by("id").values_list("id", "mean")),
    )


@case
def alias_is_not_selected():
    """
    query: query!(User.alias(n = Count(orders)).filter(n = 0).order_by(id).values(id, name))
    """
    return list(User.objects.alias(n=Count("orders")).filter(n=0).order_by("id").values("id", "name"))


@case
def filter_before_binds():
    """
    query: query!(Product.filter(reviews.is_approved = true).annotate(n = Count(reviews), mean = Avg(reviews.rating)).order_by(id).values_list(id, n, mean))
    """
    chain = Product.objects.filter(reviews__is_approved=True).annotate(n=Count("reviews"), mean=Avg("reviews__rating"))
    return list(chain.order_by("id").values_list("id", "n", "mean"))


@case
def filter_after_does_not_bind():
    """
    query: query!(Product.annotate(n = Count(reviews)).filter(reviews.is_approved = true).order_by(id).values_list(id, n))
    note: Django counts the reviews of the first join once for each row of the second.
    """
    chain = Product.objects.annotate(n=Count("reviews")).filter(reviews__is_approved=True)
    approved = ids(Product.objects.filter(reviews__is_approved=True).distinct())
    return Differs(
        each(Product.objects.filter(id__in=approved), lambda p: p.reviews.count()),
        list(chain.order_by("id").values_list("id", "n")),
    )


@case
def filters_before_all_bind():
    """
    query: query!(Product.filter(reviews.is_approved = true).filter(reviews.rating.gte = 4).annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    note: A product with an approved review and a good one, but none that is both, stays with n = 0.
    """
    chain = Product.objects.filter(reviews__is_approved=True).filter(reviews__rating__gte=4)
    return Differs(
        each(
            Product.objects.filter(id__in=ids(chain.distinct())),
            lambda p: p.reviews.filter(is_approved=True, rating__gte=4).count(),
        ),
        list(chain.annotate(n=Count("reviews")).order_by("id").values_list("id", "n")),
    )


@case
def conditions_of_one_filter_bind_together():
    """
    query: query!(Product.filter(reviews.is_approved = true, reviews.rating.gte = 4).annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    """
    chain = Product.objects.filter(reviews__is_approved=True, reviews__rating__gte=4).annotate(n=Count("reviews"))
    return list(chain.order_by("id").values_list("id", "n"))


@case
def either_on_one_path_binds():
    """
    query: query!(Product.filter(Q(reviews.rating = 1) | Q(reviews.rating = 5)).annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    """
    chain = Product.objects.filter(Q(reviews__rating=1) | Q(reviews__rating=5)).annotate(n=Count("reviews"))
    return list(chain.order_by("id").values_list("id", "n"))


@case
def either_with_another_path_does_not_bind():
    """
    query: query!(Product.filter(Q(reviews.rating = 5) | Q(stock = 0)).annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    """
    chain = Product.objects.filter(Q(reviews__rating=5) | Q(stock=0))
    return Differs(
        each(Product.objects.filter(id__in=ids(chain.distinct())), lambda p: p.reviews.count()),
        list(chain.annotate(n=Count("reviews")).order_by("id").values_list("id", "n")),
    )


@case
def exclude_does_not_bind():
    """
    query: query!(Product.exclude(reviews.rating = 1).annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    """
    chain = Product.objects.exclude(reviews__rating=1).annotate(n=Count("reviews"))
    return list(chain.order_by("id").values_list("id", "n"))


@case
def one_path_binds_the_other_does_not():
    """
    query: query!(Product.filter(tags.color = "red").annotate(red = Count(tags), n = Count(reviews)).order_by(id).values_list(id, red, n))
    """
    chain = Product.objects.filter(tags__color="red")
    return Differs(
        each(
            Product.objects.filter(id__in=ids(chain.distinct())),
            lambda p: p.tags.filter(color="red").count(),
            lambda p: p.reviews.count(),
        ),
        list(chain.annotate(red=Count("tags"), n=Count("reviews")).order_by("id").values_list("id", "red", "n")),
    )


@case
def deeper_condition_binds_every_step():
    """
    query: query!(Category.filter(products.reviews.rating = 5).annotate(n_products = Count(products), n = Count(products.reviews)).order_by(id).values_list(id, n_products, n))
    note: `products` are those that have such a review, each once; `products.reviews` are such reviews.
    """
    chain = Category.objects.filter(products__reviews__rating=5)
    return Differs(
        each(
            Category.objects.filter(id__in=ids(chain.distinct())),
            lambda c: c.products.filter(reviews__rating=5).distinct().count(),
            lambda c: Review.objects.filter(product__category=c, rating=5).count(),
        ),
        list(
            chain.annotate(n_products=Count("products"), n=Count("products__reviews"))
            .order_by("id")
            .values_list("id", "n_products", "n")
        ),
    )


@case
def through_to_one_then_to_many():
    """
    query: query!(Order.annotate(n = Count(user.reviews)).order_by(id).values_list(id, n)[..12])
    """
    return list(Order.objects.annotate(n=Count("user__reviews")).order_by("id").values_list("id", "n")[:12])


@case
def best_sellers():
    """
    query: query!(Product.annotate(revenue = Sum(order_items.quantity * order_items.unit_price)).order_by(F(revenue).desc(nulls_last), id).values_list(name, revenue)[..8])
    """
    chain = Product.objects.annotate(revenue=Sum(SALES_AMOUNT)).order_by(F("revenue").desc(nulls_last=True), "id")
    return list(chain.values_list("name", "revenue")[:8])


@case
def annotation_of_an_annotation():
    """
    query: query!(User.annotate(n = Count(orders)).annotate(more = F(n) + 1).filter(more.gt = 3).order_by(id).values_list(id, n, more))
    """
    chain = User.objects.annotate(n=Count("orders")).annotate(more=F("n") + 1).filter(more__gt=3)
    return list(chain.order_by("id").values_list("id", "n", "more"))


@case
def annotated_rows():
    """
    query: query!(Category.annotate(n = Count(products)).order_by(id))
    rows: json!({"id": c.id, "slug": c.slug, "parent_id": c.parent_id, "n": c.n})
    """
    return list(Category.objects.annotate(n=Count("products")).order_by("id").values("id", "slug", "parent_id", "n"))


@case
def compared_with_a_related_aggregate():
    """
    query: query!(Product.annotate(most = Max(order_items.unit_price)).filter(F(most) < F(price)).order_by(id).values_list(id, most))
    """
    most = OrderItem.objects.filter(product=OuterRef("pk")).order_by("-unit_price").values("unit_price")[:1]
    chain = Product.objects.annotate(most=Subquery(most)).filter(most__lt=F("price"))
    return list(chain.order_by("id").values_list("id", "most"))
