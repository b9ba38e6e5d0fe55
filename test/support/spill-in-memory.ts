import type { SpillStore } from '../../core/analysis/timeline/spill';

/** Spill space in memory that tells how much was spilled and whether all of it was given back. */
export function spillInMemory(): SpillStore & { readonly created: number; readonly open: number } {
  let created = 0;
  let open = 0;
  return {
    get created() {
      return created;
    },
    get open() {
      return open;
    },
    create: () => {
      created += 1;
      open += 1;
      let content = Buffer.alloc(0);
      return {
        append: (bytes) => {
          content = Buffer.concat([content, bytes]);
        },
        read: (position, into) => content.copy(into, 0, position, position + into.length),
        close: () => {
          open -= 1;
        },
      };
    },
  };
}
