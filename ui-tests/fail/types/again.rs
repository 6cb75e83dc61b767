//! Several queries of a crate use one field: its name is shown without the path of what stands for it all the same.

use nuages::query;

fn first(stock: u32) {
    let _ = query!(Product.filter(stock = stock));
}

async fn second(stock: u32) {
    let _ = query!(Product.filter(stock.gt = stock));
}

mod third {
    pub async fn update(stock: u64) {
        let _ = nuages::query!(Product.filter(id = 1).update(stock = stock));
    }
}

fn main() {}
