//! The list of customers: search, filter, sort and page, all in SQL.

use crate::{connection::Read, error::StoreError, found::Found};
use domain::{
    query::{Compare, Query, Term, Test},
    text,
};
use rusqlite::types::Value;
use std::{cmp::Reverse, collections::BTreeMap};

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
    /// What was typed, read with the words of [`domain::query::List::Customers`].
    pub query: Query,
    /// Who "me" is: a label.
    pub me: String,
    /// The day that "overdue" is seen from, `YYYY-MM-DD`.
    pub today: String,
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
            query: Query::default(),
            me: String::new(),
            today: String::new(),
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

/// What is found by the searches that find many, by their queries.
type Many = BTreeMap<String, Found>;

/// What the searches of a filter find.
#[derive(Default)]
struct Sought {
    many: Many,
    /// Whether whoever fits is among few.
    few: bool,
}

/// A condition in SQL with its values.
#[derive(Debug, Clone, Default, PartialEq)]
struct Where {
    sql: String,
    values: Vec<Value>,
}

impl Where {
    fn clause(&self) -> String {
        if self.sql.is_empty() {
            String::new()
        } else {
            format!("WHERE {}", self.sql)
        }
    }

    fn say(&mut self, sql: &str, values: impl IntoIterator<Item = String>) {
        self.sql.push_str(sql);
        self.values.extend(values.into_iter().map(Value::from));
    }

    /// Conditions of which one is enough.
    fn any(&mut self, each: impl Iterator<Item = (String, Vec<String>)>) {
        let mut first = true;
        self.sql.push('(');
        for (sql, values) in each {
            if !std::mem::take(&mut first) {
                self.sql.push_str(" OR ");
            }
            self.say(&sql, values);
        }
        self.sql.push_str(if first { "0)" } else { ")" });
    }
}

fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::On => "=",
        Compare::Before => "<",
        Compare::Until => "<=",
        Compare::After => ">",
        Compare::From => ">=",
    }
}

impl CustomerFilter {
    /// One word of `is:`, `has:` or `assignee:`. What has no meaning here fits nobody.
    fn word(&self, field: &str, word: &str) -> (String, Vec<String>) {
        const HANDLED: &str =
            "EXISTS (SELECT 1 FROM handling WHERE about = customer.ref AND assignee = ?)";
        const BY_NOBODY: &str = "NOT EXISTS (SELECT 1 FROM handling WHERE about = customer.ref AND assignee IS NOT NULL)";
        let beside =
            |table: &str| format!("EXISTS (SELECT 1 FROM {table} WHERE about = customer.ref)");
        match (field, word) {
            ("is", "incomplete") => ("missing > 0".to_owned(), Vec::new()),
            ("is", "complete") => ("missing = 0".to_owned(), Vec::new()),
            ("is", "mine") | ("assignee", "me") => (HANDLED.to_owned(), vec![self.me.clone()]),
            ("is", "unassigned") | ("assignee", "nobody") => (BY_NOBODY.to_owned(), Vec::new()),
            ("assignee", label) => (HANDLED.to_owned(), vec![label.to_owned()]),
            ("is", "overdue") => (
                "(EXISTS (SELECT 1 FROM clock WHERE subject = customer.ref AND running = 1 AND due < ? AND body ->> '$.computed.cutoff' IS NOT NULL)
                  OR EXISTS (SELECT 1 FROM handling WHERE about = customer.ref AND due < ?)
                  OR EXISTS (SELECT 1 FROM task WHERE about = customer.ref AND open = 1 AND body ->> '$.due' < ?))".to_owned(),
                vec![self.today.clone(); 3],
            ),
            ("has", "comment") => (beside("comment"), Vec::new()),
            ("has", "tag") => (beside("tag"), Vec::new()),
            ("has", "task") => (
                "EXISTS (SELECT 1 FROM task WHERE about = customer.ref AND open = 1)".to_owned(),
                Vec::new(),
            ),
            ("has", "clock") => (
                "EXISTS (SELECT 1 FROM clock WHERE subject = customer.ref AND running = 1)".to_owned(),
                Vec::new(),
            ),
            ("has", kind) => (
                "EXISTS (SELECT 1 FROM document WHERE subject = customer.ref AND type = ?)".to_owned(),
                vec![kind.to_owned()],
            ),
            _ => ("0".to_owned(), Vec::new()),
        }
    }

    fn test(&self, all: &mut Where, test: &Test, many: &Many) {
        match test {
            Test::Anywhere(text) => match fts_query(text) {
                Some(query) => match many.get(&query) {
                    Some(found) => {
                        all.sql.push_str("found(?, id)");
                        all.values.push(found.value());
                    }
                    None => all.say(
                        "id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH ?)",
                        [query],
                    ),
                },
                // A search of nothing but punctuation finds nothing, rather than everything.
                None => all.say("0", []),
            },
            Test::Is(field @ ("status" | "us" | "country" | "risk" | "kind"), words) => {
                let column = match *field {
                    "us" => "us_status",
                    // A comparison with a tier that nobody gave would be neither true nor false.
                    "risk" => "coalesce(risk, '')",
                    same => same,
                };
                let marks = vec!["?"; words.len()].join(",");
                let words = words.iter().map(|word| match *field {
                    "country" => word.clone(),
                    _ => word.replace('-', "_"),
                });
                all.say(&format!("{column} IN ({marks})"), words);
            }
            Test::Is(field, words) => all.any(words.iter().map(|word| self.word(field, word))),
            Test::Has("tag", texts) => all.any(texts.iter().map(|text| {
                (
                    "EXISTS (SELECT 1 FROM tag WHERE about = customer.ref AND instr(tag, ?) > 0)"
                        .to_owned(),
                    vec![text.clone()],
                )
            })),
            Test::Has(_, texts) => all.any(
                texts
                    .iter()
                    .map(|text| ("instr(name_fold, ?) > 0".to_owned(), vec![text.clone()])),
            ),
            Test::Day("updated", compare, day) => {
                let next = day.succ_opt().unwrap_or(*day);
                let (sql, bounds) = match compare {
                    Compare::On => ("changed_at >= ? AND changed_at < ?", vec![*day, next]),
                    Compare::Before => ("changed_at < ?", vec![*day]),
                    Compare::Until => ("changed_at < ?", vec![next]),
                    Compare::After => ("changed_at >= ?", vec![next]),
                    Compare::From => ("changed_at >= ?", vec![*day]),
                };
                all.sql.push_str(sql);
                all.values.extend(bounds.into_iter().map(|day| {
                    let midnight = day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc();
                    Value::from(midnight.timestamp_millis())
                }));
            }
            Test::Day(_, compare, day) => all.say(
                &format!(
                    "EXISTS (SELECT 1 FROM handling WHERE about = customer.ref AND due {} ?)",
                    sign(*compare)
                ),
                [day.to_string()],
            ),
        }
    }

    /// The search, where a filter is nothing else.
    fn searched_alone(&self) -> Option<String> {
        match self.query.ways.as_slice() {
            [way] => match way.as_slice() {
                [
                    Term {
                        not: false,
                        test: Test::Anywhere(text),
                    },
                ] => fts_query(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the table of counts has every column that is asked about.
    fn is_tallied(&self) -> bool {
        self.query
            .ways
            .iter()
            .flatten()
            .all(|term| match &term.test {
                Test::Is("status" | "us" | "country" | "risk" | "kind", _) => true,
                Test::Is("is", words) => words
                    .iter()
                    .all(|word| matches!(word.as_str(), "complete" | "incomplete")),
                _ => false,
            })
    }

    /// The query in SQL; without the words of one field, for that field's own counts, where the query has one way to fit.
    fn conditions(&self, but: Option<&str>, many: &Many) -> Where {
        let mut all = Where::default();
        let one_way = self.query.ways.len() == 1;
        let left_out = |term: &&Term| {
            !(one_way
                && !term.not
                && matches!(&term.test, Test::Is(field, _) if but == Some(*field)))
        };
        for (place, way) in self.query.ways.iter().enumerate() {
            all.sql.push_str(if place == 0 { "(" } else { " OR (" });
            all.sql.push('1');
            for term in way.iter().filter(left_out) {
                all.sql
                    .push_str(if term.not { " AND NOT (" } else { " AND (" });
                self.test(&mut all, &term.test, many);
                all.sql.push(')');
            }
            all.sql.push(')');
        }
        all
    }
}

/// Customers by the index of whatever they are sorted by, which knows nothing else of them than the id.
const SORTED: &str = "customer";

/// The customers by the index that covers every filter and sort.
const FACETS: &str = "customer INDEXED BY customer_facets";

/// Where matches are counted: the table, and what one of its rows counts for.
#[derive(Clone, Copy)]
struct Counted {
    from: &'static str,
    each: &'static str,
}

impl Counted {
    /// The table that the database keeps the counts in.
    const TALLY: Self = Self {
        from: "customer_tally",
        each: "n",
    };

    /// Customers one by one.
    fn walked(from: &'static str) -> Self {
        Self { from, each: "1" }
    }
}

/// The statement of a list. Which rows they are is found in the index; what is shown of them is read for those of the page alone.
fn list(filter: &CustomerFilter, from: &str, conditions: &Where) -> String {
    const SHOWN: &str = "c.ref, c.external_id, c.name, c.name_original, c.kind, c.country, c.us_status, c.status, c.risk, c.missing, c.changed_at";
    let direction = if filter.descending { "DESC" } else { "ASC" };
    let limit = filter.limit.map_or(-1, i64::from);
    let column = filter.order.column();
    // Without a filter the sort's own index leads to the page.
    let from = if filter.query.is_empty() {
        SORTED.to_owned()
    } else {
        format!("{from} {}", conditions.clause())
    };
    format!(
        "SELECT {SHOWN} FROM (SELECT id AS shown FROM {from} ORDER BY {column} {direction}, id {direction} LIMIT {limit} OFFSET {})
         CROSS JOIN customer AS c ON c.id = shown ORDER BY c.{column} {direction}, c.id {direction}",
        filter.offset
    )
}

impl Read<'_> {
    /// A page of customers. `counts` also counts matches per state, country and risk tier.
    pub fn customers(
        &self,
        filter: &CustomerFilter,
        counts: bool,
    ) -> Result<CustomerPage, StoreError> {
        let Sought { many, few } = self.sought(filter)?;
        let conditions = filter.conditions(None, &many);
        // Where a search finds few they are looked at one by one.
        let from = if few { "customer" } else { FACETS };
        let counted = if filter.is_tallied() {
            Counted::TALLY
        } else {
            Counted::walked(from)
        };
        let mut tallies = Tallies {
            read: self,
            counted,
            known: Vec::new(),
        };
        let mut page = CustomerPage {
            all: self
                .0
                .prepare_cached("SELECT coalesce(sum(n), 0) FROM customer_tally")?
                .query_row([], |row| row.get(0))?,
            ..CustomerPage::default()
        };
        let alone = filter.searched_alone().and_then(|query| many.get(&query));
        page.total = match alone.filter(|_| !counts) {
            Some(found) => found.count(),
            None => tallies.of(&conditions)?.iter().map(|group| group.n).sum(),
        };
        let from = alone.map_or(from, |_| SORTED);
        let sql = list(filter, from, &conditions);
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
            let mut by = |field: &str, value: fn(&Group) -> &str| -> Result<_, StoreError> {
                let groups = tallies.of(&filter.conditions(Some(field), &many))?;
                let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
                for group in groups {
                    *counts.entry(value(group)).or_default() += group.n;
                }
                let mut counts: Vec<(String, u32)> = counts
                    .into_iter()
                    .map(|(value, n)| (value.to_owned(), n))
                    .collect();
                counts.sort_by_key(|(_, n)| Reverse(*n));
                counts.truncate(50);
                Ok(counts)
            };
            page.by_status = by("status", |group| &group.status)?;
            page.by_country = by("country", |group| &group.country)?;
            page.by_risk = by("risk", |group| &group.risk)?;
        }
        Ok(page)
    }

    /// What the searches of a filter find, as far as it is many.
    fn sought(&self, filter: &CustomerFilter) -> Result<Sought, StoreError> {
        /// More rows than these cost more to look up one by one than the whole index to walk.
        const FEW: u32 = 2_000;
        let mut sought = Sought::default();
        let one_way = filter.query.ways.len() == 1;
        for term in filter.query.ways.iter().flatten() {
            let Test::Anywhere(text) = &term.test else {
                continue;
            };
            let Some(query) = fts_query(text) else {
                continue;
            };
            let found = self.found(&query)?;
            if found.count() >= FEW {
                sought.many.insert(query, found);
            } else {
                sought.few |= one_way && !term.not;
            }
        }
        Ok(sought)
    }

    /// How many customers there are by country and by what they are to the rule, without those whose case has ended.
    pub fn customers_by_standing(&self) -> Result<Vec<(String, String, u32)>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT country, us_status, sum(n) FROM customer_tally
             WHERE status NOT IN ('abandoned', 'refused', 'closed_account', 'merged')
             GROUP BY country, us_status ORDER BY country, us_status",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Customers that are not shown to be U.S. persons and not verified, and customers with something missing.
    pub fn customer_backlog(&self) -> Result<(u32, u32), StoreError> {
        let settled = domain::onboarding::SETTLED
            .map(|state| format!("'{state}'"))
            .join(", ");
        let counted = self.0.query_row(
            &format!(
                "SELECT coalesce(sum(n) FILTER (WHERE us_status IN ('foreign', 'undetermined') AND status NOT IN ({settled})), 0),
                        coalesce(sum(n) FILTER (WHERE missing > 0 AND status NOT IN ('abandoned', 'refused', 'closed_account', 'merged')), 0)
                 FROM customer_tally"
            ),
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(counted)
    }
}

/// How many customers have a state, a country and a risk tier in common.
struct Group {
    status: String,
    country: String,
    risk: String,
    n: u32,
}

/// The groups of what fits a condition; each condition is asked once, and the counts of several fields mostly share one.
struct Tallies<'r, 'c> {
    read: &'r Read<'c>,
    counted: Counted,
    known: Vec<(Where, Vec<Group>)>,
}

impl Tallies<'_, '_> {
    fn of(&mut self, conditions: &Where) -> Result<&[Group], StoreError> {
        let place = match self.known.iter().position(|(asked, _)| asked == conditions) {
            Some(place) => place,
            None => {
                let groups = self.count(conditions)?;
                self.known.push((conditions.clone(), groups));
                self.known.len() - 1
            }
        };
        Ok(self.known.get(place).map_or(&[], |(_, groups)| groups))
    }

    fn count(&self, conditions: &Where) -> Result<Vec<Group>, StoreError> {
        let Counted { from, each } = self.counted;
        // The order of the index's columns, so that nothing is sorted for the groups.
        let sql = format!(
            "SELECT status, country, coalesce(risk, ''), sum({each}) FROM {from} {} GROUP BY status, country, us_status, kind, risk",
            conditions.clause()
        );
        let mut statement = self.read.0.prepare_cached(&sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(&conditions.values), |row| {
            Ok(Group {
                status: row.get(0)?,
                country: row.get(1)?,
                risk: row.get(2)?,
                n: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::TALLY;
    use rusqlite::Connection;

    const SORTS: [Order; 8] = [
        Order::Reference,
        Order::Name,
        Order::Country,
        Order::Status,
        Order::UsStatus,
        Order::Missing,
        Order::Risk,
        Order::Changed,
    ];

    fn ground() -> Connection {
        let sql = Connection::open_in_memory().unwrap();
        crate::found::teach(&sql).unwrap();
        sql.execute_batch(include_str!("../migrations/0001_ground.sql"))
            .unwrap();
        sql
    }

    fn term(not: bool, test: Test) -> Term {
        Term { not, test }
    }

    fn plan(sql: &Connection, filter: &CustomerFilter, from: &str, many: &Many) -> String {
        let conditions = filter.conditions(None, many);
        let mut statement = sql
            .prepare(&format!(
                "EXPLAIN QUERY PLAN {}",
                list(filter, from, &conditions)
            ))
            .unwrap();
        let rows = statement
            .query_map(rusqlite::params_from_iter(&conditions.values), |row| {
                row.get::<_, String>(3)
            })
            .unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_tally_is_what_a_walk_counts_whatever_becomes_of_customers() {
        const COUNTED: &str = "SELECT status, country, us_status, kind, coalesce(risk, ''), missing > 0, count(*) FROM customer GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6";
        const TALLIED: &str = "SELECT * FROM customer_tally ORDER BY 1, 2, 3, 4, 5, 6";
        let sql = ground();
        let rows = |query: &str| -> Vec<Vec<Value>> {
            let mut statement = sql.prepare(query).unwrap();
            let rows = statement.query_map([], |row| (0..7).map(|at| row.get(at)).collect());
            rows.unwrap().map(Result::unwrap).collect()
        };
        for n in 0..600_u32 {
            let at = |of: &[&'static str], step: u32| of[(n / step) as usize % of.len()];
            let (state, country) = (at(&["draft", "verified"], 1), at(&["DE", "JP", "US"], 2));
            let risk = (n % 5 > 0).then(|| at(&["low", "high"], 3));
            let id = n % 50;
            let values = rusqlite::params![id, country, state, risk, n % 3];
            let there = sql.execute(
                "UPDATE customer SET country = ?2, status = ?3, risk = ?4, missing = ?5 WHERE id = ?1",
                values,
            );
            if n % 7 == 6 {
                sql.execute("DELETE FROM customer WHERE id = ?1", [id])
                    .unwrap();
            } else if there.unwrap() == 0 {
                sql.execute(
                    "INSERT INTO customer (id, ref, kind, name, name_fold, country, us_status, status, risk, risk_rank, missing, changed_at, body)
                     VALUES (?1, 'C-' || ?1, 'person', 'n', 'n', ?2, 'foreign', ?3, ?4, 0, ?5, 0, '')",
                    values,
                )
                .unwrap();
                let tier = risk.unwrap_or_default();
                sql.execute(
                    TALLY,
                    rusqlite::params![state, country, "foreign", "person", tier, n % 3 > 0],
                )
                .unwrap();
            }
            assert_eq!(rows(TALLIED), rows(COUNTED), "after {n} changes");
        }
        assert!(rows(TALLIED).len() > 10);
    }

    #[test]
    fn a_search_that_finds_many_finds_whom_the_index_finds_in_every_order_and_with_every_filter() {
        let sql = ground();
        for n in 1..=5_000_i64 {
            let at =
                |of: &[&'static str], step: i64| of[usize::try_from(n / step).unwrap() % of.len()];
            let (state, country) = (at(&["draft", "verified"], 1), at(&["DE", "JP", "US"], 2));
            let name = format!(
                "{} {}",
                at(&["ada", "li", "ada maria"], 5),
                (n * 7_919) % 5_000
            );
            sql.execute(
                "INSERT INTO customer (id, ref, kind, name, name_fold, country, us_status, status, risk, risk_rank, missing, changed_at, body)
                 VALUES (?1, printf('C-%06d', ?1), 'person', ?2, ?2, ?3, 'foreign', ?4, NULL, 0, ?1 % 3, ?1 % 11, '')",
                rusqlite::params![n, name, country, state],
            )
            .unwrap();
            sql.execute(
                "INSERT INTO customer_search (rowid, text) VALUES (?1, ?2)",
                rusqlite::params![n, name],
            )
            .unwrap();
        }
        let ada = || Test::Anywhere("ada".to_owned());
        let german = || Test::Is("country", vec!["DE".to_owned()]);
        let asked: [(Vec<Vec<Term>>, &str); 6] = [
            (vec![vec![term(false, ada())]], "name GLOB 'ada*'"),
            (
                vec![vec![term(false, ada()), term(false, german())]],
                "name GLOB 'ada*' AND country = 'DE'",
            ),
            (vec![vec![term(true, ada())]], "NOT name GLOB 'ada*'"),
            (
                vec![vec![
                    term(false, ada()),
                    term(true, Test::Anywhere("maria".to_owned())),
                ]],
                "name GLOB 'ada*' AND NOT name GLOB '*maria*'",
            ),
            (
                vec![vec![
                    term(false, ada()),
                    term(false, Test::Anywhere("17".to_owned())),
                ]],
                "name GLOB 'ada*' AND name GLOB '* 17*'",
            ),
            (
                vec![vec![term(false, ada())], vec![term(false, german())]],
                "(name GLOB 'ada*' OR country = 'DE')",
            ),
        ];
        for (ways, plainly) in asked {
            for order in SORTS {
                let filter = CustomerFilter {
                    query: Query {
                        ways: ways.clone(),
                        words: Vec::new(),
                    },
                    order,
                    offset: 7,
                    limit: Some(20),
                    ..CustomerFilter::default()
                };
                let column = order.column();
                let rows = |query: &str| -> Vec<String> {
                    let mut statement = sql.prepare(query).unwrap();
                    let rows = statement.query_map([], |row| row.get(0));
                    rows.unwrap().map(Result::unwrap).collect()
                };
                let expected = rows(&format!(
                    "SELECT ref FROM customer WHERE {plainly} ORDER BY {column}, id LIMIT 20 OFFSET 7"
                ));
                let total = rows(&format!(
                    "SELECT CAST(count(*) AS TEXT) FROM customer WHERE {plainly}"
                ));
                for counts in [false, true] {
                    let page = Read::over(&sql).customers(&filter, counts).unwrap();
                    let found: Vec<String> =
                        page.rows.into_iter().map(|row| row.reference).collect();
                    assert_eq!(found, expected, "{plainly}, {order:?}");
                    assert_eq!([page.total.to_string()].as_slice(), total, "{plainly}");
                    let states: u32 = page.by_status.iter().map(|(_, n)| n).sum();
                    assert!(!counts || states == page.total, "{plainly}");
                }
            }
        }
    }

    #[test]
    fn whole_records_are_read_for_the_rows_that_are_shown_alone() {
        let sql = ground();
        for order in SORTS {
            for descending in [false, true] {
                let sorted = CustomerFilter {
                    order,
                    descending,
                    limit: Some(100),
                    ..CustomerFilter::default()
                };
                let asked = |tests: Vec<Test>| CustomerFilter {
                    query: Query {
                        ways: vec![
                            tests
                                .into_iter()
                                .map(|test| Term { not: false, test })
                                .collect(),
                        ],
                        words: Vec::new(),
                    },
                    ..sorted.clone()
                };
                let narrowed = asked(vec![
                    Test::Is("country", vec!["DE".to_owned()]),
                    Test::Is("is", vec!["incomplete".to_owned()]),
                ]);
                let searched = asked(vec![Test::Anywhere("okafor".to_owned())]);
                let none = Many::new();
                let many = Many::from([(fts_query("okafor").unwrap(), Found::default())]);
                for (filter, from, many) in [
                    (&sorted, FACETS, &none),
                    (&narrowed, FACETS, &none),
                    (&searched, FACETS, &none),
                    (&searched, "customer", &none),
                    (&searched, FACETS, &many),
                    (&searched, SORTED, &many),
                ] {
                    let plan = plan(&sql, filter, from, many);
                    let page = plan.split("SCAN (subquery").next().unwrap_or_default();
                    let sorted = page.contains("TEMP B-TREE");
                    assert!(
                        from == FACETS || many.is_empty() || !sorted,
                        "{order:?}: {plan}"
                    );
                    for step in plan.lines().filter(|step| step.contains("customer")) {
                        let by_index = step.contains("COVERING INDEX");
                        let by_row = step.contains("USING INTEGER PRIMARY KEY")
                            || step.contains("VIRTUAL TABLE");
                        assert!(by_index || by_row, "{order:?} {from}: {plan}");
                    }
                }
            }
        }
    }
}
