//! A bookshop: the first steps with Nuages.

use nuages::rust_decimal::Decimal;
use nuages::{Db, query};

mod models {
    //! The models of `schema.nuages`.
    nuages::models!();
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A PostgreSQL for this run. With one of your own: `Db::connect("postgres://user@localhost/bookshop")`.
    let server = nuages_devdb::Cluster::start()?;
    let database = server.create_database()?;
    let db = Db::connect(&database.url()).await?;
    models::create_all(&db).await?;

    let ursula = query!(Author.create(name = "Ursula K. Le Guin", born = "1929-10-21")).run(&db).await?;
    let books = [("The Dispossessed", 12_50), ("A Wizard of Earthsea", 8_99), ("The Lathe of Heaven", 9_75)];
    query!(Book.bulk_create(for (title, cents) in books =>
        title = title, author = &ursula, price = Decimal::new(cents, 2), published = "1971-01-01"
    ))
    .run(&db)
    .await?;

    // Filters that may be missing are still checked, and left out of the SQL when they are `None`.
    let text: Option<&str> = Some("the");
    let found = query!(
        Book.available()
            .filter(title.icontains? = text, author.born.year.lt = 1950)
            .select_related(author)
            .order_by(-price)[..10]
    )
    .run(&db)
    .await?;
    for book in &found {
        println!("{} by {}: {}", book.title, book.author.name, book.price);
    }

    // One statement for the authors, one for all their books.
    let authors = query!(
        Author.annotate(titles = Count(books), average = Avg(books.price)).prefetch_related(books.order_by(title))
    )
    .run(&db)
    .await?;
    for author in &authors {
        println!("{} wrote {} books, {:?} on average", author.name, author.titles, author.average);
        for book in &author.books {
            println!("  {}", book.title);
        }
    }
    Ok(())
}
