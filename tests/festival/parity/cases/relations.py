"""Relations: composite keys, relations of a model to itself, through a model, two ways to one model, one-to-one."""

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, Sum
from festival.models import Act, Country, Manager, Membership, Person, Show, Stage, Ticket

from .base import Differs, case


@case
def composite_filter_by_parts():
    """
    query: query!(Ticket.filter(show = 1, number.gt = 1).values_list(show, number, holder))
    """
    return Ticket.objects.filter(show=1, number__gt=1).order_by("number").values_list("show", "number", "holder")


@case
def composite_order_by_key():
    """
    query: query!(Ticket.order_by(pk).values_list(show, number))
    """
    return Ticket.objects.order_by("pk").values_list("show", "number")


@case
def composite_order_by_key_backwards():
    """
    query: query!(Stage.order_by(-pk).values_list(country, number))
    """
    return Stage.objects.order_by("-pk").values_list("country", "number")


@case
def composite_key_equal():
    """
    query: query!(Stage.filter(pk = ("fr", 1i16)).values_list(name, flat))
    """
    return Stage.objects.filter(pk=("fr", 1)).values_list("name", flat=True)


@case
def composite_key_in():
    """
    query: query!(Ticket.filter(pk.in = [(1i64, 2i32), (6, 1), (9, 9)]).order_by(pk).values_list(show, number))
    """
    return Ticket.objects.filter(pk__in=[(1, 2), (6, 1), (9, 9)]).order_by("pk").values_list("show", "number")


@case
def composite_key_excluded():
    """
    query: query!(Ticket.exclude(pk.in = [(1i64, 2i32), (6, 1)]).order_by(pk).values_list(show, number))
    """
    return Ticket.objects.exclude(pk__in=[(1, 2), (6, 1)]).order_by("pk").values_list("show", "number")


@case
def composite_counted():
    """
    query: query!(Show.annotate(n = Count(tickets), sum = Sum(tickets.paid), last = Max(tickets.bought_at)).order_by(id).values_list(id, n, sum, last))
    note: Django cannot count what has a key of two columns, but its column.
    """
    return Show.objects.annotate(n=Count("tickets__number"), sum=Sum("tickets__paid"), last=Max("tickets__bought_at")).order_by("id").values_list("id", "n", "sum", "last")


@case
def composite_counted_in_all():
    """
    query: query!(Ticket.aggregate(n = Count(), holders = Count(holder, distinct = true), sum = Sum(paid)))
    """
    return Ticket.objects.aggregate(n=Count("*"), holders=Count("holder", distinct=True), sum=Sum("paid"))


@case
def composite_behind_to_many():
    """
    query: query!(Country.filter(stages.seats.gte = 1000).order_by(code).values_list(code, flat))
    """
    return Country.objects.filter(stages__seats__gte=1000).order_by("code").values_list("code", flat=True)


@case
def composite_missing():
    """
    query: query!(Country.filter(stages.isnull = true).order_by(code).values_list(code, flat))
    """
    return Country.objects.filter(stages__number__isnull=True).order_by("code").values_list("code", flat=True)


@case
def composite_slice_goes_on_by_key():
    """
    query: query!(Ticket.order_by(-paid).values_list(show, number)[..5])
    note: Django leaves open which of equal rows come first.
    """
    return Ticket.objects.order_by("-paid", "-show_id", "-number").values_list("show", "number")[:5]


@case
def composite_prefetched():
    """
    query: query!(Show.filter(id.lte = 3).order_by(id).prefetch_related(tickets.order_by(-number)))
    rows: json!([s.id, s.tickets.iter().map(|t| (t.number, t.holder_id))])
    """
    return [[s.id, [[t.number, t.holder_id] for t in s.tickets.all()]] for s in Show.objects.filter(id__lte=3).order_by("id").prefetch_related(Prefetch("tickets", Ticket.objects.order_by("-number")))]


@case
def composite_joined():
    """
    query: query!(Ticket.filter(holder.home = "de").select_related(show.headliner, holder).order_by(pk))
    rows: json!([t.show.headliner.name, t.number, t.holder.as_ref().map(|p| &p.name)])
    """
    return [[t.show.headliner.name, t.number, t.holder and t.holder.name] for t in Ticket.objects.filter(holder__home="de").select_related("show__headliner", "holder").order_by("pk")]


@case
def composite_exists_of_another_row():
    """
    query: query!(Ticket.filter(Exists(Ticket.filter(show = OuterRef(show), number.gt = OuterRef(number)))).order_by(pk).values_list(show, number))
    """
    return Ticket.objects.filter(Exists(Ticket.objects.filter(show=OuterRef("show"), number__gt=OuterRef("number")))).order_by("pk").values_list("show", "number")


@case
def composite_grouped():
    """
    query: query!(Ticket.values(show).annotate(n = Count(), most = Max(number)).filter(n.gt = 1).order_by(show))
    """
    return Ticket.objects.values("show").annotate(n=Count("number"), most=Max("number")).filter(n__gt=1).order_by("show")


@case
def composite_distinct():
    """
    query: query!(Ticket.values_list(holder, flat).distinct().order_by(holder))
    """
    return Ticket.objects.order_by("holder").values_list("holder", flat=True).distinct()


@case
def itself_symmetrical():
    """
    query: query!(Act.filter(friends.name = "elan").order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(friends__name="elan").order_by("name").values_list("name", flat=True)


@case
def itself_symmetrical_counted():
    """
    query: query!(Act.annotate(n = Count(friends)).order_by(name).values_list(name, n))
    """
    return Act.objects.annotate(n=Count("friends")).order_by("name").values_list("name", "n")


@case
def itself_friends_of_friends():
    """
    query: query!(Act.filter(friends.friends.name = "The Élan").order_by(name).values_list(name, flat))
    note: An act is a friend of its friends' friends, itself among them; never twice.
    """
    return Differs(Act.objects.filter(friends__friends__name="The Élan").distinct().order_by("name").values_list("name", flat=True), list(Act.objects.filter(friends__friends__name="The Élan").order_by("name").values_list("name", flat=True)))


@case
def itself_in_one_direction():
    """
    query: query!(Act.filter(influences.size = "orchestra").order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(influences__size="orchestra").order_by("name").values_list("name", flat=True)


@case
def itself_the_other_way():
    """
    query: query!(Act.filter(influenced.size = "band").order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(influenced__size="band").distinct().order_by("name").values_list("name", flat=True)


@case
def itself_both_ways_counted():
    """
    query: query!(Act.annotate(a = Count(influences), b = Count(influenced), c = Count(friends)).order_by(name).values_list(name, a, b, c))
    note: Django multiplies the three.
    """
    return Differs([[a.name, a.influences.count(), a.influenced.count(), a.friends.count()] for a in Act.objects.order_by("name")], Act.objects.annotate(a=Count("influences"), b=Count("influenced"), c=Count("friends")).order_by("name").values_list("name", "a", "b", "c"))


@case
def itself_prefetched():
    """
    query: query!(Act.order_by(name).prefetch_related(friends, influences, influenced.order_by(-name)))
    rows: json!([a.name, a.friends.iter().map(|x| &x.name), a.influences.iter().map(|x| &x.name), a.influenced.iter().map(|x| &x.name)])
    """
    return [[a.name, [x.name for x in a.friends.all()], [x.name for x in a.influences.all()], [x.name for x in a.influenced.all()]] for a in Act.objects.order_by("name").prefetch_related("friends", "influences", Prefetch("influenced", Act.objects.order_by("-name")))]


@case
def itself_its_own_influence():
    """
    query: query!(Act.filter(influences.key = F(key)).values_list(name, flat))
    """
    return Act.objects.filter(influences=F("key")).values_list("name", flat=True)


@case
def itself_up_and_down():
    """
    query: query!(Person.filter(mentor.mentor.name = "Zoé Müller").order_by(id).values_list(id, mentor.name))
    """
    return Person.objects.filter(mentor__mentor__name="Zoé Müller").order_by("id").values_list("id", "mentor__name")


@case
def itself_pupils_counted():
    """
    query: query!(Person.annotate(n = Count(pupils), m = Count(pupils.pupils)).order_by(id).values_list(id, n, m))
    note: Django counts a pupil once for each of his own.
    """
    return Differs([[p.id, p.pupils.count(), Person.objects.filter(mentor__mentor=p).count()] for p in Person.objects.order_by("id")], Person.objects.annotate(n=Count("pupils"), m=Count("pupils__pupils")).order_by("id").values_list("id", "n", "m"))


@case
def itself_without_pupils():
    """
    query: query!(Person.filter(pupils.isnull = true).order_by(id).values_list(id, flat))
    """
    return Person.objects.filter(pupils__isnull=True).order_by("id").values_list("id", flat=True)


@case
def itself_excluded_by_pupils():
    """
    query: query!(Person.exclude(pupils.born_on.year = 1990).order_by(id).values_list(id, flat))
    """
    return Person.objects.exclude(pupils__born_on__year=1990).order_by("id").values_list("id", flat=True)


@case
def itself_excluded_by_the_mentor():
    """
    query: query!(Person.exclude(mentor.name = "José Núñez").order_by(id).values_list(id, flat))
    """
    return Person.objects.exclude(mentor__name="José Núñez").order_by("id").values_list("id", flat=True)


@case
def two_ways_either():
    """
    query: query!(Show.filter(Q(headliner.name = "The Élan") | Q(support.name = "The Élan")).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(Q(headliner__name="The Élan") | Q(support__name="The Élan")).order_by("id").values_list("id", flat=True)


@case
def two_ways_neither():
    """
    query: query!(Show.exclude(Q(headliner.size = "band") | Q(support.size = "band")).order_by(id).values_list(id, flat))
    """
    return Show.objects.exclude(Q(headliner__size="band") | Q(support__size="band")).order_by("id").values_list("id", flat=True)


@case
def two_ways_the_same():
    """
    query: query!(Show.filter(headliner = F(support)).values_list(id, flat))
    """
    return Show.objects.filter(headliner=F("support")).values_list("id", flat=True)


@case
def two_ways_not_the_same_keeps_null():
    """
    query: query!(Show.exclude(headliner = F(support)).order_by(id).values_list(id, flat))
    """
    return Show.objects.exclude(headliner=F("support")).order_by("id").values_list("id", flat=True)


@case
def two_ways_joined():
    """
    query: query!(Show.select_related(headliner.manager, support).order_by(id))
    rows: json!([s.id, s.headliner.name, s.headliner.manager.as_ref().map(|m| &m.name), s.support.as_ref().map(|a| &a.name)])
    """
    return [[s.id, s.headliner.name, s.headliner.manager.name if hasattr(s.headliner, "manager") else None, s.support and s.support.name] for s in Show.objects.select_related("headliner__manager", "support").order_by("id")]


@case
def two_ways_counted():
    """
    query: query!(Act.annotate(a = Count(headlined), b = Count(supported), sum = Sum(headlined.price, default = 0)).order_by(name).values_list(name, a, b, sum))
    note: Django multiplies the two.
    """
    return Differs([[a.name, a.headlined.count(), a.supported.count(), a.headlined.aggregate(x=Sum("price", default=0))["x"]] for a in Act.objects.order_by("name")], Act.objects.annotate(a=Count("headlined"), b=Count("supported"), sum=Sum("headlined__price", default=0)).order_by("name").values_list("name", "a", "b", "sum"))


@case
def two_ways_prefetched():
    """
    query: query!(Act.filter(size = "duo").prefetch_related(headlined.select_related(country), supported.order_by(-id)))
    rows: json!([a.name, a.headlined.iter().map(|s| (s.id, &s.country.name)), a.supported.iter().map(|s| s.id)])
    """
    return [[a.name, [[s.id, s.country.name] for s in a.headlined.all()], [s.id for s in a.supported.all()]] for a in Act.objects.filter(size="duo").prefetch_related(Prefetch("headlined", Show.objects.select_related("country")), Prefetch("supported", Show.objects.order_by("-id")))]


@case
def through_a_model():
    """
    query: query!(Act.filter(members.name.icontains = "zo").order_by(name).values_list(name, flat))
    note: Each act once, though two of its members are called so.
    """
    return Differs(Act.objects.filter(members__name__icontains="zo").distinct().order_by("name").values_list("name", flat=True), list(Act.objects.filter(members__name__icontains="zo").order_by("name").values_list("name", flat=True)))


@case
def through_a_model_one_row():
    """
    query: query!(Act.filter(memberships.role = "voice", memberships.since.year = 2020).values_list(name, flat))
    """
    return Act.objects.filter(memberships__role="voice", memberships__since__year=2020).values_list("name", flat=True)


@case
def through_a_model_and_beyond_one_row():
    """
    query: query!(Act.filter(members.name = "北野 恵", memberships.role = "voice").order_by(name).values_list(name, flat))
    note: She sings in one act and drums in another.
    """
    return Act.objects.filter(members__name="北野 恵", memberships__role="voice").order_by("name").values_list("name", flat=True)


@case
def through_a_model_and_beyond_two_rows():
    """
    query: query!(Act.filter(members.name = "北野 恵").filter(memberships.role = "voice").order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(members__name="北野 恵").filter(memberships__role="voice").order_by("name").values_list("name", flat=True)


@case
def through_a_model_and_beyond_counted():
    """
    query: query!(Person.filter(acts.friends.isnull = false, memberships.since.year.gte = 2001).annotate(n = Count(acts), first = Min(memberships.since)).order_by(id).values_list(id, n, first))
    """
    people = Person.objects.filter(memberships__since__year__gte=2001, memberships__act__in=Act.objects.filter(friends__isnull=False))
    return people.annotate(n=Count("memberships", distinct=True), first=Min("memberships__since")).order_by("id").values_list("id", "n", "first")


@case
def through_a_model_excluded():
    """
    query: query!(Act.exclude(memberships.role = "voice", memberships.since.year = 2020).order_by(name).values_list(name, flat))
    note: Both conditions speak of one membership; in Django each speaks of any.
    """
    return Act.objects.exclude(pk__in=Membership.objects.filter(role="voice", since__year=2020).values("act")).order_by("name").values_list("name", flat=True)


@case
def through_a_model_both_named():
    """
    query: query!(Act.filter(memberships.role = "drums", memberships.person.name = "北野 恵").values_list(name, flat))
    """
    return Act.objects.filter(memberships__role="drums", memberships__person__name="北野 恵").values_list("name", flat=True)


@case
def through_a_model_prefetched():
    """
    query: query!(Act.order_by(name).prefetch_related(members.order_by(name), memberships.select_related(person).order_by(-since, -id)))
    rows: json!([a.name, a.members.iter().map(|p| &p.name), a.memberships.iter().map(|m| (&m.person.name, &m.role))])
    """
    return [[a.name, [p.name for p in a.members.all()], [[m.person.name, m.role] for m in a.memberships.all()]] for a in Act.objects.order_by("name").prefetch_related(Prefetch("members", Person.objects.order_by("name")), Prefetch("memberships", Membership.objects.select_related("person").order_by("-since", "-id")))]


@case
def through_a_model_of_one_object():
    """
    query:
        let key: Uuid = "00000000-0000-4000-8000-000000000001".parse().unwrap();
        query!(Act(key).members.filter(home.isnull = false).order_by(name).values_list(name, flat))
    """
    return Act.objects.get(pk="00000000-0000-4000-8000-000000000001").members.filter(home__isnull=False).order_by("name").values_list("name", flat=True)


@case
def one_to_one_there():
    """
    query: query!(Act.filter(manager.name = "Ada").order_by(name).values_list(name, manager.name))
    """
    return Act.objects.filter(manager__name="Ada").order_by("name").values_list("name", "manager__name")


@case
def one_to_one_not_there():
    """
    query: query!(Act.filter(manager.isnull = true).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(manager__isnull=True).order_by("name").values_list("name", flat=True)


@case
def one_to_one_excluded():
    """
    query: query!(Act.exclude(manager.name = "Ada").order_by(name).values_list(name, flat))
    """
    return Act.objects.exclude(manager__name="Ada").order_by("name").values_list("name", flat=True)


@case
def one_to_one_of_itself():
    """
    query: query!(Manager.filter(deputy.isnull = false).order_by(name).values_list(name, deputy.name, deputy.act.name))
    """
    return Manager.objects.filter(deputy__isnull=False).order_by("name").values_list("name", "deputy__name", "deputy__act__name")


@case
def one_to_one_of_itself_backwards():
    """
    query: query!(Manager.order_by(act.name).values_list(act.name, deputy_of.act.name))
    """
    return Manager.objects.order_by("act__name").values_list("act__name", "deputy_of__act__name")


@case
def one_to_one_in_an_order():
    """
    query: query!(Act.order_by(F(manager.name).desc(nulls_first), name).values_list(name, flat))
    """
    return Act.objects.order_by(F("manager__name").desc(nulls_first=True), "name").values_list("name", flat=True)


@case
def one_to_one_prefetched():
    """
    query: query!(Act.filter(size = "band").order_by(name).prefetch_related(manager.deputy))
    rows: json!([a.name, a.manager.as_ref().map(|m| &m.name), a.manager.as_ref().and_then(|m| m.deputy.as_ref()).map(|d| &d.name)])
    """
    return [[a.name, a.manager.name, a.manager.deputy and a.manager.deputy.name] for a in Act.objects.filter(size="band").order_by("name").prefetch_related("manager__deputy")]


@case
def text_key_of_a_relation():
    """
    query: query!(Show.filter(country = "fr", country.languages.contains = ["br"]).order_by(id).values_list(id, country))
    """
    return Show.objects.filter(country="fr", country__languages__contains=["br"]).order_by("id").values_list("id", "country")


@case
def text_key_in():
    """
    query: query!(Person.filter(home.in = ["be", "de"]).order_by(id).values_list(id, home.name))
    """
    return Person.objects.filter(home__in=["be", "de"]).order_by("id").values_list("id", "home__name")


@case
def text_key_excluded_keeps_null():
    """
    query: query!(Person.exclude(home = "be").order_by(id).values_list(id, flat))
    """
    return Person.objects.exclude(home="be").order_by("id").values_list("id", flat=True)


@case
def text_key_prefetched():
    """
    query: query!(Country.order_by(code).prefetch_related(people.order_by(id), stages.order_by(number)))
    rows: json!([c.code, c.people.iter().map(|p| p.id), c.stages.iter().map(|s| s.number)])
    """
    return [[c.code, [p.id for p in c.people.all()], [s.number for s in c.stages.all()]] for c in Country.objects.order_by("code").prefetch_related(Prefetch("people", Person.objects.order_by("id")), Prefetch("stages", Stage.objects.order_by("number")))]
