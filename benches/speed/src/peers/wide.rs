//! Rows of one column, of 20 and of 200, as a program defines them itself; by hand they are read by index.

use crate::Failure;
use crate::work::Doing;
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use tokio_postgres::Row;

/// A row that is read column by column.
pub(crate) trait Columns: for<'r> FromRow<'r, PgRow> + Send + Sync + Unpin + 'static {
    /// What gives rows of it.
    const SQL: &'static str;

    /// Reads it.
    fn read(row: &Row) -> Result<Self, Failure>;

    /// Its key.
    fn id(&self) -> i64;
}

/// Somebody who reads all rows of any of them.
pub(crate) trait Reading: Sync {
    /// Reads them.
    fn read<C: Columns>(&self) -> impl Future<Output = Result<u64, Failure>> + Send;

    /// See [`crate::work::Work::Columns`].
    fn read_columns(&self, n: u32) -> Option<Doing<'_>> {
        match n {
            1 => Some(Box::pin(self.read::<Narrow>())),
            20 => Some(Box::pin(self.read::<Medium>())),
            200 => Some(Box::pin(self.read::<Wide>())),
            _ => None,
        }
    }
}

macro_rules! rows {
    ($($name:ident $table:literal { $($text:ident: $ty:ty),* $(,)? })*) => {$(
        #[doc = concat!("A row of `", $table, "`.")]
        #[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
        pub(crate) struct $name {
            pub(crate) id: i64,
            $(pub(crate) $text: $ty,)*
        }

        impl Columns for $name {
            const SQL: &'static str = concat!("SELECT id" $(, ", ", stringify!($text))*, " FROM ", $table, " ORDER BY id");

            fn read(row: &Row) -> Result<Self, Failure> {
                let mut places = 0..;
                let mut place = || places.next().unwrap_or_default();
                Ok(Self { id: row.try_get(place())?, $($text: row.try_get(place())?),* })
            }

            fn id(&self) -> i64 {
                self.id
            }
        }
    )*};
}

rows! {
    Narrow "narrow" {}
    Medium "medium" {
        c1: i64, c2: String, c3: i64, c4: String, c5: i64, c6: String, c7: i64, c8: String, c9: i64, c10: String,
        c11: i64, c12: String, c13: i64, c14: String, c15: i64, c16: String, c17: i64, c18: String, c19: i64,
    }
    Wide "wide" {
        c1: i64, c2: String, c3: i64, c4: String, c5: i64, c6: String, c7: i64, c8: String, c9: i64, c10: String,
        c11: i64, c12: String, c13: i64, c14: String, c15: i64, c16: String, c17: i64, c18: String, c19: i64,
        c20: String, c21: i64, c22: String, c23: i64, c24: String, c25: i64, c26: String, c27: i64, c28: String,
        c29: i64, c30: String, c31: i64, c32: String, c33: i64, c34: String, c35: i64, c36: String, c37: i64,
        c38: String, c39: i64, c40: String, c41: i64, c42: String, c43: i64, c44: String, c45: i64, c46: String,
        c47: i64, c48: String, c49: i64, c50: String, c51: i64, c52: String, c53: i64, c54: String, c55: i64,
        c56: String, c57: i64, c58: String, c59: i64, c60: String, c61: i64, c62: String, c63: i64, c64: String,
        c65: i64, c66: String, c67: i64, c68: String, c69: i64, c70: String, c71: i64, c72: String, c73: i64,
        c74: String, c75: i64, c76: String, c77: i64, c78: String, c79: i64, c80: String, c81: i64, c82: String,
        c83: i64, c84: String, c85: i64, c86: String, c87: i64, c88: String, c89: i64, c90: String, c91: i64,
        c92: String, c93: i64, c94: String, c95: i64, c96: String, c97: i64, c98: String, c99: i64, c100: String,
        c101: i64, c102: String, c103: i64, c104: String, c105: i64, c106: String, c107: i64, c108: String,
        c109: i64, c110: String, c111: i64, c112: String, c113: i64, c114: String, c115: i64, c116: String,
        c117: i64, c118: String, c119: i64, c120: String, c121: i64, c122: String, c123: i64, c124: String,
        c125: i64, c126: String, c127: i64, c128: String, c129: i64, c130: String, c131: i64, c132: String,
        c133: i64, c134: String, c135: i64, c136: String, c137: i64, c138: String, c139: i64, c140: String,
        c141: i64, c142: String, c143: i64, c144: String, c145: i64, c146: String, c147: i64, c148: String,
        c149: i64, c150: String, c151: i64, c152: String, c153: i64, c154: String, c155: i64, c156: String,
        c157: i64, c158: String, c159: i64, c160: String, c161: i64, c162: String, c163: i64, c164: String,
        c165: i64, c166: String, c167: i64, c168: String, c169: i64, c170: String, c171: i64, c172: String,
        c173: i64, c174: String, c175: i64, c176: String, c177: i64, c178: String, c179: i64, c180: String,
        c181: i64, c182: String, c183: i64, c184: String, c185: i64, c186: String, c187: i64, c188: String,
        c189: i64, c190: String, c191: i64, c192: String, c193: i64, c194: String, c195: i64, c196: String,
        c197: i64, c198: String, c199: i64,
    }
}
