//! Values as the plain computation has them: exact numbers, text, truth, lists, and nothing.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Sub};

/// A fraction, always reduced, its denominator above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ratio {
    over: i128,
    under: i128,
}

impl Ratio {
    pub(crate) fn new(over: i128, under: i128) -> Self {
        let (mut a, mut b) = (over.abs(), under.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = a.max(1) * under.signum();
        Self { over: over / divisor, under: under / divisor }
    }

    pub(crate) fn whole(number: usize) -> Self {
        Self::new(i128::try_from(number).unwrap(), 1)
    }

    #[allow(clippy::cast_precision_loss, reason = "the numbers are small, and the comparison allows for it")]
    pub(crate) fn float(self) -> f64 {
        self.over as f64 / self.under as f64
    }

    pub(crate) fn over(self, number: usize) -> Self {
        Self::new(self.over, self.under * i128::try_from(number).unwrap())
    }

    fn is_whole(self) -> bool {
        self.under == 1
    }
}

impl Add for Ratio {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.over * other.under + other.over * self.under, self.under * other.under)
    }
}

impl Sub for Ratio {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + Self::new(-other.over, other.under)
    }
}

impl Mul for Ratio {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::new(self.over * other.over, self.under * other.under)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.over * other.under).cmp(&(other.over * self.under))
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Val {
    Null,
    Num(Ratio),
    Float(f64),
    Text(String),
    Bool(bool),
    List(Vec<Val>),
}

impl Val {
    pub(crate) fn int(number: i64) -> Self {
        Self::Num(Ratio::new(number.into(), 1))
    }

    pub(crate) fn count(number: usize) -> Self {
        Self::Num(Ratio::whole(number))
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// How two values compare; `None` where one is NULL.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => None,
            (Self::Num(a), Self::Num(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (a, b) => a.float().partial_cmp(&b.float()),
        }
    }

    /// A number, to be compared with another that was computed in another way.
    pub(crate) fn float(&self) -> f64 {
        match self {
            Self::Num(number) => number.float(),
            Self::Float(number) => *number,
            other => panic!("{other:?} is no number"),
        }
    }

    /// As a literal of a query or of SQL (there text in single quotes).
    pub(crate) fn literal(&self, quote: char) -> String {
        match self {
            Self::Null => "None".into(),
            Self::Num(number) if number.is_whole() => number.over.to_string(),
            Self::Num(number) => number.float().to_string(),
            Self::Float(number) => number.to_string(),
            Self::Text(text) => format!("{quote}{text}{quote}"),
            Self::Bool(truth) => truth.to_string(),
            Self::List(list) => list.iter().map(|v| v.literal(quote)).collect::<Vec<_>>().join(", "),
        }
    }

    /// Whether the server's text is this value.
    pub(crate) fn is(&self, text: Option<&str>) -> bool {
        match (self, text) {
            (Self::Null, None) => true,
            (Self::Num(_) | Self::Float(_), Some(text)) => {
                let (a, b) = (self.float(), text.parse::<f64>().unwrap_or(f64::NAN));
                (a - b).abs() <= 1e-9 * (1.0 + a.abs())
            }
            (Self::Text(a), Some(b)) => a == b,
            (Self::Bool(a), Some(b)) => b == if *a { "t" } else { "f" },
            (Self::List(list), Some(text)) => {
                let text = text.trim_start_matches('{').trim_end_matches('}');
                let mut rest: Vec<&str> = if text.is_empty() { Vec::new() } else { text.split(',').collect() };
                let found = |rest: &mut Vec<&str>, value: &Val| {
                    let at = rest.iter().position(|t| value.is((*t != "NULL").then_some(*t)));
                    at.map(|at| rest.swap_remove(at)).is_some()
                };
                list.iter().all(|value| found(&mut rest, value)) && rest.is_empty()
            }
            _ => false,
        }
    }
}
