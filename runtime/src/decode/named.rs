//! Rows of a statement that nobody has compiled: which of its columns is which, and whether they are what is expected.
//!
//! In: the columns that a value is made of, by name or by place, and those that the server promises. Out: where each is
//! to be found, or one error that names every column that is missing, too many, or of another type. Whether a column may
//! be NULL the server does not say: a NULL without room is an error of its row.

use std::any::type_name;
use std::cell::RefCell;

use postgres_types::{FromSql, Type};

use super::column::is_json;
use super::{Column, Context};
use crate::error::{Error, ErrorKind};

/// A column that rows must have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Its name; none if its place counts.
    name: &'static str,
    /// The Rust type that it is read into.
    rust: &'static str,
    fits: fn(&Type) -> bool,
}

impl Wanted {
    /// Of any type that columns have.
    pub fn column<T: Column>(name: &'static str) -> Self {
        Self { name, rust: type_name::<T>(), fits: T::fits }
    }

    /// A JSON document of the user's type.
    pub fn document<T>(name: &'static str) -> Self {
        Self { name, rust: type_name::<T>(), fits: is_json }
    }

    /// Of a type that only its own `FromSql` knows.
    pub fn custom<T: for<'a> FromSql<'a>>(name: &'static str) -> Self {
        Self { name, rust: type_name::<T>(), fits: T::accepts }
    }
}

/// Where the values of a row come from.
pub trait Cells {
    /// The `i`-th of them.
    fn cell<T: Column>(&self, i: usize) -> Result<T, Error>;
}

impl Cells for Context<'_> {
    fn cell<T: Column>(&self, i: usize) -> Result<T, Error> {
        self.get(i)
    }
}

/// A row that is none: it writes down what is asked for.
#[derive(Debug)]
pub struct Probe {
    names: &'static [&'static str],
    asked: RefCell<Vec<Wanted>>,
}

impl Cells for Probe {
    fn cell<T: Column>(&self, i: usize) -> Result<T, Error> {
        self.asked.borrow_mut().push(Wanted::column::<T>(self.names.get(i).copied().unwrap_or_default()));
        Ok(T::blank())
    }
}

/// The columns that `read` asks for.
pub fn wanted<R>(names: &'static [&'static str], read: fn(&Probe) -> Result<R, Error>) -> Vec<Wanted> {
    let probe = Probe { names, asked: RefCell::default() };
    // What it makes of blank values is of no use.
    drop(read(&probe));
    probe.asked.into_inner()
}

/// A column as the server promises it.
pub(crate) struct Found<'s> {
    pub(crate) name: &'s str,
    pub(crate) ty: &'s Type,
}

/// Where each of the wanted columns stands; empty if they stand as they are wanted.
pub(crate) fn order(wanted: &[Wanted], found: &[Found<'_>], row: &str) -> Result<Vec<u16>, Error> {
    let mut problems = Problems::default();
    let by_name = wanted.iter().all(|column| !column.name.is_empty());
    let places: Vec<Option<usize>> = if by_name {
        wanted.iter().map(|column| found.iter().position(|found| found.name == column.name)).collect()
    } else {
        (0..wanted.len()).map(|i| (i < found.len()).then_some(i)).collect()
    };
    for (i, (column, place)) in wanted.iter().zip(&places).enumerate() {
        let found = place.and_then(|place| found.get(place));
        let name = found.map_or(column.name, |found| found.name);
        match found {
            None if by_name => problems.add(name, format!("`{name}` is missing")),
            None => problems.add(name, format!("column {} is missing", i + 1)),
            Some(found) if !(column.fits)(found.ty) => {
                let (ty, rust) = (found.ty.name(), column.rust);
                problems.add(name, format!("`{name}` is of type `{ty}`, expected one that fits `{rust}`"));
            }
            Some(_) => {}
        }
    }
    for (i, column) in found.iter().enumerate() {
        let twice = by_name && found[..i].iter().any(|other| other.name == column.name);
        if twice {
            problems.add(column.name, format!("`{}` is there twice", column.name));
        } else if !places.contains(&Some(i)) {
            problems.add(column.name, format!("`{}` is not wanted", column.name));
        }
    }
    problems.refuse(row)?;
    // A row has no more columns than that.
    let places: Vec<u16> = places.into_iter().flatten().filter_map(|place| u16::try_from(place).ok()).collect();
    let as_they_are = places.iter().enumerate().all(|(i, place)| i == usize::from(*place));
    Ok(if as_they_are { Vec::new() } else { places })
}

/// What is wrong with columns.
#[derive(Default)]
struct Problems {
    names: Vec<String>,
    texts: Vec<String>,
}

impl Problems {
    fn add(&mut self, name: &str, text: String) {
        self.names.extend((!name.is_empty()).then(|| name.to_owned()));
        self.texts.push(text);
    }

    fn refuse(self, row: &str) -> Result<(), Error> {
        if self.texts.is_empty() {
            return Ok(());
        }
        let message = format!("the columns do not fit `{row}`: {}", self.texts.join("; "));
        Err(Error::new(ErrorKind::Decode, message).about(self.names))
    }
}

#[cfg(test)]
mod tests {
    use super::{Cells, Found, Probe, Wanted, order, wanted};
    use crate::error::{Error, ErrorKind};
    use postgres_types::Type;

    fn row(cells: &Probe) -> Result<(i64, Option<String>), Error> {
        Ok((cells.cell(0)?, cells.cell(1)?))
    }

    fn columns(list: &[Wanted], found: &[(&str, Type)]) -> Result<Vec<u16>, String> {
        let found: Vec<Found<'_>> = found.iter().map(|(name, ty)| Found { name, ty }).collect();
        order(list, &found, "Row").map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::Decode);
            format!("{error} [{}]", error.columns().join(" "))
        })
    }

    #[test]
    fn columns_are_found_by_name() {
        let list = wanted(&["id", "name"], row);
        assert_eq!(columns(&list, &[("id", Type::INT8), ("name", Type::TEXT)]), Ok(vec![]));
        assert_eq!(columns(&list, &[("name", Type::VARCHAR), ("id", Type::INT8)]), Ok(vec![1, 0]));
    }

    #[test]
    fn all_that_is_wrong_is_one_error() {
        let list = wanted(&["id", "name"], row);
        let found = [("Id", Type::INT8), ("name", Type::INT4), ("name", Type::TEXT)];
        assert_eq!(
            columns(&list, &found).unwrap_err(),
            "the columns do not fit `Row`: `id` is missing; `name` is of type `int4`, expected one that fits \
             `core::option::Option<alloc::string::String>`; `Id` is not wanted; `name` is there twice [id name Id name]"
        );
    }

    #[test]
    fn columns_without_names_stand_in_their_places() {
        let list = wanted(&["", ""], row);
        let unnamed = "?column?";
        assert_eq!(columns(&list, &[(unnamed, Type::INT8), (unnamed, Type::TEXT)]), Ok(vec![]));
        let few = columns(&list, &[(unnamed, Type::INT8)]).unwrap_err();
        assert_eq!(few, "the columns do not fit `Row`: column 2 is missing []");
        let many = columns(&list, &[("a", Type::INT8), ("b", Type::TEXT), ("c", Type::TEXT)]).unwrap_err();
        assert_eq!(many, "the columns do not fit `Row`: `c` is not wanted [c]");
    }
}
