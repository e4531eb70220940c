//! What Security Hub has of ours, page by page.

use super::raw::Raw;
use super::{GET, SecurityHub};
use crate::aws::Failure;
use crate::model::Reason;
use crate::report::asff::{self, AwsSecurityFinding};
use aws_sdk_securityhub::types::{
    AwsSecurityFindingFilters, StringFilter, StringFilterComparison as Comparison,
};
use futures_util::future::try_join_all;
use serde_json::{Map, Value, json};

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
            let product = product(region);
            async move {
                let held = self.held_in(region, &product).await;
                held.map_err(|failure| (region.clone(), failure))
            }
        });
        Ok(try_join_all(regions).await?.into_iter().flatten().collect())
    }

    async fn held_in(
        &self,
        region: &str,
        product: &str,
    ) -> Result<Vec<AwsSecurityFinding>, Failure> {
        let mut held = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let page = self.page(region, product, PAGE, next.clone()).await?;
            for finding in page["Findings"].as_array().into_iter().flatten() {
                if is_ours(finding, product) {
                    held.push(finding_of(finding).map_err(malformed)?);
                }
            }
            let token = page["NextToken"].as_str().filter(|token| !token.is_empty());
            if token.is_none() || token == next.as_deref() {
                return Ok(held);
            }
            next = token.map(str::to_owned);
        }
    }

    /// One finding of ours at the most: shows whether findings may be read.
    pub(super) async fn may_read(&self, region: &str, product: &str) -> Result<(), Failure> {
        self.page(region, product, 1, None).await.map(|_| ())
    }

    async fn page(
        &self,
        region: &str,
        product: &str,
        size: i32,
        next: Option<String>,
    ) -> Result<Value, Failure> {
        let equals = |value: &str| filter(value, Comparison::Equals);
        let filters = AwsSecurityFindingFilters::builder()
            .product_arn(equals(product))
            .aws_account_id(equals(&self.session.account))
            .generator_id(filter(&asff::field(""), Comparison::Prefix))
            .build();
        let raw = Raw::default();
        self.call(region, GET, |clients| {
            let get = clients.securityhub().get_findings();
            get.filters(filters.clone())
                .max_results(size)
                .set_next_token(next.clone())
                .customize()
                .interceptor(raw.clone())
                .send()
        })
        .await?;
        serde_json::from_slice(&raw.taken()).map_err(malformed)
    }
}

fn filter(value: &str, comparison: Comparison) -> StringFilter {
    let filter = StringFilter::builder();
    filter.value(value).comparison(comparison).build()
}

/// Whether a finding is what was asked for: there are stand-ins that know no filters.
fn is_ours(finding: &Value, product: &str) -> bool {
    let ours = asff::field("");
    let starts = |key: &str| {
        finding[key]
            .as_str()
            .is_some_and(|it| it.starts_with(&ours))
    };
    finding["ProductArn"] == product && starts("Id") && starts("GeneratorId")
}

fn malformed(error: serde_json::Error) -> Failure {
    Failure {
        reason: Reason::Failed,
        code: None,
        message: format!("the reply could not be understood: {error}"),
        transient: false,
    }
}

/// The parts of a finding that are ours, whatever is missing. What is the customer's is not even
/// looked at.
fn finding_of(given: &Value) -> Result<AwsSecurityFinding, serde_json::Error> {
    let text = |value: &Value| Value::from(value.as_str().unwrap_or_default());
    let texts = |value: &Value| -> Map<String, Value> {
        let pairs = value.as_object().into_iter().flatten();
        let pairs = pairs.filter(|(_, value)| value.is_string());
        pairs
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    };
    let provided = &given["FindingProviderFields"];
    let advice = &given["Remediation"]["Recommendation"];
    let mut product_fields = texts(&given["ProductFields"]);
    product_fields.retain(|key, _| key.starts_with(&asff::field("")));
    let resources = given["Resources"].as_array().into_iter().flatten();
    let resources = resources.map(|resource| {
        json!({
            "Type": text(&resource["Type"]),
            "Id": text(&resource["Id"]),
            "Partition": resource["Partition"],
            "Region": text(&resource["Region"]),
            "Tags": resource["Tags"].is_object().then(|| texts(&resource["Tags"])),
            "Details": details(&resource["Details"], texts(&resource["Details"]["Other"])),
        })
    });
    let mut compliance = given["Compliance"].clone();
    if !compliance["Status"].is_string() {
        compliance = json!({"Status": ""});
    }
    let mut ours = json!({
        "FindingProviderFields": {
            "Severity": {
                "Label": text(&provided["Severity"]["Label"]),
                "Original": text(&provided["Severity"]["Original"]),
            },
            "Types": provided["Types"].as_array().cloned().unwrap_or_default(),
        },
        "Remediation": {
            "Recommendation": {"Text": text(&advice["Text"]), "Url": advice["Url"]},
        },
        "Compliance": compliance,
        "Resources": resources.collect::<Vec<Value>>(),
        "ProductFields": product_fields,
    });
    for key in [
        "SchemaVersion",
        "Id",
        "ProductArn",
        "ProductName",
        "GeneratorId",
        "AwsAccountId",
        "CreatedAt",
        "UpdatedAt",
        "FirstObservedAt",
        "LastObservedAt",
        "Title",
        "Description",
        "RecordState",
    ] {
        ours[key] = text(&given[key]);
    }
    serde_json::from_value(ours)
}

/// The details of a resource: what is not an object is no type's fields.
fn details(given: &Value, other: Map<String, Value>) -> Map<String, Value> {
    let typed = given.as_object().into_iter().flatten();
    let typed = typed.filter(|(key, value)| *key != "Other" && value.is_object());
    let mut details: Map<String, Value> = typed
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    details.insert("Other".to_owned(), other.into());
    details
}
