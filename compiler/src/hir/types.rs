//! The types of SQL values as Nuages sees them: one for each Rust type that a value can have.

use nuages_schema::model::{Enum, EnumId, Field, FieldType, Schema};

/// Type of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SqlType {
    /// `boolean`, `bool`.
    Bool,
    /// `smallint`, `i16`.
    Int2,
    /// `integer`, `i32`.
    Int4,
    /// `bigint`, `i64`.
    Int8,
    /// `real`, `f32`.
    Float4,
    /// `double precision`, `f64`.
    Float8,
    /// `numeric`, `Decimal`.
    Numeric,
    /// `text` or `varchar`, `String`.
    Text,
    /// `date`, `NaiveDate`.
    Date,
    /// `time`, `NaiveTime`.
    Time,
    /// `timestamptz`, `DateTime<Utc>`.
    TimestampTz,
    /// `timestamp`, `NaiveDateTime`.
    Timestamp,
    /// `interval` without months, `TimeDelta`.
    Duration,
    /// `interval`, `nuages::Interval`.
    Interval,
    /// `uuid`, `Uuid`.
    Uuid,
    /// `bytea`, `Vec<u8>`.
    Bytea,
    /// `jsonb`, `serde_json::Value`, or the Rust type whose path stands here.
    Jsonb(Option<String>),
    /// `inet`, `IpAddr`.
    Inet,
    /// `T[]`, `Vec<T>` or `Vec<Option<T>>`.
    Array(Box<SqlType>, bool),
    /// A range of the element type, `nuages::Range<T>`.
    Range(Box<SqlType>),
    /// `hstore`, `HashMap<String, Option<String>>`.
    HStore,
    /// `tsvector`, `nuages::SearchVector`.
    TsVector,
    /// `tsquery`; never a result.
    TsQuery,
    /// Whatever the server takes the bound value's own Rust type for: where nothing beside it says more. Never a result.
    Inferred,
    /// An enum stored as varchar.
    Enum(EnumId),
    /// A native PostgreSQL enum.
    NativeEnum(EnumId),
    /// `Custom("pg_type", path::RustType)`.
    Custom {
        /// SQL type.
        pg_type: String,
        /// Rust path.
        rust_type: String,
    },
}

impl SqlType {
    /// The type of a field's value (of a foreign key: of the key).
    pub fn of_field(schema: &Schema, field: &Field) -> Self {
        Self::of(schema, &field.ty)
    }

    /// The type of a schema type.
    pub fn of(schema: &Schema, ty: &FieldType) -> Self {
        use FieldType as F;
        match ty {
            F::Char(_) | F::Text | F::Slug(_) | F::Email | F::Url => Self::Text,
            F::Boolean => Self::Bool,
            F::SmallInteger | F::PositiveSmallInteger | F::SmallAuto => Self::Int2,
            F::Integer | F::PositiveInteger | F::Auto | F::Serial => Self::Int4,
            F::BigInteger | F::PositiveBigInteger | F::BigAuto | F::BigSerial => Self::Int8,
            F::Float => Self::Float8,
            F::Real => Self::Float4,
            F::Decimal(_) => Self::Numeric,
            F::Date => Self::Date,
            F::Time => Self::Time,
            F::DateTime => Self::TimestampTz,
            F::NaiveDateTime => Self::Timestamp,
            F::Duration => Self::Duration,
            F::Interval => Self::Interval,
            F::Uuid => Self::Uuid,
            F::Binary => Self::Bytea,
            F::Json(path) => Self::Jsonb(path.clone()),
            F::Inet => Self::Inet,
            F::Array { element, nullable } => Self::Array(Box::new(Self::of(schema, element)), *nullable),
            F::Range(element) => Self::Range(Box::new(Self::of(schema, element))),
            F::HStore => Self::HStore,
            F::SearchVector => Self::TsVector,
            F::Enum(id) => match schema.enumeration(*id) {
                Enum { native: Some(_), .. } => Self::NativeEnum(*id),
                Enum { native: None, .. } => Self::Enum(*id),
            },
            F::Custom { pg_type, rust_type } => Self::Custom { pg_type: pg_type.clone(), rust_type: rust_type.clone() },
        }
    }

    /// The name to write in a cast.
    pub fn sql_name(&self, schema: &Schema) -> String {
        match self {
            Self::Bool => "boolean".into(),
            Self::Int2 => "smallint".into(),
            Self::Int4 => "integer".into(),
            Self::Int8 => "bigint".into(),
            Self::Float4 => "real".into(),
            Self::Float8 => "double precision".into(),
            Self::Numeric => "numeric".into(),
            Self::Text | Self::Enum(_) => "text".into(),
            Self::Date => "date".into(),
            Self::Time => "time".into(),
            Self::TimestampTz => "timestamptz".into(),
            Self::Timestamp => "timestamp".into(),
            Self::Duration | Self::Interval => "interval".into(),
            Self::Uuid => "uuid".into(),
            Self::Bytea => "bytea".into(),
            Self::Jsonb(_) => "jsonb".into(),
            Self::Inet => "inet".into(),
            Self::Array(element, _) => format!("{}[]", element.sql_name(schema)),
            Self::Range(element) => match **element {
                Self::Int4 => "int4range",
                Self::Int8 => "int8range",
                Self::Numeric => "numrange",
                Self::Date => "daterange",
                _ => "tstzrange",
            }
            .into(),
            Self::HStore => "hstore".into(),
            Self::TsVector => "tsvector".into(),
            Self::TsQuery => "tsquery".into(),
            // Never cast to.
            Self::Inferred => "unknown".into(),
            Self::NativeEnum(id) => {
                let e = schema.enumeration(*id);
                crate::render::ident::quote(e.native.as_deref().unwrap_or(&e.name))
            }
            Self::Custom { pg_type, .. } => pg_type.clone(),
        }
    }

    /// The OID under which a parameter of this type is sent; 0 where the server must infer it (native enums, hstore,
    /// custom types, values that say it themselves).
    pub fn oid(&self) -> u32 {
        match self {
            Self::Bool => 16,
            Self::Int2 => 21,
            Self::Int4 => 23,
            Self::Int8 => 20,
            Self::Float4 => 700,
            Self::Float8 => 701,
            Self::Numeric => 1700,
            Self::Text | Self::Enum(_) => 25,
            Self::Date => 1082,
            Self::Time => 1083,
            Self::TimestampTz => 1184,
            Self::Timestamp => 1114,
            Self::Duration | Self::Interval => 1186,
            Self::Uuid => 2950,
            Self::Bytea => 17,
            Self::Jsonb(_) => 3802,
            Self::Inet => 869,
            Self::TsVector => 3614,
            Self::TsQuery => 3615,
            Self::Array(element, _) => element.array_oid(),
            Self::Range(element) => match **element {
                Self::Int4 => 3904,
                Self::Int8 => 3926,
                Self::Numeric => 3906,
                Self::Date => 3912,
                _ => 3910,
            },
            Self::HStore | Self::NativeEnum(_) | Self::Custom { .. } | Self::Inferred => 0,
        }
    }

    /// The OID of arrays of this type (arrays of arrays have their element's); 0 where the server must infer it.
    pub fn array_oid(&self) -> u32 {
        match self {
            Self::Bool => 1000,
            Self::Int2 => 1005,
            Self::Int4 => 1007,
            Self::Int8 => 1016,
            Self::Float4 => 1021,
            Self::Float8 => 1022,
            Self::Numeric => 1231,
            Self::Text | Self::Enum(_) => 1009,
            Self::Date => 1182,
            Self::Time => 1183,
            Self::TimestampTz => 1185,
            Self::Timestamp => 1115,
            Self::Duration | Self::Interval => 1187,
            Self::Uuid => 2951,
            Self::Bytea => 1001,
            Self::Jsonb(_) => 3807,
            Self::Inet => 1041,
            Self::TsVector => 3643,
            Self::TsQuery => 3645,
            Self::Array(element, _) => element.array_oid(),
            Self::Range(element) => match **element {
                Self::Int4 => 3905,
                Self::Int8 => 3927,
                Self::Numeric => 3907,
                Self::Date => 3913,
                _ => 3911,
            },
            Self::HStore | Self::NativeEnum(_) | Self::Custom { .. } | Self::Inferred => 0,
        }
    }

    /// Whole numbers.
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::Int2 | Self::Int4 | Self::Int8)
    }

    /// What a row that borrows from the answer has no copy of: text and bytes.
    pub fn is_lent(&self) -> bool {
        matches!(self, Self::Text | Self::Bytea)
    }

    /// Numbers.
    pub fn is_number(&self) -> bool {
        self.is_integer() || matches!(self, Self::Float4 | Self::Float8 | Self::Numeric)
    }

    /// Text in the database: strings and enums stored as varchar.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Enum(_))
    }
}
