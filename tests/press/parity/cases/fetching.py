"""What comes with rows: relations of the same statement, of further statements, orders along relations, sets of rows."""

from django.db.models import Count, F, Prefetch
from press.models import Author, Book, Company, Cover, Employee, Extra, Item, Note, Publisher, Reading, Store, Tag

from .base import Differs, case


@case
def joined_deeply():
    """
    query: query!(Cover.select_related(item.note.tag.parent, item.creator).order_by(id))
    rows: json!([c.title, c.item.name, c.item.creator.name, c.item.note.tag.as_ref().map(|t| (&t.name, t.parent.as_ref().map(|p| &p.name)))])
    """
    return [[c.title, c.item.name, c.item.creator.name, c.item.note.tag and [c.item.note.tag.name, c.item.note.tag.parent and c.item.note.tag.parent.name]] for c in Cover.objects.select_related("item__note__tag__parent", "item__creator").order_by("id")]


@case
def joined_nullable_chain():
    """
    query: query!(Extra.select_related(note.tag.topic).order_by(id))
    rows: json!([e.info, e.note.as_ref().map(|n| &n.text), e.note.as_ref().and_then(|n| n.tag.as_ref()).and_then(|t| t.topic.as_ref()).map(|t| &t.name)])
    """
    return [[e.info, e.note and e.note.text, e.note and e.note.tag and e.note.tag.topic and e.note.tag.topic.name] for e in Extra.objects.select_related("note__tag__topic").order_by("id")]


@case
def joined_itself_twice():
    """
    query: query!(Employee.select_related(boss.boss).order_by(id))
    rows: json!([e.id, e.boss.as_ref().map(|b| b.id), e.boss.as_ref().and_then(|b| b.boss.as_ref()).map(|b| b.id)])
    """
    return [[e.id, e.boss_id, e.boss and e.boss.boss_id] for e in Employee.objects.select_related("boss__boss").order_by("id")]


@case
def joined_two_ways_to_one_model():
    """
    query: query!(Company.select_related(head, contact.boss).order_by(id))
    rows: json!([c.name, c.head.last, c.contact.as_ref().map(|e| &e.last), c.contact.as_ref().and_then(|e| e.boss.as_ref()).map(|e| &e.last)])
    """
    return [[c.name, c.head.last, c.contact and c.contact.last, c.contact and c.contact.boss and c.contact.boss.last] for c in Company.objects.select_related("head", "contact__boss").order_by("id")]


@case
def joined_one_to_one_both_ways():
    """
    query: query!(Book.select_related(follows, followed_by).order_by(id))
    rows: json!([b.id, b.follows.as_ref().map(|x| x.id), b.followed_by.as_ref().map(|x| x.id)])
    """
    return [[b.id, b.follows_id, b.followed_by.id if hasattr(b, "followed_by") else None] for b in Book.objects.select_related("follows", "followed_by").order_by("id")]


@case
def joined_and_filtered_and_cut():
    """
    query: query!(Book.filter(publisher.awards.gt = 2).select_related(publisher).order_by(-publisher.awards, title)[..3])
    rows: json!([b.title, b.publisher.name])
    """
    return [[b.title, b.publisher.name] for b in Book.objects.filter(publisher__awards__gt=2).select_related("publisher").order_by("-publisher__awards", "title")[:3]]


@case
def joined_with_annotations():
    """
    query: query!(Book.annotate(n = Count(authors)).select_related(contact).filter(n.gt = 1).order_by(id))
    rows: json!([b.id, b.n, b.contact.name])
    """
    return [[b.id, b.n, b.contact.name] for b in Book.objects.annotate(n=Count("authors")).select_related("contact").filter(n__gt=1).order_by("id")]


@case
def prefetched_many_to_many():
    """
    query: query!(Book.order_by(id).prefetch_related(authors.order_by(id)))
    rows: json!([b.id, b.authors.iter().map(|a| a.id)])
    """
    return [[b.id, [a.id for a in b.authors.all()]] for b in Book.objects.order_by("id").prefetch_related(Prefetch("authors", Author.objects.order_by("id")))]


@case
def prefetched_many_to_many_backwards():
    """
    query: query!(Author.order_by(id).prefetch_related(books.order_by(-pages, id)))
    rows: json!([a.id, a.books.iter().map(|b| b.id)])
    """
    return [[a.id, [b.id for b in a.books.all()]] for a in Author.objects.order_by("id").prefetch_related(Prefetch("books", Book.objects.order_by("-pages", "id")))]


@case
def prefetched_three_levels():
    """
    query: query!(Publisher.filter(id.lte = 3).order_by(id).prefetch_related(books.order_by(id).prefetch_related(authors.order_by(id).prefetch_related(friends.order_by(id)))))
    rows: json!([p.id, p.books.iter().map(|b| json!([b.id, b.authors.iter().map(|a| json!([a.id, a.friends.iter().map(|f| f.id)]))]))])
    """
    return [[p.id, [[b.id, [[a.id, [f.id for f in a.friends.all()]] for a in b.authors.all()]] for b in p.books.all()]] for p in Publisher.objects.filter(id__lte=3).order_by("id").prefetch_related(Prefetch("books", Book.objects.order_by("id")), Prefetch("books__authors", Author.objects.order_by("id")), Prefetch("books__authors__friends", Author.objects.order_by("id")))]


@case
def prefetched_by_bare_paths():
    """
    query: query!(Item.order_by(id).prefetch_related(tags.children, tags.notes, note.extras))
    rows: json!([i.id, i.tags.iter().map(|t| json!([t.name, t.children.iter().map(|c| &c.name), t.notes.iter().map(|n| &n.text)])), i.note.extras.iter().map(|e| &e.info)])
    """
    return [[i.id, [[t.name, [c.name for c in t.children.all()], [n.text for n in t.notes.all()]] for t in i.tags.all()], [e.info for e in i.note.extras.all()]] for i in Item.objects.order_by("id").prefetch_related("tags__children", "tags__notes", "note__extras")]


@case
def prefetched_to_one():
    """
    query: query!(Note.order_by(id).prefetch_related(tag.topic))
    rows: json!([n.id, n.tag.as_ref().map(|t| &t.name), n.tag.as_ref().and_then(|t| t.topic.as_ref()).map(|t| &t.name)])
    """
    return [[n.id, n.tag and n.tag.name, n.tag and n.tag.topic and n.tag.topic.name] for n in Note.objects.order_by("id").prefetch_related("tag__topic")]


@case
def prefetched_one_to_one_backwards():
    """
    query: query!(Book.order_by(id).prefetch_related(followed_by))
    rows: json!([b.id, b.followed_by.as_ref().map(|x| x.id)])
    """
    return [[b.id, b.followed_by.id if hasattr(b, "followed_by") else None] for b in Book.objects.order_by("id").prefetch_related("followed_by")]


@case
def prefetched_under_another_name():
    """
    query: query!(Author.order_by(id).prefetch_related(books.order_by(id), long = books.filter(pages.gt = 400).order_by(-pages)))
    rows: json!([a.id, a.books.iter().map(|b| b.id), a.long.iter().map(|b| b.id)])
    """
    return [[a.id, [b.id for b in a.books.all()], [b.id for b in a.long]] for a in Author.objects.order_by("id").prefetch_related(Prefetch("books", Book.objects.order_by("id")), Prefetch("books", Book.objects.filter(pages__gt=400).order_by("-pages"), to_attr="long"))]


@case
def prefetched_cut_for_each():
    """
    query: query!(Store.order_by(id).prefetch_related(books.order_by(-price, id)[..2]))
    rows: json!([s.id, s.books.iter().map(|b| b.id)])
    """
    return [[s.id, [b.id for b in s.cut]] for s in Store.objects.order_by("id").prefetch_related(Prefetch("books", Book.objects.order_by("-price", "id")[:2], to_attr="cut"))]


@case
def prefetched_cut_in_the_middle():
    """
    query: query!(Publisher.order_by(id).prefetch_related(books.order_by(pages, id)[1..3]))
    rows: json!([p.id, p.books.iter().map(|b| b.id)])
    """
    return [[p.id, [b.id for b in p.cut]] for p in Publisher.objects.order_by("id").prefetch_related(Prefetch("books", Book.objects.order_by("pages", "id")[1:3], to_attr="cut"))]


@case
def prefetched_with_numbers():
    """
    query: query!(Publisher.order_by(id).prefetch_related(books.annotate(n = Count(authors)).filter(n.gt = 0).order_by(-n, id)))
    rows: json!([p.id, p.books.iter().map(|b| (b.id, b.n))])
    """
    return [[p.id, [[b.id, b.n] for b in p.books.all()]] for p in Publisher.objects.order_by("id").prefetch_related(Prefetch("books", Book.objects.annotate(n=Count("authors")).filter(n__gt=0).order_by("-n", "id")))]


@case
def prefetched_with_joined_rows():
    """
    query: query!(Author.filter(id.lte = 5).order_by(id).prefetch_related(contacted.select_related(publisher).order_by(id)))
    rows: json!([a.id, a.contacted.iter().map(|b| (b.id, &b.publisher.name))])
    """
    return [[a.id, [[b.id, b.publisher.name] for b in a.contacted.all()]] for a in Author.objects.filter(id__lte=5).order_by("id").prefetch_related(Prefetch("contacted", Book.objects.select_related("publisher").order_by("id")))]


@case
def prefetched_itself():
    """
    query: query!(Employee.filter(boss.isnull = true).order_by(id).prefetch_related(reports.order_by(id).prefetch_related(reports.order_by(id))))
    rows: json!([e.id, e.reports.iter().map(|r| json!([r.id, r.reports.iter().map(|s| s.id)]))])
    """
    return [[e.id, [[r.id, [s.id for s in r.reports.all()]] for r in e.reports.all()]] for e in Employee.objects.filter(boss__isnull=True).order_by("id").prefetch_related(Prefetch("reports", Employee.objects.order_by("id")), Prefetch("reports__reports", Employee.objects.order_by("id")))]


@case
def ordered_by_the_order_of_a_relation():
    """
    query: query!(Item.values_list(id, flat))
    """
    return Item.objects.values_list("id", flat=True)


@case
def ordered_by_orders_of_orders():
    """
    query: query!(Cover.order_by(item, title, id).values_list(id, flat))
    """
    return Cover.objects.order_by("item", "title", "id").values_list("id", flat=True)


@case
def ordered_by_a_key_column():
    """
    query: query!(Cover.order_by(item_id, -title).values_list(id, flat))
    """
    return Cover.objects.order_by("item_id", "-title").values_list("id", flat=True)


@case
def ordered_by_a_nullable_relation():
    """
    query: query!(Note.order_by(tag.name, id).values_list(id, flat))
    """
    return Note.objects.order_by("tag__name", "id").values_list("id", flat=True)


@case
def ordered_by_a_relation_to_itself():
    """
    query: query!(Tag.order_by(-parent.name, name).values_list(id, flat))
    """
    return Tag.objects.order_by("-parent__name", "name").values_list("id", flat=True)


@case
def ordered_with_nulls_placed():
    """
    query: query!(Author.order_by(F(rating).asc(nulls_first), F(pen_name).desc(nulls_last), id).values_list(id, flat))
    """
    return Author.objects.order_by(F("rating").asc(nulls_first=True), F("pen_name").desc(nulls_last=True), "id").values_list("id", flat=True)


@case
def ordered_backwards():
    """
    query: query!(Employee.order_by(department, -salary, id).reverse().values_list(id, flat))
    """
    return Employee.objects.order_by("department", "-salary", "id").reverse().values_list("id", flat=True)


@case
def ordered_backwards_of_the_model():
    """
    query: query!(Note.reverse().values_list(id, flat))
    """
    return Note.objects.reverse().values_list("id", flat=True)


@case
def ordered_by_an_expression_of_two_fields():
    """
    query: query!(Company.order_by((F(workers) - F(chairs)).desc(), id).values_list(id, flat))
    """
    return Company.objects.order_by((F("workers") - F("chairs")).desc(), "id").values_list("id", flat=True)


@case
def ordered_by_a_count():
    """
    query: query!(Publisher.order_by(Count(books).desc(), id).values_list(id, flat))
    """
    return Publisher.objects.annotate(n=Count("books")).order_by("-n", "id").values_list("id", flat=True)


@case
def ordered_by_two_counts():
    """
    query: query!(Author.order_by(Count(books).desc(), Count(friends), id).values_list(id, flat))
    note: Django multiplies books and friends.
    """
    return Differs([a.id for a in sorted(Author.objects.all(), key=lambda a: (-a.books.count(), a.friends.count(), a.id))], Author.objects.annotate(n=Count("books"), f=Count("friends")).order_by("-n", "f", "id").values_list("id", flat=True))


@case
def first_of_an_order_by_a_relation():
    """
    query: query!(Cover.first())
    rows: json!(c.title)
    """
    return Cover.objects.order_by("item", "title", "id").first().title


@case
def map_of_rows():
    """
    query: query!(Tag.in_bulk([1i64, 3, 99]))
    """
    return {str(key): tag.name for key, tag in Tag.objects.in_bulk([1, 3, 99]).items()}


@case
def map_of_rows_by_a_unique_field():
    """
    query: query!(Company.in_bulk(["Example Inc.", "nobody"], name))
    """
    return {key: company.id for key, company in Company.objects.in_bulk(["Example Inc.", "nobody"], field_name="name").items()}


@case
def dates_by_month():
    """
    query: query!(Book.dates(published_on, month))
    """
    return list(Book.objects.dates("published_on", "month"))


@case
def dates_by_year_backwards():
    """
    query: query!(Book.filter(pages.lt = 900).dates(published_on, year, desc))
    """
    return list(Book.objects.filter(pages__lt=900).dates("published_on", "year", order="DESC"))


@case
def instants_by_hour():
    """
    query: query!(Reading.datetimes(taken_at, hour))
    """
    return list(Reading.objects.datetimes("taken_at", "hour"))


@case
def instants_by_day_of_nullable():
    """
    query: query!(Item.datetimes(modified, day, desc))
    """
    return list(Item.objects.datetimes("modified", "day", order="DESC"))
