#!/usr/bin/env node
// `npm test`: installs what is missing, then types, lint, synth and every suite that needs only Node.
// `npm test -- --all` adds the suites that use other tools where present (.ci/run installs them).
// Anything else is handed to jest: `npm test -- test/core`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOnce } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const all = args.includes('--all');
const forJest = args.filter((arg) => arg !== '--all');

installOnce(root);

const bin = (name) => join(root, 'node_modules', '.bin', name);
const stages = [
  ['types', bin('tsc'), ['--noEmit']],
  ['types of infra', bin('tsc'), ['--noEmit', '-p', 'infra']],
  ['types of the page', bin('tsc'), ['--noEmit', '-p', 'lab/page']],
  ['lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['synth', process.execPath, [join(root, 'bin', 'cordon.mjs'), 'synth', '--if-changed']],
];

// `npm test` keeps to five minutes on two cores: what runs a shell, git, a disk image or another interpreter belongs to `.ci/run`,
// which installs what these compare with, and so do the stories beside the main line of an incident.
const ONLY_IN_CI = [
  '/test/(tools|differential)/',
  '/test/runbooks/(analyse-disk|capture-memory|collect-volatile)\\.test',
  // Here: the golden story, what people decide, and a death after every changing call.
  '/test/story/(?!crash|decisions|golden)',
  '/test/infra/flags',
];

const ignored = all || forJest.length > 0 ? [] : ONLY_IN_CI;
if (ignored.length > 0) console.log('notice: suites that need more than Node, or more than minutes, run in .ci/run');

let passed = 0;
let failed = 0;
let skipped = 0;
/** Runs one stage; its output is shown only when it failed. */
function run([name, command, argv]) {
  const started = Date.now();
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(command, argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => chunks.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      if (code === 0) passed += 1;
      else failed += 1;
      console.log(
        code === 0 ? `ok      ${name} (${seconds} s)` : `FAILED  ${name} (${seconds} s)\n${Buffer.concat(chunks)}`,
      );
      resolve();
    });
  });
}
// Side by side: synthesizing takes one core and as long as the rest together.
if (forJest.length === 0) await Promise.all(stages.map(run));

// Stories allocate fast and keep little: a larger young generation saves them a quarter of their time.
const nodeOptions = `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=64`.trim();
const report = join(root, '.cache', 'jest.json');

/** Runs jest under a Node and adds what it counted. */
function runJest(node, argv) {
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const flags = ['--json', `--outputFile=${report}`, '--testLocationInResults=false'];
  const { status } = spawnSync(node, [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), ...flags, ...argv], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: nodeOptions, ...(all ? { CORDON_ALL: '1' } : {}) },
  });
  const before = failed;
  if (existsSync(report)) {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    passed += counts.numPassedTests;
    failed += counts.numFailedTests + counts.numRuntimeErrorTestSuites;
    skipped += counts.numPendingTests + counts.numTodoTests;
  }
  // Jest that ended badly without naming a test has failed all the same.
  if (status !== 0 && failed === before) failed += 1;
}

/** Node 24, on which the functions run, from npm; undefined where it cannot be had. */
function deployedNode() {
  if (process.versions.node.startsWith('24.')) return undefined;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, '.cache', 'node24');
  const node = join(folder, 'node_modules', name, 'bin', 'node');
  const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  if (!existsSync(node)) spawnSync('npm', ['install', '--prefix', folder, ...flags, `${name}@24`]);
  return existsSync(node) ? node : undefined;
}

// Suites that drive a browser wait half of their time, and so does whatever asks moto: a third worker fills that.
const workers = all && forJest.length === 0 ? ['--maxWorkers=3'] : [];
runJest(process.execPath, [...forJest, ...workers, ...ignored.map((pattern) => `--testPathIgnorePatterns=${pattern}`)]);
if (all && forJest.length === 0) {
  const node = deployedNode();
  if (node !== undefined) {
    console.log('the golden story again, on Node 24');
    const before = skipped;
    runJest(node, ['test/story/golden', '-t', 'is contained, collected, analysed']);
    // The rest of the file is not skipped: it ran above.
    skipped = before;
  } else if (!process.versions.node.startsWith('24.')) {
    console.log('notice: Node 24 could not be had from npm; the stories ran on this Node only');
    skipped += 1;
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
