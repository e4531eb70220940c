//! Basic and advanced event selectors, brought into one form.

use crate::model::cloudtrail::{DataSelector, EventSelectors, ManagementSelector};
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types as sdk;

/// What a trail records. `custom` says whether the trail has selectors of its own: without
/// them it records all management events, and no others.
pub(super) fn of(reply: GetEventSelectorsOutput, custom: bool) -> Result<EventSelectors, String> {
    let basic = reply.event_selectors.unwrap_or_default();
    let advanced = reply.advanced_event_selectors.unwrap_or_default();
    let mut all = EventSelectors {
        advanced: !advanced.is_empty(),
        management: Vec::new(),
        data: Vec::new(),
        network_activity_sources: Vec::new(),
    };
    if basic.is_empty() && advanced.is_empty() {
        if custom {
            return Err("the trail has event selectors of its own, and none was told".to_owned());
        }
        all.management.push(ManagementSelector {
            read: true,
            write: true,
            excluded_sources: Vec::new(),
            only_sources: Vec::new(),
            filters: Vec::new(),
        });
    }
    for selector in basic {
        add_basic(selector, &mut all);
    }
    for selector in advanced {
        add_advanced(selector, &mut all)?;
    }
    all.network_activity_sources.sort();
    all.network_activity_sources.dedup();
    Ok(all)
}

fn add_basic(selector: sdk::EventSelector, all: &mut EventSelectors) {
    // AWS's defaults, where the reply leaves one out: all events, management events included.
    let kind = selector.read_write_type.unwrap_or(sdk::ReadWriteType::All);
    let read = kind != sdk::ReadWriteType::WriteOnly;
    let write = kind != sdk::ReadWriteType::ReadOnly;
    if selector.include_management_events.unwrap_or(true) {
        let mut excluded = selector
            .exclude_management_event_sources
            .unwrap_or_default();
        excluded.sort();
        all.management.push(ManagementSelector {
            read,
            write,
            excluded_sources: excluded,
            only_sources: Vec::new(),
            filters: Vec::new(),
        });
    }
    for data in selector.data_resources.unwrap_or_default() {
        let values = data.values.unwrap_or_default();
        if values.is_empty() {
            continue;
        }
        let all_resources = values.iter().any(|value| whole_service(value));
        let mut resources: Vec<String> = values.into_iter().map(basic_resource).collect();
        resources.sort();
        all.data.push(DataSelector {
            resource_type: data.r#type.unwrap_or_default(),
            read,
            write,
            all_resources,
            resources: if all_resources { Vec::new() } else { resources },
            excluded_resources: Vec::new(),
            filters: Vec::new(),
        });
    }
}

/// Whether a partial ARN stops at the service, as `arn:aws:s3` and `arn:aws:s3:::` do: then
/// every resource begins with it.
fn whole_service(arn: &str) -> bool {
    let head = arn.trim_end_matches(':');
    head.starts_with("arn:") && head.split(':').count() == 3
}

/// An ARN of a basic selector: for objects it is what theirs begin with, else it is exact.
fn basic_resource(value: String) -> String {
    if value.contains(":s3:::") {
        format!("{value}*")
    } else {
        value
    }
}

fn add_advanced(
    selector: sdk::AdvancedEventSelector,
    all: &mut EventSelectors,
) -> Result<(), String> {
    let mut parts = Parts::default();
    for field in selector.field_selectors {
        parts.take(field);
    }
    match parts.category.as_str() {
        "Management" => all.management.push(ManagementSelector {
            read: parts.read,
            write: parts.write,
            excluded_sources: parts.excluded_sources,
            only_sources: parts.only_sources,
            filters: parts.filters,
        }),
        "Data" => {
            parts.tell_sources();
            let whole = parts.resources.is_empty()
                || parts
                    .resources
                    .iter()
                    .any(|r| whole_service(r.trim_end_matches('*')));
            for resource_type in parts.types {
                all.data.push(DataSelector {
                    resource_type,
                    read: parts.read,
                    write: parts.write,
                    all_resources: whole,
                    resources: if whole {
                        Vec::new()
                    } else {
                        parts.resources.clone()
                    },
                    excluded_resources: parts.excluded_resources.clone(),
                    filters: parts.filters.clone(),
                });
            }
        }
        "NetworkActivity" => all.network_activity_sources.extend(parts.only_sources),
        "" => return Err("an advanced event selector has no event category".to_owned()),
        // A category that does not concern what is asked of trails.
        _ => {}
    }
    Ok(())
}

/// The field selectors of an advanced event selector; all of them must hold.
struct Parts {
    category: String,
    read: bool,
    write: bool,
    types: Vec<String>,
    resources: Vec<String>,
    excluded_resources: Vec<String>,
    only_sources: Vec<String>,
    excluded_sources: Vec<String>,
    filters: Vec<String>,
}

impl Default for Parts {
    fn default() -> Parts {
        Parts {
            category: String::new(),
            read: true,
            write: true,
            types: Vec::new(),
            resources: Vec::new(),
            excluded_resources: Vec::new(),
            only_sources: Vec::new(),
            excluded_sources: Vec::new(),
            filters: Vec::new(),
        }
    }
}

impl Parts {
    fn take(&mut self, field: sdk::AdvancedFieldSelector) {
        match field.field.as_str() {
            "eventCategory" => {
                self.category = field.equals.unwrap_or_default().pop().unwrap_or_default();
            }
            "readOnly" => {
                let values = field.equals.unwrap_or_default();
                let has = |word: &str| values.iter().any(|value| value.eq_ignore_ascii_case(word));
                self.read = has("true");
                self.write = has("false");
            }
            "resources.type" => self.types = field.equals.unwrap_or_default(),
            "resources.ARN" => {
                let (only, excluded) = bounds(field);
                self.resources = only;
                self.excluded_resources = excluded;
            }
            "eventSource" => {
                let (only, excluded) = bounds(field);
                self.only_sources = only;
                self.excluded_sources = excluded;
            }
            _ => self.filters.extend(in_words(field)),
        }
    }

    /// For data events a condition on the source is one more filter.
    fn tell_sources(&mut self) {
        for (word, sources) in [
            ("is", &self.only_sources),
            ("is not", &self.excluded_sources),
        ] {
            if !sources.is_empty() {
                let sources = sources.join(" or ");
                self.filters.push(format!("eventSource {word} {sources}"));
            }
        }
        self.filters.sort();
    }
}

/// What a field must be, and what it must not be, `*` standing for any text at the end or at
/// the beginning.
fn bounds(field: sdk::AdvancedFieldSelector) -> (Vec<String>, Vec<String>) {
    let texts =
        |exact: Option<Vec<String>>, start: Option<Vec<String>>, end: Option<Vec<String>>| {
            let exact = exact.unwrap_or_default().into_iter();
            let start = start
                .unwrap_or_default()
                .into_iter()
                .map(|text| format!("{text}*"));
            let end = end
                .unwrap_or_default()
                .into_iter()
                .map(|text| format!("*{text}"));
            let mut texts: Vec<String> = exact.chain(start).chain(end).collect();
            texts.sort();
            texts
        };
    (
        texts(field.equals, field.starts_with, field.ends_with),
        texts(field.not_equals, field.not_starts_with, field.not_ends_with),
    )
}

fn in_words(field: sdk::AdvancedFieldSelector) -> Vec<String> {
    let name = field.field.clone();
    let (only, excluded) = bounds(field);
    [("is", only), ("is not", excluded)]
        .into_iter()
        .filter(|(_, texts)| !texts.is_empty())
        .map(|(word, texts)| format!("{name} {word} {}", texts.join(" or ")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, operator: &str, values: &[&str]) -> sdk::AdvancedFieldSelector {
        let values = Some(values.iter().map(|v| (*v).to_owned()).collect());
        let field = sdk::AdvancedFieldSelector::builder().field(name);
        match operator {
            "is" => field.set_equals(values),
            "starts" => field.set_starts_with(values),
            _ => field.set_not_equals(values),
        }
        .build()
        .unwrap()
    }

    fn advanced(selectors: Vec<Vec<sdk::AdvancedFieldSelector>>) -> EventSelectors {
        let selectors = selectors.into_iter().map(|fields| {
            sdk::AdvancedEventSelector::builder()
                .set_field_selectors(Some(fields))
                .build()
                .unwrap()
        });
        let reply = GetEventSelectorsOutput::builder()
            .set_advanced_event_selectors(Some(selectors.collect()))
            .build();
        of(reply, true).unwrap()
    }

    fn basic(selector: sdk::EventSelector) -> EventSelectors {
        let reply = GetEventSelectorsOutput::builder()
            .event_selectors(selector)
            .build();
        of(reply, true).unwrap()
    }

    fn objects(values: &[&str]) -> DataSelector {
        let data = sdk::DataResource::builder()
            .r#type("AWS::S3::Object")
            .set_values(Some(values.iter().map(|v| (*v).to_owned()).collect()))
            .build();
        let selector = sdk::EventSelector::builder()
            .read_write_type(sdk::ReadWriteType::WriteOnly)
            .include_management_events(false)
            .data_resources(data)
            .build();
        let mut all = basic(selector);
        assert!(all.management.is_empty());
        all.data.remove(0)
    }

    #[test]
    fn a_trail_without_selectors_of_its_own_takes_all_management_events() {
        let none = || GetEventSelectorsOutput::builder().build();
        let all = of(none(), false).unwrap();
        assert!(all.management[0].read && all.management[0].write);
        assert!(all.management[0].unfiltered() && all.data.is_empty());
        assert!(of(none(), true).is_err());
    }

    #[test]
    fn basic_selectors_tell_what_they_leave_out() {
        let selector = sdk::EventSelector::builder()
            .read_write_type(sdk::ReadWriteType::ReadOnly)
            .exclude_management_event_sources("kms.amazonaws.com")
            .build();
        let management = basic(selector).management.remove(0);
        assert!(management.read && !management.write);
        assert_eq!(management.excluded_sources, ["kms.amazonaws.com"]);
    }

    #[test]
    fn a_partial_arn_takes_every_bucket() {
        for all in ["arn:aws:s3", "arn:aws:s3:::", "arn:aws-cn:s3"] {
            let selector = objects(&["arn:aws:s3:::one/", all]);
            assert!(
                selector.unfiltered() && selector.resources.is_empty(),
                "{all}"
            );
            assert!(selector.write && !selector.read);
        }
        let some = objects(&["arn:aws:s3:::one/"]);
        assert!(!some.all_resources);
        assert_eq!(some.resources, ["arn:aws:s3:::one/*"]);
    }

    #[test]
    fn advanced_selectors_come_in_the_same_form() {
        let all = advanced(vec![
            vec![
                field("eventCategory", "is", &["Management"]),
                field("eventSource", "is not", &["rdsdata.amazonaws.com"]),
            ],
            vec![
                field("eventCategory", "is", &["Data"]),
                field("resources.type", "is", &["AWS::S3::Object"]),
                field("readOnly", "is", &["false"]),
            ],
            vec![
                field("eventCategory", "is", &["Data"]),
                field("resources.type", "is", &["AWS::S3::Object"]),
                field("resources.ARN", "starts", &["arn:aws:s3:::one/"]),
                field("eventName", "is", &["GetObject"]),
            ],
            vec![
                field("eventCategory", "is", &["NetworkActivity"]),
                field("eventSource", "is", &["kms.amazonaws.com"]),
            ],
        ]);
        let management = &all.management[0];
        assert!(management.read && management.write);
        assert_eq!(management.excluded_sources, ["rdsdata.amazonaws.com"]);
        assert!(all.data[0].unfiltered() && all.data[0].write && !all.data[0].read);
        assert_eq!(all.data[1].resources, ["arn:aws:s3:::one/*"]);
        assert_eq!(all.data[1].filters, ["eventName is GetObject"]);
        assert_eq!(all.network_activity_sources, ["kms.amazonaws.com"]);
    }
}
