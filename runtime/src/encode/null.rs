//! Values that may be absent: `? =`, nullable fields, elements of lists.

use super::{Accepts, Sink};

/// Elements of an array of `Option`s.
#[diagnostic::do_not_recommend]
impl<T, V: Accepts<T>> Accepts<Option<T>> for Option<V> {
    fn encode(self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.encode(out);
        }
    }

    fn put(self, sink: &mut Sink) -> bool {
        self.is_some_and(|value| value.put(sink))
    }
}

#[diagnostic::do_not_recommend]
impl<'v, T, V> Accepts<Option<T>> for &'v Option<V>
where
    &'v V: Accepts<T>,
{
    fn encode(self, out: &mut Vec<u8>) {
        Accepts::<Option<T>>::encode(self.as_ref(), out);
    }

    fn put(self, sink: &mut Sink) -> bool {
        Accepts::<Option<T>>::put(self.as_ref(), sink)
    }
}

/// What stands after `? =`: an `Option` of a value that a field of type `T` takes.
#[diagnostic::on_unimplemented(
    message = "expected an `Option` of a value for a field of type `{T}`, found `{Self}`",
    label = "`? =` takes an `Option`",
    note = "a value that is always there is given with `=`"
)]
pub trait AcceptsOption<T> {
    /// Appends the value, if there is one.
    fn put_some(self, sink: &mut Sink) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T, V: Accepts<T>> AcceptsOption<T> for Option<V> {
    fn put_some(self, sink: &mut Sink) -> bool {
        self.is_some_and(|value| value.put(sink))
    }
}

#[diagnostic::do_not_recommend]
impl<'v, T, V> AcceptsOption<T> for &'v Option<V>
where
    &'v V: Accepts<T>,
{
    fn put_some(self, sink: &mut Sink) -> bool {
        self.as_ref().is_some_and(|value| value.put(sink))
    }
}

/// How a nullable field was given its value; rustc finds it, nobody writes it.
#[derive(Debug)]
pub enum Given {}
/// As an `Option`.
#[derive(Debug)]
pub enum Maybe {}
/// As a reference to an `Option`.
#[derive(Debug)]
pub enum MaybeRef {}

/// What stands after `? =` where several values are one: an `Option` of a list, of a range, of a key of several columns.
#[diagnostic::on_unimplemented(
    message = "expected an `Option`, found `{Self}`",
    label = "`? =` takes an `Option`",
    note = "a value that is always there is given with `=`"
)]
pub trait Optional {
    /// What there is.
    type Value;

    /// It, if it is there.
    fn get(self) -> Option<Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<V> Optional for Option<V> {
    type Value = V;

    fn get(self) -> Option<V> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<'v, V> Optional for &'v Option<V> {
    type Value = &'v V;

    fn get(self) -> Option<&'v V> {
        self.as_ref()
    }
}

/// What a nullable field of type `T` takes: a value or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "expected a value for a field of type `{T}` or an `Option` of one, found `{Self}`",
    label = "a field of type `{T}` does not take this value"
)]
pub trait AcceptsNullable<T, How> {
    /// Appends the value; false is NULL.
    fn put_nullable(self, sink: &mut Sink) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T, V: Accepts<T>> AcceptsNullable<T, Given> for V {
    fn put_nullable(self, sink: &mut Sink) -> bool {
        self.put(sink)
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: Accepts<T>> AcceptsNullable<T, Maybe> for Option<V> {
    fn put_nullable(self, sink: &mut Sink) -> bool {
        self.is_some_and(|value| value.put(sink))
    }
}

#[diagnostic::do_not_recommend]
impl<'v, T, V> AcceptsNullable<T, MaybeRef> for &'v Option<V>
where
    &'v V: Accepts<T>,
{
    fn put_nullable(self, sink: &mut Sink) -> bool {
        self.as_ref().is_some_and(|value| value.put(sink))
    }
}

/// What `in =` takes: anything that iterates over values for a field of type `T`, or over `Option`s of them.
#[diagnostic::on_unimplemented(
    message = "expected something that iterates over values for a field of type `{T}`, found `{Self}`",
    label = "this does not iterate over such values"
)]
pub trait AcceptsList<T, How> {
    /// One after the other.
    fn each(self, put: impl FnMut(&mut dyn FnMut(&mut Sink) -> bool));
}

#[diagnostic::do_not_recommend]
impl<T, How, V> AcceptsList<T, How> for V
where
    V: IntoIterator,
    V::Item: AcceptsNullable<T, How>,
{
    fn each(self, mut put: impl FnMut(&mut dyn FnMut(&mut Sink) -> bool)) {
        for value in self {
            let mut value = Some(value);
            put(&mut |sink| value.take().is_some_and(|value| value.put_nullable(sink)));
        }
    }
}
