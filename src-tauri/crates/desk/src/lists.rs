//! Lists that are asked with words: what a case, a filing and a clock is in the words of `domain::query`, and the views that members keep.
//! Customers are asked in SQL; `store` knows their words.

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    change::Change,
    query::{self, Ask, List, Misread, Query, Record, SavedView, clock_word},
};
use std::collections::HashMap;
use store::Read;

/// The longest name of a view, in characters.
const LONGEST_NAME: usize = 60;
/// How many views a member keeps of a list at most.
const MOST_VIEWS: usize = 50;

impl From<Misread> for Error {
    fn from(misread: Misread) -> Self {
        Self::input(misread.code, misread.why)
    }
}

/// Whom a record is about.
#[derive(Clone, Default)]
struct Party {
    reference: String,
    name: String,
    country: String,
}

/// Resellers and customers, each looked up once.
struct Parties<'a, 'b>(&'a Read<'b>, HashMap<String, Party>);

impl Parties<'_, '_> {
    /// Whoever a reference names; nobody where it names neither a reseller nor a customer.
    fn of(&mut self, reference: &str) -> Result<Option<Party>> {
        if let Some(party) = self.1.get(reference) {
            return Ok(Some(party.clone()));
        }
        let party = if reference.starts_with("RS-") {
            let reseller = self.0.reseller(reference)?;
            Party {
                reference: reference.to_owned(),
                name: reseller.name,
                country: reseller.country,
            }
        } else if reference.starts_with("C-") {
            match self.0.customer_file(reference) {
                Ok(file) => Party {
                    reference: reference.to_owned(),
                    name: file.name().to_owned(),
                    country: file.country().to_owned(),
                },
                Err(store::StoreError::Disposed { .. }) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        } else {
            return Ok(None);
        };
        self.1.insert(reference.to_owned(), party.clone());
        Ok(Some(party))
    }
}

/// How a record stands to its deadline.
fn stands(clock: Option<&c::ClockRow>, word: &str) -> bool {
    clock.is_some_and(|clock| match word {
        "overdue" => clock.status == "late",
        _ => clock.status == "running" && clock.days_left == 0,
    })
}

fn has(beside: &c::Beside, word: &str) -> bool {
    match word {
        "comment" => beside.comments > 0,
        "task" => beside.tasks > 0,
        "tag" => !beside.tags.is_empty(),
        _ => false,
    }
}

fn same(state: &str, word: &str) -> bool {
    state.replace('_', "-") == word
}

fn assigned(assignee: Option<&str>, word: &str, me: &str) -> bool {
    match word {
        "me" | "mine" => assignee == Some(me),
        "nobody" | "unassigned" => assignee.is_none(),
        label => assignee == Some(label),
    }
}

struct CaseFacts<'a> {
    row: &'a c::CaseRow,
    resellers: Vec<Party>,
    customers: Vec<Party>,
    assignee: Option<String>,
    me: &'a str,
}

impl Record for CaseFacts<'_> {
    fn is(&self, field: &str, word: &str) -> bool {
        let row = self.row;
        match (field, word) {
            ("is", "open") => !row.done,
            ("is", "over") => row.done,
            ("is", "overdue" | "due-today") => stands(row.clock.as_ref(), word),
            ("is" | "assignee", _) => assigned(self.assignee.as_deref(), word, self.me),
            ("kind", "cip-copy") => row.kind == "request",
            ("kind", _) => same(&row.kind, word),
            ("state", _) => same(&row.state, word),
            ("has", "filing") => row.filing.is_some(),
            ("has", _) => has(&row.beside, word),
            ("country", _) => {
                let mut all = self.resellers.iter().chain(&self.customers);
                all.any(|party| party.country == word)
            }
            _ => false,
        }
    }

    fn texts(&self, field: &str) -> Vec<&str> {
        match field {
            "tag" => self.row.beside.tags.iter().map(String::as_str).collect(),
            "reseller" => texts(&self.resellers),
            _ => texts(&self.customers),
        }
    }

    fn day(&self, field: &str) -> Option<NaiveDate> {
        match field {
            "received" => self.row.received_on.parse().ok(),
            _ => self.row.clock.as_ref()?.due.parse().ok(),
        }
    }

    fn everything(&self) -> Vec<&str> {
        let row = self.row;
        let mut all = vec![
            row.r#ref.as_str(),
            &row.title,
            &row.kind_label,
            &row.state_label,
        ];
        all.extend(row.filing.as_deref());
        all.extend(texts(&self.resellers));
        all.extend(texts(&self.customers));
        all
    }
}

fn texts(parties: &[Party]) -> Vec<&str> {
    parties
        .iter()
        .flat_map(|party| [party.reference.as_str(), party.name.as_str()])
        .collect()
}

struct FilingFacts<'a> {
    row: &'a c::FilingRow,
    clock: Option<c::ClockRow>,
}

impl Record for FilingFacts<'_> {
    fn is(&self, field: &str, word: &str) -> bool {
        let row = self.row;
        match (field, word) {
            ("is", "open") => row.sealed_at.is_none(),
            ("is", "sealed") => row.sealed_at.is_some(),
            ("is", "sent") => row.sent_at.is_some(),
            ("is", _) => stands(self.clock.as_ref(), word),
            ("form", _) => row.form == word,
            ("state", _) => same(&row.state, word),
            ("has", _) => has(&row.beside, word),
            _ => false,
        }
    }

    fn texts(&self, _: &str) -> Vec<&str> {
        self.row.case.iter().map(String::as_str).collect()
    }

    fn day(&self, _: &str) -> Option<NaiveDate> {
        self.row.due.as_ref()?.parse().ok()
    }

    fn everything(&self) -> Vec<&str> {
        let row = self.row;
        let mut all = vec![row.r#ref.as_str(), &row.form, &row.title, &row.state];
        all.extend(row.case.as_deref());
        all
    }
}

struct ClockFacts<'a> {
    row: &'a c::ClockRow,
    about: Option<Party>,
    word: String,
    assignee: Option<&'a str>,
    me: &'a str,
    today: &'a str,
}

impl Record for ClockFacts<'_> {
    fn is(&self, field: &str, word: &str) -> bool {
        let row = self.row;
        let runs = row.status == "running" || row.status == "late";
        match (field, word) {
            ("is", "running") => runs,
            ("is", "ended") => !runs,
            ("is", "overdue" | "due-today") => stands(Some(row), word),
            ("is", "provisional") => row.provisional,
            ("is", "internal") => !row.statutory,
            ("is", "unverified") => row.unverified,
            ("is", "put-off") => row.snoozed_until.as_deref() > Some(self.today),
            ("is" | "assignee", _) => assigned(self.assignee, word, self.me),
            ("kind", _) => self.word == word,
            ("country", _) => self
                .about
                .as_ref()
                .is_some_and(|party| party.country == word),
            _ => false,
        }
    }

    fn texts(&self, field: &str) -> Vec<&str> {
        let row = self.row;
        match field {
            "reseller" => self
                .about
                .iter()
                .filter(|party| party.reference.starts_with("RS-"))
                .flat_map(|party| [party.reference.as_str(), party.name.as_str()])
                .collect(),
            "case" => row.case.iter().map(String::as_str).collect(),
            "pack" => vec![row.pack.as_str()],
            _ => vec![row.subject.as_str(), row.subject_ref.as_str()],
        }
    }

    fn day(&self, _: &str) -> Option<NaiveDate> {
        self.row.due.parse().ok()
    }

    fn everything(&self) -> Vec<&str> {
        let row = self.row;
        let mut all = vec![
            row.r#ref.as_str(),
            &row.kind,
            &row.subject,
            &row.subject_ref,
            &row.clock,
        ];
        all.extend(row.case.as_deref());
        all
    }
}

impl OpenVault {
    fn fields(&self, list: List) -> Vec<query::Field> {
        let members: Vec<String> = self.members().into_iter().map(|one| one.value).collect();
        let forms: Vec<String> = filing::forms()
            .iter()
            .map(|form| form.kind.clone())
            .collect();
        query::fields(list, &self.rules(), &members, &forms)
    }

    /// What was typed above a list, read.
    pub(crate) fn query(&self, list: List, typed: &str) -> Result<Query> {
        Ok(query::parse(typed, &self.fields(list), self.today())?)
    }

    /// How a query is read: its words, or what was not understood; and the words that there are.
    pub fn query_read(&self, req: &c::QueryReadReq) -> Result<c::QueryView> {
        let fields = self.fields(list_of(&req.list)?);
        let read = query::parse(&req.query, &fields, self.today());
        let (words, wrong) = match read {
            Ok(read) => (read.words, None),
            Err(misread) => (Vec::new(), Some(misread.why)),
        };
        Ok(c::QueryView {
            words,
            wrong,
            fields: fields
                .into_iter()
                .map(|field| c::QueryField {
                    name: field.name.to_owned(),
                    means: field.means.to_owned(),
                    values: match field.ask {
                        Ask::OneOf(words) | Ask::Ranked(words) => words,
                        _ => Vec::new(),
                    },
                })
                .collect(),
        })
    }

    /// Cases that fit, in the order of the list.
    pub fn cases_like(&self, typed: &str) -> Result<c::CaseList> {
        let query = self.query(List::Cases, typed)?;
        let mut list = self.case_list()?;
        if query.is_empty() {
            return Ok(list);
        }
        self.read(|read| {
            let mut parties = Parties(read, HashMap::new());
            let mut fitting = Vec::new();
            for row in list.rows {
                let case = read.case(&row.r#ref)?;
                let mut named = |all: &[String]| -> Result<Vec<Party>> {
                    let mut found = Vec::new();
                    for reference in all {
                        found.extend(parties.of(reference)?);
                    }
                    Ok(found)
                };
                let facts = CaseFacts {
                    resellers: named(&case.resellers)?,
                    customers: named(&case.subjects)?,
                    assignee: read.handling(&row.r#ref)?.assignee,
                    row: &row,
                    me: self.me(),
                };
                if query.fits(&facts) {
                    fitting.push(row);
                }
            }
            list.rows = fitting;
            Ok(list)
        })
    }

    /// Filings that fit, in the order of the list.
    pub fn filings_like(&self, typed: &str) -> Result<c::FilingList> {
        let query = self.query(List::Filings, typed)?;
        let mut list = self.filing_list()?;
        if query.is_empty() {
            return Ok(list);
        }
        self.read(|read| {
            let mut fitting = Vec::new();
            for row in list.rows {
                let clock = match read.filing(&row.r#ref)?.clock {
                    Some(clock) => Some(self.clock_row(&read.clock(&clock)?, self.today())),
                    None => None,
                };
                if query.fits(&FilingFacts { row: &row, clock }) {
                    fitting.push(row);
                }
            }
            list.rows = fitting;
            Ok(list)
        })
    }

    /// Clocks that fit, by due date; those that have ended too where the query does not say otherwise.
    pub fn clocks_like(&self, typed: &str) -> Result<Vec<c::ClockRow>> {
        let query = self.query(List::Clocks, typed)?;
        let today = self.today();
        let day = today.to_string();
        self.read(|read| {
            let mut parties = Parties(read, HashMap::new());
            let mut fitting = Vec::new();
            for record in read.clocks(true)? {
                let row = self.clock_row(&record, today);
                let facts = ClockFacts {
                    about: parties.of(&record.subject)?,
                    word: clock_word(&row.clock),
                    assignee: record.assignee.as_deref(),
                    row: &row,
                    me: self.me(),
                    today: &day,
                };
                if query.fits(&facts) {
                    fitting.push(row);
                }
            }
            Ok(fitting)
        })
    }

    /// The queries that the member at work keeps, by list and name.
    pub fn view_list(&self) -> Result<Vec<c::ViewRow>> {
        self.read(|read| {
            let views = read.saved_views(self.me())?;
            Ok(views
                .into_iter()
                .map(|view| c::ViewRow {
                    list: view.list,
                    name: view.name,
                    query: view.query,
                })
                .collect())
        })
    }

    /// Keeps a query under a name, puts another in the place of the one of that name, or gives the name up.
    pub fn view_save(&self, req: &c::ViewSaveReq) -> Result<Vec<c::ViewRow>> {
        let list = list_of(&req.list)?;
        let name = crate::customers::clean("name", &req.name)?;
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains('\n') {
            return Err(Error::input(
                "E-VIEW-NAME",
                format!(
                    "Write what the view is called, in one line of at most {LONGEST_NAME} characters."
                ),
            ));
        }
        if let Some(typed) = &req.query {
            self.query(list, typed)?;
        }
        self.act(|act| {
            let mine = act.read().saved_views(self.me())?;
            let of_list = || mine.iter().filter(|view| view.list == list.word());
            let before = of_list().find(|view| view.name == name).cloned();
            let view = req.query.as_ref().map(|typed| SavedView {
                member: self.me().to_owned(),
                list: list.word().to_owned(),
                name: name.clone(),
                query: typed.trim().to_owned(),
            });
            if before.is_none() && view.is_none() {
                return Err(Error::input(
                    "E-VIEW-NONE",
                    format!("You keep no view \"{name}\" of the {}.", list.word()),
                ));
            }
            if before.is_none() && of_list().count() >= MOST_VIEWS {
                return Err(Error::refused(
                    "E-VIEW-MANY",
                    format!(
                        "You keep {MOST_VIEWS} views of the {} already. Give one up first.",
                        list.word()
                    ),
                ));
            }
            if before != view {
                act.push(Change::ViewSaved { before, view }, None, None)?;
            }
            Ok(())
        })?;
        self.view_list()
    }
}

fn list_of(word: &str) -> Result<List> {
    List::named(word).ok_or_else(|| {
        let short: String = word.chars().take(40).collect();
        let known: Vec<&str> = query::LISTS.iter().map(|(_, name)| *name).collect();
        Error::input(
            "E-LIST-NONE",
            format!(
                "\"{short}\" is no list. It is one of: {}.",
                known.join(", ")
            ),
        )
    })
}
