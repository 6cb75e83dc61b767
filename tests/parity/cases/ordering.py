"""Orders, slices, and the endings that give one row, a number or a page."""

from django.db.models import Count, DecimalField, ExpressionWrapper, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from shop.models import Category, Order, OrderItem, Product, Review, Tag, User

from .base import attempt, case, ids, keys


@case
def order_by_two():
    """
    query: query!(Product.order_by(-price, id).values_list(id, flat))
    """
    return keys(Product.objects.order_by("-price", "id"))


@case
def order_by_nullable():
    """
    query: query!(Product.order_by(weight, id).values_list(id, flat))
    """
    return keys(Product.objects.order_by("weight", "id"))


@case
def order_by_nullable_descending():
    """
    query: query!(Product.order_by(-weight, id).values_list(id, flat))
    """
    return keys(Product.objects.order_by("-weight", "id"))


@case
def order_by_nulls_placed():
    """
    query: query!(Product.order_by(F(weight).desc(nulls_last), F(description).asc(nulls_first), id).values_list(id, flat))
    """
    return keys(Product.objects.order_by(F("weight").desc(nulls_last=True), F("description").asc(nulls_first=True), "id"))


@case
def order_by_to_one():
    """
    query: query!(Product.order_by(category.name, -stock, id).values_list(id, flat))
    """
    return keys(Product.objects.order_by("category__name", "-stock", "id"))


@case
def order_by_nullable_to_one():
    """
    query: query!(Category.order_by(parent.slug, slug).values_list(slug, flat))
    """
    return list(Category.objects.order_by("parent__slug", "slug").values_list("slug", flat=True))


@case
def order_by_key_column():
    """
    query: query!(Category.order_by(-parent_id, id).values_list(id, flat))
    """
    return keys(Category.objects.order_by("-parent_id", "id"))


@case
def order_by_function():
    """
    query: query!(Category.order_by(Lower(name).desc(), id).values_list(name, flat))
    """
    return list(Category.objects.order_by(Lower("name").desc(), "id").values_list("name", flat=True))


@case
def order_by_annotation():
    """
    query: query!(User.annotate(n = Count(orders)).order_by(-n, id).values_list(id, n))
    """
    return list(User.objects.annotate(n=Count("orders")).order_by("-n", "id").values_list("id", "n"))


@case
def order_of_the_model():
    """
    query: query!(Category.filter(is_active = true).values_list(name, flat))
    """
    return list(Category.objects.filter(is_active=True).values_list("name", flat=True))


@case
def order_of_the_model_reversed():
    """
    query: query!(Tag.reverse().values_list(name, flat))
    """
    return list(Tag.objects.reverse().values_list("name", flat=True))


@case
def order_replaced():
    """
    query: query!(Review.order_by(rating).order_by(-id).values_list(id, flat)[..5])
    """
    return keys(Review.objects.order_by("rating").order_by("-id")[:5])


@case
def slice_from_the_start():
    """
    query: query!(Product.order_by(price, id).values_list(id, flat)[..7])
    """
    return keys(Product.objects.order_by("price", "id")[:7])


@case
def slice_in_the_middle():
    """
    query:
    let (page, size) = (2_i64, 10_i64);
    query!(Product.order_by(name).values_list(id, flat)[page * size..(page + 1) * size])
    """
    return keys(Product.objects.order_by("name", "id")[20:30])


@case
def slice_inclusive():
    """
    query: query!(Product.order_by(id).values_list(id, flat)[1..=3])
    """
    return keys(Product.objects.order_by("id")[1:4])


@case
def slice_to_the_end():
    """
    query: query!(Tag.values_list(name, flat)[6..])
    """
    return list(Tag.objects.values_list("name", flat=True)[6:])


@case
def slice_beyond_the_end():
    """
    query: query!(Tag.values_list(name, flat)[100..200])
    """
    return list(Tag.objects.values_list("name", flat=True)[100:200])


@case
def slice_backwards_is_empty():
    """
    query:
    let (a, b) = (5_i64, 3_i64);
    query!(Tag.values_list(name, flat)[a..b])
    """
    return []


@case
def slice_of_a_slice():
    """
    query: query!(Product.order_by(id)[10..30][5..10])
    rows: p.id
    """
    return keys(Product.objects.order_by("id")[10:30][5:10])


@case
def slice_of_an_open_order_goes_on_by_key():
    """
    query: query!(Order.values_list(id, flat)[4..9])
    note: `ordering(-placed_at)` has equal values; the key follows in its direction.
    """
    return keys(Order.objects.order_by("-placed_at", "-id")[4:9])


@case
def slice_of_equal_prices_goes_on_by_key():
    """
    query: query!(Product.order_by(price).values_list(id, flat)[..12])
    """
    return keys(Product.objects.order_by("price", "id")[:12])


@case
def slice_without_an_order_is_by_key():
    """
    query: query!(Product.values_list(id, flat)[..4])
    """
    return keys(Product.objects.order_by("id")[:4])


@case
def get_one():
    """
    query: query!(Product.get(slug = "usb-hub"))
    rows: json!([p.id, p.name, p.price, p.stock, p.status, p.description, p.weight, p.released_on, p.created_at])
    """
    p = Product.objects.get(slug="usb-hub")
    return [p.id, p.name, p.price, p.stock, p.status, p.description, p.weight, p.released_on, p.created_at]


@case
def get_by_key():
    """
    query: query!(User(7))
    rows: json!([u.email, u.name, u.phone, u.referred_by_id, u.is_active, u.birth_date, u.last_seen_at])
    """
    u = User.objects.get(pk=7)
    return [u.email, u.name, u.phone, u.referred_by_id, u.is_active, u.birth_date, u.last_seen_at]


@case
def get_nothing():
    """
    query: query!(Product.filter(status = "active").get(name = "no such thing"))
    """
    return attempt(lambda: Product.objects.filter(status="active").get(name="no such thing"))


@case
def get_too_many():
    """
    query: query!(Product.get(price = 599))
    """
    return attempt(lambda: Product.objects.get(price=599))


@case
def get_along_to_many_is_one_row():
    """
    query: query!(Category.get(products.name.startswith = "Laptop"))
    rows: c.slug
    note: Django finds the category once for each product.
    """
    from .base import Differs

    chain = Category.objects.filter(products__name__startswith="Laptop")
    return Differs(
        attempt(lambda: chain.distinct().get().slug), attempt(lambda: Category.objects.get(products__name__startswith="Laptop"))
    )


@case
def first_in_order():
    """
    query: query!(Product.filter(status = "active").order_by(-stock).first())
    rows: p.map(|p| p.name)
    """
    return Product.objects.filter(status="active").order_by("-stock").first().name


@case
def first_without_an_order():
    """
    query: query!(Product.filter(price = 15).first())
    rows: p.map(|p| p.id)
    """
    return Product.objects.filter(price=15).first().id


@case
def first_of_nothing():
    """
    query: query!(Product.filter(price.lt = 0).first())
    """
    return Product.objects.filter(price__lt=0).first()


@case
def first_of_equals_is_by_key():
    """
    query: query!(Order.filter(placed_at = "2024-01-01T00:00:00Z").first())
    rows: o.map(|o| o.id)
    note: `ordering(-placed_at)`: the completing key goes downwards too.
    """
    return Order.objects.filter(placed_at="2024-01-01T00:00:00Z").order_by("-placed_at", "-id").first().id


@case
def last_in_order():
    """
    query: query!(Tag.last())
    rows: t.map(|t| t.name)
    """
    return Tag.objects.last().name


@case
def last_without_an_order():
    """
    query: query!(Product.filter(price = 15).last())
    rows: p.map(|p| p.id)
    """
    return Product.objects.filter(price=15).last().id


@case
def last_of_values():
    """
    query: query!(Product.order_by(price, id).values(name, price).last())
    """
    return Product.objects.order_by("price", "id").values("name", "price").last()


@case
def count_all():
    """
    query: query!(OrderItem.count())
    """
    return OrderItem.objects.count()


@case
def count_of_a_slice():
    """
    query: query!(Product.order_by(id)[30..50].count())
    """
    return Product.objects.order_by("id")[30:50].count()


@case
def exists_or_not():
    """
    query:
    let yes = query!(Review.filter(rating = 1).exists()).run(&db).await?;
    let no = query!(Review.filter(product.slug = "never-bought").exists()).run(&db).await?;
    rows: json!([yes, no])
    """
    return [Review.objects.filter(rating=1).exists(), Review.objects.filter(product__slug="never-bought").exists()]


@case
def page_in_the_middle():
    """
    query: query!(Product.filter(status = "active").order_by(-price).page(2, 5))
    rows: json!({"items": page.items.iter().map(|p| p.id), "total": page.total, "number": page.number, "pages": page.pages})
    """
    chain = Product.objects.filter(status="active").order_by("-price", "-id")
    return {"items": keys(chain[5:10]), "total": chain.count(), "number": 2, "pages": -(-chain.count() // 5)}


@case
def page_beyond_the_end():
    """
    query: query!(Tag.page(3, 5))
    rows: json!({"items": page.items.iter().map(|t| t.id), "total": page.total, "number": page.number, "pages": page.pages})
    """
    return {"items": [], "total": 8, "number": 3, "pages": 2}


@case
def page_of_nothing():
    """
    query: query!(Product.filter(price.lt = 0).page(1, 5))
    rows: json!({"items": page.items.iter().map(|p| p.id), "total": page.total, "number": page.number, "pages": page.pages})
    """
    return {"items": [], "total": 0, "number": 1, "pages": 1}


@case
def order_by_the_least_of_many():
    """
    query: query!(Category.filter(products.isnull = false).order_by(Min(products.price), id).values_list(id, flat))
    """
    lowest = Product.objects.filter(category=OuterRef("pk")).order_by("price").values("price")[:1]
    chain = Category.objects.filter(id__in=ids(Category.objects.filter(products__isnull=False).distinct()))
    return keys(chain.order_by(Subquery(lowest), "id"))


@case
def order_by_a_relation_is_by_its_order():
    """
    query: query!(Product.order_by(category, -id).values_list(id, flat))
    """
    return list(Product.objects.order_by("category", "-id").values_list("id", flat=True))


@case
def order_by_a_nullable_relation_backwards():
    """
    query: query!(Category.order_by(-parent, id).values_list(id, flat))
    """
    return list(Category.objects.order_by("-parent", "id").values_list("id", flat=True))


@case
def order_by_a_one_to_one_backwards():
    """
    query: query!(Order.order_by(-shipment.shipped_at, id).values_list(id, flat))
    """
    return list(Order.objects.order_by("-shipment__shipped_at", "id").values_list("id", flat=True))


@case
def order_by_a_product():
    """
    query: query!(Product.order_by((F(price) * F(stock)).desc(), id).values_list(id, flat)[..8])
    """
    worth = ExpressionWrapper(F("price") * F("stock"), DecimalField())
    return list(Product.objects.order_by(worth.desc(), "id").values_list("id", flat=True)[:8])


@case
def order_by_a_coalesced_column():
    """
    query: query!(User.order_by(Coalesce(phone, "none"), id).values_list(id, flat))
    """
    return list(User.objects.order_by(Coalesce("phone", Value("none")), "id").values_list("id", flat=True))


@case
def reversed_nulls():
    """
    query: query!(Product.order_by(F(weight).desc(nulls_last), id).reverse().values_list(id, flat)[..6])
    """
    return list(Product.objects.order_by(F("weight").desc(nulls_last=True), "id").reverse().values_list("id", flat=True)[:6])


@case
def reversed_twice():
    """
    query: query!(Category.order_by(-name).reverse().reverse().values_list(name, flat)[..3])
    """
    return list(Category.objects.order_by("-name").values_list("name", flat=True)[:3])


@case
def last_of_a_nullable_order():
    """
    query: query!(Product.order_by(weight, id).last())
    rows: p.map(|p| p.id)
    """
    return Product.objects.order_by("weight", "id").last().id


@case
def first_of_bare_values():
    """
    query: query!(Tag.filter(color = "red").values_list(name, flat).first())
    """
    return Tag.objects.filter(color="red").values_list("name", flat=True).first()


@case
def one_of_values():
    """
    query: query!(Product.values_list(name, category.name).get(slug = "usb-hub"))
    """
    return Product.objects.values_list("name", "category__name").get(slug="usb-hub")


@case
def one_that_is_not_there():
    """
    query: query!(Product(999))
    rows: p.id
    """
    return attempt(lambda: Product.objects.get(pk=999))
