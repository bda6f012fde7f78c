/** Whose credentials these are, or what is missing. */
import { type Caller, readCaller } from '../aws/caller';
import { UsageError } from '../core/errors';
import { AwsFailure } from '../handlers/ports';

/** @throws UsageError that says what is missing */
export async function callerIn(region: string | undefined): Promise<Caller> {
  try {
    return await readCaller(region);
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    throw new UsageError(wayOut(error, region), { cause: error });
  }
}

function wayOut({ code, message }: AwsFailure, region: string | undefined): string {
  if (code === 'CredentialsProviderError') return 'no AWS credentials: sign in (aws sso login), or set AWS_PROFILE';
  if (/region is missing/i.test(message)) return 'no Region to look at: name one with --region, or set AWS_REGION';
  if (code === 'ENOTFOUND') return `there is no AWS in Region ${region ?? 'of the environment'}: check --region and AWS_REGION`;
  return `AWS does not say which account this is (${code}: ${message}): check the credentials and the Region`;
}
