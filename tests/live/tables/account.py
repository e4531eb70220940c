"""The account and its organization."""

from aws_cli import Refused
from reading import Call, Kind
from same import policy

from .iam import cell, certificates, keys, report

ROOT = "<root_account>"


def account(where):
    """The account is one thing that no call lists."""
    return [({"Account": where.read("sts get-caller-identity", "Account")}, where)]


def root_user(item, where):
    """The root user's row of the credential report; moto's has none."""
    row = report(where).get(ROOT)
    if row is None:
        raise Refused("iam get-credential-report", None, "the report has no root user")
    enabled = cell(row, "password_enabled")
    return {
        "password_enabled": None if enabled is None else enabled == "true",
        "password_last_used": cell(row, "password_last_used"),
        "password_last_changed": cell(row, "password_last_changed"),
        "mfa_active": row["mfa_active"] == "true",
        "access_keys": keys(row),
        "signing_certificates": certificates(row),
    }


def summary(item, where):
    """The counts, whose zeros and ones are answers to questions."""
    counts = where.read("iam get-account-summary", "SummaryMap")

    def yes(name):
        return None if name not in counts else counts[name] > 0

    return {
        "users": counts["Users"],
        "groups": counts["Groups"],
        "roles": counts["Roles"],
        "policies": counts["Policies"],
        "account_mfa_enabled": yes("AccountMFAEnabled"),
        "account_access_keys_present": yes("AccountAccessKeysPresent"),
        "account_signing_certificates_present": yes("AccountSigningCertificatesPresent"),
        "account_password_present": yes("AccountPasswordPresent"),
    }


def contact(kind):
    """Whether an alternate contact is there."""
    return Call(
        f"account get-alternate-contact --alternate-contact-type {kind}",
        "AlternateContact",
        none={"ResourceNotFoundException": False},
        then=lambda found: found is not None,
    )


def virtual_mfa(item, where):
    """Whether the root user has a virtual device: its serial number ends in the account's."""
    devices = where.read("iam list-virtual-mfa-devices --assignment-status Assigned", "VirtualMFADevices")
    return any((device.get("User") or {}).get("Arn", "").endswith(":root") for device in devices)


def membership(found):
    """The organization, in our form."""
    return {
        "organization_id": found["Id"],
        "management_account_id": found["MasterAccountId"],
        "feature_set": found["FeatureSet"],
    }


def organization(where):
    """The organization, which only its management account has."""
    try:
        found = where.read("organizations describe-organization", "Organization")
    except Refused as refused:
        if refused.code == "AWSOrganizationsNotInUseException":
            return []
        raise
    return [(found, where)] if found["MasterAccountId"] == where.account else []


def information(found):
    """What of the contact is there; the rest is private."""
    told = found["ContactInformation"]
    return {
        "has_full_name": bool(told.get("FullName")),
        "has_address": bool(told.get("AddressLine1")),
        "has_phone_number": bool(told.get("PhoneNumber")),
        "has_company_name": bool(told.get("CompanyName")),
    }


def authorization_policies(item, where):
    """The organization's own policies that limit permissions."""
    if item["FeatureSet"] != "ALL":
        return []
    made = []
    for sort in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        for each in where.read(f"organizations list-policies --filter {sort}", "Policies"):
            if not each["AwsManaged"]:
                targets = where.read(
                    "organizations list-targets-for-policy --policy-id {id}", "Targets", id=each["Id"]
                )
                made.append({**each, "targets": targets})
    return made


def delegated_administrators(item, where):
    """The accounts that administer services for the organization."""
    found = where.read("organizations list-delegated-administrators", "DelegatedAdministrators")
    return [
        {
            "account_id": each["Id"],
            "service_principals": where.read(
                "organizations list-delegated-services-for-account --account-id {id}",
                "DelegatedServices[].ServicePrincipal",
                id=each["Id"],
            ),
        }
        for each in found
    ]


KINDS = {
    "account": Kind(
        account,
        id="Account",
        arn=lambda item, where: where.arn("iam", "root"),
        scope="global",
        facts={
            "summary": summary,
            "password_policy": Call(
                "iam get-account-password-policy", "PasswordPolicy", none={"NoSuchEntity": None}
            ),
            "root_user": root_user,
            "root_virtual_mfa": virtual_mfa,
            "aliases": Call("iam list-account-aliases", "AccountAliases"),
            "security_contact": contact("SECURITY"),
            "billing_contact": contact("BILLING"),
            "operations_contact": contact("OPERATIONS"),
            "contact_information": Call(
                "account get-contact-information",
                none={"ResourceNotFoundException": None},
                then=information,
            ),
            "public_access_block": Call(
                "s3control get-public-access-block --account-id {account}",
                "PublicAccessBlockConfiguration",
                none={"NoSuchPublicAccessBlockConfiguration": None},
                account="Account",
            ),
            "organization": Call(
                "organizations describe-organization",
                "Organization",
                none={"AWSOrganizationsNotInUseException": None},
                then=membership,
            ),
            "organizations_features": Call("iam list-organizations-features", "EnabledFeatures"),
        },
        skip={
            "tags": "an account has tags in its organization only, which no fact needs",
        },
    ),
    "organizations.organization": Kind(
        organization,
        id="Id",
        arn="Arn",
        scope="global",
        facts={
            "management_account_id": "MasterAccountId",
            "enabled_policy_types": Call(
                "organizations list-roots", "Roots[].PolicyTypes[?Status=='ENABLED'][].Type"
            ),
            "authorization_policies": authorization_policies,
            "delegated_administrators": delegated_administrators,
            "resource_policy": Call(
                "organizations describe-resource-policy",
                "ResourcePolicy.Content",
                none={"ResourcePolicyNotFoundException": None},
                then=policy,
            ),
        },
        skip={"tags": "ours does not read them"},
    ),
}
