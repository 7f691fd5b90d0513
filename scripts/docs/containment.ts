import { CHECKS } from '../../src/extensions/doctor/examine.ts';

/** `docs/reference/containment.md`: what the sandbox is tried with. */
export function containmentPage(): string {
  const rows = CHECKS.map(([name, tries]) => `| \`${name}\` | ${tries} |`);
  return `${HEAD}${rows.join('\n')}\n`;
}

const HEAD = `# What the sandbox is tried with

Made from \`src/extensions/doctor\`.

\`entrada extension doctor\` tries all of it on the machine that it is run on, in less than a minute, and ends with 1 when
something does not hold. Checks that begin with \`process-\` are made by a process that is started as a runner is, and stand for
code that broke out of its isolate. All others are programs of an extension: each ends as it must, nothing of the host is in what
it sees or leaves behind, and another extension in the same process finds its world as it was.

Every program has a file of its name in \`test/hostile/programs\`, beside attacks that need more than a program: a runner that lies to the
gateway (\`test/hostile/lying-runner.test.ts\`), a token that is looked for in all of a runner's memory
(\`test/hostile/token-in-runner-memory.test.ts\`), what an invocation leaves for the next one
(\`test/hostile/leftovers-of-an-invocation.test.ts\`). \`npm run fuzz\` makes up programs and messages of its own.

| check | what is tried |
| --- | --- |
`;
