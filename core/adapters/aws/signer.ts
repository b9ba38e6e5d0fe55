import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { NeedsHuman } from '../../errors';
import type { Signer } from '../../ports/signer';
import { calling } from './aws-call';

/** Signer over KMS: the private key never leaves it. */
export function kmsSigner(kms: KMSClient, keyArn: string): Signer {
  return {
    async sign(digest) {
      const command = new SignCommand({
        KeyId: keyArn,
        Message: Buffer.from(digest, 'hex'),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      });
      const answer = await calling('kms Sign', () => kms.send(command));
      if (answer.Signature === undefined) throw new NeedsHuman('KMS gave no signature.');
      return Buffer.from(answer.Signature).toString('base64');
    },
    async publicKey() {
      const answer = await calling('kms GetPublicKey', () => kms.send(new GetPublicKeyCommand({ KeyId: keyArn })));
      if (answer.PublicKey === undefined) throw new NeedsHuman('KMS gave no public key.');
      return { publicKey: Buffer.from(answer.PublicKey).toString('base64'), keyId: answer.KeyId ?? keyArn };
    },
  };
}
