//! What becomes of times when there is more of everything.
//!
//! In: a filled database. Out: the time of everybody in relation to the hand-written program, for one row to a million,
//! for one column to 200, and for one task to two thousand.

use crate::Failure;
use crate::measure::measure;
use crate::report::table;
use crate::work::{Task, Work};
use figures::machine;
use nuages::Db;

/// The word on the command line that asks for it.
pub(crate) const WORD: &str = "growth";

/// As many users as are read at most.
const MORE: &str = "
INSERT INTO users (name, hair_color)
    SELECT 'User number ' || i, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 'black' ELSE 'chestnut' END
    FROM generate_series(10001, 1000000) AS i;
INSERT INTO narrow SELECT generate_series(1, 1000);
DO $$
DECLARE wide text;
BEGIN
    FOREACH wide IN ARRAY ARRAY['medium', 'wide'] LOOP
        EXECUTE (
            SELECT format('INSERT INTO %I SELECT %s FROM generate_series(1, 1000) AS i', wide, string_agg(
                CASE WHEN data_type = 'bigint' THEN 'i' ELSE quote_literal('text of column ') || ' || i' END, ', '
                ORDER BY ordinal_position
            ))
            FROM information_schema.columns WHERE table_name = wide
        );
    END LOOP;
END $$;
ANALYZE;
CHECKPOINT;
";

/// Measures it, and gives the text.
pub(crate) async fn growth(url: &str, db: &Db, rounds: usize) -> Result<String, Failure> {
    db.execute_script(MORE).await?;
    let task = |name, times, work| Task { name, times, work };
    let tasks = [
        task("1 row", 200, Work::Load(1)),
        task("10 rows", 200, Work::Load(10)),
        task("100 rows", 100, Work::Load(100)),
        task("1,000 rows", 20, Work::Load(1_000)),
        task("10,000 rows", 5, Work::Load(10_000)),
        task("100,000 rows", 1, Work::Load(100_000)),
        task("1,000,000 rows", 1, Work::Load(1_000_000)),
        task("1,000 rows of 1 column", 20, Work::Columns(1)),
        task("1,000 rows of 20 columns", 5, Work::Columns(20)),
        task("1,000 rows of 200 columns", 1, Work::Columns(200)),
        task("1 task", 10, Work::Tasks(1, 20)),
        task("8 tasks", 5, Work::Tasks(8, 20)),
        task("64 tasks", 2, Work::Tasks(64, 20)),
        task("500 tasks", 1, Work::Tasks(500, 5)),
        task("2,000 tasks", 1, Work::Tasks(2_000, 5)),
    ];
    let samples = measure(url, db, &tasks, rounds).await?;
    let mut out = format!(
        "# Growth\n\n`cargo run --release --manifest-path benches/Cargo.toml -- {WORD} {rounds}`\n\n{}\n\n\
         Medians of {rounds} rounds, in which all took turns. The first column is hand-written tokio-postgres, the others \
         are their time in relation to it; lower is better. Rows are read by one query, tasks read rows by key over 8 \
         connections.\n",
        machine()
    );
    table(&mut out, "Time", &tasks, &samples, |took| took.clock);
    table(&mut out, "Time of the client's processors", &tasks, &samples, |took| took.cpu);
    Ok(out)
}
