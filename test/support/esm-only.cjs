/** octokit and its family offer only `import` entries; jest asks for `require`. Everything else is resolved as jest does. */
const ESM_ONLY = /^(octokit|@octokit\/.+|universal-user-agent|before-after-hook|universal-github-app-jwt)$/;

module.exports = (path, options) =>
  options.defaultResolver(
    path,
    ESM_ONLY.test(path) ? { ...options, conditions: [...(options.conditions ?? []), 'import'] } : options,
  );
