//! Keys bound for a field that has a name: as [`super::named`], in words that tell of keys.

use std::marker::PhantomData;

use super::{Accepts, AcceptsList, AcceptsNullable, AcceptsOption, Build, Field, Key, Optional, SqlType, ty};
use crate::bulk::{Copied, Unnested};

/// A key of `M`, its type, and a type that is called as the field is.
pub struct KeyField<M, T, F>(PhantomData<Field<Key<M, T>, F>>);

/// Says which field a key is bound for.
pub fn key<M, T, F>() -> KeyField<M, T, F> {
    KeyField(PhantomData)
}

/// [`Accepts`] for the field `F`.
#[diagnostic::on_unimplemented(
    message = "`{F}` takes a key of type `{T}` or a reference to the object that has it, found `{Self}`",
    label = "this is no such key",
    note = "only `? =` takes an `Option`, and leaves out what is `None`"
)]
pub trait FitsKey<M, T, F>: Accepts<Key<M, T>> {}

#[diagnostic::do_not_recommend]
impl<M, T, F, V: Accepts<Key<M, T>>> FitsKey<M, T, F> for V {}

/// [`AcceptsOption`] for the field `F`.
#[diagnostic::on_unimplemented(
    message = "`{F}` with `? =` takes an `Option` of a key of type `{T}` or of a reference to the object that has it, \
               found `{Self}`",
    label = "`? =` takes an `Option`",
    note = "a value that is always there is given with `=`"
)]
pub trait FitsKeyOption<M, T, F>: AcceptsOption<Key<M, T>> {}

#[diagnostic::do_not_recommend]
impl<M, T, F, V: AcceptsOption<Key<M, T>>> FitsKeyOption<M, T, F> for V {}

/// [`AcceptsNullable`] for the field `F`.
#[diagnostic::on_unimplemented(
    message = "`{F}` takes a key of type `{T}`, a reference to the object that has it or an `Option` of either, found \
               `{Self}`",
    label = "this is no such key"
)]
pub trait FitsKeyNullable<M, T, F, How>: AcceptsNullable<Key<M, T>, How> {}

#[diagnostic::do_not_recommend]
impl<M, T, F, How, V: AcceptsNullable<Key<M, T>, How>> FitsKeyNullable<M, T, F, How> for V {}

/// [`AcceptsList`] for the field `F`, and of what many-to-many relations take.
#[diagnostic::on_unimplemented(
    message = "expected what iterates over keys `{F}` of type `{T}` or over the objects that have them, found `{Self}`",
    label = "this does not iterate over such keys"
)]
pub trait FitsKeyList<M, T, F, How>: AcceptsList<Key<M, T>, How> {}

#[diagnostic::do_not_recommend]
impl<M, T, F, How, V: AcceptsList<Key<M, T>, How>> FitsKeyList<M, T, F, How> for V {}

/// Each as the method of the same name without `key_`. The value's type has no name here: rustc would ask for it at the
/// `=`, where it is the value that does not say its type.
#[allow(missing_docs, reason = "what they do stands there")]
impl Build {
    #[inline]
    pub fn key_bind<M, T: SqlType, F>(self, _: KeyField<M, T, F>, value: impl FitsKey<M, T, F>) -> Self {
        self.bind(ty::<Key<M, T>>(), value)
    }

    #[inline]
    pub fn key_bind_some<M, T: SqlType, F>(
        self,
        bit: u8,
        _: KeyField<M, T, F>,
        value: impl FitsKeyOption<M, T, F>,
    ) -> Self {
        self.bind_some(bit, ty::<Key<M, T>>(), value)
    }

    #[inline]
    pub fn key_bind_value<M, T: SqlType, F, How>(
        self,
        _: KeyField<M, T, F>,
        value: impl FitsKeyNullable<M, T, F, How>,
    ) -> Self {
        self.bind_value(ty::<Key<M, T>>(), value)
    }

    #[inline]
    pub fn key_bind_nullable<M, T: SqlType, F, How>(
        self,
        bit: u8,
        _: KeyField<M, T, F>,
        value: impl FitsKeyNullable<M, T, F, How>,
    ) -> Self {
        self.bind_nullable(bit, ty::<Key<M, T>>(), value)
    }

    #[inline]
    pub fn key_bind_list<M, T: SqlType, F, How>(
        self,
        _: KeyField<M, T, F>,
        values: impl FitsKeyList<M, T, F, How>,
    ) -> Self {
        self.bind_list(ty::<Key<M, T>>(), values)
    }

    #[inline]
    pub fn key_bind_list_some<M, T: SqlType, F, How>(
        self,
        bit: u8,
        _: KeyField<M, T, F>,
        values: impl Optional<Value: FitsKeyList<M, T, F, How>>,
    ) -> Self {
        self.bind_list_some(bit, ty::<Key<M, T>>(), values)
    }
}

/// The same of rows whose columns are given one after the other.
#[allow(missing_docs, reason = "what they do stands at the methods of the same name")]
impl Unnested {
    #[inline]
    pub fn key_push<M, T: SqlType, F>(&mut self, _: KeyField<M, T, F>, value: impl FitsKey<M, T, F>) {
        self.push(ty::<Key<M, T>>(), value);
    }

    #[inline]
    pub fn key_push_nullable<M, T: SqlType, F, How>(
        &mut self,
        _: KeyField<M, T, F>,
        value: impl FitsKeyNullable<M, T, F, How>,
    ) {
        self.push_nullable(ty::<Key<M, T>>(), value);
    }
}

/// The same of rows whose columns are given one after the other.
#[allow(missing_docs, reason = "what they do stands at the methods of the same name")]
impl Copied {
    #[inline]
    pub fn key_push<M, T: SqlType, F>(&mut self, _: KeyField<M, T, F>, value: impl FitsKey<M, T, F>) {
        self.push(ty::<Key<M, T>>(), value);
    }

    #[inline]
    pub fn key_push_nullable<M, T: SqlType, F, How>(
        &mut self,
        _: KeyField<M, T, F>,
        value: impl FitsKeyNullable<M, T, F, How>,
    ) {
        self.push_nullable(ty::<Key<M, T>>(), value);
    }
}
