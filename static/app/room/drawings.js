// The small drawings of empty places.
import { html } from '../lib/index.js';

/** @type {Record<string, () => any>} */
const drawings = {
	chat: () => html`<ellipse cx="52" cy="66" rx="46" ry="5" class="d-soft" /><path class="d-sage" d="M14 10h46a6 6 0 0 1 6 6v24a6 6 0 0 1-6 6H30l-12 9v-9h-4a6 6 0 0 1-6-6V16a6 6 0 0 1 6-6Z" />
		<path class="d-clay" d="M46 28h42a6 6 0 0 1 6 6v20a6 6 0 0 1-6 6h-3v8l-11-8H46a6 6 0 0 1-6-6V34a6 6 0 0 1 6-6Z" /><circle cx="57" cy="44" r="2.5" class="d-white" /><circle cx="67" cy="44" r="2.5" class="d-white" /><circle cx="77" cy="44" r="2.5" class="d-white" />`,
	question: () => html`<path class="d-soft" d="M52 2 84 62H20Z" /><ellipse cx="52" cy="64" rx="34" ry="5" class="d-soft" /><rect x="45" y="16" width="14" height="24" rx="7" class="d-clay" /><path class="d-line" d="M45 28h14" /><path class="d-stand" d="M52 40v24" /><ellipse cx="52" cy="64" rx="14" ry="3" class="d-green" />`,
	review: () => html`<ellipse cx="52" cy="66" rx="42" ry="5" class="d-soft" /><path class="d-green" d="M26 28h48v22a14 14 0 0 1-14 14H40a14 14 0 0 1-14-14Z" /><path class="d-handle" d="M74 34h4a8 8 0 0 1 0 18h-5" /><ellipse cx="50" cy="28" rx="24" ry="5" class="d-clay" /><path class="d-steam" d="M40 16c-3-4 3-6 0-11M50 16c-3-4 3-6 0-11M60 16c-3-4 3-6 0-11" />`,
	backchannel: () => html`<rect x="16" y="2" width="72" height="62" rx="9" class="d-violet" /><path class="d-violet-2" d="M28 2h9v62h-9ZM47 2h9v62h-9ZM67 2h9v62h-9Z" /><path class="d-white" d="M40 22h26a5 5 0 0 1 5 5v15a5 5 0 0 1-5 5H54l-9 7v-7h-5a5 5 0 0 1-5-5V27a5 5 0 0 1 5-5Z" /><circle cx="46" cy="35" r="2.2" class="d-violet" /><circle cx="53" cy="35" r="2.2" class="d-violet" /><circle cx="60" cy="35" r="2.2" class="d-violet" />`,
	search: () => html`<ellipse cx="52" cy="66" rx="42" ry="5" class="d-soft" /><path class="d-glass" d="m62 46 16 15" /><circle cx="46" cy="30" r="22" class="d-lens" /><circle cx="46" cy="25" r="6" class="d-sage" /><path class="d-sage" d="M34 42a12 10 0 0 1 24 0Z" />`,
	ended: () => html`<circle cx="52" cy="22" r="22" class="d-glow" /><ellipse cx="52" cy="66" rx="34" ry="5" class="d-glow" /><path class="d-stem" d="M52 30v34" /><path class="d-bulb" d="M52 12a9 9 0 0 1 5 16v4H47v-4a9 9 0 0 1 5-16Z" /><ellipse cx="52" cy="65" rx="12" ry="3" class="d-ink" />`,
};

/** @param {{name: string}} props */
export function Drawing({ name }) {
	return html`<svg class="drawing" viewBox="0 0 104 72" width="104" height="72" aria-hidden="true">${drawings[name]?.()}</svg>`;
}
