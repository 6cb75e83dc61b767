//! Diagnostics as a terminal shows them, in the way of rustc.
//!
//! In: diagnostics and the files they speak of. Out: plain text without colours, one paragraph per mistake, each place
//! with its line and carets. Tabs count as one column and are shown as a space, so carets stand where they should.

use crate::diagnostic::{Diagnostic, Note};
use crate::source::{SourceFile, Span};
use std::fmt::Write as _;

/// The text of all diagnostics, paragraphs separated by an empty line.
pub(crate) fn text(list: &[Diagnostic], sources: &[SourceFile]) -> String {
    let paragraphs: Vec<String> = list.iter().map(|d| paragraph(d, sources)).collect();
    paragraphs.join("\n")
}

/// One diagnostic, ending in a newline.
fn paragraph(diagnostic: &Diagnostic, sources: &[SourceFile]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "error[{}]: {}", diagnostic.code, diagnostic.message);
    let mut places: Vec<(Span, &str)> = Vec::new();
    if let Some(span) = diagnostic.span {
        places.push((span, diagnostic.label.as_deref().unwrap_or_default()));
    }
    places.extend(diagnostic.places.iter().map(|(span, words)| (*span, words.as_str())));
    let width = places.iter().filter_map(|(span, _)| line_number(*span, sources)).max().unwrap_or(0).to_string().len();
    for (i, (span, words)) in places.iter().enumerate() {
        place(&mut out, if i == 0 { "-->" } else { ":::" }, *span, words, width, sources);
    }
    if !places.is_empty() && !diagnostic.notes.is_empty() {
        let _ = writeln!(out, "{:width$} |", "");
    }
    for note in &diagnostic.notes {
        let (word, text) = match note {
            Note::Help(text) => ("help", text),
            Note::Note(text) => ("note", text),
        };
        if places.is_empty() {
            let _ = writeln!(out, "  = {word}: {text}");
        } else {
            let _ = writeln!(out, "{:width$} = {word}: {text}", "");
        }
    }
    out
}

/// The line a span begins in.
fn line_number(span: Span, sources: &[SourceFile]) -> Option<usize> {
    sources.get(span.file as usize).map(|file| file.position(span.start).0)
}

/// One place: the arrow with the position, the source line, the carets.
fn place(out: &mut String, arrow: &str, span: Span, words: &str, width: usize, sources: &[SourceFile]) {
    let Some(file) = sources.get(span.file as usize) else { return };
    let (number, column) = file.position(span.start);
    let start = (span.start as usize).min(file.text.len());
    let begin = file.text[..start].rfind('\n').map_or(0, |i| i + 1);
    let line = file.text[begin..].lines().next().unwrap_or_default();
    let end = (span.end as usize).clamp(start, begin + line.len().max(start - begin));
    let carets = file.text.get(start..end).map_or(1, |t| t.chars().count()).max(1);
    let shown = line.replace('\t', " ");
    let words = if words.is_empty() { String::new() } else { format!(" {words}") };
    let _ = writeln!(out, "{:width$}{arrow} {}:{number}:{column}", "", file.path);
    let _ = writeln!(out, "{:width$} |", "");
    let _ = writeln!(out, "{number:>width$} | {}", shown.trim_end());
    let _ = writeln!(out, "{:width$} | {:indent$}{}{words}", "", "", "^".repeat(carets), indent = column - 1);
}
