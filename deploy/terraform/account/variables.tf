variable "name" {
  description = "The name of the function and of the state machine"
  type        = string
  default     = "waterline"
}

variable "bucket_arn" {
  description = "The bucket of the reports"
  type        = string
}

variable "prefix" {
  description = "Where in the bucket reports go, without a slash at either end"
  type        = string
  default     = "waterline"
}

variable "key_arn" {
  description = "The KMS key of the bucket and the topic"
  type        = string
}

variable "topic_arn" {
  description = "The topic that is told of new findings"
  type        = string
}

variable "queue_arn" {
  description = "The queue for what the schedule could not start"
  type        = string
}

variable "security_hub" {
  description = "Whether findings may go to Security Hub"
  type        = bool
  default     = false
}
