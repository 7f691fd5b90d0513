import type { Extension, Patch } from 'entrada/extension';

export default {
  enrich(signIn): Patch | undefined {
    if (signIn.principal.email === undefined) return undefined;
    return {
      username: signIn.principal.username.toLowerCase(),
      groups: { add: ['Ledgers'], remove: ['Guests'] },
      roles: { add: [], remove: ['auditor'] },
      claims: { cost_center: '42', tags: ['a', 'b'], nested: { deep: null } },
      home: 'people/jane',
      session: { idle: 600, absolute: 3600 },
      headers: { 'x-cost-center': '42' },
    };
  },
} satisfies Extension;
