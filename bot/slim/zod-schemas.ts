/** The part of zod our code uses; see zod.ts. */
export * from '../../node_modules/zod/v4/classic/schemas.js';
export { NEVER } from '../../node_modules/zod/v4/core/core.js';
