import type { AuthenticationConfig } from '../config/config.ts';
import type { Finding } from '../config/document/finding.ts';
import type { BuiltExtension } from './load.ts';
import type { Entry } from './order.ts';

/**
 * What is wrong between methods of `type: extension` and extensions. The entry of such a method is the grant of what the
 * manifest asks for with `requests: { password: true }`.
 *
 * @param whole Every extension that is not off was built: one that is missing does not exist.
 */
export function methodFindings(
  methods: readonly AuthenticationConfig[],
  entries: readonly Entry<BuiltExtension>[],
  whole: boolean,
): readonly Finding[] {
  const named = new Set<string>();
  const findings = methods.flatMap((method, index) => {
    if (method.type !== 'extension') return [];
    named.add(method.extension);
    const found = entries.find(({ extension }) => extension.name === method.extension)?.extension;
    const path = ['authentications', index, 'extension'];
    if (found) return faultsOf(found, path);
    return whole ? [missing(method.extension, path)] : [];
  });
  const unasked = entries.filter(
    ({ extension: { name, manifest } }) => manifest.requests.password && !named.has(name),
  );
  return [...findings, ...(methods.length > 0 ? unasked.map(neverAsked) : [])];
}

function missing(name: string, path: Finding['path']): Finding {
  return {
    code: 'CONFIG_UNKNOWN_REFERENCE',
    path,
    says: () => `There is no extension with the name ${name}, or it is off`,
    next: 'Add it to extensions, with mode: enforce. Its name stands in its extension.yaml.',
  };
}

function faultsOf(
  { name, manifest, config: { mode } }: BuiltExtension,
  path: Finding['path'],
): readonly Finding[] {
  const faults: Finding[] = [];
  if (!manifest.requests.password) {
    faults.push({
      code: 'CONFIG_CONFLICT',
      path,
      says: () => `The extension ${name} does not ask for passwords`,
      next: 'Its extension.yaml has to say requests: { password: true }, and its code to have an authenticate hook.',
    });
  }
  if (mode === 'shadow') {
    faults.push({
      code: 'CONFIG_CONFLICT',
      path,
      says: () => `The extension ${name} is in mode shadow: nobody could sign in by it`,
      next: 'Write mode: enforce, or take the method out.',
    });
  }
  return faults;
}

function neverAsked({ extension: { name }, index }: Entry<BuiltExtension>): Finding {
  return {
    code: 'CONFIG_GRANT_NARROWER',
    severity: 'warning',
    path: ['extensions', index, 'source'],
    says: () => `${name} asks for passwords, and no method names it`,
    next: `Add a method with type: extension and extension: ${name}, or leave it: its authenticate hook is never asked.`,
  };
}
