//! Marks by which customers are found beside each other, kept in an index so that nobody is compared with everybody.

use crate::{connection::Read, error::StoreError, records::place};
use domain::{
    customer::CustomerFile,
    due::What,
    likeness::{Kind, Mark, TOO_COMMON, due_marks, marks},
    rulebook::Rulebook,
};
use rusqlite::{Connection, params};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Two customers who have marks in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alike {
    /// The number behind the reference of the one recorded first.
    pub one: i64,
    /// Of the other.
    pub other: i64,
    /// What the marks suggest together, in points.
    pub points: i32,
}

/// A mark that several customers have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// What it is of.
    pub kind: Kind,
    /// Its value, in the form that is compared.
    pub value: String,
    /// Who has it: the customer's reference, and the owner's id where it is an owner's.
    pub who: Vec<(String, Option<String>)>,
}

/// Something that is due about a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueAbout {
    /// The customer's reference.
    pub customer: String,
    /// What.
    pub what: What,
    /// The last day, `YYYY-MM-DD`.
    pub on: String,
}

fn reference(number: i64) -> String {
    format!("C-{number:06}")
}

/// Writes a customer's marks; only what changed.
pub(crate) fn put_marks(
    sql: &Connection,
    id: i64,
    file: &CustomerFile,
    new: bool,
) -> Result<(), StoreError> {
    keep(sql, id, &marks(file), new, false)
}

/// Keeps the days by which something is due about a customer.
pub(crate) fn put_due(
    sql: &Connection,
    id: i64,
    file: &CustomerFile,
    rules: &Rulebook,
    new: bool,
) -> Result<(), StoreError> {
    keep(sql, id, &due_marks(file, rules), new, true)
}

/// Makes the marks of a customer, those of what is due or the others, the ones that are wanted.
fn keep(
    sql: &Connection,
    id: i64,
    wanted: &BTreeSet<Mark>,
    new: bool,
    due: bool,
) -> Result<(), StoreError> {
    let there: BTreeSet<Mark> = if new {
        BTreeSet::new()
    } else {
        marks_of(sql, id)?
            .into_iter()
            .filter(|mark| (mark.kind == Kind::Due) == due)
            .collect()
    };
    for mark in there.difference(wanted) {
        sql.prepare_cached(
            "DELETE FROM mark WHERE kind = ?1 AND value = ?2 AND customer = ?3 AND part = ?4",
        )?
        .execute(params![mark.kind.word(), mark.value, id, mark.part])?;
    }
    for mark in wanted.difference(&there) {
        sql.prepare_cached(
            "INSERT INTO mark (kind, value, customer, part) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![mark.kind.word(), mark.value, id, mark.part])?;
    }
    Ok(())
}

fn marks_of(sql: &Connection, id: i64) -> Result<BTreeSet<Mark>, StoreError> {
    let mut statement =
        sql.prepare_cached("SELECT kind, value, part FROM mark WHERE customer = ?1")?;
    let mut rows = statement.query([id])?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let word = row.get_ref(0)?.as_str().unwrap_or_default();
        found.insert(Mark {
            kind: Kind::of_word(word).ok_or(StoreError::Record("mark"))?,
            value: row.get(1)?,
            part: row.get(2)?,
        });
    }
    Ok(found)
}

/// Who has one mark, and what pairs that makes.
#[derive(Default)]
struct Pairs {
    points: HashMap<(i64, i64), i32>,
    too_common: u32,
}

impl Pairs {
    fn add(&mut self, kind: Kind, group: &[i64]) {
        if group.len() > TOO_COMMON {
            self.too_common += 1;
            return;
        }
        for (at, one) in group.iter().enumerate() {
            for other in group.iter().skip(at + 1) {
                *self
                    .points
                    .entry((*one.min(other), *one.max(other)))
                    .or_default() += kind.suggests();
            }
        }
    }
}

impl Read<'_> {
    /// Pairs of customers who have marks in common, the likeliest first, without those that a person keeps apart; and how many marks
    /// were too common to say anything. One walk through the marks: the work grows with their number, not with its square.
    pub fn alike(&self) -> Result<(Vec<Alike>, u32), StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT kind, value, customer FROM mark WHERE part = '' AND kind NOT IN ('apart', 'due', 'unverified') ORDER BY kind, value, customer",
        )?;
        let mut rows = statement.query([])?;
        let mut pairs = Pairs::default();
        let mut now: (String, String) = Default::default();
        let mut group: Vec<i64> = Vec::new();
        let close = |pairs: &mut Pairs, kind: &str, group: &mut Vec<i64>| {
            if let Some(kind) = Kind::of_word(kind).filter(|_| group.len() > 1) {
                pairs.add(kind, group);
            }
            group.clear();
        };
        while let Some(row) = rows.next()? {
            let (kind, value) = (row.get_ref(0)?, row.get_ref(1)?);
            let same = kind.as_str().is_ok_and(|kind| kind == now.0)
                && value.as_str().is_ok_and(|value| value == now.1);
            if !same {
                close(&mut pairs, &now.0, &mut group);
                now = (row.get(0)?, row.get(1)?);
            }
            group.push(row.get(2)?);
        }
        close(&mut pairs, &now.0, &mut group);
        let apart = self.kept_apart()?;
        let mut found: Vec<Alike> = pairs
            .points
            .into_iter()
            .filter(|(pair, _)| !apart.contains(pair))
            .map(|((one, other), points)| Alike { one, other, points })
            .collect();
        found.sort_by_key(|pair| (-pair.points, pair.one, pair.other));
        Ok((found, pairs.too_common))
    }

    /// Customers who have marks in common with one, the likeliest first, without those that a person keeps apart from it.
    pub fn alike_to(&self, customer: &str) -> Result<Vec<String>, StoreError> {
        let Some(id) = place(customer) else {
            return Ok(Vec::new());
        };
        let mut pairs = Pairs::default();
        let mut apart = HashSet::new();
        for mark in marks_of(self.0, id)?
            .iter()
            .filter(|mark| mark.part.is_empty())
        {
            if mark.kind == Kind::Apart {
                apart.extend(place(&mark.value));
                continue;
            }
            let mut statement = self.0.prepare_cached(
                "SELECT customer FROM mark WHERE kind = ?1 AND value = ?2 AND part = '' AND customer <> ?3 LIMIT ?4",
            )?;
            let others: Vec<i64> = statement
                .query_map(
                    params![mark.kind.word(), mark.value, id, TOO_COMMON as i64],
                    |row| row.get(0),
                )?
                .collect::<Result<_, _>>()?;
            if others.len() < TOO_COMMON && mark.kind.suggests() > 0 {
                for other in others {
                    pairs.add(mark.kind, &[id, other]);
                }
            }
        }
        let mut found: Vec<(i32, i64)> = pairs
            .points
            .into_iter()
            .map(|((one, other), points)| (-points, if one == id { other } else { one }))
            .filter(|(_, other)| !apart.contains(other))
            .collect();
        found.sort_unstable();
        Ok(found
            .into_iter()
            .map(|(_, other)| reference(other))
            .collect())
    }

    /// What is due about customers by a day, of one kind or of all, the earliest first: reference, what, day; and how many there are.
    pub fn due_by(
        &self,
        day: &str,
        what: Option<What>,
        most: u32,
    ) -> Result<(Vec<DueAbout>, u32), StoreError> {
        let word = what.map(What::word);
        let mut statement = self.0.prepare_cached(
            "SELECT customer, part, value FROM mark WHERE kind = 'due' AND value <= ?1 AND (?2 IS NULL OR part = ?2) ORDER BY value, customer, part LIMIT ?3",
        )?;
        let mut rows = statement.query(params![day, word, most])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let part: String = row.get(1)?;
            let what = What::of_word(&part).ok_or(StoreError::Record("mark"))?;
            found.push(DueAbout {
                customer: reference(row.get(0)?),
                what,
                on: row.get(2)?,
            });
        }
        let all = self
            .0
            .prepare_cached("SELECT count(*) FROM mark WHERE kind = 'due' AND value <= ?1 AND (?2 IS NULL OR part = ?2)")?
            .query_row(params![day, word], |row| row.get(0))?;
        Ok((found, all))
    }

    /// References of customers whose case collects information and about whom nothing was recorded since an instant, in milliseconds of UTC.
    pub fn silent_since(&self, before: i64) -> Result<Vec<String>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT ref FROM customer WHERE status = 'collecting' AND changed_at < ?1 ORDER BY id",
        )?;
        let found = statement.query_map([before], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// References of customers who were verified by a document whose last day lies before a day.
    pub fn expired_before(&self, day: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT DISTINCT document.subject FROM document JOIN customer ON customer.ref = document.subject
             WHERE document.expires < ?1 AND customer.status IN ('verified', 'monitoring') ORDER BY document.subject",
        )?;
        let found = statement.query_map([day], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// References of customers whose identity could not be verified at some time, in the order of the days.
    pub fn ever_unverified(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT customer FROM mark WHERE kind = 'unverified' ORDER BY value, customer",
        )?;
        let found = statement.query_map([], |row| Ok(reference(row.get(0)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    fn kept_apart(&self) -> Result<HashSet<(i64, i64)>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT value, customer FROM mark WHERE kind = 'apart'")?;
        let mut rows = statement.query([])?;
        let mut apart = HashSet::new();
        while let Some(row) = rows.next()? {
            let other: String = row.get(0)?;
            let one: i64 = row.get(1)?;
            if let Some(other) = place(&other) {
                apart.insert((one.min(other), one.max(other)));
            }
        }
        Ok(apart)
    }

    /// Marks of a kind that more than one customer has, those of most customers first, at most so many.
    pub fn shared_marks(&self, kind: Kind, most: usize) -> Result<Vec<Shared>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT value FROM mark WHERE kind = ?1 GROUP BY value HAVING count(DISTINCT customer) > 1
             ORDER BY count(DISTINCT customer) DESC, value LIMIT ?2",
        )?;
        let values: Vec<String> = statement
            .query_map(
                params![kind.word(), i64::try_from(most).unwrap_or(i64::MAX)],
                |row| row.get(0),
            )?
            .collect::<Result<_, _>>()?;
        values
            .into_iter()
            .map(|value| self.who_has(kind, value))
            .collect()
    }

    /// The marks of one customer, its owners' too, that somebody else has as well.
    pub fn shared_with(&self, customer: &str) -> Result<Vec<Shared>, StoreError> {
        let Some(id) = place(customer) else {
            return Ok(Vec::new());
        };
        let values: BTreeSet<(Kind, String)> = marks_of(self.0, id)?
            .into_iter()
            .filter(|mark| mark.kind.connects())
            .map(|mark| (mark.kind, mark.value))
            .collect();
        let mut found = Vec::new();
        for (kind, value) in values {
            let shared = self.who_has(kind, value)?;
            if shared.who.iter().any(|(who, _)| who != customer) {
                found.push(shared);
            }
        }
        Ok(found)
    }

    fn who_has(&self, kind: Kind, value: String) -> Result<Shared, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT customer, part FROM mark WHERE kind = ?1 AND value = ?2 ORDER BY customer, part",
        )?;
        let who = statement
            .query_map(params![kind.word(), value], |row| {
                let part: String = row.get(1)?;
                Ok((
                    reference(row.get(0)?),
                    Some(part).filter(|part| !part.is_empty()),
                ))
            })?
            .collect::<Result<_, _>>()?;
        Ok(Shared { kind, value, who })
    }
}
