//! One page of a longer result: the rows, and where they stand in the whole.

/// A page of rows, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Page<R> {
    /// The rows of this page; none beyond the end.
    pub items: Vec<R>,
    /// The number of rows on all pages.
    pub total: i64,
    /// The number of this page.
    pub number: i64,
    /// The number of pages, at least 1.
    pub pages: i64,
}

impl<R> Page<R> {
    pub(crate) fn new(items: Vec<R>, total: i64, (number, size): (i64, i64)) -> Self {
        let size = size.max(1);
        let pages = (total / size + i64::from(total % size != 0)).max(1);
        Self { items, total, number, pages }
    }

    /// The rows of this page, by reference.
    pub fn iter(&self) -> std::slice::Iter<'_, R> {
        self.items.iter()
    }

    /// Whether a page follows.
    pub fn has_next(&self) -> bool {
        self.number < self.pages
    }

    /// Whether a page with rows stands before this one.
    pub fn has_previous(&self) -> bool {
        self.number > 1
    }

    /// The same page with each row made into something else.
    pub fn map<S>(self, make: impl FnMut(R) -> S) -> Page<S> {
        Page {
            items: self.items.into_iter().map(make).collect(),
            total: self.total,
            number: self.number,
            pages: self.pages,
        }
    }
}

impl<R> IntoIterator for Page<R> {
    type Item = R;
    type IntoIter = std::vec::IntoIter<R>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'p, R> IntoIterator for &'p Page<R> {
    type Item = &'p R;
    type IntoIter = std::slice::Iter<'p, R>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn pages_are_counted_from_one() {
        let pages = |total, size| Page::<()>::new(Vec::new(), total, (1, size)).pages;
        assert_eq!([pages(0, 10), pages(1, 10), pages(10, 10), pages(11, 10)], [1, 1, 1, 2]);
        assert_eq!([pages(i64::MAX, 1), pages(i64::MAX, i64::MAX)], [i64::MAX, 1]);
    }
}
