use nuages::query;

fn main() {
    let name: Option<String> = None;
    let _ = query!(Tag.create(name = name));
}
