import { reviewersOf } from '../../bin/gitops-stop';

const review = (state: string, login: string, environment = 'approve-stop') => ({
  ...{ state, user: { login }, comment: '' },
  environments: [{ name: environment }],
});
const answering = (reviews: unknown) => async () => reviews;
const RUN = '/repos/acme/ir/actions/runs/1';

describe('who decided about a stop on GitHub', () => {
  it('is whoever reviewed our environment in this run, each once', async () => {
    const reviews = [review('approved', 'bea'), review('approved', 'ada'), review('approved', 'ada')];
    const asked: string[] = [];
    const api = async (method: string, path: string) => {
      asked.push(`${method} ${path}`);
      return reviews;
    };
    expect(await reviewersOf(api, RUN, 'approved')).toEqual(['ada', 'bea']);
    expect(asked).toEqual([`GET ${RUN}/approvals`]);
  });

  it.each([
    ['nobody was asked: the environment has no required reviewers', []],
    ['only another environment was approved', [review('approved', 'ada', 'production')]],
    ['the only review is a rejection', [review('rejected', 'ada')]],
    ['GitHub answered something else', { message: 'Not Found' }],
  ])('is no approval when %s', async (_why, reviews) => {
    await expect(reviewersOf(answering(reviews), RUN, 'approved')).rejects.toThrow('give it required reviewers');
  });

  it('may be unknown for a rejection, which counts all the same', async () => {
    expect(await reviewersOf(answering([]), RUN, 'rejected')).toEqual([]);
  });
});
