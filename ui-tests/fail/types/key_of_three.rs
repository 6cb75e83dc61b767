use nuages::query;

fn main() {
    let key = (1, "a", 2);
    let _ = query!(Seat(key));
}
