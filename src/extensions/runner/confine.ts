/**
 * Gives up what a runner process had to have until its code was loaded. What had to be read is read, and the one add-on is
 * loaded: nothing of either can be done again.
 */
export function confine(): void {
  for (const scope of ['addon', 'fs.read']) process.permission.drop(scope);
}
