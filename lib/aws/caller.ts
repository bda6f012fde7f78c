/** Who calls, by AWS's own word: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
import { parseArn } from '../core/arn';
import { AwsFailure } from '../handlers/ports';
import { failureOf } from './failure';

export interface Caller {
  readonly account: string;
  readonly partition: string;
  readonly arn: string;
  /** Where the environment or the profile says that calls go. */
  readonly region: string;
}

/** `region`: where to ask; undefined: what the environment or the profile says. Throws `AwsFailure`. */
export async function readCaller(region?: string): Promise<Caller> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ ...(region !== undefined && { region }), requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000 } });
  try {
    const where = await client.config.region();
    const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    const partition = parseArn(Arn)?.partition;
    if (partition === undefined || Account === '') throw new AwsFailure('MalformedAnswer', 'sts:GetCallerIdentity names no account', false);
    return { account: Account, partition, arn: Arn, region: where };
  } catch (error) {
    throw failureOf(error);
  } finally {
    client.destroy();
  }
}
