//! A subscriber that keeps all spans and events.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// A span or an event: its fields as text.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) name: String,
    pub(crate) target: String,
    pub(crate) level: Level,
    /// The number of the span that it is in.
    pub(crate) parent: Option<usize>,
    pub(crate) event: bool,
    pub(crate) closed: bool,
    pub(crate) fields: BTreeMap<String, String>,
    handles: u32,
}

impl Seen {
    pub(crate) fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Layer(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    seen: Vec<Seen>,
    entered: Vec<usize>,
}

struct Fields<'f>(&'f mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Layer {
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().seen.clone()
    }

    /// Only what this crate's users are told.
    pub(crate) fn ours(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.target == "nuages").collect()
    }

    pub(crate) fn clear(&self) {
        let mut state = self.0.lock().unwrap();
        assert!(state.entered.is_empty());
        state.seen.clear();
    }

    fn add(&self, metadata: &Metadata<'_>, root: bool, parent: Option<&Id>, event: bool) -> usize {
        let mut state = self.0.lock().unwrap();
        let explicit = parent.map(index);
        let parent = explicit.or_else(|| state.entered.last().copied().filter(|_| !root));
        state.seen.push(Seen {
            name: metadata.name().to_owned(),
            target: metadata.target().to_owned(),
            level: *metadata.level(),
            parent,
            event,
            closed: false,
            fields: BTreeMap::new(),
            handles: 1,
        });
        state.seen.len() - 1
    }
}

fn index(id: &Id) -> usize {
    usize::try_from(id.into_u64()).unwrap() - 1
}

impl Subscriber for Layer {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let at = self.add(span.metadata(), span.is_root(), span.parent(), false);
        span.record(&mut Fields(&mut self.0.lock().unwrap().seen[at].fields));
        Id::from_u64(at as u64 + 1)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap().seen[index(span)].fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let at = self.add(event.metadata(), event.is_root(), event.parent(), true);
        event.record(&mut Fields(&mut self.0.lock().unwrap().seen[at].fields));
    }

    fn enter(&self, span: &Id) {
        self.0.lock().unwrap().entered.push(index(span));
    }

    fn exit(&self, span: &Id) {
        let last = self.0.lock().unwrap().entered.pop();
        assert_eq!(last, Some(index(span)));
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.0.lock().unwrap().seen[index(id)].handles += 1;
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let seen = &mut self.0.lock().unwrap().seen[index(&id)];
        seen.handles -= 1;
        seen.closed = seen.handles == 0;
        seen.closed
    }
}
