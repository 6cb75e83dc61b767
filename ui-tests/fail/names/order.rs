//! Mistakes are told in the order of their places: of names and of writing, whichever is found first.
use nuages::query;

fn main() {
    let _ = query!(
        Product
            .filter(nam = "x")
            .order_by("price")
            .annotate(n = Count(reviewz))
            .values(id name)
    );
}
