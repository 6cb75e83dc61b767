//! What fields take.

use nuages::{query, rust_decimal::Decimal};
use nuages_ui_tests::models::{Category, Seat, Status};
use std::borrow::Cow;

fn main() {
    let string = String::from("x");
    let cow = Cow::Borrowed("x");
    let words = ["x", "y"];
    for word in &words {
        let _ = query!(Tag.filter(name = word)).sql();
    }
    let _ = query!(Tag.filter(name = &string)).sql();
    let _ = query!(Tag.filter(name = &cow)).sql();
    let _ = query!(Tag.filter(name = cow)).sql();
    let _ = query!(Tag.filter(name = format!("{string}!"))).sql();
    let _ = query!(Tag.filter(name.in = words.iter().map(|w| w.to_uppercase()).collect::<Vec<_>>())).sql();
    let _ = query!(Tag.filter(name.in = words)).sql();
    let _ = query!(Tag.filter(id.range = (1, 5))).sql();
    let _ = query!(Tag.filter(id.range = 1..=5)).sql();
    let category = Category { id: 1, name: string.clone(), slug: string.clone(), parent_id: None };
    let _ = query!(Product.filter(category = &category)).sql();
    let _ = query!(Product.filter(category = category.id)).sql();
    let _ = query!(Product.filter(category.in = [&category])).sql();
    let _ = query!(Product.filter(category_id = 3)).sql();
    let _ = query!(Product.filter(status = Status::Active)).sql();
    let _ = query!(Product.filter(status.in = Status::ALL)).sql();
    let _ = query!(Product.filter(price.lt = Decimal::ONE, price.gt = 0, price.gte = 0.5)).sql();
    let _ = query!(Product.filter(note = None)).sql();
    let wanted = Some(vec![1_i64, 2]);
    let _ = query!(Tag.filter(id.in? = &wanted)).sql();
    let _ = query!(Tag.filter(id.in? = wanted.as_ref().map(|ids| ids.iter().rev()))).sql();
    let _ = query!(Tag.filter(id.in? = wanted.as_deref(), id.range? = wanted.map(|ids| (ids[0], ids[1])))).sql();
    let between = Some(1_i64..=2);
    let _ = query!(Tag.filter(id.range? = &between, id.range = &(1_i64, 2_i64))).sql();
    let seats = Some([(1, "A"), (1, "B")]);
    let _ = query!(Seat.filter(pk.in? = seats, pk? = seats.map(|seats| seats[0]))).sql();
    let note: Option<&str> = None;
    let _ = query!(Product.filter(note = note, note.contains? = note)).sql();
    let _ = query!(Category.filter(parent = &category)).sql();
    let parent: Option<&Category> = Some(&category);
    let _ = query!(Category.filter(parent = parent)).sql();
    let seat = Seat { hall: 1, row: "a".into() };
    assert_eq!(query!(Seat(&seat)).sql(), query!(Seat((1i32, String::from("a")))).sql());
}
