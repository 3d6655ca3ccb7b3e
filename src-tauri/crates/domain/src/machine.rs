//! The one engine of states: a machine is a table of states and steps; guards belong to the record it is about.

/// What a member may be (domain section 3). A member holds a set of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Collects and checks.
    Analyst,
    /// Approves.
    ComplianceOfficer,
    /// Runs the programme and the resellers.
    ProgrammeManager,
    /// Works incidents.
    Investigator,
    /// Manages members and keys.
    Administrator,
    /// Reads only.
    Auditor,
}

impl Role {
    /// Every role but auditor: what the founder of a vault holds.
    pub const FOUNDER: &[Role] = &[
        Role::Analyst,
        Role::ComplianceOfficer,
        Role::ProgrammeManager,
        Role::Investigator,
        Role::Administrator,
    ];

    /// Every role.
    pub const ALL: &[Role] = &[
        Role::Analyst,
        Role::ComplianceOfficer,
        Role::ProgrammeManager,
        Role::Investigator,
        Role::Administrator,
        Role::Auditor,
    ];

    /// The role of a word in the member list.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.word() == word)
    }

    /// The role as a sentence has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Analyst => "analyst",
            Self::ComplianceOfficer => "compliance officer",
            Self::ProgrammeManager => "programme manager",
            Self::Investigator => "investigator",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// This role and no other, as a list.
    pub fn alone(self) -> &'static [Role] {
        match self {
            Self::Analyst => &[Role::Analyst],
            Self::ComplianceOfficer => &[Role::ComplianceOfficer],
            Self::ProgrammeManager => &[Role::ProgrammeManager],
            Self::Investigator => &[Role::Investigator],
            Self::Administrator => &[Role::Administrator],
            Self::Auditor => &[Role::Auditor],
        }
    }

    /// The word in the member list.
    pub fn word(self) -> &'static str {
        match self {
            Self::Analyst => "analyst",
            Self::ComplianceOfficer => "compliance_officer",
            Self::ProgrammeManager => "programme_manager",
            Self::Investigator => "investigator",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }
}

/// A step from one state to another.
#[derive(Debug)]
pub struct Step {
    /// From this state.
    pub from: &'static str,
    /// To this one.
    pub to: &'static str,
    /// The button: a verb.
    pub label: &'static str,
    /// Who may take it.
    pub role: Role,
    /// It needs an approver's signature.
    pub approval: bool,
    /// The duties behind it.
    pub duties: &'static [&'static str],
}

/// A row of a machine's table.
pub(crate) const fn step(
    from: &'static str,
    to: &'static str,
    label: &'static str,
    role: Role,
    approval: bool,
    duties: &'static [&'static str],
) -> Step {
    Step {
        from,
        to,
        label,
        role,
        approval,
        duties,
    }
}

/// A table of states and steps.
#[derive(Debug)]
pub struct Machine {
    /// State ids and what a person reads, in the order of the straight path.
    pub states: &'static [(&'static str, &'static str)],
    /// States off the straight path, where it can end instead.
    pub ends: &'static [(&'static str, &'static str)],
    /// The steps.
    pub steps: &'static [Step],
}

impl Machine {
    /// What a person reads for a state.
    pub fn label<'a>(&self, state: &'a str) -> &'a str {
        self.states
            .iter()
            .chain(self.ends)
            .find(|(id, _)| *id == state)
            .map_or(state, |(_, label)| label)
    }

    /// Whether a case in this state has left the straight path for good.
    pub fn has_ended(&self, state: &str) -> bool {
        self.ends.iter().any(|(id, _)| *id == state)
    }

    /// The steps out of a state.
    pub fn from<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'a Step> {
        self.steps.iter().filter(move |step| step.from == state)
    }

    /// The step between two states, if the table has one.
    pub fn step(&self, from: &str, to: &str) -> Option<&Step> {
        self.steps
            .iter()
            .find(|step| step.from == from && step.to == to)
    }
}
