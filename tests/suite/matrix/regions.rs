//! A Region that does not answer, one that lacks a service, and what the report says of them.

use super::bench::Bench;
use super::disturbed::Disturbed;
use crate::account::{ask, emulator};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};
use waterline::model::Reason;
use waterline_mocks::{Controls, Effect, Rule};

#[test]
fn a_region_that_does_not_answer_becomes_gaps() {
    let bench = Bench::shared();
    let began = Instant::now();
    let silent = Rule::new("*", Effect::Hang {}).in_region("eu-west-1");
    let job = Disturbed::by(vec![silent]);
    let (said, outcome) = bench.run_one(&job);
    let took = began.elapsed();
    assert!(outcome.wrong.is_empty(), "{}", outcome.wrong.join("\n"));
    // A list, then what hangs on it: a few waits one after another, and not one for each call.
    assert!(took < Duration::from_secs(30), "{took:?}");
    let gaps = &said.gaps;
    assert!(gaps.len() > 40, "{} gaps", gaps.len());
    for gap in gaps {
        assert_eq!(&*gap.region, "eu-west-1", "{gap:?}");
        assert_eq!(gap.reason, Reason::Failed, "{gap:?}");
    }
}

/// A resolver that knows `localhost` and says of every name below it what it is told to.
#[derive(Clone, Debug)]
struct Below(&'static str);

impl ResolveDns for Below {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::ready(if name == "localhost" {
            Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
        } else {
            // As the standard library words what the system says.
            let said = format!("failed to lookup address information: {}", self.0);
            Err(ResolveDnsError::new(io::Error::other(said)))
        })
    }
}

fn resolving(resolver: Below) -> SharedHttpClient {
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_with_resolver(resolver)
}

/// S3 Control puts the account in front of the endpoint's name: its calls alone go to a name that
/// the resolver has to look for.
fn gaps_when_the_resolver_says(said: &'static str) -> (Vec<waterline::model::Gap>, u64) {
    let bench = Bench::shared();
    let (said, outcome, calls) = bench.run_through(resolving(Below(said)), "s3control:");
    assert!(outcome.wrong.is_empty(), "{}", outcome.wrong.join("\n"));
    assert!(!said.gaps.is_empty());
    for gap in &said.gaps {
        assert!(gap.operation.starts_with("s3control:"), "{gap:?}");
    }
    (said.gaps, calls)
}

#[test]
fn a_service_whose_endpoint_has_no_address_is_unsupported() {
    let (gaps, calls) = gaps_when_the_resolver_says("Name or service not known");
    for gap in &gaps {
        assert_eq!(gap.reason, Reason::Unsupported, "{gap:?}");
    }
    // What is not there is asked for once.
    assert_eq!(calls, gaps.len() as u64);
}

#[test]
fn a_name_server_that_does_not_answer_is_a_failure() {
    let (gaps, calls) = gaps_when_the_resolver_says("Temporary failure in name resolution");
    for gap in &gaps {
        assert_eq!(gap.reason, Reason::Failed, "{gap:?}");
    }
    assert_eq!(calls, 2 * gaps.len() as u64);
}

#[test]
fn the_report_says_what_to_do_about_what_was_not_read() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (code, said, complaint) = runtime.block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("s3:GetBucketEncryption", Effect::Deny {}));
        controls.add(Rule::new("macie2:*", Effect::NotSupported {}).in_region("eu-west-1"));
        controls.add(Rule::new("sns:*", Effect::Throttle {}));
        controls.add(Rule::new("kms:*", Effect::Reset {}).in_region("us-east-1"));
        let refused = Effect::Error {
            status: 403,
            code: Some("UnrecognizedClientException".to_owned()),
            message: Some("The security token included in the request is invalid".to_owned()),
        };
        controls.add(Rule::new("guardduty:*", refused).in_region("us-east-1"));
        let emulator = emulator(controls).await;
        let arguments = ["audit", "--max-attempts", "2", "--min-coverage", "99.9"];
        let told = ask(&emulator, &arguments).await;
        emulator.stop().await;
        told
    });
    println!("{said}");
    assert_eq!(code, 3, "coverage is too small: {complaint}");
    let (_, told) = said
        .split_once("Not assessed, because it could not be read")
        .unwrap();
    for line in [
        "- grant s3:GetEncryptionConfiguration: ",
        "- macie2 is not offered in eu-west-1: ",
        "- sns throttled: ",
        "- no usable answer from kms:ListKeys in us-east-1: ",
        "- credentials not accepted in us-east-1: ",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
}
