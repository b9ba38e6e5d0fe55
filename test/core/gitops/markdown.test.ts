import fc from 'fast-check';
import { cell, code } from '../../../core/gitops/markdown';

describe('text of others in Markdown', () => {
  test('stays on one line inside its code span', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(code(text).slice(1, -1)).not.toMatch(/[`\n\r]/);
        expect(cell(text)).not.toContain('|');
      }),
    );
  });
});
