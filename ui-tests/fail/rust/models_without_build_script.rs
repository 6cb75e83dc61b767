use nuages::query;

fn main() {
    mod models {
        nuages::models!();
    }
}
