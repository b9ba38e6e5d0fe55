import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * The schemas of an AWS SDK client, so that only those of the commands a function sends are kept: the EC2 client's alone are 1.3 MB and
 * each operation is otherwise bundled into every function. esbuild keeps an unused object whose key is computed (`[_eQN]: …`), for
 * computing it might have an effect; the keys are constants of the same file, and are written out here.
 */
export const sdkSchemasPlugin: Plugin = {
  name: 'sdk-schemas',
  setup(context) {
    context.onLoad({ filter: /@aws-sdk[\\/].+[\\/]dist-es[\\/].*schemas_0\.js$/ }, ({ path }) => ({
      contents: writeOutKeys(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** `const _a = "b"; … { [_a]: 1 }` → `const _a = "b"; … { "b": 1 }`; keys that are no such constant stay as they are. */
export function writeOutKeys(text: string): string {
  const constants = new Map(
    [...text.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return text.replace(/\[(\w+)\]:/g, (whole, name: string) => {
    const value = constants.get(name);
    return value === undefined ? whole : `${value}:`;
  });
}
