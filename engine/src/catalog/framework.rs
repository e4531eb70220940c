//! Frameworks: standards and benchmarks, control by control, each with what answers it.
//!
//! Which checks answer a control is said in the check files alone. What no check can answer, the
//! framework file says: `manual` (what to ask for), `inherited` (what AWS answers for, and where
//! the proof lies) or `uncovered` (it could be checked, and is not). A control about which
//! nobody says anything is a problem of the catalogue.

mod read;

use super::check::Check;
use std::collections::BTreeMap;
use std::fmt;
use waterline_yaml::{Place, Problem};

/// A standard or benchmark.
#[derive(Clone, Debug)]
pub struct Framework {
    /// The name that checks cite, such as `cis-aws-7.0`.
    pub id: String,
    /// The full name.
    pub title: String,
    /// Who publishes it, and where.
    pub source: String,
    /// What is listed and what is not, and in whose words.
    pub about: String,
    /// Its parts, in its own order.
    pub groups: Vec<Group>,
    /// Where a control is, by its id: its group, and its place in it.
    places: BTreeMap<String, (usize, usize)>,
    file: String,
}

/// A part of a framework: a chapter, a family of requirements.
#[derive(Clone, Debug)]
pub struct Group {
    /// The part's name.
    pub title: String,
    /// Its controls, in the framework's order.
    pub controls: Vec<Control>,
}

/// One thing that a framework asks for.
#[derive(Clone, Debug)]
pub struct Control {
    /// The framework's own id.
    pub id: String,
    /// What is asked, in a phrase.
    pub title: String,
    /// What answers it besides checks, or in their stead.
    pub said: Option<Said>,
    own: bool,
    place: Place,
}

/// What answers a control besides checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// People do: the evidence that an auditor would ask for.
    Manual(String),
    /// AWS does: what it answers for, and where the proof lies.
    Inherited(String),
    /// Nothing does: an API could tell, and this catalogue does not ask it.
    Uncovered(String),
}

impl Said {
    /// The words of framework files.
    pub const WORDS: [&'static str; 3] = ["manual", "inherited", "uncovered"];

    /// The word in framework files.
    pub fn word(&self) -> &'static str {
        match self {
            Said::Manual(_) => "manual",
            Said::Inherited(_) => "inherited",
            Said::Uncovered(_) => "uncovered",
        }
    }

    /// The text that follows the word.
    pub fn text(&self) -> &str {
        match self {
            Said::Manual(text) | Said::Inherited(text) | Said::Uncovered(text) => text,
        }
    }
}

/// How many controls of a framework are answered by what. A control that checks answer counts
/// with them, even if something is left to ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All controls.
    pub controls: usize,
    /// Those that at least one check answers.
    pub checks: usize,
    /// Those that only evidence from people answers.
    pub manual: usize,
    /// Those that AWS answers.
    pub inherited: usize,
    /// Those that nothing answers, though an API could.
    pub uncovered: usize,
}

impl fmt::Display for Coverage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} controls: {} by checks, {} by evidence from people, {} by AWS, {} not covered",
            self.controls, self.checks, self.manual, self.inherited, self.uncovered
        )
    }
}

impl Framework {
    /// The control of this id.
    pub fn control(&self, id: &str) -> Option<&Control> {
        let (group, place) = self.places.get(id)?;
        self.groups.get(*group)?.controls.get(*place)
    }

    /// Whether the framework has a control of this id.
    pub fn has(&self, id: &str) -> bool {
        self.control(id).is_some()
    }

    /// All controls, in the framework's order.
    pub fn controls(&self) -> impl Iterator<Item = &Control> {
        self.groups.iter().flat_map(|group| &group.controls)
    }

    /// The ids of all controls, in the framework's order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.controls().map(|control| control.id.as_str())
    }

    /// Which of some checks answer which control; controls without any are left out.
    pub fn answers<'c>(
        &self,
        checks: impl IntoIterator<Item = &'c Check>,
    ) -> BTreeMap<&'c str, Vec<&'c Check>> {
        let mut answers: BTreeMap<&str, Vec<&Check>> = BTreeMap::new();
        for check in checks {
            for control in check.controls.get(&self.id).into_iter().flatten() {
                answers.entry(control).or_default().push(check);
            }
        }
        answers
    }

    /// How far some checks, and what the framework says itself, answer it.
    pub fn coverage<'c>(&self, checks: impl IntoIterator<Item = &'c Check>) -> Coverage {
        let answers = self.answers(checks);
        let mut coverage = Coverage::default();
        for control in self.controls() {
            coverage.controls += 1;
            match &control.said {
                _ if answers.contains_key(control.id.as_str()) => coverage.checks += 1,
                Some(Said::Manual(_)) => coverage.manual += 1,
                Some(Said::Inherited(_)) => coverage.inherited += 1,
                Some(Said::Uncovered(_)) | None => coverage.uncovered += 1,
            }
        }
        coverage
    }

    /// What does not agree between a framework and the checks: controls about which nobody says
    /// anything, and controls said to be uncovered that a check answers.
    pub(super) fn disagreements(&self, checks: &[Check]) -> Vec<Problem> {
        let answers = self.answers(checks);
        let framework = &self.id;
        self.controls()
            .filter_map(|control| {
                let id = &control.id;
                let problem = match (answers.get(id.as_str()), &control.said) {
                    (None, None) => Problem::new(
                        control.place,
                        format!(
                            "control {id} of {framework} has no check and says neither manual \
                             nor inherited"
                        ),
                    )
                    .help(
                        "name it in a check's `controls`, or say `manual: what to ask for`, \
                         `inherited: what AWS provides`, or `uncovered: what is not read`",
                    ),
                    (Some(checks), Some(Said::Uncovered(_))) if control.own => Problem::new(
                        control.place,
                        format!(
                            "control {id} of {framework} says uncovered, but {} answers it",
                            checks[0].id
                        ),
                    ),
                    _ => return None,
                };
                Some(problem.in_file(&self.file))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::super::{BUILTIN, Catalog, Source, Sources};
    use super::*;

    const HEAD: &str = "id: cis-aws-7.0\ntitle: t\nsource: s\nabout: a\ngroups:\n";

    fn told(problems: &[Problem]) -> Vec<String> {
        problems.iter().map(ToString::to_string).collect()
    }

    fn read(groups: &str) -> Result<Framework, Vec<Problem>> {
        Framework::read(&Source::new("f.yaml", format!("{HEAD}{groups}")))
    }

    #[test]
    fn a_control_that_nobody_answers_is_a_problem_where_it_stands() {
        let framework = read(
            "  - title: g\n    controls:\n      - {id: \"2.1.3\", title: t}\n      \
             - {id: \"2.1.4\", title: t, manual: a list}\n",
        );
        let problems = told(&framework.unwrap().disagreements(&[]));
        assert_eq!(problems.len(), 1, "{problems:?}");
        let expected = "f.yaml:8:9: control 2.1.3 of cis-aws-7.0 has no check and says neither \
                        manual nor inherited\n    help: name it in a check's `controls`";
        assert!(problems[0].starts_with(expected), "{}", problems[0]);
    }

    #[test]
    fn what_a_group_says_holds_for_controls_that_say_nothing() {
        let framework = read(
            "  - title: g\n    inherited: AWS\n    controls:\n      \
             - {id: \"1\", title: t}\n      - {id: \"2\", title: t, uncovered: not read}\n",
        )
        .unwrap();
        let said = |id| framework.control(id).unwrap().said.clone();
        assert_eq!(said("1"), Some(Said::Inherited("AWS".to_owned())));
        assert_eq!(said("2"), Some(Said::Uncovered("not read".to_owned())));
        let coverage = framework.coverage(&[]);
        assert_eq!((coverage.inherited, coverage.uncovered), (1, 1));
        assert_eq!((coverage.controls, coverage.checks), (2, 0));
    }

    #[test]
    fn a_framework_file_gets_all_of_its_errors() {
        let problems = read(
            "  - title: g\n    controls:\n      - {id: \"1\", title: t, manual: a, inherited: b}\n      \
             - {id: \"1\", titel: t}\n      - {id: \"1\", title: t, manual: \"\"}\n",
        )
        .unwrap_err();
        let problems = told(&problems).join("\n");
        for expected in [
            "f.yaml:8:51: `manual` was said already: one answer",
            "f.yaml:9:19: unknown key `titel`\n    help: did you mean `title`?",
            "f.yaml:9:9: `title` is missing",
            "f.yaml:10:37: `manual` is empty",
            "f.yaml:10:9: control `1` was listed in line 8 already",
        ] {
            assert!(problems.contains(expected), "{expected}\nin\n{problems}");
        }
    }

    #[test]
    fn the_catalogue_does_not_compile_when_a_control_loses_its_check() {
        let mut sources = Sources::builtin();
        let id = "account-root-access-key";
        sources.checks.retain(|source| !source.file().contains(id));
        let problems = Catalog::compile(sources.clone(), true);
        let problems = problems.err().unwrap().to_string();
        let expected = "control 2.4 of cis-aws-7.0 has no check and says neither";
        assert!(problems.contains(expected), "{problems}");
        assert!(problems.contains("checks/frameworks/cis-aws-7.0.yaml:"));
        // A folder of checks alone answers what it answers.
        assert!(Catalog::of(sources.checks).is_ok());
    }

    #[test]
    fn a_control_cannot_be_uncovered_and_answered() {
        let framework = read(
            "  - title: g\n    controls:\n      - {id: \"2.4\", title: t, uncovered: not read}\n",
        );
        let checks = &BUILTIN.checks;
        let problems = told(&framework.unwrap().disagreements(checks));
        assert_eq!(
            problems,
            [
                "f.yaml:8:9: control 2.4 of cis-aws-7.0 says uncovered, but account-root-access-key answers it"
            ]
        );
    }
}
