variable "artifacts" {
  description = "Folder that `perimeter export cloudformation` wrote."
  type        = string
}

variable "template_bucket" {
  description = "Name of a bucket for the templates, which are too large to be sent inline. It is not made here."
  type        = string
}

variable "organization_root_id" {
  description = "Id of the organization's root (r-...): where policies and templates go that no stage of the rollout names a unit for."
  type        = string

  validation {
    condition     = can(regex("^r-[a-z0-9]{4,32}$", var.organization_root_id))
    error_message = "The id of a root looks like r-ab12."
  }
}

variable "regions" {
  description = "Regions to deploy to, where the configuration has no rollout."
  type        = list(string)
  default     = []
}

variable "attach_policies" {
  description = "Whether the policies are attached. Leave it off until `perimeter scp test` shows that nobody is refused who should not be."
  type        = bool
  default     = false
}
