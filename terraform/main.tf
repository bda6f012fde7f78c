# Deploys what `perimeter export cloudformation` wrote: run it in the management account, in the home Region.

locals {
  deployment = jsondecode(file("${var.artifacts}/deployment.json"))
  stack_sets = { for stack_set in local.deployment.stackSets : stack_set.name => stack_set }
  templates  = toset(concat(["member.template.json"], local.deployment.stackSets[*].template))

  targets = {
    for name, stack_set in local.stack_sets : name =>
    length(stack_set.organizationalUnits) > 0 ? stack_set.organizationalUnits : [var.organization_root_id]
  }

  service_control_policies = merge([
    for name, stack_set in local.stack_sets : {
      for policy in stack_set.policies : trimsuffix(basename(policy), ".json") => { file = policy, targets = local.targets[name] }
    }
  ]...)

  resource_control_policies = {
    for policy in local.deployment.resourceControlPolicies : trimsuffix(basename(policy), ".json") => policy
  }

  attachments = merge([
    for name, policy in local.service_control_policies : {
      for target in policy.targets : "${name} ${target}" => { policy = name, target = target }
    }
  ]...)
}

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
  regions        = length(each.value.regions) > 0 ? each.value.regions : var.regions

  deployment_targets {
    organizational_unit_ids = local.targets[each.key]
  }

  operation_preferences {
    failure_tolerance_percentage = 10
    max_concurrent_percentage    = 25
    region_concurrency_type      = "PARALLEL"
  }
}

# StackSets pass over the management account.
resource "aws_cloudformation_stack" "management" {
  name         = "perimeter-member"
  capabilities = ["CAPABILITY_NAMED_IAM"]
  template_url = "https://${data.aws_s3_bucket.templates.bucket_regional_domain_name}/${aws_s3_object.template["member.template.json"].key}"
}

resource "aws_organizations_policy" "service_control" {
  for_each = local.service_control_policies

  name        = replace(each.key, ".", "-")
  description = "Perimeter: what leaves the data perimeter is refused"
  type        = "SERVICE_CONTROL_POLICY"
  content     = file("${var.artifacts}/${each.value.file}")
}

resource "aws_organizations_policy_attachment" "service_control" {
  for_each = var.attach_policies ? local.attachments : {}

  policy_id = aws_organizations_policy.service_control[each.value.policy].id
  target_id = each.value.target
}

resource "aws_organizations_policy" "resource_control" {
  for_each = local.resource_control_policies

  name        = "perimeter-${replace(each.key, ".", "-")}"
  description = "Perimeter: who may pull images of the organization"
  type        = "RESOURCE_CONTROL_POLICY"
  content     = file("${var.artifacts}/${each.value}")
}

resource "aws_organizations_policy_attachment" "resource_control" {
  for_each = var.attach_policies ? local.resource_control_policies : {}

  policy_id = aws_organizations_policy.resource_control[each.key].id
  target_id = var.organization_root_id
}
