/** What makes certificates. It has 250 files: only who makes one pays for loading it. */
export async function x509(): Promise<typeof import('@peculiar/x509')> {
  // oxlint-disable-next-line import/no-unassigned-import -- defines what `@peculiar/x509` reads while it loads
  await import('./reflect-metadata.ts');
  return import('@peculiar/x509');
}
