use nuages::query;

fn main() {
    async fn run(db: &nuages::Db) {
        let _ = query!(Product.select_for_update()).run(db).await;
    }
}
