/** The one stylesheet. Both colour schemes keep a contrast of 4.5:1 and more; 320 px are enough for every page. */
export const STYLESHEET: string = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1c1c22, #ececf1);
  --soft: light-dark(#55555f, #b4b4c0);
  --page: light-dark(#f4f4f7, #16161a);
  --card: light-dark(#ffffff, #202026);
  --line: light-dark(#d4d4dc, #3a3a44);
  --link: light-dark(#0b4fb3, #9cc2ff);
  --button: light-dark(#0b4fb3, #9cc2ff);
  --on-button: light-dark(#ffffff, #101420);
  --good: light-dark(#14632f, #8fd6a5);
  --bad: light-dark(#9c1c1c, #ffb0a8);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  padding: 1rem;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
main {
  max-width: 44rem;
  margin: 4vh auto;
  padding: 1.5rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 0.75rem;
}
main.narrow { max-width: 26rem; }
h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.125rem; }
h3 { margin: 0 0 0.25rem; font-size: 1rem; }
p { margin: 0 0 1rem; }
a { color: var(--link); }
ul { margin: 0; padding: 0; list-style: none; }
li + li { margin-top: 0.5rem; }
dl { display: grid; grid-template-columns: minmax(6rem, 30%) 1fr; gap: 0.375rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; }
form { margin: 2rem 0 0; }
label { display: block; margin: 0.75rem 0 0.25rem; }
input {
  width: 100%;
  padding: 0.625rem 0.75rem;
  border: 1px solid var(--soft);
  border-radius: 0.5rem;
  background: var(--page);
  color: var(--text);
  font: inherit;
}
input + .button { margin-top: 1.25rem; }
code { font: 0.875em/1.5 ui-monospace, monospace; }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); }
footer dl { font-size: 0.875rem; }
.photo { float: right; margin: 0 0 1rem 1rem; border-radius: 50%; object-fit: cover; }
.soft { color: var(--soft); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.card { padding: 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; }
.button {
  display: block;
  width: 100%;
  padding: 0.75rem 1rem;
  border: 0;
  border-radius: 0.5rem;
  background: var(--button);
  color: var(--on-button);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button + .soft { margin: 0.25rem 0 0; text-align: center; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; }
@media (max-width: 30rem) {
  body { padding: 0.5rem; }
  main { margin: 0 auto; padding: 1rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.5rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .button { transition: filter 0.15s; }
  .button:hover { filter: brightness(1.12); }
}
`;

/** An open door. */
export const ICON: string = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#0b4fb3"/>
<path d="M9 26V6h14v20M6 26h20" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/>
<path d="M13 9.5 20 7v19l-7-2.5z" fill="#fff"/>
<circle cx="15.2" cy="17" r="1.2" fill="#0b4fb3"/>
</svg>
`;
