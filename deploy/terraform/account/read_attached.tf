resource "aws_iam_role_policy_attachment" "waterline_read_1" {
  role       = aws_iam_role.audit.name
  policy_arn = aws_iam_policy.waterline_read_1.arn
}
