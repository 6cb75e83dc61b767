"""The schema of tests/press as Django models, with the tables and columns that Nuages makes."""

from django.db import models


class Publisher(models.Model):
    name = models.CharField(max_length=100)
    awards = models.IntegerField()
    term = models.DurationField(null=True)

    class Meta:
        db_table = "publisher"


class Author(models.Model):
    name = models.CharField(max_length=100)
    age = models.IntegerField()
    rating = models.FloatField(null=True)
    pen_name = models.CharField(max_length=50, null=True)
    friends = models.ManyToManyField("self", db_table="author_friends")

    class Meta:
        db_table = "author"


class Book(models.Model):
    isbn = models.CharField(max_length=13, unique=True)
    title = models.CharField(max_length=200)
    pages = models.IntegerField()
    rating = models.FloatField()
    price = models.DecimalField(max_digits=8, decimal_places=2)
    authors = models.ManyToManyField(Author, related_name="books", db_table="book_authors")
    contact = models.ForeignKey(Author, models.PROTECT, related_name="contacted")
    publisher = models.ForeignKey(Publisher, models.CASCADE, related_name="books")
    published_on = models.DateField()
    follows = models.OneToOneField("self", models.SET_NULL, null=True, related_name="followed_by")

    class Meta:
        db_table = "book"


class Store(models.Model):
    name = models.CharField(max_length=100)
    books = models.ManyToManyField(Book, related_name="stores", db_table="store_books")
    opened_at = models.DateTimeField()
    closes_at = models.TimeField()

    class Meta:
        db_table = "store"


class Topic(models.Model):
    name = models.CharField(max_length=20, unique=True)

    class Meta:
        db_table = "topic"


class Tag(models.Model):
    name = models.CharField(max_length=20)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, related_name="tags")

    class Meta:
        db_table = "tag"
        ordering = ["name"]


class Note(models.Model):
    text = models.CharField(max_length=100)
    misc = models.CharField(max_length=25, null=True)
    tag = models.ForeignKey(Tag, models.SET_NULL, null=True, related_name="notes")
    negate = models.BooleanField(default=True)

    class Meta:
        db_table = "note"
        ordering = ["text"]


class Extra(models.Model):
    info = models.CharField(max_length=100)
    note = models.ForeignKey(Note, models.CASCADE, null=True, related_name="extras")
    value = models.IntegerField(null=True)

    class Meta:
        db_table = "extra"
        ordering = ["info"]


class Item(models.Model):
    name = models.CharField(max_length=30)
    created = models.DateTimeField()
    modified = models.DateTimeField(null=True)
    tags = models.ManyToManyField(Tag, related_name="items", db_table="item_tags")
    creator = models.ForeignKey(Author, models.CASCADE, related_name="items")
    note = models.ForeignKey(Note, models.CASCADE, related_name="items")

    class Meta:
        db_table = "item"
        ordering = ["-note", "name"]


class Cover(models.Model):
    title = models.CharField(max_length=50)
    item = models.ForeignKey(Item, models.CASCADE, related_name="covers")

    class Meta:
        db_table = "cover"
        ordering = ["item", "title"]


class Employee(models.Model):
    first = models.CharField(max_length=50)
    last = models.CharField(max_length=50)
    department = models.CharField(max_length=40)
    age = models.IntegerField()
    salary = models.IntegerField(null=True)
    bonus = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    hired_on = models.DateField()
    boss = models.ForeignKey("self", models.SET_NULL, null=True, related_name="reports")

    class Meta:
        db_table = "employee"


class Company(models.Model):
    name = models.CharField(max_length=100, unique=True)
    workers = models.PositiveIntegerField()
    chairs = models.PositiveIntegerField()
    head = models.ForeignKey(Employee, models.CASCADE, related_name="heads")
    contact = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="contact_of")
    is_local = models.BooleanField(default=False)

    class Meta:
        db_table = "company"


class Trial(models.Model):
    name = models.CharField(max_length=24)
    assigned = models.DateField()
    completed = models.DateField()
    estimate = models.DurationField()
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    rung_at = models.TimeField(null=True)

    class Meta:
        db_table = "trial"


class Reading(models.Model):
    trial = models.ForeignKey(Trial, models.CASCADE, related_name="readings")
    taken_at = models.DateTimeField()
    worth = models.FloatField()

    class Meta:
        db_table = "reading"


class Number(models.Model):
    small = models.SmallIntegerField(null=True)
    whole = models.IntegerField(null=True)
    big = models.BigIntegerField(null=True)
    float = models.FloatField(null=True)
    exact = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    flag = models.BooleanField(null=True)

    class Meta:
        db_table = "number"


ALL = [
    Publisher, Author, Book, Store, Topic, Tag, Note, Extra, Item, Cover, Employee, Company, Trial, Reading, Number,
]  # fmt: skip
