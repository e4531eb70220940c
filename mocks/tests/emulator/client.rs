//! A small HTTP client of its own: it must see resets and early ends as they are.

use std::collections::BTreeMap;
use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use waterline_mocks::Running;

/// A request to be sent.
pub(crate) struct Ask {
    service: String,
    region: String,
    key: String,
    signed: bool,
    host: Option<String>,
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// A request to the service of this signing name, in us-east-1.
pub(crate) fn ask(service: &str) -> Ask {
    Ask {
        service: service.to_owned(),
        region: "us-east-1".to_owned(),
        key: "AKIATEST".to_owned(),
        signed: true,
        host: None,
        line: "GET /".to_owned(),
        headers: Vec::new(),
        body: String::new(),
    }
}

/// An unsigned request.
pub(crate) fn ask_at(method: &str, path: &str, body: &str) -> Ask {
    let mut ask = ask("").unsigned();
    ask.line = format!("{method} {path}");
    ask.body = body.to_owned();
    ask
}

impl Ask {
    /// A form, as the ec2 and query protocols have it.
    pub(crate) fn form(mut self, form: &str) -> Self {
        "POST /".clone_into(&mut self.line);
        form.clone_into(&mut self.body);
        self.with("content-type", "application/x-www-form-urlencoded")
    }

    /// A target and a body, as the json protocol has it.
    pub(crate) fn target(mut self, target: &str, body: &str) -> Self {
        "POST /".clone_into(&mut self.line);
        body.clone_into(&mut self.body);
        self.with("x-amz-target", target)
    }

    /// An operation of CloudWatch without input.
    pub(crate) fn cbor(mut self, operation: &str) -> Self {
        self.line = format!("POST /service/GraniteServiceVersion20100801/operation/{operation}");
        self.with("smithy-protocol", "rpc-v2-cbor")
    }

    pub(crate) fn get(mut self, path: &str) -> Self {
        self.line = format!("GET {path}");
        self
    }

    pub(crate) fn head(mut self, path: &str) -> Self {
        self.line = format!("HEAD {path}");
        self
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn region(mut self, region: &str) -> Self {
        region.clone_into(&mut self.region);
        self
    }

    pub(crate) fn key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.key);
        self
    }

    pub(crate) fn host(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

    pub(crate) fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }

    /// Sends it on a connection of its own and reads the whole reply.
    pub(crate) async fn send(&self, running: &Running) -> io::Result<Reply> {
        let host = self
            .host
            .clone()
            .unwrap_or_else(|| running.addr().to_string());
        let mut head = format!(
            "{} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
            self.line,
            self.body.len()
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.signed {
            head.push_str(&format!(
                "authorization: AWS4-HMAC-SHA256 Credential={}/20261122/{}/{}/aws4_request, \
                 SignedHeaders=host, Signature=00\r\n",
                self.key, self.region, self.service
            ));
        }
        let mut stream = TcpStream::connect(running.addr()).await?;
        stream
            .write_all(format!("{head}\r\n{}", self.body).as_bytes())
            .await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        Reply::read(&bytes, self.line.starts_with("HEAD"))
    }
}

/// A reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn read(bytes: &[u8], head_only: bool) -> io::Result<Self> {
        let early = |what: String| io::Error::new(io::ErrorKind::UnexpectedEof, what);
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
        let end = end.ok_or_else(|| early("no head".to_owned()))?;
        let head = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.ok_or_else(|| early("no status".to_owned()))?;
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let body = bytes[end + 4..].to_vec();
        let length: usize = headers
            .get("content-length")
            .and_then(|l| l.parse().ok())
            .unwrap_or(0);
        if body.len() < length && !head_only {
            return Err(early(format!(
                "{} of {length} bytes after status {status}",
                body.len()
            )));
        }
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The texts of all XML elements of this name.
    pub(crate) fn all(&self, element: &str) -> Vec<String> {
        let text = self.text();
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let parts = text.split(&open).skip(1);
        parts
            .filter_map(|part| Some(part.split_once(&close)?.0.to_owned()))
            .collect()
    }

    /// The error's code, in whichever protocol's form.
    pub(crate) fn code(&self) -> String {
        if let Some(code) = self.header("x-amzn-errortype") {
            return code.to_owned();
        }
        if let Some(code) = self.header("x-amzn-query-error") {
            return code.split(';').next().unwrap_or_default().to_owned();
        }
        if let Some(code) = self.all("Code").into_iter().next() {
            return code;
        }
        let json: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        json["__type"].as_str().unwrap_or_default().to_owned()
    }
}
