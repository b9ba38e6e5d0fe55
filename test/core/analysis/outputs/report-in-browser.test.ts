import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderReport } from '../../../../core/analysis/outputs/report';
import { testWith } from '../../../support/sleuth-kit';
import { summarySaying } from '../../../support/summaries';

testWith(['chromium'])('Chromium opens the report without a console message and asks the network for nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-report-'));
  try {
    const page = join(folder, 'report.html');
    const log = join(folder, 'net.json');
    writeFileSync(page, renderReport(summarySaying('"><img src=https://evil.test/x onerror=alert(1)>')));
    const options = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      `--user-data-dir=${folder}/profile`,
    ];
    const ran = spawnSync(
      'chromium',
      [...options, '--enable-logging=stderr', `--log-net-log=${log}`, '--dump-dom', `file://${page}`],
      { encoding: 'utf8', timeout: 50_000 },
    );
    expect(ran.stdout).toContain('Custody and hashes');
    expect(ran.stderr).not.toContain('CONSOLE');
    expect(readFileSync(log, 'utf8')).not.toContain('evil.test/x"');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
