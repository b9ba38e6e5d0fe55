import {
  DescribeInstanceAttributeCommand,
  type EC2Client,
  GetConsoleOutputCommand,
  GetConsoleScreenshotCommand,
} from '@aws-sdk/client-ec2';
import type { ConsoleReader } from '../../ports/console';
import { calling, orElse } from './aws-call';
import type { ClientAt } from './places';

/** Codes that mean "this instance shows no screen": a type without one, metal, not running. */
const NO_SCREEN = [
  'UnsupportedOperation',
  'IncorrectInstanceState',
  'InvalidInstanceID.NotFound',
  'OperationNotPermitted',
];

/** ConsoleReader over EC2; everything arrives in base64. */
export function awsConsole(ec2At: ClientAt<EC2Client>): ConsoleReader {
  const decode = (text: string | undefined) => (text ? new Uint8Array(Buffer.from(text, 'base64')) : undefined);
  return {
    async output(key) {
      const answer = await orElse('ec2 GetConsoleOutput', NO_SCREEN, undefined, () =>
        ec2At(key).send(new GetConsoleOutputCommand({ InstanceId: key.instance })),
      );
      return decode(answer?.Output);
    },
    async screenshot(key) {
      const answer = await orElse('ec2 GetConsoleScreenshot', NO_SCREEN, undefined, () =>
        ec2At(key).send(new GetConsoleScreenshotCommand({ InstanceId: key.instance })),
      );
      return decode(answer?.ImageData);
    },
    async userData(key) {
      const command = new DescribeInstanceAttributeCommand({ InstanceId: key.instance, Attribute: 'userData' });
      const answer = await calling('ec2 DescribeInstanceAttribute', () => ec2At(key).send(command));
      return decode(answer.UserData?.Value);
    },
  };
}
