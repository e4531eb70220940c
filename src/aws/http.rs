//! The one HTTP client that all clients of a run share.

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::shared::IntoShared;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// A pooled client for HTTPS, and for HTTP where the endpoint is given so.
pub(super) fn client() -> SharedHttpClient {
    Pooled(
        Builder::new()
            .pool_idle_timeout(Duration::from_secs(30))
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_with_resolver(Resolver),
    )
    .into_shared()
}

/// The client below, without the trial connector that it makes, certificates and all, for each
/// client of a service in a Region: hundreds of them. The one that is used is made once.
#[derive(Debug)]
struct Pooled(SharedHttpClient);

impl HttpClient for Pooled {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

/// The system's resolver, which also knows names below an address or below `localhost`.
///
/// S3 Control puts the account in front of the endpoint's host. In front of
/// `127.0.0.1`, no name server knows the result.
#[derive(Clone, Debug)]
struct Resolver;

impl ResolveDns for Resolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::new(async move {
            if let Some(address) = below_address(name) {
                return Ok(vec![address]);
            }
            tokio::net::lookup_host((name, 0))
                .await
                .map(|found| found.map(|address| address.ip()).collect())
                .map_err(ResolveDnsError::new)
        })
    }
}

fn below_address(name: &str) -> Option<IpAddr> {
    if name.ends_with(".localhost") {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let start = name.rmatch_indices('.').nth(3)?.0 + 1;
    name[start..].parse().ok().map(IpAddr::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_in_front_of_an_address_resolves_to_the_address() {
        let local = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert_eq!(below_address("111122223333.127.0.0.1"), local);
        assert_eq!(below_address("111122223333.localhost"), local);
        assert_eq!(below_address("s3.us-east-1.amazonaws.com"), None);
        assert_eq!(below_address("127.0.0.1"), None);
    }
}
