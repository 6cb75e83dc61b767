"""Conditions with `? =`, present and absent, in deep places."""

from django.db.models import Count, Q
from shop.models import Product

from .base import case, ids


@case
def optional_below_a_relation():
    """
    query:
    let (rating, approved) = (Some(5_i16), None::<bool>);
    query!(Product.filter(reviews.rating? = rating, reviews.is_approved? = approved).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(reviews__rating=5).distinct())


@case
def optional_below_a_relation_absent():
    """
    query:
    let (rating, approved) = (None::<i16>, None::<bool>);
    query!(Product.filter(reviews.rating? = rating, reviews.is_approved? = approved).count())
    note: Without conditions there is no related row to ask for.
    """
    return Product.objects.count()


@case
def optional_that_binds():
    """
    query:
    let approved = Some(true);
    query!(Product.filter(reviews.is_approved? = approved).annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    """
    chain = Product.objects.filter(reviews__is_approved=True).annotate(n=Count("reviews"))
    return list(chain.order_by("id").values_list("id", "n"))


@case
def optional_that_binds_nothing():
    """
    query:
    let approved = None::<bool>;
    query!(Product.filter(reviews.is_approved? = approved).annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    """
    return list(Product.objects.annotate(n=Count("reviews")).order_by("id").values_list("id", "n"))


@case
def optional_in_exists():
    """
    query:
    let least = None::<i16>;
    query!(Product.filter(Exists(reviews.filter(rating.gte? = least, is_approved = true))).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(reviews__is_approved=True).distinct())


@case
def optional_in_an_aggregate():
    """
    query:
    let least = Some(4_i16);
    query!(Product.annotate(n = Count(reviews, filter = Q(reviews.rating.gte? = least))).order_by(id).values_list(id, n)[..9])
    """
    chain = Product.objects.annotate(n=Count("reviews", filter=Q(reviews__rating__gte=4)))
    return list(chain.order_by("id").values_list("id", "n")[:9])


@case
def optional_in_a_prefetch():
    """
    query:
    let approved = None::<bool>;
    query!(Product.filter(id.lte = 3).order_by(id).prefetch_related(reviews.filter(is_approved? = approved).order_by(id)))
    rows: json!([p.id, p.reviews.iter().map(|r| r.id)])
    """
    return [[p.id, [r.id for r in p.reviews.order_by("id")]] for p in Product.objects.filter(id__lte=3).order_by("id")]


@case
def optional_having():
    """
    query:
    let (least, most) = (Some(3_i64), None::<i64>);
    query!(Product.values(category).annotate(n = Count()).filter(n.gte? = least, n.lt? = most).order_by(category).values_list(category, n))
    """
    chain = Product.objects.values("category").annotate(n=Count("pk")).filter(n__gte=3)
    return list(chain.order_by("category_id").values_list("category", "n"))


@case
def optional_list():
    """
    query:
    let (some, none) = (Some(vec![1_i64, 2, 3]), None::<Vec<i64>>);
    query!(Product.filter(id.in? = some, category.in? = none).order_by(id).values_list(id, flat))
    """
    return [1, 2, 3]
