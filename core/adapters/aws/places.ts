import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Config } from '../../config';
import { Refusal } from '../../errors';
import type { InstanceKey } from '../../incident/ids';
import { externalIdOf } from '../../member-account';
import { calling } from './aws-call';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export interface ClientSettings {
  readonly region: string;
  readonly credentials?: () => Promise<Credentials>;
}

/** `MEMBER_EXTERNAL_ID`: what our accounts agreed on, so that nobody else's request can borrow the role through us. */
type PlaceConfig = Pick<Config, 'HOME_ACCOUNT' | 'ADMIN_PAIRS' | 'MEMBER_ROLE_NAME' | 'MEMBER_EXTERNAL_ID'>;

/** Makes one kind of client per account and region, and keeps it. */
export type ClientAt<C> = (key: Pick<InstanceKey, 'account' | 'region'>) => C;

/**
 * Clients for where an instance lives: our own role at home, the member role of the other account elsewhere. An account
 * that is neither is refused, whatever a finding says.
 */
export function clientsAt<C>(config: PlaceConfig, make: (settings: ClientSettings) => C): ClientAt<C> {
  const kept = new Map<string, C>();
  return (key) => {
    const place = `${key.account}/${key.region}`;
    const known = kept.get(place);
    if (known !== undefined) return known;
    const client = make(settingsFor(config, key));
    kept.set(place, client);
    return client;
  };
}

function settingsFor(config: PlaceConfig, key: Pick<InstanceKey, 'account' | 'region'>): ClientSettings {
  if (key.account === config.HOME_ACCOUNT) return { region: key.region };
  const paired = config.ADMIN_PAIRS.some(([, member]) => member === key.account);
  const role = config.MEMBER_ROLE_NAME;
  if (!paired || role === undefined) {
    throw new Refusal(
      'place.foreign-account',
      `Account ${key.account} is not one Cordon was given: nothing was changed there.`,
      'Add the account to ADMIN_PAIRS and deploy the member stack in it.',
    );
  }
  const sts = new STSClient({});
  const agreed = config.MEMBER_EXTERNAL_ID;
  const externalId = agreed === undefined ? undefined : externalIdOf(agreed, key.account);
  const wanted = { arn: `arn:aws:iam::${key.account}:role/${role}`, session: 'cordon', seconds: 3600 };
  const assume = () => assumeRole(sts, { ...wanted, ...(externalId === undefined ? {} : { externalId }) });
  return { region: key.region, credentials: assume };
}

interface WantedSession {
  readonly arn: string;
  readonly session: string;
  readonly seconds: number;
  readonly externalId?: string;
}

/** A session of another role: an hour at most, as the caller is a role itself (IAM User Guide, "Role chaining"). */
export async function assumeRole(
  sts: STSClient,
  { arn, session, seconds, externalId }: WantedSession,
): Promise<Credentials> {
  const answer = await calling('sts AssumeRole', () =>
    sts.send(
      new AssumeRoleCommand({
        ...{ RoleArn: arn, RoleSessionName: session, DurationSeconds: seconds },
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      }),
    ),
  );
  const given = answer.Credentials;
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration) {
    throw new Refusal('place.no-credentials', `STS gave no credentials for ${arn}: nothing was changed.`);
  }
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    expiration: given.Expiration,
  };
}
