"""The schema of tests/festival as Django models, with the tables and columns that Nuages makes."""

import uuid

from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    DateTimeRangeField,
    DecimalRangeField,
    HStoreField,
    IntegerRangeField,
)
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Country(models.Model):
    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=80)
    languages = ArrayField(models.CharField(max_length=2))

    class Meta:
        db_table = "country"


class Person(models.Model):
    name = models.CharField(max_length=100)
    home = models.ForeignKey(Country, models.SET_NULL, null=True, related_name="people")
    born_on = models.DateField(null=True)
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, related_name="pupils")

    class Meta:
        db_table = "person"


class Act(models.Model):
    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=120, unique=True)
    size = models.CharField(max_length=9)
    genres = ArrayField(models.CharField(max_length=20))
    fees = ArrayField(models.IntegerField(null=True), null=True)
    info = models.JSONField(null=True)
    traits = HStoreField(null=True)
    years = IntegerRangeField(null=True)
    about = models.TextField()
    founded_at = models.DateTimeField(null=True)
    friends = models.ManyToManyField("self", db_table="act_friends")
    influences = models.ManyToManyField("self", symmetrical=False, related_name="influenced", db_table="act_influences")
    members = models.ManyToManyField(Person, through="Membership", related_name="acts")

    class Meta:
        db_table = "act"
        ordering = ["name"]


class Membership(models.Model):
    act = models.ForeignKey(Act, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=30, null=True)
    since = models.DateField()

    class Meta:
        db_table = "membership"
        constraints = [models.UniqueConstraint("act", "person", name="membership_act_person")]


class Manager(models.Model):
    act = models.OneToOneField(Act, models.CASCADE, primary_key=True, related_name="manager")
    name = models.CharField(max_length=80)
    deputy = models.OneToOneField("self", models.SET_NULL, null=True, related_name="deputy_of")

    class Meta:
        db_table = "manager"


class Stage(models.Model):
    pk = models.CompositePrimaryKey("country_id", "number")
    country = models.ForeignKey(Country, models.CASCADE, related_name="stages")
    number = models.SmallIntegerField()
    name = models.CharField(max_length=50, null=True)
    seats = models.PositiveIntegerField()

    class Meta:
        db_table = "stage"


class Show(models.Model):
    headliner = models.ForeignKey(Act, models.CASCADE, related_name="headlined")
    support = models.ForeignKey(Act, models.SET_NULL, null=True, related_name="supported")
    country = models.ForeignKey(Country, models.CASCADE, related_name="shows")
    begins = models.DateTimeField()
    doors = models.TimeField(null=True)
    lasts = models.DurationField()
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    slot = DateTimeRangeField()
    ages = IntegerRangeField(null=True)
    days = DateRangeField(null=True)
    prices = DecimalRangeField(null=True)
    extra = models.JSONField()

    class Meta:
        db_table = "show"
        ordering = ["begins", "id"]


class Ticket(models.Model):
    pk = models.CompositePrimaryKey("show_id", "number")
    show = models.ForeignKey(Show, models.CASCADE, related_name="tickets")
    number = models.IntegerField()
    holder = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="tickets")
    paid = models.DecimalField(max_digits=8, decimal_places=2)
    bought_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ticket"
        ordering = ["show__begins", "number"]


class Article(models.Model):
    title = models.CharField(max_length=120)
    body = models.TextField(null=True)
    act = models.ForeignKey(Act, models.SET_NULL, null=True, related_name="articles")
    words = SearchVectorField(null=True)

    class Meta:
        db_table = "article"


ALL = [Country, Person, Act, Membership, Manager, Stage, Show, Ticket, Article]
