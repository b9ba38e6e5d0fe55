import fc from 'fast-check';
import { parseSlackSecret, signingSecrets } from '../../bot/slack-secret';

const SECRET = { signingSecret: 'a signing secret', botToken: 'xoxb-1', appId: 'A1', teamId: 'T1' };

describe('the Slack secret', () => {
  test('gives one signing secret, or two while it is being rotated', () => {
    expect(signingSecrets(parseSlackSecret(JSON.stringify(SECRET)))).toEqual(['a signing secret']);
    const rotating = { ...SECRET, previousSigningSecret: 'the one before' };
    expect(signingSecrets(parseSlackSecret(JSON.stringify(rotating)))).toEqual(['a signing secret', 'the one before']);
  });

  test.each([
    [{ signingSecret: 'short' }, 'signingSecret'],
    [{ previousSigningSecret: 'short' }, 'previousSigningSecret'],
    [{ botToken: 'xoxp-user' }, 'botToken'],
    [{ appId: '' }, 'appId'],
    [{ teamId: 7 }, 'teamId'],
  ])('names the field that is wrong and no value: %j', (wrong, field) => {
    const text = JSON.stringify({ ...SECRET, ...wrong });
    expect(() => parseSlackSecret(text)).toThrow(`The Slack secret lacks a usable ${field}.`);
  });

  test('never repeats what is not a secret object', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), (text) => {
        fc.pre(!text.trim().startsWith('{'));
        let said = '';
        try {
          parseSlackSecret(text);
        } catch (error) {
          said = String(error);
        }
        expect(said).toContain('The Slack secret');
        expect(said).not.toContain(text);
      }),
    );
  });
});
