//! Records that may be one customer, and what connects customers who have nothing to do with each other.

views! {
    /// One of two records.
    AlikeSide {
        /// The customer.
        r#ref: String,
        /// The name.
        name: String,
        /// The name in its own script.
        name_original: Option<String>,
        /// individual or entity.
        kind: super::PartyKind,
        /// The country.
        country: String,
        /// The case's state in words.
        status_label: String,
        /// The provider's own id for it.
        external_id: Option<String>,
        /// Accounts.
        accounts: u32,
        /// The revision that the row was made of.
        revision: u32,
    }
    /// Something that speaks for or against two records being one customer.
    AlikeReason {
        /// In words.
        words: String,
        /// Points for it, or against it.
        points: i32,
    }
    /// Two records that may be one customer: a candidate until a person decides.
    Candidate {
        /// The one recorded first.
        one: AlikeSide,
        /// The other.
        other: AlikeSide,
        /// 0 to 99.
        score: i32,
        /// What the score is made of, the strongest first.
        reasons: Vec<AlikeReason>,
    }
    /// Records that may be one customer.
    Duplicates {
        /// The likeliest first.
        candidates: Vec<Candidate>,
        /// Pairs with something in common that were not compared closely, because more likely ones fill the list.
        more: u32,
        /// Values that so many customers share that they say nothing.
        too_common: u32,
        /// Merges that can be taken back, the newest first.
        merges: Vec<MergeRow>,
    }
    /// A merge.
    MergeRow {
        /// The record that was kept.
        kept: String,
        /// The one that went into it.
        other: String,
        /// The day.
        on: String,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    }
    /// A field of two records, side by side.
    MergeField {
        /// The field's id.
        id: String,
        /// Its label.
        label: String,
        /// It takes several values.
        multiple: bool,
        /// The values of the record that is kept.
        kept: Vec<String>,
        /// Those of the other.
        other: Vec<String>,
        /// kept, other or both: what is taken where nobody chooses.
        usual: String,
    }
    /// What a merge would do.
    MergePreview {
        /// The record that is kept.
        kept: AlikeSide,
        /// The one that goes into it.
        other: AlikeSide,
        /// Fields that either has.
        fields: Vec<MergeField>,
        /// What moves, in words: "2 accounts".
        moves: Vec<String>,
        /// What forbids it, in sentences.
        blocked_by: Vec<String>,
        /// The case will be opened again by it.
        reopens: bool,
    }
    /// A customer on the radar.
    RadarParty {
        /// The customer.
        r#ref: String,
        /// The name.
        name: String,
        /// The case's state in words.
        status_label: String,
        /// Through whom: an owner's name; absent where it is the customer's own.
        through: Option<String>,
    }
    /// Something that unrelated customers share.
    RadarHit {
        /// ip, payment, phone, address, email or registration.
        kind: String,
        /// The kind in words.
        kind_label: String,
        /// What is shared, as a person reads it.
        value: String,
        /// How many customers share it.
        count: u32,
        /// Who, at most 12.
        who: Vec<RadarParty>,
        /// What should be known of it: "last used on ...".
        note: Option<String>,
    }
    /// What connects customers who have nothing to do with each other.
    Radar {
        /// Those of most customers first within each kind.
        hits: Vec<RadarHit>,
        /// More that are not listed.
        more: u32,
    }
}

requests! {
    /// Records that may be one customer.
    DuplicatesReq {
        /// Only those like this customer.
        customer: Option<String>,
    }
    /// Two records are two customers.
    ApartReq {
        /// One.
        one: String,
        /// The other.
        other: String,
        /// Why they are two.
        reason: String,
    }
    /// What a merge would do.
    MergePreviewReq {
        /// The record that is kept.
        keep: String,
        /// The one that goes into it.
        other: String,
    }
    /// A field's choice.
    MergeTake {
        /// The field's id.
        id: String,
        /// kept, other or both.
        take: String,
    }
    /// Two records are one customer.
    MergeReq {
        /// The record that is kept.
        keep: String,
        /// Its revision on the screen.
        keep_revision: u32,
        /// The one that goes into it.
        other: String,
        /// Its revision on the screen.
        other_revision: u32,
        /// Choices where both have a value; what is not named stays as the kept record has it.
        takes: Vec<MergeTake>,
        /// Why they are one.
        reason: String,
    }
    /// A merge is taken back.
    MergeUndoReq {
        /// The record that was kept.
        keep: String,
        /// The one that went into it.
        other: String,
    }
    /// What connects customers.
    RadarReq {
        /// Only what this customer shares.
        customer: Option<String>,
        /// Only one kind.
        kind: Option<String>,
    }
}
