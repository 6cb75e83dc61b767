"""Related rows in one go: joined by `select_related`, or fetched beside by `prefetch_related`."""

from django.db.models import Count, Prefetch
from shop.models import Category, Order, OrderItem, Product, Review, Tag, User

from .base import case


@case
def select_related():
    """
    query: query!(Product.filter(price.gte = 500).order_by(id).select_related(category))
    rows: json!({"id": p.id, "name": p.name, "category": p.category.slug, "category_id": p.category_id})
    """
    chain = Product.objects.filter(price__gte=500).order_by("id").select_related("category")
    return [{"id": p.id, "name": p.name, "category": p.category.slug, "category_id": p.category_id} for p in chain]


@case
def select_related_nullable():
    """
    query: query!(Order.order_by(id).select_related(user, address))
    rows: json!([o.number, o.user.email, o.address.as_ref().map(|a| &a.city)])
    """
    chain = Order.objects.order_by("id").select_related("user", "address")
    return [[o.number, o.user.email, o.address and o.address.city] for o in chain]


@case
def select_related_nested_nullable():
    """
    query: query!(Product.filter(id.lte = 18).order_by(id).select_related(category.parent))
    rows: json!([p.id, p.category.name, p.category.parent.as_ref().map(|c| &c.name)])
    """
    chain = Product.objects.filter(id__lte=18).order_by("id").select_related("category__parent")
    return [[p.id, p.category.name, p.category.parent and p.category.parent.name] for p in chain]


@case
def select_related_nullable_twice():
    """
    query: query!(User.order_by(id).select_related(referred_by.referred_by))
    rows: json!([u.id, u.referred_by.as_ref().map(|r| r.id), u.referred_by.as_ref().and_then(|r| r.referred_by.as_ref()).map(|r| r.id)])
    """
    chain = User.objects.order_by("id").select_related("referred_by__referred_by")
    result = []
    for u in chain:
        first = u.referred_by
        second = first and first.referred_by
        result.append([u.id, first and first.id, second and second.id])
    return result


@case
def select_related_one_to_one_backwards():
    """
    query: query!(Order.order_by(id).select_related(shipment))
    rows: json!([o.id, o.shipment.as_ref().map(|s| &s.carrier), o.shipment.as_ref().and_then(|s| s.delivered_at)])
    """
    result = []
    for o in Order.objects.order_by("id").select_related("shipment"):
        shipment = getattr(o, "shipment", None)
        result.append([o.id, shipment and shipment.carrier, shipment and shipment.delivered_at])
    return result


@case
def select_related_filtered_and_sliced():
    """
    query: query!(Review.filter(user.is_active = true).select_related(product.category, user).order_by(-rating, id)[..6])
    rows: json!([r.id, r.rating, r.user.name, r.product.name, r.product.category.name])
    """
    chain = Review.objects.filter(user__is_active=True).select_related("product__category", "user").order_by("-rating", "id")
    return [[r.id, r.rating, r.user.name, r.product.name, r.product.category.name] for r in chain[:6]]


@case
def prefetch_many_to_many():
    """
    query: query!(Product.order_by(id).prefetch_related(tags))
    rows: json!([p.id, p.tags.iter().map(|t| &t.name)])
    note: The tags come in the order of their model.
    """
    return [[p.id, [t.name for t in p.tags.all()]] for p in Product.objects.order_by("id").prefetch_related("tags")]


@case
def prefetch_backwards():
    """
    query: query!(Tag.prefetch_related(products.order_by(id)))
    rows: json!([t.name, t.products.iter().map(|p| p.id)])
    """
    chain = Tag.objects.prefetch_related(Prefetch("products", Product.objects.order_by("id")))
    return [[t.name, [p.id for p in t.products.all()]] for t in chain]


@case
def prefetch_reverse_foreign_key():
    """
    query: query!(Order.order_by(id).prefetch_related(items))
    rows: json!([o.id, o.items.iter().map(|i| json!([i.product_id, i.quantity]))])
    """
    chain = Order.objects.order_by("id").prefetch_related("items")
    return [[o.id, [[i.product_id, i.quantity] for i in o.items.all()]] for o in chain]


@case
def prefetch_nested():
    """
    query: query!(Order.filter(user = 3).order_by(id).prefetch_related(items.product.category))
    rows: json!([o.id, o.items.iter().map(|i| json!([i.product.name, i.product.category.name, i.unit_price]))])
    """
    chain = Order.objects.filter(user=3).order_by("id").prefetch_related("items__product__category")
    return [[o.id, [[i.product.name, i.product.category.name, i.unit_price] for i in o.items.all()]] for o in chain]


@case
def prefetch_filtered_and_ordered():
    """
    query: query!(Product.filter(id.in = [1, 2, 3, 34, 32]).order_by(id).prefetch_related(reviews.filter(is_approved = true).order_by(-rating, id)))
    rows: json!([p.id, p.reviews.iter().map(|r| json!([r.id, r.rating]))])
    """
    reviews = Review.objects.filter(is_approved=True).order_by("-rating", "id")
    chain = Product.objects.filter(id__in=[1, 2, 3, 34, 32]).order_by("id").prefetch_related(Prefetch("reviews", reviews))
    return [[p.id, [[r.id, r.rating] for r in p.reviews.all()]] for p in chain]


@case
def prefetch_in_the_order_of_the_model():
    """
    query: query!(User.prefetch_related(orders))
    rows: json!([u.email, u.orders.iter().map(|o| o.placed_at)])
    """
    return [[u.email, [o.placed_at for o in u.orders.all()]] for u in User.objects.prefetch_related("orders")]


@case
def prefetch_named_twice():
    """
    query: query!(Product.filter(category = 4).order_by(id).prefetch_related(good = reviews.filter(rating.gte = 4).order_by(id), bad = reviews.filter(rating.lt = 4).order_by(id)))
    rows: json!([p.id, p.good.iter().map(|r| r.id), p.bad.iter().map(|r| r.id)])
    """
    good = Prefetch("reviews", Review.objects.filter(rating__gte=4).order_by("id"), to_attr="good")
    bad = Prefetch("reviews", Review.objects.filter(rating__lt=4).order_by("id"), to_attr="bad")
    chain = Product.objects.filter(category=4).order_by("id").prefetch_related(good, bad)
    return [[p.id, [r.id for r in p.good], [r.id for r in p.bad]] for p in chain]


@case
def prefetch_inside_prefetch():
    """
    query: query!(Category.filter(parent = 1).prefetch_related(products.filter(stock.gt = 0).order_by(-price).prefetch_related(reviews.order_by(id).select_related(user))))
    rows: json!([c.name, c.products.iter().map(|p| json!([p.name, p.reviews.iter().map(|r| &r.user.name)]))])
    """
    reviews = Prefetch("reviews", Review.objects.order_by("id").select_related("user"))
    products = Prefetch("products", Product.objects.filter(stock__gt=0).order_by("-price").prefetch_related(reviews))
    chain = Category.objects.filter(parent=1).prefetch_related(products)
    return [[c.name, [[p.name, [r.user.name for r in p.reviews.all()]] for p in c.products.all()]] for c in chain]


@case
def prefetch_with_select_related():
    """
    query: query!(Order.filter(user = 1).order_by(-placed_at).select_related(user, address).prefetch_related(lines = items.select_related(product)))
    rows: json!([o.number, o.user.name, o.address.as_ref().map(|a| &a.label), o.lines.iter().map(|i| json!([i.product.name, i.quantity]))])
    """
    lines = Prefetch("items", OrderItem.objects.select_related("product"), to_attr="lines")
    chain = Order.objects.filter(user=1).order_by("-placed_at").select_related("user", "address").prefetch_related(lines)
    return [
        [o.number, o.user.name, o.address and o.address.label, [[i.product.name, i.quantity] for i in o.lines]] for o in chain
    ]


@case
def prefetch_beside_annotations():
    """
    query: query!(User.annotate(n = Count(orders)).filter(n.gte = 2).order_by(-n, id).prefetch_related(addresses.order_by(id)))
    rows: json!([u.name, u.n, u.addresses.iter().map(|a| &a.city)])
    """
    addresses = User.addresses.rel.related_model.objects.order_by("id")
    chain = User.objects.annotate(n=Count("orders")).filter(n__gte=2).order_by("-n", "id")
    chain = chain.prefetch_related(Prefetch("addresses", addresses))
    return [[u.name, u.n, [a.city for a in u.addresses.all()]] for u in chain]


@case
def prefetch_annotated():
    """
    query: query!(Category.filter(id.in = [4, 5]).prefetch_related(products.annotate(n = Count(reviews)).order_by(-n, id)))
    rows: json!([c.name, c.products.iter().map(|p| json!([p.id, p.n]))])
    """
    products = Product.objects.annotate(n=Count("reviews")).order_by("-n", "id")
    chain = Category.objects.filter(id__in=[4, 5]).prefetch_related(Prefetch("products", products))
    return [[c.name, [[p.id, p.n] for p in c.products.all()]] for c in chain]


@case
def prefetch_never_sees_bindings():
    """
    query: query!(Product.filter(reviews.rating = 1).order_by(id).prefetch_related(reviews.order_by(id)))
    rows: json!([p.id, p.reviews.iter().map(|r| r.rating)])
    """
    chain = Product.objects.filter(reviews__rating=1).distinct().order_by("id")
    chain = chain.prefetch_related(Prefetch("reviews", Review.objects.order_by("id")))
    return [[p.id, [r.rating for r in p.reviews.all()]] for p in chain]


@case
def prefetch_to_one():
    """
    query: query!(Order.filter(id.lte = 10).order_by(id).prefetch_related(user, address))
    rows: json!([o.id, o.user.name, o.address.as_ref().map(|a| &a.street)])
    """
    chain = Order.objects.filter(id__lte=10).order_by("id").prefetch_related("user", "address")
    return [[o.id, o.user.name, o.address and o.address.street] for o in chain]


@case
def prefetch_sliced_per_parent():
    """
    query: query!(Product.filter(category = 4).order_by(id).prefetch_related(best = reviews.order_by(-rating, id)[..2]))
    rows: json!([p.id, p.best.iter().map(|r| json!([r.id, r.rating]))])
    """
    best = Prefetch("reviews", Review.objects.order_by("-rating", "id")[:2], to_attr="best")
    chain = Product.objects.filter(category=4).order_by("id").prefetch_related(best)
    return [[p.id, [[r.id, r.rating] for r in p.best]] for p in chain]


@case
def prefetch_for_no_rows():
    """
    query: query!(Order.filter(number = "none").prefetch_related(items.product, user))
    rows: o.id
    """
    return list(Order.objects.filter(number="none").prefetch_related("items__product", "user"))


@case
def prefetch_a_tree():
    """
    query: query!(Category.filter(parent = None).prefetch_related(children.prefetch_related(children)))
    rows: json!([c.name, c.children.iter().map(|c| json!([c.name, c.children.iter().map(|c| &c.name)]))])
    """
    chain = Category.objects.filter(parent=None).prefetch_related("children__children")
    return [[c.name, [[d.name, [e.name for e in d.children.all()]] for d in c.children.all()]] for c in chain]


@case
def prefetch_of_one():
    """
    query: query!(Order.prefetch_related(items.select_related(product)).get(number = "ORD-00001"))
    rows: json!({"number": o.number, "items": o.items.iter().map(|i| &i.product.name)})
    """
    o = Order.objects.prefetch_related(Prefetch("items", OrderItem.objects.select_related("product"))).get(number="ORD-00001")
    return {"number": o.number, "items": [i.product.name for i in o.items.all()]}
