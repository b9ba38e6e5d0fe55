declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Starts nothing: the server listens when told to. */
  function dynalite(options?: { createTableMs?: number; deleteTableMs?: number; updateTableMs?: number }): Server;
  export = dynalite;
}
