output "role_arn" {
  description = "What the function takes on"
  value       = aws_iam_role.audit.arn
}
