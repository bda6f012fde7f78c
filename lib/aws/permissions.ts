/**
 * Which IAM actions each call needs, with AWS's page: from this table come the policies of the functions' roles. Where it
 * says nothing else, a call needs the action of its own name.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
import type { Action } from './calls';

interface Permission {
  readonly actions: readonly [string, ...string[]];
  readonly source: string;
}

const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/api';

/** `s3:GetObject` is the organization directory, which hooks read too. */
export type Called = Action | 's3:GetObject';

export const PERMISSIONS: { readonly [action in Called]: Permission } = {
  'lambda:GetPolicy': { actions: ['lambda:GetPolicy'], source: `${LAMBDA}/API_GetPolicy.html` },
  'lambda:GetFunctionConfiguration': { actions: ['lambda:GetFunctionConfiguration'], source: `${LAMBDA}/API_GetFunctionConfiguration.html` },
  'lambda:GetFunctionConcurrency': { actions: ['lambda:GetFunctionConcurrency'], source: `${LAMBDA}/API_GetFunctionConcurrency.html` },
  'lambda:GetFunctionUrlConfig': { actions: ['lambda:GetFunctionUrlConfig'], source: `${LAMBDA}/API_GetFunctionUrlConfig.html` },
  'lambda:GetLayerVersionPolicy': { actions: ['lambda:GetLayerVersionPolicy'], source: `${LAMBDA}/API_GetLayerVersionPolicy.html` },
  'lambda:GetCapacityProvider': { actions: ['lambda:GetCapacityProvider'], source: `${LAMBDA}/API_GetCapacityProvider.html` },
  'lambda:GetNetworkConnector': {
    actions: ['lambda:GetNetworkConnector'],
    source: 'https://docs.aws.amazon.com/lambda/latest/lambda-core/API_GetNetworkConnector.html',
  },
  'lambda:GetWebFunctionRevision': {
    actions: ['lambda:GetWebFunctionRevision'],
    source: 'https://docs.aws.amazon.com/lambda/latest/lambda-web/API_GetWebFunctionRevision.html',
  },
  'lambda:ListFunctions': { actions: ['lambda:ListFunctions'], source: `${LAMBDA}/API_ListFunctions.html` },
  'lambda:ListVersionsByFunction': { actions: ['lambda:ListVersionsByFunction'], source: `${LAMBDA}/API_ListVersionsByFunction.html` },
  'lambda:ListAliases': { actions: ['lambda:ListAliases'], source: `${LAMBDA}/API_ListAliases.html` },
  'lambda:ListFunctionUrlConfigs': { actions: ['lambda:ListFunctionUrlConfigs'], source: `${LAMBDA}/API_ListFunctionUrlConfigs.html` },
  'lambda:ListLayers': { actions: ['lambda:ListLayers'], source: `${LAMBDA}/API_ListLayers.html` },
  'lambda:ListLayerVersions': { actions: ['lambda:ListLayerVersions'], source: `${LAMBDA}/API_ListLayerVersions.html` },
  'lambda:ListCapacityProviders': { actions: ['lambda:ListCapacityProviders'], source: `${LAMBDA}/API_ListCapacityProviders.html` },
  'lambda:ListNetworkConnectors': {
    actions: ['lambda:ListNetworkConnectors'],
    source: 'https://docs.aws.amazon.com/lambda/latest/lambda-core/API_ListNetworkConnectors.html',
  },
  'lambda:AddPermission': { actions: ['lambda:AddPermission'], source: `${LAMBDA}/API_AddPermission.html` },
  'lambda:RemovePermission': { actions: ['lambda:RemovePermission'], source: `${LAMBDA}/API_RemovePermission.html` },
  'lambda:PutResourcePolicy': {
    actions: ['lambda:PutResourcePolicy', 'lambda:AddPermission', 'lambda:RemovePermission'],
    source: `${LAMBDA}/API_PutResourcePolicy.html`,
  },
  'lambda:DeleteResourcePolicy': {
    actions: ['lambda:DeleteResourcePolicy', 'lambda:RemovePermission'],
    source: `${LAMBDA}/API_DeleteResourcePolicy.html`,
  },
  'lambda:UpdateFunctionUrlConfig': { actions: ['lambda:UpdateFunctionUrlConfig'], source: `${LAMBDA}/API_UpdateFunctionUrlConfig.html` },
  'lambda:AddLayerVersionPermission': { actions: ['lambda:AddLayerVersionPermission'], source: `${LAMBDA}/API_AddLayerVersionPermission.html` },
  'lambda:RemoveLayerVersionPermission': {
    actions: ['lambda:RemoveLayerVersionPermission'],
    source: `${LAMBDA}/API_RemoveLayerVersionPermission.html`,
  },
  'lambda:PutFunctionConcurrency': { actions: ['lambda:PutFunctionConcurrency'], source: `${LAMBDA}/API_PutFunctionConcurrency.html` },
  'lambda:DeleteFunctionConcurrency': { actions: ['lambda:DeleteFunctionConcurrency'], source: `${LAMBDA}/API_DeleteFunctionConcurrency.html` },
  'sns:GetTopicAttributes': { actions: ['sns:GetTopicAttributes'], source: 'https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html' },
  'sns:GetSubscriptionAttributes': {
    actions: ['sns:GetSubscriptionAttributes'],
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html',
  },
  'sns:ListSubscriptionsByTopic': {
    actions: ['sns:ListSubscriptionsByTopic'],
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html',
  },
  'sns:ListTopics': { actions: ['sns:ListTopics'], source: 'https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html' },
  'sns:Subscribe': { actions: ['sns:Subscribe'], source: 'https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html' },
  'sns:Unsubscribe': { actions: ['sns:Unsubscribe'], source: 'https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html' },
  'sns:SetSubscriptionAttributes': {
    actions: ['sns:SetSubscriptionAttributes'],
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html',
  },
  'sns:SetTopicAttributes': { actions: ['sns:SetTopicAttributes'], source: 'https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html' },
  'sns:AddPermission': { actions: ['sns:AddPermission'], source: 'https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html' },
  'sns:RemovePermission': { actions: ['sns:RemovePermission'], source: 'https://docs.aws.amazon.com/sns/latest/api/API_RemovePermission.html' },
  'ecr:GetRepositoryPolicy': {
    actions: ['ecr:GetRepositoryPolicy'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html',
  },
  'ecr:GetRegistryPolicy': {
    actions: ['ecr:GetRegistryPolicy'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryPolicy.html',
  },
  'ecr:DescribeRegistry': {
    actions: ['ecr:DescribeRegistry'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRegistry.html',
  },
  'ecr:DescribeRepositoryCreationTemplates': {
    actions: ['ecr:DescribeRepositoryCreationTemplates'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositoryCreationTemplates.html',
  },
  'ecr:DescribeRepositories': {
    actions: ['ecr:DescribeRepositories'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html',
  },
  'ecr:SetRepositoryPolicy': {
    actions: ['ecr:SetRepositoryPolicy'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html',
  },
  'ecr:DeleteRepositoryPolicy': {
    actions: ['ecr:DeleteRepositoryPolicy'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryPolicy.html',
  },
  'ecr:PutRegistryPolicy': {
    actions: ['ecr:PutRegistryPolicy'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryPolicy.html',
  },
  'ecr:DeleteRegistryPolicy': {
    actions: ['ecr:DeleteRegistryPolicy'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRegistryPolicy.html',
  },
  'ecr:PutReplicationConfiguration': {
    actions: ['ecr:PutReplicationConfiguration'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html',
  },
  'ecr:UpdateRepositoryCreationTemplate': {
    actions: ['ecr:UpdateRepositoryCreationTemplate', 'ecr:CreateRepository', 'ecr:SetRepositoryPolicy'],
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create.html',
  },
  'ec2:DescribeSubnets': {
    actions: ['ec2:DescribeSubnets'],
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html',
  },
  'ec2:DescribeVpcEndpoints': {
    actions: ['ec2:DescribeVpcEndpoints'],
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html',
  },
  'iam:GetRolePolicy': { actions: ['iam:GetRolePolicy'], source: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html' },
  'iam:PutRolePolicy': { actions: ['iam:PutRolePolicy'], source: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html' },
  'iam:DeleteRolePolicy': {
    actions: ['iam:DeleteRolePolicy'],
    source: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html',
  },
  'securityhub:BatchImportFindings': {
    actions: ['securityhub:BatchImportFindings'],
    source: 'https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html',
  },
  'securityhub:BatchUpdateFindings': {
    actions: ['securityhub:BatchUpdateFindings'],
    source: 'https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html',
  },
  'securityhub:GetFindings': {
    actions: ['securityhub:GetFindings'],
    source: 'https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html',
  },
  'logs:PutLogEvents': {
    actions: ['logs:PutLogEvents'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html',
  },
  'logs:CreateLogStream': {
    actions: ['logs:CreateLogStream'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html',
  },
  'logs:GetLogEvents': {
    actions: ['logs:GetLogEvents'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html',
  },
  'logs:FilterLogEvents': {
    actions: ['logs:FilterLogEvents'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html',
  },
  's3:GetObject': { actions: ['s3:GetObject'], source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html' },
  'scheduler:CreateSchedule': {
    actions: ['scheduler:CreateSchedule', 'iam:PassRole'],
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html',
  },
  'sqs:ReceiveMessage': {
    actions: ['sqs:ReceiveMessage'],
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html',
  },
  // The batch has no IAM action of its own.
  'sqs:DeleteMessageBatch': {
    actions: ['sqs:DeleteMessage'],
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html',
  },
};
