/** The one stylesheet, printed into each page: nothing is loaded from anywhere. */
export const STYLE = `
:root { color-scheme: light dark;
  --page: light-dark(#f3f2f1, #11100f); --card: light-dark(#ffffff, #1f1e1d);
  --text: light-dark(#1b1a19, #f3f2f1); --soft: light-dark(#55534f, #c8c6c4);
  --line: light-dark(#8a8886, #797775); --accent: light-dark(#0f5da8, #7cc0ff);
  --on-accent: light-dark(#ffffff, #08213a); --bad: light-dark(#a4262c, #ff99a4); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, 'Segoe UI', sans-serif; }
main { max-width: 27rem; margin: 8vh auto 2rem; padding: 2rem; background: var(--card);
  border-radius: .75rem; box-shadow: 0 .125rem .75rem rgb(0 0 0 / .18); }
main.wide { max-width: 80rem; margin-top: 2rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; }
.soft, small { color: var(--soft); }
.brand { display: flex; gap: .5rem; align-items: center; margin: 0 0 1.25rem; color: var(--soft);
  font-size: .9rem; }
.brand b { color: var(--text); }
.error { border-left: .25rem solid var(--bad); padding: .25rem .75rem; color: var(--bad); }
ul.accounts { list-style: none; margin: 1rem 0; padding: 0; display: grid; gap: .5rem; }
button, .button { font: inherit; cursor: pointer; border-radius: .5rem; padding: .6rem 1rem;
  border: 1px solid var(--line); background: var(--card); color: var(--text); min-height: 2.75rem;
  text-decoration: none; display: inline-block; }
button:hover, .button:hover { border-color: var(--accent); }
button.primary { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
ul.accounts button { width: 100%; text-align: left; display: grid; grid-template-columns: 2.5rem 1fr;
  gap: .75rem; align-items: center; padding: .4rem .75rem; line-height: 1.35; }
ul.accounts .mark { width: 2.5rem; height: 2.5rem; border-radius: 50%; display: grid;
  place-items: center; background: var(--accent); color: var(--on-accent); font-weight: 600; }
ul.accounts small { display: block; overflow-wrap: anywhere; }
label { display: block; margin: .75rem 0 .25rem; }
label.check { display: flex; gap: .5rem; align-items: center; }
input[type=text], input[type=password] { font: inherit; width: 100%; padding: .6rem .75rem;
  border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: var(--text); }
a { color: var(--accent); }
:focus-visible { outline: .1875rem solid var(--accent); outline-offset: .125rem; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
dl { display: grid; grid-template-columns: minmax(min(14rem, 40%), max-content) 1fr; gap: .25rem 1rem; margin: 1rem 0;
  font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: break-word; }
code { font-family: ui-monospace, 'Cascadia Mono', monospace; font-size: .9em; }
.scroll { overflow-x: auto; }
.requests :is(th, td):not(:nth-child(3)) { white-space: nowrap; }
.requests td:nth-child(3) { min-width: 16rem; overflow-wrap: anywhere; }
.requests td:nth-child(5) { color: var(--bad); }
@media (prefers-reduced-motion: no-preference) { button { transition: border-color .12s; } }
`;
