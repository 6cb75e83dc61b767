"""Keys of two columns as values: tuples."""

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from festival.models import Country, Show, Stage, Ticket

from .base import Differs, case


@case
def key_as_a_value():
    """
    query: query!(Ticket.filter(number.gt = 1).order_by(pk).values(pk, holder))
    """
    return Ticket.objects.filter(number__gt=1).order_by("pk").values("pk", "holder")


@case
def key_in_a_tuple():
    """
    query: query!(Stage.order_by(-pk).values_list(pk, seats))
    """
    return Stage.objects.order_by("-pk").values_list("pk", "seats")


@case
def key_alone_in_a_tuple():
    """
    query: query!(Stage.order_by(pk).values_list(pk)[..2])
    """
    return Stage.objects.order_by("pk").values_list("pk")[:2]


@case
def key_alone():
    """
    query: query!(Stage.filter(seats.gte = 1000).order_by(pk).values_list(pk, flat))
    """
    return Stage.objects.filter(seats__gte=1000).order_by("pk").values_list("pk", flat=True)


@case
def key_in_a_slice():
    """
    query: query!(Ticket.order_by(paid, pk).values_list(pk, flat)[1..4])
    """
    return Ticket.objects.order_by("paid", "pk").values_list("pk", flat=True)[1:4]


@case
def keys_of_many_rows():
    """
    query: query!(Country.order_by(code, stages.pk).values_list(code, stages.pk))
    """
    found = Country.objects.order_by("code", "stages__country", "stages__number").values_list("code", "stages__pk")
    return Differs([[code, None if None in key else key] for code, key in found], found)


@case
def keys_distinct():
    """
    query: query!(Ticket.values_list(pk, paid).distinct().order_by(pk))
    note: Django 5.2 loses columns where distinct keys are ordered.
    """
    return sorted(Ticket.objects.order_by().values_list("pk", "paid").distinct())


@case
def keys_in_groups():
    """
    query: query!(Stage.values(pk).annotate(n = Count(country.shows)).order_by(pk))
    """
    return Stage.objects.values("pk").annotate(n=Count("country__shows")).order_by("pk")


@case
def keys_combined():
    """
    query: query!(Ticket.filter(number = 1).values_list(pk, flat).union(Ticket.filter(paid.gt = 20).values_list(pk, flat)).order_by(pk))
    """
    return sorted(Ticket.objects.filter(number=1).values_list("pk", flat=True).union(Ticket.objects.filter(paid__gt=20).values_list("pk", flat=True)))


@case
def keys_in_a_list_of_keys():
    """
    query: query!(Ticket.filter(pk.in = Ticket.filter(number = 2).values_list(pk)).order_by(pk).values_list(pk, flat))
    """
    return Ticket.objects.filter(pk__in=Ticket.objects.filter(number=2).values("pk")).order_by("pk").values_list("pk", flat=True)


@case
def keys_not_in_a_list_of_keys():
    """
    query: query!(Ticket.exclude(pk.in = Ticket.filter(number.lte = 2).values(pk)).order_by(pk).values_list(pk, flat))
    """
    return Ticket.objects.exclude(pk__in=Ticket.objects.filter(number__lte=2).values("pk")).order_by("pk").values_list("pk", flat=True)


@case
def keys_counted():
    """
    query: query!(Ticket.aggregate(n = Count(pk)))
    """
    return Ticket.objects.aggregate(n=Count("pk"))


@case
def keys_of_related_rows_counted():
    """
    query: query!(Show.annotate(n = Count(tickets.pk)).order_by(id).values_list(id, n))
    """
    return Show.objects.annotate(n=Count("tickets__pk")).order_by("id").values_list("id", "n")


@case
def keys_numbered():
    """
    query: query!(Stage.annotate(n = Window(RowNumber(), order_by(-pk))).order_by(pk).values_list(pk, n))
    """
    return Stage.objects.annotate(n=Window(RowNumber(), order_by=[F("country").desc(), F("number").desc()])).order_by("pk").values_list("pk", "n")
