output "function_role_arn" {
  description = "The function's role"
  value       = aws_iam_role.audit.arn
}

output "machine_role_arn" {
  description = "The state machine's role"
  value       = aws_iam_role.machine.arn
}

output "schedule_role_arn" {
  description = "The schedule's role"
  value       = aws_iam_role.schedule.arn
}
