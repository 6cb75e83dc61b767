"""Functions and transforms of texts, and those of any type."""

import decimal

from django.db.models import BigIntegerField, CharField, DateField, DecimalField, DurationField, F, FloatField, IntegerField, TextField, Value
from django.db.models.functions import Cast, Chr, Coalesce, Concat, Greatest, JSONArray, JSONObject, LPad, LTrim, Least, Left, Length, Lower, MD5, NullIf, Ord, RPad, RTrim, Repeat, Replace, Reverse, Right, SHA224, SHA256, SHA384, SHA512, StrIndex, Substr, Trim, Upper
from press.models import Author, Book, Number, Trial

from .base import case

from decimal import Decimal
from zoneinfo import ZoneInfo


@case
def texts_in_other_cases():
    """
    query: query!(Author.order_by(id).values_list(Lower(name), Upper(name), Lower(pen_name), Length(name), Length(pen_name)))
    """
    return Author.objects.order_by("id").values_list(Lower("name"), Upper("name"), Lower("pen_name"), Length("name"), Length("pen_name"))


@case
def texts_cut():
    """
    query: query!(Author.order_by(id).values_list(Left(name, 3), Right(name, 4), Substr(name, 2), Substr(name, 5, 3), Left(pen_name, 2)))
    """
    return Author.objects.order_by("id").values_list(Left("name", 3), Right("name", 4), Substr("name", 2), Substr("name", 5, 3), Left("pen_name", 2))


@case
def texts_cut_at_a_computed_place():
    """
    query: query!(Author.order_by(id).values_list(Left(name, Length(pen_name)), Substr(name, StrIndex(name, " "), 5), Right(name, Length(name) - 4)))
    """
    return Author.objects.order_by("id").values_list(Left("name", Length("pen_name")), Substr("name", StrIndex("name", Value(" ")), 5), Right("name", Length("name") - 4))


@case
def texts_joined_with_null():
    """
    query: query!(Author.order_by(id).values_list(Concat(name, ": ", pen_name), Concat(pen_name, pen_name)))
    note: NULL is an empty text in them.
    """
    return Author.objects.order_by("id").values_list(Concat("name", Value(": "), "pen_name"), Concat("pen_name", "pen_name"))


@case
def texts_joined_with_numbers():
    """
    query: query!(Book.order_by(id).values_list(Concat(title, " (", Cast(pages, Text), ")"), Concat(isbn, "-", publisher.name)))
    """
    return Book.objects.order_by("id").values_list(Concat("title", Value(" ("), Cast("pages", TextField()), Value(")"), output_field=TextField()), Concat("isbn", Value("-"), "publisher__name"))


@case
def texts_filled_up():
    """
    query: query!(Author.order_by(id).values_list(LPad(pen_name, 8, "*"), RPad(pen_name, 8, "ab"), LPad(name, 5), RPad(name, 30, "")))
    """
    return Author.objects.order_by("id").values_list(LPad("pen_name", 8, Value("*")), RPad("pen_name", 8, Value("ab")), LPad("name", 5), RPad("name", 30, Value("")))


@case
def texts_without_blanks():
    """
    query: query!(Author.order_by(id).values_list(Trim(Concat("  ", name, " ")), LTrim(Concat("  ", pen_name, " ")), RTrim(Concat("  ", pen_name, " ")))[..3])
    """
    return Author.objects.order_by("id").values_list(Trim(Concat(Value("  "), "name", Value(" "))), LTrim(Concat(Value("  "), "pen_name", Value(" "))), RTrim(Concat(Value("  "), "pen_name", Value(" "))))[:3]


@case
def texts_replaced():
    """
    query: query!(Author.order_by(id).values_list(Replace(name, "a", "<a>"), Replace(name, " "), Replace(pen_name, "100%", "_"), Reverse(name), Repeat(pen_name, 2)))
    """
    return Author.objects.order_by("id").values_list(Replace("name", Value("a"), Value("<a>")), Replace("name", Value(" ")), Replace("pen_name", Value("100%"), Value("_")), Reverse("name"), Repeat("pen_name", 2))


@case
def texts_searched():
    """
    query: query!(Author.order_by(id).values_list(StrIndex(name, "a"), StrIndex(name, "東"), StrIndex(pen_name, ""), Ord(name), Ord(pen_name)))
    """
    return Author.objects.order_by("id").values_list(StrIndex("name", Value("a")), StrIndex("name", Value("東")), StrIndex("pen_name", Value("")), Ord("name"), Ord("pen_name"))


@case
def texts_of_code_points():
    """
    query: query!(Author.filter(id.in = [1, 3, 8]).order_by(id).values_list(Chr(Ord(name)), Chr(26481), Chr(age)))
    """
    return Author.objects.filter(id__in=[1, 3, 8]).order_by("id").values_list(Chr(Ord("name")), Chr(Value(26481)), Chr("age"))


@case
def texts_hashed():
    """
    query: query!(Author.order_by(id).values_list(MD5(name), SHA224(name), SHA256(pen_name), SHA384(name), SHA512(pen_name)))
    """
    return Author.objects.order_by("id").values_list(MD5("name"), SHA224("name"), SHA256("pen_name"), SHA384("name"), SHA512("pen_name"))


@case
def functions_in_conditions():
    """
    query: query!(Author.filter(Length(name) > 9, StrIndex(name, "o") > 0).order_by(id).values_list(id, flat))
    """
    return Author.objects.annotate(n=Length("name"), i=StrIndex("name", Value("o"))).filter(n__gt=9, i__gt=0).order_by("id").values_list("id", flat=True)


@case
def functions_in_an_order():
    """
    query: query!(Author.order_by(Length(name).desc(), Lower(name), id).values_list(name, flat))
    """
    return Author.objects.order_by(Length("name").desc(), Lower("name"), "id").values_list("name", flat=True)


@case
def transforms_of_texts():
    """
    query: query!(Author.filter(name.lower.startswith = "ada", name.length.gt = 5, name.upper.contains = "NORTH").order_by(id).values_list(id, flat))
    """
    return Author.objects.annotate(l=Lower("name"), n=Length("name"), u=Upper("name")).filter(l__startswith="ada", n__gt=5, u__contains="NORTH").order_by("id").values_list("id", flat=True)


@case
def transforms_chained():
    """
    query: query!(Author.filter(name.trim.lower.length.in = [9, 10]).order_by(id).values_list(id, flat))
    """
    return Author.objects.annotate(n=Length(Lower(Trim("name")))).filter(n__in=[9, 10]).order_by("id").values_list("id", flat=True)


@case
def transforms_through_relations():
    """
    query: query!(Book.filter(contact.name.upper = "CHLOÉ DUBOIS", publisher.name.lower.iexact = "ÅNGSTRÖM press").order_by(id).values_list(id, flat))
    """
    return Book.objects.annotate(u=Upper("contact__name"), l=Lower("publisher__name")).filter(u="CHLOÉ DUBOIS", l__iexact="ÅNGSTRÖM press").order_by("id").values_list("id", flat=True)


@case
def first_that_is_not_null():
    """
    query: query!(Author.order_by(id).values_list(Coalesce(pen_name, name), Coalesce(pen_name, "none"), Coalesce(rating, 0.0)))
    """
    return Author.objects.order_by("id").values_list(Coalesce("pen_name", "name"), Coalesce("pen_name", Value("none")), Coalesce("rating", 0.0))


@case
def first_that_is_not_null_of_three():
    """
    query: query!(Number.order_by(id).values_list(Coalesce(whole, small, 0), Coalesce(exact, float, big)))
    """
    return Number.objects.order_by("id").values_list(Coalesce("whole", "small", 0, output_field=IntegerField()), Coalesce("exact", "float", "big", output_field=FloatField()))


@case
def first_that_is_not_null_in_an_order():
    """
    query: query!(Author.order_by(Coalesce(pen_name, name), id).values_list(id, flat))
    """
    return Author.objects.order_by(Coalesce("pen_name", "name"), "id").values_list("id", flat=True)


@case
def null_if_equal():
    """
    query: query!(Author.order_by(id).values_list(NullIf(pen_name, ""), NullIf(Lower(name), "ada northwood"), NullIf(age, 34)))
    """
    return Author.objects.order_by("id").values_list(NullIf("pen_name", Value("")), NullIf(Lower("name"), Value("ada northwood")), NullIf("age", Value(34)))


@case
def greatest_and_least():
    """
    query: query!(Number.order_by(id).values_list(Greatest(small, whole), Least(small, whole, big), Greatest(float, 1.0), Least(exact, 5)))
    note: They pass over NULL, and are NULL where all is NULL.
    """
    return Number.objects.order_by("id").values_list(Greatest("small", "whole", output_field=IntegerField()), Least("small", "whole", "big", output_field=BigIntegerField()), Greatest("float", 1.0), Least("exact", Decimal(5)))


@case
def greatest_of_instants():
    """
    query: query!(Trial.order_by(id).values_list(id, Greatest(began, ended), Least(assigned, completed)))
    """
    return Trial.objects.order_by("id").values_list("id", Greatest("began", "ended"), Least("assigned", "completed"))


@case
def greatest_in_a_condition():
    """
    query: query!(Number.filter(Greatest(small, whole) >= 15).order_by(id).values_list(id, flat))
    """
    return Number.objects.annotate(g=Greatest("small", "whole", output_field=IntegerField())).filter(g__gte=15).order_by("id").values_list("id", flat=True)


@case
def casts_of_numbers():
    """
    query: query!(Number.order_by(id).values_list(Cast(whole, Text), Cast(float, Integer), Cast(exact, Integer), Cast(whole, Decimal(8, 2)), Cast(small, Float), Cast(flag, Integer)))
    """
    return Number.objects.order_by("id").values_list(Cast("whole", TextField()), Cast("float", IntegerField()), Cast("exact", IntegerField()), Cast("whole", DecimalField(max_digits=8, decimal_places=2)), Cast("small", FloatField()), Cast("flag", IntegerField()))


@case
def casts_of_texts():
    """
    query: query!(Book.order_by(id).values_list(Cast(isbn, BigInteger), Cast(isbn, Decimal(12, 1)), Cast(title, Char(4))))
    """
    return Book.objects.order_by("id").values_list(Cast("isbn", BigIntegerField()), Cast("isbn", DecimalField(max_digits=12, decimal_places=1)), Cast("title", CharField(max_length=4)))


@case
def casts_of_dates():
    """
    query: query!(Trial.order_by(id).values_list(Cast(assigned, Text), Cast(began, Date), Cast(estimate, Text), Cast(rung_at, Text)))
    """
    return Trial.objects.order_by("id").values_list(Cast("assigned", TextField()), Cast("began", DateField()), Cast("estimate", TextField()), Cast("rung_at", TextField()))


@case
def casts_to_spans():
    """
    query: query!(Number.filter(small.isnull = false).order_by(id).values_list(id, Cast(Concat(Cast(small, Text), " seconds"), Duration)))
    """
    return Number.objects.filter(small__isnull=False).order_by("id").values_list("id", Cast(Concat(Cast("small", TextField()), Value(" seconds")), DurationField()))


@case
def casts_in_conditions():
    """
    query: query!(Book.filter(Cast(isbn, BigInteger) > 9990002).order_by(id).values_list(id, flat))
    """
    return Book.objects.annotate(n=Cast("isbn", BigIntegerField())).filter(n__gt=9990002).order_by("id").values_list("id", flat=True)


@case
def documents_of_fields():
    """
    query: query!(Author.filter(id.lte = 3).order_by(id).values_list(JSONObject(name = Lower(name), alias = pen_name, age = age, twice = F(age) * 2), JSONArray(name, age, rating)))
    """
    return Author.objects.filter(id__lte=3).order_by("id").values_list(JSONObject(name=Lower("name"), alias="pen_name", age="age", twice=F("age") * 2), JSONArray("name", "age", "rating"))


@case
def documents_in_documents():
    """
    query: query!(Book.filter(id.lte = 2).order_by(id).values_list(JSONObject(book = JSONObject(title = title, by = JSONArray(contact.name, contact.age)), none = JSONArray()), JSONObject()))
    """
    return Book.objects.filter(id__lte=2).order_by("id").values_list(JSONObject(book=JSONObject(title="title", by=JSONArray("contact__name", "contact__age")), none=JSONArray()), JSONObject())
