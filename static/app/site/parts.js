// Building blocks that only the site's pages use.
import { h, html, useId, useState } from '../lib/index.js';
import { asset, Chip, FieldError, Icon, LivePill } from '../lib/ui.js';
import { useLeft } from './ask.js';
import { kindOf, stateOf } from './kinds.js';
import { clock } from './session.js';
import { countdown, myZone, stamp } from './when.js';

/** @typedef {import('./kinds.js').Medium} Medium */

/**
 * A field for a password, with an eye.
 * @param {{label: string, name: string, value: string, onInput: (v: string) => void, autocomplete: string, rule?: string, error?: string, size?: 'md'|'lg'}} props
 */
export function Password({ label, name, value, onInput, autocomplete, rule, error, size = 'lg' }) {
	const id = useId();
	const [shown, setShown] = useState(false);
	const described = [rule && `${id}-rule`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
	return html`<div class="field ${size} ${error ? 'wrong' : ''}">
		<div class="label-row"><label for=${id}>${label}</label>${rule && html`<span class="quiet" id="${id}-rule">${rule}</span>`}</div>
		<span class="input-wrap password">
			<input id=${id} name=${name} type=${shown ? 'text' : 'password'} autocomplete=${autocomplete} value=${value} spellcheck=${false} autocapitalize="off"
				aria-invalid=${error ? 'true' : undefined} aria-describedby=${described} onInput=${(/** @type {any} */ e) => onInput(e.currentTarget.value)} />
			<button type="button" class="icon-button sm" aria-label="Show the password" aria-pressed=${String(shown)} onClick=${() => setShown(!shown)}>${h(Icon, { name: shown ? 'hidden' : 'eye', size: 20 })}</button>
		</span>
		${h(FieldError, { id: `${id}-error` }, error)}
	</div>`;
}

/** @param {{kind: string}} props */
export function KindChip({ kind }) {
	const k = kindOf(kind);
	return h(Chip, { tone: 'outline', icon: k.icon }, k.name);
}

/** @param {{medium: Medium}} props */
export function StateChip({ medium }) {
	switch (stateOf(medium)) {
	case 'live': return h(LivePill, {});
	case 'delayed': return h(Chip, { tone: 'warn', icon: 'clock' }, 'Delayed');
	case 'ended': return h(Chip, { tone: 'grey', icon: 'check' }, 'Ended');
	case 'withdrawn': return h(Chip, { tone: 'grey', icon: 'hidden' }, 'Withdrawn');
	case 'scheduled': return h(Chip, { tone: 'accent', icon: 'calendar' }, medium.doors?.start ? 'Scheduled' : 'No date yet');
	default: return null;
	}
}

/** The drawing that tells where a medium stands. @param {Medium} m */
export function artOf(m) {
	switch (stateOf(m)) {
	case 'live': return 'stage-wide';
	case 'scheduled': case 'delayed': return 'curtain-wide';
	case 'ended': return 'curtain-ghost-light';
	default: return `kind-${m.kind}`;
	}
}

/** @param {{name: string}} props */
export function Art({ name }) {
	return html`<img src=${asset(`art/${name}.svg`)} alt="" class=${name === 'curtain-ghost-light' ? 'ghost' : ''} />`;
}

/** The line on a live medium's poster. @param {{medium: Medium}} props */
export function PosterTag({ medium }) {
	const { doors } = medium;
	const state = stateOf(medium);
	const left = useLeft(state === 'scheduled' || state === 'delayed' ? doors?.start ?? 0 : 0);
	if (!doors) return null;
	if (state === 'live') {
		return html`<span class="poster-tag">${h(Icon, { name: 'door', size: 18 })}${doors.opened_at ? `Doors open since ${stamp(doors.opened_at, clock.now(), myZone()).replace('Yesterday', 'yesterday')}` : 'The doors are open'}</span>`;
	}
	if (state === 'ended') return html`<span class="poster-tag">${h(Icon, { name: 'check', size: 18 })}This session has ended</span>`;
	if (!doors.start) return html`<span class="poster-tag">${h(Icon, { name: 'clock', size: 18 })}${state === 'delayed' ? 'Delayed until further notice' : 'No date yet'}</span>`;
	return html`<span class="poster-tag">${h(Icon, { name: 'clock', size: 18 })}<span role="timer" aria-live="off">${left > 0 ? `Doors open in ${countdown(left)}` : 'Any moment now'}</span></span>`;
}

/**
 * A choice of one, each with a sentence.
 * @template {string} T
 * @param {{legend: string, name: string, value: T|'', onChange: (v: T) => void, error?: string, options: {value: T, label: string, hint?: string, icon?: string}[], class?: string}} props
 */
export function RadioCards({ legend, name, value, onChange, error, options, class: className = '' }) {
	const id = useId();
	return html`<fieldset class="radio-cards ${className}" aria-describedby=${error ? `${id}-error` : undefined}>
		<legend>${legend}</legend>
		<div class="radio-list">${options.map((o) => html`<label key=${o.value} class="radio-card">
			<input type="radio" name="${id}-${name}" value=${o.value} checked=${o.value === value} aria-describedby=${o.hint ? `${id}-${o.value}` : undefined} onChange=${() => onChange(o.value)} />
			<span class="radio-words"><span class="radio-label">${o.icon && h(Icon, { name: o.icon, size: 18 })}${o.label}</span>${o.hint && html`<span class="radio-hint" id="${id}-${o.value}" aria-hidden="true">${o.hint}</span>`}</span>
		</label>`)}</div>
		${h(FieldError, { id: `${id}-error` }, error)}
	</fieldset>`;
}
