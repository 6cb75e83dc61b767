fn main() {
    async fn run(db: &nuages::Db) -> Result<(), nuages::Error> {
        db.atomic(async |tx| {
            tx.on_commit(|| "done");
            Ok(())
        })
        .await
    }
}
