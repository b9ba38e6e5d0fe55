#!/usr/bin/env node
// Plain JavaScript, so that it runs on a fresh clone: installs what is missing, then hands over to TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Cordon needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and run it again.`,
  );
  process.exit(2);
}

if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) {
  console.error('Installing packages (once) …');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (npm.status !== 0) {
    console.error('npm ci failed: see its message above, mend it, and run this again.');
    process.exit(1);
  }
}

require('tsx/cjs');
// import() inside a CommonJS file goes through the other loader.
(await import('tsx/esm/api')).register();
const { main } = require(join(root, 'bin', 'cordon.ts'));
process.exitCode = await main(process.argv.slice(2));
