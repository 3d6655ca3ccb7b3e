//! RFC 6962 Merkle tree hashes, for checkpoints and for the one signature over an act of many entries.

use crate::entry::Hash;
use sha2::{Digest, Sha256};

fn leaf(hash: &Hash) -> Hash {
    let mut out = Sha256::new();
    out.update([0]);
    out.update(hash);
    out.finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut out = Sha256::new();
    out.update([1]);
    out.update(left);
    out.update(right);
    out.finalize().into()
}

/// Builds the root leaf by leaf, in memory that grows with the logarithm of their number.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Roots of the full subtrees so far, largest first, with their heights.
    peaks: Vec<(u32, Hash)>,
    count: u64,
}

impl Tree {
    /// Adds the next entry's hash.
    pub fn push(&mut self, hash: &Hash) {
        let mut height = 0;
        let mut top = leaf(hash);
        while let Some((below, left)) = self.peaks.last() {
            if *below != height {
                break;
            }
            top = node(left, &top);
            height += 1;
            self.peaks.pop();
        }
        self.peaks.push((height, top));
        self.count += 1;
    }

    /// How many leaves there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The root; of no leaves it is the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => Sha256::digest([]).into(),
            Some((_, last)) => peaks.fold(*last, |right, (_, left)| node(left, &right)),
        }
    }
}

/// The root over some hashes.
pub fn root<'a>(hashes: impl IntoIterator<Item = &'a Hash>) -> Hash {
    let mut tree = Tree::default();
    for hash in hashes {
        tree.push(hash);
    }
    tree.root()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition of RFC 6962 section 2.1, word by word, over whole lists.
    fn by_definition(hashes: &[Hash]) -> Hash {
        match hashes {
            [] => Sha256::digest([]).into(),
            [one] => leaf(one),
            many => {
                let split = (many.len() as u64).next_power_of_two() as usize / 2;
                node(
                    &by_definition(&many[..split]),
                    &by_definition(&many[split..]),
                )
            }
        }
    }

    proptest! {
        #[test]
        fn the_root_built_leaf_by_leaf_equals_the_definition(leaves in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
            prop_assert_eq!(root(&leaves), by_definition(&leaves));
        }
    }
}
