import * as z from 'zod';

const ID = z.string().min(1).max(200);
const TEXT = z.string().max(4000);
/** Inputs of a form, by block and action, in Slack's own shape. */
const VALUES = z.record(z.string(), z.record(z.string(), z.looseObject({ type: z.string() })));

/** Everything a person can do on the page. Recorded with its time, a list of these is the whole story. */
export const GESTURE = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), as: ID, channel: ID, text: TEXT }),
  z.object({ kind: z.literal('mention'), as: ID, channel: ID, text: TEXT, thread: ID.optional() }),
  z.object({ kind: z.literal('message'), as: ID, channel: ID, text: TEXT, thread: ID.optional() }),
  z.object({ kind: z.literal('click'), as: ID, channel: ID, ts: ID, action: ID }),
  z.object({ kind: z.literal('click-reply'), as: ID, reply: ID, action: ID }),
  z.object({ kind: z.literal('click-view'), as: ID, where: z.enum(['home', 'modal']), action: ID }),
  z.object({ kind: z.literal('submit'), as: ID, view: ID, values: VALUES }),
  z.object({ kind: z.literal('dismiss'), as: ID }),
  z.object({ kind: z.literal('home'), as: ID }),
  z.object({ kind: z.literal('shortcut'), as: ID, callback: ID, channel: ID.optional(), ts: ID.optional() }),
  z.object({ kind: z.literal('attack'), attack: ID }),
  // What is wrong with it, intake's own reading says.
  z.object({ kind: z.literal('finding'), event: z.record(z.string(), z.unknown()) }),
  // To the next change anybody can see, or to the next question for a person (or the end of all runs).
  z.object({ kind: z.literal('skip'), to: z.enum(['change', 'question']) }),
  z.object({ kind: z.literal('slack-weather'), weather: z.enum(['well', 'down', 'limited']) }),
  z.object({ kind: z.literal('github-down'), down: z.boolean() }),
  z.object({ kind: z.literal('merge'), number: z.number().int().positive() }),
  z.object({
    kind: z.literal('review'),
    as: ID,
    run: z.number().int().positive(),
    state: z.enum(['approved', 'rejected']),
  }),
]);

export type Gesture = z.infer<typeof GESTURE>;
export type GestureKind = Gesture['kind'];
