//! A tree as bytes: what was read when the program was built need not be read again when it starts.

use crate::tree::Yaml;

/// The tree as bytes; none when it cannot be written.
pub fn store(tree: &Yaml) -> Option<Vec<u8>> {
    postcard::to_allocvec(tree).ok()
}

/// The tree that [`store`] wrote; none from other bytes.
pub fn restore(bytes: &[u8]) -> Option<Yaml> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_comes_back_as_it_was_and_other_bytes_do_not() {
        let text = "a: [1, '2', \"3\"]\nb:\n  c: |\n    lines\n    é\n  d: >-\n    folded\n  e:\n";
        let tree = crate::parse(text).unwrap();
        let bytes = store(&tree).unwrap();
        assert_eq!(restore(&bytes), Some(tree));
        assert_eq!(restore(&bytes[..bytes.len() - 1]), None);
        assert_eq!(restore(b""), None);
    }
}
