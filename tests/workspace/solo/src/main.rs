//! A program without a library, its schema a single file.

mod models {
    nuages::models!();
}

use nuages::query;

fn main() {
    println!("{}", query!(Note.filter(done = false)).sql());
}

#[cfg(test)]
mod tests {
    use nuages::query;

    #[test]
    fn a_single_file_has_no_app_label() {
        assert!(query!(Note.filter(done = false)).sql().contains("\"note\""));
    }
}
