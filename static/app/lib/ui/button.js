import { h, html, useEffect, useRef, useState } from '../index.js';
import { Icon } from '../icons.js';
import { announce } from '../announce.js';

/**
 * @typedef {object} ButtonProps
 * @property {'primary'|'secondary'|'ghost'|'danger'|'danger-ghost'} [kind]
 * @property {'xs'|'sm'|'md'|'lg'} [size] 28 in a row, 32 toolbar, 36, 48 on single pages
 * @property {string} [icon]
 * @property {string} [iconEnd]
 * @property {string} [label] the accessible name where the words are not enough
 * @property {'button'|'submit'} [type]
 * @property {boolean|string} [disabled] a string says why
 * @property {boolean} [busy]
 * @property {boolean} [autofocus]
 * @property {string} [class]
 * @property {(e: any) => void} [onClick]
 * @property {import('../index.js').Children} [children]
 */

/**
 * A button. A disabled one stays in the tab order and tells its reason.
 * @param {ButtonProps & Record<string, any>} props
 */
export function Button({ kind = 'secondary', size = 'md', icon, iconEnd, label, type = 'button', disabled, busy, class: className = '', onClick, children, ...rest }) {
	const off = Boolean(disabled) || busy;
	/** @param {Event} e */
	const click = (e) => {
		if (off) {
			e.preventDefault();
			e.stopPropagation();
			return;
		}
		onClick?.(e);
	};
	return html`<button ...${rest} type=${type} class="button ${kind} ${size} ${icon ? 'with-icon' : ''} ${className}" aria-label=${label}
		aria-disabled=${off ? 'true' : undefined} aria-busy=${busy ? 'true' : undefined}
		title=${typeof disabled === 'string' ? disabled : rest.title} onClick=${click}>
		${icon && h(Icon, { name: icon, size: size === 'xs' ? 16 : 18 })}<span>${children}</span>${iconEnd && h(Icon, { name: iconEnd, size: 16 })}
	</button>`;
}

/**
 * A link that looks like a button.
 * @param {{href: string, kind?: string, size?: string, icon?: string, iconEnd?: string, class?: string, children?: import('../index.js').Children} & Record<string, any>} props
 */
export function LinkButton({ href, kind = 'secondary', size = 'md', icon, iconEnd, class: className = '', children, ...rest }) {
	return html`<a ...${rest} href=${href} class="button ${kind} ${size} ${icon ? 'with-icon' : ''} ${className}">
		${icon && h(Icon, { name: icon, size: size === 'xs' ? 16 : 18 })}<span>${children}</span>${iconEnd && h(Icon, { name: iconEnd, size: 16 })}
	</a>`;
}

/**
 * A button that is only an icon; its label is its name and its tooltip.
 * @param {{icon: string, label: string, size?: 'xs'|'sm'|'md', onClick?: (e: any) => void, pressed?: boolean, class?: string, iconSize?: number} & Record<string, any>} props
 */
export function IconButton({ icon, label, size = 'md', onClick, pressed, class: className = '', iconSize, ...rest }) {
	return html`<button ...${rest} type="button" class="icon-button ${size} ${className}" aria-label=${label} title=${label}
		aria-pressed=${pressed === undefined ? undefined : String(pressed)} onClick=${onClick}>
		${h(Icon, { name: icon, size: iconSize ?? (size === 'xs' ? 16 : 20) })}
	</button>`;
}

/**
 * Copies text and says so for two seconds.
 * @param {{text: string, children?: import('../index.js').Children, kind?: ButtonProps['kind'], size?: ButtonProps['size'], label?: string}} props
 */
export function CopyButton({ text, children = 'Copy', kind = 'secondary', size = 'md', label }) {
	const [done, setDone] = useState(false);
	const timer = useRef(0);
	useEffect(() => () => clearTimeout(timer.current), []);
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(text);
		} catch {
			if (!copyOldWay(text)) return announce('Copying is not allowed here. Select the text and copy it.');
		}
		setDone(true);
		announce('Copied');
		clearTimeout(timer.current);
		timer.current = window.setTimeout(() => setDone(false), 2000);
	};
	return h(Button, { kind, size, icon: done ? 'check' : 'copy', onClick: copy, label: done ? undefined : label }, done ? 'Copied' : children);
}

/** Where the clipboard is closed to plain http pages. @param {string} text */
function copyOldWay(text) {
	const area = document.createElement('textarea');
	area.value = text;
	area.className = 'sr-only';
	(document.querySelector('dialog[open]') ?? document.body).append(area);
	area.select();
	const ok = document.execCommand('copy');
	area.remove();
	return ok;
}
