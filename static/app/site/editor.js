// One form for a new medium and for changing one: what, when, who.
import { asProblem, patch, post } from '../lib/api.js';
import { h, html, useMemo, useState } from '../lib/index.js';
import { Button, Checkbox, Field, LinkButton, Notice, TextArea } from '../lib/ui.js';
import { useFirstError } from './ask.js';
import { bodyOf, changesOf, draftOf, keepDraft, loadDraft, missing, stageField, startInWords } from './form.js';
import { ACCESS, KINDS, kindOf } from './kinds.js';
import { RadioCards } from './parts.js';
import { signInPath, Site } from './shell.js';
import { myZone, zones } from './when.js';

/** @typedef {import('./form.js').Draft} Draft */
/** @typedef {import('./kinds.js').Medium} Medium */

const FIELDS = ['kind', 'title', 'description', 'start', 'zone', 'access', 'stage_url'];

/** @param {{medium: Medium|null}} props null makes a new one */
export default function Editor({ medium }) {
	const id = medium?.id ?? 'new';
	const mine = myZone();
	const [fresh] = useState(() => draftOf(medium, mine)); // as it was when the form opened
	const [kept, setKept] = useState(() => loadDraft(id, fresh));
	const [d, setDraft] = useState(() => kept ?? fresh);
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [busy, setBusy] = useState(false);
	const allZones = useMemo(() => [...new Set([d.zone, mine, ...zones()])], []);
	const { live } = kindOf(d.kind);
	const back = medium ? `/m/${medium.id}` : '/';
	useFirstError(errors);
	/** @param {Partial<Draft>} change */
	const set = (change) => {
		const next = { ...d, ...change };
		setDraft(next);
		keepDraft(id, next);
	};
	const startOver = () => {
		keepDraft(id, null);
		setKept(null);
		setErrors({});
		setDraft(fresh);
	};
	/** @param {Event} e */
	const submit = async (e) => {
		e.preventDefault();
		if (busy) return;
		const found = missing(d);
		setErrors(found);
		if (Object.keys(found).length) return;
		setBusy(true);
		try {
			const saved = medium ? await save(medium, changesOf(d, fresh)) : await post('/media', bodyOf(d));
			keepDraft(id, null);
			location.assign(`/m/${saved.id}`);
		} catch (err) {
			const p = asProblem(err);
			setErrors({ [p.code === 'signed_out' ? 'session' : p.field && FIELDS.includes(p.field) ? p.field : 'form']: p.detail });
			setBusy(false);
		}
	};
	const stage = stageField(d.kind);
	return h(Site, { title: medium ? `Edit ${medium.title}` : 'New media' }, html`
		<form class="editor" onSubmit=${submit} novalidate>
			<h1 class="page-title">${medium ? 'Edit details' : 'New media'}</h1>
			${kept && h(Notice, { icon: 'info' }, html`What you typed before is here again. <button type="button" class="text-button" onClick=${startOver}>Start over</button>`)}
			${h(Group, { title: 'What' }, html`
				${h(Kinds, { value: d.kind, onChange: (/** @type {any} */ kind) => set({ kind }), fixed: Boolean(medium), error: errors.kind })}
				${h(Field, { label: 'Title', name: 'title', maxlength: 200, required: true, value: d.title, onInput: (/** @type {string} */ title) => set({ title }), error: errors.title })}
				${h(TextArea, { label: 'Description', name: 'description', optional: true, rows: 3, maxlength: 5000, value: d.description, onInput: (/** @type {string} */ description) => set({ description }), error: errors.description })}
				${h(Field, { label: stage.label, name: 'stage_url', type: 'url', optional: true, hint: stage.hint, placeholder: stage.placeholder, value: d.stage_url, onInput: (/** @type {string} */ stage_url) => set({ stage_url }), error: errors.stage_url })}`)}
			${live && h(Group, { title: 'When' }, html`
				<div class="two-fields start-fields">
					${h(Field, { label: 'Start', name: 'start', type: 'datetime-local', optional: true, value: d.start, onInput: (/** @type {string} */ start) => set({ start }), error: errors.start })}
					${h(ZoneField, { value: d.zone, zones: allZones, onInput: (/** @type {string} */ zone) => set({ zone }), error: errors.zone })}
				</div>
				<p class="start-words" aria-live="polite">${startInWords(d, mine) || 'Without a start, you open the doors when you are ready.'}</p>`)}
			${h(Group, { title: 'Who can enter' }, html`
				${h(RadioCards, {
		legend: 'Access', name: 'access', value: d.access, error: errors.access, onChange: (/** @type {any} */ access) => set({ access }),
		options: Object.entries(ACCESS).map(([value, a]) => ({ value, label: a.name, hint: a.hint })),
	})}`)}
			${live && h(Group, { title: 'Chat and collaboration' }, html`
				${h(Checkbox, { label: 'Chat, Q&A and backchannel', checked: d.collaboration, onInput: (/** @type {boolean} */ collaboration) => set({ collaboration }), hint: d.kind === 'room' ? 'Without it nobody can be invited to a room.' : 'Without it people only watch.' })}
				${h(Checkbox, { label: 'Review questions before everyone sees them', checked: d.collaboration && d.premoderation, disabled: !d.collaboration, onInput: (/** @type {boolean} */ premoderation) => set({ premoderation }) })}`)}
			${errors.session && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, html`You were signed out. <a href=${signInPath()}>Sign in again</a>: what you typed is kept.`)}
			${errors.form && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, errors.form)}
			<div class="editor-foot">
				${h(LinkButton, { href: back, kind: 'ghost', onClick: () => keepDraft(id, null) }, 'Cancel')}
				${h(Button, { kind: 'primary', type: 'submit', busy }, busy ? 'Saving…' : medium ? 'Save' : 'Create')}
			</div>
		</form>`);
}

/** @param {Medium} medium @param {Record<string, unknown>} changes */
const save = async (medium, changes) => (Object.keys(changes).length ? patch(`/media/${medium.id}`, changes) : medium);

/** @param {{title: string, children?: import('../lib/index.js').Children}} props */
function Group({ title, children }) {
	return html`<section class="editor-group" aria-label=${title}><h2>${title}</h2><div class="sheet editor-fields">${children}</div></section>`;
}

/** @param {{value: string, onChange: (v: string) => void, fixed: boolean, error?: string}} props fixed: a medium keeps its kind */
function Kinds({ value, onChange, fixed, error }) {
	if (fixed) return null;
	const of = (/** @type {boolean} */ live) => KINDS.filter((k) => k.live === live).map((k) => ({ value: k.id, label: k.name, hint: k.hint, icon: k.icon }));
	return html`
		${h(/** @type {any} */ (RadioCards), { legend: 'Live', name: 'kind', class: 'tiles', value, onChange, options: of(true), error })}
		${h(/** @type {any} */ (RadioCards), { legend: 'On demand', name: 'kind', class: 'tiles', value, onChange, options: of(false) })}`;
}

/** @param {{value: string, zones: string[], onInput: (v: string) => void, error?: string}} props */
function ZoneField({ value, zones: all, onInput, error }) {
	const options = useMemo(() => html`<datalist id="zones">${all.map((z) => html`<option key=${z} value=${z}></option>`)}</datalist>`, [all]);
	return html`<div>${h(Field, { label: 'Time zone', name: 'zone', list: 'zones', autocomplete: 'off', spellcheck: false, required: true, value, onInput, error })}${options}</div>`;
}
