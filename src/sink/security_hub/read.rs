//! What Security Hub has of ours, page by page.

use super::{GET, SecurityHub};
use crate::aws::Failure;
use crate::report::asff::{
    self, AssociatedStandard, AwsSecurityFinding, Compliance, Details, FindingProviderFields,
    Recommendation, Remediation, Resource, Severity, StatusReason,
};
use aws_sdk_securityhub::types as sdk;
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

/// The largest page (API reference of `GetFindings`).
const PAGE: i32 = 100;

impl SecurityHub {
    /// The findings of ours on this account, active or archived, in every Region. The Region
    /// where reading failed is told with the failure.
    pub async fn held(
        &self,
        product: impl Fn(&str) -> String,
    ) -> Result<Vec<AwsSecurityFinding>, (String, Failure)> {
        let regions = self.places.keys().map(|region| {
            let filters = self.filters(product(region));
            async move {
                let held = self.held_in(region, filters).await;
                held.map_err(|failure| (region.clone(), failure))
            }
        });
        Ok(try_join_all(regions).await?.into_iter().flatten().collect())
    }

    async fn held_in(
        &self,
        region: &str,
        filters: sdk::AwsSecurityFindingFilters,
    ) -> Result<Vec<AwsSecurityFinding>, Failure> {
        let mut held = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let page = self
                .call(region, GET, |clients| {
                    let get = clients.securityhub().get_findings();
                    get.filters(filters.clone())
                        .max_results(PAGE)
                        .set_next_token(next.clone())
                        .send()
                })
                .await?;
            held.extend(page.findings.unwrap_or_default().into_iter().map(finding));
            let token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() || token == next {
                return Ok(held);
            }
            next = token;
        }
    }

    /// One finding of ours at the most: shows whether findings may be read.
    pub(super) async fn may_read(&self, region: &str, product: String) -> Result<(), Failure> {
        let filters = self.filters(product);
        let page = self.call(region, GET, |clients| {
            let get = clients.securityhub().get_findings();
            get.filters(filters.clone()).max_results(1).send()
        });
        page.await.map(|_| ())
    }

    fn filters(&self, product: String) -> sdk::AwsSecurityFindingFilters {
        let filter = |value: &str, how| {
            let filter = sdk::StringFilter::builder();
            filter.value(value).comparison(how).build()
        };
        sdk::AwsSecurityFindingFilters::builder()
            .product_arn(filter(&product, sdk::StringFilterComparison::Equals))
            .aws_account_id(filter(
                &self.session.account,
                sdk::StringFilterComparison::Equals,
            ))
            .generator_id(filter(
                &asff::field(""),
                sdk::StringFilterComparison::Prefix,
            ))
            .build()
    }
}

/// The parts of a finding that are ours. What is the customer's is not even looked at.
fn finding(given: sdk::AwsSecurityFinding) -> AwsSecurityFinding {
    let provided = given.finding_provider_fields;
    let (severity, types) = match provided {
        Some(provided) => (provided.severity, provided.types),
        None => (None, None),
    };
    let word = |severity: &sdk::FindingProviderSeverity| {
        let label = severity.label.as_ref();
        label.map(|label| label.as_str().to_owned())
    };
    let remediation = given.remediation.and_then(|r| r.recommendation);
    let (text, url) = remediation.map_or((None, None), |r| (r.text, r.url));
    AwsSecurityFinding {
        schema_version: given.schema_version.unwrap_or_default().into(),
        id: given.id.unwrap_or_default(),
        product_arn: given.product_arn.unwrap_or_default(),
        product_name: given.product_name.unwrap_or_default().into(),
        generator_id: given.generator_id.unwrap_or_default(),
        account: given.aws_account_id.unwrap_or_default(),
        created_at: given.created_at.unwrap_or_default(),
        updated_at: given.updated_at.unwrap_or_default(),
        first_observed_at: given.first_observed_at.unwrap_or_default(),
        last_observed_at: given.last_observed_at.unwrap_or_default(),
        title: given.title.unwrap_or_default(),
        description: given.description.unwrap_or_default(),
        finding_provider_fields: FindingProviderFields {
            severity: Severity {
                label: severity.as_ref().and_then(word).unwrap_or_default().into(),
                original: severity.and_then(|s| s.original).unwrap_or_default().into(),
            },
            types: types.unwrap_or_default(),
        },
        remediation: Remediation {
            recommendation: Recommendation {
                text: text.unwrap_or_default(),
                url,
            },
        },
        compliance: given.compliance.map_or_else(none, compliance),
        record_state: given
            .record_state
            .map_or("ACTIVE".to_owned(), |state| state.as_str().to_owned())
            .into(),
        resources: (given.resources.unwrap_or_default().into_iter())
            .map(resource)
            .collect(),
        product_fields: given
            .product_fields
            .unwrap_or_default()
            .into_iter()
            .filter(|(key, _)| key.starts_with(&asff::field("")))
            .collect(),
    }
}

fn none() -> Compliance {
    compliance(sdk::Compliance::builder().build())
}

fn compliance(given: sdk::Compliance) -> Compliance {
    let status = given.status.map(|status| status.as_str().to_owned());
    Compliance {
        status: status.unwrap_or_default().into(),
        status_reasons: (given.status_reasons.unwrap_or_default().into_iter())
            .map(|reason| StatusReason {
                reason_code: reason.reason_code.unwrap_or_default(),
                description: reason.description.unwrap_or_default(),
            })
            .collect(),
        security_control_id: given.security_control_id,
        associated_standards: (given.associated_standards.unwrap_or_default().into_iter())
            .map(|standard| AssociatedStandard {
                standards_id: standard.standards_id.unwrap_or_default().into(),
            })
            .collect(),
        related_requirements: given.related_requirements.unwrap_or_default(),
    }
}

fn resource(given: sdk::Resource) -> Resource {
    let other = given.details.and_then(|details| details.other);
    let other: BTreeMap<String, String> = other.unwrap_or_default().into_iter().collect();
    let id = given.id.unwrap_or_default();
    let text = |key: &str| other.get(key).map(String::as_str);
    Resource {
        kind: given.r#type.unwrap_or_default().into(),
        partition: given.partition.map(|p| p.as_str().to_owned()),
        region: given.region.unwrap_or_default(),
        details: Details {
            // They follow from the rest.
            typed: asff::details(
                text("Kind").unwrap_or_default(),
                Some(&id),
                text("ResourceId"),
            ),
            other,
        },
        id,
    }
}
