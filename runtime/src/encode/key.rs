//! Keys: foreign keys that take a key or the object itself, and composite keys.

use std::marker::PhantomData;

use super::{Accepts, Array, Build, Number, Sink, SqlType, Ty};
use crate::model::Model;

/// A foreign key to model `M` whose column has type `T`.
pub struct Key<M, T>(PhantomData<fn() -> (M, T)>);

impl<M, T: SqlType> SqlType for Key<M, T> {
    const OID: u32 = T::OID;
    const ARRAY_OID: u32 = T::ARRAY_OID;
}

/// What a column of such a type takes, a foreign key of that type takes too. Each is written out: one impl for all would
/// leave no room for those of references to objects, and these as an impl for each model cost rustc a comparison for
/// each pair of models.
macro_rules! keyed {
    ($($rust:ty: $($from:ty),+ $(,)?;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl<M> Accepts<Key<M, $rust>> for $from {
            fn encode(self, out: &mut Vec<u8>) {
                Accepts::<$rust>::encode(self, out);
            }

            fn put(self, sink: &mut Sink) -> bool {
                Accepts::<$rust>::put(self, sink)
            }

            #[inline]
            fn number(&self) -> Option<$crate::encode::Number> {
                Accepts::<$rust>::number(self)
            }
        }
    )+)*};
}
pub(super) use keyed;

/// `&Product` where a key of `Product` is expected. Where a foreign key refers to another field than the key
/// (`to_field`), the generated models have an impl of their own.
#[diagnostic::do_not_recommend]
impl<M: Model> Accepts<Key<M, M::Key>> for &M
where
    M::Key: Accepts<M::Key>,
{
    fn encode(self, out: &mut Vec<u8>) {
        self.pk().encode(out);
    }

    fn put(self, sink: &mut Sink) -> bool {
        self.pk().put(sink)
    }

    fn number(&self) -> Option<Number> {
        self.pk().number()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Accepts<Key<M, M::Key>> for &&M
where
    M::Key: Accepts<M::Key>,
{
    fn encode(self, out: &mut Vec<u8>) {
        self.pk().encode(out);
    }

    fn put(self, sink: &mut Sink) -> bool {
        self.pk().put(sink)
    }

    fn number(&self) -> Option<Number> {
        self.pk().number()
    }
}

/// The columns of a key.
pub trait KeyColumns {
    /// An empty array for each.
    #[doc(hidden)]
    fn columns() -> Columns;
}

/// Arrays in the making, one for each column of a key.
#[doc(hidden)]
pub struct Columns(pub(crate) Vec<Array>);

/// What a key of several columns takes: a tuple of values, or a reference to an object that has this key.
#[diagnostic::on_unimplemented(
    message = "expected a key of type `{K}` or the object that has it, found `{Self}`",
    label = "this is not a key of type `{K}`"
)]
pub trait AcceptsKey<K> {
    /// Binds one slot for each column.
    fn bind_to(self, build: Build) -> Build;
}

macro_rules! tuples {
    ($($($ty:ident $value:ident $i:tt),+;)*) => {$(
        impl<$($ty: SqlType),+> KeyColumns for ($($ty,)+) {
            fn columns() -> Columns {
                Columns(vec![$(Array::of::<$ty>()),+])
            }
        }
        #[diagnostic::do_not_recommend]
        impl<'v, $($ty: SqlType, $value),+> AcceptsKey<($($ty,)+)> for &'v ($($value,)+)
        where
            $(&'v $value: Accepts<$ty>),+
        {
            fn bind_to(self, build: Build) -> Build {
                build$(.bind(Ty::<$ty>(PhantomData), &self.$i))+
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($ty: SqlType, $value: Accepts<$ty>),+> AcceptsKey<($($ty,)+)> for ($($value,)+) {
            fn bind_to(self, build: Build) -> Build {
                build$(.bind(Ty::<$ty>(PhantomData), self.$i))+
            }
        }
    )*};
}

tuples! {
    A VA 0;
    A VA 0, B VB 1;
    A VA 0, B VB 1, C VC 2;
    A VA 0, B VB 1, C VC 2, D VD 3;
    A VA 0, B VB 1, C VC 2, D VD 3, E VE 4;
    A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5;
    A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6;
    A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7;
}

#[diagnostic::do_not_recommend]
impl<M: Model> AcceptsKey<M::Key> for &M
where
    M::Key: AcceptsKey<M::Key>,
{
    fn bind_to(self, build: Build) -> Build {
        self.pk().bind_to(build)
    }
}
