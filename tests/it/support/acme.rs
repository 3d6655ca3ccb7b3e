//! What the journeys in the real window begin with and lean on: a vault of Acme's made by the window's own steps, its commands, dates, a letter.

use super::{desk::PASSPHRASE, window::Window};
use serde_json::Value;
use std::{fmt::Write as _, fs, path::Path, process::Command};

pub(crate) const ALONE: &str = "Only one person works here";

/// A window of its own with a new vault open in it, or nothing where no window is asked for.
pub(crate) fn in_a_new_vault(name: &'static str) -> Option<Window> {
    let window = Window::open(name)?;
    let folder = window.folder().to_owned();
    window.dialogs_answer(&[
        ("vault-create", &folder.join("Acme.cipdesk")),
        ("recovery-sheet", &folder.join("sheet.txt")),
    ]);
    window.resize(1280, 800);
    into_a_new_vault(&window, |_| ());
    Some(window)
}

/// Makes a vault by the window's own steps and unlocks it; `look` is told the name of each screen on the way.
pub(crate) fn into_a_new_vault(window: &Window, look: impl Fn(&str)) {
    into_a_new_vault_of(window, "Acme Cloud LLC", "Ana Lima", look);
}

/// The same for somebody else.
pub(crate) fn into_a_new_vault_of(
    window: &Window,
    organisation: &str,
    person: &str,
    look: impl Fn(&str),
) {
    look("01-welcome");
    window.press_button("Create a vault");
    window.fill("Organization", organisation);
    window.fill("Your name", person);
    look("02-organisation");
    window.press_button("Continue");
    window.wait_for_words("Choose a passphrase");
    window.fill("Passphrase", PASSPHRASE);
    window.fill("Repeat the passphrase", PASSPHRASE);
    window.wait_for_words("trong");
    look("03-passphrase");
    window.press_button("Choose a folder and create…");
    window.wait_for_words("Keep the recovery sheet");
    look("04-recovery");
    window.press_button("Save to a file…");
    window.wait_for_words("Recovery sheet saved");
    let sheet = fs::read_to_string(window.folder().join("sheet.txt")).unwrap();
    let groups: Vec<&str> = sheet
        .lines()
        .skip_while(|line| !line.starts_with("The same in groups"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .flat_map(str::split_whitespace)
        .collect();
    let count = groups.len();
    window.fill(&format!("Group 3 of {count}"), groups[2]);
    window.fill(&format!("Group {count} of {count}"), groups[count - 1]);
    window.press_button("Continue");
    window.wait_for_words("Unlock it once");
    window.fill("Passphrase", PASSPHRASE);
    window.press_button("Unlock");
    window.wait_for_words("Never backed up");
}

/// The answer of a command that must not be refused.
pub(crate) fn called(window: &Window, command: &str, request: &Value) -> Value {
    window
        .call(command, request)
        .unwrap_or_else(|failure| panic!("{command} {request}: {failure}"))
}

/// A page that any reader shows: five objects, their table, one line of text.
pub(crate) fn pdf(path: &Path, line: &str) {
    let drawn = format!("BT /F1 24 Tf 72 700 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut table = "xref\n0 6\n0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(&objects) {
        writeln!(table, "{:010} 00000 n ", text.len()).unwrap();
        writeln!(text, "{number} 0 obj\n{object}\nendobj").unwrap();
    }
    let at = text.len();
    writeln!(
        text,
        "{table}trailer << /Root 1 0 R /Size 6 >>\nstartxref\n{at}\n%%EOF"
    )
    .unwrap();
    fs::write(path, text).unwrap();
}

/// A date some days earlier; later, where they are fewer than none.
pub(crate) fn days_before(date: &str, days: i64) -> String {
    let said = Command::new("date")
        .args(["-u", "-d", &format!("{date} {} days", -days), "+%F"])
        .output()
        .unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}
