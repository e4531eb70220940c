//! Replies as they come. The SDK's type of a finding has a member for every type of resource
//! that AWS knows: parsing into it takes megabytes of stack in a development build, for a dozen
//! texts. So the reply's bytes are taken, and the SDK is told of errors only.

use aws_sdk_securityhub::operation::get_findings::{GetFindingsError, GetFindingsOutput};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, Error, Output, OutputOrError,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::ErrorMetadata;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};

/// Takes the body of the reply to one `GetFindings`.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw(Arc<Mutex<Vec<u8>>>);

impl Raw {
    /// The body of the last reply that was no error.
    pub(super) fn taken(&self) -> Vec<u8> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut bytes)
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Raw {
    fn name(&self) -> &'static str {
        "waterline raw reply"
    }

    fn modify_before_serialization(
        &self,
        _: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        state: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let own = SharedResponseDeserializer::new(self.clone());
        state.interceptor_state().store_put(own);
        Ok(())
    }
}

impl DeserializeResponse for Raw {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        _: &ConfigBag,
    ) -> OutputOrError {
        let body = response.body().bytes().unwrap_or_default();
        if response.status().is_success() {
            let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *bytes = body.to_vec();
            return Ok(Output::erase(GetFindingsOutput::builder().build()));
        }
        let error = GetFindingsError::generic(said(response, body));
        Err(OrchestratorError::operation(Error::erase(error)))
    }
}

/// Code and message of an error, as the protocol (restJson1) has them: the code in a header or
/// in the body, perhaps with a namespace before it and an address behind it.
fn said(response: &HttpResponse, body: &[u8]) -> ErrorMetadata {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let in_body = ["code", "__type", "Code"];
    let code = response
        .headers()
        .get("x-amzn-errortype")
        .or_else(|| in_body.iter().find_map(|key| json[*key].as_str()));
    let code = code.map(|code| {
        let code = code.split(':').next().unwrap_or(code);
        code.rsplit('#').next().unwrap_or(code)
    });
    let message = ["message", "Message"]
        .iter()
        .find_map(|key| json[*key].as_str());
    let mut told = ErrorMetadata::builder();
    if let Some(code) = code {
        told = told.code(code);
    }
    if let Some(message) = message {
        told = told.message(message);
    }
    told.build()
}
