/** What npm tells of how a command was called. */
interface Called {
  readonly [variable: string]: string | undefined;
}

/** How a person who reads what is printed calls this command line again: as they did now. */
export function commandName(called: Called = process.env): string {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script = '' } = called;
  if (event === 'npx') return /^\W*entrada\b/.test(script) ? 'npx entrada' : 'entrada';
  return script.includes('src/cli/main.ts') ? 'npm run entrada --' : 'entrada';
}
