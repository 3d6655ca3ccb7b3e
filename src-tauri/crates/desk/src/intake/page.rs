//! The page that a reseller fills in: one HTML file that needs nothing else and sends nothing anywhere. What it asks is data inside of it.

use crate::passphrase;
use domain::{
    intake::{FORMAT, Intake, Point, SCHEMA},
    record::{Organisation, Reseller},
};
use serde::Serialize;

/// The page without its questions, made from `ui/intake/` (`npm run intake`); a test there makes it again and compares.
const PAGE: &str = include_str!("page.html");
/// Where the questions stand in it.
const PLACE: &str = "{\"questions\":\"here\"}";

/// What the page is told.
#[derive(Serialize)]
struct Questions<'a> {
    format: &'a str,
    vault: &'a str,
    asked_by: &'a str,
    request: &'a str,
    nonce: &'a str,
    recipient: &'a str,
    reseller: &'a str,
    reseller_name: &'a str,
    on: &'a str,
    banners: Vec<&'a str>,
    packs: &'a [String],
    elements: &'a [Point],
    attestations: &'a [Point],
    /// The published schema of the answer, which goes along with it.
    schema: &'a str,
    /// The list that fingerprints are said in: eleven bits a word.
    words: Vec<&'a str>,
}

/// The page for a request: the same bytes as often as it is written.
pub(super) fn render(
    vault: &str,
    organisation: &Organisation,
    reseller: &Reseller,
    intake: &Intake,
    banners: Vec<&str>,
) -> String {
    let questions = Questions {
        format: FORMAT,
        vault,
        asked_by: &organisation.name,
        request: &intake.reference,
        nonce: &intake.nonce,
        recipient: &intake.recipient,
        reseller: &reseller.reference,
        reseller_name: &reseller.name,
        on: &intake.on,
        banners,
        packs: &intake.packs,
        elements: &intake.elements,
        attestations: &intake.attestations,
        schema: SCHEMA,
        words: passphrase::WORDS.split_whitespace().collect(),
    };
    // Inside a script element only `<` could end it, or begin a comment.
    let json = serde_json::to_string(&questions)
        .unwrap_or_default()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    PAGE.replacen(PLACE, &json, 1)
}
