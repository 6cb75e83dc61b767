//! Expressions: fields under other names, arithmetic, comparisons of fields.

use crate::harness::Found;
use nuages::{Db, query};

async fn a_field_under_another_name(db: Db) -> Found {
    let found = query!(Company.annotate(seats = F(chairs)).order_by(id).values_list(name, seats)).run(&db).await?;
    Ok(json!(found))
}

async fn a_field_of_a_relation(db: Db) -> Found {
    let found = query!(
        Company.annotate(who = F(contact.last), boss = F(contact.boss.last)).order_by(id).values_list(id, who, boss)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn a_field_of_a_relation_cut(db: Db) -> Found {
    let found = query!(Book.annotate(year = ExtractYear(follows.published_on)).order_by(id).values_list(id, year))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn two_fields_compared(db: Db) -> Found {
    let found = query!(Company.filter(workers.gt = F(chairs)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn two_fields_compared_after_arithmetic(db: Db) -> Found {
    let found =
        query!(Company.filter(workers.gt = F(chairs) + F(chairs)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn precedence_as_written(db: Db) -> Found {
    let found = query!(
        Company
            .annotate(a = F(workers) + 2 * F(chairs), b = (F(workers) + 2) * F(chairs), c = F(workers) - F(chairs) - 1)
            .order_by(id)
            .values_list(a, b, c)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn whole_numbers_divided(db: Db) -> Found {
    let found = query!(
        Number
            .annotate(a = F(whole) / 4, b = F(whole) % 7, c = F(big) / 1000, d = -F(whole))
            .order_by(id)
            .values_list(id, a, b, c, d)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn decimals_and_floats_reckoned(db: Db) -> Found {
    let found = query!(
        Number
            .annotate(a = F(exact) * 2, b = F(exact) + F(whole), c = F(float) / 2, d = F(float) * F(whole))
            .order_by(id)
            .values_list(id, a, b, c, d)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn numbers_on_the_left(db: Db) -> Found {
    let found = query!(
        Number
            .annotate(a = 100 - F(whole), b = 2 * F(small), c = 1000 / NullIf(F(whole), 0))
            .order_by(id)
            .values_list(id, a, b, c)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn condition_with_arithmetic_on_both_sides(db: Db) -> Found {
    let found = query!(Number.filter(F(whole) * 2 > F(small) + 10).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn condition_unequal_of_two_fields_keeps_null(db: Db) -> Found {
    let found = query!(Number.filter(F(whole) != F(float)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn condition_of_a_range_between_fields(db: Db) -> Found {
    let found = query!(Number.filter(small.range = (F(whole) - 60, F(whole) + 60)).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn patterns_from_fields_are_text(db: Db) -> Found {
    let found = query!(Author.filter(name.icontains = F(pen_name)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn patterns_from_fields_begin(db: Db) -> Found {
    let found =
        query!(Author.filter(pen_name.istartswith = Left(name, 2)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exact_without_case_of_a_field(db: Db) -> Found {
    let found = query!(Employee.filter(first.iexact = F(last)).count()).run(&db).await?;
    Ok(json!(found))
}

async fn constants_beside_fields(db: Db) -> Found {
    let found = query!(
        Author
            .annotate(one = Value(1), word = Value("it's"), yes = Value(true))
            .filter(id.lte = 2)
            .order_by(id)
            .values_list(id, one, word, yes)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn value_from_rust_beside_fields(db: Db) -> Found {
    let limit = 7i32;
    let found = query!(
        Author
            .annotate(more = F(age) + { limit }, word = Concat(name, "/", { "x".to_owned() }))
            .filter(id.lte = 3)
            .order_by(id)
            .values_list(id, more, word)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

cases! {
    a_field_under_another_name,
    a_field_of_a_relation,
    a_field_of_a_relation_cut,
    two_fields_compared,
    two_fields_compared_after_arithmetic,
    precedence_as_written,
    whole_numbers_divided,
    decimals_and_floats_reckoned,
    numbers_on_the_left,
    condition_with_arithmetic_on_both_sides,
    condition_unequal_of_two_fields_keeps_null,
    condition_of_a_range_between_fields,
    patterns_from_fields_are_text,
    patterns_from_fields_begin,
    exact_without_case_of_a_field,
    constants_beside_fields,
    value_from_rust_beside_fields,
}
