"""Subqueries, existence, annotations on annotations."""

from django.db.models import Avg, BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Left, Length, Lower, Upper
from press.models import Author, Book, Company, Employee, Publisher, Store

from .base import case


@case
def subquery_of_the_dearest():
    """
    query: query!(Publisher.annotate(dearest = Subquery(books.order_by(-price).values(title)[..1])).order_by(id).values_list(id, dearest))
    """
    return Publisher.objects.annotate(dearest=Subquery(Book.objects.filter(publisher=OuterRef("pk")).order_by("-price").values("title")[:1])).order_by("id").values_list("id", "dearest")


@case
def subquery_from_a_model():
    """
    query: query!(Company.annotate(x = Subquery(Employee.filter(salary.gt = OuterRef(workers)).order_by(salary, id).values(last)[..1])).order_by(id).values_list(id, x))
    """
    return Company.objects.annotate(x=Subquery(Employee.objects.filter(salary__gt=OuterRef("workers")).order_by("salary", "id").values("last")[:1])).order_by("id").values_list("id", "x")


@case
def subquery_compared():
    """
    query: query!(Book.filter(pages = Subquery(Book.order_by(-pages).values(pages)[..1])).values_list(id, flat))
    """
    return Book.objects.filter(pages=Subquery(Book.objects.order_by("-pages").values("pages")[:1])).values_list("id", flat=True)


@case
def subquery_that_counts():
    """
    query: query!(Author.annotate(n = Subquery(books.values(contact).annotate(n = Count()).order_by(-n, contact).values(n)[..1])).order_by(id).values_list(id, n))
    """
    return Author.objects.annotate(n=Subquery(Book.objects.filter(authors=OuterRef("pk")).values("contact").annotate(n=Count("pk")).order_by("-n", "contact").values("n")[:1])).order_by("id").values_list("id", "n")


@case
def subquery_nested_outer_reference():
    """
    query: query!(Author.filter(Exists(books.filter(Exists(Store.filter(books = OuterRef(pk), opened_at.year.lt = 1990))))).order_by(id).values_list(id, flat))
    """
    return Author.objects.filter(Exists(Book.objects.filter(authors=OuterRef("pk")).filter(Exists(Store.objects.filter(books=OuterRef("pk"), opened_at__year__lt=1990))))).order_by("id").values_list("id", flat=True)


@case
def subquery_in_a_list():
    """
    query: query!(Employee.filter(id.in = Company.filter(is_local = true).values(head)).order_by(id).values_list(id, flat))
    """
    return Employee.objects.filter(id__in=Company.objects.filter(is_local=True).values("head")).order_by("id").values_list("id", flat=True)


@case
def subquery_in_a_list_that_is_sliced():
    """
    query: query!(Author.filter(id.in = Book.order_by(-price).values(contact)[..3]).order_by(id).values_list(id, flat))
    """
    return Author.objects.filter(id__in=Book.objects.order_by("-price").values("contact")[:3]).order_by("id").values_list("id", flat=True)


@case
def subquery_ordered_by():
    """
    query: query!(Publisher.order_by(Subquery(books.order_by(-pages).values(pages)[..1]).desc(nulls_last), id).values_list(id, flat))
    """
    return Publisher.objects.order_by(Subquery(Book.objects.filter(publisher=OuterRef("pk")).order_by("-pages").values("pages")[:1]).desc(nulls_last=True), "id").values_list("id", flat=True)


@case
def existence_as_a_value():
    """
    query: query!(Employee.annotate(heads_one = Exists(heads), is_boss = Exists(reports.filter(age.lt = 30))).order_by(id).values_list(id, heads_one, is_boss))
    """
    return Employee.objects.annotate(heads_one=Exists(Company.objects.filter(head=OuterRef("pk"))), is_boss=Exists(Employee.objects.filter(boss=OuterRef("pk"), age__lt=30))).order_by("id").values_list("id", "heads_one", "is_boss")


@case
def existence_of_two_joined():
    """
    query: query!(Employee.filter(Exists(heads) | Exists(contact_of)).order_by(id).values_list(id, flat))
    """
    return Employee.objects.filter(Exists(Company.objects.filter(head=OuterRef("pk"))) | Exists(Company.objects.filter(contact=OuterRef("pk")))).order_by("id").values_list("id", flat=True)


@case
def existence_grouped():
    """
    query: query!(Employee.annotate(leads = Exists(reports)).values(leads).annotate(n = Count(), mean = Avg(age)).order_by(leads))
    """
    return Employee.objects.annotate(leads=Exists(Employee.objects.filter(boss=OuterRef("pk")))).values("leads").annotate(n=Count("pk"), mean=Avg("age")).order_by("leads")


@case
def existence_with_arithmetic_on_the_outside():
    """
    query: query!(Company.filter(Exists(Company.filter(workers = OuterRef(chairs) * 8))).order_by(id).values_list(id, flat))
    """
    return Company.objects.filter(Exists(Company.objects.filter(workers=OuterRef("chairs") * 8))).order_by("id").values_list("id", flat=True)


@case
def function_under_a_condition():
    """
    query: query!(Author.filter(Lower(name) == Lower("ADA NORTHWOOD")).order_by(id).values_list(id, flat))
    """
    return Author.objects.annotate(l=Lower("name")).filter(l=Lower(Value("ADA NORTHWOOD"))).order_by("id").values_list("id", flat=True)


@case
def functions_in_functions():
    """
    query: query!(Author.annotate(x = Upper(Left(Coalesce(pen_name, name), 3)), n = Length(Concat(name, pen_name))).order_by(id).values_list(id, x, n))
    """
    return Author.objects.annotate(x=Upper(Left(Coalesce("pen_name", "name"), 3)), n=Length(Concat("name", "pen_name"))).order_by("id").values_list("id", "x", "n")


@case
def annotation_on_annotation_on_annotation():
    """
    query: query!(Company.annotate(a = F(workers) - F(chairs)).annotate(b = F(a) * 2).annotate(c = F(b) + F(a)).filter(c.lt = 100).order_by(-c, id).values_list(id, a, b, c))
    """
    return Company.objects.annotate(a=F("workers") - F("chairs")).annotate(b=F("a") * 2).annotate(c=F("b") + F("a")).filter(c__lt=100).order_by("-c", "id").values_list("id", "a", "b", "c")


@case
def alias_then_annotated():
    """
    query: query!(Book.alias(half = F(pages) / 2).annotate(more = F(half) + 1).filter(half.gt = 200).order_by(id).values_list(id, more))
    """
    return Book.objects.alias(half=F("pages") / 2).annotate(more=F("half") + 1).filter(half__gt=200).order_by("id").values_list("id", "more")


@case
def alias_of_a_condition_filtered():
    """
    query: query!(Book.alias(long = Q(pages.gt = 400)).filter(long = false, price.gt = 5).order_by(-id).values_list(id, flat))
    """
    return Book.objects.alias(long=ExpressionWrapper(Q(pages__gt=400), BooleanField())).filter(long=False, price__gt=5).order_by("-id").values_list("id", flat=True)


@case
def rows_annotated_with_a_joined_field():
    """
    query: query!(Book.annotate(award = F(publisher.awards)).filter(award.gte = 7).order_by(id))
    rows: json!([b.id, b.title, b.award, b.publisher_id])
    """
    return [[b.id, b.title, b.award, b.publisher_id] for b in Book.objects.annotate(award=F("publisher__awards")).filter(award__gte=7).order_by("id")]


@case
def rows_annotated_and_cut():
    """
    query: query!(Book.only(id, title).annotate(n = Count(authors)).order_by(id))
    rows: json!([b.id, b.title, b.n])
    """
    return [[b.id, b.title, b.n] for b in Book.objects.only("id", "title").annotate(n=Count("authors")).order_by("id")]


@case
def annotation_deferred_beside():
    """
    query: query!(Book.defer(isbn, price).annotate(x = F(pages) * 2).order_by(-x)[..2])
    rows: json!([b.id, b.title, b.x])
    """
    return [[b.id, b.title, b.x] for b in Book.objects.defer("isbn", "price").annotate(x=F("pages") * 2).order_by("-x")[:2]]
