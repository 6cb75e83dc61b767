use nuages::query;

query! {
    fn result(name: &str) -> Result<Vec<OfResult>, nuages::Error> { Product.filter(name = name).values(id) }
}

query! {
    fn number() -> nuages::Query<i64> { Product.count() }
}

query! {
    fn rows() -> nuages::Query<Vec<OfQuery>, nuages::Read> { Product.values(id) }
}

query! {
    fn future() -> impl Future<Output = Result<Option<OfFuture>, nuages::Error>> + Send { Product.values(id).first() }
}

query! {
    async fn run() -> Result<Vec<OfAsync>, nuages::Error> { Product.values(id) }
}

query! {
    fn misspelt() -> Result<Vec<Misspelt>, nuages::Error> { Product.filter(nme = "x").values(id) }
}

fn main() {
    // No errors of their own.
    let _ = |rows: Vec<OfResult>, row: OfQuery| rows[0].id + row.id;
    let _ = |future: OfFuture, run: OfAsync, misspelt: Misspelt| (future.id, run, misspelt);
    let _ = (result("x"), number(), rows(), future(), run(), misspelt());
}
