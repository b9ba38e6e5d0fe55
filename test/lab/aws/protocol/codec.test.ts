import * as ec2 from '@aws-sdk/client-ec2';
import * as ssm from '@aws-sdk/client-ssm';
import fc from 'fast-check';
import { decodeJson, encodeJson } from '../../../../lab/aws/protocol/json';
import { modelsOf } from '../../../../lab/aws/protocol/model';
import { decodeXml, encodeStructXml } from '../../../../lab/aws/protocol/xml';

/** Text that XML can carry: no control characters, no lone surrogates; the parser under test keeps spaces. */
const text = fc
  .string({ unit: 'grapheme' })
  .filter((value) => !/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(value) && value !== '');

describe('the codecs', () => {
  it('give back what they were given as XML, whatever the text', () => {
    const schema = modelsOf(ec2).get('DescribeInstances')!.output;
    const tags = fc.array(fc.record({ Key: text, Value: text }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(tags, (Tags) => {
        const output = { Reservations: [{ Instances: [{ InstanceId: 'i-1', Tags }] }] };
        expect(decodeXml(schema, `<r>${encodeStructXml(schema, output)}</r>`)).toEqual(output);
      }),
      { numRuns: 100 },
    );
  });

  it('give back what they were given as JSON, dates included', () => {
    const schema = modelsOf(ssm).get('SendCommand')!.output;
    const command = fc.record({
      CommandId: fc.string(),
      Parameters: fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,8}$/), fc.array(fc.string(), { maxLength: 3 })),
      RequestedDateTime: fc.integer({ min: 0, max: 4e9 }).map((seconds) => new Date(seconds * 1000)),
      TargetCount: fc.nat(),
    });
    fc.assert(
      fc.property(command, (Command) => {
        const wire: unknown = JSON.parse(JSON.stringify(encodeJson(schema, { Command })));
        expect(decodeJson(schema, wire, 'answer')).toEqual({ Command });
      }),
      { numRuns: 100 },
    );
  });

  it('refuse to send a member that the shape does not have', () => {
    const schema = modelsOf(ec2).get('StopInstances')!.output;
    expect(() => encodeStructXml(schema, { Stopped: [] })).toThrow('no member Stopped');
  });
});
