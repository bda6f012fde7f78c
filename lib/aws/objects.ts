/** Objects of a bucket, listed and read one after the other: the logs that a trail delivers. */
import type { Readable } from 'node:stream';
import { failureOf } from './failure';

interface StoredObject {
  readonly key: string;
  /** Its bytes as they are stored. Throws `AwsFailure`. */
  readonly open: () => Promise<Readable>;
}

/** An object takes about as long to answer as to arrive: so many are asked for ahead, and wait unread. */
const AHEAD = 8;

/**
 * The objects whose keys begin so and that `wanted` takes, in the order of their keys, whatever Region the bucket is in. Throws `AwsFailure`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export async function* objectsUnder(bucket: string, prefix: string, wanted: (key: string) => boolean): AsyncGenerator<StoredObject> {
  const { GetObjectCommand, ListObjectsV2Command, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ followRegionRedirects: true, requestHandler: { connectionTimeout: 2_000, requestTimeout: 30_000 } });
  const list = (token: string | undefined) =>
    client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token })).catch((error: unknown) => {
      throw failureOf(error);
    });
  const ask = (key: string): StoredObject => {
    const answer = client.send(new GetObjectCommand({ Bucket: bucket, Key: key })).then(
      ({ Body }) => Body as Readable,
      (error: unknown) => failureOf(error),
    );
    return {
      key,
      open: async () => {
        const body = await answer;
        if (body instanceof Error) throw body;
        return body;
      },
    };
  };
  const asked: StoredObject[] = [];
  try {
    let page = await list(undefined);
    for (;;) {
      for (const { Key: key = '' } of page.Contents ?? []) {
        if (!wanted(key)) continue;
        asked.push(ask(key));
        const next = asked.length > AHEAD ? asked.shift() : undefined;
        if (next) yield next;
      }
      if (page.NextContinuationToken === undefined) break;
      page = await list(page.NextContinuationToken);
    }
    for (let next = asked.shift(); next; next = asked.shift()) yield next;
  } finally {
    client.destroy();
  }
}
