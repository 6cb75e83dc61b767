//! Full-text search, similarity by trigrams, accents, regular expressions.

use crate::harness::Found;
use nuages::{Db, query};

async fn search_words(db: Db) -> Found {
    let found = query!(Article.filter(body.search = "loud rock").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn search_a_column(db: Db) -> Found {
    let found = query!(Article.filter(words.search = "rock").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn search_several_fields(db: Db) -> Found {
    let found = query!(
        Article
            .annotate(v = SearchVector(title, body))
            .filter(v = SearchQuery("festival rock"))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_along_relations(db: Db) -> Found {
    let found = query!(
        Article
            .annotate(v = SearchVector(title, act.name, config = "simple"))
            .filter(v = SearchQuery("élan", config = "simple"))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_vectors_joined(db: Db) -> Found {
    let found = query!(
        Article
            .annotate(v = SearchVector(title) + SearchVector(body))
            .filter(v = SearchQuery("jazz"))
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_both(db: Db) -> Found {
    let found = query!(Article.filter(words = SearchQuery("rock") & SearchQuery("band")).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn search_either(db: Db) -> Found {
    let found = query!(
        Article.filter(words = SearchQuery("festival") | SearchQuery("jazz")).order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_not(db: Db) -> Found {
    let found =
        query!(Article.filter(words = !SearchQuery("rock")).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn search_phrase(db: Db) -> Found {
    let found = query!(
        Article
            .annotate(v = SearchVector(body))
            .filter(v = SearchQuery("rock music", search_type = phrase))
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_raw(db: Db) -> Found {
    let found = query!(
        Article
            .annotate(v = SearchVector(body))
            .filter(v = SearchQuery("roc:* & !jazz", search_type = raw))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_as_on_the_web(db: Db) -> Found {
    let found = query!(
        Article
            .annotate(v = SearchVector(body, config = "english"))
            .filter(v = SearchQuery("rock -crowd", search_type = websearch, config = "english"))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_ranked(db: Db) -> Found {
    let found = query!(
        Article
            .annotate(
                rank = SearchRank(
                    SearchVector(title, weight = "A") + SearchVector(body, weight = "B"),
                    SearchQuery("rock")
                )
            )
            .filter(rank.gt = 0.1)
            .order_by(-rank)
            .values_list(id, rank)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_headline(db: Db) -> Found {
    let found = query!(Article.filter(id.in = [1, 4]).order_by(id).values_list(SearchHeadline(body, SearchQuery("rock")), flat)).run(&db).await?;
    Ok(json!(found))
}

async fn search_ranked_by_density(db: Db) -> Found {
    let found = query!(
        Article
            .annotate(
                rank = SearchRank(
                    SearchVector(title, weight = "A") + SearchVector(body),
                    SearchQuery("rock"),
                    weights = [0.1, 0.2, 0.4, 0.9],
                    normalization = 2,
                    cover_density = true
                )
            )
            .filter(rank.gt = 0.0)
            .order_by(-rank, id)
            .values_list(id, rank)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_ranked_by_length(db: Db) -> Found {
    let found = query!(
        Article
            .annotate(rank = SearchRank(SearchVector(body), SearchQuery("rock"), normalization = 1))
            .filter(rank.gt = 0.0)
            .order_by(-rank, id)
            .values_list(id, rank)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_headline_marked(db: Db) -> Found {
    let found = query!(
        Article
            .filter(id.in = [1, 4])
            .order_by(id)
            .values_list(
                SearchHeadline(
                    body,
                    SearchQuery("rock", config = "english"),
                    config = "english",
                    start_sel = "<\"'\\>",
                    stop_sel = "</ b>",
                    max_words = 5,
                    min_words = 2,
                    short_word = 1,
                    max_fragments = 2,
                    fragment_delimiter = " … "
                ),
                flat
            )
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_headline_whole(db: Db) -> Found {
    let found = query!(
        Article
            .filter(id.in = [1, 4])
            .order_by(id)
            .values_list(SearchHeadline(body, SearchQuery("rock"), highlight_all = true), flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_ranked_of_texts(db: Db) -> Found {
    let (weights, length) = ([0.1_f32, 0.2, 0.4, 1.0], 1);
    let found = query!(
        Article.order_by(id).values_list(id, SearchRank(body, { "rock" }, weights = &weights, normalization = length))
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_headline_with_options(db: Db) -> Found {
    let (start, words, english) = ("<i class='x'>", 6, "english");
    let found = query!(
        Article.filter(id.in = [1, 2, 4]).order_by(id).values_list(
            SearchHeadline(
                body,
                SearchQuery("rock", config = "english"),
                config = { english },
                start_sel = start,
                stop_sel = "</i>",
                max_words = words,
                min_words = 3,
                short_word = 1
            ),
            flat
        )
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn search_null_text(db: Db) -> Found {
    let found = query!(Article.exclude(body.search = "rock").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn search_vector_read(db: Db) -> Found {
    let found = query!(Article.order_by(id).values_list(id, words)).run(&db).await?;
    Ok(json!(found))
}

async fn trigram_alike(db: Db) -> Found {
    let found =
        query!(Person.filter(name.trigram_similar = "Zoe Mueller").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn trigram_part_alike(db: Db) -> Found {
    let found = query!(Article.filter(title.trigram_word_similar = "festivals").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn trigram_measured(db: Db) -> Found {
    let found = query!(
        Person
            .annotate(near = TrigramSimilarity(name, "Jose Nunez"), far = TrigramDistance(name, "Jose Nunez"))
            .filter(near.gt = 0.1)
            .order_by(-near, id)
            .values_list(id, near, far)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn accents_ignored(db: Db) -> Found {
    let found = query!(Person.filter(name.unaccent = "Jose Nunez").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn accents_ignored_on_both_sides(db: Db) -> Found {
    let found =
        query!(Person.filter(name.unaccent.icontains = "ZÖÉ").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn accents_ignored_along_a_relation(db: Db) -> Found {
    let found = query!(Article.filter(act.name.unaccent.startswith = "The E").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn regex_matches(db: Db) -> Found {
    let found = query!(Person.filter(name.regex = "^Jos[ée] ").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn regex_without_case(db: Db) -> Found {
    let found = query!(Person.filter(name.iregex = "^ZOÉ").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn regex_with_a_back_reference(db: Db) -> Found {
    let found = query!(Article.filter(body.regex = r"(rock) \1").values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn regex_excluded_keeps_null(db: Db) -> Found {
    let found = query!(Article.exclude(body.regex = "rock").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn texts_with_wildcards_are_texts(db: Db) -> Found {
    let found =
        query!(Act.filter(Q(name.contains = "%") | Q(name.contains = "_")).order_by(name).values_list(name, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn hash_of_an_extension(db: Db) -> Found {
    let found = query!(Person.order_by(id).values_list(SHA1(name), flat)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    search_words,
    search_a_column,
    search_several_fields,
    search_along_relations,
    search_vectors_joined,
    search_both,
    search_either,
    search_not,
    search_phrase,
    search_raw,
    search_as_on_the_web,
    search_ranked,
    search_headline,
    search_headline_marked,
    search_headline_whole,
    search_ranked_by_density,
    search_ranked_by_length,
    search_ranked_of_texts,
    search_headline_with_options,
    search_null_text,
    search_vector_read,
    trigram_alike,
    trigram_part_alike,
    trigram_measured,
    accents_ignored,
    accents_ignored_on_both_sides,
    accents_ignored_along_a_relation,
    regex_matches,
    regex_without_case,
    regex_with_a_back_reference,
    regex_excluded_keeps_null,
    texts_with_wildcards_are_texts,
    hash_of_an_extension,
}
