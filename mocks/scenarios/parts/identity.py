"""IAM: users, groups, policies, roles, providers; the account's own settings."""

import datetime
import json

from .base import ACCOUNT, PARTNER, tags


def document(*statements):
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal, action="sts:AssumeRole", **more):
    """A trust policy."""
    return document({"Effect": "Allow", "Principal": principal, "Action": action, **more})


def make(world):
    """Makes everything of IAM."""
    policies(world)
    groups(world)
    users(world)
    providers(world)
    roles(world)
    settings(world)


def managed(name):
    """The ARN of an AWS-managed policy."""
    return f"arn:aws:iam::aws:policy/{name}"


def own(name):
    """The ARN of one of the account's policies."""
    return f"arn:aws:iam::{ACCOUNT}:policy/{name}"


def policies(world):
    """Customer-managed policies, good and bad."""
    iam = world.aws("iam")
    everything = allow("*")
    iam.create_policy(PolicyName="everything", PolicyDocument=document(everything))
    iam.create_policy(
        PolicyName="storage-wildcard",
        PolicyDocument=document(allow("s3:*")),
        Tags=tags(owner="storage"),
    )
    iam.create_policy(PolicyName="decrypt-all", PolicyDocument=document(allow("kms:Decrypt")))
    iam.create_policy(
        PolicyName="read-one-bucket",
        Path="/teams/",
        Description="Reads the reports",
        PolicyDocument=document(allow("s3:GetObject", "arn:aws:s3:::wl-secure/*")),
    )
    # A second version, which is the default one: what counts is what it says.
    iam.create_policy(PolicyName="narrowed", PolicyDocument=document(everything))
    iam.create_policy_version(
        PolicyArn=own("narrowed"),
        PolicyDocument=document(allow(["ec2:Describe*", "ec2:StartInstances"])),
        SetAsDefault=True,
    )
    iam.create_policy(
        PolicyName="boundary",
        PolicyDocument=document(
            allow("*"),
            {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*", "Sid": "OnlyStorage"},
        ),
    )
    iam.create_policy(
        PolicyName="pass-any-role",
        PolicyDocument=document(allow(["iam:PassRole", "lambda:CreateFunction"])),
    )


def groups(world):
    """Groups, one of them without anyone."""
    iam = world.aws("iam")
    for name in ("administrators", "developers", "nobody"):
        iam.create_group(GroupName=name)
    iam.attach_group_policy(GroupName="administrators", PolicyArn=managed("AdministratorAccess"))
    iam.attach_group_policy(GroupName="developers", PolicyArn=own("teams/read-one-bucket"))
    iam.put_group_policy(
        GroupName="developers",
        PolicyName="look",
        PolicyDocument=document(allow("ec2:Describe*"), allow("cloudwatch:Get*")),
    )


def users(world):
    """People with and without a second factor, and programs with keys."""
    iam = world.aws("iam")
    # Alice does it right: a password, a second factor, rights through a group.
    iam.create_user(UserName="alice", Tags=tags(team="platform"))
    iam.create_login_profile(UserName="alice", Password="Correct-Horse-1")
    iam.add_user_to_group(UserName="alice", GroupName="administrators")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")
    iam.enable_mfa_device(
        UserName="alice",
        SerialNumber=device["VirtualMFADevice"]["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    # Bob has a password without a second factor, and a key beside it.
    iam.create_user(UserName="bob")
    iam.create_login_profile(UserName="bob", Password="Battery-Staple-2")
    iam.add_user_to_group(UserName="bob", GroupName="developers")
    iam.create_access_key(UserName="bob")
    # Carol has two active keys and a policy of her own.
    iam.create_user(UserName="carol", Path="/teams/")
    iam.create_access_key(UserName="carol")
    iam.create_access_key(UserName="carol")
    iam.put_user_policy(
        UserName="carol", PolicyName="all-storage", PolicyDocument=document(allow("s3:*"))
    )
    # Dave cannot sign in, yet administers everything.
    iam.create_user(UserName="dave")
    iam.attach_user_policy(UserName="dave", PolicyArn=managed("AdministratorAccess"))
    # A program with a boundary, one key in use and one switched off.
    iam.create_user(UserName="ci-deploy", PermissionsBoundary=own("boundary"))
    iam.attach_user_policy(UserName="ci-deploy", PolicyArn=own("storage-wildcard"))
    iam.create_access_key(UserName="ci-deploy")
    old = iam.create_access_key(UserName="ci-deploy")
    iam.update_access_key(
        UserName="ci-deploy", AccessKeyId=old["AccessKey"]["AccessKeyId"], Status="Inactive"
    )


def providers(world):
    """Identity providers and server certificates."""
    iam = world.aws("iam")
    iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["6938fd4d98bab03faadb97b34396831e3780aea1"],
    )
    iam.create_saml_provider(
        Name="company",
        SAMLMetadataDocument="<EntityDescriptor entityID='https://id.example.com'>"
        + "<!-- padding -->" * 80
        + "</EntityDescriptor>",
    )
    for name, days in (("expired", -30), ("valid", 300)):
        body, key = certificate(name, days)
        iam.upload_server_certificate(
            ServerCertificateName=name, CertificateBody=body, PrivateKey=key
        )


def certificate(name, days):
    """A self-signed certificate that ends so many days from now."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{name}.example.com")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=365))
        .not_valid_after(now + datetime.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(pem).decode(), private.decode()


def roles(world):
    """Roles: for services, for other accounts, for GitHub, for anyone."""
    iam = world.aws("iam")

    def role(name, trusted, **more):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted, **more)

    github = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    audience = {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
    subject = "token.actions.githubusercontent.com:sub"

    def from_github(condition):
        return trust({"Federated": github}, "sts:AssumeRoleWithWebIdentity", Condition=condition)

    iam.create_service_linked_role(AWSServiceName="support.amazonaws.com")
    role("web-server", trust({"Service": "ec2.amazonaws.com"}), MaxSessionDuration=7200)
    iam.attach_role_policy(RoleName="web-server", PolicyArn=own("teams/read-one-bucket"))
    iam.create_instance_profile(InstanceProfileName="web-server")
    iam.add_role_to_instance_profile(InstanceProfileName="web-server", RoleName="web-server")
    role("admin-server", trust({"Service": "ec2.amazonaws.com"}))
    iam.attach_role_policy(RoleName="admin-server", PolicyArn=managed("AdministratorAccess"))
    role("partner-any", trust({"AWS": f"arn:aws:iam::{PARTNER}:root"}))
    iam.attach_role_policy(RoleName="partner-any", PolicyArn=own("narrowed"))
    external = {"StringEquals": {"sts:ExternalId": "wl-7f3a"}}
    role("partner-external-id", trust({"AWS": PARTNER}, Condition=external))
    iam.attach_role_policy(RoleName="partner-external-id", PolicyArn=managed("ReadOnlyAccess"))
    role("anyone", trust({"AWS": "*"}))
    iam.put_role_policy(
        RoleName="anyone", PolicyName="rule", PolicyDocument=document(allow("*"))
    )
    one_branch = {"StringEquals": {**audience, subject: "repo:example/app:ref:refs/heads/main"}}
    role("github-main", from_github(one_branch), Tags=tags(team="platform"))
    any_repository = {"StringEquals": audience, "StringLike": {subject: "repo:*"}}
    role("github-any", from_github(any_repository))
    role("github-no-subject", from_github({"StringEquals": audience}))
    role("support", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    iam.attach_role_policy(RoleName="support", PolicyArn=managed("AWSSupportAccess"))
    role(
        "bounded",
        trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
        PermissionsBoundary=own("boundary"),
    )
    iam.attach_role_policy(RoleName="bounded", PolicyArn=own("everything"))
    saml = {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/company"}
    console = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    role("company-staff", trust(saml, "sts:AssumeRoleWithSAML", Condition=console))
    iam.attach_role_policy(RoleName="company-staff", PolicyArn=own("pass-any-role"))
    for service, name in (
        ("eks.amazonaws.com", "eks-cluster"),
        ("eks-fargate-pods.amazonaws.com", "eks-fargate"),
        ("config.amazonaws.com", "config"),
        ("backup.amazonaws.com", "backup"),
        ("vpc-flow-logs.amazonaws.com", "flow-logs"),
        ("cloudtrail.amazonaws.com", "trail-logs"),
    ):
        role(name, trust({"Service": service}))


def settings(world):
    """The account's alias, password policy and contacts."""
    iam = world.aws("iam")
    iam.create_account_alias(AccountAlias="waterline-live")
    iam.update_account_password_policy(
        MinimumPasswordLength=12,
        RequireSymbols=False,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        AllowUsersToChangePassword=True,
        MaxPasswordAge=90,
        PasswordReusePrevention=5,
    )
    world.aws("account").put_alternate_contact(
        AlternateContactType="SECURITY",
        Name="Security",
        Title="On call",
        EmailAddress="security@example.com",
        PhoneNumber="+15550100",
    )
