variable "auditor_role_arn" {
  description = "The role of waterline's function; it must be there already"
  type        = string
}

variable "external_id" {
  description = "The same as in the organization's stack"
  type        = string
}

variable "role_name" {
  description = "The same as member_role_name of the organization"
  type        = string
  default     = "waterline-read"
}

variable "security_hub" {
  description = "Whether findings may be published to this account's Security Hub"
  type        = bool
  default     = false
}
