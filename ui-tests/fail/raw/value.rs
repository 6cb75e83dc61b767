use nuages::raw;

struct Money(i64);

fn main() {
    let (size, money) = (3_usize, Money(1));
    let _ = raw!("DELETE FROM product WHERE stock = {size} OR views = {money} OR views = {nothing}");
}
