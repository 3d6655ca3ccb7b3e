//! What the words of the field mean. Numbers and duties stand in the rule packs alone; a word says what is meant, and how sure that is.

use crate::pack::Confidence;

/// A word of the field. What it says of the rule is as sure as its tag; the rule's own text was not at hand.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// The word.
    pub word: &'static str,
    /// What it means, in our words.
    pub meaning: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
}

const fn term(word: &'static str, meaning: &'static str, confidence: Confidence) -> Term {
    Term {
        word,
        meaning,
        confidence,
    }
}

use Confidence::{Memory, MemoryLow, Seen};

/// The glossary.
pub const GLOSSARY: &[Term] = &[
    term(
        "IaaS product",
        "Any offering, free trials included, that supplies processing, storage, networking or another basic computing resource on which the user can deploy and run software that is not fixed in advance, including operating systems and applications; covers managed and unmanaged, virtualized (VPS) and dedicated / bare-metal forms.",
        Seen,
    ),
    term(
        "IaaS product - edge services",
        "Commentators read the preamble as taking in content delivery networks, proxy services and domain name resolution, but not mere registration of a name.",
        MemoryLow,
    ),
    term(
        "U.S. IaaS product",
        "An IaaS product owned by a U.S. person or operated within U.S. territory.",
        Memory,
    ),
    term(
        "U.S. IaaS provider",
        "A U.S. person who offers a U.S. IaaS product, whether as direct provider or as U.S. reseller.",
        Memory,
    ),
    term(
        "Foreign subsidiary of a U.S. provider",
        "Not itself treated as a U.S. IaaS provider.",
        Seen,
    ),
    term(
        "Reseller",
        "A person holding an account through which IaaS products are passed on, wholly or partly, to a third party.",
        Memory,
    ),
    term(
        "Reseller account",
        "The account established for that onward supply.",
        Memory,
    ),
    term(
        "Foreign reseller",
        "A foreign person who has set up an IaaS account in order to provide IaaS products afterwards, wholly or partly, to a third party.",
        Seen,
    ),
    term(
        "Person / individual / entity",
        "Natural person or organization (partnership, association, trust, joint venture, corporation, group, subgroup or other).",
        Memory,
    ),
    term(
        "U.S. person",
        "A U.S. citizen; a lawful permanent resident; an entity organized under U.S. law or that of a U.S. jurisdiction, foreign branches included; or any person located in the United States.",
        Seen,
    ),
    term("Foreign person", "Anyone who is not a U.S. person.", Memory),
    term(
        "Customer",
        "An individual or entity that contracts with an IaaS provider to create or keep an IaaS account.",
        Memory,
    ),
    term(
        "Foreign customer",
        "A customer that is not a U.S. person.",
        Memory,
    ),
    term(
        "Potential customer",
        "Someone seeking to open an account; data collection starts here, before opening.",
        Seen,
    ),
    term(
        "Account (IaaS account)",
        "The formal business relationship under which IaaS products are provided and details of the transactions are recorded.",
        Memory,
    ),
    term(
        "Beneficial owner",
        "An INDIVIDUAL who exercises substantial control over a customer, or owns or controls at least 25 percent of its ownership interests.",
        Seen,
    ),
    term(
        "Foreign beneficial owner",
        "A beneficial owner who is not a U.S. person.",
        Memory,
    ),
    term(
        "CIP",
        "The written, risk-based program by which the provider collects identifying data, verifies foreign customers, keeps the data and tells customers about disclosure.",
        Seen,
    ),
    term(
        "Risk-based",
        "Resting on an assessment of the risks from service types, account-opening methods, identifying information available, and customer base.",
        Seen,
    ),
    term(
        "Malicious cyber-enabled activity",
        "Activity, not authorized by or in accordance with U.S. law, that seeks to compromise or impair confidentiality, integrity or availability of computers, information or communications systems, networks, infrastructure they control, or the information on them.",
        Memory,
    ),
    term(
        "Red flag",
        "A pattern, practice or specific activity pointing to possible malicious cyber-enabled activity.",
        Memory,
    ),
    term(
        "Threat landscape",
        "The wide set of geopolitical, economic and technological factors to weigh when designing risk-based identity procedures; the CIP must be kept in step with it.",
        MemoryLow,
    ),
    term(
        "AI model",
        "A component that uses computation, statistics or machine learning to turn inputs into outputs.",
        MemoryLow,
    ),
    term(
        "Dual-use foundation model",
        "Broadly trained, generally self-supervised, at least tens of billions of parameters, broadly applicable, and able (or easily made able) to perform very well at tasks seriously dangerous to security.",
        Seen,
    ),
    term(
        "Large AI model with potential capabilities that could be used in malicious cyber-enabled activity (\"covered model\")",
        "A model with the technical conditions of a dual-use foundation model, or other parameters of concern, that let it aid or automate things such as social engineering, vulnerability discovery, denial of service, data poisoning, target selection, disinformation, remote command and control; the Department was to publish technical conditions by interpretive rule.",
        Memory,
    ),
    term(
        "Interim technical condition",
        "EO 14110 default: more than 1e26 integer or floating-point operations, trained on a cluster co-located in one datacenter, joined at over 100 Gbit/s, with theoretical peak of 1e20 operations per second. Revoked with the EO, so a pack value, never a constant.",
        Seen,
    ),
    term(
        "Training / training run",
        "Any process by which a model learns from data using computing power; covers pre-training and fine-tuning techniques.",
        MemoryLow,
    ),
    term(
        "Model weight",
        "A numerical parameter that helps set a model's output.",
        Seen,
    ),
    term(
        "Covered transaction",
        "A transaction by, for or on behalf of a foreign person which results or could result in training a covered model, or one that comes to do so through a later change in the arrangements.",
        Seen,
    ),
    term(
        "Knowledge",
        "The report duty is tied to having \"knowledge\"; the term should be read like the EAR: positive knowledge, or awareness of a high probability, inferable from conscious disregard or willful avoidance.",
        MemoryLow,
    ),
    term(
        "Foreign jurisdiction",
        "A country, subnational territory or region where someone exercises de facto or de jure sovereign authority, other than under U.S. jurisdiction.",
        MemoryLow,
    ),
    term(
        "Special measure",
        "A prohibition, or conditions, on opening or keeping accounts by persons in a named foreign jurisdiction or by a named foreign person.",
        Seen,
    ),
    term(
        "ADP",
        "Abuse of IaaS Products Deterrence Program: documented policies to identify, detect, respond to red flags; the basis of an exemption from the CIP requirements.",
        Seen,
    ),
    term(
        "Secretary / Department",
        "Secretary of Commerce or delegate (BIS, Office of ICTS) / Department of Commerce.",
        Seen,
    ),
    term(
        "Compliance assessment",
        "A Department review of a provider's CIP and its performance, possibly with an audit.",
        Seen,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_explained_once_in_a_sentence() {
        let mut words: Vec<&str> = GLOSSARY.iter().map(|term| term.word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), GLOSSARY.len());
        assert!(GLOSSARY.iter().all(|term| term.meaning.ends_with('.')));
    }
}
