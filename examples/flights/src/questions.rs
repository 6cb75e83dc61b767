//! Ten questions to the flights, each one `query!`. `QUESTIONS.md` has the same in SQL, and the tests compare.

use nuages::{Db, Error, Query, Read, query};
use std::fmt;
use std::pin::Pin;

/// A question, and how to ask it.
pub struct Question {
    /// Its name in `QUESTIONS.md`.
    pub name: &'static str,
    /// Itself.
    pub text: &'static str,
    /// The columns of its answer.
    pub columns: &'static [&'static str],
    /// The statement that will be sent.
    pub sql: String,
    ask: Box<Ask>,
}

type Ask = dyn for<'d> Fn(&'d Db) -> Pin<Box<dyn Future<Output = Result<Vec<Vec<Cell>>, Error>> + Send + 'd>>;

impl Question {
    /// The rows of the answer.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ask(&self, db: &Db) -> Result<Vec<Vec<Cell>>, Error> {
        (self.ask)(db).await
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").field("name", &self.name).field("sql", &self.sql).finish_non_exhaustive()
    }
}

/// A value of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// NULL.
    Nothing,
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// An average.
    Mean(f64),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i16> for Cell {
    fn from(n: i16) -> Self {
        Self::Whole(n.into())
    }
}

impl From<i64> for Cell {
    fn from(n: i64) -> Self {
        Self::Whole(n)
    }
}

impl From<f64> for Cell {
    fn from(n: f64) -> Self {
        Self::Mean(n)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

/// The cells of a row.
macro_rules! cells {
    ($($value:expr),*) => { vec![$(Cell::from($value)),*] };
}

/// The questions, in the order of `QUESTIONS.md`.
pub fn all() -> Vec<Question> {
    vec![
        question(
            "late_carriers",
            "How late does each airline leave and arrive?",
            &["airline", "flights", "departure", "arrival"],
            late_carriers(),
            |r| cells![r.airline__name, r.flights, r.departure, r.arrival],
        ),
        question(
            "late_months",
            "In which month is which of the three biggest airlines late?",
            &["airline", "month", "arrived", "arrival"],
            late_months(["UA", "B6", "EV"]),
            |r| cells![r.airline, r.month, r.arrived, r.arrival],
        ),
        question(
            "busiest_routes",
            "Which routes are flown most, and how long do they take?",
            &["origin", "destination", "flights", "minutes", "miles"],
            busiest_routes(10),
            |r| cells![r.origin, r.destination, r.flights, r.minutes, r.miles],
        ),
        question(
            "unknown_planes",
            "Whose flights have a tail number that is not among the planes?",
            &["airline", "flights", "planes"],
            unknown_planes(),
            |r| cells![r.airline, r.flights, r.planes],
        ),
        question(
            "unknown_airports",
            "Which destinations are not among the airports?",
            &["destination", "flights", "miles"],
            unknown_airports(),
            |r| cells![r.destination, r.flights, r.miles],
        ),
        question(
            "cancelled",
            "How many flights are cancelled each month?",
            &["month", "flights", "cancelled", "astray"],
            cancelled(),
            |r| cells![r.month, r.flights, r.cancelled, r.astray],
        ),
        question(
            "oldest_planes",
            "What are the oldest planes that flew, and how far did they go?",
            &["plane", "year", "manufacturer", "flights", "miles"],
            oldest_planes(10),
            |r| cells![r.tailnum, r.year, r.manufacturer, r.flown, r.miles],
        ),
        question(
            "manufacturers",
            "Who built what flew, counting what nobody knows?",
            &["manufacturer", "flights", "models", "miles"],
            manufacturers(1000),
            |r| cells![r.plane__manufacturer, r.flights, r.models, r.miles],
        ),
        question(
            "worst_days",
            "On which days was it worst to leave?",
            &["month", "day", "flights", "flown", "departure"],
            worst_days(5),
            |r| cells![r.month, r.day, r.flights, r.flown, r.departure],
        ),
        question(
            "airports_of_new_york",
            "What leaves, what comes, and what is the weather at the airports that flights leave from?",
            &["airport", "name", "leaving", "coming", "destinations", "temperature", "gust"],
            airports_of_new_york(),
            |r| cells![r.faa, r.name, r.leaving, r.coming, r.destinations, r.temperature, r.gust],
        ),
    ]
}

fn question<R: Send + 'static>(
    name: &'static str,
    text: &'static str,
    columns: &'static [&'static str],
    query: Query<Vec<R>, Read>,
    cells: fn(R) -> Vec<Cell>,
) -> Question {
    Question {
        name,
        text,
        columns,
        sql: query.sql(),
        ask: Box::new(move |db| {
            let query = query.clone();
            Box::pin(async move { Ok(query.run(db).await?.into_iter().map(cells).collect()) })
        }),
    }
}

query! {
    /// A path to one, in the grouping and in the order.
    fn late_carriers() -> Vec<LateCarrier> {
        Flight
            .values(airline.name)
            .annotate(flights = Count(), departure = Avg(dep_delay), arrival = Avg(arr_delay))
            .order_by(-arrival, airline.name)
    }
}

query! {
    /// A foreign key is its key; `Count` of a field leaves out NULL.
    fn late_months(airlines: [&str; 3]) -> Vec<LateMonth> {
        Flight
            .filter(airline.in = airlines)
            .values(airline, month)
            .annotate(arrived = Count(arr_delay), arrival = Avg(arr_delay))
            .order_by(airline, month)
    }
}

query! {
    /// The order is made total by the group keys, so that the ten are the same ten each time.
    fn busiest_routes(limit: i64) -> Vec<Route> {
        Flight
            .values(origin, destination)
            .annotate(flights = Count(), minutes = Avg(air_time), miles = Max(distance))
            .order_by(-flights)[..limit]
    }
}

query! {
    /// Keys that lead nowhere: there is no constraint on them.
    fn unknown_planes() -> Vec<UnknownPlanes> {
        Flight
            .filter(plane_id.isnull = false, !Exists(Plane.filter(tailnum = OuterRef(plane_id))))
            .values(airline)
            .annotate(flights = Count(), planes = Count(plane_id, distinct = true))
            .order_by(-flights, airline)
    }
}

query! {
    /// The same for airports.
    fn unknown_airports() -> Vec<UnknownAirport> {
        Flight
            .exclude(Exists(Airport.filter(faa = OuterRef(destination_id))))
            .values(destination)
            .annotate(flights = Count(), miles = Min(distance))
            .order_by(destination)
    }
}

query! {
    /// Counts with conditions, side by side.
    fn cancelled() -> Vec<Cancelled> {
        Flight
            .values(month)
            .annotate(
                flights = Count(),
                cancelled = Count(filter = Q(dep_time = None)),
                astray = Count(filter = Q(dep_time.isnull = false, arr_delay.isnull = true))
            )
            .order_by(month)
    }
}

query! {
    /// The filter speaks of the flights that the numbers are then of.
    fn oldest_planes(limit: i64) -> Vec<OldPlane> {
        Plane
            .filter(flights.dep_time.isnull = false, year.isnull = false)
            .annotate(flown = Count(flights), miles = Sum(flights.distance))
            .order_by(year, tailnum)
            .values(tailnum, year, manufacturer, flown, miles)[..limit]
    }
}

query! {
    /// A group of what has no plane; a filter on the groups.
    fn manufacturers(least: i64) -> Vec<Manufacturer> {
        Flight
            .flown()
            .values(plane.manufacturer)
            .annotate(flights = Count(), models = Count(plane.model, distinct = true), miles = Sum(distance))
            .filter(flights.gte = least)
            .order_by(-flights, plane.manufacturer)
    }
}

query! {
    /// Two keys, and an order by a number that may be NULL.
    fn worst_days(limit: i64) -> Vec<WorstDay> {
        Flight
            .values(month, day)
            .annotate(flights = Count(), flown = Count(dep_time), departure = Avg(dep_delay))
            .order_by(-departure)[..limit]
    }
}

query! {
    /// Three paths to many: none multiplies another.
    fn airports_of_new_york() -> Vec<NewYork> {
        Airport
            .filter(departures.isnull = false)
            .annotate(
                leaving = Count(departures),
                coming = Count(arrivals),
                destinations = Count(departures.destination, distinct = true),
                temperature = Avg(weather.temp),
                gust = Max(weather.wind_gust)
            )
            .order_by(faa)
            .values(faa, name, leaving, coming, destinations, temperature, gust)
    }
}
