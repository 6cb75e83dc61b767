//! Columns of several selects in one.
//!
//! In: the types of the columns of each. Out: the columns of a select that has room for the row of any of them, and where
//! each finds its own there. Columns share a place if they are of one type for the server, whatever it knows of them that
//! the schema does not say.

use crate::hir::SqlType;
use nuages_schema::model::Schema;

/// More columns the server does not give.
pub const MOST: usize = 1_664;

/// A select with room for all.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    /// Its columns.
    pub columns: Vec<SqlType>,
    /// For each of the selects, where its columns stand. Those of the first stand as they are.
    pub places: Vec<Vec<usize>>,
    /// Types whose columns share no place.
    pub exact: Vec<SqlType>,
}

/// Packs the columns of several selects.
pub fn pack(schema: &Schema, selects: &[Vec<SqlType>]) -> Packed {
    let exact = exact(schema);
    let mut columns: Vec<SqlType> = Vec::new();
    let mut places = Vec::new();
    for select in selects {
        let known = columns.len();
        let mut taken = vec![false; known];
        let mut own = Vec::new();
        for ty in select {
            let class = class(ty);
            let shared = (0..known).find(|i| !taken[*i] && columns[*i] == class && !exact.contains(&class));
            let place = shared.unwrap_or(columns.len());
            match taken.get_mut(place) {
                Some(taken) => *taken = true,
                None => columns.push(class),
            }
            own.push(place);
        }
        places.push(own);
    }
    Packed { columns, places, exact }
}

/// What a column is for the server.
fn class(ty: &SqlType) -> SqlType {
    match ty {
        // What the client cannot know comes as text.
        SqlType::Enum(_) | SqlType::NativeEnum(_) | SqlType::HStore | SqlType::TsVector | SqlType::TsQuery => {
            SqlType::Text
        }
        SqlType::Jsonb(_) => SqlType::Jsonb(None),
        SqlType::Duration => SqlType::Interval,
        SqlType::Array(element, _) => SqlType::Array(Box::new(class(element)), true),
        SqlType::Custom { pg_type, .. } => SqlType::Custom { pg_type: pg_type.clone(), rust_type: String::new() },
        other => other.clone(),
    }
}

/// Types of which there are fields with a `db_type`: of an expression it is not known whether it is that one, and what they
/// have in common may be another (`character(20)` beside text loses its spaces).
fn exact(schema: &Schema) -> Vec<SqlType> {
    let fields = schema.models.iter().flat_map(|model| &model.fields);
    fields.filter(|field| field.db_type.is_some()).map(|field| class(&SqlType::of_field(schema, field))).collect()
}

#[cfg(test)]
mod tests {
    use super::pack;
    use crate::hir::SqlType::{Bool, Int8, Text};
    use nuages_schema::model::Schema;

    #[test]
    fn columns_of_one_type_share_a_place() {
        let schema = Schema::default();
        let packed = pack(&schema, &[vec![Int8, Text], vec![Int8, Int8, Text, Text], vec![Bool, Text, Int8]]);
        assert_eq!(packed.columns, [Int8, Text, Int8, Text, Bool]);
        assert_eq!(packed.places, [vec![0, 1], vec![0, 2, 1, 3], vec![4, 1, 0]]);
    }
}
