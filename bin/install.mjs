// Plain JavaScript: runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Installs what package-lock.json names, once. Exits with one sentence when it cannot. */
export function installOnce(root) {
  if (existsSync(join(root, 'node_modules', '.package-lock.json'))) return;
  console.error('Installing packages (once) …');
  // `npm ci` refuses a lockfile without the binaries of every platform, which a registry mirror may not have had;
  // `npm install --no-save` keeps the same versions and changes no file.
  for (const command of [['ci'], ['install', '--no-save']]) {
    const quiet = command[0] === 'ci';
    // Nothing here needs a script of a package, and a workflow may hold credentials while it installs.
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const npm = spawnSync('npm', [...command, ...flags], {
      cwd: root,
      stdio: ['ignore', 'ignore', quiet ? 'ignore' : 'inherit'],
    });
    if (npm.status === 0) return;
  }
  console.error('npm could not install the packages: see its message above, mend it, and run this again.');
  process.exit(1);
}
