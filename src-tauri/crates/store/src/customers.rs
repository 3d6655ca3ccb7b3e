//! The list of customers: search, filter, sort and page, all in SQL.

use crate::{connection::Read, error::StoreError};
use domain::text;
use rusqlite::types::Value;

/// What to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Reference.
    Reference,
    /// Name, folded.
    Name,
    /// Country code.
    Country,
    /// The case's state.
    Status,
    /// U.S.-person standing.
    UsStatus,
    /// Required items missing.
    Missing,
    /// Risk tier.
    Risk,
    /// Last change.
    Changed,
}

impl Order {
    fn column(self) -> &'static str {
        match self {
            Self::Reference => "ref",
            Self::Name => "name_fold",
            Self::Country => "country",
            Self::Status => "status",
            Self::UsStatus => "us_status",
            Self::Missing => "missing",
            Self::Risk => "risk_rank",
            Self::Changed => "changed_at",
        }
    }
}

/// Which customers, in which order, from where.
#[derive(Debug, Clone)]
pub struct CustomerFilter {
    /// Free text.
    pub search: Option<String>,
    /// States of the case.
    pub status: Vec<String>,
    /// Standings.
    pub us_status: Vec<String>,
    /// individual or entity.
    pub kind: Option<String>,
    /// Countries, alpha-2.
    pub country: Vec<String>,
    /// Risk tiers.
    pub risk: Vec<String>,
    /// Something is missing.
    pub incomplete: bool,
    /// Order.
    pub order: Order,
    /// Largest first.
    pub descending: bool,
    /// From which row.
    pub offset: u32,
    /// How many rows; none means all.
    pub limit: Option<u32>,
}

impl Default for CustomerFilter {
    fn default() -> Self {
        Self {
            search: None,
            status: Vec::new(),
            us_status: Vec::new(),
            kind: None,
            country: Vec::new(),
            risk: Vec::new(),
            incomplete: false,
            order: Order::Reference,
            descending: false,
            offset: 0,
            limit: None,
        }
    }
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerLine {
    /// Such as `C-000001`.
    pub reference: String,
    /// The provider's own id.
    pub external_id: Option<String>,
    /// Name.
    pub name: String,
    /// Name in its own script.
    pub name_original: Option<String>,
    /// individual or entity.
    pub kind: String,
    /// Country.
    pub country: String,
    /// Standing.
    pub us_status: String,
    /// The case's state.
    pub status: String,
    /// Risk tier.
    pub risk: Option<String>,
    /// Required items missing.
    pub missing: u32,
    /// Last change: milliseconds of UTC.
    pub changed_at: i64,
}

/// A page of the list.
#[derive(Debug, Clone, Default)]
pub struct CustomerPage {
    /// How many match.
    pub total: u32,
    /// How many there are.
    pub all: u32,
    /// The rows.
    pub rows: Vec<CustomerLine>,
    /// Matches per state.
    pub by_status: Vec<(String, u32)>,
    /// Matches per country, most first, at most 50.
    pub by_country: Vec<(String, u32)>,
    /// Matches per risk tier.
    pub by_risk: Vec<(String, u32)>,
}

/// The words of a search as an FTS5 query: each a literal prefix, all of them wanted. Operators have no meaning.
fn fts_query(search: &str) -> Option<String> {
    let folded = text::fold(search);
    let words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(16)
        .map(|word| format!("\"{word}\"*"))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

struct Where {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Where {
    fn one_of(&mut self, column: &str, wanted: &[String]) {
        if !wanted.is_empty() {
            self.clauses.push(format!(
                "{column} IN ({})",
                vec!["?"; wanted.len()].join(",")
            ));
            self.values.extend(wanted.iter().cloned().map(Value::from));
        }
    }

    fn sql(&self) -> String {
        if self.clauses.is_empty() {
            String::new()
        } else {
            format!("WHERE {}", self.clauses.join(" AND "))
        }
    }
}

impl CustomerFilter {
    /// The search and the filters; without those of one column, for that column's counts.
    fn conditions(&self, but: Option<&str>) -> Result<Where, ()> {
        let mut all = Where {
            clauses: Vec::new(),
            values: Vec::new(),
        };
        if let Some(search) = self
            .search
            .as_deref()
            .filter(|search| !search.trim().is_empty())
        {
            // A search of nothing but punctuation finds nothing, rather than everything.
            let query = fts_query(search).ok_or(())?;
            all.clauses.push(
                "id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH ?)"
                    .to_owned(),
            );
            all.values.push(query.into());
        }
        if but != Some("status") {
            all.one_of("status", &self.status);
        }
        if but != Some("country") {
            all.one_of("country", &self.country);
        }
        if but != Some("risk") {
            all.one_of("risk", &self.risk);
        }
        all.one_of("us_status", &self.us_status);
        if let Some(kind) = &self.kind {
            all.one_of("kind", std::slice::from_ref(kind));
        }
        if self.incomplete {
            all.clauses.push("missing > 0".to_owned());
        }
        Ok(all)
    }
}

impl Read<'_> {
    /// A page of customers. `counts` also counts matches per state and country.
    pub fn customers(
        &self,
        filter: &CustomerFilter,
        counts: bool,
    ) -> Result<CustomerPage, StoreError> {
        let count = |sql: &str, values: &[Value]| -> Result<u32, StoreError> {
            Ok(self
                .0
                .prepare_cached(sql)?
                .query_row(rusqlite::params_from_iter(values), |row| row.get(0))?)
        };
        let mut page = CustomerPage {
            all: count("SELECT count(*) FROM customer", &[])?,
            ..CustomerPage::default()
        };
        let Ok(conditions) = filter.conditions(None) else {
            return Ok(page);
        };
        page.total = if conditions.clauses.is_empty() {
            page.all
        } else {
            count(
                &format!("SELECT count(*) FROM customer {}", conditions.sql()),
                &conditions.values,
            )?
        };
        let direction = if filter.descending { "DESC" } else { "ASC" };
        let limit = filter.limit.map_or(-1, i64::from);
        let sql = format!(
            "SELECT ref, external_id, name, name_original, kind, country, us_status, status, risk, missing, changed_at FROM customer {}
             ORDER BY {} {direction}, id {direction} LIMIT {limit} OFFSET {}",
            conditions.sql(),
            filter.order.column(),
            filter.offset
        );
        let mut statement = self.0.prepare_cached(&sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(&conditions.values), |row| {
            Ok(CustomerLine {
                reference: row.get(0)?,
                external_id: row.get(1)?,
                name: row.get(2)?,
                name_original: row.get(3)?,
                kind: row.get(4)?,
                country: row.get(5)?,
                us_status: row.get(6)?,
                status: row.get(7)?,
                risk: row.get(8)?,
                missing: row.get(9)?,
                changed_at: row.get(10)?,
            })
        })?;
        page.rows = rows.collect::<Result<_, _>>()?;
        if counts {
            page.by_status = self.counts(filter, "status")?;
            page.by_country = self.counts(filter, "country")?;
            page.by_risk = self.counts(filter, "risk")?;
        }
        Ok(page)
    }

    fn counts(
        &self,
        filter: &CustomerFilter,
        column: &'static str,
    ) -> Result<Vec<(String, u32)>, StoreError> {
        let Ok(conditions) = filter.conditions(Some(column)) else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "SELECT coalesce({column}, ''), count(*) FROM customer {} GROUP BY {column} ORDER BY count(*) DESC, {column} LIMIT 50",
            conditions.sql()
        );
        let mut statement = self.0.prepare_cached(&sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(&conditions.values), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Customers that are not shown to be U.S. persons and not verified, and customers with something missing.
    pub fn customer_backlog(&self) -> Result<(u32, u32), StoreError> {
        let settled = domain::onboarding::SETTLED
            .map(|state| format!("'{state}'"))
            .join(", ");
        let unverified = self.0.query_row(
            &format!("SELECT count(*) FROM customer WHERE us_status IN ('foreign', 'undetermined') AND status NOT IN ({settled})"),
            [],
            |row| row.get(0),
        )?;
        let incomplete = self.0.query_row(
            "SELECT count(*) FROM customer WHERE missing > 0 AND status NOT IN ('abandoned', 'refused', 'closed_account', 'merged')",
            [],
            |row| row.get(0),
        )?;
        Ok((unverified, incomplete))
    }

    /// The plan SQLite chose for the list, for the test that no full scan is used where an index serves.
    #[doc(hidden)]
    pub fn customer_plan(&self, filter: &CustomerFilter) -> Result<String, StoreError> {
        let Ok(conditions) = filter.conditions(None) else {
            return Ok(String::new());
        };
        let direction = if filter.descending { "DESC" } else { "ASC" };
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT ref FROM customer {} ORDER BY {} {direction}, id {direction} LIMIT 50",
            conditions.sql(),
            filter.order.column()
        );
        let mut statement = self.0.prepare(&sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(&conditions.values), |row| {
            row.get::<_, String>(3)
        })?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?.join("; "))
    }
}
