# The role of organization/member-role.yaml. The policies' texts are generated from it.
locals {
  # What the policies' files name.
  values = {
    auditor_role_arn = var.auditor_role_arn
    external_id      = var.external_id
  }
}

resource "aws_iam_role" "audit" {
  name                 = var.role_name
  description          = "Lets waterline read this account"
  assume_role_policy   = templatefile("${path.module}/policies/AuditRole-trust.json", local.values)
  max_session_duration = 3600
  tags                 = { application = "waterline" }
}

module "read" {
  source = "../read-policy"
}

resource "aws_iam_role_policy_attachment" "read" {
  for_each   = module.read.policy_arns
  role       = aws_iam_role.audit.name
  policy_arn = each.value
}

resource "aws_iam_policy" "publish" {
  count       = var.security_hub ? 1 : 0
  name        = "${var.role_name}-publish"
  description = "Lets waterline publish to Security Hub"
  policy      = templatefile("${path.module}/policies/PublishPolicy-publish.json", local.values)
}

resource "aws_iam_role_policy_attachment" "publish" {
  count      = var.security_hub ? 1 : 0
  role       = aws_iam_role.audit.name
  policy_arn = aws_iam_policy.publish[0].arn
}
