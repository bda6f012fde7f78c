/** The CDK app: every stack that `cdk deploy` can deploy, each a target of its own. */
import { readFileSync } from 'node:fs';
import { type App, BootstraplessSynthesizer, CliCredentialsStackSynthesizer } from 'aws-cdk-lib';
import { parseConfiguration } from '../config/load';
import type { WholeConfiguration } from '../core/configuration';
import { organizationsRegionOf } from '../core/directory';
import { UsageError } from '../core/errors';
import { guardrails } from '../guardrails';
import { DirectoryStack } from './directory';
import { MemberStack } from './member';
import { PoliciesStack, RolloutStack } from './organization';

interface DeploymentOptions {
  readonly bundles: string;
  /** The bucket that takes what is too large to be sent inline; absent: that of CDK's bootstrap. */
  readonly templateBucket?: string;
  readonly delegated?: boolean;
}

/** `-c config=FILE`, `-c templateBucket=NAME`, `-c delegated=true`. Throws `UsageError`. */
export function addStacks(app: App, bundles: string): void {
  const text = (key: string): string | undefined => {
    const value: unknown = app.node.tryGetContext(key);
    return value === undefined ? undefined : String(value);
  };
  const templateBucket = text('templateBucket');
  if (templateBucket !== undefined && !isBucket(templateBucket))
    throw new UsageError(`-c templateBucket=${templateBucket}: expected the name of a bucket, 3 to 63 lower-case letters, digits, hyphens and dots`);
  deploy(app, configurationAt(text('config') ?? 'perimeter.yaml'), {
    bundles,
    delegated: text('delegated') === 'true',
    ...(templateBucket !== undefined && { templateBucket }),
  });
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; the name may hold `${AWS::Region}` and `${AWS::AccountId}`,
 * which the CDK fills in: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.CliCredentialsStackSynthesizerProps.html
 */
const isBucket = (name: string): boolean => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name.replace(/\$\{AWS::(?:Region|AccountId)\}/g, 'x'));

function configurationAt(fileName: string): WholeConfiguration {
  let text: string;
  try {
    text = readFileSync(fileName, 'utf8');
  } catch (error) {
    throw new UsageError(`${fileName} cannot be read: name the configuration with -c config=FILE`, { cause: error });
  }
  return parseConfiguration(text, guardrails, { fileName }).configuration;
}

/**
 * The management account may deploy all of them; a delegated administrator of StackSets `perimeter-rollout`, one of policies
 * `perimeter-policies`. StackSets pass over the management account, which gets the member template directly.
 */
export function deploy(app: App, configuration: WholeConfiguration, { bundles, templateBucket, delegated = false }: DeploymentOptions): void {
  // With the credentials of whoever deploys: no roles of a bootstrap, and no bucket but the one.
  const common = () => ({
    synthesizer: new CliCredentialsStackSynthesizer(templateBucket === undefined ? {} : { fileAssetsBucketName: templateBucket }),
  });
  const regions = [...new Set(configuration.rollout.flatMap((stage) => stage.regions))].sort();
  const directory = new DirectoryStack(app, 'perimeter-directory', configuration, {
    bundles,
    env: { region: organizationsRegionOf(regions[0] ?? 'us-east-1') },
    // Small enough to be sent inline: no bucket in a Region where there may be nothing else.
    synthesizer: new BootstraplessSynthesizer(),
  });
  new PoliciesStack(app, 'perimeter-policies', configuration, common());
  const rollout = new RolloutStack(app, 'perimeter-rollout', configuration, { bundles, delegated, ...common() });
  if (!delegated) rollout.addStackDependency(directory);
  const places = regions.length > 0 ? regions.map((region) => ({ id: `perimeter-member-${region}`, env: { region } })) : [{ id: 'perimeter-member' }];
  for (const { id, ...place } of places) new MemberStack(app, id, configuration, { bundles, stackName: 'perimeter-member', ...place, ...common() });
}
