"""Conditions through relations: joins along foreign keys, semi-joins along what leads to many."""

from django.db.models import Exists, F, OuterRef, Q
from shop.models import Category, Order, OrderItem, Product, Review, Tag, User

from .base import Differs, case, ids


def having(model, related):
    """The rows of `model` for which there is a row of `related`."""
    return model.objects.filter(Exists(related))


def lacking(model, related):
    """The rows of `model` for which there is none."""
    return model.objects.filter(~Exists(related))


def naive(queryset):
    """Keys with the duplicates that Django's joins make."""
    return list(queryset.order_by("id").values_list("id", flat=True))


REVIEWS = Review.objects.filter(product=OuterRef("pk"))
TAGS = Tag.objects.filter(products=OuterRef("pk"))


@case
def to_one():
    """
    query: query!(Product.filter(category.slug = "laptops").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(category__slug="laptops"))


@case
def to_one_by_key():
    """
    query: query!(Product.filter(category = 10).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(category=10))


@case
def to_one_key_column():
    """
    query: query!(Product.filter(category_id.in = [9, 10]).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(category_id__in=[9, 10]))


@case
def to_one_by_object():
    """
    query:
    let books = query!(Category.get(slug = "books")).run(&db).await?;
    query!(Product.filter(category = &books).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(category=Category.objects.get(slug="books")))


@case
def to_one_twice_nullable():
    """
    query: query!(Product.filter(category.parent.slug = "electronics").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(category__parent__slug="electronics"))


@case
def to_one_thrice():
    """
    query: query!(OrderItem.filter(product.category.parent.name = "Books").order_by(id).values_list(id, flat))
    """
    return ids(OrderItem.objects.filter(product__category__parent__name="Books"))


@case
def exclude_to_one_nullable_keeps_null():
    """
    query: query!(Product.exclude(category.parent.slug = "electronics").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.exclude(category__parent__slug="electronics"))


@case
def exclude_two_to_one_conditions():
    """
    query: query!(Product.exclude(category.parent.slug = "electronics", category.is_active = true).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.exclude(category__parent__slug="electronics", category__is_active=True))


@case
def to_one_isnull():
    """
    query: query!(Product.filter(category.parent.isnull = true, status = "active").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(category__parent__isnull=True, status="active"))


@case
def to_one_field_isnull_wants_a_row():
    """
    query: query!(User.filter(referred_by.phone.isnull = true).order_by(id).values_list(id, flat))
    note: Django's left join takes in users whom nobody brought in.
    """
    return Differs(
        ids(User.objects.filter(referred_by__isnull=False, referred_by__phone__isnull=True)),
        ids(User.objects.filter(referred_by__phone__isnull=True)),
    )


@case
def exclude_to_one_field_isnull_keeps_what_has_no_row():
    """
    query: query!(User.exclude(referred_by.phone = None).order_by(id).values_list(id, flat))
    """
    return Differs(
        ids(User.objects.filter(Q(referred_by=None) | Q(referred_by__phone__isnull=False))),
        ids(User.objects.exclude(referred_by__phone=None)),
    )


@case
def to_one_or_own():
    """
    query: query!(Order.filter(Q(address.city = "Paris") | Q(note = "Leave at door")).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(Q(address__city="Paris") | Q(note="Leave at door")))


@case
def to_one_compared_with_to_one():
    """
    query: query!(OrderItem.filter(order.placed_at.lt = F(product.created_at)).order_by(id).values_list(id, flat))
    """
    return ids(OrderItem.objects.filter(order__placed_at__lt=F("product__created_at")))


@case
def one_to_one_backwards():
    """
    query: query!(Order.filter(shipment.carrier.iexact = "dhl").order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(shipment__carrier__iexact="dhl"))


@case
def one_to_one_backwards_missing():
    """
    query: query!(Order.filter(shipment.isnull = true, status.in = ["paid", "pending"]).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(shipment__isnull=True, status__in=["paid", "pending"]))


@case
def to_many_never_duplicates():
    """
    query: query!(Product.filter(reviews.rating = 5).order_by(id).values_list(id, flat))
    """
    return Differs(ids(having(Product, REVIEWS.filter(rating=5))), naive(Product.objects.filter(reviews__rating=5)))


@case
def to_many_count():
    """
    query: query!(Product.filter(reviews.rating.gte = 4).count())
    """
    return Differs(
        having(Product, REVIEWS.filter(rating__gte=4)).count(), Product.objects.filter(reviews__rating__gte=4).count()
    )


@case
def to_many_conditions_of_one_filter_speak_of_one_row():
    """
    query: query!(Product.filter(reviews.rating = 5, reviews.is_approved = false).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(reviews__rating=5, reviews__is_approved=False).distinct())


@case
def to_many_conditions_of_two_filters_speak_of_any_two():
    """
    query: query!(Product.filter(reviews.rating = 5).filter(reviews.is_approved = false).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(reviews__rating=5).filter(reviews__is_approved=False).distinct())


@case
def to_many_conditions_of_one_group_speak_of_one_row():
    """
    query: query!(Product.filter(Q(reviews.rating = 5, reviews.is_approved = false) | Q(stock = 1)).order_by(id).values_list(id, flat))
    """
    good = Exists(REVIEWS.filter(rating=5, is_approved=False))
    return ids(Product.objects.filter(Q(good) | Q(stock=1)))


@case
def to_many_either():
    """
    query: query!(Product.filter(Q(reviews.rating = 1) | Q(reviews.rating = 2)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(Q(reviews__rating=1) | Q(reviews__rating=2)).distinct())


@case
def to_many_or_own():
    """
    query: query!(Product.filter(Q(tags.name = "gift") | Q(price.gte = 900)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(Q(tags__name="gift") | Q(price__gte=900)).distinct())


@case
def exclude_to_many():
    """
    query: query!(Product.exclude(reviews.rating = 5).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.exclude(reviews__rating=5))


@case
def exclude_to_many_conditions_speak_of_one_row():
    """
    query: query!(Product.exclude(reviews.rating = 5, reviews.is_approved = false).order_by(id).values_list(id, flat))
    """
    return Differs(
        ids(lacking(Product, REVIEWS.filter(rating=5, is_approved=False))),
        ids(Product.objects.exclude(reviews__rating=5, reviews__is_approved=False)),
    )


@case
def exclude_to_many_and_own():
    """
    query: query!(Product.exclude(reviews.rating.gte = 4, stock.gt = 5).order_by(id).values_list(id, flat))
    """
    good = Exists(REVIEWS.filter(rating__gte=4))
    return ids(Product.objects.filter(~Q(good) | Q(stock__lte=5)))


@case
def not_to_many():
    """
    query: query!(Product.filter(!Q(tags.name = "sale"), status = "active").order_by(id).values_list(id, flat))
    """
    return ids(lacking(Product, TAGS.filter(name="sale")).filter(status="active"))


@case
def not_to_many_beside_to_many():
    """
    query: query!(Product.filter(reviews.rating = 4, !Q(reviews.is_approved = false)).order_by(id).values_list(id, flat))
    """
    chain = having(Product, REVIEWS.filter(rating=4)).filter(~Exists(REVIEWS.filter(is_approved=False)))
    return ids(chain)


@case
def not_to_many_nullable_field():
    """
    query: query!(Product.exclude(tags.color = "red").order_by(id).values_list(id, flat))
    """
    return ids(lacking(Product, TAGS.filter(color="red")))


@case
def to_many_missing():
    """
    query: query!(Product.filter(reviews.isnull = true).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(reviews__isnull=True))


@case
def to_many_present():
    """
    query: query!(Order.filter(items.isnull = false).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(items__isnull=False).distinct())


@case
def exclude_to_many_missing():
    """
    query: query!(Category.exclude(products.isnull = true).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.filter(products__isnull=False).distinct())


@case
def to_many_field_isnull_wants_a_row():
    """
    query: query!(Product.filter(reviews.title.isnull = true).order_by(id).values_list(id, flat))
    note: Django's left join takes in products without reviews.
    """
    return Differs(
        ids(having(Product, REVIEWS.filter(title=None))),
        sorted(set(naive(Product.objects.filter(reviews__title__isnull=True)))),
    )


@case
def to_many_field_none_wants_a_row():
    """
    query: query!(Product.filter(tags.color = None).order_by(id).values_list(id, flat))
    note: Django's left join takes in products without tags.
    """
    return Differs(
        ids(having(Product, TAGS.filter(color=None))), sorted(set(naive(Product.objects.filter(tags__color=None))))
    )


@case
def to_many_field_not_null():
    """
    query: query!(Product.filter(tags.color.isnull = false).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(tags__color__isnull=False).distinct())


@case
def many_to_many():
    """
    query: query!(Product.filter(tags.name.in = ["new", "eco"]).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(tags__name__in=["new", "eco"]).distinct())


@case
def many_to_many_both():
    """
    query: query!(Product.filter(tags.name = "new").filter(tags.name = "sale").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(tags__name="new").filter(tags__name="sale"))


@case
def many_to_many_by_object():
    """
    query:
    let tag = query!(Tag.get(name = "50%_off")).run(&db).await?;
    query!(Product.filter(tags = &tag).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(tags=Tag.objects.get(name="50%_off")))


@case
def many_to_many_backwards():
    """
    query: query!(Tag.filter(products.status = "draft").order_by(id).values_list(id, flat))
    """
    return ids(Tag.objects.filter(products__status="draft").distinct())


@case
def to_many_after_to_one():
    """
    query: query!(Order.filter(user.addresses.city = "Boston").order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(user__addresses__city="Boston").distinct())


@case
def to_one_after_to_many():
    """
    query: query!(Order.filter(items.product.category.slug = "laptops").order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(items__product__category__slug="laptops").distinct())


@case
def to_many_twice():
    """
    query: query!(Category.filter(products.reviews.rating = 1).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.filter(products__reviews__rating=1).distinct())


@case
def to_many_shared_beginning():
    """
    query: query!(Category.filter(products.stock = 0, products.reviews.rating = 1).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.filter(products__stock=0, products__reviews__rating=1).distinct())


@case
def to_many_four_times():
    """
    query: query!(User.filter(orders.items.product.tags.name = "eco", orders.status = "delivered").order_by(id).values_list(id, flat))
    """
    return ids(User.objects.filter(orders__items__product__tags__name="eco", orders__status="delivered").distinct())


@case
def tree_downwards():
    """
    query: query!(Category.filter(children.products.stock.gte = 100).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.filter(children__products__stock__gte=100).distinct())


@case
def tree_without_children():
    """
    query: query!(Category.roots().filter(children.isnull = true).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.filter(parent=None, children__isnull=True))


@case
def related_column_compared():
    """
    query: query!(Product.filter(order_items.unit_price.lt = F(price)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(order_items__unit_price__lt=F("price")).distinct())


@case
def exists():
    """
    query: query!(Product.filter(Exists(reviews.filter(rating.gte = 4, is_approved = true))).order_by(id).values_list(id, flat))
    """
    return ids(having(Product, REVIEWS.filter(rating__gte=4, is_approved=True)))


@case
def not_exists():
    """
    query: query!(Product.filter(!Exists(order_items), status = "active").order_by(id).values_list(id, flat))
    """
    return ids(lacking(Product, OrderItem.objects.filter(product=OuterRef("pk"))).filter(status="active"))


@case
def exists_of_a_model():
    """
    query: query!(User.filter(Exists(Order.filter(user = OuterRef(id), placed_at.gte = OuterRef(last_seen_at)))).order_by(id).values_list(id, flat))
    """
    orders = Order.objects.filter(user=OuterRef("pk"), placed_at__gte=OuterRef("last_seen_at"))
    return ids(having(User, orders))


@case
def chain_of_one_object():
    """
    query: query!(Product(1).reviews.filter(is_approved = true).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.get(pk=1).reviews.filter(is_approved=True))


@case
def chain_of_one_object_many_to_many():
    """
    query: query!(Product(1).tags.order_by(-name).values_list(name, flat))
    """
    return list(Product.objects.get(pk=1).tags.order_by("-name").values_list("name", flat=True))


@case
def chain_of_an_object_that_is_not_there():
    """
    query: query!(Product(999).reviews.count())
    """
    return Review.objects.filter(product=999).count()
