//! A model as the tuple of its columns, so that what all models do is written once.
//!
//! In: a struct taken apart and put together again by the two functions that are generated for it. Out: how it is read
//! from a row, cloned, compared, shown, and bound to the statement that writes it. rustc needs less for a tuple's type than
//! for a body with a call for each column.

use std::convert::identity;
use std::fmt::{self, Debug, DebugStruct, Formatter};
use std::str::Split;

use postgres_types::{FromSql, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::decode::{Column, Context, Decode};
use crate::encode::{Accepts, Build, Custom, Document, SqlType};
use crate::error::Error;
use crate::model::Model;
use crate::plan::Param;

/// A column of a model, told by the type of its values or by a marker.
pub trait Cell: 'static {
    /// What the model's struct holds.
    type Value: Clone + PartialEq + Debug + 'static;

    /// Reads the `i`-th column from here.
    fn read(cx: Context<'_>, i: usize) -> Result<Self::Value, Error>;

    /// Binds a value to the next slot.
    fn put(value: &Self::Value, build: &mut Build);
}

impl<T: Plain> Cell for T {
    type Value = T;

    fn read(cx: Context<'_>, i: usize) -> Result<T, Error> {
        T::read(cx, i)
    }

    fn put(value: &T, build: &mut Build) {
        T::put(value, build);
    }
}

/// Columns of types that are the user's.
macro_rules! marked {
    ($($marker:ident: $bound:path, $bound_too:path, $read:ident, $read_opt:ident;)*) => {$(
        impl<T: $bound + $bound_too + Clone + PartialEq + Debug + Send + Sync + 'static> Cell for $marker<T> {
            type Value = T;

            fn read(cx: Context<'_>, i: usize) -> Result<T, Error> {
                cx.$read(i)
            }

            fn put(value: &T, build: &mut Build) {
                build.slot::<Self>(|sink| Accepts::<Self>::put(value, sink));
            }
        }

        impl<T: $bound + $bound_too + Clone + PartialEq + Debug + Send + Sync + 'static> Cell for Option<$marker<T>> {
            type Value = Option<T>;

            fn read(cx: Context<'_>, i: usize) -> Result<Option<T>, Error> {
                cx.$read_opt(i)
            }

            fn put(value: &Option<T>, build: &mut Build) {
                build.slot::<$marker<T>>(|sink| {
                    value.as_ref().is_some_and(|value| Accepts::<$marker<T>>::put(value, sink))
                });
            }
        }
    )*};
}

/// A type that reads itself from any value of its own SQL type.
pub trait FromAny: for<'a> FromSql<'a> {}
impl<T: for<'a> FromSql<'a>> FromAny for T {}

marked! {
    Document: Serialize, DeserializeOwned, json, json_opt;
    Custom: ToSql, FromAny, custom, custom_opt;
}

/// A column whose value says all that there is to know of it. It is no [`Cell`] with itself as value: rustc would work that
/// out again for each column of each model, and that was more than a quarter of what a model cost.
pub trait Plain: Clone + PartialEq + Debug + 'static {
    /// Reads the `i`-th column from here.
    fn read(cx: Context<'_>, i: usize) -> Result<Self, Error>;

    /// Binds it to the next slot.
    fn put(&self, build: &mut Build);
}

impl<T> Plain for T
where
    T: Column + SqlType + Clone + PartialEq + Debug + 'static,
    for<'a> &'a T: Accepts<T>,
{
    fn read(cx: Context<'_>, i: usize) -> Result<T, Error> {
        cx.get(i)
    }

    fn put(&self, build: &mut Build) {
        build.one::<T>(self);
    }
}

/// What references to a model's columns are. Of plain columns it asks for nothing: rustc finds it for the functions of each
/// model, and would look at all columns again each time.
pub trait Tuple {
    /// References to the values.
    type Refs<'a>
    where
        Self: 'a;
}

/// The columns of a model: a value of it holds theirs.
pub trait Parts: Tuple + Sized + 'static {
    /// How many there are.
    const COUNT: usize;

    /// Reads them.
    fn read(cx: Context<'_>) -> Result<Self, Error>;
    /// The same values once more.
    fn copied(refs: Self::Refs<'_>) -> Self;
    /// Whether all are equal.
    fn same(refs: Self::Refs<'_>, others: Self::Refs<'_>) -> bool;
    /// Adds them to what is shown.
    fn show(refs: Self::Refs<'_>, names: &mut Split<'_, char>, out: &mut DebugStruct<'_, '_>);
    /// Binds those that a statement has parameters for, each to the slot of its number, which begin with `first`.
    fn bind(refs: Self::Refs<'_>, first: usize, params: &[Param], build: &mut Build);
}

/// Columns of which some are told by a marker.
pub struct Marked<T: Holds>(pub T::Values);

/// Columns each of which may be told by a marker.
pub trait Holds {
    /// Their values.
    type Values;
}

/// Columns of a table that is wider than tuples are: tuples of tuples.
pub struct Wide<T>(pub T);

macro_rules! columns {
    ($this:ty, $make:path, [$($T:ident: $bound:ident $i:tt,)*]) => {
        impl<$($T: $bound),*> Parts for $this {
            const COUNT: usize = [$($i),*].len();

            fn read(cx: Context<'_>) -> Result<Self, Error> {
                Ok($make(($($T::read(cx, $i)?,)*)))
            }

            fn copied(refs: Self::Refs<'_>) -> Self {
                $make(($(refs.$i.clone(),)*))
            }

            fn same(refs: Self::Refs<'_>, others: Self::Refs<'_>) -> bool {
                $(refs.$i == others.$i)&&*
            }

            fn show(refs: Self::Refs<'_>, names: &mut Split<'_, char>, out: &mut DebugStruct<'_, '_>) {
                $(out.field(names.next().unwrap_or_default(), refs.$i);)*
            }

            fn bind(refs: Self::Refs<'_>, first: usize, params: &[Param], build: &mut Build) {
                $(
                    if wanted(params, first + $i) {
                        $T::put(refs.$i, build);
                    } else {
                        build.absent();
                    }
                )*
            }
        }
    };
}

macro_rules! tuples {
    ($([$($T:ident $i:tt)*])*) => {$(
        impl<$($T),*> Tuple for ($($T,)*) {
            type Refs<'a>
                = ($(&'a $T,)*)
            where
                Self: 'a;
        }

        columns! { ($($T,)*), identity, [$($T: Plain $i,)*] }

        impl<$($T: Cell),*> Holds for ($($T,)*) {
            type Values = ($($T::Value,)*);
        }

        impl<$($T: Cell),*> Tuple for Marked<($($T,)*)> {
            type Refs<'a> = ($(&'a $T::Value,)*);
        }

        columns! { Marked<($($T,)*)>, Marked, [$($T: Cell $i,)*] }

        impl<$($T: Tuple),*> Tuple for Wide<($($T,)*)> {
            type Refs<'a>
                = ($($T::Refs<'a>,)*)
            where
                Self: 'a;
        }

        impl<$($T: Parts),*> Parts for Wide<($($T,)*)> {
            const COUNT: usize = 0 $(+ $T::COUNT)*;

            fn read(cx: Context<'_>) -> Result<Self, Error> {
                let mut at = 0;
                Ok(Self(($($T::read(cx.at(next::<$T>(&mut at)))?,)*)))
            }

            fn copied(refs: Self::Refs<'_>) -> Self {
                Self(($($T::copied(refs.$i),)*))
            }

            fn same(refs: Self::Refs<'_>, others: Self::Refs<'_>) -> bool {
                $($T::same(refs.$i, others.$i))&&*
            }

            fn show(refs: Self::Refs<'_>, names: &mut Split<'_, char>, out: &mut DebugStruct<'_, '_>) {
                $($T::show(refs.$i, names, out);)*
            }

            fn bind(refs: Self::Refs<'_>, first: usize, params: &[Param], build: &mut Build) {
                let mut at = first;
                $($T::bind(refs.$i, next::<$T>(&mut at), params, build);)*
            }
        }
    )*};
}

tuples! {
    [A 0]
    [A 0 B 1]
    [A 0 B 1 C 2]
    [A 0 B 1 C 2 D 3]
    [A 0 B 1 C 2 D 3 E 4]
    [A 0 B 1 C 2 D 3 E 4 F 5]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14]
    [A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15]
}

/// Where the next part begins; what follows it begins behind it.
fn next<P: Parts>(at: &mut usize) -> usize {
    let first = *at;
    *at += P::COUNT;
    first
}

/// Whether a statement has a parameter for a slot.
fn wanted(params: &[Param], slot: usize) -> bool {
    params.iter().any(|param| usize::from(param.slot) == slot)
}

impl<M: Model> Decode for M {
    type Row = M;

    fn decode(cx: Context<'_>) -> Result<M, Error> {
        M::Parts::read(cx).map(M::__new)
    }
}

/// What `derive(Clone)` would make.
pub fn clone<M: Model>(of: &M) -> M {
    M::__new(M::Parts::copied(of.__parts()))
}

/// What `derive(PartialEq)` would make.
pub fn equal<M: Model>(one: &M, other: &M) -> bool {
    M::Parts::same(one.__parts(), other.__parts())
}

/// What `derive(Debug)` would make.
pub fn debug<M: Model>(of: &M, f: &mut Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_struct(M::NAME);
    M::Parts::show(of.__parts(), &mut M::FIELDS.split(','), &mut out);
    out.finish()
}
