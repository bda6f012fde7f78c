# Deploys what `perimeter export cloudformation` wrote: run it in the management account, in the Region of the bucket.

data "aws_partition" "current" {}

data "aws_s3_bucket" "templates" {
  bucket = var.template_bucket
}

resource "aws_s3_object" "template" {
  for_each = local.templates

  # The name follows from the content, so that a changed template is another one.
  bucket = var.template_bucket
  key    = "perimeter/${filemd5("${var.artifacts}/${each.value}")}/${each.value}"
  source = "${var.artifacts}/${each.value}"
}

# The list of the organization's accounts, kept where AWS Organizations is. Without it, nobody can be told to be foreign.
resource "aws_cloudformation_stack" "directory" {
  name          = "perimeter-directory"
  region        = local.deployment.directory.regions[data.aws_partition.current.partition]
  capabilities  = ["CAPABILITY_NAMED_IAM"]
  template_body = file("${var.artifacts}/${local.deployment.directory.template}")
}

resource "aws_cloudformation_stack_set" "perimeter" {
  for_each = local.stack_sets

  name             = each.key
  description      = "Perimeter, data perimeter guardrails"
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  template_url     = "https://${data.aws_s3_bucket.templates.bucket_regional_domain_name}/${aws_s3_object.template[each.value.template].key}"

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  managed_execution {
    active = true
  }

  operation_preferences {
    failure_tolerance_percentage = 10
    max_concurrent_percentage    = 25
    region_concurrency_type      = "PARALLEL"
  }

  lifecycle {
    # The service fills it in: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudformation_stack_set
    ignore_changes = [administration_role_arn]
  }
}

resource "aws_cloudformation_stack_instances" "perimeter" {
  for_each = local.stack_sets

  stack_set_name = aws_cloudformation_stack_set.perimeter[each.key].name
  regions        = local.regions[each.key]

  deployment_targets {
    organizational_unit_ids = local.targets[each.key]
  }

  operation_preferences {
    failure_tolerance_percentage = 10
    max_concurrent_percentage    = 25
    region_concurrency_type      = "PARALLEL"
  }

  depends_on = [aws_cloudformation_stack.directory]
}

# StackSets pass over the management account.
resource "aws_cloudformation_stack" "management" {
  for_each = local.management_regions

  name         = "perimeter-member"
  region       = each.value
  capabilities = ["CAPABILITY_NAMED_IAM"]
  template_url = "https://${data.aws_s3_bucket.templates.bucket_regional_domain_name}/${aws_s3_object.template["member.template.json"].key}"
}

resource "aws_organizations_policy" "perimeter" {
  for_each = local.policies

  name        = each.key
  description = "Perimeter, data perimeter guardrails"
  type        = each.value.type
  content     = file("${var.artifacts}/${each.value.file}")
}

resource "aws_organizations_policy_attachment" "perimeter" {
  for_each = var.attach_policies ? local.attachments : {}

  policy_id = aws_organizations_policy.perimeter[each.value.policy].id
  target_id = each.value.target
}
