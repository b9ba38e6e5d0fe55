import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { STEPS } from '../../core/incident/steps';

const TEXT = readFileSync(resolve(__dirname, '../../runbooks/incident-response.md'), 'utf8');

describe('the human procedure', () => {
  it('has exactly the steps of the workflow as its headings, in their order', () => {
    const headings = [...TEXT.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(Object.keys(STEPS));
  });

  it('says something under every heading', () => {
    const sections = TEXT.split(/^## .+$/m).slice(1);
    expect(sections.filter((section) => section.trim().length < 40)).toEqual([]);
  });
});
