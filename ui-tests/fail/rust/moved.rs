use nuages::query;

fn main() {
    let name = String::from("x");
    let _ = query!(Product.filter(name = name));
    println!("{name}");
}
