//! Places in the schema's files, for those who read of a name in an editor: go-to-definition ends at the generated code.
//!
//! In: a schema. Out: `schema/catalog.nuages:37` of any span.

use crate::Schema;
use crate::source::{SourceFile, Span};

/// The schema's files, with the offsets at which their lines begin.
pub(super) struct Places<'s> {
    files: Vec<(&'s SourceFile, Vec<usize>)>,
}

impl<'s> Places<'s> {
    pub(super) fn of(schema: &'s Schema) -> Self {
        let starts = |file: &SourceFile| file.text.match_indices('\n').map(|(at, _)| at + 1).collect();
        Self { files: schema.sources.iter().map(|file| (file, starts(file))).collect() }
    }

    /// File and line.
    pub(super) fn text(&self, span: Span) -> String {
        self.find(span).map_or_else(String::new, |(file, line)| format!("{}:{line}", file.path))
    }

    /// The same as a link, which an editor follows; only where nobody minds what this machine calls its folders.
    pub(super) fn link(&self, span: Span) -> String {
        let Some((file, line)) = self.find(span) else { return String::new() };
        let shown = format!("`{}:{line}`", file.path);
        match file.location.to_str() {
            Some(location) if file.location.is_absolute() => {
                format!("[{shown}](<file://{}#L{line}>)", location.replace('%', "%25").replace(' ', "%20"))
            }
            _ => shown,
        }
    }

    fn find(&self, span: Span) -> Option<(&'s SourceFile, usize)> {
        let (file, starts) = self.files.get(span.file as usize)?;
        Some((file, 1 + starts.partition_point(|start| *start <= span.start as usize)))
    }
}
