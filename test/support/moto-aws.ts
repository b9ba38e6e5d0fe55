import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

/** A moto server for the plain services (EC2, Auto Scaling, ELB, S3, KMS, SSM, IAM); it checks no signature. */
export interface MotoAws {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Version of the installed moto with its server, or undefined. */
export function motoAwsVersion(): string | undefined {
  const found = spawnSync('python3', ['-c', 'import moto.server, moto; print(moto.__version__)'], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

export async function startMotoAws(): Promise<MotoAws> {
  const port = await freePort();
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(`${endpoint}/moto-api/`).catch(() => undefined);
    if (answer?.ok) break;
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('moto did not start');
    await new Promise((done) => setTimeout(done, 200));
  }
  const stop = async () => {
    child.kill();
    await ended;
  };
  return { endpoint, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
