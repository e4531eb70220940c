output "policy_arns" {
  description = "The policies that a role needs to read all that waterline reads"
  value = {
    waterline_read_1 = aws_iam_policy.waterline_read_1.arn
  }
}
