/** infra/bundle.ts turns YAML imports into JSON; only `*.lambda.ts` and what they alone import may use them. */
declare module '*.yaml' {
  const content: unknown;
  export = content;
}
