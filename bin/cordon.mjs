#!/usr/bin/env node
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOnce } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Cordon needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and run it again.`,
  );
  process.exit(2);
}

installOnce(root);
// The SDK warns of a coming minimum on every start; package.json's `engines` and the functions' runtime say it once.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

require('tsx/cjs');
// import() inside a CommonJS file goes through the other loader.
(await import('tsx/esm/api')).register();
const { main } = require(join(root, 'bin', 'cordon.ts'));
process.exitCode = await main(process.argv.slice(2));
