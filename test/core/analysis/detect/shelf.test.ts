import { INPUTS } from '../../../../core/analysis/detect/inputs';
import { DETECTORS } from '../../../../core/analysis/detect/shelf';

test('these detectors run, in this order', () => {
  expect(DETECTORS.map(({ id }) => id)).toEqual([
    'finding-match',
    'finding-mention',
    'known-tool',
    'reverse-shell',
    'telling-command',
    'process-deleted-program',
    'process-odd-place',
    'kernel-thread-lookalike',
    'process-not-listed',
    'suspect-connection',
    'dns-channel',
    'unexpected-listener',
    'injected-memory',
    'hidden-module',
    'hooked-syscall',
    'kernel-hook',
    'shared-credentials',
    'preload',
    'persistence-change',
    'timer-start',
    'setuid-file',
    'web-shell',
    'file-content',
    'yara-match',
    'tooling-in-tmp',
    'dropped-program',
    'open-odd-file',
    'typed-commands',
    'timestomp',
    'program-changed',
    'altered-program',
    'credentials-touched',
    'deleted-while-open',
    'deleted-file',
    'log-tampering',
    'history-hidden',
    'surviving-text',
  ]);
});

test.each(DETECTORS.map((detector) => [detector.id, detector] as const))(
  '%s says what it rests on and what would be a false alarm',
  (_id, detector) => {
    expect(detector.technique).toMatch(/^T\d{4}(\.\d{3})?$/);
    expect(detector.rationale.length).toBeGreaterThan(20);
    expect(detector.falsePositives.length).toBeGreaterThan(20);
    expect(detector.needs.length).toBeGreaterThan(0);
    for (const input of detector.needs.flat()) expect(INPUTS).toContain(input);
  },
);
