import { config } from '../../node_modules/zod/v4/core/core.js';
import english from '../../node_modules/zod/v4/locales/en.js';

config({ ...english(), jitless: true });

/**
 * zod as the edge is bundled with it (bundle-aliases.ts): its schemas and English messages, without fifty locales,
 * JSON-schema writers and the code generator, whose `new Function` costs more at start than it saves in one request.
 */
export * as z from './zod-schemas';
