output "function_role_arn" {
  description = "The function's role; member-role asks for it"
  value       = aws_iam_role.function.arn
}

output "machine_role_arn" {
  description = "The state machine's role"
  value       = aws_iam_role.machine.arn
}

output "schedule_role_arn" {
  description = "The schedule's role"
  value       = aws_iam_role.schedule.arn
}
