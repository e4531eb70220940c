//! Address ranges: text to sets, and their arithmetic.

use super::expressions::cidr;
use super::{Entropy, promise};
use waterline_engine::model::addresses::{Addresses, WORLD_V4, WORLD_V6, parse};

pub(crate) fn run(entropy: &mut Entropy<'_>) -> Result<bool, String> {
    let (mut sets, mut refused) = ([Addresses::default(), Addresses::default()], 0);
    for set in &mut sets {
        let mut networks = Vec::new();
        for _ in 0..entropy.below(12) {
            let text = cidr(entropy);
            match parse(&text) {
                Ok(network) => networks.push(network),
                Err(error) => {
                    refused += 1;
                    promise(
                        error.to_string().contains(text.trim()),
                        "an error names the text",
                        || text.clone(),
                    )?;
                }
            }
        }
        *set = Addresses::new(networks);
    }
    let [a, b] = &sets;
    let both = a.union(b);
    let seen = || format!("{:?} and {:?}", a.networks(), b.networks());
    for (kept, what) in [
        (both == b.union(a), "a union has no order"),
        (
            both.difference(a).difference(b).is_empty(),
            "a union is of both",
        ),
        (
            a.difference(b).union(&b.difference(a)).union(
                // What is in both.
                &a.difference(&a.difference(b)),
            ) == both,
            "differences and the common part make up the union",
        ),
        (
            Addresses::new(both.networks()) == both,
            "the networks of a set are the set",
        ),
        (
            both.public().difference(&both).is_empty(),
            "what is public is a part",
        ),
        (
            both.public().public() == both.public(),
            "what is public stays so",
        ),
        (!a.is_world() || both.is_world(), "a union is no narrower"),
        (
            a.is_world() == a.is_wider_than(WORLD_V4, WORLD_V6),
            "the world is wider than its limits",
        ),
    ] {
        promise(kept, what, seen)?;
    }
    Ok(refused == 0)
}
