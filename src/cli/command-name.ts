/** How a person who reads what is printed calls this command line again: in a clone, or where the package is installed. */
export function commandName(): string {
  return import.meta.filename.endsWith('.ts') ? 'npm run entrada --' : 'npx entrada';
}
