"""Several things at once: what stands alone elsewhere, put together."""

from django.contrib.postgres.aggregates import ArrayAgg, JSONBAgg, StringAgg
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Prefetch, Q, Subquery, Sum, Value, When
from django.db.models.functions import JSONObject
from festival.models import Act, Country, Membership, Person, Show, Stage, Ticket

from .base import Differs, Open, attempt, case, keys


@case
def composite_object_by_key():
    """
    query: query!(Stage(("fr", 2i16)))
    """
    return (lambda s: [s.country_id, s.seats])(Stage.objects.get(pk=("fr", 2)))


@case
def composite_object_not_there():
    """
    query: query!(Stage(("fr", 9i16)))
    """
    return attempt(lambda: Stage.objects.get(pk=("fr", 9)).seats)


@case
def composite_first():
    """
    query: query!(Stage.first())
    rows: json!((s.country_id.clone(), s.number))
    """
    return (lambda s: [s.country_id, s.number])(Stage.objects.order_by("pk").first())


@case
def composite_in_bulk():
    """
    query: query!(Ticket.in_bulk([(1i64, 2i32), (6, 1), (9, 9)]))
    """
    return {str(key): t.paid for key, t in Ticket.objects.in_bulk([(1, 2), (6, 1), (9, 9)]).items()}


@case
def composite_behind_many_and_back():
    """
    query: query!(Person.filter(tickets.show.country = "be").annotate(n = Count(tickets), paid = Sum(tickets.paid)).order_by(id).values_list(id, n, paid))
    """
    return Person.objects.filter(tickets__show__country="be").annotate(n=Count("tickets__number"), paid=Sum("tickets__paid")).order_by("id").values_list("id", "n", "paid")


@case
def composite_excluded_behind_many():
    """
    query: query!(Person.exclude(tickets.number.gt = 1).order_by(id).values_list(id, flat))
    """
    return Person.objects.exclude(tickets__number__gt=1).order_by("id").values_list("id", flat=True)


@case
def composite_rows_through_many():
    """
    query: query!(Show.filter(id.lte = 2).order_by(id).values(id, tickets.number, tickets.holder.name))
    """
    return Open(Show.objects.filter(id__lte=2).order_by("id").values("id", "tickets__number", "tickets__holder__name"))


@case
def composite_in_a_subquery():
    """
    query: query!(Show.annotate(best = Subquery(tickets.order_by(-paid, number).values(holder.name)[..1])).order_by(id).values_list(id, best))
    """
    return Show.objects.annotate(best=Subquery(Ticket.objects.filter(show=OuterRef("pk")).order_by("-paid", "number").values("holder__name")[:1])).order_by("id").values_list("id", "best")


@case
def composite_prefetched_in_part():
    """
    query: query!(Show.filter(id.lte = 2).order_by(id).prefetch_related(tickets.order_by(-number)[..1]))
    rows: json!([s.id, s.tickets.iter().map(|t| t.number)])
    """
    return [[s.id, [t.number for t in s.cut]] for s in Show.objects.filter(id__lte=2).order_by("id").prefetch_related(Prefetch("tickets", Ticket.objects.order_by("-number")[:1], to_attr="cut"))]


@case
def composite_counted_distinct():
    """
    query: query!(Country.annotate(n = Count(shows.tickets), holders = Count(shows.tickets.holder, distinct = true)).order_by(code).values_list(code, n, holders))
    """
    return Country.objects.annotate(n=Count("shows__tickets__number"), holders=Count("shows__tickets__holder", distinct=True)).order_by("code").values_list("code", "n", "holders")


@case
def one_person_many_ways():
    """
    query: query!(Person.filter(Q(acts.size = "solo") | Q(tickets.isnull = false) | Q(pupils.home = "jp")).order_by(id).values_list(id, flat))
    """
    return Person.objects.filter(Q(acts__size="solo") | Q(tickets__number__isnull=False) | Q(pupils__home="jp")).distinct().order_by("id").values_list("id", flat=True)


@case
def one_person_many_numbers():
    """
    query: query!(Person.annotate(a = Count(acts), t = Count(tickets), p = Sum(tickets.paid, default = 0), m = Min(memberships.since), s = Count(pupils)).order_by(id).values_list(id, a, t, p, m, s))
    note: Django multiplies each by the others.
    """
    return Differs([[p.id, p.acts.count(), p.tickets.count(), p.tickets.aggregate(x=Sum("paid", default=0))["x"], p.memberships.aggregate(x=Min("since"))["x"], p.pupils.count()] for p in Person.objects.order_by("id")], Person.objects.annotate(a=Count("acts"), t=Count("tickets__number"), p=Sum("tickets__paid", default=0), m=Min("memberships__since"), s=Count("pupils")).order_by("id").values_list("id", "a", "t", "p", "m", "s"))


@case
def groups_through_a_model():
    """
    query: query!(Membership.values(act.size, person.home).annotate(n = Count(), first = Min(since)).order_by(act.size, F(person.home).asc(nulls_first)))
    """
    return Membership.objects.values("act__size", "person__home").annotate(n=Count("pk"), first=Min("since")).order_by("act__size", F("person__home").asc(nulls_first=True))


@case
def groups_by_a_symmetrical_relation():
    """
    query: query!(Act.values(friends.size).annotate(n = Count()).order_by(F(friends.size).asc(nulls_last)))
    note: An act counts once in each group, however many friends of that size it has.
    """
    return Differs([{"friends__size": s, "n": Act.objects.filter(friends__size=s).distinct().count()} for s in ("band", "duo")] + [{"friends__size": None, "n": Act.objects.filter(friends=None).count()}], Act.objects.values("friends__size").annotate(n=Count("pk")).order_by(F("friends__size").asc(nulls_last=True)))


@case
def groups_of_an_array_position():
    """
    query: query!(Act.values(first = F(genres.0)).annotate(n = Count()).order_by(F(first).asc(nulls_last)))
    """
    return Act.objects.annotate(first=F("genres__0")).values("first").annotate(n=Count("pk")).order_by(F("first").asc(nulls_last=True))


@case
def groups_of_a_range_end():
    """
    query: query!(Show.filter(ages.isnull = false).values(from = F(ages.startswith)).annotate(n = Count()).order_by(F(from).asc(nulls_last)))
    """
    return Show.objects.filter(ages__isnull=False).values(**{"from": F("ages__startswith")}).annotate(n=Count("pk")).order_by(F("from").asc(nulls_last=True))


@case
def documents_beside_aggregates():
    """
    query: query!(Act.annotate(n = Count(headlined), doc = JSONObject(name = name, genres = genres, size = size)).filter(n.gt = 1).order_by(name).values_list(doc, n))
    """
    return Act.objects.annotate(n=Count("headlined"), doc=JSONObject(name="name", genres="genres", size="size")).filter(n__gt=1).order_by("name").values_list("doc", "n")


@case
def json_aggregated_of_related():
    """
    query: query!(Country.annotate(all = JSONBAgg(shows.extra, order_by(shows.id))).order_by(code).values_list(code, all))
    """
    return Country.objects.annotate(all=JSONBAgg("shows__extra", order_by="shows__id", filter=Q(shows__isnull=False))).order_by("code").values_list("code", "all")


@case
def arrays_of_uuids_and_ranges():
    """
    query: query!(Country.annotate(keys = ArrayAgg(shows.headliner, order_by(shows.id)), ages = ArrayAgg(shows.ages, order_by(shows.id))).filter(keys.isnull = false).order_by(code).values_list(code, keys, ages))
    """
    return Country.objects.annotate(keys=ArrayAgg("shows__headliner", order_by="shows__id"), ages=ArrayAgg("shows__ages", order_by="shows__id", filter=Q(shows__isnull=False))).filter(pk__in=Show.objects.values("country")).order_by("code").values_list("code", "keys", "ages")


@case
def texts_of_related_filtered():
    """
    query: query!(Act.annotate(who = StringAgg(members.name, ", ", filter = Q(members.home.isnull = false), order_by(members.name))).order_by(name).values_list(name, who))
    """
    return Act.objects.annotate(who=StringAgg("members__name", ", ", filter=Q(members__home__isnull=False), order_by="members__name")).order_by("name").values_list("name", "who")


@case
def branches_over_types():
    """
    query: query!(Show.annotate(kind = Case(When(ages.contains = 17, then = "young"), When(ages.isempty = true, then = "nobody"), When(extra.has_key = "note", then = "noted"), default = "other")).order_by(id).values_list(id, kind))
    """
    return Show.objects.annotate(kind=Case(When(ages__contains=17, then=Value("young")), When(ages__isempty=True, then=Value("nobody")), When(extra__has_key="note", then=Value("noted")), default=Value("other"))).order_by("id").values_list("id", "kind")


@case
def bound_by_a_document_behind_many():
    """
    query: query!(Person.filter(acts.info.tags.contains = serde_json::json!(["loud"])).annotate(n = Count(acts), names = StringAgg(acts.name, "|", order_by(acts.name))).order_by(id).values_list(id, n, names))
    """
    return Person.objects.filter(acts__info__tags__contains=["loud"]).annotate(n=Count("acts"), names=StringAgg("acts__name", "|", order_by="acts__name")).order_by("id").values_list("id", "n", "names")


@case
def bound_by_an_array_behind_many():
    """
    query: query!(Person.filter(acts.genres.overlap = ["jazz"]).annotate(n = Count(acts), all = Count(tickets)).order_by(id).values_list(id, n, all))
    """
    return [[p.id, p.acts.filter(genres__overlap=["jazz"]).count(), p.tickets.count()] for p in Person.objects.filter(acts__genres__overlap=["jazz"]).distinct().order_by("id")]


@case
def existence_along_itself():
    """
    query: query!(Act.filter(Exists(influences.filter(Exists(headlined.filter(country = "fr"))))).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(Exists(Act.objects.filter(influenced=OuterRef("pk")).filter(Exists(Show.objects.filter(headliner=OuterRef("pk"), country="fr"))))).order_by("name").values_list("name", flat=True)


@case
def existence_of_a_pair():
    """
    query: query!(Person.filter(Exists(Membership.filter(person = OuterRef(mentor), act.size = "band"))).order_by(id).values_list(id, flat))
    """
    return Person.objects.filter(Exists(Membership.objects.filter(person=OuterRef("mentor"), act__size="band"))).order_by("id").values_list("id", flat=True)


@case
def not_a_pair_of_nullables():
    """
    query: query!(Person.exclude(mentor.home = F(home)).order_by(id).values_list(id, flat))
    """
    return Person.objects.exclude(mentor__home=F("home")).order_by("id").values_list("id", flat=True)


@case
def not_in_nullable_keys():
    """
    query: query!(Person.exclude(id.in = Person.values(mentor)).order_by(id).values_list(id, flat))
    note: NULL in a subquery is passed over; in Django's SQL it makes every row unknown.
    """
    return Person.objects.exclude(id__in=Person.objects.filter(mentor__isnull=False).values("mentor")).order_by("id").values_list("id", flat=True)


@case
def sliced_many_to_many_of_itself():
    """
    query: query!(Act.order_by(name).prefetch_related(few = friends.order_by(-name)[..1], influenced.order_by(name)[..2]))
    rows: json!([a.name, a.few.iter().map(|x| &x.name), a.influenced.iter().map(|x| &x.name)])
    """
    return [[a.name, [x.name for x in a.few], [x.name for x in a.some]] for a in Act.objects.order_by("name").prefetch_related(Prefetch("friends", Act.objects.order_by("-name")[:1], to_attr="few"), Prefetch("influenced", Act.objects.order_by("name")[:2], to_attr="some"))]


@case
def distinct_documents():
    """
    query: query!(Show.values_list(extra, flat).distinct().count())
    """
    return Show.objects.order_by().values_list("extra", flat=True).distinct().count()


@case
def union_of_texts_and_keys():
    """
    query: query!(Country.values_list(code, name).union(Person.filter(home.isnull = false).values_list(home, name)).order_by(code, name))
    """
    return Country.objects.values_list("code", "name").union(Person.objects.filter(home__isnull=False).values_list("home", "name")).order_by("code", "name")


@case
def latest_of_tickets():
    """
    query: query!(Ticket.filter(bought_at.isnull = false).latest(bought_at))
    rows: json!((t.show_id, t.number))
    """
    return (lambda t: [t.show_id, t.number])(Ticket.objects.filter(bought_at__isnull=False).latest("bought_at"))


@case
def earliest_backwards():
    """
    query: query!(Ticket.earliest(-paid, pk))
    rows: json!((t.show_id, t.number))
    """
    return (lambda t: [t.show_id, t.number])(Ticket.objects.earliest("-paid", "pk"))


@case
def latest_backwards():
    """
    query: query!(Ticket.latest(-paid, number, show_id))
    rows: json!((t.show_id, t.number))
    """
    return (lambda t: [t.show_id, t.number])(Ticket.objects.latest("-paid", "number", "show_id"))


@case
def latest_by_an_expression():
    """
    query: query!(Ticket.filter(bought_at.isnull = false).latest(F(bought_at).desc(), -number))
    rows: json!((t.show_id, t.number))
    """
    return (lambda t: [t.show_id, t.number])(Ticket.objects.filter(bought_at__isnull=False).latest(F("bought_at").desc(), "-number"))


@case
def all_deferred():
    """
    query: query!(Stage.defer(country, number, name, seats).order_by(pk))
    rows: json!((s.country_id.clone(), s.number))
    """
    return [[s.country_id, s.number] for s in Stage.objects.defer("country", "number", "name", "seats").order_by("pk")]
