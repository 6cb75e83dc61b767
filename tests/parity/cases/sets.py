"""Chains that are combined, and slices of slices."""

from django.db.models import Count, F
from shop.models import Category, Product, Tag

from .base import case, keys


def pairs(chain):
    return [list(row) for row in chain]


@case
def union_of_rows():
    """
    query: query!(Product.filter(stock = 0).union(Product.filter(category.slug.startswith = "b")).order_by(id))
    rows: json!(p.id)
    """
    return keys(Product.objects.filter(stock=0).union(Product.objects.filter(category__slug__startswith="b")).order_by("id"))


@case
def union_of_values():
    """
    query: query!(Category.values_list(name, slug).union(Tag.values_list(name, name)).order_by(name, slug))
    """
    return pairs(Category.objects.values_list("name", "slug").union(Tag.objects.values_list("name", "name")).order_by("name", "slug"))


@case
def union_all_keeps_all():
    """
    query: query!(Category.values_list(name, flat).union_all(Category.filter(parent = None).values_list(name, flat)).order_by(name))
    """
    return list(Category.objects.order_by().values_list("name", flat=True).union(Category.objects.order_by().filter(parent=None).values_list("name", flat=True), all=True).order_by("name"))


@case
def union_of_nullable():
    """
    query: query!(Product.values_list(description, flat).union(Product.values_list(name, flat)).order_by(F(description).asc(nulls_first)))
    """
    return list(Product.objects.values_list("description", flat=True).union(Product.objects.values_list("name", flat=True)).order_by(F("description").asc(nulls_first=True)))


@case
def union_of_three():
    """
    query: query!(Product.filter(id.lt = 3).union(Product.filter(id = 5), Product.filter(id.lte = 2)).order_by(-id))
    rows: json!(p.id)
    """
    return keys(Product.objects.filter(id__lt=3).union(Product.objects.filter(id=5), Product.objects.filter(id__lte=2)).order_by("-id"))


@case
def intersection_of_rows():
    """
    query: query!(Product.filter(stock.gt = 0).intersection(Product.filter(price.gt = 10)).order_by(id))
    rows: json!(p.id)
    """
    return keys(Product.objects.filter(stock__gt=0).intersection(Product.objects.filter(price__gt=10)).order_by("id"))


@case
def difference_of_rows():
    """
    query: query!(Product.difference(Product.filter(price.gt = 10), Product.filter(stock = 0)).order_by(id))
    rows: json!(p.id)
    """
    return keys(Product.objects.difference(Product.objects.filter(price__gt=10), Product.objects.filter(stock=0)).order_by("id"))


@case
def union_then_difference():
    """
    query: query!(Product.filter(stock = 0).union(Product.filter(price.gt = 10)).difference(Product.filter(id.lt = 5)).order_by(id))
    rows: json!(p.id)
    """
    return keys(Product.objects.filter(stock=0).union(Product.objects.filter(price__gt=10)).difference(Product.objects.filter(id__lt=5)).order_by("id"))


@case
def union_of_sliced():
    """
    query: query!(Product.order_by(-price, id)[..3].union(Product.order_by(price, id)[..2]).order_by(id))
    rows: json!(p.id)
    """
    return keys(Product.objects.order_by("-price", "id")[:3].union(Product.objects.order_by("price", "id")[:2]).order_by("id"))


@case
def union_sliced():
    """
    query: query!(Product.filter(stock = 0).union(Product.filter(price.gt = 10)).order_by(-id)[1..3])
    rows: json!(p.id)
    """
    return keys(Product.objects.filter(stock=0).union(Product.objects.filter(price__gt=10)).order_by("-id")[1:3])


@case
def union_counted():
    """
    query: query!(Product.values_list(stock, flat).union(Product.values_list(stock, flat)).count())
    """
    return Product.objects.values_list("stock", flat=True).union(Product.objects.values_list("stock", flat=True)).count()


@case
def union_exists():
    """
    query: query!(Product.filter(id = 1).intersection(Product.filter(id = 2)).exists())
    """
    return Product.objects.filter(id=1).intersection(Product.objects.filter(id=2)).exists()


@case
def union_annotated():
    """
    query: query!(Product.filter(id.lte = 3).annotate(n = Count(reviews)).values_list(id, n).union(Product.filter(id.lte = 3).annotate(n = Count(tags)).values_list(id, n)).order_by(id, n))
    """
    return pairs(Product.objects.filter(id__lte=3).annotate(n=Count("reviews")).values_list("id", "n").union(Product.objects.filter(id__lte=3).annotate(n=Count("tags")).values_list("id", "n")).order_by("id", "n"))


@case
def union_inside_in():
    """
    query: query!(Product.filter(category.in = Category.filter(parent = None).union(Category.filter(slug.startswith = "b"))).order_by(id))
    rows: json!(p.id)
    """
    return keys(Product.objects.filter(category__in=Category.objects.order_by().filter(parent=None).values("id").union(Category.objects.order_by().filter(slug__startswith="b").values("id"))).order_by("id"))


@case
def slice_of_slice():
    """
    query: query!(Product.order_by(-price, id)[1..6][2..])
    rows: json!(p.id)
    """
    return keys(Product.objects.order_by("-price", "id")[1:6][2:])
