// What the New and Edit page holds while it is being filled in, and what of it
// goes to the server. Pure, and kept per tab, so that no error loses a word.

import { kindOf } from './kinds.js';
import { fromLocal, inZones, toLocal, zoneCity } from './when.js';

/**
 * @typedef {import('./kinds.js').Medium} Medium
 * @typedef {{kind: import('./kinds.js').Kind, title: string, description: string, start: string, zone: string,
 *   access: import('./kinds.js').Access, stage_url: string, collaboration: boolean, premoderation: boolean}} Draft
 */

/**
 * A form for a medium, or an empty one in the reader's zone.
 * @param {Medium|null} m
 * @param {string} zone
 * @returns {Draft}
 */
export function draftOf(m, zone) {
	if (!m) {
		return {
			kind: 'webcast', title: '', description: '', start: '', zone, access: 'invited', stage_url: '',
			collaboration: true, premoderation: true,
		};
	}
	const z = m.zone || zone;
	return {
		kind: m.kind, title: m.title, description: m.description, start: m.start ? toLocal(m.start, z) : '', zone: z,
		access: m.access, stage_url: m.stage_url, collaboration: m.collaboration,
		premoderation: m.premoderation,
	};
}

/**
 * What is sent: without what the kind doesn't have.
 * @param {Draft} d
 * @returns {Record<string, unknown>}
 */
export function bodyOf(d) {
	const {live} = kindOf(d.kind);
	/** @type {Record<string, unknown>} */
	const body = {
		title: d.title.trim(), description: d.description.trim(), kind: d.kind, access: d.access,
		stage_url: d.stage_url.trim(),
	};
	if (!live) return body;
	return {
		...body, start: d.start, zone: d.zone, collaboration: d.collaboration,
		premoderation: d.collaboration && d.premoderation,
	};
}

/**
 * What of a form has changed: only that is sent, so that nobody else's change
 * is written over. A start goes with its zone.
 * @param {Draft} d @param {Draft} was
 */
export function changesOf(d, was) {
	const before = bodyOf(was);
	const now = bodyOf(d);
	const changed = Object.fromEntries(Object.entries(now).filter(([k, v]) => v !== before[k]));
	if ('zone' in changed || 'start' in changed) Object.assign(changed, { start: now.start, zone: now.zone });
	return changed;
}

/**
 * What can be said before asking the server: what is missing, by field.
 * @param {Draft} d
 * @returns {Record<string, string>}
 */
export function missing(d) {
	/** @type {Record<string, string>} */
	const errors = {};
	if (!d.title.trim()) errors.title = 'Give it a title';
	return errors;
}

/**
 * The line under the start: what was said, with the zone, and what clocks do
 * to it there.
 * @param {{start: string, zone: string}} d
 * @param {string} mine the reader's zone
 */
export function startInWords(d, mine) {
	const {ms, skipped, twice} = fromLocal(d.start, d.zone);
	if (Number.isNaN(ms)) return '';
	if (skipped) return `The clocks in ${zoneCity(d.zone)} go forward then and skip this time. Please choose one before or after.`;
	const said = inZones(ms, d.zone, mine);
	return twice ? `${said}. The clocks go back then: this is the first of the two.` : said;
}

/** What the URL of the stage, or the file, is called for a kind, and what belongs there.
 * @param {import('./kinds.js').Kind} kind
 * @returns {{label: string, hint: string, placeholder: string}}
 */
export function stageField(kind) {
	switch (kind) {
	case 'room':
		return {label: 'Conference address', hint: 'What the stage shows, if you meet elsewhere. You can add it later.', placeholder: 'https://'};
	case 'simulive':
		return {label: 'Recording address', hint: 'The file that everyone sees at the same second. You can add it later.', placeholder: 'https://…/recording.mp4'};
	case 'webcast': case 'diy':
		return {label: 'Stream address', hint: 'An HLS playlist or a file. You can add it later.', placeholder: 'https://…/live.m3u8'};
	default:
		return {label: 'File address', hint: 'What people open on the media page. You can add it later.', placeholder: 'https://'};
	}
}

/** @param {string} id of the medium, or "new" */
const keyOf = (id) => `greenroom-draft-${id}`;

/**
 * @param {string} id
 * @param {Draft} fresh
 * @returns {Draft|null} what was typed before and not sent
 */
export function loadDraft(id, fresh) {
	try {
		const kept = JSON.parse(sessionStorage.getItem(keyOf(id)) ?? 'null');
		if (!kept || typeof kept !== 'object') return null;
		const draft = { ...fresh, ...kept };
		return JSON.stringify(draft) === JSON.stringify(fresh) ? null : draft;
	} catch {
		return null;
	}
}

/**
 * @param {string} id
 * @param {Draft|null} draft null forgets it
 */
export function keepDraft(id, draft) {
	try {
		if (draft) sessionStorage.setItem(keyOf(id), JSON.stringify(draft));
		else sessionStorage.removeItem(keyOf(id));
	} catch { /* storage is switched off: nothing is kept */ }
}
