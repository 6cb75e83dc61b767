//! Sets of rows, and windows over them.

use crate::harness::Found;
use nuages::{Db, query};

async fn union_of_two(db: Db) -> Found {
    let found = query!(
        Employee
            .filter(age.lt = 25)
            .values_list(id, flat)
            .union(Employee.filter(salary.gt = 50000).values_list(id, flat))
            .order_by(id)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn union_with_doubles(db: Db) -> Found {
    let found = query!(
        Employee
            .filter(age.lt = 25)
            .values(department)
            .union_all(Employee.filter(salary.gt = 50000).values(department))
            .order_by(department)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"department": row.department}))))
}

async fn union_of_two_models(db: Db) -> Found {
    let found =
        query!(Tag.values_list(name, flat).union(Author.filter(id.lt = 3).values_list(name, flat)).order_by(name))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn union_counted(db: Db) -> Found {
    let found = query!(
        Employee
            .filter(department = "IT")
            .values_list(id, flat)
            .union(Employee.filter(department = "Sales").values_list(id, flat))
            .count()
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn union_cut(db: Db) -> Found {
    let found = query!(
        Employee
            .filter(age.lt = 35)
            .values_list(age, flat)
            .union(Employee.filter(salary.gt = 40000).values_list(age, flat))
            .order_by(-age)[..3]
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn intersection_of_two(db: Db) -> Found {
    let found = query!(
        Employee
            .filter(age.lt = 40)
            .values_list(id, flat)
            .intersection(Employee.filter(salary.gt = 40000).values_list(id, flat))
            .order_by(id)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn difference_of_two(db: Db) -> Found {
    let found = query!(
        Employee
            .filter(age.lt = 40)
            .values_list(id, flat)
            .difference(Employee.filter(salary.gt = 40000).values_list(id, flat))
            .order_by(id)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn difference_that_exists(db: Db) -> Found {
    let found = query!(
        Employee
            .values_list(department, flat)
            .difference(Employee.filter(age.lt = 60).values_list(department, flat))
            .exists()
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

cases! {
    union_of_two,
    union_with_doubles,
    union_of_two_models,
    union_counted,
    union_cut,
    intersection_of_two,
    difference_of_two,
    difference_that_exists,
}
