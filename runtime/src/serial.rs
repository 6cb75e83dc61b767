//! Models and records for serde, with the feature `serde`.
//!
//! In: the names that generated models, enums and records have. Out: `Serialize`, and of models and enums `Deserialize`.
//! A model is a structure of its columns; an enum is its text; a record is its model's columns and its own fields side
//! by side, as one reads them in Rust. Without the feature nothing is made of any of it.

#[cfg(feature = "serde")]
pub use serde;

#[cfg(feature = "serde")]
pub use on::{Fields, member, parse};

#[cfg(feature = "serde")]
mod on {
    use std::borrow::Cow;
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::ser::SerializeMap;
    use serde::{Deserialize, Deserializer, Serialize, de};

    /// A model whose columns can stand beside others.
    pub trait Fields {
        /// How many there are.
        const COUNT: usize;

        /// Writes them.
        fn fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
    }

    /// Writes one of them.
    pub fn member<M: SerializeMap, T: Serialize + ?Sized>(
        map: &mut M,
        name: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, value)
    }

    /// A value from its text.
    pub fn parse<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// What is only there for serde.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serial {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// A model's structure.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serial_model {
    ($model:ident { $($field:ident $name:literal: $ty:ty,)* }) => {
        const _: () = {
            use $crate::private::serde as __serde;

            const __COUNT: usize = [$($name),*].len();

            impl __serde::Serialize for $model {
                fn serialize<S: __serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    let mut out = __serde::Serializer::serialize_struct(serializer, ::core::stringify!($model), __COUNT)?;
                    $(__serde::ser::SerializeStruct::serialize_field(&mut out, $name, &self.$field)?;)*
                    __serde::ser::SerializeStruct::end(out)
                }
            }

            impl $crate::private::Fields for $model {
                const COUNT: usize = __COUNT;

                fn fields<M: __serde::ser::SerializeMap>(
                    &self,
                    map: &mut M,
                ) -> ::core::result::Result<(), M::Error> {
                    $($crate::private::member(map, $name, &self.$field)?;)*
                    ::core::result::Result::Ok(())
                }
            }

            #[derive(__serde::Deserialize)]
            #[serde(crate = "::nuages::private::serde")]
            struct __Fields {
                $(#[serde(rename = $name)] $field: $ty,)*
            }

            impl<'de> __serde::Deserialize<'de> for $model {
                fn deserialize<D: __serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    let fields = <__Fields as __serde::Deserialize<'de>>::deserialize(deserializer)?;
                    ::core::result::Result::Ok(Self { $($field: fields.$field,)* })
                }
            }
        };
    };
}

/// An enum as its text.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serial_enum {
    ($name:ident) => {
        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::private::serde::Serializer::serialize_str(serializer, self.as_str())
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::private::parse(deserializer)
            }
        }
    };
}

/// A record's map: what its base has, then its own fields.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serial_record {
    ($record:ident $(<$lifetime:lifetime>)? [$($base:ident: $model:ty)?] { $($field:ident $name:literal,)* }) => {
        impl $crate::private::serde::Serialize for $record $(<$lifetime>)? {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                const OWN: &[&str] = &[$($name),*];
                let count = OWN.len() $(+ <$model as $crate::private::Fields>::COUNT)?;
                let mut map = $crate::private::serde::Serializer::serialize_map(
                    serializer,
                    ::core::option::Option::Some(count),
                )?;
                $($crate::private::Fields::fields(&self.$base, &mut map)?;)?
                $($crate::private::member(&mut map, $name, &self.$field)?;)*
                $crate::private::serde::ser::SerializeMap::end(map)
            }
        }
    };
}

/// Nothing.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serial {
    ($($tokens:tt)*) => {};
}

/// Nothing.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serial_record {
    ($($tokens:tt)*) => {};
}
