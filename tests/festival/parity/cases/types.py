"""Arrays, ranges, keys that are no numbers, enums, spans, instants in a zone with summer time."""

import datetime
import decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import ExtractDay, ExtractHour, ExtractIsoWeekDay, ExtractQuarter, ExtractWeek, ExtractWeekDay, TruncDate, TruncDay, TruncMonth, TruncTime, TruncYear, Upper
from psycopg.types.range import Range
from festival.models import Act, Country, Person, Show, Ticket

from .base import Differs, case

from decimal import Decimal
from zoneinfo import ZoneInfo


@case
def array_equal():
    """
    query: query!(Act.filter(genres = ["rock", "pop"]).values_list(name, flat))
    """
    return Act.objects.filter(genres=["rock", "pop"]).values_list("name", flat=True)


@case
def array_empty():
    """
    query: query!(Act.filter(Q(genres.len = 0) | Q(fees.len = 0)).values_list(name, flat))
    """
    return Act.objects.filter(Q(genres__len=0) | Q(fees__len=0)).values_list("name", flat=True)


@case
def array_contains():
    """
    query: query!(Act.filter(genres.contains = ["jazz", "pop"]).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(genres__contains=["jazz", "pop"]).order_by("name").values_list("name", flat=True)


@case
def array_contained_by():
    """
    query: query!(Act.filter(genres.contained_by = ["jazz", "pop", "rock"]).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(genres__contained_by=["jazz", "pop", "rock"]).order_by("name").values_list("name", flat=True)


@case
def array_overlap():
    """
    query: query!(Act.filter(genres.overlap = ["metal", "classical"]).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(genres__overlap=["metal", "classical"]).order_by("name").values_list("name", flat=True)


@case
def array_length_compared():
    """
    query: query!(Act.filter(genres.len.gt = 1).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(genres__len__gt=1).order_by("name").values_list("name", flat=True)


@case
def array_position():
    """
    query: query!(Act.filter(genres.0 = "jazz").order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(genres__0="jazz").order_by("name").values_list("name", flat=True)


@case
def array_position_with_a_lookup():
    """
    query: query!(Act.filter(genres.1.startswith = "po", fees.0.gte = 300).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(genres__1__startswith="po", fees__0__gte=300).order_by("name").values_list("name", flat=True)


@case
def array_position_missing_excluded():
    """
    query: query!(Act.exclude(genres.1 = "pop").order_by(name).values_list(name, flat))
    note: What has no second element stays, as what is NULL does; Django leaves it out.
    """
    return Differs([a.name for a in Act.objects.order_by("name") if a.genres[1:2] != ["pop"]], Act.objects.exclude(genres__1="pop").order_by("name").values_list("name", flat=True))


@case
def array_with_null():
    """
    query: query!(Act.order_by(name).values_list(name, fees, genres))
    """
    return Act.objects.order_by("name").values_list("name", "fees", "genres")


@case
def array_in():
    """
    query: query!(Act.filter(genres.in = [vec!["jazz"], vec![]]).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(genres__in=[["jazz"], []]).order_by("name").values_list("name", flat=True)


@case
def array_order():
    """
    query: query!(Act.order_by(-genres, name).values_list(name, flat))
    """
    return Act.objects.order_by("-genres", "name").values_list("name", flat=True)


@case
def array_of_a_relation():
    """
    query: query!(Show.filter(headliner.genres.contains = ["rock"]).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(headliner__genres__contains=["rock"]).order_by("id").values_list("id", flat=True)


@case
def array_of_many():
    """
    query: query!(Country.filter(shows.headliner.genres.overlap = ["metal"]).order_by(code).values_list(code, flat))
    """
    return Country.objects.filter(shows__headliner__genres__overlap=["metal"]).order_by("code").values_list("code", flat=True)


@case
def array_empty_length():
    """
    query: query!(Country.filter(languages.len.lt = 1).values_list(code, flat))
    """
    return Country.objects.filter(languages__len__lt=1).values_list("code", flat=True)


@case
def arrays_gathered():
    """
    query: query!(Person.annotate(names = ArrayAgg(acts.name, order_by(acts.name))).order_by(id).values_list(id, names))
    note: Django makes an array of one NULL of those without an act, unless it is told not to.
    """
    return Person.objects.annotate(names=ArrayAgg("acts__name", order_by="acts__name", filter=Q(acts__isnull=False))).order_by("id").values_list("id", "names")


@case
def range_contains_a_value():
    """
    query: query!(Show.filter(ages.contains = 17).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(ages__contains=17).order_by("id").values_list("id", flat=True)


@case
def range_contained_by():
    """
    query: query!(Show.filter(ages.contained_by = Range::from(10..100)).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(ages__contained_by=Range(10, 100)).order_by("id").values_list("id", flat=True)


@case
def range_overlap():
    """
    query: query!(Show.filter(ages.overlap = Range::from(60..70)).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(ages__overlap=Range(60, 70)).order_by("id").values_list("id", flat=True)


@case
def range_before_and_after():
    """
    query: query!(Show.filter(Q(ages.fully_lt = Range::from(18..20)) | Q(ages.fully_gt = Range::from(0..20))).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(Q(ages__fully_lt=Range(18, 20)) | Q(ages__fully_gt=Range(0, 20))).order_by("id").values_list("id", flat=True)


@case
def range_not_below_not_above():
    """
    query: query!(Show.filter(ages.not_lt = Range::from(16..17), ages.not_gt = Range::from(0..65)).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(ages__not_lt=Range(16, 17), ages__not_gt=Range(0, 65)).order_by("id").values_list("id", flat=True)


@case
def range_adjacent():
    """
    query: query!(Show.filter(ages.adjacent_to = Range::from(18..65)).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(ages__adjacent_to=Range(18, 65)).order_by("id").values_list("id", flat=True)


@case
def range_empty():
    """
    query: query!(Act.filter(years.isempty = true).values_list(name, flat))
    """
    return Act.objects.filter(years__isempty=True).values_list("name", flat=True)


@case
def range_not_empty():
    """
    query: query!(Show.filter(ages.isempty = false).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(ages__isempty=False).order_by("id").values_list("id", flat=True)


@case
def range_ends():
    """
    query: query!(Act.filter(Q(years.startswith = 1999) | Q(years.endswith = 2000)).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(Q(years__startswith=1999) | Q(years__endswith=2000)).order_by("name").values_list("name", flat=True)


@case
def range_ends_compared():
    """
    query: query!(Act.filter(years.startswith.gte = 2000).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(years__startswith__gte=2000).order_by("name").values_list("name", flat=True)


@case
def range_open_ends():
    """
    query: query!(Act.filter(years.endswith.isnull = true).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(years__endswith__isnull=True).order_by("name").values_list("name", flat=True)


@case
def range_of_instants_contains():
    """
    query: query!(Show.filter(slot.contains = "2024-03-31T00:45:00Z").order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(slot__contains=datetime.datetime(2024, 3, 31, 0, 45, tzinfo=datetime.timezone.utc)).order_by("id").values_list("id", flat=True)


@case
def range_of_dates_contains():
    """
    query: query!(Show.filter(days.contains = "2024-12-31").order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(days__contains=datetime.date(2024, 12, 31)).order_by("id").values_list("id", flat=True)


@case
def range_of_decimals_contains():
    """
    query: query!(Show.filter(prices.contains = 25).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(prices__contains=Range(Decimal(25), Decimal(25), "[]")).order_by("id").values_list("id", flat=True)


@case
def range_null_excluded():
    """
    query: query!(Show.exclude(ages.contains = 17).order_by(id).values_list(id, flat))
    """
    return Show.objects.exclude(ages__contains=17).order_by("id").values_list("id", flat=True)


@case
def range_values():
    """
    query: query!(Show.order_by(id).values_list(id, ages, days, prices))
    """
    return Show.objects.order_by("id").values_list("id", "ages", "days", "prices")


@case
def range_of_another_row():
    """
    query: query!(Show.filter(Exists(Show.filter(slot.overlap = OuterRef(slot)).exclude(pk = OuterRef(pk)))).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(Exists(Show.objects.filter(slot__overlap=OuterRef("slot")).exclude(pk=OuterRef("pk")))).order_by("id").values_list("id", flat=True)


@case
def uuid_equal():
    """
    query:
        let key: Uuid = "00000000-0000-4000-8000-000000000002".parse().unwrap();
        query!(Act.filter(key = key).values_list(name, key))
    """
    return Act.objects.filter(key="00000000-0000-4000-8000-000000000002").values_list("name", "key")


@case
def uuid_literal_in():
    """
    query: query!(Act.filter(pk.in = Show.filter(price.gt = 20).values(headliner)).order_by(name).values_list(pk, flat))
    """
    return Act.objects.filter(pk__in=Show.objects.filter(price__gt=20).values("headliner")).order_by("name").values_list("pk", flat=True)


@case
def enum_sorted_as_text():
    """
    query: query!(Act.order_by(size, name).values_list(size, name))
    """
    return Act.objects.order_by("size", "name").values_list("size", "name")


@case
def enum_as_text():
    """
    query: query!(Act.filter(size.startswith = "s", size.in = [Size::Solo, Size::Duo]).values_list(name, Upper(size)))
    """
    return Act.objects.filter(size__startswith="s", size__in=["solo", "duo"]).values_list("name", Upper("size"))


@case
def enum_grouped():
    """
    query: query!(Act.values(size).annotate(n = Count(), shows = Count(headlined)).order_by(size))
    note: Django counts an act once for each of its shows.
    """
    return Differs([{"size": s, "n": Act.objects.filter(size=s).count(), "shows": Show.objects.filter(headliner__size=s).count()} for s in ("band", "duo", "orchestra", "solo")], Act.objects.values("size").annotate(n=Count("pk"), shows=Count("headlined")).order_by("size"))


@case
def span_ordered():
    """
    query: query!(Show.filter(lasts.gt = TimeDelta::hours(2)).order_by(-lasts, id).values_list(id, lasts))
    """
    return Show.objects.filter(lasts__gt=datetime.timedelta(hours=2)).order_by("-lasts", "id").values_list("id", "lasts")


@case
def span_and_instant_in_a_zone():
    """
    query: query!(Show.annotate(over = F(begins) + F(lasts)).order_by(id).values_list(id, over, ExtractDay(over)))
    """
    return Show.objects.annotate(over=F("begins") + F("lasts")).order_by("id").values_list("id", "over", ExtractDay("over"))


@case
def time_of_day_parts():
    """
    query: query!(Show.filter(doors.hour.gte = 20, doors.minute = 30).order_by(id).values_list(id, doors))
    """
    return Show.objects.filter(doors__hour__gte=20, doors__minute=30).order_by("id").values_list("id", "doors")


@case
def time_of_day_seconds():
    """
    query: query!(Show.filter(doors.second.range = (1, 59)).order_by(id).values_list(id, doors))
    """
    return Show.objects.filter(doors__second__range=(1, 59)).order_by("id").values_list("id", "doors")


@case
def zone_date():
    """
    query: query!(Show.filter(begins.date = "2024-07-01").order_by(id).values_list(id, flat))
    note: Midnight is that of the zone.
    """
    return Show.objects.filter(begins__date=datetime.date(2024, 7, 1)).order_by("id").values_list("id", flat=True)


@case
def zone_date_on_the_day_of_summer_time():
    """
    query: query!(Show.filter(begins.date = "2024-03-31").order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(begins__date=datetime.date(2024, 3, 31)).order_by("id").values_list("id", flat=True)


@case
def zone_year():
    """
    query: query!(Show.filter(begins.year = 2025).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(begins__year=2025).order_by("id").values_list("id", flat=True)


@case
def zone_year_bounds():
    """
    query: query!(Ticket.filter(bought_at.year.gte = 2025).order_by(show, number).values_list(show, number))
    """
    return Ticket.objects.filter(bought_at__year__gte=2025).order_by("show_id", "number").values_list("show", "number")


@case
def zone_iso_year_and_week():
    """
    query: query!(Show.filter(begins.iso_year = 2025, begins.week = 1).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(begins__iso_year=2025, begins__week=1).order_by("id").values_list("id", flat=True)


@case
def zone_parts():
    """
    query: query!(Show.order_by(id).values_list(ExtractDay(begins), ExtractHour(begins), ExtractWeekDay(begins), ExtractIsoWeekDay(begins), ExtractQuarter(begins), ExtractWeek(begins)))
    """
    return Show.objects.order_by("id").values_list(ExtractDay("begins"), ExtractHour("begins"), ExtractWeekDay("begins"), ExtractIsoWeekDay("begins"), ExtractQuarter("begins"), ExtractWeek("begins"))


@case
def zone_weekday_and_quarter():
    """
    query: query!(Show.filter(begins.week_day = 1, begins.iso_week_day = 7, begins.quarter.lte = 2).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(begins__week_day=1, begins__iso_week_day=7, begins__quarter__lte=2).order_by("id").values_list("id", flat=True)


@case
def zone_time():
    """
    query: query!(Show.filter(begins.time = "00:00:00").order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(begins__time=datetime.time(0)).order_by("id").values_list("id", flat=True)


@case
def zone_hours_minutes():
    """
    query: query!(Show.filter(begins.hour = 1, begins.minute = 30, begins.day = 31, begins.month = 3).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(begins__hour=1, begins__minute=30, begins__day=31, begins__month=3).order_by("id").values_list("id", flat=True)


@case
def zone_of_the_question():
    """
    query: query!(Show.filter(begins.tz("Asia/Tokyo").date = "2025-01-01").order_by(id).values_list(id, flat))
    note: Django has no lookup of another zone.
    """
    return Show.objects.annotate(d=TruncDate("begins", tzinfo=ZoneInfo("Asia/Tokyo"))).filter(d=datetime.date(2025, 1, 1)).order_by("id").values_list("id", flat=True)


@case
def zone_cut():
    """
    query: query!(Show.order_by(id).values_list(TruncDay(begins), TruncMonth(begins), TruncDate(begins), TruncTime(begins), TruncYear(begins)))
    """
    return Show.objects.order_by("id").values_list(TruncDay("begins"), TruncMonth("begins"), TruncDate("begins"), TruncTime("begins"), TruncYear("begins"))


@case
def zone_groups():
    """
    query: query!(Ticket.filter(bought_at.isnull = false).values(month = TruncMonth(bought_at)).annotate(n = Count(), sum = Sum(paid)).order_by(month))
    """
    return Ticket.objects.filter(bought_at__isnull=False).annotate(month=TruncMonth("bought_at")).values("month").annotate(n=Count("*"), sum=Sum("paid")).order_by("month")
