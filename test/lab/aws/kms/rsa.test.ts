import { createPublicKey, sign, verify } from 'node:crypto';
import { seededRsaKey } from '../../../../lab/aws/kms/rsa';

describe('a seeded RSA key', () => {
  it('has 2048 bits, signs what its public half verifies, and is another for another seed', () => {
    const key = seededRsaKey('one');
    expect(key.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65537n });
    const message = Buffer.from('manifest');
    expect(verify('sha256', message, createPublicKey(key), sign('sha256', message, key))).toBe(true);
    const spki = (seed: string): string =>
      createPublicKey(seededRsaKey(seed)).export({ type: 'spki', format: 'pem' }).toString();
    expect(spki('one')).not.toBe(spki('two'));
  });

  it('is the same on every machine', () => {
    const { n } = seededRsaKey('fixed').export({ format: 'jwk' });
    expect(n?.slice(0, 16)).toBe('sb_7i7rvF7tE-b0H');
  });
});
