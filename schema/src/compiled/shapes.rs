//! What the types of a schema consist of, as tables: the fields of structs and the numbers of variants.
//!
//! In: nothing. Out: [`Packed`] for all of them. A field or variant that is missing here does not compile.

use super::pack::{Packed, Reader, Writer};
use crate::model::{
    Check, CheckCondition, Code, Default, Enum, EnumId, Exclude, Field, FieldId, FieldType, ForeignKey, Index,
    IndexItem, IndexMethod, IndexTarget, Literal, Model, ModelId, OnDelete, OrderKey, Relation, RelationKind, Scope,
    ScopeParam, ScopeParamType, Unique, Variant,
};

macro_rules! structs {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Packed for $name {
            fn write(&self, out: &mut Writer) {
                let Self { $($field),* } = self;
                $($field.write(out);)*
            }

            fn read(input: &mut Reader<'_>) -> Self {
                Self { $($field: Packed::read(input)),* }
            }
        }
    )*};
}

macro_rules! ids {
    ($($name:ident)*) => {$(
        impl Packed for $name {
            fn write(&self, out: &mut Writer) {
                self.0.write(out);
            }

            fn read(input: &mut Reader<'_>) -> Self {
                Self(u32::read(input))
            }
        }
    )*};
}

/// Behind `else` stands what comes of a number that no variant has.
macro_rules! enums {
    ($($name:ident else $other:expr, {
        $($number:literal $variant:ident $(($($part:ident),*))? $({ $($field:ident),* })?,)*
    })*) => {$(
        impl Packed for $name {
            fn write(&self, out: &mut Writer) {
                match self {
                    $(Self::$variant $(($($part),*))? $({ $($field),* })? => {
                        out.byte($number);
                        $($($part.write(out);)*)?
                        $($($field.write(out);)*)?
                    })*
                }
            }

            fn read(input: &mut Reader<'_>) -> Self {
                match input.byte() {
                    $($number => {
                        $($(let $part = Packed::read(input);)*)?
                        $($(let $field = Packed::read(input);)*)?
                        Self::$variant $(($($part),*))? $({ $($field),* })?
                    })*
                    _ => input.refuse($other),
                }
            }
        }
    )*};
}

ids! { ModelId EnumId FieldId }

structs! {
    Model {
        name, app, namespace, table, docs, comment, fields, relations, key, key_name, ordering, indexes, uniques, checks,
        excludes, scopes, default_scope, unmanaged, hidden, renamed_from, span
    }
    Field {
        name, attname, column, ty, nullable, foreign_key, default, auto_now_add, auto_now, generated, collation, db_type,
        help, docs, renamed_from, span
    }
    ForeignKey { target, to_field, one_to_one, on_delete, constraint, name }
    Relation { name, target, kind, docs, span }
    Enum { name, app, docs, native, variants, span }
    Variant { name, value, docs, span }
    Code { text, span }
    OrderKey { path, descending, span }
    Index { name, items, condition, include, method, span }
    IndexItem { target, descending, opclass }
    Unique { name, items, condition, include, nulls_not_distinct, deferrable, span }
    Check { name, condition, span }
    Exclude { name, method, items, condition, deferrable, span }
    Scope { name, params, chain, docs, span }
    ScopeParam { name, ty, nullable, span }
}

enums! {
    OnDelete else Self::Protect, {
        0 Cascade,
        1 Protect,
        2 Restrict,
        3 SetNull,
        4 SetDefault,
        5 DoNothing,
    }
    RelationKind else Self::Forward { field: FieldId(0) }, {
        0 Forward { field },
        1 ReverseOne { field },
        2 ReverseMany { field },
        3 ManyToMany { through, near, far, symmetrical },
    }
    FieldType else Self::Text, {
        0 Char(length),
        1 Text,
        2 Slug(length),
        3 Email,
        4 Url,
        5 Boolean,
        6 SmallInteger,
        7 Integer,
        8 BigInteger,
        9 PositiveSmallInteger,
        10 PositiveInteger,
        11 PositiveBigInteger,
        12 SmallAuto,
        13 Auto,
        14 BigAuto,
        15 Serial,
        16 BigSerial,
        17 Float,
        18 Real,
        19 Decimal(digits),
        20 Date,
        21 Time,
        22 DateTime,
        23 NaiveDateTime,
        24 Duration,
        25 Interval,
        26 Uuid,
        27 Binary,
        28 Json(path),
        29 Inet,
        30 Array { element, nullable },
        31 Range(element),
        32 HStore,
        33 SearchVector,
        34 Enum(id),
        35 Custom { pg_type, rust_type },
    }
    Default else Self::Now, {
        0 Literal(literal),
        1 Now,
        2 RandomUuid,
        3 Sql(text),
    }
    Literal else Self::Null, {
        0 Bool(value),
        1 Integer(value),
        2 Number(text),
        3 Text(text),
        4 Variant(id, variant),
        5 Array(list),
        6 Null,
    }
    IndexMethod else Self::Gin, {
        0 Gin,
        1 Gist,
        2 Brin,
        3 Hash,
        4 SpGist,
    }
    IndexTarget else Self::Field(FieldId(0)), {
        0 Field(field),
        1 Expression(code),
    }
    CheckCondition else Self::NotNegative(FieldId(0)), {
        0 Code(code),
        1 NotNegative(field),
        2 OneOf(field, id),
    }
    ScopeParamType else Self::Model(ModelId(0)), {
        0 Field(ty),
        1 Model(id),
    }
}
