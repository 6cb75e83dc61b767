use nuages::query;

fn main() {
    let _ = query!(Seat((1, 2)));
}
