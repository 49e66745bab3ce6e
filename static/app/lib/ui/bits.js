import { h, html } from '../index.js';
import { Icon } from '../icons.js';
import { initials, tint } from '../text.js';

/** @type {Record<string, {word: string, icon: string, tone: string}>} */
export const roleWords = {
	viewer: { word: 'Viewer', icon: 'person', tone: 'grey' },
	speaker: { word: 'Speaker', icon: 'mic', tone: 'accent' },
	moderator: { word: 'Moderator', icon: 'shield', tone: 'mod' },
	manager: { word: 'Manager', icon: 'key', tone: 'ink' },
	guest: { word: 'Guest', icon: 'person', tone: 'outline' },
};

/**
 * A state or a role in a word.
 * @param {{tone?: 'grey'|'accent'|'mod'|'ink'|'outline'|'warn'|'ok'|'error'|string, icon?: string, children?: import('../index.js').Children}} props
 */
export function Chip({ tone = 'grey', icon, children }) {
	return html`<span class="chip ${tone}">${icon && h(Icon, { name: icon, size: 12 })}${children}</span>`;
}

/** @param {{role: string}} props */
export function RoleChip({ role }) {
	const r = roleWords[role];
	return r ? h(Chip, { tone: r.tone, icon: r.icon }, r.word) : null;
}

export function LivePill() {
	return html`<span class="live-pill"><span class="live-dot" aria-hidden="true"></span>LIVE</span>`;
}

/**
 * Initials on a tint that follows from the id. Anonymous is a crossed eye.
 * @param {{id?: string, name?: string, size?: number, anonymous?: boolean}} props
 */
export function Avatar({ id = '', name = '', size = 32, anonymous }) {
	if (anonymous) return html`<span class="avatar anonymous size-${size}" aria-hidden="true">${h(Icon, { name: 'hidden', size: size > 28 ? 18 : 12 })}</span>`;
	return html`<span class="avatar av${tint(id || name)} size-${size}" aria-hidden="true">${initials(name)}</span>`;
}

/** A number on a tab. @param {{count: number, max?: number}} props */
export function Badge({ count, max = 999 }) {
	return html`<span class="badge" aria-hidden="true">${count > max ? `${max}+` : count}</span>`;
}

/** @param {{icon?: string, title: string, text?: import('../index.js').Children, art?: string, children?: import('../index.js').Children}} props */
export function EmptyState({ icon, title, text, art, children }) {
	return html`<div class="empty">
		${art && html`<img src=${art} alt="" />`}
		${icon && html`<span class="empty-icon">${h(Icon, { name: icon, size: 24 })}</span>`}
		<p class="empty-title">${title}</p>${text && html`<p class="empty-text">${text}</p>`}
		${children && html`<div class="empty-actions">${children}</div>`}
	</div>`;
}

/** A sentence with a state. @param {{tone?: 'warn'|'error'|'ok'|'accent'|'grey', icon?: string, role?: string, children?: import('../index.js').Children}} props */
export function Notice({ tone = 'grey', icon, role, children }) {
	return html`<div class="notice ${tone}" role=${role}>${icon && h(Icon, { name: icon, size: 18 })}<div>${children}</div></div>`;
}
