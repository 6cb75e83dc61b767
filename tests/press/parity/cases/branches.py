"""`Case`, conditions as values, and what is reckoned with dates and spans."""

import datetime

from django.db.models import Avg, BigIntegerField, BooleanField, Case, Count, DurationField, Exists, ExpressionWrapper, F, IntegerField, Max, OuterRef, Q, Sum, Value, When
from press.models import Author, Book, Company, Number, Publisher, Trial

from .base import Differs, case


@case
def condition_as_a_value():
    """
    query: query!(Book.annotate(long = Q(pages.gt = 400), cheap = Q(price.lt = 20) | Q(rating = 0.0)).order_by(id).values_list(id, long, cheap))
    """
    return Book.objects.annotate(long=ExpressionWrapper(Q(pages__gt=400), BooleanField()), cheap=ExpressionWrapper(Q(price__lt=20) | Q(rating=0), BooleanField())).order_by("id").values_list("id", "long", "cheap")


@case
def condition_as_a_value_filtered():
    """
    query: query!(Book.annotate(long = Q(pages.gt = 400)).filter(long = true).order_by(id).values_list(id, flat))
    """
    return Book.objects.annotate(long=ExpressionWrapper(Q(pages__gt=400), BooleanField())).filter(long=True).order_by("id").values_list("id", flat=True)


@case
def grouped_by_a_condition():
    """
    query: query!(Book.annotate(long = Q(pages.gt = 400)).values(long).annotate(n = Count(), sum = Sum(pages)).order_by(long))
    """
    return Book.objects.annotate(long=ExpressionWrapper(Q(pages__gt=400), BooleanField())).values("long").annotate(n=Count("pk"), sum=Sum("pages")).order_by("long")


@case
def case_of_one_branch():
    """
    query: query!(Number.annotate(x = Case(When(whole.gt = 10, then = "big"))).order_by(id).values_list(id, x))
    """
    return Number.objects.annotate(x=Case(When(whole__gt=10, then=Value("big")))).order_by("id").values_list("id", "x")


@case
def case_of_several_branches():
    """
    query: query!(Number.annotate(x = Case(When(whole = 42, then = "the one"), When(whole.gt = 0, then = "more"), When(whole.isnull = true, then = "none"), default = "less")).order_by(id).values_list(id, x))
    """
    return Number.objects.annotate(x=Case(When(whole=42, then=Value("the one")), When(whole__gt=0, then=Value("more")), When(whole__isnull=True, then=Value("none")), default=Value("less"))).order_by("id").values_list("id", "x")


@case
def case_of_fields():
    """
    query: query!(Number.annotate(x = Case(When(flag = true, then = F(whole)), When(flag = false, then = F(small) + 1), default = F(big))).order_by(id).values_list(id, x))
    """
    return Number.objects.annotate(x=Case(When(flag=True, then=F("whole")), When(flag=False, then=F("small") + 1), default=F("big"), output_field=BigIntegerField())).order_by("id").values_list("id", "x")


@case
def case_of_joined_fields():
    """
    query: query!(Company.annotate(x = Case(When(contact.age.gt = 29, then = F(contact.last)), When(head.age.gt = 29, then = F(head.last)), default = "young")).order_by(id).values_list(id, x))
    """
    return Company.objects.annotate(x=Case(When(contact__age__gt=29, then=F("contact__last")), When(head__age__gt=29, then=F("head__last")), default=Value("young"))).order_by("id").values_list("id", "x")


@case
def case_of_a_count():
    """
    query: query!(Author.annotate(n = Count(books)).annotate(x = Case(When(n = 0, then = "nothing"), When(n = 1, then = "one"), default = "many")).order_by(id).values_list(id, x))
    """
    return Author.objects.annotate(n=Count("books")).annotate(x=Case(When(n=0, then=Value("nothing")), When(n=1, then=Value("one")), default=Value("many"))).order_by("id").values_list("id", "x")


@case
def case_as_a_condition():
    """
    query: query!(Number.filter(whole = Case(When(flag = true, then = 42), When(flag = false, then = -1337), default = 0)).order_by(id).values_list(id, flat))
    """
    return Number.objects.filter(whole=Case(When(flag=True, then=42), When(flag=False, then=-1337), default=0)).order_by("id").values_list("id", flat=True)


@case
def case_in_an_order():
    """
    query: query!(Number.order_by(Case(When(flag = true, then = 1), When(flag = false, then = 2), default = 3), -id).values_list(id, flat))
    """
    return Number.objects.order_by(Case(When(flag=True, then=1), When(flag=False, then=2), default=3), "-id").values_list("id", flat=True)


@case
def case_in_an_aggregate():
    """
    query: query!(Number.aggregate(yes = Count(Case(When(flag = true, then = 1))), no = Sum(Case(When(flag = false, then = F(whole)), default = 0)), most = Max(Case(When(small.lt = 0, then = F(whole)), default = F(small)))))
    """
    return Number.objects.aggregate(yes=Count(Case(When(flag=True, then=1))), no=Sum(Case(When(flag=False, then=F("whole")), default=0)), most=Max(Case(When(small__lt=0, then=F("whole")), default=F("small"), output_field=IntegerField())))


@case
def case_with_conditions_joined():
    """
    query: query!(Number.annotate(x = Case(When(Q(whole.gt = 0) & !Q(flag = true), then = 1), When(Q(whole.lt = 0) | Q(small = 0), then = 2), default = 3)).order_by(id).values_list(id, x))
    """
    return Number.objects.annotate(x=Case(When(Q(whole__gt=0) & ~Q(flag=True), then=1), When(Q(whole__lt=0) | Q(small=0), then=2), default=3)).order_by("id").values_list("id", "x")


@case
def case_of_rows_that_exist():
    """
    query: query!(Publisher.annotate(x = Case(When(Exists(books.filter(pages.gt = 1000)), then = "heavy"), When(Exists(books), then = "light"), default = "none")).order_by(id).values_list(id, x))
    """
    return Publisher.objects.annotate(x=Case(When(Exists(Book.objects.filter(publisher=OuterRef("pk"), pages__gt=1000)), then=Value("heavy")), When(Exists(Book.objects.filter(publisher=OuterRef("pk"))), then=Value("light")), default=Value("none"))).order_by("id").values_list("id", "x")


@case
def case_of_dates_and_spans():
    """
    query: query!(Trial.annotate(due = Case(When(estimate.lt = {TimeDelta::hours(1)}, then = F(assigned)), default = F(completed)), sum = Case(When(ended.isnull = true, then = F(estimate)), default = F(ended) - F(began))).order_by(id).values_list(id, due, sum))
    """
    return Trial.objects.annotate(due=Case(When(estimate__lt=datetime.timedelta(hours=1), then=F("assigned")), default=F("completed")), sum=Case(When(ended__isnull=True, then=F("estimate")), default=F("ended") - F("began"))).order_by("id").values_list("id", "due", "sum")


@case
def span_added_to_an_instant():
    """
    query: query!(Trial.filter(ended.lt = F(began) + F(estimate)).order_by(id).values_list(id, flat))
    """
    return Trial.objects.filter(ended__lt=F("began") + F("estimate")).order_by("id").values_list("id", flat=True)


@case
def span_reached_or_passed():
    """
    query: query!(Trial.filter(ended.lte = F(began) + F(estimate)).order_by(id).values_list(id, flat))
    """
    return Trial.objects.filter(ended__lte=F("began") + F("estimate")).order_by("id").values_list("id", flat=True)


@case
def span_from_rust_added():
    """
    query: query!(Trial.filter(ended.gte = F(began) + {TimeDelta::seconds(44)}).order_by(id).values_list(id, flat))
    """
    return Trial.objects.filter(ended__gte=F("began") + datetime.timedelta(seconds=44)).order_by("id").values_list("id", flat=True)


@case
def span_between_instants():
    """
    query: query!(Trial.annotate(took = F(ended) - F(began)).order_by(id).values_list(id, took))
    """
    return Trial.objects.annotate(took=F("ended") - F("began")).order_by("id").values_list("id", "took")


@case
def span_between_instants_compared():
    """
    query: query!(Trial.filter(F(ended) - F(began) > F(estimate)).order_by(id).values_list(id, flat))
    """
    return Trial.objects.annotate(took=F("ended") - F("began")).filter(took__gt=F("estimate")).order_by("id").values_list("id", flat=True)


@case
def span_between_dates_is_days():
    """
    query: query!(Trial.annotate(days = F(completed) - F(assigned)).filter(days.gte = 4).order_by(id).values_list(id, days))
    note: A difference of dates is a number of days; Django makes a duration of it.
    """
    return Differs([[t.id, (t.completed - t.assigned).days] for t in Trial.objects.order_by("id") if (t.completed - t.assigned).days >= 4], Trial.objects.annotate(days=F("completed") - F("assigned")).filter(days__gte=datetime.timedelta(days=4)).order_by("id").values_list("id", "days"))


@case
def span_multiplied():
    """
    query: query!(Trial.annotate(twice = F(estimate) * 2, half = F(estimate) / 2, more = F(estimate) + F(estimate)).order_by(id).values_list(id, twice, half, more))
    """
    return Trial.objects.annotate(twice=ExpressionWrapper(F("estimate") * 2, DurationField()), half=ExpressionWrapper(F("estimate") / 2, DurationField()), more=F("estimate") + F("estimate")).order_by("id").values_list("id", "twice", "half", "more")


@case
def span_between_times_of_day():
    """
    query: query!(Trial.annotate(rest = F(rung_at) - Cast("09:00", Time)).filter(rung_at.isnull = false).order_by(id).values_list(id, rest))
    """
    return Trial.objects.annotate(rest=F("rung_at") - Value(datetime.time(9))).filter(rung_at__isnull=False).order_by("id").values_list("id", "rest")


@case
def spans_summed():
    """
    query: query!(Trial.aggregate(sum = Sum(F(ended) - F(began)), mean = Avg(F(ended) - F(began)), most = Max(estimate)))
    """
    return Trial.objects.aggregate(sum=Sum(F("ended") - F("began")), mean=Avg(F("ended") - F("began")), most=Max("estimate"))


@case
def date_with_a_span_compared():
    """
    query: query!(Trial.filter(F(assigned) + {TimeDelta::days(5)} < F(completed)).order_by(id).values_list(id, flat))
    """
    return Trial.objects.filter(completed__gt=F("assigned") + datetime.timedelta(days=5)).order_by("id").values_list("id", flat=True)
