use nuages::query;

fn main() {
    async fn run(db: &nuages::Db) -> Result<(), nuages::Error> {
        db.transaction()
            .read_only()
            .atomic(async |tx| {
                query!(Product.filter(id = 1)).run(tx).await?;
                query!(Product.filter(id = 1).delete()).run(tx).await?;
                query!(Product.select_for_update()).run(tx).await?;
                tx.atomic(async |inner| query!(Product(1).delete()).run(inner).await).await?;
                Ok(())
            })
            .await
    }
}
