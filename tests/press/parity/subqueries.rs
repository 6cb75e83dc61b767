//! Subqueries, existence, annotations on annotations.

use crate::harness::Found;
use nuages::{Db, query};

async fn subquery_of_the_dearest(db: Db) -> Found {
    let found = query!(
        Publisher
            .annotate(dearest = Subquery(books.order_by(-price).values(title)[..1]))
            .order_by(id)
            .values_list(id, dearest)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn subquery_from_a_model(db: Db) -> Found {
    let found = query!(
        Company
            .annotate(
                x = Subquery(Employee.filter(salary.gt = OuterRef(workers)).order_by(salary, id).values(last)[..1])
            )
            .order_by(id)
            .values_list(id, x)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn subquery_compared(db: Db) -> Found {
    let found = query!(Book.filter(pages = Subquery(Book.order_by(-pages).values(pages)[..1])).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn subquery_that_counts(db: Db) -> Found {
    let found = query!(
        Author
            .annotate(n = Subquery(books.values(contact).annotate(n = Count()).order_by(-n, contact).values(n)[..1]))
            .order_by(id)
            .values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn subquery_nested_outer_reference(db: Db) -> Found {
    let found = query!(
        Author
            .filter(Exists(books.filter(Exists(Store.filter(books = OuterRef(pk), opened_at.year.lt = 1990)))))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn subquery_in_a_list(db: Db) -> Found {
    let found = query!(Employee.filter(id.in = Company.filter(is_local = true).values(head)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn subquery_in_a_list_that_is_sliced(db: Db) -> Found {
    let found =
        query!(Author.filter(id.in = Book.order_by(-price).values(contact)[..3]).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn subquery_ordered_by(db: Db) -> Found {
    let found = query!(
        Publisher
            .order_by(Subquery(books.order_by(-pages).values(pages)[..1]).desc(nulls_last), id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn existence_as_a_value(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(heads_one = Exists(heads), is_boss = Exists(reports.filter(age.lt = 30)))
            .order_by(id)
            .values_list(id, heads_one, is_boss)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn existence_of_two_joined(db: Db) -> Found {
    let found =
        query!(Employee.filter(Exists(heads) | Exists(contact_of)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn existence_grouped(db: Db) -> Found {
    let found = query!(
        Employee.annotate(leads = Exists(reports)).values(leads).annotate(n = Count(), mean = Avg(age)).order_by(leads)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"leads": row.leads, "n": row.n, "mean": row.mean}))))
}

async fn existence_with_arithmetic_on_the_outside(db: Db) -> Found {
    let found = query!(
        Company.filter(Exists(Company.filter(workers = OuterRef(chairs) * 8))).order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn function_under_a_condition(db: Db) -> Found {
    let found = query!(Author.filter(Lower(name) == Lower("ADA NORTHWOOD")).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn functions_in_functions(db: Db) -> Found {
    let found = query!(
        Author
            .annotate(x = Upper(Left(Coalesce(pen_name, name), 3)), n = Length(Concat(name, pen_name)))
            .order_by(id)
            .values_list(id, x, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn annotation_on_annotation_on_annotation(db: Db) -> Found {
    let found = query!(
        Company
            .annotate(a = F(workers) - F(chairs))
            .annotate(b = F(a) * 2)
            .annotate(c = F(b) + F(a))
            .filter(c.lt = 100)
            .order_by(-c, id)
            .values_list(id, a, b, c)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn alias_then_annotated(db: Db) -> Found {
    let found = query!(
        Book.alias(half = F(pages) / 2)
            .annotate(more = F(half) + 1)
            .filter(half.gt = 200)
            .order_by(id)
            .values_list(id, more)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn alias_of_a_condition_filtered(db: Db) -> Found {
    let found = query!(
        Book.alias(long = Q(pages.gt = 400)).filter(long = false, price.gt = 5).order_by(-id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn rows_annotated_with_a_joined_field(db: Db) -> Found {
    let found = query!(Book.annotate(award = F(publisher.awards)).filter(award.gte = 7).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|b| json!([b.id, b.title, b.award, b.publisher_id]))))
}

async fn rows_annotated_and_cut(db: Db) -> Found {
    let found = query!(Book.only(id, title).annotate(n = Count(authors)).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|b| json!([b.id, b.title, b.n]))))
}

async fn annotation_deferred_beside(db: Db) -> Found {
    let found = query!(Book.defer(isbn, price).annotate(x = F(pages) * 2).order_by(-x)[..2]).run(&db).await?;
    Ok(json!(found.iter().map(|b| json!([b.id, b.title, b.x]))))
}

cases! {
    subquery_of_the_dearest,
    subquery_from_a_model,
    subquery_compared,
    subquery_that_counts,
    subquery_nested_outer_reference,
    subquery_in_a_list,
    subquery_in_a_list_that_is_sliced,
    subquery_ordered_by,
    existence_as_a_value,
    existence_of_two_joined,
    existence_grouped,
    existence_with_arithmetic_on_the_outside,
    function_under_a_condition,
    functions_in_functions,
    annotation_on_annotation_on_annotation,
    alias_then_annotated,
    alias_of_a_condition_filtered,
    rows_annotated_with_a_joined_field,
    rows_annotated_and_cut,
    annotation_deferred_beside,
}
