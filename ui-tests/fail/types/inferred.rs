use nuages::query;

fn main() {
    let n: u32 = 3;
    let _ = query!(Product.filter(stock = n.try_into().unwrap()));
}

fn into(n: u8) {
    let _ = query!(Product.filter(stock = n.into()));
}

fn default() {
    let _ = query!(Product.filter(stock = Default::default()));
}

fn parsed(text: &str) {
    let _ = query!(Product.filter(stock = text.parse().unwrap()));
}

fn collected(ids: &[u32]) {
    let _ = query!(Product.filter(id.in = ids.iter().map(|id| i64::from(*id)).collect()));
}

fn written(text: &str) {
    let _ = query!(Product.filter(id = 1).update(stock = text.parse().unwrap(), name = text.into()));
}
