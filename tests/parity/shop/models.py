"""The shop's schema (examples/shop/schema) as Django models, with the tables and columns that Nuages makes."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Timestamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Category(Timestamped):
    name = models.CharField(max_length=150, unique=True)
    slug = models.SlugField(max_length=150, unique=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    is_active = models.BooleanField(default=True, db_index=True)

    class Meta:
        db_table = "catalog_category"
        ordering = ["name"]


class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)
    color = models.CharField(max_length=20, null=True)

    class Meta:
        db_table = "catalog_tag"
        ordering = ["name"]


class Product(Timestamped):
    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=255, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, default="draft", db_index=True)
    tags = models.ManyToManyField(Tag, related_name="products", db_table="catalog_product_tags")
    description = models.TextField(null=True)
    weight = models.FloatField(null=True)
    released_on = models.DateField(null=True)

    class Meta:
        db_table = "catalog_product"
        indexes = [
            models.Index("status", "category", name="product_status_category"),
            models.Index("name", condition=Q(status="active"), name="product_name"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="price_non_negative"),
            models.CheckConstraint(condition=Q(status__in=["draft", "active", "archived"]), name="product_status"),
        ]


class User(Timestamped):
    email = models.CharField(max_length=254, unique=True)
    name = models.CharField(max_length=150)
    phone = models.CharField(max_length=30, null=True)
    referred_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="referrals")
    is_active = models.BooleanField(default=True, db_index=True)
    birth_date = models.DateField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_user"
        ordering = ["email"]
        indexes = [models.Index(Lower("email"), name="user_email")]


class Address(Timestamped):
    user = models.ForeignKey(User, models.CASCADE, related_name="addresses")
    label = models.CharField(max_length=50, default="home")
    street = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    postal_code = models.CharField(max_length=20, null=True)
    country = models.CharField(max_length=2, db_index=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        db_table = "accounts_address"
        indexes = [models.Index("country", "city", name="address_country_city")]
        constraints = [models.UniqueConstraint("user", condition=Q(is_default=True), name="address_user")]


class Review(Timestamped):
    product = models.ForeignKey(Product, models.CASCADE, related_name="reviews")
    user = models.ForeignKey(User, models.CASCADE, related_name="reviews")
    rating = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120, null=True)
    body = models.TextField(default="")
    is_approved = models.BooleanField(default=False, db_index=True)

    class Meta:
        db_table = "catalog_review"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint("product", "user", name="review_product_user"),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="rating_from_one_to_five"),
        ]


class Order(Timestamped):
    number = models.CharField(max_length=20, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="orders")
    address = models.ForeignKey(Address, models.SET_NULL, null=True, related_name="orders")
    status = models.CharField(max_length=9, default="pending", db_index=True)
    placed_at = models.DateTimeField(db_index=True)
    note = models.TextField(null=True)

    class Meta:
        db_table = "sales_order"
        ordering = ["-placed_at"]
        indexes = [models.Index("user", "placed_at", name="order_user_placed_at")]


class OrderItem(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, models.PROTECT, related_name="order_items")
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        db_table = "sales_order_item"
        ordering = ["id"]
        indexes = [models.Index("product", "order", name="item_product_order")]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="unit_price_non_negative"),
        ]


class Shipment(models.Model):
    order = models.OneToOneField(Order, models.CASCADE, related_name="shipment")
    carrier = models.CharField(max_length=50)
    tracking = models.CharField(max_length=50, null=True)
    shipped_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sales_shipment"
        constraints = [
            models.CheckConstraint(condition=Q(delivered_at__gte=F("shipped_at")), name="delivered_after_shipped"),
        ]


ALL = [Category, Tag, Product, User, Address, Review, Order, OrderItem, Shipment]
