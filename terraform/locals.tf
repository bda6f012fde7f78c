# What `perimeter export cloudformation` wrote, as the resources take it.

locals {
  deployment = jsondecode(file("${var.artifacts}/deployment.json"))
  stack_sets = { for stack_set in local.deployment.stackSets : stack_set.name => stack_set }
  policies   = { for policy in local.deployment.policies : policy.name => policy }
  templates  = toset(concat(["member.template.json"], local.deployment.stackSets[*].template))

  # Without units: the whole organization.
  targets = {
    for name, stack_set in local.stack_sets : name =>
    length(stack_set.organizationalUnits) > 0 ? stack_set.organizationalUnits : [var.organization_root_id]
  }

  attachments = merge([
    for name, policy in local.policies : {
      for target in length(policy.organizationalUnits) > 0 ? policy.organizationalUnits : [var.organization_root_id] :
      "${name} ${target}" => { policy = name, target = target }
    }
  ]...)

  regions = {
    for name, stack_set in local.stack_sets : name =>
    length(stack_set.regions) > 0 ? stack_set.regions : var.regions
  }

  # Where StackSets do not reach: the management account gets the template in each Region of its own.
  management_regions = toset(flatten(values(local.regions)))
}
