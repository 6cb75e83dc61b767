//! Aggregates over books and people: totals, related rows, several paths, defaults and filters.

use crate::harness::Found;
use nuages::chrono::TimeDelta;
use nuages::{Db, query};

async fn total_of_one_field(db: Db) -> Found {
    let found = query!(Author.aggregate(mean = Avg(age))).run(&db).await?;
    Ok(json!({"mean": found.mean}))
}

async fn totals_side_by_side(db: Db) -> Found {
    let found = query!(Author.aggregate(
        mean = Avg(age),
        sum = Sum(age),
        rated = Count(rating),
        n = Count(),
        rating = Avg(rating)
    ))
    .run(&db)
    .await?;
    Ok(json!({"mean": found.mean, "sum": found.sum, "rated": found.rated, "n": found.n, "rating": found.rating}))
}

async fn total_of_filtered_rows(db: Db) -> Found {
    let found = query!(Author.filter(age.gt = 29).aggregate(sum = Sum(age))).run(&db).await?;
    Ok(json!({"sum": found.sum}))
}

async fn total_along_many_to_many(db: Db) -> Found {
    let found = query!(Author.aggregate(mean = Avg(friends.age))).run(&db).await?;
    Ok(json!({"mean": found.mean}))
}

async fn total_below_to_many(db: Db) -> Found {
    let found = query!(Book.filter(rating.lt = 4.5).aggregate(mean = Avg(authors.age))).run(&db).await?;
    Ok(json!({"mean": found.mean}))
}

async fn total_of_own_rows_after_a_path_to_many(db: Db) -> Found {
    let found =
        query!(Author.filter(friends.age.gt = 30).aggregate(n = Count(), mean = Avg(age), friends = Count(friends)))
            .run(&db)
            .await?;
    Ok(json!({"n": found.n, "mean": found.mean, "friends": found.friends}))
}

async fn total_over_several_joins(db: Db) -> Found {
    let found = query!(Store.aggregate(oldest = Max(books.authors.age), youngest = Min(books.publisher.awards)))
        .run(&db)
        .await?;
    Ok(json!({"oldest": found.oldest, "youngest": found.youngest}))
}

async fn total_of_times(db: Db) -> Found {
    let found = query!(Store.aggregate(first = Min(opened_at), last = Max(opened_at), closes = Min(closes_at)))
        .run(&db)
        .await?;
    Ok(json!({"first": found.first, "last": found.last, "closes": found.closes}))
}

async fn total_of_durations(db: Db) -> Found {
    let found = query!(Publisher.aggregate(sum = Sum(term), mean = Avg(term), least = Min(term), most = Max(term)))
        .run(&db)
        .await?;
    Ok(json!({"sum": found.sum, "mean": found.mean, "least": found.least, "most": found.most}))
}

async fn total_of_no_durations(db: Db) -> Found {
    let found = query!(Publisher.filter(term.isnull = true).aggregate(sum = Sum(term), n = Count())).run(&db).await?;
    Ok(json!({"sum": found.sum, "n": found.n}))
}

async fn total_of_different_values(db: Db) -> Found {
    let found = query!(Book.aggregate(
        sum = Sum(rating, distinct = true),
        n = Count(rating, distinct = true),
        pages = Sum(pages, distinct = true)
    ))
    .run(&db)
    .await?;
    Ok(json!({"sum": found.sum, "n": found.n, "pages": found.pages}))
}

async fn total_of_an_expression_of_two_paths(db: Db) -> Found {
    let found = query!(Book.aggregate(sum = Sum(price * contact.age))).run(&db).await?;
    Ok(json!({"sum": found.sum}))
}

async fn total_of_decimals_is_decimal(db: Db) -> Found {
    let found = query!(Book.aggregate(mean = Avg(price), sum = Sum(price), spread = StdDev(price))).run(&db).await?;
    Ok(json!({"mean": found.mean, "sum": found.sum, "spread": found.spread}))
}

async fn total_of_a_spread(db: Db) -> Found {
    let found = query!(Book.aggregate(
        a = StdDev(pages),
        b = StdDev(pages, sample = true),
        c = Variance(rating),
        d = Variance(rating, sample = true)
    ))
    .run(&db)
    .await?;
    Ok(json!({"a": found.a, "b": found.b, "c": found.c, "d": found.d}))
}

async fn total_of_an_annotated_count(db: Db) -> Found {
    let found = query!(Book.annotate(n = Count(authors)).aggregate(
        mean = Avg(n),
        most = Max(n),
        none = Count(filter = Q(n = 0))
    ))
    .run(&db)
    .await?;
    Ok(json!({"mean": found.mean, "most": found.most, "none": found.none}))
}

async fn total_of_a_sliced_chain(db: Db) -> Found {
    let found = query!(Book.order_by(isbn)[..3].aggregate(sum = Sum(pages))).run(&db).await?;
    Ok(json!({"sum": found.sum}))
}

async fn total_of_different_rows(db: Db) -> Found {
    let found = query!(Book.values(publisher).distinct().aggregate(n = Count())).run(&db).await?;
    Ok(json!({"n": found.n}))
}

async fn total_of_an_empty_list(db: Db) -> Found {
    let found =
        query!(Book.filter(id.in = [0i64; 0]).aggregate(n = Count(), sum = Sum(pages), most = Max(published_on)))
            .run(&db)
            .await?;
    Ok(json!({"n": found.n, "sum": found.sum, "most": found.most}))
}

async fn total_with_a_default_of_each_type(db: Db) -> Found {
    let found = query!(Trial.filter(id = 0).aggregate(
        n = Count(id),
        a = Min(assigned, default = "2001-01-01"),
        b = Sum(estimate, default = { TimeDelta::hours(1) }),
        c = Max(rung_at, default = "17:00"),
        d = Max(began, default = "2001-01-01T00:00:00Z")
    ))
    .run(&db)
    .await?;
    Ok(json!({"n": found.n, "a": found.a, "b": found.b, "c": found.c, "d": found.d}))
}

async fn total_default_beside_values(db: Db) -> Found {
    let found =
        query!(Author.aggregate(
            mean = Avg(rating, default = 2.5),
            other = Sum(rating, filter = Q(age.gt = 100), default = 21.0)
        ))
        .run(&db)
        .await?;
    Ok(json!({"mean": found.mean, "other": found.other}))
}

async fn each_sum_with_a_default(db: Db) -> Found {
    let found = query!(Publisher.annotate(sum = Sum(books.rating, default = 0.0)).order_by(id).values_list(id, sum))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn each_mean_over_many_to_many(db: Db) -> Found {
    let found = query!(Book.annotate(mean = Avg(authors.age)).order_by(id).values_list(title, mean)).run(&db).await?;
    Ok(json!(found))
}

async fn each_mean_backwards(db: Db) -> Found {
    let found = query!(Author.annotate(mean = Avg(books.rating)).order_by(id).values_list(name, mean)).run(&db).await?;
    Ok(json!(found))
}

async fn each_sum_over_a_foreign_key_backwards(db: Db) -> Found {
    let found = query!(Publisher.annotate(sum = Sum(books.price)).order_by(name).values(name, sum)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"name": row.name, "sum": row.sum}))))
}

async fn each_deeper_count(db: Db) -> Found {
    let found = query!(
        Publisher
            .annotate(n = Count(books.authors), people = Count(books.authors, distinct = true))
            .order_by(id)
            .values_list(id, n, people)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn each_of_two_paths_at_once(db: Db) -> Found {
    let found = query!(
        Author
            .annotate(
                n_books = Count(books),
                n_friends = Count(friends),
                pages = Sum(books.pages),
                n_items = Count(items)
            )
            .order_by(id)
            .values_list(id, n_books, n_friends, pages, n_items)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn each_path_with_a_filter_of_its_own(db: Db) -> Found {
    let found = query!(
        Store
            .annotate(
                long = Count(books, filter = Q(books.pages.gt = 400)),
                dear = Sum(books.price, filter = Q(books.price.gte = 50)),
                n = Count(books)
            )
            .order_by(id)
            .values_list(id, long, dear, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn each_filter_along_a_deeper_path(db: Db) -> Found {
    let found = query!(
        Author
            .annotate(
                n = Count(books, filter = Q(books.publisher.awards.gt = 3)),
                mean = Avg(books.rating, filter = Q(books.publisher.name.startswith = "C"))
            )
            .order_by(id)
            .values_list(id, n, mean)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn each_with_a_negated_filter(db: Db) -> Found {
    let found =
        query!(Author.annotate(n = Count(books, filter = !Q(books.rating.gte = 4.5))).order_by(id).values_list(id, n))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn total_with_a_negated_filter(db: Db) -> Found {
    let found =
        query!(Author.aggregate(n = Count(filter = !Q(age.lt = 35)), sum = Sum(age, filter = !Q(rating.lt = 4))))
            .run(&db)
            .await?;
    Ok(json!({"n": found.n, "sum": found.sum}))
}

async fn total_with_a_filter_that_nothing_meets(db: Db) -> Found {
    let found =
        query!(Author.aggregate(n = Count(filter = Q(age.gt = 1000)), sum = Sum(age, filter = Q(age.gt = 1000))))
            .run(&db)
            .await?;
    Ok(json!({"n": found.n, "sum": found.sum}))
}

async fn total_with_a_case(db: Db) -> Found {
    let found = query!(Author.aggregate(
        n = Sum(Case(When(age.gte = 40, then = 1), default = 0)),
        named = Count(Case(When(pen_name.isnull = false, then = F(pen_name))))
    ))
    .run(&db)
    .await?;
    Ok(json!({"n": found.n, "named": found.named}))
}

async fn total_with_a_filter_on_an_annotation(db: Db) -> Found {
    let found = query!(
        Author
            .annotate(n = Count(books))
            .aggregate(old = Avg(age, filter = Q(n.gt = 1)), sum = Sum(n, filter = Q(age.lt = 40)))
    )
    .run(&db)
    .await?;
    Ok(json!({"old": found.old, "sum": found.sum}))
}

async fn total_with_a_filter_that_asks_for_rows(db: Db) -> Found {
    let found = query!(Publisher.aggregate(
        n = Count(filter = Exists(books.filter(pages.gt = 500))),
        awards = Sum(awards, filter = !Q(Exists(books)))
    ))
    .run(&db)
    .await?;
    Ok(json!({"n": found.n, "awards": found.awards}))
}

async fn each_kept_by_its_count(db: Db) -> Found {
    let found =
        query!(Publisher.annotate(n = Count(books)).filter(n.gt = 1).order_by(id).values_list(id, n)).run(&db).await?;
    Ok(json!(found))
}

async fn each_of_filtered_rows_kept_by_its_count(db: Db) -> Found {
    let found = query!(
        Publisher
            .filter(books.price.lt = 40)
            .annotate(n = Count(books))
            .filter(n.gt = 1)
            .order_by(id)
            .values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn each_kept_by_its_count_then_filtered(db: Db) -> Found {
    let found = query!(
        Publisher.annotate(n = Count(books)).filter(n.gt = 1, books.price.lt = 40).order_by(id).values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn each_count_of_nothing_is_zero(db: Db) -> Found {
    let found = query!(Publisher.annotate(n = Count(books)).filter(n = 0).order_by(id).values_list(name, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn each_count_in_a_range(db: Db) -> Found {
    let found =
        query!(Publisher.annotate(n = Count(books)).filter(n.range = (2, 4)).order_by(-n, id).values_list(id, n))
            .run(&db)
            .await?;
    Ok(json!(found))
}

cases! {
    total_of_one_field,
    totals_side_by_side,
    total_of_filtered_rows,
    total_along_many_to_many,
    total_below_to_many,
    total_of_own_rows_after_a_path_to_many,
    total_over_several_joins,
    total_of_times,
    total_of_durations,
    total_of_no_durations,
    total_of_different_values,
    total_of_an_expression_of_two_paths,
    total_of_decimals_is_decimal,
    total_of_a_spread,
    total_of_an_annotated_count,
    total_of_a_sliced_chain,
    total_of_different_rows,
    total_of_an_empty_list,
    total_with_a_default_of_each_type,
    total_default_beside_values,
    each_sum_with_a_default,
    each_mean_over_many_to_many,
    each_mean_backwards,
    each_sum_over_a_foreign_key_backwards,
    each_deeper_count,
    each_of_two_paths_at_once,
    each_path_with_a_filter_of_its_own,
    each_filter_along_a_deeper_path,
    each_with_a_negated_filter,
    total_with_a_negated_filter,
    total_with_a_filter_that_nothing_meets,
    total_with_a_case,
    total_with_a_filter_on_an_annotation,
    total_with_a_filter_that_asks_for_rows,
    each_kept_by_its_count,
    each_of_filtered_rows_kept_by_its_count,
    each_kept_by_its_count_then_filtered,
    each_count_of_nothing_is_zero,
    each_count_in_a_range,
}
