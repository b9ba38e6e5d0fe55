import { S3Client } from '@aws-sdk/client-s3';
import { type Signing, s3Presigner } from '../../../../core/adapters/aws/uploads';
import { captureSeconds, SIGNED_SECONDS, SIGNING_SECONDS, SLACK_SECONDS } from '../../../../core/collect/parts';

const START = Date.parse('2026-03-01T12:00:00.000Z');

function presigner() {
  let now = START;
  const sessions: Signing[] = [];
  const sign = async () => {
    const credentials = { accessKeyId: `ASIA${sessions.length}`, secretAccessKey: 's', sessionToken: 't' };
    const s3 = new S3Client({ region: 'eu-west-1', requestChecksumCalculation: 'WHEN_REQUIRED', credentials });
    const session = { s3, until: new Date(now + SIGNED_SECONDS * 1000) };
    sessions.push(session);
    return session;
  };
  const made = s3Presigner(sign, { now: () => new Date(now) }, { evidence: 'evidence', tools: 'tools' });
  return { made, sessions, pass: (seconds: number) => (now += seconds * 1000) };
}

const signerOf = (url: string) => /ASIA[0-9]/.exec(url)?.[0];

describe('the signing of URLs for a victim', () => {
  it('signs a whole batch in one session, which outlives every URL of it', async () => {
    const { made, sessions, pass } = presigner();
    const seconds = captureSeconds({ memoryMiB: 24 * 1024 * 1024, platform: 'linux' }) + SLACK_SECONDS;
    const first = await made.part('incidents/IR/images/memory.lime', 'upload', 1, seconds);
    pass(SIGNING_SECONDS);
    const last = await made.put('incidents/IR/work/result.json', seconds);
    expect([signerOf(first), signerOf(last)]).toEqual(['ASIA0', 'ASIA0']);
    expect(sessions).toHaveLength(1);
  });

  it('never signs what would outlive its session: a warm function takes a new one', async () => {
    const { made, sessions, pass } = presigner();
    await made.get({ bucket: 'tools', key: 'avml' }, 900);
    pass(SIGNED_SECONDS - 899);
    const later = await made.get({ bucket: 'tools', key: 'avml' }, 900);
    expect(signerOf(later)).toBe('ASIA1');
    expect(sessions).toHaveLength(2);
  });

  it('bakes no checksum into the URL of a part', async () => {
    const url = new URL(await presigner().made.part('incidents/IR/images/memory.lime', 'upload', 7, 3300));
    expect([...url.searchParams.keys()].filter((name) => /checksum|crc/i.test(name))).toEqual([]);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('3300');
    expect(url.searchParams.get('partNumber')).toBe('7');
  });
});
