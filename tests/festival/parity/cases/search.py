"""Full-text search, similarity by trigrams, accents, regular expressions."""

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector, TrigramDistance, TrigramSimilarity
from django.db.models import Q
from django.db.models.functions import SHA1
from festival.models import Act, Article, Person

from .base import case


@case
def search_words():
    """
    query: query!(Article.filter(body.search = "loud rock").order_by(id).values_list(id, flat))
    """
    return Article.objects.filter(body__search="loud rock").order_by("id").values_list("id", flat=True)


@case
def search_a_column():
    """
    query: query!(Article.filter(words.search = "rock").order_by(id).values_list(id, flat))
    note: Django has no such lookup of a column of vectors, but its equality is one.
    """
    return Article.objects.filter(words="rock").order_by("id").values_list("id", flat=True)


@case
def search_several_fields():
    """
    query: query!(Article.annotate(v = SearchVector(title, body)).filter(v = SearchQuery("festival rock")).order_by(id).values_list(id, flat))
    """
    return Article.objects.annotate(v=SearchVector("title", "body")).filter(v=SearchQuery("festival rock")).order_by("id").values_list("id", flat=True)


@case
def search_along_relations():
    """
    query: query!(Article.annotate(v = SearchVector(title, act.name, config = "simple")).filter(v = SearchQuery("élan", config = "simple")).order_by(id).values_list(id, flat))
    """
    return Article.objects.annotate(v=SearchVector("title", "act__name", config="simple")).filter(v=SearchQuery("élan", config="simple")).order_by("id").values_list("id", flat=True)


@case
def search_vectors_joined():
    """
    query: query!(Article.annotate(v = SearchVector(title) + SearchVector(body)).filter(v = SearchQuery("jazz")).values_list(id, flat))
    """
    return Article.objects.annotate(v=SearchVector("title") + SearchVector("body")).filter(v=SearchQuery("jazz")).values_list("id", flat=True)


@case
def search_both():
    """
    query: query!(Article.filter(words = SearchQuery("rock") & SearchQuery("band")).values_list(id, flat))
    """
    return Article.objects.filter(words=SearchQuery("rock") & SearchQuery("band")).values_list("id", flat=True)


@case
def search_either():
    """
    query: query!(Article.filter(words = SearchQuery("festival") | SearchQuery("jazz")).order_by(id).values_list(id, flat))
    """
    return Article.objects.filter(words=SearchQuery("festival") | SearchQuery("jazz")).order_by("id").values_list("id", flat=True)


@case
def search_not():
    """
    query: query!(Article.filter(words = !SearchQuery("rock")).order_by(id).values_list(id, flat))
    """
    return Article.objects.filter(words=~SearchQuery("rock")).order_by("id").values_list("id", flat=True)


@case
def search_phrase():
    """
    query: query!(Article.annotate(v = SearchVector(body)).filter(v = SearchQuery("rock music", search_type = phrase)).values_list(id, flat))
    """
    return Article.objects.annotate(v=SearchVector("body")).filter(v=SearchQuery("rock music", search_type="phrase")).values_list("id", flat=True)


@case
def search_raw():
    """
    query: query!(Article.annotate(v = SearchVector(body)).filter(v = SearchQuery("roc:* & !jazz", search_type = raw)).order_by(id).values_list(id, flat))
    """
    return Article.objects.annotate(v=SearchVector("body")).filter(v=SearchQuery("roc:* & !jazz", search_type="raw")).order_by("id").values_list("id", flat=True)


@case
def search_as_on_the_web():
    """
    query: query!(Article.annotate(v = SearchVector(body, config = "english")).filter(v = SearchQuery("rock -crowd", search_type = websearch, config = "english")).order_by(id).values_list(id, flat))
    """
    return Article.objects.annotate(v=SearchVector("body", config="english")).filter(v=SearchQuery("rock -crowd", search_type="websearch", config="english")).order_by("id").values_list("id", flat=True)


@case
def search_ranked():
    """
    query: query!(Article.annotate(rank = SearchRank(SearchVector(title, weight = "A") + SearchVector(body, weight = "B"), SearchQuery("rock"))).filter(rank.gt = 0.1).order_by(-rank).values_list(id, rank))
    """
    return Article.objects.annotate(rank=SearchRank(SearchVector("title", weight="A") + SearchVector("body", weight="B"), SearchQuery("rock"))).filter(rank__gt=0.1).order_by("-rank").values_list("id", "rank")


@case
def search_headline():
    """
    query: query!(Article.filter(id.in = [1, 4]).order_by(id).values_list(SearchHeadline(body, SearchQuery("rock")), flat))
    """
    return Article.objects.filter(id__in=[1, 4]).order_by("id").values_list(SearchHeadline("body", SearchQuery("rock")), flat=True)


@case
def search_ranked_by_density():
    """
    query: query!(Article.annotate(rank = SearchRank(SearchVector(title, weight = "A") + SearchVector(body), SearchQuery("rock"), weights = [0.1, 0.2, 0.4, 0.9], normalization = 2, cover_density = true)).filter(rank.gt = 0.0).order_by(-rank, id).values_list(id, rank))
    """
    vector = SearchVector("title", weight="A") + SearchVector("body")
    rank = SearchRank(vector, SearchQuery("rock"), weights=[0.1, 0.2, 0.4, 0.9], normalization=2, cover_density=True)
    return Article.objects.annotate(rank=rank).filter(rank__gt=0).order_by("-rank", "id").values_list("id", "rank")


@case
def search_ranked_by_length():
    """
    query: query!(Article.annotate(rank = SearchRank(SearchVector(body), SearchQuery("rock"), normalization = 1)).filter(rank.gt = 0.0).order_by(-rank, id).values_list(id, rank))
    """
    rank = SearchRank(SearchVector("body"), SearchQuery("rock"), normalization=1)
    return Article.objects.annotate(rank=rank).filter(rank__gt=0).order_by("-rank", "id").values_list("id", "rank")


@case
def search_headline_marked():
    r"""
    query: query!(Article.filter(id.in = [1, 4]).order_by(id).values_list(SearchHeadline(body, SearchQuery("rock", config = "english"), config = "english", start_sel = "<\"'\\>", stop_sel = "</ b>", max_words = 5, min_words = 2, short_word = 1, max_fragments = 2, fragment_delimiter = " … "), flat))
    """
    headline = SearchHeadline(
        "body", SearchQuery("rock", config="english"), config="english", start_sel="<\"'\\>", stop_sel="</ b>",
        max_words=5, min_words=2, short_word=1, max_fragments=2, fragment_delimiter=" … ",
    )
    return Article.objects.filter(id__in=[1, 4]).order_by("id").values_list(headline, flat=True)


@case
def search_headline_whole():
    """
    query: query!(Article.filter(id.in = [1, 4]).order_by(id).values_list(SearchHeadline(body, SearchQuery("rock"), highlight_all = true), flat))
    """
    return Article.objects.filter(id__in=[1, 4]).order_by("id").values_list(SearchHeadline("body", SearchQuery("rock"), highlight_all=True), flat=True)


@case
def search_null_text():
    """
    query: query!(Article.exclude(body.search = "rock").order_by(id).values_list(id, flat))
    """
    return Article.objects.exclude(body__search="rock").order_by("id").values_list("id", flat=True)


@case
def search_vector_read():
    """
    query: query!(Article.order_by(id).values_list(id, words))
    """
    return Article.objects.order_by("id").values_list("id", "words")


@case
def trigram_alike():
    """
    query: query!(Person.filter(name.trigram_similar = "Zoe Mueller").order_by(id).values_list(id, flat))
    """
    return Person.objects.filter(name__trigram_similar="Zoe Mueller").order_by("id").values_list("id", flat=True)


@case
def trigram_part_alike():
    """
    query: query!(Article.filter(title.trigram_word_similar = "festivals").order_by(id).values_list(id, flat))
    """
    return Article.objects.filter(title__trigram_word_similar="festivals").order_by("id").values_list("id", flat=True)


@case
def trigram_measured():
    """
    query: query!(Person.annotate(near = TrigramSimilarity(name, "Jose Nunez"), far = TrigramDistance(name, "Jose Nunez")).filter(near.gt = 0.1).order_by(-near, id).values_list(id, near, far))
    """
    return Person.objects.annotate(near=TrigramSimilarity("name", "Jose Nunez"), far=TrigramDistance("name", "Jose Nunez")).filter(near__gt=0.1).order_by("-near", "id").values_list("id", "near", "far")


@case
def accents_ignored():
    """
    query: query!(Person.filter(name.unaccent = "Jose Nunez").order_by(id).values_list(id, flat))
    """
    return Person.objects.filter(name__unaccent="Jose Nunez").order_by("id").values_list("id", flat=True)


@case
def accents_ignored_on_both_sides():
    """
    query: query!(Person.filter(name.unaccent.icontains = "ZÖÉ").order_by(id).values_list(id, flat))
    """
    return Person.objects.filter(name__unaccent__icontains="ZÖÉ").order_by("id").values_list("id", flat=True)


@case
def accents_ignored_along_a_relation():
    """
    query: query!(Article.filter(act.name.unaccent.startswith = "The E").order_by(id).values_list(id, flat))
    """
    return Article.objects.filter(act__name__unaccent__startswith="The E").order_by("id").values_list("id", flat=True)


@case
def regex_matches():
    """
    query: query!(Person.filter(name.regex = "^Jos[ée] ").order_by(id).values_list(id, flat))
    """
    return Person.objects.filter(name__regex="^Jos[ée] ").order_by("id").values_list("id", flat=True)


@case
def regex_without_case():
    """
    query: query!(Person.filter(name.iregex = "^ZOÉ").order_by(id).values_list(id, flat))
    """
    return Person.objects.filter(name__iregex="^ZOÉ").order_by("id").values_list("id", flat=True)


@case
def regex_with_a_back_reference():
    r"""
    query: query!(Article.filter(body.regex = r"(rock) \1").values_list(id, flat))
    """
    return Article.objects.filter(body__regex=r"(rock) \1").values_list("id", flat=True)


@case
def regex_excluded_keeps_null():
    """
    query: query!(Article.exclude(body.regex = "rock").order_by(id).values_list(id, flat))
    """
    return Article.objects.exclude(body__regex="rock").order_by("id").values_list("id", flat=True)


@case
def texts_with_wildcards_are_texts():
    """
    query: query!(Act.filter(Q(name.contains = "%") | Q(name.contains = "_")).order_by(name).values_list(name, flat))
    """
    return Act.objects.filter(Q(name__contains="%") | Q(name__contains="_")).order_by("name").values_list("name", flat=True)


@case
def hash_of_an_extension():
    """
    query: query!(Person.order_by(id).values_list(SHA1(name), flat))
    """
    return Person.objects.order_by("id").values_list(SHA1("name"), flat=True)


@case
def search_ranked_of_texts():
    """
    query: query!(Article.order_by(id).values_list(id, SearchRank(body, { "rock" }, weights = &weights, normalization = length)))
    """
    return Article.objects.order_by("id").values_list("id", SearchRank("body", "rock", weights=[0.1, 0.2, 0.4, 1.0], normalization=1))


@case
def search_headline_with_options():
    """
    query: query!(Article.filter(id.in = [1, 2, 4]).order_by(id).values_list(SearchHeadline(body, SearchQuery("rock", config = "english"), config = { english }, start_sel = start, stop_sel = "</i>", max_words = words, min_words = 3, short_word = 1), flat))
    """
    return Article.objects.filter(id__in=[1, 2, 4]).order_by("id").values_list(SearchHeadline("body", SearchQuery("rock", config="english"), config="english", start_sel="<i class='x'>", stop_sel="</i>", max_words=6, min_words=3, short_word=1), flat=True)
