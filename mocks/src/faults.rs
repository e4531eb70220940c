//! The errors that every service has, in the words of each.

use serde_json::Value;

use crate::Fault;
use crate::model::{Protocol, data};
use crate::protocol::Asked;

/// The service's throttling error.
pub(crate) fn throttled(asked: &Asked) -> Fault {
    match (asked.service.name.as_str(), asked.protocol) {
        ("ec2", _) => Fault::new("RequestLimitExceeded", "Request limit exceeded.", 503),
        ("s3", _) => Fault::new("SlowDown", "Please reduce your request rate.", 503),
        ("sns", _) => Fault::new("Throttled", "Rate exceeded", 429),
        (_, Protocol::RestJson) => {
            let known = |name: &str| {
                asked
                    .model()
                    .is_some_and(|operation| operation.errors.iter().any(|e| e == name))
            };
            if known("TooManyRequestsException") {
                Fault::new("TooManyRequestsException", "Too Many Requests", 429)
            } else {
                Fault::new("ThrottlingException", "Rate exceeded", 429)
            }
        }
        (_, Protocol::Json | Protocol::Cbor) => {
            Fault::new("ThrottlingException", "Rate exceeded", 400)
        }
        _ => Fault::new("Throttling", "Rate exceeded", 400),
    }
}

/// A fault of the service.
pub(crate) fn internal(asked: &Asked, status: u16) -> Fault {
    let (code, message) = match (asked.protocol, status) {
        (Protocol::Ec2 | Protocol::RestXml, 503) => {
            ("ServiceUnavailable", "Service is unavailable.")
        }
        (Protocol::Ec2 | Protocol::RestXml, _) => {
            ("InternalError", "An internal error has occurred")
        }
        (Protocol::RestJson, _) => ("InternalServerException", "Internal server error"),
        (_, 503) => ("ServiceUnavailable", "Service is unavailable."),
        _ => (
            "InternalFailure",
            "The request processing has failed because of an unknown error.",
        ),
    };
    Fault::new(code, message, status)
}

/// The caller lacks the permission.
pub(crate) fn denied(asked: &Asked, caller: &str, region: &str, account: &str) -> Fault {
    let action = data().action(&asked.service.name, &asked.operation);
    let resource = resource(asked, region, account);
    let said = format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource} because no \
         identity-based policy allows the {action} action"
    );
    match (asked.service.name.as_str(), asked.protocol) {
        ("ec2", _) => {
            let said = format!(
                "You are not authorized to perform this operation. User: {caller} is not \
                 authorized to perform: {action} because no identity-based policy allows the \
                 {action} action"
            );
            Fault::new("UnauthorizedOperation", &said, 403)
        }
        ("sns", _) => Fault::new("AuthorizationError", &said, 403),
        ("cloudwatch", _) | (_, Protocol::Query | Protocol::RestXml) => {
            Fault::new("AccessDenied", &said, 403)
        }
        (_, Protocol::RestJson) => Fault::new("AccessDeniedException", &said, 403),
        _ => Fault::new("AccessDeniedException", &said, 400),
    }
}

/// The ARN that a denial names, as far as the input tells it.
fn resource(asked: &Asked, region: &str, account: &str) -> String {
    let text = |member: &str| asked.input.get(member).and_then(Value::as_str);
    let arn = [
        "KeyId",
        "TopicArn",
        "SubscriptionArn",
        "resourceArn",
        "ResourceArn",
        "RoleArn",
    ];
    if let Some(arn) = arn
        .iter()
        .filter_map(|m| text(m))
        .find(|v| v.starts_with("arn:"))
    {
        return arn.to_owned();
    }
    let here = |service: &str, kind: &str, name: &str| {
        format!("arn:aws:{service}:{region}:{account}:{kind}{name}")
    };
    match asked.service.name.as_str() {
        "s3" => text("Bucket").map(|bucket| format!("\"arn:aws:s3:::{bucket}\"")),
        "kms" => text("KeyId").map(|id| here("kms", "key/", id)),
        "eks" => text("clusterName")
            .or(text("name"))
            .map(|name| here("eks", "cluster/", name)),
        "efs" => text("FileSystemId").map(|id| here("elasticfilesystem", "file-system/", id)),
        "backup" => text("BackupVaultName").map(|name| here("backup", "backup-vault:", name)),
        "iam" => text("RoleName")
            .map(|name| format!("arn:aws:iam::{account}:role/{name}"))
            .or_else(|| text("UserName").map(|n| format!("arn:aws:iam::{account}:user/{n}"))),
        _ => None,
    }
    .unwrap_or_else(|| "*".to_owned())
}

/// A required member is missing.
pub(crate) fn missing(asked: &Asked, member: &str) -> Fault {
    match asked.protocol {
        Protocol::Ec2 => {
            let message = format!("The request must contain the parameter {member}");
            Fault::new("MissingParameter", &message, 400)
        }
        Protocol::RestXml => {
            let message = format!("The request lacks the required parameter {member}");
            Fault::new("InvalidRequest", &message, 400)
        }
        Protocol::Query => {
            let message = format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy \
                 constraint: Member must not be null"
            );
            Fault::new("ValidationError", &message, 400)
        }
        _ => {
            let message = format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy \
                 constraint: Member must not be null"
            );
            Fault::new("ValidationException", &message, 400)
        }
    }
}

/// A page's size out of its bounds.
pub(crate) fn bad_size(asked: &Asked, member: &str) -> Fault {
    let value = asked
        .input
        .get(member)
        .map(ToString::to_string)
        .unwrap_or_default();
    match asked.protocol {
        Protocol::Ec2 => {
            let message = format!("Value ( {value} ) for parameter {member} is invalid.");
            Fault::new("InvalidParameterValue", &message, 400)
        }
        Protocol::RestXml => {
            let message = format!("Argument {member} must be within the allowed range");
            Fault::new("InvalidArgument", &message, 400)
        }
        protocol => {
            let message = format!(
                "1 validation error detected: Value '{value}' at '{member}' failed to satisfy \
                 constraint"
            );
            let query = protocol == Protocol::Query;
            Fault::new(
                if query {
                    "ValidationError"
                } else {
                    "ValidationException"
                },
                &message,
                400,
            )
        }
    }
}

/// The emulator does not do what this input asks for, and says so instead of ignoring it.
pub(crate) fn not_emulated(asked: &Asked, what: &str) -> Fault {
    let message = format!(
        "waterline-mocks does not emulate {what} of {}:{}",
        asked.service.name, asked.operation
    );
    Fault::new("NotImplemented", &message, 501)
}

/// An operation that is not served.
pub(crate) fn not_served(what: &str) -> Fault {
    let message = format!("waterline-mocks does not serve {what}; see models/operations.txt");
    Fault::new("NotImplemented", &message, 501)
}

/// An operation that a Region does not have.
pub(crate) fn not_supported(asked: &Asked, region: &str) -> Fault {
    let message = format!("{} is not supported in {region}", asked.operation);
    match asked.protocol {
        Protocol::Ec2 => Fault::new("UnsupportedOperation", &message, 400),
        Protocol::Query => Fault::new("InvalidAction", &message, 400),
        Protocol::RestXml => Fault::new("MethodNotAllowed", &message, 405),
        _ => Fault::new("UnknownOperationException", &message, 404),
    }
}

/// A request without a signature.
pub(crate) fn unsigned() -> Fault {
    let message = "Request is missing Authentication Token: waterline-mocks takes the service, \
                   the Region and the account from the signature";
    Fault::new("MissingAuthenticationToken", message, 403)
}

/// Credentials that are not valid here: of no account, or in a Region that is not enabled.
pub(crate) fn invalid_credentials(protocol: Protocol) -> Fault {
    let said = "The security token included in the request is invalid";
    match protocol {
        Protocol::Ec2 => {
            let said = "AWS was not able to validate the provided access credentials";
            Fault::new("AuthFailure", said, 401)
        }
        Protocol::Query => Fault::new("InvalidClientTokenId", said, 403),
        Protocol::RestXml => {
            let said = "The AWS Access Key Id you provided does not exist in our records.";
            Fault::new("InvalidAccessKeyId", said, 403)
        }
        Protocol::RestJson => Fault::new("UnrecognizedClientException", said, 403),
        _ => Fault::new("UnrecognizedClientException", said, 400),
    }
}

/// A request that its protocol does not allow.
pub(crate) fn malformed(protocol: Protocol, what: &str) -> Fault {
    let code = match protocol {
        Protocol::Ec2 | Protocol::Query | Protocol::RestXml => "MalformedInput",
        _ => "SerializationException",
    };
    Fault::new(code, what, 400)
}
