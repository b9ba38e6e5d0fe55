import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import { parse } from 'yaml';

/** What the stack's bundler does with YAML: JSON in the bundle. */
export const yamlPlugin: Plugin = {
  name: 'yaml-as-json',
  setup(context) {
    context.onLoad({ filter: /\.ya?ml$/ }, ({ path }) => ({
      contents: JSON.stringify(parse(readFileSync(path, 'utf8'))),
      loader: 'json',
    }));
  },
};
