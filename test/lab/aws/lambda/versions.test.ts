import { FunctionVersions } from '../../../../lab/aws/lambda/versions';
import type { FunctionPool } from '../../../../lab/lambda/function-pool';

/** Only told apart here, never invoked. */
const pool = (name: string) => ({ name }) as unknown as FunctionPool;

describe('the versions of a function', () => {
  it('keep the code they were published with while $LATEST and the alias move on', () => {
    const [old, next] = [pool('old'), pool('next')];
    const versions = new FunctionVersions(old);
    versions.point('live', versions.publish());
    versions.replace(next);
    expect([versions.pool('live'), versions.pool(undefined)]).toEqual([old, next]);
    versions.point('live', versions.publish());
    expect([versions.pool('live'), versions.pool('1'), versions.pool('2')]).toEqual([next, old, next]);
  });
});
