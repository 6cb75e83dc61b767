"""Dates and instants: around midnight, the end of February and the new year; all in UTC."""

import datetime

from django.db.models import Count, Q
from shop.models import Order, Product, Review, User

from .base import case, ids


@case
def date_of_an_instant():
    """
    query: query!(Order.filter(placed_at.date = "2024-02-29").order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__date=datetime.date(2024, 2, 29)))


@case
def date_after():
    """
    query: query!(Order.filter(placed_at.date.gt = "2024-12-31").order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__date__gt=datetime.date(2024, 12, 31)))


@case
def date_up_to():
    """
    query: query!(Order.filter(placed_at.date.lte = "2023-12-31").order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__date__lte=datetime.date(2023, 12, 31)))


@case
def date_in_a_range():
    """
    query:
    let first = chrono::NaiveDate::from_ymd_opt(2024, 2, 1).unwrap();
    let last = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    query!(Order.filter(placed_at.date.range = (first, last)).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__date__range=(datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))))


@case
def date_in_a_list():
    """
    query: query!(Order.filter(placed_at.date.in = ["2024-01-01", "2025-01-01"]).order_by(id).values_list(id, flat))
    """
    days = [datetime.date(2024, 1, 1), datetime.date(2025, 1, 1)]
    return ids(Order.objects.filter(placed_at__date__in=days))


@case
def year_of_an_instant():
    """
    query: query!(Order.filter(placed_at.year = 2023).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__year=2023))


@case
def year_from():
    """
    query: query!(Order.filter(placed_at.year.gte = 2025).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__year__gte=2025))


@case
def year_after():
    """
    query: query!(Order.filter(placed_at.year.gt = 2024).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__year__gt=2024))


@case
def year_before():
    """
    query: query!(Order.filter(placed_at.year.lt = 2024).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__year__lt=2024))


@case
def exclude_year():
    """
    query: query!(Order.exclude(placed_at.year = 2024).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.exclude(placed_at__year=2024))


@case
def exclude_year_keeps_null():
    """
    query: query!(User.exclude(last_seen_at.year = 2024).order_by(id).values_list(id, flat))
    """
    return ids(User.objects.exclude(last_seen_at__year=2024))


@case
def year_of_a_date():
    """
    query: query!(Product.filter(released_on.year = 2024).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(released_on__year=2024))


@case
def year_up_to_of_a_date():
    """
    query: query!(Product.filter(released_on.year.lte = 1962).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(released_on__year__lte=1962))


@case
def month_of_an_instant():
    """
    query: query!(Order.filter(placed_at.month = 12).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__month=12))


@case
def month_in_a_list():
    """
    query: query!(Product.filter(released_on.month.in = [2, 9]).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(released_on__month__in=[2, 9]))


@case
def month_and_year():
    """
    query: query!(Order.filter(placed_at.year = 2024, placed_at.month = 2).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__year=2024, placed_at__month=2))


@case
def day_of_an_instant():
    """
    query: query!(Order.filter(placed_at.day = 31).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__day=31))


@case
def day_after_of_a_date():
    """
    query: query!(Product.filter(released_on.day.gte = 29).order_by(id).values_list(id, flat))
    """
    return ids(Product.objects.filter(released_on__day__gte=29))


@case
def instant_half_open():
    """
    query: query!(Order.filter(placed_at.gte = "2024-01-01T00:00:00Z", placed_at.lt = "2024-02-01T00:00:00Z").order_by(id).values_list(id, flat))
    """
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    end = datetime.datetime(2024, 2, 1, tzinfo=datetime.timezone.utc)
    return ids(Order.objects.filter(placed_at__gte=start, placed_at__lt=end))


@case
def instant_exact_to_the_microsecond():
    """
    query: query!(Review.filter(created_at = "2023-12-31T23:59:59.999999Z").order_by(id).values_list(id, flat))
    """
    moment = datetime.datetime(2023, 12, 31, 23, 59, 59, 999999, tzinfo=datetime.timezone.utc)
    return ids(Review.objects.filter(created_at=moment))


@case
def date_exact():
    """
    query: query!(User.filter(birth_date = "2000-02-29").order_by(id).values_list(id, flat))
    """
    return ids(User.objects.filter(birth_date=datetime.date(2000, 2, 29)))


@case
def date_of_a_related_instant():
    """
    query: query!(Order.filter(user.last_seen_at.date = "2024-12-31").order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(user__last_seen_at__date=datetime.date(2024, 12, 31)))


@case
def date_between_two():
    """
    query: query!(Order.filter(placed_at.date.range = ("2024-02-29", "2024-03-31")).order_by(id).values_list(id, flat))
    """
    first, last = datetime.date(2024, 2, 29), datetime.date(2024, 3, 31)
    return ids(Order.objects.filter(placed_at__date__range=(first, last)))


@case
def instant_between_two():
    """
    query:
    let start: DateTime<Utc> = "2024-02-29T00:00:00Z".parse().unwrap();
    let end: DateTime<Utc> = "2024-03-31T23:59:59Z".parse().unwrap();
    query!(Order.filter(placed_at.range = (start, end)).order_by(id).values_list(id, flat))
    """
    utc = datetime.timezone.utc
    start, end = datetime.datetime(2024, 2, 29, tzinfo=utc), datetime.datetime(2024, 3, 31, 23, 59, 59, tzinfo=utc)
    return ids(Order.objects.filter(placed_at__range=(start, end)))


@case
def year_in_a_list():
    """
    query: query!(Order.filter(placed_at.year.in = [2023, 2025]).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(placed_at__year__in=[2023, 2025]))


@case
def year_not():
    """
    query: query!(Order.filter(!Q(placed_at.year = 2024), placed_at.month.lte = 6).order_by(id).values_list(id, flat))
    """
    return ids(Order.objects.filter(~Q(placed_at__year=2024), placed_at__month__lte=6))


@case
def year_of_a_to_many_path():
    """
    query: query!(User.filter(orders.placed_at.year = 2025).annotate(n = Count(orders)).order_by(id).values_list(id, n))
    """
    chain = User.objects.filter(orders__placed_at__year=2025).annotate(n=Count("orders"))
    return list(chain.order_by("id").values_list("id", "n"))
