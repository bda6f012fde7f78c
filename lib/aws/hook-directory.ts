/**
 * The organization directory, as a hook reads it: the runtime's S3 client, loaded now and not before. The hook limits the time
 * itself and takes any failure for the same, so that neither the remediators' retries nor their errors are in its bundle.
 */
import { type Directory, type DirectoryAddress, parseDirectory } from './directory';

/** Rejects when it cannot be read, or is no directory. */
export async function readDirectory({ bucket, key, region }: DirectoryAddress): Promise<Directory> {
  // Not `import()`: the wrapping of its answer is half a kilobyte of a hook.
  const { GetObjectCommand, S3Client }: typeof import('@aws-sdk/client-s3') = require('@aws-sdk/client-s3');
  const { Body } = await new S3Client({ region }).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const directory = parseDirectory((await Body?.transformToString()) ?? '', Date.now());
  if (typeof directory === 'string') throw new Error(directory);
  return directory;
}
