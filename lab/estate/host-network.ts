import { request } from 'node:http';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SessionMint } from '../aws/sts/double';
import type { Clock } from '../time/clock';
import type { Instance } from './machine-types';
import type { Estate } from './types';

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** HTTP as an instance of the estate does it: presigned URLs with nothing, S3 with its role's credentials. */
export interface HostNetwork {
  get(url: string): Promise<{ readonly status: number; readonly body: Buffer }>;
  put(url: string, body: Buffer, headers?: Readonly<Record<string, string>>): Promise<number>;
  putObject(
    from: HostIdentity,
    place: ObjectPlace,
    body: Buffer,
    metadata: Readonly<Record<string, string>>,
  ): Promise<void>;
  hasObject(from: HostIdentity, place: ObjectPlace): Promise<boolean>;
  /** Keys of a bucket that begin so; none where the role may not list them. */
  keysUnder(
    from: HostIdentity,
    place: { readonly bucket: string; readonly prefix: string },
  ): Promise<readonly string[]>;
}

/** Whose credentials: the instance and the role of its profile. */
export interface HostIdentity {
  readonly instance: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
}

/** The role that the instance's profile holds now; undefined without profile. */
export function identityOf(estate: Estate, instance: Instance): HostIdentity | undefined {
  const association = [...estate.associations.values()].find(
    (one) => one.instance === instance.id && one.state !== 'disassociating',
  );
  const roleArn = estate.profiles.get(association?.profileArn ?? '')?.roles[0];
  if (roleArn === undefined) return undefined;
  return { instance: instance.id, account: instance.account, region: estate.parts.region, roleArn };
}

export interface HostCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Sessions of instance roles, minted when first asked for. */
export function hostCredentials(mint: Pick<SessionMint, 'mint'>): (identity: HostIdentity) => HostCredentials {
  return ({ roleArn, instance }) => {
    // Six hours, as IMDS gives; the lab's keys do not expire.
    const made = mint.mint({ roleArn, name: instance, seconds: 21_600 });
    return {
      accessKeyId: made.AccessKeyId ?? '',
      secretAccessKey: made.SecretAccessKey ?? '',
      ...(made.SessionToken === undefined ? {} : { sessionToken: made.SessionToken }),
    };
  };
}

export interface HostNetworkParts {
  readonly clock: Pick<Clock, 'now' | 'busy'>;
  /** Base URL of the lab's AWS endpoint as product code knows it. */
  readonly endpoint: string;
  /** The same URL with the port that really listens: presigned URLs name the nominal one. */
  realUrl(url: string): string;
  /** Keys that the lab's server knows as this role's session. */
  credentials(identity: HostIdentity): HostCredentials;
}

/** HostNetwork over the loopback. The clock stands still while a request is under way. */
export function loopbackNetwork(parts: HostNetworkParts): HostNetwork {
  const clients = new Map<string, S3Client>();
  const clientOf = (identity: HostIdentity): S3Client => {
    const key = `${identity.roleArn}/${identity.instance}`;
    const client = clients.get(key) ?? s3Client(parts, identity);
    clients.set(key, client);
    // Signatures carry the lab's time: the server refuses those of another clock.
    client.config.systemClockOffset = parts.clock.now() - Date.now();
    return client;
  };
  const held = async <T>(label: string, work: () => Promise<T>): Promise<T> => {
    const done = parts.clock.busy(label);
    try {
      return await work();
    } finally {
      done();
    }
  };
  return {
    get: (url) => held('estate GET', () => send(parts, 'GET', url, undefined, {})),
    put: (url, body, headers = {}) =>
      held('estate PUT', async () => (await send(parts, 'PUT', url, body, headers)).status),
    putObject: (from, place, body, metadata) =>
      held('estate PutObject', async () => {
        const input = { Bucket: place.bucket, Key: place.key, Body: body, Metadata: { ...metadata } };
        await clientOf(from).send(new PutObjectCommand(input));
      }),
    hasObject: (from, place) =>
      held('estate HeadObject', async () => {
        const head = new HeadObjectCommand({ Bucket: place.bucket, Key: place.key });
        return clientOf(from)
          .send(head)
          .then(
            () => true,
            () => false,
          );
      }),
    keysUnder: (from, { bucket, prefix }) =>
      held('estate ListObjectsV2', async () => {
        const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix });
        return clientOf(from)
          .send(list)
          .then(
            ({ Contents = [] }) => Contents.flatMap(({ Key }) => Key ?? []),
            () => [],
          );
      }),
  };
}

function s3Client(parts: HostNetworkParts, identity: HostIdentity): S3Client {
  return new S3Client({
    endpoint: parts.realUrl(parts.endpoint),
    region: identity.region,
    credentials: parts.credentials(identity),
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

function send(
  parts: HostNetworkParts,
  method: string,
  url: string,
  body: Buffer | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; body: Buffer }> {
  const named = new URL(url);
  const target = new URL(parts.realUrl(url));
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        method,
        host: target.hostname,
        port: target.port,
        path: `${target.pathname}${target.search}`,
        // The signature covers the host that the URL names.
        headers: { ...headers, ...length, host: named.host },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
        answer.on('error', reject);
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}
