/** The rings (ARCHITECTURE.md). Every arrow that is not allowed here is an error. */
const arrow = (name, from, to, pathNot) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: to, ...(pathNot && { pathNot }) },
});
const noNode = (name, path) => ({ name, severity: 'error', from: { path }, to: { dependencyTypes: ['core'] } });
const home = (pkg, dir) => ({
  name: `${pkg}-lives-in-${dir}`,
  severity: 'error',
  from: { path: '^(src|tools|config)/', pathNot: `^src/adapters/${dir}/` },
  to: { path: `node_modules/${pkg}/` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    // What a ring may see is named; all other source is forbidden, also what comes later.
    arrow('core-is-pure', '^src/core/', '^(src/(?!core/)|tools/|config/)'),
    arrow('core-knows-only-zod', '^src/core/', 'node_modules/(?!zod/)'),
    noNode('core-has-no-node', '^src/core/'),
    arrow('ports-see-core', '^src/ports/', '^(src/(?!(core|ports)/)|tools/|config/)'),
    arrow('ports-know-only-zod', '^src/ports/', 'node_modules/(?!zod/)'),
    noNode('ports-have-no-node', '^src/ports/'),
    arrow('app-sees-core-and-ports', '^src/app/', '^(src/(?!(core|ports|app)/)|tools/|config/)'),
    arrow('tools-see-core-and-ports', '^tools/', '^(src/(?!(core|ports)/)|config/)'),
    arrow('tools-know-only-zod', '^tools/', 'node_modules/(?!zod/)'),
    noNode('tools-have-no-node', '^tools/'),
    arrow('config-sees-core', '^config/', '^(src/(?!core/)|tools/)'),
    arrow('adapters-are-islands', '^src/adapters/([^/]+)/', '^src/adapters/', '^src/adapters/$1/'),
    arrow('only-driving-adapters-see-app', '^src/adapters/(?!(mcp|cli)/)', '^src/app/'),
    arrow('adapters-see-no-more', '^src/adapters/', '^(src/(?!(core|ports|app|adapters)/)|tools/|config/)'),
    arrow('nobody-sees-main', '^(src|tools|config)/', '^src/main\\.ts'),
    arrow('only-the-root-sees-the-root', '^(src/[^/]+/|tools/|config/)', '^src/[^/]+\\.ts'),
    home('ssh2', '(ssh|simulator)'),
    home('ssh-config', 'ssh'),
    arrow('dockerode-is-for-the-bench', '^(src|tools|config)/', 'node_modules/(@types/)?dockerode/'),
    home('winston', 'logging'),
    home('@modelcontextprotocol/[^/]+', 'mcp'),
    home('yaml', '(inventory|policy|cli|yaml|catalog)'),
    home('proper-lockfile', '(inventory|state|audit)'),
    home('kysely', 'state'),
    home('libsql', 'state'),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
