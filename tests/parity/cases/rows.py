"""What rows hold: values, tuples, bare values, expressions, distinct rows, and rows through relations to many."""

from django.db.models import DecimalField, ExpressionWrapper, F, TextField, Value
from django.db.models.functions import Coalesce, Lower, TruncMonth
from shop.models import Category, Order, OrderItem, Product, Review, Tag, User

from .base import Differs, Open, case


@case
def values_of_own_fields():
    """
    query: query!(Product.filter(category = 9).order_by(id).values(id, name, price, stock, status, weight, released_on))
    """
    chain = Product.objects.filter(category=9).order_by("id")
    return list(chain.values("id", "name", "price", "stock", "status", "weight", "released_on"))


@case
def values_of_to_one():
    """
    query: query!(Product.filter(name.icontains = "phone").order_by(id).values(name, category.name, category.parent.name))
    """
    chain = Product.objects.filter(name__icontains="phone").order_by("id")
    return list(chain.values("name", "category__name", "category__parent__name"))


@case
def values_of_a_nullable_relation():
    """
    query: query!(Order.order_by(id).values(number, address.city, address.postal_code, user.name)[..12])
    """
    return list(Order.objects.order_by("id").values("number", "address__city", "address__postal_code", "user__name")[:12])


@case
def values_of_a_foreign_key():
    """
    query: query!(Category.order_by(id).values(id, parent)[..4])
    """
    return list(Category.objects.order_by("id").values("id", "parent")[:4])


@case
def values_of_an_instant():
    """
    query: query!(Order.order_by(id).values(placed_at, updated_at)[..4])
    """
    return list(Order.objects.order_by("id").values("placed_at", "updated_at")[:4])


@case
def values_of_expressions():
    """
    query: query!(OrderItem.filter(order = 1).order_by(id).values(id, total = F(quantity) * F(unit_price), what = Lower(product.name)))
    """
    total = ExpressionWrapper(F("quantity") * F("unit_price"), DecimalField())
    return list(OrderItem.objects.filter(order=1).order_by("id").values("id", total=total, what=Lower("product__name")))


@case
def values_of_an_annotation():
    """
    query: query!(Product.annotate(text = Coalesce(description, "none")).filter(text.startswith = "n").order_by(id).values(id, text))
    """
    chain = Product.objects.annotate(text=Coalesce("description", Value("none"), output_field=TextField()))
    return list(chain.filter(text__startswith="n").order_by("id").values("id", "text"))


@case
def values_list_of_several():
    """
    query: query!(User.order_by(id).values_list(name, phone, referred_by.name))
    """
    return list(User.objects.order_by("id").values_list("name", "phone", "referred_by__name"))


@case
def values_list_flat_nullable():
    """
    query: query!(Tag.order_by(id).values_list(color, flat))
    """
    return list(Tag.objects.order_by("id").values_list("color", flat=True))


@case
def values_list_flat_through_one_to_one():
    """
    query: query!(Order.order_by(id).values_list(shipment.tracking, flat))
    """
    return list(Order.objects.order_by("id").values_list("shipment__tracking", flat=True))


@case
def values_list_of_an_expression():
    """
    query: query!(Order.order_by(id).values_list(id, TruncMonth(placed_at))[..8])
    """
    return list(Order.objects.order_by("id").values_list("id", TruncMonth("placed_at"))[:8])


@case
def trunc_month_of_a_date():
    """
    query: query!(User.order_by(id).values_list(id, TruncMonth(birth_date)))
    """
    return list(User.objects.order_by("id").values_list("id", TruncMonth("birth_date")))


@case
def coalesce_columns():
    """
    query: query!(User.order_by(id).values_list(Coalesce(phone, referred_by.phone, name), flat))
    """
    return list(User.objects.order_by("id").values_list(Coalesce("phone", "referred_by__phone", "name"), flat=True))


@case
def distinct_values():
    """
    query: query!(Product.values(status, category.parent.name).distinct().order_by(status, category.parent.name))
    """
    chain = Product.objects.values("status", "category__parent__name").distinct()
    return list(chain.order_by("status", "category__parent__name"))


@case
def distinct_forgets_the_order_of_the_model():
    """
    query: query!(Category.values_list(is_active, flat).distinct())
    note: Django adds the hidden `name` of `ordering` to the distinct columns.
    """
    result = Category.objects.order_by().values_list("is_active", flat=True).distinct()
    return Differs(Open(result), Open(Category.objects.values_list("is_active", flat=True).distinct()))


@case
def distinct_count():
    """
    query: query!(Order.values(user).distinct().count())
    """
    return Order.objects.order_by().values("user").distinct().count()


@case
def rows_through_to_many():
    """
    query: query!(Product.filter(category.in = [4, 9]).order_by(id).values(id, tags.name)[..100])
    note: The slice completes the order by the tags' keys.
    """
    chain = Product.objects.filter(category__in=[4, 9]).order_by("id", "tags__id")
    return list(chain.values("id", "tags__name")[:100])


@case
def rows_through_to_many_of_a_foreign_key():
    """
    query: query!(Order.filter(id.gte = 24).order_by(id).values_list(id, items.product.name, items.quantity)[..50])
    """
    chain = Order.objects.filter(id__gte=24).order_by("id", "items__id")
    return list(chain.values_list("id", "items__product__name", "items__quantity")[:50])


@case
def rows_through_to_many_in_no_order():
    """
    query: query!(Category.order_by().values_list(slug, products.name))
    """
    return Open(Category.objects.order_by().values_list("slug", "products__name"))


@case
def count_of_rows_through_to_many():
    """
    query: query!(Product.values(id, tags.name).count())
    """
    return len(Product.objects.values("id", "tags__name"))


@case
def rows_through_to_many_are_bound():
    """
    query: query!(Product.filter(tags.color = "red").order_by(id).values_list(id, tags.name)[..100])
    """
    return list(Product.objects.filter(tags__color="red").order_by("id", "tags__id").values_list("id", "tags__name"))


@case
def rows_through_to_many_are_bound_by_every_filter():
    """
    query: query!(Product.filter(reviews.is_approved = true).filter(reviews.rating.gte = 4).order_by(id).values_list(id, reviews.rating, reviews.user.name)[..100])
    note: Django joins the reviews twice and shows the first join, multiplied by the second. A product that has both
        kinds of review but none that is both has one row of NULLs.
    """
    naive = Product.objects.filter(reviews__is_approved=True).filter(reviews__rating__gte=4)
    result = []
    for product in naive.distinct().order_by("id"):
        bound = product.reviews.filter(is_approved=True, rating__gte=4).order_by("id")
        result += list(bound.values_list("product_id", "rating", "user__name")) or [(product.id, None, None)]
    return Differs(
        result,
        list(naive.order_by("id", "reviews__id").values_list("id", "reviews__rating", "reviews__user__name")),
    )


@case
def none_of_the_rows():
    """
    query: query!(Product.filter(id.in = []).values(id, name))
    """
    return list(Product.objects.filter(id__in=[]).values("id", "name"))


@case
def filter_makes_values_not_null():
    """
    query: query!(Review.filter(title.isnull = false, product = 1).order_by(id).values_list(title, flat))
    note: The bare values are `String`, not `Option<String>`.
    """
    return list(Review.objects.filter(title__isnull=False, product=1).order_by("id").values_list("title", flat=True))
