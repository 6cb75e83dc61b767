"""How conditions are joined, left out, negated, and compared with other columns; and the scopes of the schema."""

import datetime
from decimal import Decimal

from django.db.models import F, Q
from shop.models import Category, Order, OrderItem, Product, Shipment, Tag, User

from .base import case, ids


@case
def all_of_several():
    """
    query: query!(Product.filter(status = "active", stock = 0, price.lt = 900).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(status="active", stock=0, price__lt=900))


@case
def filters_one_after_another():
    """
    query: query!(Product.filter(status = "active").filter(stock.gt = 100).exclude(price.lt = 5).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(status="active").filter(stock__gt=100).exclude(price__lt=5))


@case
def exclude_several_is_not_all_of_them():
    """
    query: query!(Product.exclude(status = "active", stock.gt = 0).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.exclude(status="active", stock__gt=0))


@case
def either():
    """
    query: query!(Product.filter(Q(status = "draft") | Q(price.gte = 1000)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(Q(status="draft") | Q(price__gte=1000)))


@case
def and_binds_closer_than_or():
    """
    query: query!(Product.filter(Q(status = "draft") | Q(price = 0) & Q(stock.gt = 0)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(Q(status="draft") | (Q(price=0) & Q(stock__gt=0))))


@case
def group_of_several():
    """
    query: query!(Product.filter(Q(status = "archived", stock.gt = 0) | Q(name.startswith = "Wool", price.lt = 10)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(Q(status="archived", stock__gt=0) | Q(name__startswith="Wool", price__lt=10)))


@case
def not_a_group():
    """
    query: query!(Product.filter(!Q(status = "active"), stock.gt = 0).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(~Q(status="active"), stock__gt=0))


@case
def not_either():
    """
    query: query!(Product.filter(!(Q(status = "active") | Q(weight.gt = 0.5))).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(~(Q(status="active") | Q(weight__gt=0.5))))


@case
def not_not():
    """
    query: query!(Tag.exclude(!Q(color = "red")).order_by(id).values_list(id, flat))
    """
    return ids(Tag.objects.exclude(~Q(color="red")))


@case
def one_or_the_other_but_not_both():
    """
    query: query!(Product.filter(Q(status = "active") ^ Q(stock = 0)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(Q(status="active") ^ Q(stock=0)))


@case
def exclude_keeps_null():
    """
    query: query!(Product.exclude(weight.gt = 0.2).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.exclude(weight__gt=0.2))


@case
def exclude_text_keeps_null():
    """
    query: query!(Product.exclude(description.icontains = "a").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.exclude(description__icontains="a"))


@case
def exclude_equal_keeps_null():
    """
    query: query!(User.exclude(phone = "").order_by(id).values_list(id, flat))
    """
    return ids(User.objects.exclude(phone=""))


@case
def exclude_two_with_null():
    """
    query: query!(Product.exclude(weight.lt = 0.2, description.contains = "wool").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.exclude(weight__lt=0.2, description__contains="wool"))


@case
def none_is_null():
    """
    query: query!(Category.filter(parent = None).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.filter(parent=None))


@case
def exclude_none():
    """
    query: query!(Category.exclude(parent = None).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.exclude(parent=None))


@case
def optional_present():
    """
    query:
    let (min, max) = (Some(Decimal::new(2000, 2)), None::<Decimal>);
    query!(Product.filter(price.gte? = min, price.lte? = max, status = "active").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(price__gte=20, status="active"))


@case
def optional_absent():
    """
    query:
    let (min, max) = (None::<Decimal>, None::<Decimal>);
    query!(Product.filter(price.gte? = min, price.lte? = max).count())
    """
    return Product.objects.count()


@case
def optional_absent_under_or():
    """
    query:
    let name: Option<&str> = None;
    query!(Product.filter(Q(name? = name) | Q(stock = 1)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(stock=1))


@case
def optional_absent_under_not():
    """
    query:
    let name: Option<&str> = None;
    query!(Product.exclude(name? = name).count())
    """
    return Product.objects.count()


@case
def columns_compared():
    """
    query: query!(Order.filter(F(updated_at) > F(created_at)).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(updated_at__gt=F("created_at")))


@case
def column_on_the_right():
    """
    query: query!(OrderItem.filter(unit_price.lt = F(product.price)).order_by(id).values_list(id, flat))
    """
    return ids(OrderItem.objects.filter(unit_price__lt=F("product__price")))


@case
def arithmetic_on_the_left():
    """
    query: query!(OrderItem.filter(F(quantity) * F(unit_price) >= 500).order_by(id).values_list(id, flat))
    """
    from django.db.models import DecimalField, ExpressionWrapper

    total = ExpressionWrapper(F("quantity") * F("unit_price"), DecimalField())
    return ids(OrderItem.objects.alias(total=total).filter(total__gte=500))


@case
def arithmetic_on_the_right():
    """
    query:
    let more = 4;
    query!(OrderItem.filter(product.stock.lt = F(quantity) + more).order_by(id).values_list(id, flat))
    """
    return ids(OrderItem.objects.filter(product__stock__lt=F("quantity") + 4))


@case
def columns_compared_with_null():
    """
    query: query!(User.filter(last_seen_at.lt = F(created_at)).order_by(id).values_list(id, flat))
    """
    return ids(User.objects.filter(last_seen_at__lt=F("created_at")))


@case
def exclude_columns_compared_keeps_null():
    """
    query: query!(Shipment.exclude(shipped_at.lt = F(delivered_at)).order_by(id).values_list(id, flat))
    """
    return ids(Shipment.objects.exclude(shipped_at__lt=F("delivered_at")))


@case
def unequal_keeps_null():
    """
    query: query!(Shipment.filter(F(shipped_at) != F(delivered_at)).order_by(id).values_list(id, flat))
    """
    return ids(Shipment.objects.filter(Q(delivered_at=None) | Q(shipped_at__lt=F("delivered_at"))))


@case
def scope():
    """
    query: query!(Product.active().order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(status="active", stock__gt=0))


@case
def scope_with_a_parameter():
    """
    query:
    let slug = "laptops";
    query!(Product.by_category(slug).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(category__slug="laptops"))


@case
def scopes_and_filters():
    """
    query:
    let (min, max) = (None::<Decimal>, Some(Decimal::from(50)));
    query!(Product.active().priced(min, max).exclude(name.startswith = "W").order_by(id).values_list(id, flat))
    """
    chain = Product.objects.filter(status="active", stock__gt=0, price__lte=Decimal(50))
    return ids(chain.exclude(name__startswith="W"))


@case
def scope_made_of_scopes_with_an_order():
    """
    query: query!(Product.cheapest().values_list(name, flat)[..6])
    """
    return list(
        Product.objects.filter(status="active", stock__gt=0).order_by("price", "name").values_list("name", flat=True)[:6]
    )


@case
def scope_of_instants():
    """
    query:
    let start: DateTime<Utc> = "2024-02-29T00:00:00Z".parse().unwrap();
    let end: DateTime<Utc> = "2024-03-31T01:30:00Z".parse().unwrap();
    query!(Order.valid().placed_between(start, end).order_by(id).values_list(id, flat))
    """
    start = datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc)
    end = datetime.datetime(2024, 3, 31, 1, 30, tzinfo=datetime.timezone.utc)
    return ids(Order.objects.exclude(status="cancelled").filter(placed_at__gte=start, placed_at__lt=end))


@case
def control_flow():
    """
    query:
    let cheap = false;
    query!(Product.filter(status = "active", if cheap { price.lt = 10 } else { Q(price.gte = 500, stock.gt = 0) }).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(status="active", price__gte=500, stock__gt=0))
