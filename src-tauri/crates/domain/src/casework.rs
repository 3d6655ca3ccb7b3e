//! What a case holds beyond its steps and parts: the worksheet of a training run, the query and the sweeps of a special measure, the frozen
//! counts of a certification. It must not know any machine.

use crate::{
    compute::Worksheet,
    counts::Counts,
    sweep::{Sweep, SweepQuery},
};
use serde::{Deserialize, Serialize};

/// How a worksheet was judged, with the conditions as they stood: a later pack changes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// covered, not_covered, uncertain.
    pub verdict: String,
    /// Operations: low, likely, high; exact.
    pub operations: [String; 3],
    /// The pack and its version.
    pub pack: String,
    /// The conditions.
    pub conditions: Vec<String>,
}

/// A piece of work on a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Work {
    /// The worksheet as it is from now on.
    Worksheet {
        /// What it says.
        worksheet: Worksheet,
        /// What it comes to.
        judged: Judged,
    },
    /// The query as it is from now on.
    Query {
        /// What is looked for.
        query: SweepQuery,
    },
    /// A sweep was run.
    Sweep {
        /// Its result.
        sweep: Sweep,
    },
    /// Counts were frozen; those before stay in the journal.
    Counts {
        /// The numbers.
        counts: Counts,
    },
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// The worksheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worksheet: Option<Worksheet>,
    /// What it came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Judged>,
    /// The query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<SweepQuery>,
    /// Sweeps, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sweeps: Vec<Sweep>,
    /// The frozen counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
}

impl Book {
    /// A piece of work was recorded.
    pub fn keep(&mut self, work: &Work) {
        match work {
            Work::Worksheet { worksheet, judged } => {
                self.worksheet = Some(worksheet.clone());
                self.judged = Some(judged.clone());
            }
            Work::Query { query } => self.query = Some(query.clone()),
            Work::Sweep { sweep } => self.sweeps.push(sweep.clone()),
            Work::Counts { counts } => self.counts = Some(counts.clone()),
        }
    }

    /// Whether the last sweep was run with the query as it stands.
    pub fn is_swept(&self) -> bool {
        matches!((&self.query, self.sweeps.last()), (Some(query), Some(sweep)) if *query == sweep.query)
    }
}
