//! Values bound for a field that has a name: a misfit is told with it.
//!
//! In: a value, the type of the field, and a type whose name is the field's, which the expansion of a query defines where
//! it binds. Out: the same as without the name, which is there for rustc's message alone.

use std::marker::PhantomData;

use super::{Accepts, AcceptsList, AcceptsNullable, AcceptsOption, AcceptsRange, Build, SqlType, Ty, ty};
use crate::bulk::{Copied, Unnested};

/// The field's type, and a type that is called as the field is.
pub struct Field<T, F>(PhantomData<fn() -> (T, F)>);

/// Says which field a value is bound for.
pub fn field<T, F>() -> Field<T, F> {
    Field(PhantomData)
}

/// [`Accepts`] for the field `F`.
#[diagnostic::on_unimplemented(
    message = "`{F}` takes a value of type `{T}`, found `{Self}`",
    label = "`{F}` does not take this value",
    note = "an `Option` is given with `? =`: when it is `None`, what it stands for is left out"
)]
pub trait Fits<T, F>: Accepts<T> {}

#[diagnostic::do_not_recommend]
impl<T, F, V: Accepts<T>> Fits<T, F> for V {}

/// [`AcceptsOption`] for the field `F`.
#[diagnostic::on_unimplemented(
    message = "`{F}` with `? =` takes an `Option` of a value of type `{T}`, found `{Self}`",
    label = "`? =` takes an `Option`",
    note = "a value that is always there is given with `=`"
)]
pub trait FitsOption<T, F>: AcceptsOption<T> {}

#[diagnostic::do_not_recommend]
impl<T, F, V: AcceptsOption<T>> FitsOption<T, F> for V {}

/// [`AcceptsNullable`] for the field `F`.
#[diagnostic::on_unimplemented(
    message = "`{F}` takes a value of type `{T}` or an `Option` of one, found `{Self}`",
    label = "`{F}` does not take this value"
)]
pub trait FitsNullable<T, F, How>: AcceptsNullable<T, How> {}

#[diagnostic::do_not_recommend]
impl<T, F, How, V: AcceptsNullable<T, How>> FitsNullable<T, F, How> for V {}

/// [`AcceptsList`] for the field `F`.
#[diagnostic::on_unimplemented(
    message = "`{F}` is compared with what iterates over values of type `{T}`, found `{Self}`",
    label = "this does not iterate over such values"
)]
pub trait FitsList<T, F, How>: AcceptsList<T, How> {}

#[diagnostic::do_not_recommend]
impl<T, F, How, V: AcceptsList<T, How>> FitsList<T, F, How> for V {}

/// [`AcceptsRange`] for the field `F`.
#[diagnostic::on_unimplemented(
    message = "`{F}` with `range` takes `(a, b)` or `a..=b` of values of type `{T}`, found `{Self}`",
    label = "`range` includes both ends"
)]
pub trait FitsRange<T, F>: AcceptsRange<T> {}

#[diagnostic::do_not_recommend]
impl<T, F, V: AcceptsRange<T>> FitsRange<T, F> for V {}

/// Each as the method of the same name without `of_`.
#[allow(missing_docs, reason = "what they do stands there")]
impl Build {
    #[inline]
    pub fn of_bind<T: SqlType, F, V: Fits<T, F>>(self, _: Field<T, F>, value: V) -> Self {
        self.bind(ty(), value)
    }

    #[inline]
    pub fn of_bind_some<T: SqlType, F, V: FitsOption<T, F>>(self, bit: u8, _: Field<T, F>, value: V) -> Self {
        self.bind_some(bit, ty(), value)
    }

    #[inline]
    pub fn of_bind_value<T: SqlType, F, How, V: FitsNullable<T, F, How>>(self, _: Field<T, F>, value: V) -> Self {
        self.bind_value(ty(), value)
    }

    #[inline]
    pub fn of_bind_nullable<T: SqlType, F, How, V: FitsNullable<T, F, How>>(
        self,
        bit: u8,
        _: Field<T, F>,
        value: V,
    ) -> Self {
        self.bind_nullable(bit, ty(), value)
    }

    #[inline]
    pub fn of_bind_list<T: SqlType, F, How, V: FitsList<T, F, How>>(self, _: Field<T, F>, values: V) -> Self {
        self.bind_list(ty(), values)
    }

    #[inline]
    pub fn of_bind_list_some<T: SqlType, F, How, V: FitsList<T, F, How>>(
        self,
        bit: u8,
        _: Field<T, F>,
        values: Option<V>,
    ) -> Self {
        self.bind_list_some(bit, ty(), values)
    }

    #[inline]
    pub fn of_bind_range<T: SqlType, F, V: FitsRange<T, F>>(self, _: Field<T, F>, range: V) -> Self {
        self.bind_range(ty(), range)
    }

    #[inline]
    pub fn of_bind_range_some<T: SqlType, F, V: FitsRange<T, F>>(
        self,
        bit: u8,
        _: Field<T, F>,
        range: Option<V>,
    ) -> Self {
        self.bind_range_some(bit, ty(), range)
    }
}

/// Rows whose columns are given one after the other: what is named there stands in a row in the making.
macro_rules! rows {
    ($($rows:ident),*) => {$(
        #[allow(missing_docs, reason = "each as the method of the same name without `of_`")]
        impl $rows {
            #[inline]
            pub fn of_push<T: SqlType, F, V: Fits<T, F>>(&mut self, _: Field<T, F>, value: V) {
                self.push(Ty::<T>(PhantomData), value);
            }

            #[inline]
            pub fn of_push_nullable<T: SqlType, F, How, V: FitsNullable<T, F, How>>(&mut self, _: Field<T, F>, value: V) {
                self.push_nullable(Ty::<T>(PhantomData), value);
            }
        }
    )*};
}

rows! { Unnested, Copied }
