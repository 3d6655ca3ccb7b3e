//! What a filing says. The order of the fields is the order of the JSON.

use serde::Serialize;

/// Who must be asked about the filing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // each field is what its name says; empty prints "not recorded"
pub struct Contact {
    pub name: String,
    pub title: String,
    pub email: String,
    pub phone: String,
}

/// Who files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Filer {
    pub legal_name: String,
    pub role: String,
    pub jurisdiction: String,
    pub primary_contact: Contact,
}

/// The rule pack behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Pack {
    pub id: String,
    pub version: String,
    pub status: String,
    pub banner: String,
}

/// The clock that it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Clock {
    pub kind: String,
    pub day0: String,
    pub due: String,
}

/// A file that goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Where it lies in the bundle, such as `documents/0001.pdf`.
    pub file: String,
    /// The name it came with.
    pub original_name: String,
    /// Its true type.
    pub media_type: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Pages; none: unknown.
    pub pages: Option<u32>,
}

/// Who signs, and under which words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Signature {
    pub name: String,
    pub title: String,
    pub principal: String,
    pub fingerprint: String,
    pub statement_id: String,
    pub statement: String,
    pub signed_at: String,
    /// Why one person both prepared and approved.
    pub override_reason: Option<String>,
}

/// The journal it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Integrity {
    /// The journal's head code.
    pub event_chain_head: String,
    /// Entries in the journal then.
    pub entries: u64,
}

/// What every form begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Header {
    pub format: String,
    pub kind: String,
    pub title: String,
    pub pack: Pack,
    pub filer: Filer,
    pub reference: String,
    pub prepared_at: String,
    pub as_of: String,
    pub corrects: Option<String>,
    pub clock: Clock,
}

/// The Department's request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Request {
    pub reference: String,
    pub received_on: String,
    pub due_on: String,
    pub how: String,
}

/// A CIP that is supplied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Item {
    pub owner: String,
    pub owner_kind: String,
    pub jurisdiction: String,
    pub version: String,
    pub effective_on: String,
    pub sha256: String,
    /// Pages; none: unknown.
    pub pages: Option<u32>,
    pub file: String,
}

/// A CIP that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Missing {
    pub owner: String,
    pub reason: String,
    pub expected_on: Option<String>,
}

/// F4: copies of CIPs (D-67, D-68).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct F4 {
    pub addressee: String,
    pub request: Request,
    pub items: Vec<Item>,
    pub missing: Vec<Missing>,
    pub confidential: bool,
    pub confidentiality_request: String,
    pub notes: String,
}

/// Something that happened to the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Event {
    pub occurred_on: String,
    pub recorded_at: String,
    pub what: String,
}

/// "Why this date?", as a page of the filing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct ClockPage {
    pub reference: String,
    pub clock: String,
    pub title: String,
    pub subject: String,
    pub day0: String,
    pub due: String,
    pub target: Option<String>,
    pub cutoff: Option<String>,
    pub cite: String,
    pub rule: String,
    pub confidence: String,
    pub zone: String,
    pub tzdb: String,
    pub steps: Vec<String>,
    pub revisions: Vec<Revision>,
    pub events: Vec<Event>,
}

/// A date that stood before: nothing of it is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Revision {
    pub kind: String,
    pub due_before: String,
    pub due_after: String,
    pub grant: Option<String>,
    pub recorded_on: String,
}

/// The paper it is laid out for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Paper {
    /// U.S. Letter.
    #[default]
    Letter,
    /// A4.
    A4,
}

/// A filing, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Filing {
    #[serde(flatten)]
    pub header: Header,
    pub body: F4,
    pub attachments: Vec<Attachment>,
    pub clock_page: ClockPage,
    pub signature: Signature,
    pub integrity: Integrity,
    #[serde(skip)]
    pub paper: Paper,
}
