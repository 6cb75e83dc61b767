"""Conditions on trees of tags and notes: negation, NULL, conditions joined, paths of many kinds."""

from django.db.models import F, Q
from press.models import Author, Book, Employee, Extra, Item, Note, Number, Tag

from .base import Differs, case


@case
def negated_path_of_nullable_relations():
    """
    query: query!(Note.exclude(tag.parent.name = "t1").order_by(id).values_list(id, flat))
    """
    return Note.objects.exclude(tag__parent__name="t1").order_by("id").values_list("id", flat=True)


@case
def negated_nullable_key():
    """
    query: query!(Tag.exclude(parent = 1).order_by(id).values_list(id, flat))
    """
    return Tag.objects.exclude(parent=1).order_by("id").values_list("id", flat=True)


@case
def negated_to_many():
    """
    query: query!(Item.exclude(tags.name = "t4").order_by(id).values_list(id, flat))
    """
    return Item.objects.exclude(tags__name="t4").order_by("id").values_list("id", flat=True)


@case
def negated_to_many_list():
    """
    query: query!(Item.exclude(tags.name.in = ["t1", "t4"]).order_by(id).values_list(id, flat))
    """
    return Item.objects.exclude(tags__name__in=["t1", "t4"]).order_by("id").values_list("id", flat=True)


@case
def negated_to_many_nullable_end():
    """
    query: query!(Note.exclude(extras.value = 42).order_by(id).values_list(id, flat))
    """
    return Note.objects.exclude(extras__value=42).order_by("id").values_list("id", flat=True)


@case
def negated_to_many_is_null():
    """
    query: query!(Note.exclude(extras.value.isnull = true).order_by(id).values_list(id, flat))
    note: Only a note with an extra that has no value is left out; for Django one without extras has such a value too.
    """
    return Differs(Note.objects.exclude(pk__in=Extra.objects.filter(note__isnull=False, value__isnull=True).values("note")).order_by("id").values_list("id", flat=True), Note.objects.exclude(extras__value__isnull=True).order_by("id").values_list("id", flat=True))


@case
def negated_both_at_once():
    """
    query: query!(Item.exclude(tags.name = "t1", creator.age.gt = 34).order_by(id).values_list(id, flat))
    """
    return Item.objects.exclude(tags__name="t1", creator__age__gt=34).order_by("id").values_list("id", flat=True)


@case
def negated_twice():
    """
    query: query!(Tag.filter(!Q(!Q(name = "t1"))).values_list(id, flat))
    """
    return Tag.objects.filter(~Q(~Q(name="t1"))).values_list("id", flat=True)


@case
def negated_either():
    """
    query: query!(Note.filter(!(Q(misc = "foo") | Q(tag.isnull = true))).order_by(id).values_list(id, flat))
    """
    return Note.objects.filter(~(Q(misc="foo") | Q(tag__isnull=True))).order_by("id").values_list("id", flat=True)


@case
def negated_and_kept():
    """
    query: query!(Note.filter(!Q(misc = "foo"), misc.isnull = false).order_by(id).values_list(id, flat))
    """
    return Note.objects.filter(~Q(misc="foo"), misc__isnull=False).order_by("id").values_list("id", flat=True)


@case
def negated_chain_of_filters():
    """
    query: query!(Tag.exclude(parent.name = "t1").exclude(topic.name = "Special").filter(children.isnull = true).order_by(id).values_list(id, flat))
    """
    return Tag.objects.exclude(parent__name="t1").exclude(topic__name="Special").filter(children__isnull=True).order_by("id").values_list("id", flat=True)


@case
def negated_comparison_of_fields():
    """
    query: query!(Extra.exclude(value.gt = F(id)).order_by(id).values_list(id, flat))
    """
    return Extra.objects.exclude(value__gt=F("id")).order_by("id").values_list("id", flat=True)


@case
def negated_boolean():
    """
    query: query!(Note.exclude(negate = true).order_by(id).values_list(id, flat))
    """
    return Note.objects.exclude(negate=True).order_by("id").values_list("id", flat=True)


@case
def negated_nullable_boolean():
    """
    query: query!(Number.exclude(flag = true).order_by(id).values_list(id, flat))
    """
    return Number.objects.exclude(flag=True).order_by("id").values_list("id", flat=True)


@case
def negated_subquery():
    """
    query: query!(Tag.exclude(pk.in = Item.filter(creator.name.startswith = "Ada").values(tags)).order_by(id).values_list(id, flat))
    """
    return Tag.objects.exclude(pk__in=Item.objects.filter(creator__name__startswith="Ada", tags__isnull=False).values("tags")).order_by("id").values_list("id", flat=True)


@case
def null_equal_is_null():
    """
    query: query!(Extra.filter(note = None, value.isnull = false).values_list(id, flat))
    """
    return Extra.objects.filter(note=None, value__isnull=False).values_list("id", flat=True)


@case
def null_relation_backwards():
    """
    query: query!(Note.filter(extras = None).order_by(id).values_list(id, flat))
    """
    return Note.objects.filter(extras=None).order_by("id").values_list("id", flat=True)


@case
def null_relation_backwards_excluded():
    """
    query: query!(Note.exclude(extras.isnull = true).order_by(id).values_list(id, flat))
    """
    return Note.objects.exclude(extras__isnull=True).order_by("id").values_list("id", flat=True)


@case
def null_relation_behind_a_relation():
    """
    query: query!(Extra.filter(note.tag.isnull = true).order_by(id).values_list(id, flat))
    """
    return Extra.objects.filter(note__tag__isnull=True).order_by("id").values_list("id", flat=True)


@case
def null_one_to_one():
    """
    query: query!(Book.filter(followed_by.isnull = true).order_by(id).values_list(id, flat))
    """
    return Book.objects.filter(followed_by__isnull=True).order_by("id").values_list("id", flat=True)


@case
def null_one_to_one_excluded():
    """
    query: query!(Book.exclude(follows.isnull = true).order_by(id).values_list(id, follows))
    """
    return Book.objects.exclude(follows__isnull=True).order_by("id").values_list("id", "follows")


@case
def null_in_a_list_is_ignored():
    """
    query: query!(Note.filter(misc.in = [Some("foo"), None]).order_by(id).values_list(id, flat))
    """
    return Note.objects.filter(misc__in=["foo", None]).order_by("id").values_list("id", flat=True)


@case
def null_alone_in_a_list():
    """
    query: query!(Extra.filter(value.in = [None::<i32>]).count())
    """
    return Extra.objects.filter(value__in=[None]).count()


@case
def null_excluded_list():
    """
    query: query!(Note.exclude(misc.in = [Some("foo"), None]).order_by(id).values_list(id, flat))
    """
    return Note.objects.exclude(misc__in=["foo", None]).order_by("id").values_list("id", flat=True)


@case
def either_over_nullable_relations():
    """
    query: query!(Extra.filter(Q(note.tag.name = "t1") | Q(value = 7)).order_by(id).values_list(id, flat))
    """
    return Extra.objects.filter(Q(note__tag__name="t1") | Q(value=7)).order_by("id").values_list("id", flat=True)


@case
def either_of_two_to_many():
    """
    query: query!(Tag.filter(Q(items.name = "one") | Q(notes.text = "n5") | Q(children.name = "t5")).order_by(id).values_list(id, flat))
    """
    return Tag.objects.filter(Q(items__name="one") | Q(notes__text="n5") | Q(children__name="t5")).distinct().order_by("id").values_list("id", flat=True)


@case
def both_of_two_items():
    """
    query: query!(Item.filter(tags = 1).filter(tags = 2).order_by(id).values_list(id, flat))
    """
    return Item.objects.filter(tags=1).filter(tags=2).order_by("id").values_list("id", flat=True)


@case
def both_of_one_item():
    """
    query: query!(Item.filter(tags = 1, tags.name = "t2").count())
    """
    return Item.objects.filter(tags=1, tags__name="t2").count()


@case
def one_or_other_of_conditions():
    """
    query: query!(Note.filter(Q(misc = "foo") ^ Q(negate = true)).order_by(id).values_list(id, flat))
    """
    return Note.objects.filter(Q(misc="foo") ^ Q(negate=True)).order_by("id").values_list("id", flat=True)


@case
def one_or_other_of_three():
    """
    query: query!(Tag.filter(Q(name.startswith = "t") ^ Q(parent.isnull = true) ^ Q(topic = 1)).order_by(id).values_list(id, flat))
    """
    return Tag.objects.filter(Q(name__startswith="t") ^ Q(parent__isnull=True) ^ Q(topic=1)).order_by("id").values_list("id", flat=True)


@case
def rows_once_through_many():
    """
    query: query!(Author.filter(items.tags.name.startswith = "t").order_by(id).values_list(id, flat))
    note: Django gives an author once for each such tag of each item.
    """
    return Differs(Author.objects.filter(items__tags__name__startswith="t").distinct().order_by("id").values_list("id", flat=True), list(Author.objects.filter(items__tags__name__startswith="t").order_by("id").values_list("id", flat=True)))


@case
def rows_once_counted():
    """
    query: query!(Author.filter(items.tags.name.startswith = "t").count())
    """
    return Differs(Author.objects.filter(items__tags__name__startswith="t").distinct().count(), Author.objects.filter(items__tags__name__startswith="t").count())


@case
def tree_two_steps_up():
    """
    query: query!(Tag.filter(parent.parent.name = "t1").order_by(id).values_list(name, flat))
    """
    return Tag.objects.filter(parent__parent__name="t1").order_by("id").values_list("name", flat=True)


@case
def tree_two_steps_down():
    """
    query: query!(Tag.filter(children.children.name = "t5").values_list(name, flat))
    """
    return Tag.objects.filter(children__children__name="t5").values_list("name", flat=True)


@case
def tree_up_and_down_is_siblings():
    """
    query: query!(Tag.filter(parent.children.name = "t4").order_by(id).values_list(name, flat))
    """
    return Tag.objects.filter(parent__children__name="t4").order_by("id").values_list("name", flat=True)


@case
def object_as_a_value():
    """
    query:
        let tag = query!(Tag.get(name = "t1")).run(&db).await?;
        query!(Note.filter(tag = &tag).values_list(text, flat))
    """
    return Note.objects.filter(tag=Tag.objects.get(name="t1")).values_list("text", flat=True)


@case
def objects_in_a_list():
    """
    query: query!(Item.filter(creator.in = Author.filter(age.lt = 35)).order_by(id).values_list(id, flat))
    """
    return Item.objects.filter(creator__in=Author.objects.filter(age__lt=35)).order_by("id").values_list("id", flat=True)


@case
def subquery_of_a_relations_key():
    """
    query: query!(Item.filter(tags.in = Tag.filter(topic.name = "Generic")).order_by(id).values_list(id, flat))
    """
    return Differs(Item.objects.filter(tags__in=Tag.objects.filter(topic__name="Generic")).distinct().order_by("id").values_list("id", flat=True), list(Item.objects.filter(tags__in=Tag.objects.filter(topic__name="Generic")).order_by("id").values_list("id", flat=True)))


@case
def contains_an_object():
    """
    query:
        let tag = query!(Tag.get(name = "t2")).run(&db).await?;
        query!(Tag.filter(parent = 1).contains(&tag))
    """
    return Tag.objects.filter(parent=1).contains(Tag.objects.get(name="t2"))


@case
def contains_not_an_object():
    """
    query:
        let tag = query!(Tag.get(name = "t1")).run(&db).await?;
        query!(Tag.filter(parent = 1).contains(&tag))
    """
    return Tag.objects.filter(parent=1).contains(Tag.objects.get(name="t1"))


@case
def nothing_at_all():
    """
    query: query!(Tag.filter(name = "t1").none())
    rows: json!(t.id)
    """
    return [t.id for t in Tag.objects.filter(name="t1").none()]


@case
def everything():
    """
    query: query!(Tag.all().order_by(id).values_list(id, flat))
    """
    return Tag.objects.all().order_by("id").values_list("id", flat=True)


@case
def latest_of_a_nullable_field():
    """
    query: query!(Item.filter(modified.isnull = false).latest(modified))
    rows: json!(i.name)
    """
    return Item.objects.filter(modified__isnull=False).latest("modified").name


@case
def earliest_by_two_fields():
    """
    query: query!(Employee.earliest(hired_on, id))
    rows: json!(e.last)
    """
    return Employee.objects.earliest("hired_on", "id").last


@case
def scope_of_a_relation():
    """
    query: query!(Author.grown().filter(books.rating.gte = 4).order_by(id).values_list(id, flat))
    """
    return Author.objects.filter(age__gte=40).filter(books__rating__gte=4).distinct().order_by("id").values_list("id", flat=True)


@case
def scope_with_an_object():
    """
    query:
        let publisher = query!(Publisher.get(name = "Cornerstone")).run(&db).await?;
        query!(Book.of(&publisher).long().order_by(id).values_list(id, flat))
    """
    return Book.objects.filter(publisher__name="Cornerstone", pages__gt=400).order_by("id").values_list("id", flat=True)


@case
def branches_in_conditions():
    """
    query:
        let wanted = Some(40);
        query!(Author.filter(if let Some(age) = wanted { Q(age.gte = age) } else { Q(age.lt = 30) }).order_by(id).values_list(id, flat))
    """
    return Author.objects.filter(age__gte=40).order_by("id").values_list("id", flat=True)


@case
def branches_of_a_match():
    """
    query:
        let kind = "young";
        query!(Author.filter(match kind { "young" => age.lt = 30, "old" => age.gt = 50, _ => Q() }).order_by(id).values_list(id, flat))
    """
    return Author.objects.filter(age__lt=30).order_by("id").values_list("id", flat=True)
