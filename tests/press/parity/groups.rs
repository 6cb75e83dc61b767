//! Groups, lists of values, statistics, and what is reckoned with totals.

use crate::harness::Found;
use nuages::{Db, query};

async fn numbers_or_numbers(db: Db) -> Found {
    let found = query!(
        Author
            .annotate(n = Count(books), f = Count(friends))
            .filter(Q(n.gt = 2) | Q(f.gt = 2))
            .order_by(id)
            .values_list(id, n, f)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn numbers_excluded_together(db: Db) -> Found {
    let found =
        query!(Author.annotate(n = Count(books)).exclude(Q(n.gt = 1) & Q(age.gt = 30)).order_by(id).values_list(id, n))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn numbers_one_or_the_other(db: Db) -> Found {
    let found =
        query!(Author.annotate(n = Count(books)).filter(Q(n.gt = 1) ^ Q(age.gt = 36)).order_by(id).values_list(id, n))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn number_doubled_and_compared(db: Db) -> Found {
    let found = query!(
        Author
            .annotate(n = Count(books))
            .annotate(twice = F(n) * 2)
            .filter(twice.gte = 4)
            .order_by(id)
            .values_list(id, n, twice)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn groups_of_equal_values(db: Db) -> Found {
    let found =
        query!(Book.values(rating).annotate(n = Count(), oldest = Max(authors.age)).order_by(rating)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"rating": row.rating, "n": row.n, "oldest": row.oldest}))))
}

async fn groups_of_one_relation(db: Db) -> Found {
    let found =
        query!(Book.values(publisher).annotate(n = Count(), mean = Avg(price)).order_by(publisher)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"publisher": row.publisher, "n": row.n, "mean": row.mean}))))
}

async fn groups_by_a_related_name(db: Db) -> Found {
    let found = query!(Book.values(publisher.name).annotate(n = Count(), length = Sum(pages)).order_by(publisher.name))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|row| json!({"publisher__name": row.publisher__name, "n": row.n, "length": row.length}))))
}

async fn groups_kept_by_their_number(db: Db) -> Found {
    let found = query!(
        Book.values(publisher).annotate(n = Count()).filter(n.gt = 1).order_by(-n, publisher).values_list(publisher, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn groups_by_a_function(db: Db) -> Found {
    let found =
        query!(Author.values(who = Lower(name)).annotate(n = Count(), years = Sum(age)).order_by(who)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"who": row.who, "n": row.n, "years": row.years}))))
}

async fn groups_by_an_annotation(db: Db) -> Found {
    let found = query!(Book.annotate(first = Left(title, 1)).values(first).annotate(n = Count()).order_by(-n, first))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|row| json!({"first": row.first, "n": row.n}))))
}

async fn groups_forget_an_order_through_relations(db: Db) -> Found {
    let found = query!(Item.values(creator).annotate(n = Count())).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"creator": row.creator, "n": row.n}))))
}

async fn groups_with_a_default(db: Db) -> Found {
    let found = query!(
        Tag.values(topic)
            .annotate(n = Count(), value = Sum(notes.extras.value, default = 0))
            .order_by(F(topic).asc(nulls_first))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"topic": row.topic, "n": row.n, "value": row.value}))))
}

async fn annotated_rows_in_the_order_of_a_number(db: Db) -> Found {
    let found = query!(Author.annotate(n = Count(books)).order_by(-n, name).values_list(name, n)[..4]).run(&db).await?;
    Ok(json!(found))
}

async fn annotated_rows_counted(db: Db) -> Found {
    let found = query!(Book.annotate(n = Count(authors)).filter(n.gte = 2).count()).run(&db).await?;
    Ok(json!(found))
}

async fn annotated_rows_that_exist(db: Db) -> Found {
    let found = query!(Book.annotate(n = Count(authors)).filter(n.gte = 4).exists()).run(&db).await?;
    Ok(json!(found))
}

async fn number_of_an_aliased_path(db: Db) -> Found {
    let found = query!(
        Author
            .alias(n = Count(books), f = Max(friends.age))
            .filter(n.gt = 0, f.gt = 40)
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn numbers_of_a_tree(db: Db) -> Found {
    let found = query!(
        Tag.annotate(n = Count(children), deep = Count(children.children), noted = Count(notes))
            .order_by(id)
            .values_list(name, n, deep, noted)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn number_of_reports_by_boss(db: Db) -> Found {
    let found = query!(
        Employee
            .filter(boss.isnull = false)
            .values(boss.last)
            .annotate(n = Count(), sum = Sum(salary))
            .order_by(boss.last)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"boss__last": row.boss__last, "n": row.n, "sum": row.sum}))))
}

async fn sums_through_two_ways_to_one_model(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(led = Sum(heads.workers, default = 0), met = Count(contact_of))
            .filter(Q(led.gt = 0) | Q(met.gt = 0))
            .order_by(id)
            .values_list(id, led, met)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn booleans_all_and_any(db: Db) -> Found {
    let found =
        query!(Number.aggregate(all = BoolAnd(flag), any = BoolOr(flag), none = BoolAnd(flag, filter = Q(id = 4))))
            .run(&db)
            .await?;
    Ok(json!({"all": found.all, "any": found.any, "none": found.none}))
}

async fn bits_of_whole_numbers(db: Db) -> Found {
    let found = query!(Number.aggregate(
        both = BitAnd(small),
        one = BitOr(small),
        odd = BitXor(small),
        big = BitOr(big, filter = Q(big.gt = 0))
    ))
    .run(&db)
    .await?;
    Ok(json!({"both": found.both, "one": found.one, "odd": found.odd, "big": found.big}))
}

async fn statistics_of_two_numbers(db: Db) -> Found {
    let found = query!(Book.aggregate(
        a = Corr(pages, price),
        b = CovarPop(pages, price),
        c = CovarPop(pages, price, sample = true),
        d = RegrAvgX(pages, price),
        e = RegrAvgY(pages, price),
        f = RegrCount(pages, price),
        g = RegrIntercept(pages, price),
        h = RegrR2(pages, price),
        i = RegrSlope(pages, price),
        j = RegrSXX(pages, price),
        k = RegrSXY(pages, price),
        l = RegrSYY(pages, price)
    ))
    .run(&db)
    .await?;
    Ok(
        json!({"a": found.a, "b": found.b, "c": found.c, "d": found.d, "e": found.e, "f": found.f, "g": found.g, "h": found.h, "i": found.i, "j": found.j, "k": found.k, "l": found.l}),
    )
}

async fn statistics_of_nothing(db: Db) -> Found {
    let found = query!(Book.filter(pages.lt = 0).aggregate(
        a = Corr(pages, rating),
        n = RegrCount(pages, rating),
        s = RegrSlope(pages, rating)
    ))
    .run(&db)
    .await?;
    Ok(json!({"a": found.a, "n": found.n, "s": found.s}))
}

async fn lists_of_values(db: Db) -> Found {
    let found = query!(Author.aggregate(
        ages = ArrayAgg(age, order_by(-age, id)),
        different = ArrayAgg(age, distinct = true, order_by(age)),
        ratings = ArrayAgg(rating, order_by(id))
    ))
    .run(&db)
    .await?;
    Ok(json!({"ages": found.ages, "different": found.different, "ratings": found.ratings}))
}

async fn lists_of_related_names(db: Db) -> Found {
    let found = query!(
        Publisher
            .annotate(
                titles = StringAgg(books.title, "; ", order_by(books.title, books.id)),
                isbns = ArrayAgg(books.isbn, order_by(-books.isbn))
            )
            .filter(titles.isnull = false)
            .order_by(id)
            .values_list(id, titles, isbns)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_joined(db: Db) -> Found {
    let found = query!(Author.aggregate(
        all = StringAgg(pen_name, "-", order_by(id)),
        different = StringAgg(name, ", ", distinct = true),
        none = StringAgg(name, ",", filter = Q(age = 0)),
        other = StringAgg(name, ",", filter = Q(age = 0), default = "nobody")
    ))
    .run(&db)
    .await?;
    Ok(json!({"all": found.all, "different": found.different, "none": found.none, "other": found.other}))
}

async fn values_as_json(db: Db) -> Found {
    let found = query!(
        Author
            .filter(id.lte = 3)
            .aggregate(names = JSONBAgg(name, order_by(-id)), ratings = JSONBAgg(rating, order_by(id)))
    )
    .run(&db)
    .await?;
    Ok(json!({"names": found.names, "ratings": found.ratings}))
}

async fn lists_of_groups(db: Db) -> Found {
    let found = query!(
        Author.values(age).annotate(names = ArrayAgg(name, order_by(name)), n = Count()).filter(n.gt = 1).order_by(age)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"age": row.age, "names": row.names, "n": row.n}))))
}

async fn greatest_of_two_numbers(db: Db) -> Found {
    let found =
        query!(Book.aggregate(most = Greatest(Max(rating), Avg(rating)), least = Least(Max(pages), Min(pages))))
            .run(&db)
            .await?;
    Ok(json!({"most": found.most, "least": found.least}))
}

async fn quotient_of_totals(db: Db) -> Found {
    let found =
        query!(Book.aggregate(each = Sum(price) / Count(), more = Max(pages) - Min(pages), half = Avg(rating) / 2))
            .run(&db)
            .await?;
    Ok(json!({"each": found.each, "more": found.more, "half": found.half}))
}

async fn parentheses_and_precedence_of_totals(db: Db) -> Found {
    let found =
        query!(Book.aggregate(a = Max(pages) + Min(pages) * 2, b = (Max(pages) + Min(pages)) * 2)).run(&db).await?;
    Ok(json!({"a": found.a, "b": found.b}))
}

cases! {
    numbers_or_numbers,
    numbers_excluded_together,
    numbers_one_or_the_other,
    number_doubled_and_compared,
    groups_of_equal_values,
    groups_of_one_relation,
    groups_by_a_related_name,
    groups_kept_by_their_number,
    groups_by_a_function,
    groups_by_an_annotation,
    groups_forget_an_order_through_relations,
    groups_with_a_default,
    annotated_rows_in_the_order_of_a_number,
    annotated_rows_counted,
    annotated_rows_that_exist,
    number_of_an_aliased_path,
    numbers_of_a_tree,
    number_of_reports_by_boss,
    sums_through_two_ways_to_one_model,
    booleans_all_and_any,
    bits_of_whole_numbers,
    statistics_of_two_numbers,
    statistics_of_nothing,
    lists_of_values,
    lists_of_related_names,
    texts_joined,
    values_as_json,
    lists_of_groups,
    greatest_of_two_numbers,
    quotient_of_totals,
    parentheses_and_precedence_of_totals,
}
