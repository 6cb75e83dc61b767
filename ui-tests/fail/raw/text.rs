use nuages::raw;

fn main() {
    let (id, sql) = (1_i64, "SELECT 1");
    let _ = raw!(sql as i64);
    let _ = raw!("DELETE FROM product WHERE id = {id} AND views = {}");
    let _ = raw!("DELETE FROM product WHERE id = {id");
    let _ = raw!("DELETE FROM product WHERE id = $1", id);
    let _ = raw!("BEGIN");
}
