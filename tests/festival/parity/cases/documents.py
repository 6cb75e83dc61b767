"""Documents: keys by path, lookups on them, and stores of texts by key."""

from django.db.models import Count, F, Q
from festival.models import Act, Person, Show

from .base import Differs, case


@case
def document_as_it_is():
    """
    query: query!(Act.order_by(name).values_list(name, info, traits))
    """
    return Act.objects.order_by("name").values_list("name", "info", "traits")


@case
def document_key_equal():
    """
    query: query!(Act.filter(info.label.name = "Ärger Records").order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__label__name="Ärger Records").order_by("name").values_list("name", flat=True)


@case
def document_key_of_a_number():
    """
    query: query!(Act.filter(info.rating = 3).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__rating=3).order_by("name").values_list("name", flat=True)


@case
def document_key_compared():
    """
    query: query!(Act.filter(info.label.since.gt = 2000).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__label__since__gt=2000).order_by("name").values_list("name", flat=True)


@case
def document_key_compared_up_to():
    """
    query: query!(Act.filter(info.rating.lte = 4.5).order_by(name).values_list(name, flat))
    note: JSON has an order of its own: texts before numbers.
    """
    return Act.objects.filter(info__rating__lte=4.5).order_by("name").values_list("name", flat=True)


@case
def document_key_is_json_null():
    """
    query: query!(Act.filter(info.label = None).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__label=None).order_by("name").values_list("name", flat=True)


@case
def document_key_missing():
    """
    query: query!(Act.filter(info.label.isnull = true).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__label__isnull=True).order_by("name").values_list("name", flat=True)


@case
def document_key_there():
    """
    query: query!(Act.filter(info.manager.isnull = false).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__manager__isnull=False).order_by("name").values_list("name", flat=True)


@case
def document_key_excluded_keeps_null():
    """
    query: query!(Act.exclude(info.active = true).order_by(name).values_list(name, flat))
    note: What has no such key stays, as what is NULL does; Django leaves it out.
    """
    return Differs([a.name for a in Act.objects.order_by("name") if not isinstance(a.info, dict) or a.info.get("active") is not True], Act.objects.exclude(info__active=True).order_by("name").values_list("name", flat=True))


@case
def document_key_texts():
    """
    query: query!(Act.filter(info.label.name.icontains = "RECORDS", info.label.name.startswith = "Ä", info.label.name.endswith = "s").order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__label__name__icontains="RECORDS", info__label__name__startswith="Ä", info__label__name__endswith="s").order_by("name").values_list("name", flat=True)


@case
def document_key_texts_without_case():
    """
    query: query!(Act.filter(info.label.name.iexact = "Blue NOTE", info.label.name.istartswith = "BL", info.label.name.iendswith = "TE").values_list(name, flat))
    """
    return Act.objects.filter(info__label__name__iexact="Blue NOTE", info__label__name__istartswith="BL", info__label__name__iendswith="TE").values_list("name", flat=True)


@case
def document_key_regex():
    """
    query: query!(Act.filter(info.label.name.regex = "^blue", info.label.name.iregex = "NOTE$").values_list(name, flat))
    """
    return Act.objects.filter(info__label__name__regex="^blue", info__label__name__iregex="NOTE$").values_list("name", flat=True)


@case
def document_key_in():
    """
    query: query!(Act.filter(info.label.since.in = [1999, 2005]).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__label__since__in=[1999, 2005]).order_by("name").values_list("name", flat=True)


@case
def document_odd_key():
    """
    query: query!(Act.filter(info["odd key"]["a.b"] = 1).values_list(name, flat))
    """
    return Act.objects.filter(**{"info__odd key__a.b": 1}).values_list("name", flat=True)


@case
def document_position_in_a_list():
    """
    query: query!(Act.filter(Q(info.tags.0 = "loud") | Q(info.1.0 = 2)).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(Q(info__tags__0="loud") | Q(info__1__0=2)).order_by("name").values_list("name", flat=True)


@case
def document_contains():
    """
    query: query!(Act.filter(info.contains = serde_json::json!({"tags": ["loud"]})).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__contains={"tags": ["loud"]}).order_by("name").values_list("name", flat=True)


@case
def document_contained_by():
    """
    query: query!(Show.filter(extra.contained_by = serde_json::json!({"sold": 120, "vip": true, "bands": ["a", "b", "c"]})).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(extra__contained_by={"sold": 120, "vip": True, "bands": ["a", "b", "c"]}).order_by("id").values_list("id", flat=True)


@case
def document_key_contains():
    """
    query: query!(Act.filter(info.tags.contains = serde_json::json!(["live"])).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__tags__contains=["live"]).order_by("name").values_list("name", flat=True)


@case
def document_has_keys():
    """
    query: query!(Show.filter(extra.has_key = "vip").order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(extra__has_key="vip").order_by("id").values_list("id", flat=True)


@case
def document_has_all_keys():
    """
    query: query!(Show.filter(extra.has_keys = ["vip", "bands"]).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(extra__has_keys=["vip", "bands"]).order_by("id").values_list("id", flat=True)


@case
def document_has_one_of_keys():
    """
    query: query!(Show.filter(extra.has_any_keys = ["note", "nested"]).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(extra__has_any_keys=["note", "nested"]).order_by("id").values_list("id", flat=True)


@case
def document_deep_has_key():
    """
    query: query!(Show.filter(extra.nested.deep.has_key = "er").order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(extra__nested__deep__has_key="er").order_by("id").values_list("id", flat=True)


@case
def document_equal():
    """
    query: query!(Show.filter(extra = serde_json::json!({})).order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(extra={}).order_by("id").values_list("id", flat=True)


@case
def document_is_null():
    """
    query: query!(Act.filter(info.isnull = true).values_list(name, flat))
    """
    return Act.objects.filter(info__isnull=True).values_list("name", flat=True)


@case
def document_key_of_a_relation():
    """
    query: query!(Show.filter(headliner.info.label.name = "Ärger Records").order_by(id).values_list(id, flat))
    """
    return Show.objects.filter(headliner__info__label__name="Ärger Records").order_by("id").values_list("id", flat=True)


@case
def document_key_behind_many():
    """
    query: query!(Person.filter(acts.info.active = false).order_by(id).values_list(id, flat))
    """
    return Person.objects.filter(acts__info__active=False).order_by("id").values_list("id", flat=True)


@case
def document_key_as_a_value():
    """
    query: query!(Show.order_by(id).values_list(id, F(extra.sold), F(extra.nested.deep.er)))
    """
    return Show.objects.order_by("id").values_list("id", F("extra__sold"), F("extra__nested__deep__er"))


@case
def document_key_in_an_order():
    """
    query: query!(Show.order_by(extra.sold, id).values_list(id, flat))
    """
    return Show.objects.order_by("extra__sold", "id").values_list("id", flat=True)


@case
def document_key_selected():
    """
    query: query!(Show.order_by(id).values(id, extra.vip))
    """
    return Show.objects.order_by("id").values("id", "extra__vip")


@case
def document_key_grouped():
    """
    query: query!(Show.values(extra.sold).annotate(n = Count()).order_by(extra.sold))
    """
    return Show.objects.values("extra__sold").annotate(n=Count("pk")).order_by("extra__sold")


@case
def document_key_of_the_other_side():
    """
    query: query!(Act.filter(info.rating = F(info.rating)).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(info__rating=F("info__rating")).order_by("name").values_list("name", flat=True)


@case
def store_key_equal():
    """
    query: query!(Act.filter(traits.crew = "3").order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(traits__crew="3").order_by("name").values_list("name", flat=True)


@case
def store_key_texts():
    """
    query: query!(Act.filter(traits.van.icontains = "E").order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(traits__van__icontains="E").order_by("name").values_list("name", flat=True)


@case
def store_key_missing():
    """
    query: query!(Act.filter(traits.van.isnull = true).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(traits__van__isnull=True).order_by("name").values_list("name", flat=True)


@case
def store_key_in():
    """
    query: query!(Act.filter(traits.crew.in = ["3", "4"]).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(traits__crew__in=["3", "4"]).order_by("name").values_list("name", flat=True)


@case
def store_odd_key():
    """
    query: query!(Act.filter(traits["odd key"] = "x y").values_list(name, flat))
    """
    return Act.objects.filter(**{"traits__odd key": "x y"}).values_list("name", flat=True)


@case
def store_has_keys():
    """
    query: query!(Act.filter(traits.has_key = "van").exclude(traits.has_keys = ["van", "crew"]).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(traits__has_key="van").exclude(traits__has_keys=["van", "crew"]).order_by("name").values_list("name", flat=True)


@case
def store_has_one_of_keys():
    """
    query: query!(Act.filter(traits.has_any_keys = ["odd key", "crew"]).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(traits__has_any_keys=["odd key", "crew"]).order_by("name").values_list("name", flat=True)


@case
def store_contains():
    """
    query:
        let red = HashMap::from([("van".to_owned(), Some("red".to_owned()))]);
        query!(Act.filter(traits.contains = &red).values_list(name, flat))
    """
    return Act.objects.filter(traits__contains={"van": "red"}).values_list("name", flat=True)


@case
def store_contained_by():
    """
    query:
        let much = HashMap::from([("van".to_owned(), None), ("crew".to_owned(), Some("3".to_owned()))]);
        query!(Act.filter(traits.contained_by = &much).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(traits__contained_by={"van": None, "crew": "3"}).order_by("name").values_list("name", flat=True)
