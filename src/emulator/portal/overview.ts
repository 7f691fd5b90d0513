import type { Reply } from '../http/reply.ts';
import type { Handler } from '../http/route.ts';
import { type Markup, markup } from '../pages/markup.ts';
import { page } from '../pages/page.ts';
import { type Person, signInName } from '../tenant/person.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { World } from '../world.ts';
import { navigation } from './navigation.ts';

/** The first page: where everything is, who can sign in, what to look at. */
export const overview: Handler = (world): Reply =>
  page({
    title: 'Entra emulator',
    wide: true,
    body: markup`${navigation('overview')}
<h1>Entra emulator</h1>
<p>A local tenant for demos and tests. Nothing here is Microsoft’s, and nothing leaves this machine.</p>
<h2>Addresses</h2>
<dl>
<dt>Login</dt><dd><code>${world.addresses.login}</code></dd>
${Object.entries(world.addresses.map).map(([real, local]) => markup`<dt>${real}</dt><dd><code>${local}</code></dd>`)}
</dl>
${[...world.tenants.values()].map((tenant) => describeTenant(world, tenant))}`,
  });

const describeTenant = (world: World, tenant: Tenant): Markup => markup`
<h2>${tenant.name}</h2>
<dl>
<dt>Tenant id</dt><dd><code>${tenant.id}</code></dd>
<dt>Domains</dt><dd>${tenant.domains.join(', ')}</dd>
<dt>Discovery</dt><dd><a href="${world.addresses.login}/${tenant.id}/v2.0/.well-known/openid-configuration">OpenID configuration</a></dd>
<dt>Applications</dt><dd>${[...tenant.applications.values()].map(({ appId, displayName }) => markup`<a href="/applications/${appId}">${displayName}</a> `)}</dd>
</dl>
<div class="scroll"><table>
<thead><tr><th scope="col">Person</th><th scope="col">Signs in as</th><th scope="col">Department</th><th scope="col">Groups</th><th scope="col">Remarks</th></tr></thead>
<tbody>${tenant.directory.people.map((person) => personRow(tenant, person))}</tbody>
</table></div>
<p class="soft">What stands in brackets is no security group.</p>`;

const personRow = (tenant: Tenant, person: Person): Markup => markup`
<tr><th scope="row">${person.displayName}</th><td>${signInName(person)}</td><td>${person.department}</td>
<td>${groupNames(tenant, person)}</td><td>${remarks(person)}</td></tr>`;

const groupNames = ({ directory }: Tenant, { oid }: Person): string =>
  directory
    .membershipsOf(oid, true)
    .slice(0, 12)
    .map(({ displayName, securityEnabled }) => (securityEnabled ? displayName : `(${displayName})`))
    .join(', ');

const remarks = (person: Person): string =>
  [person.enabled ? '' : 'disabled', person.homeTenant === null ? '' : 'guest', ...person.roles]
    .filter((remark) => remark !== '')
    .join(', ');
