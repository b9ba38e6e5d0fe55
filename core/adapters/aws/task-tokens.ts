import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { NeedsHuman } from '../../errors';
import type { IncidentId } from '../../incident/ids';
import type { TaskTokens } from '../../ports/task-tokens';
import { calling } from './aws-call';

/** KMS encrypts up to 4,096 bytes directly; a task token has at most 2,048 characters. */
export function kmsTaskTokens(client: KMSClient, keyArn: string): TaskTokens {
  const context = (incident: IncidentId) => ({ purpose: 'task-token', incident });
  return {
    async seal(incident, token) {
      const sealed = await calling('encrypt a task token', () =>
        client.send(
          new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from(token), EncryptionContext: context(incident) }),
        ),
      );
      if (sealed.CiphertextBlob === undefined) throw new NeedsHuman('KMS gave no ciphertext for a task token.');
      return Buffer.from(sealed.CiphertextBlob).toString('base64');
    },
    async open(incident, sealed) {
      const opened = await calling('decrypt a task token', () =>
        client.send(
          new DecryptCommand({
            KeyId: keyArn,
            CiphertextBlob: Buffer.from(sealed, 'base64'),
            EncryptionContext: context(incident),
          }),
        ),
      );
      if (opened.Plaintext === undefined) throw new NeedsHuman('KMS gave no plaintext for a task token.');
      return Buffer.from(opened.Plaintext).toString();
    },
  };
}
