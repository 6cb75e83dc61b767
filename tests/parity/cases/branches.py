"""`if` and `match` between conditions and between orders: Django has Python's own."""

from django.db.models import Count, Exists, OuterRef, Q
from shop.models import Category, Product, Review

from .base import case, ids


def each(choices, chain):
    """What a chain gives for each choice."""
    return [chain(choice) for choice in choices]


@case
def if_else_either_way():
    """
    query:
    for cheap in [true, false] {
    query!(Product.filter(if cheap { price.lt = 10 } else { Q(price.gte = 500, stock.gt = 0) }).order_by(id).values_list(id, flat))
    """

    def chain(cheap):
        return ids(Product.objects.filter(Q(price__lt=10) if cheap else Q(price__gte=500, stock__gt=0)))

    return each([True, False], chain)


@case
def if_without_else():
    """
    query:
    for text in [None, Some("wool")] {
    query!(Product.filter(status = "active", if let Some(text) = text { name.icontains = text }).count())
    """

    def chain(text):
        products = Product.objects.filter(status="active")
        return products.filter(name__icontains=text).count() if text else products.count()

    return each([None, "wool"], chain)


@case
def each_arm_of_a_match():
    """
    query:
    for (kind, n) in [(0, 5), (1, 5), (1, 50), (2, 5), (3, 5)] {
    query!(Product.filter(match kind { 0 => stock = 0, 1 if n > 9 => stock.gt = n, 1 => stock.lte = n, 2 => Q(stock = n) | Q(weight.isnull = true), _ => {} }).order_by(id).values_list(id, flat))
    """

    def chain(choice):
        kind, n = choice
        match kind:
            case 0:
                condition = Q(stock=0)
            case 1 if n > 9:
                condition = Q(stock__gt=n)
            case 1:
                condition = Q(stock__lte=n)
            case 2:
                condition = Q(stock=n) | Q(weight__isnull=True)
            case _:
                condition = Q()
        return ids(Product.objects.filter(condition))

    return each([(0, 5), (1, 5), (1, 50), (2, 5), (3, 5)], chain)


@case
def branches_in_branches():
    """
    query:
    for (a, b) in [(Some(5_i16), true), (Some(5), false), (None, true), (None, false)] {
    query!(Product.filter(match a { Some(n) => if b { Q(reviews.rating = n, reviews.is_approved = true) } else { reviews.rating = n }, None => if b { reviews.isnull = true } }).order_by(id).values_list(id, flat))
    """

    def chain(choice):
        a, b = choice
        if a is not None:
            condition = Q(reviews__rating=a, reviews__is_approved=True) if b else Q(reviews__rating=a)
        else:
            condition = Q(reviews__isnull=True) if b else Q()
        return ids(Product.objects.filter(condition).distinct())

    return each([(5, True), (5, False), (None, True), (None, False)], chain)


@case
def branch_in_exclude():
    """
    query:
    for light in [true, false] {
    query!(Product.exclude(if light { Q(weight.lt = 1.0, stock.gt = 0) } else { description.contains = "a" }).order_by(id).values_list(id, flat))
    """

    def chain(light):
        return ids(Product.objects.exclude(Q(weight__lt=1.0, stock__gt=0) if light else Q(description__contains="a")))

    return each([True, False], chain)


@case
def branch_in_exclude_that_is_none():
    """
    query:
    for wanted in [true, false] {
    query!(Product.exclude(if wanted { description.contains = "a" }).count())
    """

    def chain(wanted):
        return Product.objects.exclude(Q(description__contains="a") if wanted else Q()).count()

    return each([True, False], chain)


@case
def branch_in_algebra():
    """
    query:
    for wanted in [true, false] {
    query!(Product.filter(Q(stock = 0) | if wanted { price.gt = 500 }, !Q(if wanted { status = "draft" } else { status = "active" })).order_by(id).values_list(id, flat))
    """

    def chain(wanted):
        condition = Q(stock=0) | (Q(price__gt=500) if wanted else Q())
        return ids(Product.objects.filter(condition).filter(~Q(status="draft" if wanted else "active")))

    return each([True, False], chain)


@case
def branch_in_xor():
    """
    query:
    for wanted in [true, false] {
    query!(Product.filter(Q(stock.gt = 100) ^ if wanted { price.lt = 50 }).order_by(id).values_list(id, flat))
    """

    def chain(wanted):
        return ids(Product.objects.filter(Q(stock__gt=100) ^ (Q(price__lt=50) if wanted else Q())))

    return each([True, False], chain)


@case
def branch_in_exists():
    """
    query:
    for least in [None, Some(5_i16)] {
    query!(Product.filter(Exists(reviews.filter(if let Some(n) = least { rating.gte = n } else { title.isnull = true }))).order_by(id).values_list(id, flat))
    """

    def chain(least):
        reviews = Review.objects.filter(product=OuterRef("pk"))
        reviews = reviews.filter(rating__gte=least) if least else reviews.filter(title__isnull=True)
        return ids(Product.objects.filter(Exists(reviews)))

    return each([None, 5], chain)


@case
def branch_in_an_aggregate():
    """
    query:
    for least in [None, Some(4_i16)] {
    query!(Product.annotate(n = Count(reviews, filter = if let Some(n) = least { reviews.rating.gte = n })).order_by(id).values_list(id, n))
    """

    def chain(least):
        count = Count("reviews", filter=Q(reviews__rating__gte=least)) if least else Count("reviews")
        return list(Product.objects.annotate(n=count).order_by("id").values_list("id", "n"))

    return each([None, 4], chain)


@case
def branch_that_binds():
    """
    query:
    for approved in [None, Some(true), Some(false)] {
    query!(Product.filter(if let Some(a) = approved { reviews.is_approved = a }).annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    """

    def chain(approved):
        products = Product.objects.all() if approved is None else Product.objects.filter(reviews__is_approved=approved)
        return list(products.annotate(n=Count("reviews")).order_by("id").values_list("id", "n"))

    return each([None, True, False], chain)


@case
def branch_of_a_having():
    """
    query:
    for many in [true, false] {
    query!(Product.values(category).annotate(n = Count()).filter(if many { n.gt = 3 } else { category.name.lt = "G" }).order_by(category).values_list(category, n))
    """

    def chain(many):
        counts = Product.objects.values("category").annotate(n=Count("pk"))
        counts = counts.filter(n__gt=3) if many else counts.filter(category__name__lt="G")
        return list(counts.order_by("category_id").values_list("category", "n"))

    return each([True, False], chain)


@case
def order_by_a_match():
    """
    query:
    for by in ["price", "name", "shelf", "stock", ""] {
    query!(Product.order_by(match by { "price" => -price, "name" => name, "shelf" => (category.name, -stock), "stock" => F(weight).desc(nulls_last), _ => id }, id).values_list(id, flat))
    """
    orders = {
        "price": ["-price"],
        "name": ["name"],
        "shelf": ["category__name", "-stock"],
        "": [],
    }

    def chain(by):
        from django.db.models import F

        order = [F("weight").desc(nulls_last=True)] if by == "stock" else orders[by]
        return list(Product.objects.order_by(*order, "id").values_list("id", flat=True))

    return each(["price", "name", "shelf", "stock", ""], chain)


@case
def order_by_two_branches():
    """
    query:
    for (stocked, down) in [(true, true), (true, false), (false, true), (false, false)] {
    query!(Product.order_by(if stocked { -stock }, if down { -name } else { name }, id).values_list(id, flat)[..9])
    """

    def chain(choice):
        stocked, down = choice
        order = (["-stock"] if stocked else []) + ["-name" if down else "name", "id"]
        return list(Product.objects.order_by(*order).values_list("id", flat=True)[:9])

    return each([(True, True), (True, False), (False, True), (False, False)], chain)


@case
def last_of_each_order():
    """
    query:
    for cheap in [true, false] {
    query!(Product.order_by(if cheap { -price } else { category.name }, name).values(id, name).last())
    """

    def chain(cheap):
        return Product.objects.order_by("-price" if cheap else "category__name", "name", "id").values("id", "name").last()

    return each([True, False], chain)


@case
def slice_of_an_open_order_in_each_direction():
    """
    query:
    for down in [true, false] {
    query!(Product.order_by(if down { -category_id } else { category_id }).values_list(id, flat)[3..12])
    note: The key goes on in the direction of the last key of the branch.
    """

    def chain(down):
        order = ("-category_id", "-id") if down else ("category_id", "id")
        return list(Product.objects.order_by(*order).values_list("id", flat=True)[3:12])

    return each([True, False], chain)


@case
def prefetch_under_a_branch():
    """
    query:
    for stocked in [true, false] {
    query!(Category.prefetch_related(products.filter(if stocked { stock.gt = 0 }).order_by(if stocked { -price } else { name })[..2]).order_by(id))
    rows: (id, ids of its products)
    """

    def chain(stocked):
        found = []
        for category in Category.objects.order_by("id"):
            products = category.products.order_by("name", "id")
            if stocked:
                products = category.products.filter(stock__gt=0).order_by("-price", "-id")
            found.append((category.id, [p.id for p in products[:2]]))
        return found

    return each([True, False], chain)
