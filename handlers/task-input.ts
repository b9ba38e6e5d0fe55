import * as z from 'zod';
import { parseIncidentId } from '../core/incident/ids';
import { GATES, isStepName } from '../core/incident/steps';

const incident = z.string().transform((text, context) => {
  const id = parseIncidentId(text);
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'is not an incident id' });
  return z.NEVER;
});
const step = z.string().transform((text, context) => {
  if (isStepName(text)) return text;
  context.addIssue({ code: 'custom', message: 'is not a step of the workflow' });
  return z.NEVER;
});
const run = z.number().int().positive();
const token = z.string().min(1);

/** What every step's task gets: ids only; all else is read from the ledger. */
export const STEP_INPUT = z.object({ incident, run, step });
export type StepInput = z.output<typeof STEP_INPUT>;

/** A step that parks gets its task token too. */
export const PARKING_STEP_INPUT = STEP_INPUT.extend({ token });
export type ParkingStepInput = z.output<typeof PARKING_STEP_INPUT>;

/** The step that keeps memory results knows whether the deployment has a symbol factory. */
export const MEMORY_RESULTS_INPUT = STEP_INPUT.extend({ symbolFactory: z.boolean() });
export type MemoryResultsInput = z.output<typeof MEMORY_RESULTS_INPUT>;

/** One iteration of the Map over the chunks of the disk hash. */
export const CHUNK_INPUT = STEP_INPUT.extend({ chunk: z.number().int().nonnegative() });
export type ChunkInput = z.output<typeof CHUNK_INPUT>;

export const GATE_INPUT = z.object({ incident, run, gate: z.enum(GATES) });
export type GateInput = z.output<typeof GATE_INPUT>;

export const HOLD_INPUT = GATE_INPUT.extend({ token });
export type HoldInput = z.output<typeof HOLD_INPUT>;

/** `error` is what Catch puts there: the error's name and a JSON text with its message. */
export const FAILURE_INPUT = PARKING_STEP_INPUT.extend({
  error: z.object({ Error: z.string(), Cause: z.string().default('') }),
  entered: z.string().optional(),
});
export type FailureInput = z.output<typeof FAILURE_INPUT>;
