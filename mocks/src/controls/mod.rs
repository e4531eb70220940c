//! What goes wrong, and when: the rules in force, and what becomes of a request.

mod rule;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use rule::{Effect, Rule};

/// The rules in force. Cheap to clone; all clones share one list, so that a running emulator can
/// be changed from outside.
#[derive(Clone, Debug, Default)]
pub struct Controls {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Live>,
}

/// A rule and what has become of it.
#[derive(Debug)]
struct Live {
    rule: Rule,
    /// Requests that it was for.
    seen: u64,
    /// Token buckets by account, Region and service: tokens, and when they were counted.
    buckets: HashMap<String, (f64, Instant)>,
}

/// What rules look at.
pub(crate) struct Request<'a> {
    /// `service:Operation`.
    pub(crate) key: &'a str,
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    /// Number of the page that is asked for.
    pub(crate) page: usize,
    /// The input as JSON; made when a rule asks for it.
    pub(crate) input: &'a dyn Fn() -> String,
}

/// What becomes of a request.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) delay: Duration,
    /// In place of the answer.
    pub(crate) instead: Option<Effect>,
    /// How the body is sent.
    pub(crate) body: Option<Effect>,
    /// The most items of a page.
    pub(crate) items: Option<usize>,
    /// The third page leads back to the second.
    pub(crate) circles: bool,
    /// Which findings of a batch fail.
    pub(crate) refused: Vec<Effect>,
}

impl Controls {
    /// Adds a rule; it is in force from the next request on.
    pub fn add(&self, rule: Rule) {
        let live = Live {
            rule,
            seen: 0,
            buckets: HashMap::new(),
        };
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .rules
            .push(live);
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .rules
            .clear();
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.rules.iter().map(|live| live.rule.clone()).collect()
    }

    /// Whether a rule denies an operation whatever is asked, in every Region and at any time.
    pub(crate) fn denies(&self, operation: &str, account: &str) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rules = state.rules.iter().map(|live| &live.rule);
        rules.any(|rule| rule.denies(operation, account))
    }

    /// What becomes of a request: delays add up; of the effects that stand in place of the answer
    /// the first one holds, and so of those on the body.
    pub(crate) fn plan(&self, request: &Request<'_>) -> Plan {
        let mut plan = Plan::default();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for live in &mut state.rules {
            if !live.rule.is_for(request) {
                continue;
            }
            let number = live.seen;
            live.seen += 1;
            let past = live
                .rule
                .times
                .is_some_and(|times| number >= live.rule.skip + times);
            if number < live.rule.skip || past {
                continue;
            }
            live.apply(request, &mut plan);
        }
        plan
    }
}

impl Live {
    fn apply(&mut self, request: &Request<'_>, plan: &mut Plan) {
        match &self.rule.effect {
            Effect::Latency { ms } => plan.delay += Duration::from_millis(*ms),
            Effect::SlowBody { .. } | Effect::Truncate {} => {
                plan.body.get_or_insert_with(|| self.rule.effect.clone());
            }
            Effect::SmallPages { items } => {
                plan.items.get_or_insert(*items);
            }
            Effect::CirclingPages {} => plan.circles = true,
            Effect::RefuseFindings { .. } => plan.refused.push(self.rule.effect.clone()),
            Effect::LostPage { page } if *page != request.page => {}
            Effect::RateLimit { refill, burst } => {
                let place = format!("{}/{}/{}", request.account, request.region, request.service);
                let now = Instant::now();
                let (tokens, counted) = self.buckets.entry(place).or_insert((*burst, now));
                *tokens =
                    (*tokens + now.duration_since(*counted).as_secs_f64() * refill).min(*burst);
                *counted = now;
                if *tokens >= 1.0 {
                    *tokens -= 1.0;
                } else {
                    plan.instead.get_or_insert(Effect::Throttle {});
                }
            }
            effect => {
                plan.instead.get_or_insert_with(|| effect.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(controls: &Controls, key: &str, region: &str, page: usize) -> Plan {
        controls.plan(&Request {
            key,
            service: "ec2",
            region,
            account: "111122223333",
            page,
            input: &|| r#"{"Bucket":"logs"}"#.to_owned(),
        })
    }

    #[test]
    fn a_rule_is_for_its_requests_only() {
        let controls = Controls::default();
        controls.add(Rule::new("ec2:Describe*", Effect::Deny {}).in_region("eu-*"));
        controls.add(Rule::new("s3:*", Effect::Throttle {}).about("other"));
        controls.add(Rule::new("*", Effect::Latency { ms: 5 }));
        controls.add(Rule::new("*", Effect::Latency { ms: 7 }).of_account("1111*"));
        assert_eq!(
            plan(&controls, "ec2:DescribeVpcs", "eu-west-1", 1).instead,
            Some(Effect::Deny {})
        );
        assert_eq!(
            plan(&controls, "ec2:DescribeVpcs", "us-east-1", 1).instead,
            None
        );
        assert_eq!(
            plan(&controls, "s3:GetBucketAcl", "us-east-1", 1).instead,
            None
        );
        let delay = plan(&controls, "s3:ListBuckets", "us-east-1", 1).delay;
        assert_eq!(delay, Duration::from_millis(12));
        controls.clear();
        assert_eq!(
            plan(&controls, "ec2:DescribeVpcs", "eu-west-1", 1).instead,
            None
        );
    }

    #[test]
    fn a_rule_can_start_late_and_end() {
        let controls = Controls::default();
        controls.add(Rule::new("*", Effect::Throttle {}).after(1).times(2));
        let hits: Vec<bool> = (0..5)
            .map(|_| plan(&controls, "x:Y", "r", 1).instead.is_some())
            .collect();
        assert_eq!(hits, [false, true, true, false, false]);
    }

    #[test]
    fn a_bucket_holds_its_burst_for_each_region() {
        let controls = Controls::default();
        controls.add(Rule::new(
            "ec2:*",
            Effect::RateLimit {
                refill: 0.0,
                burst: 3.0,
            },
        ));
        let run = |region: &str| -> usize {
            (0..5)
                .filter(|_| {
                    plan(&controls, "ec2:DescribeVpcs", region, 1)
                        .instead
                        .is_some()
                })
                .count()
        };
        assert_eq!(
            (run("us-east-1"), run("eu-west-1"), run("us-east-1")),
            (2, 2, 5)
        );
    }

    #[test]
    fn a_bucket_refills() {
        let controls = Controls::default();
        controls.add(Rule::new(
            "ec2:*",
            Effect::RateLimit {
                refill: 200.0,
                burst: 1.0,
            },
        ));
        assert!(plan(&controls, "ec2:X", "r", 1).instead.is_none());
        assert!(plan(&controls, "ec2:X", "r", 1).instead.is_some());
        std::thread::sleep(Duration::from_millis(20));
        assert!(plan(&controls, "ec2:X", "r", 1).instead.is_none());
    }

    #[test]
    fn a_lost_page_is_that_page_only() {
        let controls = Controls::default();
        controls.add(Rule::new("*", Effect::LostPage { page: 2 }));
        assert!(plan(&controls, "ec2:X", "r", 1).instead.is_none());
        assert!(plan(&controls, "ec2:X", "r", 2).instead.is_some());
    }

    #[test]
    fn rules_are_json() {
        let rule = Rule::new(
            "s3:*",
            Effect::RateLimit {
                refill: 20.0,
                burst: 100.0,
            },
        )
        .times(3);
        let text = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule);
        let short = r#"{"operation": "*", "effect": {"kind": "deny"}}"#;
        let rule: Rule = serde_json::from_str(short).unwrap();
        assert_eq!(rule, Rule::new("*", Effect::Deny {}));
        let wrong = r#"{"operation": "*", "regoin": "x", "effect": {"kind": "deny"}}"#;
        assert!(serde_json::from_str::<Rule>(wrong).is_err());
    }
}
