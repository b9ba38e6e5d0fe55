import type { Case } from './asl-case';
import { CHOICES, DATA_FLOW, DEVIATING_INTRINSICS, INTRINSICS } from './asl-data-cases';
import { BRANCHES, ERRORS, WAITING } from './asl-flow-cases';

export const CASES: readonly Case[] = [
  ...CHOICES,
  ...DATA_FLOW,
  ...INTRINSICS,
  ...DEVIATING_INTRINSICS,
  ...ERRORS,
  ...BRANCHES,
  ...WAITING,
];
