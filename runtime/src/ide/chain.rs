//! The methods of a chain as an editor shows them.
//!
//! In: nothing runs. Out: a method with its documentation for every method of the language. What takes paths takes a
//! closure over the model's columns, so that they are completed in place; what takes Rust values takes `()`.

use super::{Model, Q, never};

impl<M: Model> Q<M> {
    /// All rows.
    pub fn all(&self) -> Q<M> {
        never()
    }

    /// Keeps the rows for which all conditions hold: `filter(category.slug = slug, price.gte? = min)`.
    pub fn filter(&self, conditions: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Leaves out the rows for which all conditions hold. Rows where one is NULL stay.
    pub fn exclude(&self, conditions: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Adds fields: `annotate(sold = Sum(items.quantity))`. Later methods may use them.
    pub fn annotate(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Names expressions for later methods without selecting them.
    pub fn alias(&self, names: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Orders: `order_by(-price, category.name, F(x).desc(nulls_last))`. Replaces an earlier order; nothing clears it.
    pub fn order_by(&self, keys: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Reverses the order.
    pub fn reverse(&self) -> Q<M> {
        never()
    }

    /// Each row once; with paths the first row for each of their values (DISTINCT ON).
    pub fn distinct(&self, paths: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// The rows after a cursor, in the order in force.
    pub fn after(&self, cursor: ()) -> Q<M> {
        never()
    }

    /// The rows before a cursor, in the order in force.
    pub fn before(&self, cursor: ()) -> Q<M> {
        never()
    }

    /// Reads to-one relations in the same statement: `select_related(category.parent, author)`.
    pub fn select_related(&self, relations: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Reads relations in one statement each: `prefetch_related(tags, best = reviews.filter(rating.gte = 4)[..3])`.
    pub fn prefetch_related(&self, relations: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Reads all prefetched relations in one round trip with the rows, as of one moment.
    pub fn pipelined(&self) -> Q<M> {
        never()
    }

    /// Reads these fields only.
    pub fn only(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Reads all fields but these.
    pub fn defer(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Records of these paths and expressions: `values(id, category.name, n = Count(reviews))`. Followed by an
    /// `annotate` with an aggregate, they are the keys of the groups.
    pub fn values(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Tuples of these paths and expressions, or with `flat` bare values.
    pub fn values_list(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// The rows of this chain and of others, each once.
    pub fn union(&self, chains: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// The rows of this chain and of others.
    pub fn union_all(&self, chains: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// The rows that this chain and others have in common.
    pub fn intersection(&self, chains: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// The rows of this chain that others do not have.
    pub fn difference(&self, chains: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Locks the rows until the end of the transaction: `select_for_update(nowait | skip_locked, of(self), no_key)`.
    pub fn select_for_update(&self, options: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Pins the database: `using(primary)`.
    pub fn using(&self, database: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Without the model's `scope default`.
    pub fn unscoped(&self) -> Q<M> {
        never()
    }

    /// The one row for which the conditions hold; none or several is an error.
    pub fn get(&self, conditions: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// The first row, if there is one; without an order by primary key.
    pub fn first(&self) -> Q<M> {
        never()
    }

    /// The last row, if there is one; without an order by primary key.
    pub fn last(&self) -> Q<M> {
        never()
    }

    /// The row with the greatest value of a field, if there is one.
    pub fn latest(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// The row with the least value of a field, if there is one.
    pub fn earliest(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// How many rows there are: `i64`.
    pub fn count(&self) -> Q<M> {
        never()
    }

    /// Whether there is a row: `bool`.
    pub fn exists(&self) -> Q<M> {
        never()
    }

    /// Whether the object is among the rows: `bool`.
    pub fn contains(&self, object: ()) -> Q<M> {
        never()
    }

    /// One record of numbers over all rows: `aggregate(total = Sum(price), n = Count())`.
    pub fn aggregate(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// `page(number, size)`, counted from 1: the rows of a page, and how many there are in all.
    pub fn page(&self, number_and_size: ()) -> Q<M> {
        never()
    }

    /// A map from key to row: `in_bulk(ids)`, `in_bulk(values, field)`.
    pub fn in_bulk(&self, values_and_field: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// The different dates of a field, cut to a unit: `dates(created_at, month, desc)`.
    pub fn dates(&self, field_unit_order: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// The different instants of a field, cut to a unit: `datetimes(created_at, hour)`.
    pub fn datetimes(&self, field_unit_order: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// No rows, without asking the database.
    pub fn none(&self) -> Q<M> {
        never()
    }

    /// Makes a row and gives it back: `create(name = "rust")`.
    pub fn create(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Makes many rows in one statement: `bulk_create(for p in feed => slug = &p.slug, name = &p.name)`.
    pub fn bulk_create(&self, rows: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Changes many rows by key in one statement: `bulk_update(for p in &changed => pk = p.id, status = p.status)`.
    pub fn bulk_update(&self, rows: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// With `bulk_create`: rows that break a unique constraint are left out.
    pub fn ignore_conflicts(&self) -> Q<M> {
        never()
    }

    /// With `bulk_create`: rows that are there are changed:
    /// `update_conflicts(unique_fields(slug), update_fields(name, price))`.
    pub fn update_conflicts(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// With `bulk_create`: gives the number of rows instead of the rows.
    pub fn no_returning(&self) -> Q<M> {
        never()
    }

    /// With `bulk_create`: streams the rows by binary COPY and gives their number.
    pub fn copy(&self) -> Q<M> {
        never()
    }

    /// The row with these fields, made if there is none: `get_or_create(name = n, defaults(color = "red"))`.
    pub fn get_or_create(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Changes the row with these fields, or makes it: `update_or_create(slug = s, defaults(price = x))`.
    pub fn update_or_create(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Changes all rows of the chain: `update(stock = F(stock) - 1, name? = name)`. Gives their number.
    pub fn update(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Deletes all rows of the chain. Gives their number.
    pub fn delete(&self) -> Q<M> {
        never()
    }

    /// With `update`, `delete`: gives the rows, or these fields of them, instead of their number.
    pub fn returning(&self, fields: fn(M::Cols)) -> Q<M> {
        never()
    }

    /// Adds links of a many-to-many: `Product(id).tags.add([a, b])`. Gives their number.
    pub fn add(&self, objects: ()) -> Q<M> {
        never()
    }

    /// Removes links of a many-to-many. Gives their number.
    pub fn remove(&self, objects: ()) -> Q<M> {
        never()
    }

    /// Makes the links of a many-to-many exactly these. Gives the number of changes.
    pub fn set(&self, objects: ()) -> Q<M> {
        never()
    }

    /// Removes all links of a many-to-many. Gives their number.
    pub fn clear(&self) -> Q<M> {
        never()
    }
}
