"""IAM. Ours comes from one bulk read; this asks for each thing by itself."""

import base64
import csv
import io

from reading import Call, Kind, Untold, told
from same import policy

AWS_POLICY = ":iam::aws:policy/"


def documents(of):
    """The policies written into a user, group or role."""

    def read(item, where):
        owner = item[f"{of.capitalize()}Name"]
        names = where.read(f"iam list-{of}-policies --{of}-name {{owner}}", "PolicyNames", owner=owner)
        return [
            {
                "policy_name": each,
                "document": policy(
                    where.read(
                        f"iam get-{of}-policy --{of}-name {{owner}} --policy-name {{each}}",
                        "PolicyDocument",
                        owner=owner,
                        each=each,
                    )
                ),
            }
            for each in names
        ]

    return read


def attached(of):
    """The managed policies attached to a user, group or role."""
    name = f"{of.capitalize()}Name"
    return Call(f"iam list-attached-{of}-policies --{of}-name {{name}}", "AttachedPolicies", name=name)


def boundary(of):
    """The permissions boundary, which lists leave out."""
    name = of.capitalize()
    path = f"{name}.PermissionsBoundary.PermissionsBoundaryArn"
    return Call(f"iam get-{of} --{of}-name {{name}}", path, name=f"{name}Name")


def report(where):
    """The credential report, by user."""
    where.read("iam generate-credential-report")
    content = where.read("iam get-credential-report", "Content")
    rows = csv.DictReader(io.StringIO(base64.b64decode(content).decode()))
    return {row["user"]: row for row in rows}


ABSENT = ("N/A", "no_information", "not_supported", "")


def cell(row, name):
    """A cell of the report; None where it says that there is none."""
    return None if row[name] in ABSENT else row[name]


def keys(row):
    """The access keys of a row."""
    found = []
    for number in (1, 2):
        column = f"access_key_{number}"
        active, rotated = row[f"{column}_active"] == "true", cell(row, f"{column}_last_rotated")
        if active or rotated:
            found.append(
                {
                    "number": number,
                    "active": active,
                    "last_rotated": rotated,
                    "last_used_date": cell(row, f"{column}_last_used_date"),
                    "last_used_region": cell(row, f"{column}_last_used_region"),
                    "last_used_service": cell(row, f"{column}_last_used_service"),
                }
            )
    return found


def certificates(row):
    """The signing certificates of a row."""
    return [
        {"number": n, "active": row[f"cert_{n}_active"] == "true", "last_rotated": rotated}
        for n in (1, 2)
        if (rotated := cell(row, f"cert_{n}_last_rotated")) or row[f"cert_{n}_active"] == "true"
    ]


def credentials(item, where):
    """A user's row, in our form."""
    row = report(where)[item["UserName"]]
    return {
        "password_enabled": row["password_enabled"] == "true",
        "password_last_used": cell(row, "password_last_used"),
        "password_last_changed": cell(row, "password_last_changed"),
        "password_next_rotation": cell(row, "password_next_rotation"),
        "mfa_active": row["mfa_active"] == "true",
        "access_keys": keys(row),
        "signing_certificates": certificates(row),
    }


def policies(where):
    """The customer's policies, and AWS's own that are in use."""
    own = where.read("iam list-policies --scope Local", "Policies")
    used = where.read("iam list-policies --scope AWS --only-attached", "Policies")
    return [(item, where) for item in own + used]


def policy_id(item, where):
    """The unique id, which moto leaves out of the bulk read that ours comes from."""
    bulk = where.read("iam get-account-authorization-details", "Policies[0]")
    if "PolicyId" not in bulk:
        raise Untold("moto leaves it out of GetAccountAuthorizationDetails")
    return item["PolicyId"]


def last_used(item, where):
    """When a role was last used; None when never."""
    found = where.read("iam get-role --role-name {name}", "Role.RoleLastUsed", name=item["RoleName"])
    return found if found and found.get("LastUsedDate") else None


def providers(where):
    """OpenID Connect providers, with what was registered of each."""
    listed = where.read("iam list-open-id-connect-providers", "OpenIDConnectProviderList")
    return [(item, where) for item in listed]


def settings(item, where):
    """What was registered of a provider, in our form."""
    return where.read(
        "iam get-open-id-connect-provider --open-id-connect-provider-arn {arn}", arn=item["Arn"]
    )


def last(path):
    """The end of an ARN."""
    return lambda item, where: item[path].split("/", 1)[1]


KINDS = {
    "iam.user": Kind(
        "iam list-users",
        "Users",
        id="UserName",
        arn="Arn",
        scope="global",
        facts={
            "groups": Call(
                "iam list-groups-for-user --user-name {name}", "Groups[].GroupName", name="UserName"
            ),
            "attached_policies": attached("user"),
            "inline_policies": documents("user"),
            "permissions_boundary": boundary("user"),
            "credentials": credentials,
            "tags": Call("iam list-user-tags --user-name {name}", "Tags", name="UserName"),
        },
        
    ),
    "iam.group": Kind(
        "iam list-groups",
        "Groups",
        id="GroupName",
        arn="Arn",
        scope="global",
        facts={
            "attached_policies": attached("group"),
            "inline_policies": documents("group"),
            "users": Call("iam get-group --group-name {name}", "Users[].UserName", name="GroupName"),
        },
        
    ),
    "iam.role": Kind(
        "iam list-roles",
        "Roles",
        id="RoleName",
        arn="Arn",
        scope="global",
        facts={
            "attached_policies": attached("role"),
            "inline_policies": documents("role"),
            "permissions_boundary": boundary("role"),
            "trust_policy": lambda item, where: policy(item["AssumeRolePolicyDocument"]),
            "last_used": last_used,
            "instance_profiles": Call(
                "iam list-instance-profiles-for-role --role-name {name}",
                "InstanceProfiles[].InstanceProfileName",
                name="RoleName",
            ),
            "tags": Call("iam list-role-tags --role-name {name}", "Tags", name="RoleName"),
            "managed_by": lambda item, where: "aws"
            if item["Path"].startswith("/aws-service-role/")
            else "customer",
        },
        
    ),
    "iam.policy": Kind(
        policies,
        id="PolicyName",
        arn="Arn",
        scope="global",
        facts={
            "document": Call(
                "iam get-policy-version --policy-arn {arn} --version-id {version}",
                "PolicyVersion.Document",
                then=policy,
                arn="Arn",
                version="DefaultVersionId",
            ),
            "managed_by": lambda item, where: "aws" if AWS_POLICY in item["Arn"] else "customer",
            "policy_id": policy_id,
            "permissions_boundary_usage_count": told("PermissionsBoundaryUsageCount"),
            "tags": Call("iam list-policy-tags --policy-arn {arn}", "Tags", arn="Arn"),
        },
        
    ),
    "iam.oidc_provider": Kind(
        providers,
        id=last("Arn"),
        arn="Arn",
        scope="global",
        facts={
            "url": lambda item, where: settings(item, where)["Url"].removeprefix("https://"),
            "settings": settings,
            "tags": lambda item, where: settings(item, where).get("Tags"),
        },
        
    ),
    "iam.saml_provider": Kind(
        "iam list-saml-providers",
        "SAMLProviderList",
        id=last("Arn"),
        arn="Arn",
        scope="global",
        facts={
            "tags": Call("iam list-saml-provider-tags --saml-provider-arn {arn}", "Tags", arn="Arn")
        },
    ),
    "iam.server_certificate": Kind(
        "iam list-server-certificates",
        "ServerCertificateMetadataList",
        id="ServerCertificateName",
        arn="Arn",
        scope="global",
        facts={
            "tags": Call(
                "iam list-server-certificate-tags --server-certificate-name {name}",
                "Tags",
                name="ServerCertificateName",
            )
        },
    ),
}
