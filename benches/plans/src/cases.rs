//! The queries, each with the statement that an expert would write for it.

mod aggregates;
mod filters;
mod groups;
mod pages;
mod shapes;

/// A query and the expert's statement.
pub(crate) struct Case {
    /// What it is an example of.
    pub(crate) name: &'static str,
    /// The query as written.
    pub(crate) chain: String,
    /// What Nuages sends.
    pub(crate) ours: Vec<Sent>,
    /// What the expert sends.
    pub(crate) hand: Vec<Sent>,
    /// Whether rows have an order.
    pub(crate) ordered: bool,
}

/// A statement with the text of its arguments.
pub(crate) struct Sent {
    pub(crate) sql: String,
    pub(crate) args: Vec<&'static str>,
}

impl Case {
    /// What Nuages sends, as a text.
    pub(crate) fn ours(&self) -> String {
        self.ours.iter().map(|sent| sent.sql.as_str()).collect::<Vec<_>>().join(";\n")
    }
}

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    filters::cases(&mut all);
    aggregates::cases(&mut all);
    groups::cases(&mut all);
    pages::cases(&mut all);
    shapes::cases(&mut all);
    all
}

/// One case: `args` are those of each statement, the last ones of all that follow, of which each takes as many as it has
/// parameters.
pub(crate) fn case(name: &'static str, chain: &str, ours: &str, args: &[&[&'static str]], hand: &[String]) -> Case {
    let sent = |texts: Vec<&str>| {
        let with = |(i, sql): (usize, &str)| {
            let args = args.get(i).or(args.last()).copied().unwrap_or_default();
            Sent { sql: sql.to_owned(), args: args[..parameters(sql).min(args.len())].to_vec() }
        };
        texts.into_iter().enumerate().map(with).collect::<Vec<_>>()
    };
    let hand: Vec<&str> = hand.iter().map(String::as_str).collect();
    let last = hand.last().copied().unwrap_or_default();
    let ordered = last.rsplit(')').next().is_some_and(|tail| tail.contains("ORDER BY"));
    let chain = chain.split_whitespace().collect::<Vec<_>>().join(" ");
    Case { name, chain, ours: sent(ours.split(";\n").collect()), hand: sent(hand), ordered }
}

/// The highest number of a parameter.
fn parameters(sql: &str) -> usize {
    let numbers = sql.split('$').skip(1).map(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits].parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}

/// Adds a case: its name, the chain, the arguments, the expert's statements.
macro_rules! add {
    ($all:ident, $name:literal, { $($chain:tt)* }, [$([$($arg:literal),*]),*], $($hand:expr),+) => {
        $all.push($crate::cases::case(
            $name,
            stringify!($($chain)*),
            &nuages::query!($($chain)*).sql(),
            &[$(&[$($arg),*]),*],
            &[$($hand.to_string()),+],
        ))
    };
}
pub(crate) use add;

/// All columns of a product, of one alias.
pub(crate) fn product(t: &str) -> String {
    columns(t, "id created_at updated_at name slug category_id price stock status description weight released_on")
}

/// All columns of an order.
pub(crate) fn order(t: &str) -> String {
    columns(t, "id created_at updated_at number user_id address_id status placed_at note")
}

/// All columns of an item.
pub(crate) fn item(t: &str) -> String {
    columns(t, "id order_id product_id quantity unit_price")
}

/// All columns of a user.
pub(crate) fn user(t: &str) -> String {
    columns(t, "id created_at updated_at email name phone referred_by_id is_active birth_date last_seen_at")
}

/// All columns of an address.
pub(crate) fn address(t: &str) -> String {
    columns(t, "id created_at updated_at user_id label street city postal_code country is_default")
}

/// All columns of a category.
pub(crate) fn category(t: &str) -> String {
    columns(t, "id created_at updated_at name slug parent_id is_active")
}

/// All columns of a review.
pub(crate) fn review(t: &str) -> String {
    columns(t, "id created_at updated_at product_id user_id rating title body is_approved")
}

fn columns(t: &str, names: &str) -> String {
    names.split(' ').map(|name| format!("{t}.{name}")).collect::<Vec<_>>().join(", ")
}

/// A moment, as its arguments' texts say it.
pub(crate) fn moment(text: &str) -> nuages::chrono::DateTime<nuages::chrono::Utc> {
    text.parse().unwrap_or_default()
}
