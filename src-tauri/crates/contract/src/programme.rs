//! The organisation's own programme: scope, CIP, assessment of the risks, contacts, reliance.

views! {
    /// What the organisation is to the rule.
    StandingView {
        /// provider, us_reseller, foreign_reseller, mixed.
        role: String,
        /// In words.
        role_label: String,
        /// Alpha-2.
        jurisdiction: String,
        /// The country's name.
        jurisdiction_name: String,
        /// It has furnished no foreign customer yet (D-08).
        new_provider: bool,
        /// Why.
        reason: String,
        /// The day of the statement.
        on: String,
    }
    /// An offering and the memo on its scope.
    ProductView {
        /// Such as `PRD-0001`.
        r#ref: String,
        /// Its name.
        name: String,
        /// What it is.
        description: String,
        /// Its kind.
        form: String,
        /// In words.
        form_label: String,
        /// Customers run software on it that was not chosen beforehand.
        deploys_software: bool,
        /// Given on trial or free of charge.
        trial: bool,
        /// Owned by a U.S. person.
        us_owned: bool,
        /// Operated in the United States.
        in_us: bool,
        /// yes, no, unclear.
        in_scope: String,
        /// In words.
        scope_label: String,
        /// Why.
        reason: String,
        /// The day of the decision.
        decided_on: String,
        /// Offered since.
        launched: Option<String>,
        /// Offered until.
        retired: Option<String>,
        /// The text that the memo was made of, in words.
        made_of: Option<String>,
    }
    /// A version of the organisation's own CIP.
    OwnCipView {
        /// Such as `CIP-0007`.
        r#ref: String,
        /// As the organisation calls it.
        version: String,
        /// In force from.
        effective_from: String,
        /// It is the one in force on the day.
        in_force: bool,
        /// Who approved it.
        approver: String,
        /// The document: id and name.
        document: Option<super::Choice>,
        /// When it is looked at again.
        next_review_on: Option<String>,
        /// The reliance by which it adopts another's CIP.
        adopted_from: Option<String>,
        /// The elements of the rule packs, each with the page.
        elements: Vec<super::ElementView>,
        /// How many stand in it.
        met: u32,
    }
    /// A head of an assessment.
    AssessedHead {
        /// The risk factor.
        id: String,
        /// In words.
        label: String,
        /// The rule behind it.
        rule: super::RuleNote,
        /// low, medium, high; absent where it was not rated.
        rating: Option<String>,
        /// Why.
        text: String,
        /// The text that it was made of, in words.
        made_of: Option<String>,
    }
    /// An assessment of the risks.
    AssessmentView {
        /// Such as `RA-0001`.
        r#ref: String,
        /// The day.
        on: String,
        /// The version of the CIP.
        cip: Option<String>,
        /// Its heads, in the order of the rule packs.
        heads: Vec<AssessedHead>,
        /// What changed in the threats outside.
        landscape: String,
        /// Who made it.
        reviewer: String,
        /// When it is made again.
        next_review_on: Option<String>,
        /// The text that the note on the threats was made of, in words.
        landscape_of: Option<String>,
    }
    /// A contact.
    ContactView {
        /// Such as `CT-0001`.
        r#ref: String,
        /// Name.
        name: String,
        /// Title.
        title: String,
        /// E-mail address.
        email: String,
        /// Telephone.
        phone: String,
        /// The primary contact of the CIP.
        primary: bool,
        /// Signs certifications.
        signatory: bool,
        /// From.
        from: String,
        /// Until.
        to: Option<String>,
        /// Stands on the day.
        stands: bool,
    }
    /// Reliance on another's CIP.
    RelianceView {
        /// Such as `REL-0001`.
        r#ref: String,
        /// Whose.
        provider: String,
        /// Which version.
        version: String,
        /// What is relied on.
        extent: String,
        /// The agreement: id and name.
        document: Option<super::Choice>,
        /// From.
        from: String,
        /// Until.
        to: Option<String>,
        /// Stands on the day.
        stands: bool,
    }
    /// The programme as of a day.
    ProgrammeView {
        /// The day.
        on: String,
        /// What is missing, a sentence each.
        gaps: Vec<String>,
        /// The gate of a new provider, in a sentence; absent where it is open.
        gate: Option<String>,
        /// The day on which the first certification was sent.
        certified_on: Option<String>,
        /// What the organisation is to the rule.
        standing: Option<StandingView>,
        /// Employees.
        employees: Option<u32>,
        /// As of.
        employees_as_of: Option<String>,
        /// Offerings on the day, and those that were retired before it.
        products: Vec<ProductView>,
        /// Versions of the CIP up to the day, newest first.
        cips: Vec<OwnCipView>,
        /// Elements that a CIP must hold, not marked: for the first version.
        elements: Vec<super::ElementView>,
        /// Assessments up to the day, newest first.
        assessments: Vec<AssessmentView>,
        /// Heads to be rated.
        heads: Vec<AssessedHead>,
        /// Contacts up to the day, newest first.
        contacts: Vec<ContactView>,
        /// Reliances up to the day, newest first.
        reliances: Vec<RelianceView>,
        /// Documents of the programme.
        documents: Vec<super::DocumentRow>,
        /// What an organisation can be.
        roles: Vec<super::Choice>,
        /// Kinds of offering.
        forms: Vec<super::Choice>,
        /// The case that a change of the primary contact opened, where this answer is to one.
        opened: Option<String>,
    }
}

requests! {
    /// The programme as of a day; today where absent.
    ProgrammeReq {
        /// The day.
        on: Option<String>,
    }
    /// State what the organisation is to the rule.
    StandingReq {
        /// provider, us_reseller, foreign_reseller, mixed.
        role: String,
        /// Alpha-2.
        jurisdiction: String,
        /// No foreign customer was furnished yet.
        new_provider: bool,
        /// Why.
        reason: String,
    }
    /// State how many people work there.
    HeadcountReq {
        /// Employees.
        employees: u32,
        /// As of.
        as_of: String,
    }
    /// Record an offering and its scope.
    ProductReq {
        /// The offering that is changed; absent for a new one.
        r#ref: Option<String>,
        /// Its name.
        name: String,
        /// What it is.
        description: String,
        /// Its kind.
        form: String,
        /// Customers run software on it that was not chosen beforehand.
        deploys_software: bool,
        /// Given on trial or free of charge.
        trial: bool,
        /// Owned by a U.S. person.
        us_owned: bool,
        /// Operated in the United States.
        in_us: bool,
        /// yes, no, unclear.
        in_scope: String,
        /// Why.
        reason: String,
        /// Offered since.
        launched: Option<String>,
        /// Offered until.
        retired: Option<String>,
        /// The text that the reason was made of.
        made_of: Option<super::MadeOfReq>,
    }
    /// Record a version of the own CIP.
    OwnCipReq {
        /// The version that is changed; absent for a new one.
        r#ref: Option<String>,
        /// As the organisation calls it.
        version: String,
        /// In force from.
        effective_from: String,
        /// Who approved it.
        approver: String,
        /// A document of the programme.
        document: Option<String>,
        /// When it is looked at again.
        next_review_on: Option<String>,
        /// The reliance by which it adopts another's CIP.
        adopted_from: Option<String>,
        /// Where each element stands; what is not named stays.
        marks: Vec<super::MarkReq>,
    }
    /// A head's rating.
    HeadReq {
        /// The risk factor.
        id: String,
        /// low, medium, high.
        rating: String,
        /// Why.
        text: String,
        /// The text that it was made of.
        made_of: Option<super::MadeOfReq>,
    }
    /// Record an assessment of the risks.
    AssessmentReq {
        /// The assessment that is changed; absent for a new one.
        r#ref: Option<String>,
        /// The day; today where absent.
        on: Option<String>,
        /// The version of the CIP that it belongs to.
        cip: Option<String>,
        /// The heads.
        heads: Vec<HeadReq>,
        /// What changed in the threats outside.
        landscape: String,
        /// Who made it.
        reviewer: String,
        /// When it is made again.
        next_review_on: Option<String>,
        /// The text that the note on the threats was made of.
        landscape_of: Option<super::MadeOfReq>,
    }
    /// Record a contact.
    ContactReq {
        /// The contact that is changed; absent for a new one.
        r#ref: Option<String>,
        /// Name.
        name: String,
        /// Title.
        title: String,
        /// E-mail address.
        email: String,
        /// Telephone.
        phone: String,
        /// The primary contact; whoever was it before is it until the day before.
        primary: bool,
        /// Signs certifications.
        signatory: bool,
        /// From.
        from: String,
        /// Until.
        to: Option<String>,
    }
    /// Record reliance on another's CIP.
    RelianceReq {
        /// The reliance that is changed; absent for a new one.
        r#ref: Option<String>,
        /// Whose.
        provider: String,
        /// Which version.
        version: String,
        /// What is relied on.
        extent: String,
        /// A document of the programme.
        document: Option<String>,
        /// From.
        from: String,
        /// Until.
        to: Option<String>,
    }
}
