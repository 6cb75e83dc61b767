"""Chains inside chains: after `in`, in `Exists`, below `prefetch_related`, from one object on."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from shop.models import Address, Category, Order, OrderItem, Product, Review, Tag, User

from .base import case, ids


@case
def in_values_of_a_chain():
    """
    query: query!(Product.filter(id.in = OrderItem.filter(quantity.gte = 5).values_list(product, flat)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(id__in=OrderItem.objects.filter(quantity__gte=5).values("product")))


@case
def not_in_values_of_a_chain():
    """
    query: query!(User.exclude(id.in = Order.filter(status = "delivered").values_list(user, flat)).order_by(id).values_list(id, flat))
    """
    return ids(User.objects.exclude(id__in=Order.objects.filter(status="delivered").values("user")))


@case
def not_in_nullable_values_of_a_chain():
    """
    query: query!(User.exclude(id.in = User.values_list(referred_by, flat)).order_by(id).values_list(id, flat))
    note: NULL among the values does not empty the result.
    """
    referrers = set(User.objects.exclude(referred_by=None).values_list("referred_by", flat=True))
    return [user.id for user in User.objects.order_by("id") if user.id not in referrers]


@case
def in_a_slice():
    """
    query: query!(OrderItem.filter(product.in = Product.order_by(-price, id)[..3]).order_by(id).values_list(id, flat))
    """
    return ids(OrderItem.objects.filter(product__in=list(Product.objects.order_by("-price", "id")[:3])))


@case
def in_a_chain_with_a_number():
    """
    query: query!(Review.filter(product.in = Product.annotate(n = Count(tags)).filter(n.gte = 3)).order_by(id).values_list(id, flat))
    """
    chain = Product.objects.annotate(n=Count("tags")).filter(n__gte=3).values("pk")
    return ids(Review.objects.filter(product__in=chain))


@case
def in_a_scope():
    """
    query: query!(OrderItem.filter(product.category.in = Category.active().roots()).order_by(id).values_list(id, flat))
    """
    return ids(OrderItem.objects.filter(product__category__in=Category.objects.filter(is_active=True, parent=None)))


@case
def exists_in_exists():
    """
    query: query!(User.filter(Exists(orders.filter(Exists(items.filter(quantity.gte = 5))))).order_by(id).values_list(id, flat))
    """
    items = OrderItem.objects.filter(order=OuterRef("pk"), quantity__gte=5)
    orders = Order.objects.filter(user=OuterRef("pk")).filter(Exists(items))
    return ids(User.objects.filter(Exists(orders)))


@case
def exists_or_own():
    """
    query: query!(Product.filter(Q(Exists(reviews.filter(rating = 1))) | Q(stock.gt = 500)).order_by(id).values_list(id, flat))
    """
    reviews = Review.objects.filter(product=OuterRef("pk"), rating=1)
    return ids(Product.objects.filter(Exists(reviews) | Q(stock__gt=500)))


@case
def exists_excluded():
    """
    query: query!(Category.exclude(Exists(products.filter(stock = 0))).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.exclude(Exists(Product.objects.filter(category=OuterRef("pk"), stock=0))))


@case
def exists_of_many_to_many():
    """
    query: query!(Product.filter(Exists(tags.filter(color = None))).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(Exists(Tag.objects.filter(products=OuterRef("pk"), color=None))))


@case
def exists_compared_with_a_column_of_a_relation():
    """
    query: query!(Order.filter(Exists(Address.filter(user = OuterRef(user), city = OuterRef(address.city), is_default = false))).order_by(id).values_list(id, flat))
    """
    other = Address.objects.filter(user=OuterRef("user"), city=OuterRef("address__city"), is_default=False)
    return ids(Order.objects.filter(Exists(other)))


@case
def prefetch_two_steps():
    """
    query: query!(User.filter(id.lte = 3).order_by(id).prefetch_related(orders.items))
    rows: json!([u.id, u.orders.iter().map(|o| json!([o.id, o.items.iter().map(|i| i.id)]))])
    """
    chain = User.objects.filter(id__lte=3).order_by("id").prefetch_related("orders__items")
    return [[u.id, [[o.id, [i.id for i in o.items.all()]] for o in u.orders.all()]] for u in chain]


@case
def prefetch_through_to_one():
    """
    query: query!(Review.filter(id.lte = 5).order_by(id).prefetch_related(user.addresses.order_by(id)))
    rows: json!([r.id, r.user.name, r.user.addresses.iter().map(|a| a.id)])
    """
    chain = Review.objects.filter(id__lte=5).order_by("id").select_related("user")
    return [[r.id, r.user.name, [a.id for a in r.user.addresses.order_by("id")]] for r in chain]


@case
def prefetch_two_branches_of_one_path():
    """
    query: query!(Order.filter(id.lte = 4).order_by(id).prefetch_related(items.product.category, items.product.tags))
    rows: json!([o.id, o.items.iter().map(|i| json!([i.product.category.name, i.product.tags.iter().map(|t| &t.name)]))])
    """
    chain = Order.objects.filter(id__lte=4).order_by("id").prefetch_related("items__product__category", "items__product__tags")
    return [
        [o.id, [[i.product.category.name, [t.name for t in i.product.tags.all()]] for i in o.items.all()]] for o in chain
    ]


@case
def prefetch_of_a_slice():
    """
    query: query!(Product.order_by(-price).prefetch_related(reviews.order_by(-rating, id))[..4])
    rows: json!([p.id, p.reviews.iter().map(|r| r.id)])
    """
    chain = Product.objects.order_by("-price", "-pk")[:4].prefetch_related(Prefetch("reviews", Review.objects.order_by("-rating", "id")))
    return [[p.id, [r.id for r in p.reviews.all()]] for p in chain]


@case
def prefetch_on_a_page():
    """
    query: query!(Product.filter(status = "active").prefetch_related(tags).order_by(name).page(2, 4))
    rows: json!({"items": page.items.iter().map(|p| json!([p.name, p.tags.iter().map(|t| &t.name)])), "total": page.total})
    """
    chain = Product.objects.filter(status="active").order_by("name", "pk").prefetch_related("tags")
    return {"items": [[p.name, [t.name for t in p.tags.all()]] for p in chain[4:8]], "total": chain.count()}


@case
def prefetch_of_the_first():
    """
    query: query!(Order.order_by(-placed_at).prefetch_related(items, user.addresses.order_by(id)).first())
    rows: o.map(|o| json!([o.id, o.items.iter().map(|i| i.id), o.user.addresses.iter().map(|a| a.id)]))
    """
    o = Order.objects.order_by("-placed_at").first()
    return [o.id, [i.id for i in o.items.all()], [a.id for a in o.user.addresses.order_by("id")]]


@case
def prefetch_a_scope():
    """
    query: query!(Category.filter(id.lte = 5).order_by(id).prefetch_related(products.active().priced(None, None).order_by(id)))
    rows: json!([c.id, c.products.iter().map(|p| p.id)])
    """
    products = Product.objects.filter(status="active", stock__gt=0).order_by("id")
    chain = Category.objects.filter(id__lte=5).order_by("id").prefetch_related(Prefetch("products", products))
    return [[c.id, [p.id for p in c.products.all()]] for c in chain]


@case
def prefetch_sliced_many_to_many():
    """
    query: query!(Tag.order_by(id).prefetch_related(dearest = products.order_by(-price, id)[..2]))
    rows: json!([t.name, t.dearest.iter().map(|p| p.id)])
    """
    return [[t.name, [p.id for p in t.products.order_by("-price", "id")[:2]]] for t in Tag.objects.order_by("id")]


@case
def prefetch_sliced_below_prefetch():
    """
    query: query!(Category.filter(id.lte = 4).order_by(id).prefetch_related(products.order_by(id).prefetch_related(latest = reviews.order_by(-created_at, id)[..1])))
    rows: json!([c.id, c.products.iter().map(|p| json!([p.id, p.latest.iter().map(|r| r.id)]))])
    """
    return [
        [c.id, [[p.id, [r.id for r in p.reviews.order_by("-created_at", "id")[:1]]] for p in c.products.order_by("id")]]
        for c in Category.objects.filter(id__lte=4).order_by("id")
    ]


@case
def prefetch_filtered_by_a_deeper_path():
    """
    query: query!(User.filter(id.lte = 5).order_by(id).prefetch_related(orders.filter(items.product.category.slug = "laptops").order_by(id)))
    rows: json!([u.id, u.orders.iter().map(|o| o.id)])
    """
    orders = Order.objects.filter(items__product__category__slug="laptops").distinct().order_by("id")
    chain = User.objects.filter(id__lte=5).order_by("id").prefetch_related(Prefetch("orders", orders))
    return [[u.id, [o.id for o in u.orders.all()]] for u in chain]


@case
def prefetch_backwards_one_to_one():
    """
    query: query!(Order.filter(id.lte = 6).order_by(id).prefetch_related(shipment))
    rows: json!([o.id, o.shipment.as_ref().map(|s| &s.carrier)])
    """
    rows = []
    for o in Order.objects.filter(id__lte=6).order_by("id"):
        shipment = getattr(o, "shipment", None)
        rows.append([o.id, shipment and shipment.carrier])
    return rows


@case
def prefetch_through_to_one_only():
    """
    query: query!(OrderItem.filter(id.lte = 6).order_by(id).prefetch_related(product.tags))
    rows: json!([i.id, i.product.name, i.product.tags.iter().map(|t| &t.name)])
    """
    chain = OrderItem.objects.filter(id__lte=6).order_by("id").select_related("product").prefetch_related("product__tags")
    return [[i.id, i.product.name, [t.name for t in i.product.tags.all()]] for i in chain]


@case
def one_object_and_two_relations():
    """
    query: query!(User(1).orders.filter(items.quantity.gte = 2).order_by(id).values_list(id, flat))
    """
    return ids(User.objects.get(pk=1).orders.filter(items__quantity__gte=2).distinct())


@case
def one_object_with_a_number():
    """
    query: query!(Category(4).products.annotate(n = Count(reviews)).order_by(id).values_list(id, n))
    """
    chain = Category.objects.get(pk=4).products.annotate(n=Count("reviews"))
    return list(chain.order_by("id").values_list("id", "n"))


@case
def one_object_joined():
    """
    query: query!(Order(2).select_related(user, address).prefetch_related(items))
    rows: json!([o.number, o.user.name, o.address.as_ref().map(|a| &a.city), o.items.iter().map(|i| i.id)])
    """
    o = Order.objects.select_related("user", "address").get(pk=2)
    return [o.number, o.user.name, o.address and o.address.city, [i.id for i in o.items.all()]]


@case
def one_object_by_reference():
    """
    query:
    let tag = query!(Tag.get(name = "eco")).run(&db).await?;
    query!(Tag(&tag).products.filter(stock.gt = 0).order_by(id).values_list(id, flat))
    """
    return ids(Tag.objects.get(name="eco").products.filter(stock__gt=0))


@case
def relation_of_a_relation_of_one_object():
    """
    query: query!(Category(1).children.filter(products.stock.gt = 5).values_list(name, flat))
    """
    return list(Category.objects.get(pk=1).children.filter(products__stock__gt=5).distinct().values_list("name", flat=True))
