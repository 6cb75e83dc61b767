use nuages::query;

fn main() {
    async fn run(db: &nuages::Db, client: &nuages::Client) {
        let shelves = query!(Category.prefetch_related(products).pipelined());
        let _ = shelves.run(client).await;
        let _ = shelves.iterator(db, 10);
    }
}
