"""Every lookup of text, numbers, lists and ranges, on a field of the model itself."""

from shop.models import Category, OrderItem, Product, Review, Tag, User

from .base import case, ids


@case
def exact_text():
    """
    query: query!(Product.filter(name = "laptop").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name="laptop"))


@case
def exact_text_spelt_out():
    """
    query: query!(Product.filter(name.exact = "  spaced  ").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__exact="  spaced  "))


@case
def exact_unicode():
    """
    query: query!(Product.filter(name = "Café mug ☕").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name="Café mug ☕"))


@case
def exact_quotes():
    r"""
    query: query!(Product.filter(name = "O'Reilly \"SQL\"").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name="O'Reilly \"SQL\""))


@case
def exact_empty_text():
    """
    query: query!(Product.filter(description = "").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(description=""))


@case
def exact_enum():
    """
    query: query!(Product.filter(status = "archived").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(status="archived"))


@case
def exact_boolean():
    """
    query: query!(Category.filter(is_active = false).order_by(id).values_list(id, flat))
    """
    return ids(Category.objects.filter(is_active=False))


@case
def exact_decimal():
    """
    query: query!(Product.filter(price = 19.99).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(price="19.99"))


@case
def iexact():
    """
    query: query!(Product.filter(name.iexact = "lApToP").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__iexact="lApToP"))


@case
def iexact_takes_wildcards_as_text():
    """
    query: query!(Product.filter(name.iexact = "%PERCENT%").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__iexact="%PERCENT%"))


@case
def exact_none_from_rust_is_null():
    """
    query:
    let phone: Option<&str> = None;
    query!(User.filter(phone = phone).order_by(id).values_list(id, flat))
    """
    return ids(User.objects.filter(phone=None))


@case
def contains():
    """
    query: query!(Product.filter(name.contains = "phone").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__contains="phone"))


@case
def contains_percent():
    """
    query: query!(Product.filter(name.contains = "50%").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__contains="50%"))


@case
def contains_underscore():
    """
    query: query!(Product.filter(name.contains = "b_h").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__contains="b_h"))


@case
def contains_backslash():
    r"""
    query: query!(Product.filter(name.contains = "\\").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__contains="\\"))


@case
def contains_backslash_and_percent():
    r"""
    query:
    let text = String::from("\\%");
    query!(Product.filter(description.contains = text).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(description__contains="\\%"))


@case
def contains_nothing_matches_all_but_null():
    """
    query: query!(Product.filter(description.contains = "").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(description__contains=""))


@case
def icontains():
    """
    query: query!(Product.filter(name.icontains = "CAFé MUG").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__icontains="CAFé MUG"))


@case
def icontains_underscore():
    """
    query: query!(Review.filter(title.icontains = "E_T").order_by(id).values_list(id, flat))
    """
    return ids(Review.objects.filter(title__icontains="E_T"))


@case
def startswith():
    """
    query: query!(Product.filter(name.startswith = "Laptop").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__startswith="Laptop"))


@case
def startswith_underscore():
    """
    query: query!(Product.filter(name.startswith = "_").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__startswith="_"))


@case
def istartswith():
    """
    query: query!(Product.filter(name.istartswith = "LAPTOP").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__istartswith="LAPTOP"))


@case
def endswith():
    """
    query: query!(Product.filter(name.endswith = "%").order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(name__endswith="%"))


@case
def iendswith():
    """
    query: query!(User.filter(email.iendswith = "@EXAMPLE.com").order_by(id).values_list(id, flat))
    """
    return ids(User.objects.filter(email__iendswith="@EXAMPLE.com"))


@case
def gt_decimal():
    """
    query: query!(Product.filter(price.gt = 599).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(price__gt=599))


@case
def gte_decimal():
    """
    query: query!(Product.filter(price.gte = 599).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(price__gte=599))


@case
def lt_float_passes_over_null():
    """
    query: query!(Product.filter(weight.lt = 0.14).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(weight__lt=0.14))


@case
def lte_text():
    """
    query: query!(Tag.filter(name.lte = "new").order_by(id).values_list(id, flat))
    """
    return ids(Tag.objects.filter(name__lte="new"))


@case
def two_bounds():
    """
    query: query!(Product.filter(price.gte = 10, price.lt = 20).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(price__gte=10, price__lt=20))


@case
def in_numbers():
    """
    query: query!(Product.filter(id.in = [3, 1, 3, 999]).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(id__in=[3, 1, 3, 999]))


@case
def in_texts():
    """
    query:
    let names = vec!["Sale".to_string(), "été".to_string()];
    query!(Tag.filter(name.in = &names).order_by(id).values_list(id, flat))
    """
    return ids(Tag.objects.filter(name__in=["Sale", "été"]))


@case
def in_enums():
    """
    query: query!(Product.filter(status.in = ["draft", "archived"]).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(status__in=["draft", "archived"]))


@case
def in_nothing():
    """
    query:
    let none: Vec<i64> = vec![];
    query!(Product.filter(id.in = none).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(id__in=[]))


@case
def exclude_in_nothing():
    """
    query:
    let none: Vec<i64> = vec![];
    query!(Product.exclude(id.in = none).count())
    """
    return Product.objects.exclude(id__in=[]).count()


@case
def in_ignores_none():
    """
    query:
    let names = vec![Some("green"), None];
    query!(Tag.filter(color.in = names).order_by(id).values_list(id, flat))
    """
    return ids(Tag.objects.filter(color__in=["green", None]))


@case
def exclude_in_keeps_null():
    """
    query: query!(Tag.exclude(color.in = ["green", "red"]).order_by(id).values_list(id, flat))
    """
    return ids(Tag.objects.exclude(color__in=["green", "red"]))


@case
def in_subquery():
    """
    query: query!(Product.filter(category.in = Category.filter(parent.slug = "electronics")).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(category__in=Category.objects.filter(parent__slug="electronics")))


@case
def range_of_decimals():
    """
    query: query!(Product.filter(price.range = (15, 24.5)).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(price__range=(15, "24.5")))


@case
def range_written_as_in_rust():
    """
    query: query!(Product.filter(stock.range = 1..=5).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(stock__range=(1, 5)))


@case
def range_the_wrong_way_round():
    """
    query: query!(OrderItem.filter(quantity.range = (3, 2)).order_by(id).values_list(id, flat))
    """
    return ids(OrderItem.objects.filter(quantity__range=(3, 2)))


@case
def isnull_true():
    """
    query: query!(Product.filter(description.isnull = true).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(description__isnull=True))


@case
def isnull_false():
    """
    query: query!(Review.filter(title.isnull = false, rating = 1).order_by(id).values_list(id, flat))
    """
    return ids(Review.objects.filter(title__isnull=False, rating=1))


@case
def exclude_isnull():
    """
    query: query!(User.exclude(phone.isnull = true).order_by(id).values_list(id, flat))
    """
    return ids(User.objects.exclude(phone__isnull=True))


@case
def pk_is_the_key():
    """
    query: query!(Product.filter(pk.gt = 33).order_by(-pk).values_list(pk, flat))
    """
    return list(Product.objects.filter(pk__gt=33).order_by("-pk").values_list("pk", flat=True))
