"""Aggregates over books and people: totals, related rows, several paths, defaults and filters."""

import datetime

from django.db.models import Avg, Case, Count, DecimalField, Exists, ExpressionWrapper, F, FloatField, Max, Min, OuterRef, Q, StdDev, Sum, Variance, When
from press.models import Author, Book, Publisher, Store, Trial

from .base import Differs, case


@case
def total_of_one_field():
    """
    query: query!(Author.aggregate(mean = Avg(age)))
    """
    return Author.objects.aggregate(mean=Avg("age"))


@case
def totals_side_by_side():
    """
    query: query!(Author.aggregate(mean = Avg(age), sum = Sum(age), rated = Count(rating), n = Count(), rating = Avg(rating)))
    """
    return Author.objects.aggregate(mean=Avg("age"), sum=Sum("age"), rated=Count("rating"), n=Count("*"), rating=Avg("rating"))


@case
def total_of_filtered_rows():
    """
    query: query!(Author.filter(age.gt = 29).aggregate(sum = Sum(age)))
    """
    return Author.objects.filter(age__gt=29).aggregate(sum=Sum("age"))


@case
def total_along_many_to_many():
    """
    query: query!(Author.aggregate(mean = Avg(friends.age)))
    note: A friend counts once for every way to them.
    """
    return Author.objects.aggregate(mean=Avg("friends__age"))


@case
def total_below_to_many():
    """
    query: query!(Book.filter(rating.lt = 4.5).aggregate(mean = Avg(authors.age)))
    """
    return Book.objects.filter(rating__lt=4.5).aggregate(mean=Avg("authors__age"))


@case
def total_of_own_rows_after_a_path_to_many():
    """
    query: query!(Author.filter(friends.age.gt = 30).aggregate(n = Count(), mean = Avg(age), friends = Count(friends)))
    note: Each author counts once, and the friends are those older than thirty; Django counts an author once for each such friend.
    """
    return Differs({"n": Author.objects.filter(friends__age__gt=30).distinct().count(), "mean": Author.objects.filter(pk__in=Author.objects.filter(friends__age__gt=30).values("pk")).aggregate(x=Avg("age"))["x"], "friends": Author.friends.through.objects.filter(to_author__age__gt=30).count()}, Author.objects.filter(friends__age__gt=30).aggregate(n=Count("pk"), mean=Avg("age"), friends=Count("friends")))


@case
def total_over_several_joins():
    """
    query: query!(Store.aggregate(oldest = Max(books.authors.age), youngest = Min(books.publisher.awards)))
    note: Two depths of one path.
    """
    return Store.objects.aggregate(oldest=Max("books__authors__age"), youngest=Min("books__publisher__awards"))


@case
def total_of_times():
    """
    query: query!(Store.aggregate(first = Min(opened_at), last = Max(opened_at), closes = Min(closes_at)))
    """
    return Store.objects.aggregate(first=Min("opened_at"), last=Max("opened_at"), closes=Min("closes_at"))


@case
def total_of_durations():
    """
    query: query!(Publisher.aggregate(sum = Sum(term), mean = Avg(term), least = Min(term), most = Max(term)))
    """
    return Publisher.objects.aggregate(sum=Sum("term"), mean=Avg("term"), least=Min("term"), most=Max("term"))


@case
def total_of_no_durations():
    """
    query: query!(Publisher.filter(term.isnull = true).aggregate(sum = Sum(term), n = Count()))
    """
    return Publisher.objects.filter(term__isnull=True).aggregate(sum=Sum("term"), n=Count("*"))


@case
def total_of_different_values():
    """
    query: query!(Book.aggregate(sum = Sum(rating, distinct = true), n = Count(rating, distinct = true), pages = Sum(pages, distinct = true)))
    """
    return Book.objects.aggregate(sum=Sum("rating", distinct=True), n=Count("rating", distinct=True), pages=Sum("pages", distinct=True))


@case
def total_of_an_expression_of_two_paths():
    """
    query: query!(Book.aggregate(sum = Sum(price * contact.age)))
    """
    return Book.objects.aggregate(sum=Sum(ExpressionWrapper(F("price") * F("contact__age"), DecimalField())))


@case
def total_of_decimals_is_decimal():
    """
    query: query!(Book.aggregate(mean = Avg(price), sum = Sum(price), spread = StdDev(price)))
    """
    return Book.objects.aggregate(mean=Avg("price"), sum=Sum("price"), spread=StdDev("price", output_field=FloatField()))


@case
def total_of_a_spread():
    """
    query: query!(Book.aggregate(a = StdDev(pages), b = StdDev(pages, sample = true), c = Variance(rating), d = Variance(rating, sample = true)))
    """
    return Book.objects.aggregate(a=StdDev("pages"), b=StdDev("pages", sample=True), c=Variance("rating"), d=Variance("rating", sample=True))


@case
def total_of_an_annotated_count():
    """
    query: query!(Book.annotate(n = Count(authors)).aggregate(mean = Avg(n), most = Max(n), none = Count(filter = Q(n = 0))))
    """
    return Book.objects.annotate(n=Count("authors")).aggregate(mean=Avg("n"), most=Max("n"), none=Count("pk", filter=Q(n=0)))


@case
def total_of_a_sliced_chain():
    """
    query: query!(Book.order_by(isbn)[..3].aggregate(sum = Sum(pages)))
    """
    return Book.objects.order_by("isbn")[:3].aggregate(sum=Sum("pages"))


@case
def total_of_different_rows():
    """
    query: query!(Book.values(publisher).distinct().aggregate(n = Count()))
    """
    return Book.objects.values("publisher").distinct().aggregate(n=Count("*"))


@case
def total_of_an_empty_list():
    """
    query: query!(Book.filter(id.in = [0i64; 0]).aggregate(n = Count(), sum = Sum(pages), most = Max(published_on)))
    """
    return Book.objects.filter(id__in=[]).aggregate(n=Count("*"), sum=Sum("pages"), most=Max("published_on"))


@case
def total_with_a_default_of_each_type():
    """
    query: query!(Trial.filter(id = 0).aggregate(n = Count(id), a = Min(assigned, default = "2001-01-01"), b = Sum(estimate, default = {TimeDelta::hours(1)}), c = Max(rung_at, default = "17:00"), d = Max(began, default = "2001-01-01T00:00:00Z")))
    """
    return Trial.objects.filter(id=0).aggregate(n=Count("id"), a=Min("assigned", default=datetime.date(2001, 1, 1)), b=Sum("estimate", default=datetime.timedelta(hours=1)), c=Max("rung_at", default=datetime.time(17)), d=Max("began", default=datetime.datetime(2001, 1, 1, tzinfo=datetime.timezone.utc)))


@case
def total_default_beside_values():
    """
    query: query!(Author.aggregate(mean = Avg(rating, default = 2.5), other = Sum(rating, filter = Q(age.gt = 100), default = 21.0)))
    """
    return Author.objects.aggregate(mean=Avg("rating", default=2.5), other=Sum("rating", filter=Q(age__gt=100), default=21.0))


@case
def each_sum_with_a_default():
    """
    query: query!(Publisher.annotate(sum = Sum(books.rating, default = 0.0)).order_by(id).values_list(id, sum))
    """
    return Publisher.objects.annotate(sum=Sum("books__rating", default=0.0)).order_by("id").values_list("id", "sum")


@case
def each_mean_over_many_to_many():
    """
    query: query!(Book.annotate(mean = Avg(authors.age)).order_by(id).values_list(title, mean))
    """
    return Book.objects.annotate(mean=Avg("authors__age")).order_by("id").values_list("title", "mean")


@case
def each_mean_backwards():
    """
    query: query!(Author.annotate(mean = Avg(books.rating)).order_by(id).values_list(name, mean))
    """
    return Author.objects.annotate(mean=Avg("books__rating")).order_by("id").values_list("name", "mean")


@case
def each_sum_over_a_foreign_key_backwards():
    """
    query: query!(Publisher.annotate(sum = Sum(books.price)).order_by(name).values(name, sum))
    """
    return Publisher.objects.annotate(sum=Sum("books__price")).order_by("name").values("name", "sum")


@case
def each_deeper_count():
    """
    query: query!(Publisher.annotate(n = Count(books.authors), people = Count(books.authors, distinct = true)).order_by(id).values_list(id, n, people))
    """
    return Publisher.objects.annotate(n=Count("books__authors"), people=Count("books__authors", distinct=True)).order_by("id").values_list("id", "n", "people")


@case
def each_of_two_paths_at_once():
    """
    query: query!(Author.annotate(n_books = Count(books), n_friends = Count(friends), pages = Sum(books.pages), n_items = Count(items)).order_by(id).values_list(id, n_books, n_friends, pages, n_items))
    note: Django multiplies books, friends and items by one another.
    """
    return Differs([[a.id, a.books.count(), a.friends.count(), a.books.aggregate(x=Sum("pages"))["x"], a.items.count()] for a in Author.objects.order_by("id")], Author.objects.annotate(n_books=Count("books"), n_friends=Count("friends"), pages=Sum("books__pages"), n_items=Count("items")).order_by("id").values_list("id", "n_books", "n_friends", "pages", "n_items"))


@case
def each_path_with_a_filter_of_its_own():
    """
    query: query!(Store.annotate(long = Count(books, filter = Q(books.pages.gt = 400)), dear = Sum(books.price, filter = Q(books.price.gte = 50)), n = Count(books)).order_by(id).values_list(id, long, dear, n))
    """
    return Store.objects.annotate(long=Count("books", filter=Q(books__pages__gt=400)), dear=Sum("books__price", filter=Q(books__price__gte=50)), n=Count("books")).order_by("id").values_list("id", "long", "dear", "n")


@case
def each_filter_along_a_deeper_path():
    """
    query: query!(Author.annotate(n = Count(books, filter = Q(books.publisher.awards.gt = 3)), mean = Avg(books.rating, filter = Q(books.publisher.name.startswith = "C"))).order_by(id).values_list(id, n, mean))
    """
    return Author.objects.annotate(n=Count("books", filter=Q(books__publisher__awards__gt=3)), mean=Avg("books__rating", filter=Q(books__publisher__name__startswith="C"))).order_by("id").values_list("id", "n", "mean")


@case
def each_with_a_negated_filter():
    """
    query: query!(Author.annotate(n = Count(books, filter = !Q(books.rating.gte = 4.5))).order_by(id).values_list(id, n))
    note: Of those who wrote nothing Django's condition is true as well, but there is no book to count.
    """
    return Author.objects.annotate(n=Count("books", filter=~Q(books__rating__gte=4.5))).order_by("id").values_list("id", "n")


@case
def total_with_a_negated_filter():
    """
    query: query!(Author.aggregate(n = Count(filter = !Q(age.lt = 35)), sum = Sum(age, filter = !Q(rating.lt = 4))))
    note: Whoever has no rating is not below four.
    """
    return Author.objects.aggregate(n=Count("pk", filter=~Q(age__lt=35)), sum=Sum("age", filter=~Q(rating__lt=4)))


@case
def total_with_a_filter_that_nothing_meets():
    """
    query: query!(Author.aggregate(n = Count(filter = Q(age.gt = 1000)), sum = Sum(age, filter = Q(age.gt = 1000))))
    """
    return Author.objects.aggregate(n=Count("pk", filter=Q(age__gt=1000)), sum=Sum("age", filter=Q(age__gt=1000)))


@case
def total_with_a_case():
    """
    query: query!(Author.aggregate(n = Sum(Case(When(age.gte = 40, then = 1), default = 0)), named = Count(Case(When(pen_name.isnull = false, then = F(pen_name))))))
    """
    return Author.objects.aggregate(n=Sum(Case(When(age__gte=40, then=1), default=0)), named=Count(Case(When(pen_name__isnull=False, then=F("pen_name")))))


@case
def total_with_a_filter_on_an_annotation():
    """
    query: query!(Author.annotate(n = Count(books)).aggregate(old = Avg(age, filter = Q(n.gt = 1)), sum = Sum(n, filter = Q(age.lt = 40))))
    """
    return Author.objects.annotate(n=Count("books")).aggregate(old=Avg("age", filter=Q(n__gt=1)), sum=Sum("n", filter=Q(age__lt=40)))


@case
def total_with_a_filter_that_asks_for_rows():
    """
    query: query!(Publisher.aggregate(n = Count(filter = Exists(books.filter(pages.gt = 500))), awards = Sum(awards, filter = !Q(Exists(books)))))
    """
    return Publisher.objects.aggregate(n=Count("pk", filter=Exists(Book.objects.filter(publisher=OuterRef("pk"), pages__gt=500))), awards=Sum("awards", filter=~Exists(Book.objects.filter(publisher=OuterRef("pk")))))


@case
def each_kept_by_its_count():
    """
    query: query!(Publisher.annotate(n = Count(books)).filter(n.gt = 1).order_by(id).values_list(id, n))
    """
    return Publisher.objects.annotate(n=Count("books")).filter(n__gt=1).order_by("id").values_list("id", "n")


@case
def each_of_filtered_rows_kept_by_its_count():
    """
    query: query!(Publisher.filter(books.price.lt = 40).annotate(n = Count(books)).filter(n.gt = 1).order_by(id).values_list(id, n))
    """
    return Publisher.objects.filter(books__price__lt=40).annotate(n=Count("books")).filter(n__gt=1).order_by("id").values_list("id", "n")


@case
def each_kept_by_its_count_then_filtered():
    """
    query: query!(Publisher.annotate(n = Count(books)).filter(n.gt = 1, books.price.lt = 40).order_by(id).values_list(id, n))
    note: A condition after the number changes which rows there are, not the number.
    """
    return Differs(Publisher.objects.filter(pk__in=Book.objects.filter(price__lt=40).values("publisher")).annotate(n=Count("books")).filter(n__gt=1).order_by("id").values_list("id", "n"), Publisher.objects.annotate(n=Count("books")).filter(n__gt=1, books__price__lt=40).order_by("id").values_list("id", "n"))


@case
def each_count_of_nothing_is_zero():
    """
    query: query!(Publisher.annotate(n = Count(books)).filter(n = 0).order_by(id).values_list(name, flat))
    """
    return Publisher.objects.annotate(n=Count("books")).filter(n=0).order_by("id").values_list("name", flat=True)


@case
def each_count_in_a_range():
    """
    query: query!(Publisher.annotate(n = Count(books)).filter(n.range = (2, 4)).order_by(-n, id).values_list(id, n))
    """
    return Publisher.objects.annotate(n=Count("books")).filter(n__range=(2, 4)).order_by("-n", "id").values_list("id", "n")
