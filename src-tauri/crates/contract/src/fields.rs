//! What the organisation collects beyond the rule, and what every value of a customer was before.

views! {
    /// A field that a rule pack leaves off.
    FieldRule {
        /// The field's id, such as `date_of_birth`.
        field: String,
        /// Its label.
        label: String,
        /// It is collected all the same.
        on: bool,
        /// The paragraph by which it is off.
        rule: super::RuleNote,
        /// Who decided last, when and why; absent where nobody did.
        decided: Option<String>,
    }
    /// Every value that one thing about a customer had: an owner's address, an account's state, a column of an import.
    ValueHistory {
        /// Its id within the part, by which a document is named for it.
        value: String,
        /// What it is of, in words.
        label: String,
        /// The values, oldest first.
        past: Vec<super::FieldPast>,
    }
}

requests! {
    /// Collect a field that the packs leave off, or collect it no longer.
    FieldSwitchReq {
        /// The field's id.
        field: String,
        /// Collect it.
        on: bool,
        /// Why.
        reason: String,
    }
    /// The values of an owner, a signatory, an account or the imported columns.
    PartReq {
        /// The customer.
        customer: String,
        /// An owner's, a signatory's or an account's id, or `custom`.
        part: String,
    }
}
