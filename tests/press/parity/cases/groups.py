"""Groups, lists of values, statistics, and what is reckoned with totals."""

from django.contrib.postgres.aggregates import ArrayAgg, BitAnd, BitOr, BitXor, BoolAnd, BoolOr, Corr, CovarPop, JSONBAgg, RegrAvgX, RegrAvgY, RegrCount, RegrIntercept, RegrR2, RegrSXX, RegrSXY, RegrSYY, RegrSlope, StringAgg
from django.db.models import Avg, Count, DecimalField, ExpressionWrapper, F, Max, Min, Q, Sum, Value
from django.db.models.functions import Greatest, Least, Left, Lower
from press.models import Author, Book, Employee, Extra, Item, Number, Publisher, Tag

from .base import Differs, Open, case


@case
def numbers_or_numbers():
    """
    query: query!(Author.annotate(n = Count(books), f = Count(friends)).filter(Q(n.gt = 2) | Q(f.gt = 2)).order_by(id).values_list(id, n, f))
    note: Django counts books times friends.
    """
    return Differs([[a.id, a.books.count(), a.friends.count()] for a in Author.objects.order_by("id") if a.books.count() > 2 or a.friends.count() > 2], Author.objects.annotate(n=Count("books"), f=Count("friends")).filter(Q(n__gt=2) | Q(f__gt=2)).order_by("id").values_list("id", "n", "f"))


@case
def numbers_excluded_together():
    """
    query: query!(Author.annotate(n = Count(books)).exclude(Q(n.gt = 1) & Q(age.gt = 30)).order_by(id).values_list(id, n))
    """
    return Author.objects.annotate(n=Count("books")).exclude(Q(n__gt=1) & Q(age__gt=30)).order_by("id").values_list("id", "n")


@case
def numbers_one_or_the_other():
    """
    query: query!(Author.annotate(n = Count(books)).filter(Q(n.gt = 1) ^ Q(age.gt = 36)).order_by(id).values_list(id, n))
    """
    return Author.objects.annotate(n=Count("books")).filter(Q(n__gt=1) ^ Q(age__gt=36)).order_by("id").values_list("id", "n")


@case
def number_doubled_and_compared():
    """
    query: query!(Author.annotate(n = Count(books)).annotate(twice = F(n) * 2).filter(twice.gte = 4).order_by(id).values_list(id, n, twice))
    """
    return Author.objects.annotate(n=Count("books")).annotate(twice=F("n") * 2).filter(twice__gte=4).order_by("id").values_list("id", "n", "twice")


@case
def groups_of_equal_values():
    """
    query: query!(Book.values(rating).annotate(n = Count(), oldest = Max(authors.age)).order_by(rating))
    note: Django counts a book once for each of its authors.
    """
    return Differs([{"rating": r, "n": Book.objects.filter(rating=r).count(), "oldest": Book.objects.filter(rating=r).aggregate(x=Max("authors__age"))["x"]} for r in sorted(set(Book.objects.values_list("rating", flat=True)))], Book.objects.values("rating").annotate(n=Count("pk"), oldest=Max("authors__age")).order_by("rating"))


@case
def groups_of_one_relation():
    """
    query: query!(Book.values(publisher).annotate(n = Count(), mean = Avg(price)).order_by(publisher))
    """
    return Book.objects.values("publisher").annotate(n=Count("pk"), mean=Avg("price")).order_by("publisher")


@case
def groups_by_a_related_name():
    """
    query: query!(Book.values(publisher.name).annotate(n = Count(), length = Sum(pages)).order_by(publisher.name))
    """
    return Book.objects.values("publisher__name").annotate(n=Count("pk"), length=Sum("pages")).order_by("publisher__name")


@case
def groups_kept_by_their_number():
    """
    query: query!(Book.values(publisher).annotate(n = Count()).filter(n.gt = 1).order_by(-n, publisher).values_list(publisher, n))
    """
    return Book.objects.values("publisher").annotate(n=Count("pk")).filter(n__gt=1).order_by("-n", "publisher").values_list("publisher", "n")


@case
def groups_by_a_function():
    """
    query: query!(Author.values(who = Lower(name)).annotate(n = Count(), years = Sum(age)).order_by(who))
    """
    return Author.objects.annotate(who=Lower("name")).values("who").annotate(n=Count("pk"), years=Sum("age")).order_by("who")


@case
def groups_by_an_annotation():
    """
    query: query!(Book.annotate(first = Left(title, 1)).values(first).annotate(n = Count()).order_by(-n, first))
    """
    return Book.objects.annotate(first=Left("title", 1)).values("first").annotate(n=Count("pk")).order_by("-n", "first")


@case
def groups_forget_an_order_through_relations():
    """
    query: query!(Item.values(creator).annotate(n = Count()))
    note: The order of the model is that of notes, and would make a group of each.
    """
    return Open(Item.objects.order_by().values("creator").annotate(n=Count("pk")))


@case
def groups_with_a_default():
    """
    query: query!(Tag.values(topic).annotate(n = Count(), value = Sum(notes.extras.value, default = 0)).order_by(F(topic).asc(nulls_first)))
    note: Django counts a tag once for each of its notes' extras.
    """
    return Differs([{"topic": t, "n": Tag.objects.filter(topic=t).count(), "value": Extra.objects.filter(note__tag__in=Tag.objects.filter(topic=t)).aggregate(x=Sum("value", default=0))["x"]} for t in (None, 1, 2)], Tag.objects.order_by().values("topic").annotate(n=Count("pk"), value=Sum("notes__extras__value", default=0)).order_by(F("topic").asc(nulls_first=True)))


@case
def annotated_rows_in_the_order_of_a_number():
    """
    query: query!(Author.annotate(n = Count(books)).order_by(-n, name).values_list(name, n)[..4])
    """
    return Author.objects.annotate(n=Count("books")).order_by("-n", "name").values_list("name", "n")[:4]


@case
def annotated_rows_counted():
    """
    query: query!(Book.annotate(n = Count(authors)).filter(n.gte = 2).count())
    """
    return Book.objects.annotate(n=Count("authors")).filter(n__gte=2).count()


@case
def annotated_rows_that_exist():
    """
    query: query!(Book.annotate(n = Count(authors)).filter(n.gte = 4).exists())
    """
    return Book.objects.annotate(n=Count("authors")).filter(n__gte=4).exists()


@case
def number_of_an_aliased_path():
    """
    query: query!(Author.alias(n = Count(books), f = Max(friends.age)).filter(n.gt = 0, f.gt = 40).order_by(id).values_list(id, flat))
    """
    return Author.objects.alias(n=Count("books"), f=Max("friends__age")).filter(n__gt=0, f__gt=40).order_by("id").values_list("id", flat=True)


@case
def numbers_of_a_tree():
    """
    query: query!(Tag.annotate(n = Count(children), deep = Count(children.children), noted = Count(notes)).order_by(id).values_list(name, n, deep, noted))
    note: Django counts a child once for each of its own children, and notes as often.
    """
    return Differs([[t.name, t.children.count(), Tag.objects.filter(parent__parent=t).count(), t.notes.count()] for t in Tag.objects.order_by("id")], Tag.objects.annotate(n=Count("children"), deep=Count("children__children"), noted=Count("notes")).order_by("id").values_list("name", "n", "deep", "noted"))


@case
def number_of_reports_by_boss():
    """
    query: query!(Employee.filter(boss.isnull = false).values(boss.last).annotate(n = Count(), sum = Sum(salary)).order_by(boss.last))
    """
    return Employee.objects.filter(boss__isnull=False).values("boss__last").annotate(n=Count("pk"), sum=Sum("salary")).order_by("boss__last")


@case
def sums_through_two_ways_to_one_model():
    """
    query: query!(Employee.annotate(led = Sum(heads.workers, default = 0), met = Count(contact_of)).filter(Q(led.gt = 0) | Q(met.gt = 0)).order_by(id).values_list(id, led, met))
    """
    return [[e.id, e.heads.aggregate(x=Sum("workers", default=0))["x"], e.contact_of.count()] for e in Employee.objects.order_by("id") if e.heads.exists() or e.contact_of.exists()]


@case
def booleans_all_and_any():
    """
    query: query!(Number.aggregate(all = BoolAnd(flag), any = BoolOr(flag), none = BoolAnd(flag, filter = Q(id = 4))))
    """
    return Number.objects.aggregate(all=BoolAnd("flag"), any=BoolOr("flag"), none=BoolAnd("flag", filter=Q(id=4)))


@case
def bits_of_whole_numbers():
    """
    query: query!(Number.aggregate(both = BitAnd(small), one = BitOr(small), odd = BitXor(small), big = BitOr(big, filter = Q(big.gt = 0))))
    """
    return Number.objects.aggregate(both=BitAnd("small"), one=BitOr("small"), odd=BitXor("small"), big=BitOr("big", filter=Q(big__gt=0)))


@case
def statistics_of_two_numbers():
    """
    query: query!(Book.aggregate(a = Corr(pages, price), b = CovarPop(pages, price), c = CovarPop(pages, price, sample = true), d = RegrAvgX(pages, price), e = RegrAvgY(pages, price), f = RegrCount(pages, price), g = RegrIntercept(pages, price), h = RegrR2(pages, price), i = RegrSlope(pages, price), j = RegrSXX(pages, price), k = RegrSXY(pages, price), l = RegrSYY(pages, price)))
    """
    return Book.objects.aggregate(a=Corr("pages", "price"), b=CovarPop("pages", "price"), c=CovarPop("pages", "price", sample=True), d=RegrAvgX("pages", "price"), e=RegrAvgY("pages", "price"), f=RegrCount("pages", "price"), g=RegrIntercept("pages", "price"), h=RegrR2("pages", "price"), i=RegrSlope("pages", "price"), j=RegrSXX("pages", "price"), k=RegrSXY("pages", "price"), l=RegrSYY("pages", "price"))


@case
def statistics_of_nothing():
    """
    query: query!(Book.filter(pages.lt = 0).aggregate(a = Corr(pages, rating), n = RegrCount(pages, rating), s = RegrSlope(pages, rating)))
    """
    return Book.objects.filter(pages__lt=0).aggregate(a=Corr("pages", "rating"), n=RegrCount("pages", "rating"), s=RegrSlope("pages", "rating"))


@case
def lists_of_values():
    """
    query: query!(Author.aggregate(ages = ArrayAgg(age, order_by(-age, id)), different = ArrayAgg(age, distinct = true, order_by(age)), ratings = ArrayAgg(rating, order_by(id))))
    """
    return Author.objects.aggregate(ages=ArrayAgg("age", order_by=["-age", "id"]), different=ArrayAgg("age", distinct=True, order_by="age"), ratings=ArrayAgg("rating", order_by="id"))


@case
def lists_of_related_names():
    """
    query: query!(Publisher.annotate(titles = StringAgg(books.title, "; ", order_by(books.title, books.id)), isbns = ArrayAgg(books.isbn, order_by(-books.isbn))).filter(titles.isnull = false).order_by(id).values_list(id, titles, isbns))
    """
    return Publisher.objects.annotate(titles=StringAgg("books__title", "; ", order_by=["books__title", "books__id"]), isbns=ArrayAgg("books__isbn", order_by="-books__isbn")).filter(titles__isnull=False).order_by("id").values_list("id", "titles", "isbns")


@case
def texts_joined():
    """
    query: query!(Author.aggregate(all = StringAgg(pen_name, "-", order_by(id)), different = StringAgg(name, ", ", distinct = true), none = StringAgg(name, ",", filter = Q(age = 0)), other = StringAgg(name, ",", filter = Q(age = 0), default = "nobody")))
    """
    return Author.objects.aggregate(all=StringAgg("pen_name", "-", order_by="id"), different=StringAgg("name", ", ", distinct=True), none=StringAgg("name", ",", filter=Q(age=0)), other=StringAgg("name", ",", filter=Q(age=0), default=Value("nobody")))


@case
def values_as_json():
    """
    query: query!(Author.filter(id.lte = 3).aggregate(names = JSONBAgg(name, order_by(-id)), ratings = JSONBAgg(rating, order_by(id))))
    """
    return Author.objects.filter(id__lte=3).aggregate(names=JSONBAgg("name", order_by="-id"), ratings=JSONBAgg("rating", order_by="id"))


@case
def lists_of_groups():
    """
    query: query!(Author.values(age).annotate(names = ArrayAgg(name, order_by(name)), n = Count()).filter(n.gt = 1).order_by(age))
    """
    return Author.objects.values("age").annotate(names=ArrayAgg("name", order_by="name"), n=Count("pk")).filter(n__gt=1).order_by("age")


@case
def greatest_of_two_numbers():
    """
    query: query!(Book.aggregate(most = Greatest(Max(rating), Avg(rating)), least = Least(Max(pages), Min(pages))))
    """
    return Book.objects.aggregate(most=Greatest(Max("rating"), Avg("rating")), least=Least(Max("pages"), Min("pages")))


@case
def quotient_of_totals():
    """
    query: query!(Book.aggregate(each = Sum(price) / Count(), more = Max(pages) - Min(pages), half = Avg(rating) / 2))
    """
    return Book.objects.aggregate(each=ExpressionWrapper(Sum("price") / Count("pk"), DecimalField()), more=Max("pages") - Min("pages"), half=Avg("rating") / 2)


@case
def parentheses_and_precedence_of_totals():
    """
    query: query!(Book.aggregate(a = Max(pages) + Min(pages) * 2, b = (Max(pages) + Min(pages)) * 2))
    """
    return Book.objects.aggregate(a=Max("pages") + Min("pages") * 2, b=(Max("pages") + Min("pages")) * 2)
