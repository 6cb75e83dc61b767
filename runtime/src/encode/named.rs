//! Values bound for a field that has a name: a misfit is told with it.
//!
//! In: a value, the type of the field, and a type whose name is the field's, which the expansion of a query defines where
//! it binds. Out: the same as without the name, which is there for rustc's message alone. It shows the line of a bound as
//! well: so the methods are written out, and no macro stands there.

use std::marker::PhantomData;

use super::{
    Accepts, AcceptsList, AcceptsNullable, AcceptsOption, AcceptsRange, Build, Optional, Pattern, SqlType, ty,
};
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
    note = "only `? =` takes an `Option`, and leaves out what is `None`"
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

/// Each as the method of the same name without `of_`. The value's type has no name here: rustc would ask for it at the
/// `=`, where it is the value that does not say its type.
#[allow(missing_docs, reason = "what they do stands there")]
impl Build {
    #[inline]
    pub fn of_bind<T: SqlType, F>(self, _: Field<T, F>, value: impl Fits<T, F>) -> Self {
        self.bind(ty(), value)
    }

    #[inline]
    pub fn of_bind_some<T: SqlType, F>(self, bit: u8, _: Field<T, F>, value: impl FitsOption<T, F>) -> Self {
        self.bind_some(bit, ty(), value)
    }

    #[inline]
    pub fn of_bind_value<T: SqlType, F, How>(self, _: Field<T, F>, value: impl FitsNullable<T, F, How>) -> Self {
        self.bind_value(ty(), value)
    }

    #[inline]
    pub fn of_bind_nullable<T: SqlType, F, How>(
        self,
        bit: u8,
        _: Field<T, F>,
        value: impl FitsNullable<T, F, How>,
    ) -> Self {
        self.bind_nullable(bit, ty(), value)
    }

    #[inline]
    pub fn of_bind_list<T: SqlType, F, How>(self, _: Field<T, F>, values: impl FitsList<T, F, How>) -> Self {
        self.bind_list(ty(), values)
    }

    #[inline]
    pub fn of_bind_list_some<T: SqlType, F, How>(
        self,
        bit: u8,
        _: Field<T, F>,
        values: impl Optional<Value: FitsList<T, F, How>>,
    ) -> Self {
        self.bind_list_some(bit, ty(), values)
    }

    #[inline]
    pub fn of_bind_pattern<F>(self, pattern: Pattern, _: Field<String, F>, value: impl Fits<String, F>) -> Self {
        self.bind_pattern(pattern, value)
    }

    #[inline]
    pub fn of_bind_pattern_some<F>(
        self,
        bit: u8,
        pattern: Pattern,
        _: Field<String, F>,
        value: impl FitsOption<String, F>,
    ) -> Self {
        self.bind_pattern_some(bit, pattern, value)
    }

    #[inline]
    pub fn of_bind_range<T: SqlType, F>(self, _: Field<T, F>, range: impl FitsRange<T, F>) -> Self {
        self.bind_range(ty(), range)
    }

    #[inline]
    pub fn of_bind_range_some<T: SqlType, F>(
        self,
        bit: u8,
        _: Field<T, F>,
        range: impl Optional<Value: FitsRange<T, F>>,
    ) -> Self {
        self.bind_range_some(bit, ty(), range)
    }
}

/// The same of rows whose columns are given one after the other.
#[allow(missing_docs, reason = "what they do stands at the methods of the same name")]
impl Unnested {
    #[inline]
    pub fn of_push<T: SqlType, F>(&mut self, _: Field<T, F>, value: impl Fits<T, F>) {
        self.push(ty(), value);
    }

    #[inline]
    pub fn of_push_nullable<T: SqlType, F, How>(&mut self, _: Field<T, F>, value: impl FitsNullable<T, F, How>) {
        self.push_nullable(ty(), value);
    }
}

/// The same of rows whose columns are given one after the other.
#[allow(missing_docs, reason = "what they do stands at the methods of the same name")]
impl Copied {
    #[inline]
    pub fn of_push<T: SqlType, F>(&mut self, _: Field<T, F>, value: impl Fits<T, F>) {
        self.push(ty(), value);
    }

    #[inline]
    pub fn of_push_nullable<T: SqlType, F, How>(&mut self, _: Field<T, F>, value: impl FitsNullable<T, F, How>) {
        self.push_nullable(ty(), value);
    }
}
