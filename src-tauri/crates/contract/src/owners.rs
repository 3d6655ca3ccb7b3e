//! Beneficial owners of a customer, and how they hold it.

words! {
    /// Whether an owner counts by a threshold: what is not known counts as possible.
    Counting { No, Possibly, Yes }
}

views! {
    /// An owner or a person in control.
    OwnerView {
        /// Its id within the vault.
        id: String,
        /// Name.
        name: String,
        /// Name in its own script.
        name_original: Option<String>,
        /// individual or entity.
        kind: super::PartyKind,
        /// Why it is not named; absent where it is.
        unspecified: Option<String>,
        /// Its ties, those that have ended too.
        interests: Vec<InterestView>,
        /// What it holds directly today, in words: "25 %, control".
        direct: String,
        /// What it holds over all chains, in percent of the shares; absent where nothing.
        effective: Option<String>,
        /// Whether it counts as a beneficial owner by the pack's threshold.
        counts: Counting,
        /// Why: the chains and the ties that make it count.
        why: Vec<String>,
        /// Country, alpha-2.
        country: String,
        /// undetermined, us, foreign.
        us_status: super::UsStatus,
        /// Street address.
        address: Option<String>,
        /// E-mail.
        email: Option<String>,
        /// Telephone.
        phone: Option<String>,
        /// Where the ownership was learned.
        source: Option<String>,
        /// Since when, `YYYY-MM-DD`.
        valid_from: Option<String>,
        /// Until when.
        valid_to: Option<String>,
        /// Its identity is verified.
        verified: bool,
        /// What proves its values.
        proofs: Vec<super::ProofView>,
    }
    /// A tie between an owner and the customer, or an organisation among its owners.
    InterestView {
        /// The organisation's id; absent for the customer itself.
        of: Option<String>,
        /// Its name.
        of_name: String,
        /// equity, votes, profits, control, other.
        kind: String,
        /// As it was written: `25`, `over 25 to 50`; absent where it is not known or the kind has none.
        share: Option<String>,
        /// What control rests on.
        means: Option<String>,
        /// The owner for whom it is held as nominee.
        held_for: Option<String>,
        /// That owner's name.
        held_for_name: Option<String>,
        /// Stated as indirect: it stands in place of the chains through others, and is not added to them.
        indirect: bool,
        /// Through these, where it is known.
        via: Vec<String>,
        /// The first day.
        from: Option<String>,
        /// The first day on which it is no more.
        to: Option<String>,
        /// All of it in words: "50 % of Holding, as nominee for Ada Byron".
        words: String,
    }
    /// Who owns a customer, as it stood on a day and by some threshold.
    OwnershipView {
        /// The customer's name.
        customer: String,
        /// The day asked for; absent for today.
        on: Option<String>,
        /// The threshold that was counted by, in percent; absent where no pack has one.
        threshold: Option<String>,
        /// The threshold of the packs in use.
        pack_threshold: Option<String>,
        /// Its paragraph.
        rule: Option<super::RuleNote>,
        /// The owners that were there, those nearest to the customer first.
        nodes: Vec<OwnershipNode>,
        /// The ties that were there.
        ties: Vec<OwnershipTie>,
        /// What a person should know: sums, circles, what was not followed.
        notes: Vec<String>,
        /// The days on which something changed, oldest first.
        days: Vec<String>,
        /// Why nobody is found who owns enough; absent where that is not recorded.
        none_identified: Option<String>,
    }
    /// An owner in the structure.
    OwnershipNode {
        /// Its id within the customer.
        id: String,
        /// Name.
        name: String,
        /// individual or entity.
        kind: super::PartyKind,
        /// undetermined, us, foreign.
        us_status: super::UsStatus,
        /// Why it is not named.
        unspecified: Option<String>,
        /// Links between it and the customer by the shortest way, from 1.
        layer: u32,
        /// Of the shares, over all chains, in percent.
        equity: String,
        /// Of the votes.
        votes: String,
        /// Of profits; absent where nobody has a right to them.
        profits: Option<String>,
        /// How it is in control.
        control: Option<String>,
        /// Whether it counts.
        counts: Counting,
        /// Why: chains and ties.
        why: Vec<String>,
        /// Chains that are not in the list.
        more_chains: u32,
    }
    /// A tie in the structure.
    OwnershipTie {
        /// Who holds it: an owner's id.
        holder: String,
        /// In what: an owner's id; absent for the customer.
        of: Option<String>,
        /// equity, votes, profits, control, other.
        kind: String,
        /// In words, short: "60 %", "control: appoints the board".
        words: String,
        /// For whom it is held as nominee.
        held_for: Option<String>,
        /// Stated as indirect: it goes through others.
        stated: bool,
    }
}

requests! {
    /// A new or changed owner.
    OwnerSaveReq {
        /// The customer.
        customer: String,
        /// The owner's id; absent for a new one.
        id: Option<String>,
        /// Name.
        name: String,
        /// Name in its own script.
        name_original: Option<String>,
        /// individual or entity.
        kind: super::PartyKind,
        /// Why it is not named: the register does not say, or may not.
        unspecified: Option<String>,
        /// Its ties; what is left out is taken away, what has ended is kept with its last day.
        interests: Vec<InterestReq>,
        /// Country, code or English name.
        country: Option<String>,
        /// Street address.
        address: Option<String>,
        /// E-mail.
        email: Option<String>,
        /// Telephone.
        phone: Option<String>,
        /// Where it was learned.
        source: Option<String>,
        /// Since when.
        valid_from: Option<String>,
        /// Until when; an owner is ended, never deleted.
        valid_to: Option<String>,
        /// The document of the customer's that proves what changes here.
        proved_by: Option<String>,
    }
    /// A tie of an owner.
    InterestReq {
        /// An organisation among the owners, by id; absent for the customer itself.
        of: Option<String>,
        /// equity, votes, profits, control, other.
        kind: String,
        /// Percentage as text, or a range: `33.3`, `25 to 50`, `over 25`.
        share: Option<String>,
        /// What control rests on.
        means: Option<String>,
        /// The owner for whom it is held as nominee, by id.
        held_for: Option<String>,
        /// Stated as indirect, whether through whom is known or not.
        indirect: bool,
        /// Through these owners.
        via: Vec<String>,
        /// The first day.
        from: Option<String>,
        /// The first day on which it is no more.
        to: Option<String>,
    }
    /// Who owns a customer.
    OwnershipReq {
        /// The customer.
        r#ref: String,
        /// As it stood on this day; absent for today.
        on: Option<String>,
        /// By this threshold in percent, to see what it would mean; absent for the packs' own.
        threshold: Option<String>,
    }
    /// Nobody is found who owns enough to count.
    NoneIdentifiedReq {
        /// The customer.
        r#ref: String,
        /// How it was looked for and why there is nobody; absent takes it back.
        explanation: Option<String>,
    }
}
