//! An HTTP request as it came.

use bytes::Bytes;
use http::HeaderMap;
use percent_encoding::percent_decode_str;

/// A request: line, headers, body.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// Path, still percent-encoded.
    pub(crate) path: String,
    /// Query, still percent-encoded.
    pub(crate) raw_query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What a request's signature says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) access_key: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Incoming {
    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The query's pairs, decoded; a word without `=` has an empty value.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let pairs = self.raw_query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(key), decode(value))
            })
            .collect()
    }

    /// The credential scope, from the `Authorization` header or from a presigned query. The
    /// signature itself is not verified.
    pub(crate) fn scope(&self) -> Option<Scope> {
        let credential = match self.header("authorization") {
            Some(header) => {
                let (_, rest) = header.split_once("Credential=")?;
                rest.split([',', ' ']).next()?.to_owned()
            }
            None => {
                self.query()
                    .into_iter()
                    .find(|(key, _)| key == "X-Amz-Credential")?
                    .1
            }
        };
        // key/date/region/service/aws4_request; the asymmetric signature leaves the Region out.
        let parts: Vec<&str> = credential.split('/').collect();
        let (access_key, region, service) = match parts.as_slice() {
            [key, _, region, service, "aws4_request"] => (*key, *region, *service),
            [key, _, service, "aws4_request"] => {
                let set = self.header("x-amz-region-set").unwrap_or("us-east-1");
                (*key, set.split(',').next().unwrap_or(set), *service)
            }
            _ => return None,
        };
        Some(Scope {
            access_key: access_key.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }

    /// S3's path: with the bucket before it when the request names it in the host
    /// (`bucket.localhost`, `bucket.s3.eu-west-1.amazonaws.com`).
    pub(crate) fn s3_path(&self) -> String {
        match self.header("host").and_then(host_bucket) {
            Some(bucket) => format!("/{bucket}{}", self.path),
            None => self.path.clone(),
        }
    }
}

fn host_bucket(host: &str) -> Option<&str> {
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    for base in [".s3.localhost", ".localhost", ".127.0.0.1"] {
        if let Some(bucket) = host.strip_suffix(base) {
            return (bucket != "s3").then_some(bucket);
        }
    }
    if host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn") {
        let at = host.find(".s3.").or_else(|| host.find(".s3-"))?;
        return Some(&host[..at]);
    }
    None
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &str)], query: &str) -> Incoming {
        let headers = headers.iter().map(|(k, v)| {
            (
                http::HeaderName::from_static(k),
                http::HeaderValue::from_str(v).unwrap(),
            )
        });
        Incoming {
            method: "GET".into(),
            path: "/key".into(),
            raw_query: query.into(),
            headers: headers.collect(),
            body: Bytes::new(),
        }
    }

    #[test]
    fn reads_the_scope_of_each_kind_of_signature() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIA1/20261122/eu-west-1/ec2/aws4_request, \
                      SignedHeaders=host, Signature=0";
        let scope = request(&[("authorization", header)], "").scope().unwrap();
        assert_eq!(
            (&*scope.access_key, &*scope.region, &*scope.service),
            ("AKIA1", "eu-west-1", "ec2")
        );
        let presigned = "X-Amz-Credential=AKIA2%2F20261122%2Fus-east-1%2Fsts%2Faws4_request";
        assert_eq!(request(&[], presigned).scope().unwrap().service, "sts");
        let header = "AWS4-ECDSA-P256-SHA256 Credential=AKIA3/20261122/s3/aws4_request";
        let headers = [
            ("authorization", header),
            ("x-amz-region-set", "eu-west-1,us-east-1"),
        ];
        assert_eq!(request(&headers, "").scope().unwrap().region, "eu-west-1");
        assert_eq!(request(&[], "").scope(), None);
        assert_eq!(request(&[("authorization", "Bearer x")], "").scope(), None);
    }

    #[test]
    fn finds_the_bucket_in_the_host() {
        for (host, path) in [
            ("127.0.0.1:4000", "/key"),
            ("localhost:4000", "/key"),
            ("s3.localhost:4000", "/key"),
            ("my.bucket.localhost:4000", "/my.bucket/key"),
            ("b.s3.localhost", "/b/key"),
            ("b.s3.eu-west-1.amazonaws.com", "/b/key"),
            ("s3.eu-west-1.amazonaws.com", "/key"),
            ("b.127.0.0.1:4000", "/b/key"),
        ] {
            assert_eq!(request(&[("host", host)], "").s3_path(), path, "{host}");
        }
    }
}
