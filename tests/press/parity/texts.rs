//! Functions and transforms of texts, and those of any type.

use crate::harness::Found;
use nuages::{Db, query};

async fn texts_in_other_cases(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(
        Lower(name),
        Upper(name),
        Lower(pen_name),
        Length(name),
        Length(pen_name)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_cut(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(
        Left(name, 3),
        Right(name, 4),
        Substr(name, 2),
        Substr(name, 5, 3),
        Left(pen_name, 2)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_cut_at_a_computed_place(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(
        Left(name, Length(pen_name)),
        Substr(name, StrIndex(name, " "), 5),
        Right(name, Length(name) - 4)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_joined_with_null(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(Concat(name, ": ", pen_name), Concat(pen_name, pen_name)))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn texts_joined_with_numbers(db: Db) -> Found {
    let found = query!(
        Book.order_by(id).values_list(Concat(title, " (", Cast(pages, Text), ")"), Concat(isbn, "-", publisher.name))
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_filled_up(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(
        LPad(pen_name, 8, "*"),
        RPad(pen_name, 8, "ab"),
        LPad(name, 5),
        RPad(name, 30, "")
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_without_blanks(db: Db) -> Found {
    let found = query!(
        Author.order_by(id).values_list(
            Trim(Concat("  ", name, " ")),
            LTrim(Concat("  ", pen_name, " ")),
            RTrim(Concat("  ", pen_name, " "))
        )[..3]
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_replaced(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(
        Replace(name, "a", "<a>"),
        Replace(name, " "),
        Replace(pen_name, "100%", "_"),
        Reverse(name),
        Repeat(pen_name, 2)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_searched(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(
        StrIndex(name, "a"),
        StrIndex(name, "東"),
        StrIndex(pen_name, ""),
        Ord(name),
        Ord(pen_name)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_of_code_points(db: Db) -> Found {
    let found = query!(Author.filter(id.in = [1, 3, 8]).order_by(id).values_list(Chr(Ord(name)), Chr(26481), Chr(age)))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn texts_hashed(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(
        MD5(name),
        SHA224(name),
        SHA256(pen_name),
        SHA384(name),
        SHA512(pen_name)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn functions_in_conditions(db: Db) -> Found {
    let found = query!(Author.filter(Length(name) > 9, StrIndex(name, "o") > 0).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn functions_in_an_order(db: Db) -> Found {
    let found = query!(Author.order_by(Length(name).desc(), Lower(name), id).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn transforms_of_texts(db: Db) -> Found {
    let found = query!(
        Author
            .filter(name.lower.startswith = "ada", name.length.gt = 5, name.upper.contains = "NORTH")
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn transforms_chained(db: Db) -> Found {
    let found =
        query!(Author.filter(name.trim.lower.length.in = [9, 10]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn transforms_through_relations(db: Db) -> Found {
    let found = query!(
        Book.filter(contact.name.upper = "CHLOÉ DUBOIS", publisher.name.lower.iexact = "ÅNGSTRÖM press")
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn first_that_is_not_null(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(
        Coalesce(pen_name, name),
        Coalesce(pen_name, "none"),
        Coalesce(rating, 0.0)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn first_that_is_not_null_of_three(db: Db) -> Found {
    let found = query!(Number.order_by(id).values_list(Coalesce(whole, small, 0), Coalesce(exact, float, big)))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn first_that_is_not_null_in_an_order(db: Db) -> Found {
    let found = query!(Author.order_by(Coalesce(pen_name, name), id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn null_if_equal(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(
        NullIf(pen_name, ""),
        NullIf(Lower(name), "ada northwood"),
        NullIf(age, 34)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn greatest_and_least(db: Db) -> Found {
    let found = query!(Number.order_by(id).values_list(
        Greatest(small, whole),
        Least(small, whole, big),
        Greatest(float, 1.0),
        Least(exact, 5)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn greatest_of_instants(db: Db) -> Found {
    let found =
        query!(Trial.order_by(id).values_list(id, Greatest(began, ended), Least(assigned, completed))).run(&db).await?;
    Ok(json!(found))
}

async fn greatest_in_a_condition(db: Db) -> Found {
    let found = query!(Number.filter(Greatest(small, whole) >= 15).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn casts_of_numbers(db: Db) -> Found {
    let found = query!(Number.order_by(id).values_list(
        Cast(whole, Text),
        Cast(float, Integer),
        Cast(exact, Integer),
        Cast(whole, Decimal(8, 2)),
        Cast(small, Float),
        Cast(flag, Integer)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn casts_of_texts(db: Db) -> Found {
    let found =
        query!(Book.order_by(id).values_list(Cast(isbn, BigInteger), Cast(isbn, Decimal(12, 1)), Cast(title, Char(4))))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn casts_of_dates(db: Db) -> Found {
    let found = query!(Trial.order_by(id).values_list(
        Cast(assigned, Text),
        Cast(began, Date),
        Cast(estimate, Text),
        Cast(rung_at, Text)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn casts_to_spans(db: Db) -> Found {
    let found = query!(
        Number
            .filter(small.isnull = false)
            .order_by(id)
            .values_list(id, Cast(Concat(Cast(small, Text), " seconds"), Duration))
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn casts_in_conditions(db: Db) -> Found {
    let found =
        query!(Book.filter(Cast(isbn, BigInteger) > 9990002).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn documents_of_fields(db: Db) -> Found {
    let found = query!(Author.filter(id.lte = 3).order_by(id).values_list(
        JSONObject(name = Lower(name), alias = pen_name, age = age, twice = F(age) * 2),
        JSONArray(name, age, rating)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn documents_in_documents(db: Db) -> Found {
    let found = query!(Book.filter(id.lte = 2).order_by(id).values_list(
        JSONObject(book = JSONObject(title = title, by = JSONArray(contact.name, contact.age)), none = JSONArray()),
        JSONObject()
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

cases! {
    texts_in_other_cases,
    texts_cut,
    texts_cut_at_a_computed_place,
    texts_joined_with_null,
    texts_joined_with_numbers,
    texts_filled_up,
    texts_without_blanks,
    texts_replaced,
    texts_searched,
    texts_of_code_points,
    texts_hashed,
    functions_in_conditions,
    functions_in_an_order,
    transforms_of_texts,
    transforms_chained,
    transforms_through_relations,
    first_that_is_not_null,
    first_that_is_not_null_of_three,
    first_that_is_not_null_in_an_order,
    null_if_equal,
    greatest_and_least,
    greatest_of_instants,
    greatest_in_a_condition,
    casts_of_numbers,
    casts_of_texts,
    casts_of_dates,
    casts_to_spans,
    casts_in_conditions,
    documents_of_fields,
    documents_in_documents,
}
