# The roles of account/template.yaml. The policies' texts are generated from it.
data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}
data "aws_region" "here" {}

locals {
  partition  = data.aws_partition.here.partition
  account_id = data.aws_caller_identity.here.account_id
  region     = data.aws_region.here.name
  # What the policies' files name.
  values = {
    name              = var.name
    partition         = local.partition
    account_id        = local.account_id
    region            = local.region
    bucket_arn        = var.bucket_arn
    prefix            = var.prefix
    key_arn           = var.key_arn
    topic_arn         = var.topic_arn
    queue_arn         = var.queue_arn
    log_group_arn     = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws/lambda/${var.name}:*"
    function_arn      = "arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${var.name}"
    state_machine_arn = "arn:${local.partition}:states:${local.region}:${local.account_id}:stateMachine:${var.name}"
  }
}

resource "aws_iam_role" "audit" {
  name               = "${var.name}-audit"
  description        = "Reads this account, and delivers what waterline found"
  assume_role_policy = templatefile("${path.module}/policies/AuditRole-trust.json", local.values)
  tags               = { application = "waterline" }
}

resource "aws_iam_role_policy" "audit_deliver" {
  name   = "deliver"
  role   = aws_iam_role.audit.id
  policy = templatefile("${path.module}/policies/AuditRole-deliver.json", local.values)
}

resource "aws_iam_role" "machine" {
  name               = "${var.name}-machine"
  description        = "Calls the function that audits"
  assume_role_policy = templatefile("${path.module}/policies/AuditMachineRole-trust.json", local.values)
  tags               = { application = "waterline" }
}

resource "aws_iam_role_policy" "machine_invoke" {
  name   = "invoke"
  role   = aws_iam_role.machine.id
  policy = templatefile("${path.module}/policies/AuditMachineRole-invoke.json", local.values)
}

resource "aws_iam_role" "schedule" {
  name               = "${var.name}-schedule"
  description        = "Starts the audit on time"
  assume_role_policy = templatefile("${path.module}/policies/ScheduleRole-trust.json", local.values)
  tags               = { application = "waterline" }
}

resource "aws_iam_role_policy" "schedule_start" {
  name   = "start"
  role   = aws_iam_role.schedule.id
  policy = templatefile("${path.module}/policies/ScheduleRole-start.json", local.values)
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
  name        = "${var.name}-publish"
  description = "Lets waterline publish to Security Hub"
  policy      = templatefile("${path.module}/policies/PublishPolicy-publish.json", local.values)
}

resource "aws_iam_role_policy_attachment" "publish" {
  count      = var.security_hub ? 1 : 0
  role       = aws_iam_role.audit.name
  policy_arn = aws_iam_policy.publish[0].arn
}
