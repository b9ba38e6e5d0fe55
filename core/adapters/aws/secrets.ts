import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NeedsHuman } from '../../errors';
import type { Clock } from '../../ports/clock';
import type { Secrets } from '../../ports/secrets';
import { calling } from './aws-call';

/** Five minutes: as long as AWS's own extension keeps one; a rotated secret is used soon enough. */
const KEEP_MS = 300_000;

export function awsSecrets(client: SecretsManagerClient, clock: Clock): Secrets {
  const kept = new Map<string, { readonly text: string; readonly until: number }>();
  return {
    async get(arn) {
      const now = clock.now().getTime();
      const known = kept.get(arn);
      if (known !== undefined && known.until > now) return known.text;
      const answer = await calling('read a secret', () => client.send(new GetSecretValueCommand({ SecretId: arn })));
      if (answer.SecretString === undefined)
        throw new NeedsHuman(`The secret ${arn} holds no text: put its JSON there.`);
      kept.set(arn, { text: answer.SecretString, until: now + KEEP_MS });
      return answer.SecretString;
    },
  };
}
