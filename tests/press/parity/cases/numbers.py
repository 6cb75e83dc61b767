"""Functions of numbers, dates and times."""

import decimal

from django.db.models import Avg, BigIntegerField, Count, DecimalField, F, IntegerField, Min
from django.db.models.functions import ACos, ASin, ATan, ATan2, Abs, Cast, Ceil, Cos, Cot, Degrees, Exp, Extract, ExtractDay, ExtractHour, ExtractIsoWeekDay, ExtractIsoYear, ExtractMinute, ExtractMonth, ExtractQuarter, ExtractSecond, ExtractWeek, ExtractWeekDay, ExtractYear, Floor, Ln, Log, Mod, Now, Pi, Power, Radians, Random, Round, Sign, Sin, Sqrt, Tan, Trunc, TruncDate, TruncDay, TruncHour, TruncMinute, TruncMonth, TruncQuarter, TruncSecond, TruncTime, TruncWeek, TruncYear
from press.models import Book, Number, Reading, Trial

from .base import case

from decimal import Decimal
from zoneinfo import ZoneInfo


@case
def numbers_without_signs():
    """
    query: query!(Number.order_by(id).values_list(Abs(whole), Abs(float), Abs(exact), Sign(whole), Sign(float), Sign(exact)))
    """
    return Number.objects.order_by("id").values_list(Abs("whole"), Abs("float"), Abs("exact"), Sign("whole"), Sign("float"), Sign("exact"))


@case
def numbers_rounded():
    """
    query: query!(Number.order_by(id).values_list(Ceil(float), Floor(float), Ceil(exact), Floor(exact), Ceil(whole), Floor(whole)))
    """
    return Number.objects.order_by("id").values_list(Ceil("float"), Floor("float"), Ceil("exact"), Floor("exact"), Ceil("whole"), Floor("whole"))


@case
def numbers_rounded_to_digits():
    """
    query: query!(Number.order_by(id).values_list(Round(exact), Round(exact, 2), Round(exact, -2), Round(whole), Round(whole, -2)))
    """
    return Number.objects.order_by("id").values_list(Round("exact"), Round("exact", precision=2), Round("exact", precision=-2), Round("whole"), Round("whole", precision=-2))


@case
def floats_rounded_away_from_zero():
    """
    query: query!(Number.order_by(id).values_list(Round(float), Round(float, 1)))
    note: Halves go away from zero, as decimals do.
    """
    return Number.objects.order_by("id").values_list(Round("float"), Round("float", precision=1))


@case
def powers_and_roots():
    """
    query: query!(Number.order_by(id).values_list(Power(small, 2), Power(float, 2), Sqrt(Abs(whole)), Sqrt(Abs(exact)), Exp(small), Power(exact, 2)))
    """
    return Number.objects.order_by("id").values_list(Power("small", 2), Power("float", 2), Sqrt(Abs("whole")), Sqrt(Abs("exact")), Exp("small"), Power("exact", 2))


@case
def logarithms():
    """
    query: query!(Number.filter(whole.gt = 0, float.gt = 0).order_by(id).values_list(Ln(whole), Ln(float), Log(10, whole), Log(2, float), Log(2, exact)))
    """
    return Number.objects.filter(whole__gt=0, float__gt=0).order_by("id").values_list(Ln("whole"), Ln("float"), Log(10, "whole"), Log(2, "float"), Log(2, "exact"))


@case
def remainders():
    """
    query: query!(Number.order_by(id).values_list(Mod(whole, 7), Mod(big, 7), Mod(exact, 2), Mod(float, 2)))
    """
    return Number.objects.order_by("id").values_list(Cast(Mod("whole", 7), IntegerField()), Cast(Mod("big", 7), BigIntegerField()), Mod("exact", Decimal(2), output_field=DecimalField()), Mod("float", 2))


@case
def angles():
    """
    query: query!(Number.filter(float.gt = 0).order_by(id).values_list(Sin(float), Cos(float), Tan(float), Cot(float), ATan(float), ATan2(float, small), Degrees(float), Radians(whole)))
    """
    return Number.objects.filter(float__gt=0).order_by("id").values_list(Sin("float"), Cos("float"), Tan("float"), Cot("float"), ATan("float"), ATan2("float", "small"), Degrees("float"), Radians("whole"))


@case
def angles_of_fractions():
    """
    query: query!(Number.filter(float.range = (0.0, 1.0)).order_by(id).values_list(ASin(float), ACos(float), Pi() * 2))
    """
    return Number.objects.filter(float__range=(0, 1)).order_by("id").values_list(ASin("float"), ACos("float"), Pi() * 2)


@case
def random_numbers_lie_between_zero_and_one():
    """
    query: query!(Number.annotate(r = Random()).filter(r.gte = 0.0, r.lt = 1.0).count())
    """
    return Number.objects.annotate(r=Random()).filter(r__gte=0, r__lt=1).count()


@case
def now_is_after_then():
    """
    query: query!(Trial.filter(began.lt = Now()).count())
    """
    return Trial.objects.filter(began__lt=Now()).count()


@case
def parts_of_an_instant():
    """
    query: query!(Trial.order_by(id).values_list(ExtractYear(ended), ExtractMonth(ended), ExtractDay(ended), ExtractHour(ended), ExtractMinute(ended), ExtractSecond(ended)))
    """
    return Trial.objects.order_by("id").values_list(ExtractYear("ended"), ExtractMonth("ended"), ExtractDay("ended"), ExtractHour("ended"), ExtractMinute("ended"), ExtractSecond("ended"))


@case
def parts_of_a_date():
    """
    query: query!(Book.order_by(id).values_list(ExtractIsoYear(published_on), ExtractQuarter(published_on), ExtractWeek(published_on), ExtractWeekDay(published_on), ExtractIsoWeekDay(published_on), Extract(published_on, year)))
    """
    return Book.objects.order_by("id").values_list(ExtractIsoYear("published_on"), ExtractQuarter("published_on"), ExtractWeek("published_on"), ExtractWeekDay("published_on"), ExtractIsoWeekDay("published_on"), Extract("published_on", "year"))


@case
def parts_of_a_time_and_a_span():
    """
    query: query!(Trial.order_by(id).values_list(ExtractHour(rung_at), ExtractMinute(rung_at), ExtractSecond(rung_at), ExtractHour(estimate), ExtractMinute(estimate)))
    """
    return Trial.objects.order_by("id").values_list(ExtractHour("rung_at"), ExtractMinute("rung_at"), ExtractSecond("rung_at"), ExtractHour("estimate"), ExtractMinute("estimate"))


@case
def parts_in_another_zone():
    """
    query: query!(Trial.order_by(id).values_list(Extract(began, hour, tz = "Asia/Kolkata"), ExtractDay(ended, tz = "Pacific/Auckland"), ExtractMinute(began, tz = "Asia/Kolkata")))
    """
    return Trial.objects.order_by("id").values_list(Extract("began", "hour", tzinfo=ZoneInfo("Asia/Kolkata")), ExtractDay("ended", tzinfo=ZoneInfo("Pacific/Auckland")), ExtractMinute("began", tzinfo=ZoneInfo("Asia/Kolkata")))


@case
def cut_to_days_and_more():
    """
    query: query!(Trial.order_by(id).values_list(TruncYear(ended), TruncQuarter(ended), TruncMonth(ended), TruncWeek(ended), TruncDay(ended)))
    """
    return Trial.objects.order_by("id").values_list(TruncYear("ended"), TruncQuarter("ended"), TruncMonth("ended"), TruncWeek("ended"), TruncDay("ended"))


@case
def cut_to_less_than_days():
    """
    query: query!(Trial.order_by(id).values_list(TruncHour(began), TruncMinute(began), TruncSecond(began), TruncDate(began), TruncTime(began), Trunc(began, hour)))
    """
    return Trial.objects.order_by("id").values_list(TruncHour("began"), TruncMinute("began"), TruncSecond("began"), TruncDate("began"), TruncTime("began"), Trunc("began", "hour"))


@case
def cut_dates():
    """
    query: query!(Book.order_by(id).values_list(TruncYear(published_on), TruncQuarter(published_on), TruncMonth(published_on), TruncWeek(published_on), Trunc(published_on, month)))
    """
    return Book.objects.order_by("id").values_list(TruncYear("published_on"), TruncQuarter("published_on"), TruncMonth("published_on"), TruncWeek("published_on"), Trunc("published_on", "month"))


@case
def cut_times():
    """
    query: query!(Trial.order_by(id).values_list(TruncHour(rung_at), TruncMinute(rung_at), TruncSecond(rung_at)))
    """
    return Trial.objects.order_by("id").values_list(TruncHour("rung_at"), TruncMinute("rung_at"), TruncSecond("rung_at"))


@case
def cut_in_another_zone():
    """
    query: query!(Trial.order_by(id).values_list(TruncDay(began, tz = "Asia/Kolkata"), TruncDate(ended, tz = "Pacific/Auckland"), TruncMonth(began, tz = "America/New_York")))
    """
    return Trial.objects.order_by("id").values_list(TruncDay("began", tzinfo=ZoneInfo("Asia/Kolkata")), TruncDate("ended", tzinfo=ZoneInfo("Pacific/Auckland")), TruncMonth("began", tzinfo=ZoneInfo("America/New_York")))


@case
def cut_and_compared():
    """
    query: query!(Trial.filter(TruncDay(began) == TruncDay(ended)).order_by(id).values_list(id, flat))
    """
    return Trial.objects.annotate(a=TruncDay("began"), b=TruncDay("ended")).filter(a=F("b")).order_by("id").values_list("id", flat=True)


@case
def cut_in_a_group():
    """
    query: query!(Reading.values(day = TruncDate(taken_at)).annotate(n = Count(), mean = Avg(worth)).order_by(day))
    """
    return Reading.objects.annotate(day=TruncDate("taken_at")).values("day").annotate(n=Count("pk"), mean=Avg("worth")).order_by("day")


@case
def cut_of_a_related_instant():
    """
    query: query!(Trial.annotate(first = TruncHour(Min(readings.taken_at))).order_by(id).values_list(id, first))
    """
    return Trial.objects.annotate(m=Min("readings__taken_at")).annotate(first=TruncHour("m")).order_by("id").values_list("id", "first")
