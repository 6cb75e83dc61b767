"""Expressions: fields under other names, arithmetic, comparisons of fields."""

from django.db.models import DecimalField, ExpressionWrapper, F, FloatField, Value
from django.db.models.functions import Concat, ExtractYear, Left, NullIf
from press.models import Author, Book, Company, Employee, Number

from .base import case


@case
def a_field_under_another_name():
    """
    query: query!(Company.annotate(seats = F(chairs)).order_by(id).values_list(name, seats))
    """
    return Company.objects.annotate(seats=F("chairs")).order_by("id").values_list("name", "seats")


@case
def a_field_of_a_relation():
    """
    query: query!(Company.annotate(who = F(contact.last), boss = F(contact.boss.last)).order_by(id).values_list(id, who, boss))
    """
    return Company.objects.annotate(who=F("contact__last"), boss=F("contact__boss__last")).order_by("id").values_list("id", "who", "boss")


@case
def a_field_of_a_relation_cut():
    """
    query: query!(Book.annotate(year = ExtractYear(follows.published_on)).order_by(id).values_list(id, year))
    """
    return Book.objects.annotate(year=ExtractYear("follows__published_on")).order_by("id").values_list("id", "year")


@case
def two_fields_compared():
    """
    query: query!(Company.filter(workers.gt = F(chairs)).order_by(id).values_list(id, flat))
    """
    return Company.objects.filter(workers__gt=F("chairs")).order_by("id").values_list("id", flat=True)


@case
def two_fields_compared_after_arithmetic():
    """
    query: query!(Company.filter(workers.gt = F(chairs) + F(chairs)).order_by(id).values_list(id, flat))
    """
    return Company.objects.filter(workers__gt=F("chairs") + F("chairs")).order_by("id").values_list("id", flat=True)


@case
def precedence_as_written():
    """
    query: query!(Company.annotate(a = F(workers) + 2 * F(chairs), b = (F(workers) + 2) * F(chairs), c = F(workers) - F(chairs) - 1).order_by(id).values_list(a, b, c))
    """
    return Company.objects.annotate(a=F("workers") + 2 * F("chairs"), b=(F("workers") + 2) * F("chairs"), c=F("workers") - F("chairs") - 1).order_by("id").values_list("a", "b", "c")


@case
def whole_numbers_divided():
    """
    query: query!(Number.annotate(a = F(whole) / 4, b = F(whole) % 7, c = F(big) / 1000, d = -F(whole)).order_by(id).values_list(id, a, b, c, d))
    note: As the server does: towards zero, and a remainder has the sign of what is divided.
    """
    return Number.objects.annotate(a=F("whole") / 4, b=F("whole") % 7, c=F("big") / 1000, d=-F("whole")).order_by("id").values_list("id", "a", "b", "c", "d")


@case
def decimals_and_floats_reckoned():
    """
    query: query!(Number.annotate(a = F(exact) * 2, b = F(exact) + F(whole), c = F(float) / 2, d = F(float) * F(whole)).order_by(id).values_list(id, a, b, c, d))
    """
    return Number.objects.annotate(a=F("exact") * 2, b=ExpressionWrapper(F("exact") + F("whole"), DecimalField()), c=F("float") / 2, d=ExpressionWrapper(F("float") * F("whole"), FloatField())).order_by("id").values_list("id", "a", "b", "c", "d")


@case
def numbers_on_the_left():
    """
    query: query!(Number.annotate(a = 100 - F(whole), b = 2 * F(small), c = 1000 / NullIf(F(whole), 0)).order_by(id).values_list(id, a, b, c))
    """
    return Number.objects.annotate(a=100 - F("whole"), b=2 * F("small"), c=1000 / NullIf(F("whole"), 0)).order_by("id").values_list("id", "a", "b", "c")


@case
def condition_with_arithmetic_on_both_sides():
    """
    query: query!(Number.filter(F(whole) * 2 > F(small) + 10).order_by(id).values_list(id, flat))
    """
    return Number.objects.annotate(a=F("whole") * 2).filter(a__gt=F("small") + 10).order_by("id").values_list("id", flat=True)


@case
def condition_unequal_of_two_fields_keeps_null():
    """
    query: query!(Number.filter(F(whole) != F(float)).order_by(id).values_list(id, flat))
    note: Where a side is NULL the row stays.
    """
    return Number.objects.exclude(whole=F("float")).order_by("id").values_list("id", flat=True)


@case
def condition_of_a_range_between_fields():
    """
    query: query!(Number.filter(small.range = (F(whole) - 60, F(whole) + 60)).order_by(id).values_list(id, flat))
    """
    return Number.objects.filter(small__range=(F("whole") - 60, F("whole") + 60)).order_by("id").values_list("id", flat=True)


@case
def patterns_from_fields_are_text():
    """
    query: query!(Author.filter(name.icontains = F(pen_name)).order_by(id).values_list(id, flat))
    note: `%` and `_` in a field are text too; an empty one stands in every text.
    """
    return Author.objects.filter(name__icontains=F("pen_name")).order_by("id").values_list("id", flat=True)


@case
def patterns_from_fields_begin():
    """
    query: query!(Author.filter(pen_name.istartswith = Left(name, 2)).order_by(id).values_list(id, flat))
    """
    return Author.objects.filter(pen_name__istartswith=Left("name", 2)).order_by("id").values_list("id", flat=True)


@case
def exact_without_case_of_a_field():
    """
    query: query!(Employee.filter(first.iexact = F(last)).count())
    """
    return Employee.objects.filter(first__iexact=F("last")).count()


@case
def constants_beside_fields():
    """
    query: query!(Author.annotate(one = Value(1), word = Value("it's"), yes = Value(true)).filter(id.lte = 2).order_by(id).values_list(id, one, word, yes))
    """
    return Author.objects.annotate(one=Value(1), word=Value("it's"), yes=Value(True)).filter(id__lte=2).order_by("id").values_list("id", "one", "word", "yes")


@case
def value_from_rust_beside_fields():
    """
    query:
        let limit = 7i32;
        query!(Author.annotate(more = F(age) + {limit}, word = Concat(name, "/", {"x".to_owned()})).filter(id.lte = 3).order_by(id).values_list(id, more, word))
    """
    return Author.objects.annotate(more=F("age") + 7, word=Concat("name", Value("/"), Value("x"))).filter(id__lte=3).order_by("id").values_list("id", "more", "word")
