"""Lookups of each type of field, and distinct rows."""

import datetime
import decimal

from django.db.models import Q
from press.models import Book, Employee, Item, Note, Publisher, Store, Tag

from .base import case

from decimal import Decimal


@case
def date_lookups_of_dates():
    """
    query: query!(Book.filter(published_on.year = 2008, published_on.month.gte = 6, published_on.day.in = [3, 23]).order_by(id).values_list(id, flat))
    """
    return Book.objects.filter(published_on__year=2008, published_on__month__gte=6, published_on__day__in=[3, 23]).order_by("id").values_list("id", flat=True)


@case
def date_lookups_of_weeks():
    """
    query: query!(Book.filter(published_on.iso_year = 2023, published_on.week.gt = 50, published_on.quarter = 4, published_on.week_day = 1, published_on.iso_week_day = 7).values_list(id, flat))
    """
    return Book.objects.filter(published_on__iso_year=2023, published_on__week__gt=50, published_on__quarter=4, published_on__week_day=1, published_on__iso_week_day=7).values_list("id", flat=True)


@case
def time_lookups():
    """
    query: query!(Item.filter(created.hour = 22, created.minute = 25, created.second = 0, created.time.lt = "23:00", created.date = "2007-12-20").values_list(id, flat))
    """
    return Item.objects.filter(created__hour=22, created__minute=25, created__second=0, created__time__lt=datetime.time(23), created__date=datetime.date(2007, 12, 20)).values_list("id", flat=True)


@case
def time_of_day_compared():
    """
    query: query!(Store.filter(closes_at.gt = "21:30", closes_at.lte = "23:59:59").order_by(id).values_list(id, flat))
    """
    return Store.objects.filter(closes_at__gt=datetime.time(21, 30), closes_at__lte=datetime.time(23, 59, 59)).order_by("id").values_list("id", flat=True)


@case
def decimal_lookups():
    """
    query: query!(Book.filter(price.gte = 29.69, price.lt = 75, price.in = [29.69, 30.00]).order_by(id).values_list(id, price))
    """
    return Book.objects.filter(price__gte=Decimal("29.69"), price__lt=75, price__in=[Decimal("29.69"), 30]).order_by("id").values_list("id", "price")


@case
def float_lookups():
    """
    query: query!(Book.filter(rating.range = (2.5, 4.0), rating.isnull = false).order_by(id).values_list(id, rating))
    """
    return Book.objects.filter(rating__range=(2.5, 4.0), rating__isnull=False).order_by("id").values_list("id", "rating")


@case
def span_lookups():
    """
    query: query!(Publisher.filter(term.gt = TimeDelta::days(1), term.lte = TimeDelta::days(2)).order_by(id).values_list(id, term))
    """
    return Publisher.objects.filter(term__gt=datetime.timedelta(days=1), term__lte=datetime.timedelta(days=2)).order_by("id").values_list("id", "term")


@case
def text_lookups_without_case():
    """
    query: query!(Publisher.filter(Q(name.iexact = "BLACKBIRD") | Q(name.istartswith = "ång") | Q(name.iendswith = "HOUSE")).order_by(id).values_list(id, flat))
    """
    return Publisher.objects.filter(Q(name__iexact="BLACKBIRD") | Q(name__istartswith="ång") | Q(name__iendswith="HOUSE")).order_by("id").values_list("id", flat=True)


@case
def text_lookups_with_quotes_and_wildcards():
    """
    query: query!(Book.filter(Q(title.contains = "y's") | Q(title.startswith = "100%") | Q(title.endswith = "ook")).order_by(id).values_list(id, flat))
    """
    return Book.objects.filter(Q(title__contains="y's") | Q(title__startswith="100%") | Q(title__endswith="ook")).order_by("id").values_list("id", flat=True)


@case
def text_compared():
    """
    query: query!(Tag.filter(name.gte = "t3", name.lt = "zz").order_by(id).values_list(name, flat))
    """
    return Tag.objects.filter(name__gte="t3", name__lt="zz").order_by("id").values_list("name", flat=True)


@case
def values_of_a_sliced_chain_counted():
    """
    query: query!(Tag.order_by(name)[1..4].count())
    """
    return Tag.objects.order_by("name")[1:4].count()


@case
def distinct_of_values_sliced():
    """
    query: query!(Note.values_list(misc, flat).distinct().order_by(misc)[..2])
    """
    return Note.objects.values_list("misc", flat=True).distinct().order_by("misc")[:2]


@case
def distinct_on_a_field():
    """
    query: query!(Employee.order_by(department, -salary, id).distinct(department).values_list(department, last))
    """
    return Employee.objects.order_by("department", "-salary", "id").distinct("department").values_list("department", "last")


@case
def distinct_on_two_fields():
    """
    query: query!(Employee.order_by(department, hired_on, -id).distinct(department, hired_on).values_list(id, flat))
    """
    return Employee.objects.order_by("department", "hired_on", "-id").distinct("department", "hired_on").values_list("id", flat=True)


@case
def distinct_on_a_related_field():
    """
    query: query!(Tag.order_by(topic.name, id).distinct(topic.name).values_list(id, flat))
    """
    return Tag.objects.order_by("topic__name", "id").distinct("topic__name").values_list("id", flat=True)


@case
def distinct_on_in_a_subquery():
    """
    query: query!(Employee.filter(id.in = Employee.order_by(department, -age, id).distinct(department).values(id)).order_by(id).values_list(last, flat))
    """
    return Employee.objects.filter(id__in=Employee.objects.order_by("department", "-age", "id").distinct("department").values("id")).order_by("id").values_list("last", flat=True)


@case
def distinct_on_without_an_order():
    """
    query: query!(Note.distinct(misc).values_list(id, misc))
    note: Ordered by what is distinct, then the key; Django leaves open which row of each it is.
    """
    return [[n.id, n.misc] for n in Note.objects.order_by("misc", "id").distinct("misc")]
