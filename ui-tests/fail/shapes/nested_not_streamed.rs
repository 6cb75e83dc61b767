use nuages::query;

fn main() {
    async fn run(db: &nuages::Db) {
        let _ = query!(Product.prefetch_related(reviews)).stream(db);
    }
}
