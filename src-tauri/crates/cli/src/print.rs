//! Printing for people: tables, sentences, errors. Control characters of stored text are shown, never sent to the terminal.

use contract::{Class, Failure, Progress};
use std::io::{IsTerminal, Write};

/// Text without what a terminal would act on.
pub(crate) fn plain(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .flat_map(|c| {
            if hidden(c) {
                c.escape_unicode().collect::<Vec<_>>()
            } else {
                vec![c]
            }
        })
        .collect()
}

/// A line on standard output; a closed pipe ends the program's talking, not with a panic.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A line on standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// One JSON value on standard output.
pub(crate) fn json(value: &impl serde::Serialize) {
    if let Ok(text) = serde_json::to_string_pretty(value) {
        line(&text);
    }
}

/// Columns, padded; the header only where somebody looks.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| plain(cell)).collect())
        .collect();
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count()).min(60);
        }
    }
    let show = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        line(padded.join("  ").trim_end());
    };
    if std::io::stdout().is_terminal() {
        show(&mut header.iter().copied());
    }
    for row in &rows {
        show(&mut row.iter().map(String::as_str));
    }
}

/// So many of something: "1 row", "2 rows".
pub(crate) fn counted(many: u32, one: &str) -> String {
    match many {
        1 => format!("1 {one}"),
        _ => format!("{many} {one}s"),
    }
}

/// An error: the sentence with its code, each wrong field below it.
pub(crate) fn failure(failure: &Failure, as_json: bool) {
    note(&format!("{} [{}]", plain(&failure.message), failure.code));
    if failure.problems.len() > 1 {
        for problem in failure.problems.iter().take(50) {
            note(&format!("  {} [{}]", plain(&problem.message), problem.code));
        }
        if failure.problems.len() > 50 {
            note(&format!("  and {} more", failure.problems.len() - 50));
        }
    }
    if as_json && failure.class != Class::Cancelled {
        json(
            &serde_json::json!({"error": {"code": failure.code, "message": failure.message, "problems": failure.problems}}),
        );
    }
}

/// Progress on standard error, where it is a terminal.
pub(crate) fn progress(progress: &Progress) {
    if std::io::stderr().is_terminal() {
        let total = progress
            .total
            .map(|total| format!(" of {total:.0}"))
            .unwrap_or_default();
        let _ = write!(
            std::io::stderr(),
            "\r{} {:.0}{total} {}   ",
            progress.phase,
            progress.done,
            progress.unit
        );
        if progress.total == Some(progress.done) {
            let _ = writeln!(std::io::stderr());
        }
    }
}
