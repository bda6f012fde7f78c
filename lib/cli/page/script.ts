/**
 * The filter of the page, in the browser's own JavaScript. Without it the page is whole, and the filter stays away.
 * A finding is searched by its text as it is shown.
 */
export const SCRIPT = `
'use strict';
(() => {
  const filter = document.getElementById('filter');
  const shown = document.getElementById('shown');
  const [text, guardrail, verdict] = ['text', 'guardrail', 'verdict'].map((id) => document.getElementById(id));
  const findings = [...document.querySelectorAll('article')];
  const sections = [...document.querySelectorAll('section[data-guardrail]')];
  const texts = new Map();
  const textOf = (finding) => {
    if (!texts.has(finding)) texts.set(finding, finding.textContent.toLowerCase());
    return texts.get(finding);
  };
  const apply = () => {
    const words = text.value.toLowerCase().split(' ').filter((word) => word !== '');
    let count = 0;
    for (const finding of findings) {
      const isShown =
        (guardrail.value === '' || finding.dataset.guardrail === guardrail.value) &&
        (verdict.value === '' || finding.dataset.verdict === verdict.value) &&
        words.every((word) => textOf(finding).includes(word));
      if (finding.hidden === isShown) finding.hidden = !isShown;
      if (isShown) count += 1;
    }
    for (const section of sections) section.hidden = section.querySelector('article:not([hidden])') === null;
    shown.textContent = count + ' of ' + findings.length + ' shown';
  };
  let timer;
  text.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 150);
  });
  for (const select of [guardrail, verdict]) select.addEventListener('change', apply);
  filter.hidden = false;
  apply();
})();
`;
