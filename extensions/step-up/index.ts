import { allow, challenge, type Extension, type Json } from 'entrada/extension';

interface Config {
  /** Authentication context of the tenant's conditional access, c1 to c99. */
  context: string;
  /** Whose members have to satisfy it. */
  groups: string[];
}

/** Asks members of some groups for more proof than others: what, the tenant's conditional access says. */
export default {
  decide({ principal }, { config }) {
    if (!principal.groups.some(({ name }) => config.groups.includes(name))) return allow();
    if (contextsOf(principal.claims['acrs']).includes(config.context)) return allow();
    return challenge({
      claims: { id_token: { acrs: { essential: true, value: config.context } } },
    });
  },
} satisfies Extension<Config>;

/** Entra sends one context as a list of one; a text is read too. */
function contextsOf(acrs: Json | undefined): readonly Json[] {
  if (typeof acrs === 'string') return [acrs];
  return Array.isArray(acrs) ? acrs : [];
}
