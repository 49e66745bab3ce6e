import { h, html, useEffect, useRef } from '../index.js';
import { Icon } from '../icons.js';

/**
 * @typedef {object} Tab
 * @property {string} id
 * @property {string} label
 * @property {string} icon
 * @property {'mod'} [tone]
 * @property {boolean} [fresh] just appeared: its icon keeps a violet pill until first seen
 * @property {boolean} [dot]
 * @property {number} [count]
 * @property {string} [note] for screen readers, after the label: "3 waiting"
 */

/**
 * Icon over word. Arrow keys, Home and End move and select.
 * Panels are elements with id `${prefix}-panel-${tab.id}`.
 * @param {{label: string, tabs: Tab[], value: string, onChange: (id: string) => void, prefix: string}} props
 */
export function Tabs({ label, tabs, value, onChange, prefix }) {
	const list = useRef(/** @type {HTMLDivElement|null} */ (null));
	// Where the tabs are a scrolling strip, the chosen one is in view.
	useEffect(() => { list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }, [value]);
	/** @param {KeyboardEvent} e */
	const keys = (e) => {
		const at = tabs.findIndex((t) => t.id === value);
		const rtl = getComputedStyle(/** @type {HTMLElement} */ (list.current)).direction === 'rtl';
		const step = e.key === 'ArrowRight' ? (rtl ? -1 : 1) : e.key === 'ArrowLeft' ? (rtl ? 1 : -1) : 0;
		let to = -1;
		if (step) to = (at + step + tabs.length) % tabs.length;
		else if (e.key === 'Home') to = 0;
		else if (e.key === 'End') to = tabs.length - 1;
		if (to < 0) return;
		e.preventDefault();
		onChange(tabs[to].id);
		/** @type {HTMLElement|null|undefined} */ (list.current?.querySelector(`#${prefix}-tab-${tabs[to].id}`))?.focus();
	};
	return html`<div class="tabs" role="tablist" aria-label=${label} ref=${list} onKeyDown=${keys}>
		${tabs.map((t) => html`<button key=${t.id} type="button" role="tab" id="${prefix}-tab-${t.id}" class="tab ${t.tone ?? ''} ${t.fresh ? 'fresh' : ''}"
			aria-selected=${String(t.id === value)} aria-controls="${prefix}-panel-${t.id}" tabindex=${t.id === value ? 0 : -1}
			onClick=${() => onChange(t.id)}>
			<span class="tab-icon">${h(Icon, { name: t.icon, size: 20 })}
				${t.count ? html`<span class="badge tab-badge" aria-hidden="true">${t.count > 99 ? '99+' : t.count}</span>` : t.dot ? html`<span class="tab-dot" aria-hidden="true"></span>` : null}</span>
			<span class="tab-word">${t.label}</span>
			${t.note ? html`<span class="sr-only">, ${t.note}</span>` : t.dot ? html`<span class="sr-only">, something new</span>` : null}
		</button>`)}
	</div>`;
}

/**
 * A choice between a few lists.
 * @param {{label: string, value: string, onChange: (value: string) => void, class?: string, options: {value: string, label: string, count?: number, strong?: boolean}[]}} props
 */
export function Segmented({ label, value, onChange, options, class: className = '' }) {
	return html`<div class="segmented ${className}" role="group" aria-label=${label}>
		${options.map((o) => html`<button key=${o.value} type="button" aria-pressed=${String(o.value === value)} onClick=${() => onChange(o.value)}>
			${o.label}${o.count === undefined ? null : html` <span class="segmented-count ${o.strong ? 'strong' : ''}">${o.count}</span>`}
		</button>`)}
	</div>`;
}
