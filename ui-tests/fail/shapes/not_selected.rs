use nuages::query;

fn main() {
    async fn run(db: &nuages::Db) {
        let product = query!(Product(1)).run(db).await.unwrap();
        println!("{}", product.category.name);
        let some = query!(Product.only(id, name).first()).run(db).await.unwrap();
        println!("{:?}", some.map(|p| p.price));
        let rows = query!(Product.values(name, category.slug)).run(db).await.unwrap();
        println!("{}", rows[0].slug);
    }
}
