//! "Did you mean": the known name that is closest to a mistyped one.
//!
//! In: a name and the names that would have been right. Out: one of those, if it differs only in case or underscores,
//! in number (`tag`, `tags`), by an ending that was left out, or in a few letters for its length; otherwise nothing, because a wild guess is worse.

/// The candidate closest to `name`. Of equally close ones the first.
///
/// ```
/// use nuages_schema::suggest::nearest;
/// assert_eq!(nearest("slgu", ["name", "slug"]), Some("slug"));
/// assert_eq!(nearest("createdAt", ["created_at"]), Some("created_at"));
/// assert_eq!(nearest("categories", ["category"]), Some("category"));
/// assert_eq!(nearest("weight", ["name", "slug"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = fold(name);
    let single = singular(&plain);
    let letters = plain.chars().count();
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        if candidate == name {
            continue;
        }
        let other = fold(candidate);
        let distance = if other == plain {
            0
        } else if singular(&other) == single {
            1
        } else if letters >= 3 && other.starts_with(&plain) {
            2
        } else {
            // One letter in three may be wrong, and one in a short name; a swap of neighbours counts as one.
            let allowed = (letters.max(other.chars().count()) / 3).clamp(1, 4);
            let distance = distance(&plain, &other);
            if distance > allowed || (letters <= 2 && distance >= letters) {
                continue;
            }
            distance + 1
        };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Lower case without underscores.
fn fold(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// The name without an English plural's ending; only compared with another result of this function.
fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    ["ses", "xes", "ches", "shes"]
        .iter()
        .find_map(|ending| name.strip_suffix("es").filter(|_| name.ends_with(ending)))
        .or_else(|| name.strip_suffix('s').filter(|stem| !stem.is_empty()))
        .unwrap_or(name)
        .to_owned()
}

/// Edits (insert, remove, replace, swap neighbours) that turn one text into the other.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn case_and_underscores_come_first() {
        assert_eq!(nearest("ISACTIVE", ["is_archive", "is_active"]), Some("is_active"));
    }

    #[test]
    fn number_does_not_matter() {
        assert_eq!(nearest("tag", ["tags", "tab"]), Some("tags"));
        assert_eq!(nearest("addresses", ["address"]), Some("address"));
        assert_eq!(nearest("boxes", ["box"]), Some("box"));
    }

    #[test]
    fn a_beginning_is_enough() {
        assert_eq!(nearest("desc", ["name", "description"]), Some("description"));
        assert_eq!(nearest("de", ["name", "description"]), None);
    }

    #[test]
    fn swapped_letters_are_one_edit() {
        assert_eq!(nearest("nmae", ["name"]), Some("name"));
        assert_eq!(nearest("prcie", ["price", "place"]), Some("price"));
    }

    #[test]
    fn strangers_are_not_suggested() {
        assert_eq!(nearest("x", ["y", "id"]), None);
        assert_eq!(nearest("quantity", ["identity"]), None);
        assert_eq!(nearest("anything", []), None);
    }

    #[test]
    fn the_name_itself_is_no_suggestion() {
        assert_eq!(nearest("name", ["name"]), None);
    }
}
