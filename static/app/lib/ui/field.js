import { h, html, useId } from '../index.js';
import { Icon } from '../icons.js';

/** @param {{id?: string, children?: import('../index.js').Children}} props */
export function FieldError({ id, children }) {
	if (!children) return null;
	return html`<p class="field-error" id=${id}>${h(Icon, { name: 'warn', size: 16 })}<span>${children}</span></p>`;
}

/**
 * @typedef {object} FieldProps
 * @property {string} label
 * @property {string} [name]
 * @property {string} [type]
 * @property {string|number} [value]
 * @property {(value: string) => void} [onInput]
 * @property {string} [error]
 * @property {import('../index.js').Children} [hint]
 * @property {boolean} [optional] says so beside the label
 * @property {boolean} [hideLabel] keeps the label for screen readers only
 * @property {'md'|'lg'} [size] 40, or 48 on single pages
 * @property {string} [class]
 * @property {string} [icon] inside, at the start
 * @property {any} [inputRef]
 */

/**
 * The frame around an input: label above, hint and error below, tied to it.
 * @param {FieldProps} props @param {string} id @param {(attrs: Record<string, any>) => any} draw
 */
function frame({ label, error, hint, optional, hideLabel, size = 'md', class: className = '' }, id, draw) {
	const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
	return html`<div class="field ${size} ${error ? 'wrong' : ''} ${className}">
		<label for=${id} class=${hideLabel ? 'sr-only' : ''}>${label}${optional && html` <span class="quiet">optional</span>`}</label>
		${draw({ id, 'aria-invalid': error ? 'true' : undefined, 'aria-describedby': described })}
		${hint && html`<p class="field-hint" id="${id}-hint">${hint}</p>`}
		${h(FieldError, { id: `${id}-error` }, error)}
	</div>`;
}

/** One line of text. @param {FieldProps & Record<string, any>} props */
export function Field({ label, name, type = 'text', value, onInput, error, hint, optional, hideLabel, size, class: className, icon, inputRef, ...rest }) {
	const id = useId();
	return frame({ label, error, hint, optional, hideLabel, size, class: className }, id, (attrs) => html`
		<span class="input-wrap ${icon ? 'with-icon' : ''}">${icon && h(Icon, { name: icon, size: 18 })}
			<input ...${rest} ...${attrs} ref=${inputRef} name=${name} type=${type} value=${value} onInput=${(/** @type {any} */ e) => onInput?.(e.currentTarget.value)} />
		</span>`);
}

/** Several lines. @param {FieldProps & Record<string, any>} props */
export function TextArea({ label, name, value, onInput, error, hint, optional, hideLabel, size, class: className, inputRef, rows = 3, ...rest }) {
	const id = useId();
	return frame({ label, error, hint, optional, hideLabel, size, class: className }, id, (attrs) => html`
		<textarea ...${rest} ...${attrs} ref=${inputRef} name=${name} rows=${rows} value=${value} onInput=${(/** @type {any} */ e) => onInput?.(e.currentTarget.value)}></textarea>`);
}

/**
 * A choice of one. Options are [value, words].
 * @param {FieldProps & {options: [string, string][]} & Record<string, any>} props
 */
export function Select({ label, name, value, onInput, error, hint, optional, hideLabel, size, class: className, options, ...rest }) {
	const id = useId();
	return frame({ label, error, hint, optional, hideLabel, size, class: className }, id, (attrs) => html`
		<span class="select-wrap"><select ...${rest} ...${attrs} name=${name} value=${value} onChange=${(/** @type {any} */ e) => onInput?.(e.currentTarget.value)}>
			${options.map(([v, words]) => html`<option key=${v} value=${v} selected=${v === value}>${words}</option>`)}
		</select>${h(Icon, { name: 'chevron', size: 18 })}</span>`);
}

/**
 * @param {{label: import('../index.js').Children, checked: boolean, onInput: (on: boolean) => void, hint?: import('../index.js').Children, disabled?: boolean, name?: string}} props
 */
export function Checkbox({ label, checked, onInput, hint, disabled, name }) {
	const id = useId();
	return html`<div class="check">
		<input type="checkbox" id=${id} name=${name} checked=${checked} disabled=${disabled} aria-describedby=${hint ? `${id}-hint` : undefined}
			onChange=${(/** @type {any} */ e) => onInput(e.currentTarget.checked)} />
		<label for=${id}>${label}</label>${hint && html`<p class="field-hint" id="${id}-hint">${hint}</p>`}
	</div>`;
}

/** A switch takes effect at once. @param {{label: import('../index.js').Children, checked: boolean, onInput: (on: boolean) => void, hint?: import('../index.js').Children, disabled?: boolean}} props */
export function Switch({ label, checked, onInput, hint, disabled }) {
	const id = useId();
	return html`<div class="check switch">
		<input type="checkbox" role="switch" id=${id} checked=${checked} disabled=${disabled} aria-describedby=${hint ? `${id}-hint` : undefined}
			onChange=${(/** @type {any} */ e) => onInput(e.currentTarget.checked)} />
		<label for=${id}>${label}</label>${hint && html`<p class="field-hint" id="${id}-hint">${hint}</p>`}
	</div>`;
}
