import fc from 'fast-check';
import { changedRoute, formatRoute, parseRoute, VIEWS } from '../../lab/page/src/live/route-text';

const part = fc.string({ minLength: 1, maxLength: 20 });
const route = fc.record(
  {
    view: fc.constantFrom(...VIEWS),
    parts: fc.array(part, { maxLength: 4 }),
    as: part,
    tour: fc.integer({ min: 1, max: 9 }),
    thread: part,
  },
  { requiredKeys: ['view', 'parts'] },
);

test('a link leads back to where it was made', () => {
  fc.assert(fc.property(route, (one) => expect(parseRoute(formatRoute(one))).toEqual(one)));
});

test('an unknown view opens the workflow', () => {
  expect(parseRoute('#/nonsense/IR-ABCDEFGH').view).toBe('workflow');
});

test('a change keeps person and tour unless it names them', () => {
  const here = parseRoute('#/estate/IR-ABCDEFGH?as=U0CAROL01&tour=3');
  expect(changedRoute(here, { view: 'github', parts: [] })).toMatchObject({ as: 'U0CAROL01', tour: 3, view: 'github' });
  expect(changedRoute(here, { tour: undefined })).not.toHaveProperty('tour');
});
