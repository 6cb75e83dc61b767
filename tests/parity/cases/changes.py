"""Rows that are changed and deleted: what writes give, and what has become of the rows."""

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Now, Upper

from shop.models import Address, Category, Order, OrderItem, Product, Review, Shipment, Tag, User

from .base import Differs, attempt, case
from .written import written, writes

# What Nuages sets by itself in every write, and Django in `save` alone.
now = {"updated_at": Now()}


@case
@writes
def update_constants():
    """
    query: query!(Tag.filter(color = "red").update(color = "crimson"))
    """
    return [Tag.objects.filter(color="red").update(color="crimson")]


@case
@writes
def update_to_null():
    """
    query: query!(Tag.filter(color.isnull = false).update(color = None))
    """
    return [Tag.objects.filter(color__isnull=False).update(color=None)]


@case
@writes
def update_nothing_matches():
    """
    query: query!(Tag.filter(name = "none such").update(color = "x"))
    """
    return [Tag.objects.filter(name="none such").update(color="x")]


@case
@writes
def update_all_rows():
    """
    query: query!(Shipment.all().update(tracking = None))
    """
    return [Shipment.objects.all().update(tracking=None)]


@case
@writes
def update_with_f():
    """
    query: query!(OrderItem.filter(quantity.gte = 3).update(quantity = F(quantity) - 1, unit_price = F(unit_price) * 2))
    """
    return [OrderItem.objects.filter(quantity__gte=3).update(quantity=F("quantity") - 1, unit_price=F("unit_price") * 2)]


@case
@writes
def update_swaps_fields():
    """
    query: query!(Tag.filter(pk = 1).update(name = F(color), color = F(name)))
    """
    return [Tag.objects.filter(pk=1).update(name=F("color"), color=F("name"))]


@case
@writes
def update_with_a_function():
    """
    query: query!(Tag.filter(pk.in = [1, 2, 4]).update(name = Concat(Upper(name), "-", Coalesce(color, "none"))))
    """
    return [Tag.objects.filter(pk__in=[1, 2, 4]).update(name=Concat(Upper("name"), Value("-"), Coalesce("color", Value("none"))))]


@case
@writes
def update_with_case():
    """
    query: query!(OrderItem.filter(order = 1).update(quantity = Case(When(unit_price.lt = 10, then = 9), When(product = 3, then = F(quantity) + 1), default = F(quantity))))
    """
    case = Case(When(unit_price__lt=10, then=Value(9)), When(product=3, then=F("quantity") + 1), default=F("quantity"), output_field=IntegerField())
    return [OrderItem.objects.filter(order=1).update(quantity=case)]


@case
@writes
def update_with_a_subquery():
    """
    query: query!(OrderItem.filter(order.lte = 3).update(unit_price = Subquery(Product.filter(pk = OuterRef(product)).values(price)[..1])))
    """
    price = Product.objects.filter(pk=OuterRef("product")).values("price")[:1]
    return [OrderItem.objects.filter(order__lte=3).update(unit_price=Subquery(price))]


@case
@writes
def update_with_a_related_field():
    """
    query: query!(OrderItem.filter(order.lte = 3).update(unit_price = F(product.price)))
    """
    # Django: "Joined field references are not permitted in this query"; the same by a subquery.
    price = Product.objects.filter(pk=OuterRef("product")).values("price")[:1]
    return [OrderItem.objects.filter(order__lte=3).update(unit_price=Subquery(price))]


@case
@writes
def update_with_a_field_two_relations_away():
    """
    query: query!(Shipment.filter(order.address.isnull = false).update(tracking = F(order.address.city)))
    """
    city = Order.objects.filter(pk=OuterRef("order")).values("address__city")[:1]
    return [Shipment.objects.filter(order__address__isnull=False).update(tracking=Subquery(city))]


@case
@writes
def update_through_a_relation():
    """
    query: query!(OrderItem.filter(order.user.name = "Bob").update(quantity = 7))
    """
    return [OrderItem.objects.filter(order__user__name="Bob").update(quantity=7)]


@case
@writes
def update_through_a_to_many_relation():
    """
    query: query!(Tag.filter(products.price.gt = 500).update(color = "dear"))
    """
    return [Tag.objects.filter(products__price__gt=500).update(color="dear")]


@case
@writes
def update_excluded():
    """
    query: query!(Tag.exclude(color = "red").update(color = "other"))
    """
    return [Tag.objects.exclude(color="red").update(color="other")]


@case
@writes
def update_a_relation():
    """
    query: query!(Review.filter(pk.in = [1, 7]).update(user = &user))
    """
    user = User.objects.get(pk=8)
    return [Review.objects.filter(pk__in=[1, 7]).update(user=user, **now)]


@case
@writes
def update_on_a_reverse_relation():
    """
    query: query!(Order(1).items.update(quantity = 4))
    """
    return [Order.objects.get(pk=1).items.update(quantity=4)]


@case
@writes
def update_over_a_many_to_many():
    """
    query: query!(Product(1).tags.all().update(color = "mine"))
    """
    return [Product.objects.get(pk=1).tags.all().update(color="mine")]


@case
@writes
def update_with_an_annotation():
    """
    query: query!(OrderItem.annotate(line = F(quantity) * F(unit_price)).filter(line.gt = 1000).update(unit_price = F(line)))
    """
    items = OrderItem.objects.annotate(line=F("quantity") * F("unit_price"))
    return [items.filter(line__gt=1000).update(unit_price=F("line"))]


@case
@writes
def update_of_the_first_rows():
    """
    query: query!(Tag.filter(pk.in = Tag.order_by(-name)[..2]).update(color = "last"))
    """
    return [Tag.objects.filter(pk__in=Tag.objects.order_by("-name")[:2]).update(color="last")]


@case
@writes
def update_against_a_unique_constraint():
    """
    query: query!(Tag.filter(pk.lte = 2).update(name = "same"))
    """
    return [attempt(lambda: Tag.objects.filter(pk__lte=2).update(name="same"))]


@case
@writes
def update_of_the_time_of_change():
    """
    query: query!(Category.filter(pk = 1).update(is_active = false))
    """
    return [Category.objects.filter(pk=1).update(is_active=False, **now)]


@case
@writes
def update_returning_rows():
    """
    query: query!(Tag.filter(color = "red").update(color = "crimson").returning())
    """
    ids = list(Tag.objects.filter(color="red").order_by("pk").values_list("pk", flat=True))
    Tag.objects.filter(pk__in=ids).update(color="crimson")
    return [ids]


@case
@writes
def delete_rows():
    """
    query: query!(Tag.filter(color = "red").delete())
    """
    return [Tag.objects.filter(color="red").delete()[1].get("shop.Tag", 0)]


@case
@writes
def delete_nothing():
    """
    query: query!(Tag.filter(name = "none such").delete())
    """
    return [Tag.objects.filter(name="none such").delete()[1].get("shop.Tag", 0)]


@case
@writes
def delete_all_rows():
    """
    query: query!(Shipment.all().delete())
    """
    return [Shipment.objects.all().delete()[1].get("shop.Shipment", 0)]


@case
@writes
def delete_cascades():
    """
    query: query!(Order.filter(status = "cancelled").delete())
    """
    return [Order.objects.filter(status="cancelled").delete()[1].get("shop.Order", 0)]


@case
@writes
def delete_sets_null():
    """
    query: query!(Address.filter(country = "US").delete())
    """
    return [Address.objects.filter(country="US").delete()[1].get("shop.Address", 0)]


@case
@writes
def delete_cascades_down_a_tree():
    """
    query: query!(Category.filter(name = "Trunk").delete())
    """
    trunk = Category.objects.create(name="Trunk", slug="trunk")
    branch = Category.objects.create(name="Branch", slug="branch", parent=trunk)
    Category.objects.create(name="Leaf", slug="leaf", parent=branch)
    # Django counts what goes with them.
    return [Category.objects.filter(name="Trunk").delete()[0] - 2]


@case
@writes
def delete_through_a_relation():
    """
    query: query!(OrderItem.filter(order.user.name = "Bob").delete())
    """
    return [OrderItem.objects.filter(order__user__name="Bob").delete()[1].get("shop.OrderItem", 0)]


@case
@writes
def delete_through_a_to_many_relation():
    """
    query: query!(Order.filter(items.quantity.gte = 3).delete())
    """
    return [Order.objects.filter(items__quantity__gte=3).delete()[1].get("shop.Order", 0)]


@case
@writes
def delete_on_a_reverse_relation():
    """
    query: query!(Order(1).items.filter(quantity = 2).delete())
    """
    return [Order.objects.get(pk=1).items.filter(quantity=2).delete()[1].get("shop.OrderItem", 0)]


@case
@writes
def delete_over_a_many_to_many():
    """
    query: query!(Product(1).tags.filter(color = "red").delete())
    """
    return [Product.objects.get(pk=1).tags.filter(color="red").delete()[1].get("shop.Tag", 0)]


@case
@writes
def delete_one_object():
    """
    query: query!(Order(1).delete())
    """
    return [Order.objects.get(pk=1).delete()[1].get("shop.Order", 0)]


@case
@writes
def delete_what_is_protected():
    """
    query: query!(Category.filter(name = "Laptops").delete())
    """
    return [attempt(lambda: Category.objects.filter(name="Laptops").delete())]


@case
@writes
def delete_what_is_protected_below_a_cascade():
    """
    query: query!(Category.filter(pk = 1).delete())
    """
    return [attempt(lambda: Category.objects.filter(pk=1).delete())]


@case
@writes
def delete_returning_rows():
    """
    query: query!(Tag.filter(color = "red").delete().returning(id, name))
    """
    ids = list(Tag.objects.filter(color="red").order_by("pk").values_list("pk", flat=True))
    Tag.objects.filter(pk__in=ids).delete()
    return [ids]


@case
@writes
def deleted_object():
    """
    query: query!(Order(1))
    """
    Order.objects.get(pk=1).delete()
    return [None]


@case
def update_of_the_time_of_change_differs():
    """
    query: query!(Category.filter(pk = 2).update(is_active = false))
    note: every write sets `auto_now` fields; in Django `update` leaves them.
    """
    rows = Category.objects.filter(pk=2)
    return Differs(
        written(lambda: [rows.update(is_active=False, **now)]),
        written(lambda: [rows.update(is_active=False)]),
    )
